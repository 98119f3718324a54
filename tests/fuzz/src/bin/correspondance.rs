//! Any `[[source]]` entry over any table.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| gisement_fuzz::correspondance(text));
