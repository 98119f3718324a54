//! Building again after something changed: what has not is taken over, and the edition is the one that a build from
//! nothing gives.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::harness::{edition_dir, gisement, root};

/// A copy of the sample, with an edition built from it.
struct Case {
    dir: tempfile::TempDir,
}

impl Case {
    fn new() -> Self {
        let case = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        let copied = std::process::Command::new("cp")
            .arg("-r")
            .arg(root().join("data-samples/coteaux"))
            .arg(case.dir.path().join("territoire"))
            .status()
            .unwrap();
        assert!(copied.success());
        case.build("avant", &[]);
        case
    }

    fn source(&self, name: &str) -> PathBuf {
        self.dir.path().join("territoire").join(name)
    }

    /// The hashes of the files of an edition, and how many parcels were taken over.
    fn build(&self, donnees: &str, more: &[&str]) -> (Value, u64) {
        let donnees = self.dir.path().join(donnees);
        let config = self.source("observatoire.toml");
        let mut args = vec!["construire", config.to_str().unwrap(), "--donnees"];
        args.push(donnees.to_str().unwrap());
        args.extend(more);
        gisement(&args).exits(0);
        let read = |name: &str| -> Value {
            serde_json::from_slice(&std::fs::read(edition_dir(&donnees).join(name)).unwrap())
                .unwrap()
        };
        let taken = read("journal.json")["parcelles_reprises"].as_u64().unwrap();
        (read("manifest.json")["empreintes"].take(), taken)
    }

    /// Builds after a change, both ways; says how many parcels were taken over.
    fn both(&self, what: &str) -> u64 {
        let (again, taken) = self.build("avant", &[]);
        let (whole, none) = self.build("neuf", &["--complet"]);
        assert_eq!(none, 0);
        assert_eq!(again, whole, "{what}");
        taken
    }

    fn edit(&self, name: &str, change: impl FnOnce(String) -> String) {
        let path: &Path = &self.source(name);
        let text = std::fs::read_to_string(path).unwrap();
        let changed = change(text.clone());
        assert_ne!(text, changed, "{name}");
        std::fs::write(path, changed).unwrap();
    }
}

/// What a power cut may leave of a file that was not synced: its length, without all of its content.
#[test]
fn a_kept_layer_that_was_damaged_is_read_again() {
    let case = Case::new();
    let mut damaged = 0;
    for part in std::fs::read_dir(case.dir.path().join("avant/couches")).unwrap() {
        let chunk = part.unwrap().path().join("couche-0000.parquet");
        let Ok(mut bytes) = std::fs::read(&chunk) else {
            continue;
        };
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&chunk, bytes).unwrap();
        damaged += 1;
    }
    assert!(damaged > 20, "{damaged} chunks");
    let another = ["--complet", "--date", "2026-10-01"];
    assert_eq!(
        case.build("avant", &another).0,
        case.build("neuf", &another).0
    );
}

#[test]
fn a_change_of_one_file_measures_only_what_it_touches() {
    let case = Case::new();
    let parcels = 6_000;
    for (name, nth) in [
        ("friches/friches-standard.csv", 2),
        ("equipements/services.csv", 4),
        ("cadastre/cadastre-34905-parcelles.json", 40),
        ("cadastre/cadastre-34905-batiments.json", 12),
        ("proprietaires/parcelles_personnes_morales_34.csv", 30),
    ] {
        case.edit(name, |text| {
            let lines: Vec<&str> = text.split_inclusive('\n').collect();
            let before = lines[..nth].concat();
            before + &lines[nth + 1..].concat()
        });
        let taken = case.both(name);
        assert!(taken > parcels / 2, "{name} : {taken} reprises");
    }
}

#[test]
fn without_any_of_its_first_sources_the_edition_is_that_of_a_build_from_nothing() {
    without_each(0);
}

#[test]
fn without_any_of_its_other_sources_the_edition_is_that_of_a_build_from_nothing() {
    without_each(1);
}

/// Takes away every second source in turn: two halves, since all of them one after the other is the longest test.
fn without_each(half: usize) {
    let case = Case::new();
    let whole = std::fs::read_to_string(case.source("observatoire.toml")).unwrap();
    let blocks: Vec<&str> = whole.split("[[source]]").collect();
    for gone in (2 + half..blocks.len()).step_by(2) {
        let left = [&blocks[..gone], &blocks[gone + 1..]].concat();
        std::fs::write(case.source("observatoire.toml"), left.join("[[source]]")).unwrap();
        case.both(blocks[gone]);
    }
}

#[test]
fn another_organisation_or_date_takes_over_nothing_that_it_changes() {
    let case = Case::new();
    case.edit("observatoire.toml", |t| {
        t.replace(
            "fictif = true",
            "fictif = true\norganisation = [\"552100554\"]",
        )
    });
    assert_eq!(case.both("organisation"), 0);
    case.edit("observatoire.toml", |t| {
        t.replace("date = 2026-11-01", "date = 2026-11-02")
    });
    assert_eq!(case.both("date"), 0);
}
