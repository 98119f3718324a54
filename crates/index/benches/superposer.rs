//! The overlay engine alone, for `scripts/bench.sh superposer`:
//! `superposer ecrire DOSSIER PARCELLES [fine]` writes the layers that every engine reads;
//! `superposer mesurer DOSSIER [FOIS]` reads and measures them, and prints what `scripts/superposer.py` compares.
#![allow(clippy::print_stdout, missing_docs)]

use std::path::Path;
use std::time::Instant;

use gisement_index::Layers;
use gisement_index::superposition::{Six, six};
use gisement_model::codes::TypeZone;
use gisement_model::{Crs, LayerRow};
use gisement_store::geoparquet::{Effort, read_layer, write};
use gisement_store::{Error, Layer};

#[path = "grille.rs"]
mod grille;

fn main() {
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let dossier = Path::new(args.get(1).map_or("", String::as_str));
    let n = args.get(2).and_then(|a| a.parse().ok());
    match args.first().map(String::as_str) {
        Some("ecrire") => {
            let fine = args.iter().any(|a| a == "fine");
            ecrire(dossier, n.unwrap_or(100_000), fine).expect("layers written");
        }
        Some("mesurer") => mesurer(dossier, n.unwrap_or(1)).expect("layers read"),
        // `cargo bench` and `cargo test --all-targets` run this without arguments.
        _ => println!("superposer ecrire DOSSIER PARCELLES [fine] | mesurer DOSSIER [FOIS]"),
    }
}

fn ecrire(dossier: &Path, n: usize, fine: bool) -> Result<(), Error> {
    fn layer<T: LayerRow>(dossier: &Path, nom: &str, l: Layer<T>) -> Result<(), Error> {
        let table = l.hilbert_sorted().into_table()?;
        write(
            &dossier.join(format!("{nom}.parquet")),
            &table,
            Effort::Kept,
        )
        .map(drop)
    }
    let l = grille::grille(n, fine);
    layer(dossier, "batiments", l.batiments)?;
    layer(dossier, "zonage", l.zonage)?;
    layer(dossier, "friches", l.friches)?;
    layer(dossier, "zae", l.zae)?;
    layer(dossier, "parcelles", l.parcelles)
}

fn lire(dossier: &Path) -> Result<Layers, Error> {
    fn layer<T: LayerRow>(dossier: &Path, nom: &str) -> Result<Layer<T>, Error> {
        let path = dossier.join(format!("{nom}.parquet"));
        read_layer(&path, Vec::new(), Crs::Lambert93)
    }
    let mut l = Layers::empty(Crs::Lambert93);
    l.batiments = layer(dossier, "batiments")?;
    l.zonage = layer(dossier, "zonage")?;
    l.friches = layer(dossier, "friches")?;
    l.zae = layer(dossier, "zae")?;
    l.parcelles = layer(dossier, "parcelles")?;
    Ok(l)
}

fn mesurer(dossier: &Path, fois: usize) -> Result<(), Error> {
    let layers = lire(dossier)?;
    // The peak of what follows, the layers included, without that of reading them.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let (mut mur, mut cpu) = (Vec::new(), Vec::new());
    let mut rows = Vec::new();
    for _ in 0..fois.max(1) {
        drop(rows);
        let (start, before) = (Instant::now(), processeur());
        rows = six(&layers);
        mur.push(start.elapsed().as_secs_f64());
        cpu.push(processeur() - before);
    }
    println!(
        "{}",
        serde_json::json!({
            "moteur": "Gisement", "version": env!("CARGO_PKG_VERSION"), "mur": mur, "cpu": cpu,
            "memoire": pic(), "reponse": reponse(&rows),
        })
    );
    Ok(())
}

fn reponse(rows: &[Six]) -> serde_json::Value {
    let n = rows.len() as f64;
    let sum = |f: &dyn Fn(&Six) -> f64| rows.iter().map(f).sum::<f64>();
    let zone = |t: Option<TypeZone>| rows.iter().filter(|s| s.zone == t).count();
    let mut zones = serde_json::Map::new();
    for t in TypeZone::ALL {
        zones.insert(t.code().to_owned(), zone(Some(*t)).into());
    }
    zones.insert("sans".to_owned(), zone(None).into());
    serde_json::json!({
        "parcelles": rows.len(),
        "surface_m2": sum(&|s| s.surface),
        "bati_moyen": sum(&|s| s.bati) / n,
        "zones": zones,
        "friche_m2": sum(&|s| s.friche * s.surface),
        "zae_m2": sum(&|s| s.zae * s.surface),
        "distance_moyenne_m": sum(&|s| s.distance.unwrap_or(f64::NAN)) / n,
    })
}

/// Seconds of processor of this process, all threads, finer than the clock ticks of `/proc/self/stat`.
fn processeur() -> f64 {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten();
    threads
        .flatten()
        .filter_map(|t| std::fs::read_to_string(t.path().join("schedstat")).ok())
        .filter_map(|s| s.split(' ').next().and_then(|v| v.parse::<f64>().ok()))
        .sum::<f64>()
        / 1e9
}

/// Peak resident memory. MiB.
fn pic() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|l| l.strip_prefix("VmHWM:"))
        .and_then(|l| l.trim().trim_end_matches(" kB").parse::<f64>().ok())
        .unwrap_or(f64::NAN)
        / 1024.0
}
