//! `exemple` and `construire` on the sample territory.

use std::collections::BTreeMap;
use std::path::Path;

use super::harness::{construire, edition_dir, gisement, read_json, root, sample};

fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut todo = vec![dir.to_owned()];
    while let Some(d) = todo.pop() {
        for entry in std::fs::read_dir(&d).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else {
                let name = path.strip_prefix(dir).unwrap().display().to_string();
                all.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    all
}

#[test]
fn the_committed_sample_is_what_the_generator_writes() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("coteaux");
    gisement(&["exemple", out.to_str().unwrap()]).exits(0);
    let (mut written, committed) = (files(&out), files(&root().join("data-samples/coteaux")));
    let names = |m: &BTreeMap<String, Vec<u8>>| m.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&written), names(&committed));
    written.retain(|name, bytes| committed[name] != *bytes);
    assert_eq!(
        names(&written),
        Vec::<String>::new(),
        "these files differ from the committed ones"
    );
    assert!(
        committed.values().map(Vec::len).sum::<usize>() < 15_000_000,
        "the sample must stay under 15 MB"
    );
}

#[test]
fn a_folder_that_is_not_empty_is_not_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("precieux.txt"), "x").unwrap();
    gisement(&["exemple", dir.path().to_str().unwrap()])
        .exits(1)
        .says(&["n’est pas vide"]);
}

#[test]
fn same_inputs_give_the_same_edition_byte_for_byte() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b) = (dir.path().join("a"), dir.path().join("b"));
    construire(&sample(), &a).exits(0);
    // The other build runs on one thread and from another place: neither may show.
    let copy = dir.path().join("ailleurs");
    let config = root().join("data-samples/coteaux");
    assert!(
        std::process::Command::new("cp")
            .arg("-r")
            .arg(&config)
            .arg(&copy)
            .status()
            .unwrap()
            .success()
    );
    let one_thread = std::process::Command::new(super::harness::BINARY)
        .args([
            "construire",
            copy.join("observatoire.toml").to_str().unwrap(),
            "--donnees",
            b.to_str().unwrap(),
        ])
        .env("RAYON_NUM_THREADS", "1")
        .output()
        .unwrap();
    super::harness::Ran::from(one_thread).exits(0);
    let (mut first, mut second) = (files(&edition_dir(&a)), files(&edition_dir(&b)));
    assert!(first.remove("journal.json").is_some() && second.remove("journal.json").is_some());
    assert_eq!(
        first.keys().collect::<Vec<_>>(),
        second.keys().collect::<Vec<_>>()
    );
    let differing: Vec<_> = first
        .iter()
        .filter(|(n, bytes)| second[*n] != **bytes)
        .map(|(n, _)| n)
        .collect();
    assert!(differing.is_empty(), "{differing:?} differ");
}

#[test]
fn a_second_build_publishes_nothing_new_and_a_new_date_reuses_every_layer() {
    let dir = tempfile::tempdir().unwrap();
    construire(&sample(), dir.path()).exits(0);
    let again = construire(&sample(), dir.path()).exits(0);
    assert!(again.stdout.contains("déjà publiée"), "{}", again.stdout);
    let layers = std::fs::read_dir(dir.path().join("couches"))
        .unwrap()
        .count();
    let (config, donnees) = (sample(), dir.path().to_str().unwrap().to_owned());
    gisement(&[
        "construire",
        config.to_str().unwrap(),
        "--donnees",
        &donnees,
        "--date",
        "2026-05-25",
    ])
    .exits(0);
    assert_eq!(
        std::fs::read_dir(dir.path().join("couches"))
            .unwrap()
            .count(),
        layers
    );
    assert_eq!(
        std::fs::read_dir(dir.path().join("editions"))
            .unwrap()
            .count(),
        2
    );
    gisement(&["verifier", &donnees]).exits(0);
}

#[test]
fn the_report_accounts_for_every_row_read() {
    let dir = tempfile::tempdir().unwrap();
    construire(&sample(), dir.path()).exits(0);
    let rapport = read_json(&edition_dir(dir.path()).join("rapport.json"));
    let reports = rapport["fichiers"].as_array().unwrap();
    assert!(reports.len() > 15);
    for r in reports {
        let n = |k: &str| r[k].as_u64().unwrap();
        assert_eq!(
            n("lus"),
            n("gardes") + n("rejetes") + n("fusionnes"),
            "{}",
            r["source"]["fichier"]
        );
    }
}

#[test]
fn damage_is_found() {
    let dir = tempfile::tempdir().unwrap();
    construire(&sample(), dir.path()).exits(0);
    let victim = edition_dir(dir.path()).join("parcelles.parquet");
    let mut bytes = std::fs::read(&victim).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&victim, bytes).unwrap();
    let ran = gisement(&["verifier", dir.path().to_str().unwrap()]).exits(1);
    assert!(ran.stdout.contains("parcelles.parquet"), "{}", ran.stdout);
}

#[test]
fn two_builders_never_share_a_folder() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path()).unwrap();
    let lock = std::fs::File::create(dir.path().join("verrou")).unwrap();
    lock.lock().unwrap();
    construire(&sample(), dir.path())
        .exits(1)
        .says(&["déjà en cours de construction"]);
}
