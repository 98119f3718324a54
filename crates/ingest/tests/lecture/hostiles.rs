//! The fuzz targets on their corpus and on changes of it drawn from a seed. `scripts/fuzz.sh` looks further, led by
//! coverage, in a build of its own.

#![allow(
    clippy::panic,
    unreachable_pub,
    reason = "shared with the fuzz targets: a failure is the message"
)]

#[path = "../../../../tests/fuzz/changes.rs"]
mod changes;
#[path = "../../../../tests/fuzz/src/lib.rs"]
mod cibles;

#[test]
fn any_bytes_may_be_a_source_file() {
    changes::each("fichier", 300, cibles::fichier);
}

#[test]
fn any_entry_may_stand_over_any_table() {
    changes::each("correspondance", 300, |bytes| {
        cibles::correspondance(&String::from_utf8_lossy(bytes));
    });
}
