//! Any `[[source]]` entry over any table: `correspondance`, `constantes`, `valeurs`, `filtre`, `crs`, `encodage`.
//! The entry and the table are separated by a line `---`.
#![no_main]

use gisement_fuzz::read_as;
use gisement_ingest::SourceConfig;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Some((entry, table)) = text.split_once("\n---\n") else {
        return;
    };
    let Ok(config) = toml::from_str::<SourceConfig>(entry) else {
        return;
    };
    let Ok(dir) = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()) else {
        return;
    };
    let path = dir.path().join("table.csv");
    if std::fs::write(&path, table).is_ok() {
        read_as(&path, &config);
    }
});
