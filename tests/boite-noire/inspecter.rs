//! `gisement inspecter`: what is said, the exit code, and an entry of configuration that works as it is.

use std::path::Path;

use super::harness::{construire, gisement, real_data, root};

fn sample(name: &str) -> String {
    root()
        .join("data-samples/coteaux")
        .join(name)
        .display()
        .to_string()
}

/// A file of the sample whose name contains this.
fn find(part: &str) -> String {
    fn walk(dir: &Path, part: &str) -> Option<std::path::PathBuf> {
        let mut entries: Vec<_> = std::fs::read_dir(dir)
            .unwrap()
            .map(|e| e.unwrap().path())
            .collect();
        entries.sort();
        entries.into_iter().find_map(|p| {
            if p.is_dir() {
                walk(&p, part)
            } else {
                p.to_string_lossy().contains(part).then_some(p)
            }
        })
    }
    walk(Path::new(&sample("")), part)
        .unwrap()
        .display()
        .to_string()
}

/// The entry printed, as it would be pasted.
fn block(stdout: &str) -> String {
    let from = stdout.find("[[source]]").unwrap();
    stdout[from..]
        .lines()
        .take_while(|l| !l.starts_with('━'))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_entry_printed_builds_an_edition_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let ran = gisement(&["inspecter", &find("parcelles.json")]).exits(0);
    assert!(
        ran.stdout.contains("Couche reconnue : parcelles"),
        "{}",
        ran.stdout
    );
    let config = dir.path().join("observatoire.toml");
    let head = "[observatoire]\nnom = \"Essai\"\ndate = 2026-11-01\n\n";
    std::fs::write(&config, format!("{head}{}\n", block(&ran.stdout))).unwrap();
    construire(&config, &dir.path().join("donnees")).exits(0);
}

#[test]
fn a_folder_is_summed_up_and_json_is_for_machines() {
    let ran = gisement(&["inspecter", &sample("")]);
    assert!(ran.stdout.contains("━━ Résumé"), "{}", ran.stdout);
    let ran = gisement(&["inspecter", "--json", &find("parcelles.json")]).exits(0);
    let all: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let table = &all[0]["tables"][0];
    assert_eq!(table["couche"], "parcelles");
    assert!(table["candidats"][0]["confiance"].as_u64().unwrap() > 90);
    assert_eq!(table["lecture"]["Ok"]["lus"], table["lignes"]);
}

#[test]
fn what_is_not_recognised_is_said_with_code_1() {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes, words) in [
        ("ortho.tif", "II*\0", "raster"),
        ("fiche.xml", "<gmd:MD_Metadata/>", "métadonnées"),
        ("notes.csv", "auteur;note\nx;y\n", "Aucune couche reconnue"),
    ] {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let ran = gisement(&["inspecter", path.to_str().unwrap()]).exits(1);
        assert!(ran.stdout.contains(words), "{}", ran.stdout);
    }
    gisement(&["inspecter", "/vsicurl/http://127.0.0.1:9/x.gpkg"]).exits(1);
    gisement(&["inspecter"]).exits(2);
}

#[test]
fn too_many_rejected_rows_end_with_code_3() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("friches.csv");
    let text = "site_id;site_nom;site_statut;geompoint\nA1;a;friche avec projet;POINT(3 43)\n;b;friche sans projet;POINT(3 43)\n";
    std::fs::write(&path, text).unwrap();
    let ran = gisement(&["inspecter", path.to_str().unwrap()]).exits(3);
    assert!(ran.stdout.contains("site_id_absent"), "{}", ran.stdout);
}

#[test]
fn a_plan_is_inspected_file_by_file() {
    let Some(data) = real_data("a_plan_is_inspected_file_by_file") else {
        return;
    };
    let plan = data.join("plu/30014_PLU_20171013");
    let ran = gisement(&["inspecter", plan.to_str().unwrap()]).exits(0);
    for line in [
        "ZONE_URBA_20171013.shp → zonage",
        "PRESCRIPTION_SURF_20171013.shp → prescriptions",
        "plu20171013.xml → fiche de métadonnées",
    ] {
        assert!(ran.stdout.contains(line), "{line}\n{}", ran.stdout);
    }
}
