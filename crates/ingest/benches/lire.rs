//! One file of parcels → a canonical layer on disk: `lire FICHIER DOSSIER`. Driven by `scripts/bench.sh lire`, which
//! measures it beside GDAL and DuckDB.
#![allow(clippy::print_stdout, missing_docs)]

use std::path::PathBuf;

use gisement_ingest::{Ingest as _, SourceConfig, SourceFile, fingerprint};
use gisement_model::{Couche, Crs, Parcelle};
use gisement_store::DataFolder;

/// The allocator of the program that is measured.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<PathBuf> = std::env::args_os()
        .skip(1)
        .map(PathBuf::from)
        .filter(|a| !a.starts_with("--bench"))
        .collect();
    let [path, folder] = args.as_slice() else {
        println!("usage : lire FICHIER DOSSIER (voir scripts/bench.sh)");
        return Ok(());
    };
    let config = SourceConfig::new(Couche::Parcelles, "parcelles");
    let file = SourceFile {
        path: path.clone(),
        name: "parcelles".into(),
        config: &config,
    };
    let folder = DataFolder::new(folder);
    let lock = folder.lock()?;
    let print = fingerprint(&file, Crs::Lambert93)?;
    let part = folder.begin_part(&lock, &print.cle, Crs::Lambert93)?;
    let report = Parcelle::read_into(&file, &print, Crs::Lambert93, &part, &|_, _| {})?;
    part.publish(&report)?;
    println!(
        "{} lues, {} gardées, {} rejetées, {} fusionnées",
        report.lus, report.gardes, report.rejetes, report.fusionnes
    );
    Ok(())
}
