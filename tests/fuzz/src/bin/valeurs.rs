//! Any text as a cell: numbers, dates, yes or no, references, WKT; what is read is read again the same.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| gisement_ingest::fuzz::values(text));
