//! Scoring of generated territories, step by step:
//! `cargo bench -p gisement-index --bench construire -- [parcels] [fine]`.
#![allow(clippy::print_stdout, missing_docs)]

use std::sync::Mutex;
use std::time::Instant;

use gisement_index::{Demande, Territoire, construire};
use gisement_model::Bareme;

#[path = "grille.rs"]
mod grille;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let n = args.iter().find_map(|a| a.parse().ok()).unwrap_or(100_000);
    let fine = args.iter().any(|a| a == "fine");
    let layers = grille::grille(n, fine);
    println!(
        "{} parcelles, {} bâtiments, {} zones ({} sommets)",
        layers.parcelles.len(),
        layers.batiments.len(),
        layers.zonage.len(),
        layers.zonage.geoms.vertices()
    );
    let start = Instant::now();
    let steps: Mutex<Vec<(String, f64)>> = Mutex::new(Vec::new());
    let progress = |step: &str, done: u64, total: u64| {
        let mut s = steps
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let name = if total <= 4 {
            format!("{step} {done}/{total}")
        } else if done < total {
            step.to_owned()
        } else {
            format!("{step} : fin")
        };
        if s.last().is_none_or(|l| l.0 != name) {
            s.push((name, start.elapsed().as_secs_f64()));
        }
    };
    let contenu = construire(
        layers,
        &Demande {
            territoire: &Territoire::Tout,
            organisation: &[],
            bareme: &Bareme::defaut(),
            date: jiff::civil::date(2026, 11, 1),
        },
        None,
        &progress,
    )
    .expect("construire");
    let total = start.elapsed().as_secs_f64();
    for (name, at) in steps
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .iter()
    {
        println!("{at:8.3} s  {name}");
    }
    println!("{total:8.3} s  total ; {:?}", contenu.comptes);
    println!(
        "éclats {} ; sommes vérifiées {}, fausses {}",
        contenu.rapport.eclats_ignores,
        contenu.rapport.sommes_verifiees,
        contenu.rapport.sommes_fausses
    );
    let memory = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!(
        "{}",
        memory
            .lines()
            .find(|l| l.starts_with("VmHWM"))
            .unwrap_or_default()
    );
}
