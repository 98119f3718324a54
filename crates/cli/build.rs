//! Hashes the program's own sources, so that a changed program never re-uses what an older one computed,
//! and so that two builds of the same sources name the same editions.

use std::fs;
use std::path::{Path, PathBuf};

fn main() -> std::io::Result<()> {
    let crates = Path::new("..");
    for (variable, members) in [
        ("GISEMENT_LECTURE", &["model", "store", "ingest"][..]),
        (
            "GISEMENT_PROGRAMME",
            &["model", "store", "ingest", "index", "cli"][..],
        ),
    ] {
        let mut hasher = blake3::Hasher::new();
        for member in members {
            let mut files = Vec::new();
            for dir in ["src", "baremes"] {
                collect(&crates.join(member).join(dir), &mut files)?;
            }
            files.sort();
            for file in files {
                println!("cargo::rerun-if-changed={}", file.display());
                hasher.update(file.display().to_string().as_bytes());
                hasher.update(&fs::read(&file)?);
            }
        }
        println!(
            "cargo::rustc-env={variable}={}",
            &hasher.finalize().to_hex()[..16]
        );
    }
    Ok(())
}

fn collect(dir: &Path, into: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !dir.is_dir() {
        return Ok(());
    }
    // A file added to a folder changes the folder: watched too.
    println!("cargo::rerun-if-changed={}", dir.display());
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, into)?;
        } else {
            into.push(path);
        }
    }
    Ok(())
}
