//! Any bytes as a source file: detection, decompression, archives, JSON, CSV, shapefile, geometry, mapping.
//! Byte 0 is the layer, byte 1 the extension; a shapefile's parts are separated by `SEP`.
#![no_main]

use gisement_fuzz::{COUCHES, read_as};
use gisement_ingest::SourceConfig;
use libfuzzer_sys::fuzz_target;

const SEP: &[u8] = b"\0SEP\0";
const EXTENSIONS: [&str; 7] = ["json", "csv", "gz", "zip", "tar.bz2", "dbf", "shp"];

fuzz_target!(|data: &[u8]| {
    let [couche, extension, rest @ ..] = data else {
        return;
    };
    // GeoPackages are GDAL's affair, and this build has none.
    if rest.starts_with(b"SQLite format 3\0") {
        return;
    }
    let config = SourceConfig::new(COUCHES[*couche as usize % COUCHES.len()], "source");
    let extension = EXTENSIONS[*extension as usize % EXTENSIONS.len()];
    let Ok(dir) = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()) else {
        return;
    };
    let path = dir.path().join(format!("source.{extension}"));
    let mut parts = split(rest);
    let first = parts.remove(0);
    if std::fs::write(&path, first).is_err() {
        return;
    }
    for (part, ext) in parts.iter().zip(["dbf", "shx", "prj", "cpg"]) {
        let _ = std::fs::write(path.with_extension(ext), part);
    }
    read_as(&path, &config);
});

fn split(mut rest: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    while let Some(at) = rest.windows(SEP.len()).position(|w| w == SEP) {
        parts.push(&rest[..at]);
        rest = &rest[at + SEP.len()..];
    }
    parts.push(rest);
    parts
}
