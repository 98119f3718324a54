use std::path::PathBuf;

use super::*;

fn write(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, text).unwrap();
    (dir, path)
}

fn parsed(i: &Inspection) -> SourceConfig {
    #[derive(serde::Deserialize)]
    struct Doc {
        source: Vec<SourceConfig>,
    }
    let t = &i.tables[0];
    let doc: Doc = toml::from_str(t.bloc.as_ref().unwrap()).unwrap();
    assert_eq!(Some(&doc.source[0]), t.source.as_ref());
    doc.source[0].clone()
}

#[test]
fn friches_under_local_names_are_recognised_by_their_words() {
    let (_d, path) = write(
        "inventaire \"nord\".csv",
        "site_id;intitule;etat_site;x;y\n1;A;friche avec projet;700000;6600000\n2;B;friche sans projet;700100;6600000\n3;C;friche potentielle;700200;6600000\n",
    );
    let i = inspect(&path);
    let t = &i.tables[0];
    let best = &t.candidats[0];
    assert_eq!(best.couche, Couche::Friches, "{:?}", t.candidats);
    assert_eq!(best.suggestions["site_statut"], "etat_site");
    assert_eq!(t.lignes, 3);
    assert_eq!(t.geometries["point"], 3);
    // The quotes of the path survive the entry.
    assert_eq!(parsed(&i).chemin, path.display().to_string());
}

#[test]
fn a_missing_column_is_replaced_by_the_one_that_resembles_it() {
    let (_d, path) = write(
        "plu.csv",
        "libelle;type_zone_plu;idurba;wkt\nUa;U;34001_PLU_20200101;POLYGON((3 43,3.1 43,3.1 43.1,3 43))\nA1;AUc;34001_PLU_20200101;POLYGON((3.2 43,3.3 43,3.3 43.1,3.2 43))\nN1;AUs;34001_PLU_20200101;POLYGON((3.4 43,3.5 43,3.5 43.1,3.4 43))\n",
    );
    let i = inspect(&path);
    let t = &i.tables[0];
    assert_eq!(t.couche, Some(Couche::Zonage), "{:#?}", t.candidats);
    assert_eq!(parsed(&i).correspondance["typezone"], "type_zone_plu");
    let r = t.lecture.as_ref().unwrap().as_ref().unwrap();
    assert_eq!((r.lus, r.gardes), (3, 3));
}

#[test]
fn what_is_no_table_is_said_in_a_sentence() {
    for (name, bytes, words) in [
        ("ortho.tif", &b"II*\0\x08\0\0\0"[..], "raster"),
        (
            "fr-30014.xml",
            b"<?xml version=\"1.0\"?><gmd:MD_Metadata/>",
            "métadonnées",
        ),
        ("page.json", b"<!doctype html><html></html>", "HTML"),
        ("vide.csv", b"", "vide"),
        ("schema.json", b"{\"fields\": []}", "features"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let i = inspect(&path);
        assert!(!i.is_recognised());
        assert!(
            i.refus.as_ref().unwrap().contains(words),
            "{name}: {:?}",
            i.refus
        );
    }
    for path in [
        "/vsicurl/http://example.invalid/x.gpkg",
        "/vsizip/a.zip/b.shp",
        "http://example.invalid/x.json",
    ] {
        assert!(
            inspect(std::path::Path::new(path)).refus.is_some(),
            "{path}"
        );
    }
}

#[test]
fn values_of_unknown_columns_are_not_shown() {
    let (_d, path) = write(
        "f.csv",
        "site_id;site_statut;proprietaire;geompoint\n1;friche avec projet;Jeanne Exemple;POINT(3 43)\n",
    );
    let i = inspect(&path);
    assert!(!serde_json::to_string(&i).unwrap().contains("Jeanne"));
}

#[test]
fn a_table_of_nothing_we_know_names_the_nearest_layers() {
    let (_d, path) = write("notes.csv", "date;auteur;note\n2024-01-01;x;y\n");
    let i = inspect(&path);
    let t = &i.tables[0];
    assert_eq!(
        (t.couche, t.lecture.is_none()),
        (None, true),
        "{:?}",
        t.candidats
    );
    assert!(t.candidats.iter().all(|c| c.confiance < RECOGNISED));
    assert_eq!(t.colonnes[0].nature, "date");
    parsed(&i);
}
