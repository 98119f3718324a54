//! Every file of the reference data set is either read, and then every row is accounted for, or listed with the
//! reason why not. `docs/fichiers-reels.md` is written from the same readings.
//!
//! The data lie outside the repository (`GISEMENT_DONNEES`, else `../shared/data`); without them the test says so
//! and passes.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "test helpers: a failure is the message"
)]

mod table;

use std::fmt::Write as _;
use std::path::Path;

use gisement_ingest::{Inspection, Table, data_files, inspect};
use gisement_model::RapportFichier;
use table::{Fichier, LUS, NON_LUS};

use crate::harness::donnees;

/// Every file, inspected, under its name in the data set.
fn all(root: &Path) -> Vec<(String, Inspection)> {
    let files = data_files(root).unwrap();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let mut out: Vec<(String, Inspection)> = std::thread::scope(|s| {
        let workers: Vec<_> = (0..2)
            .map(|_| {
                s.spawn(|| {
                    let mut mine = Vec::new();
                    while let Some(f) =
                        files.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
                    {
                        let name = f.strip_prefix(root).unwrap().display().to_string();
                        mine.push((name, inspect(f)));
                    }
                    mine
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|w| w.join().unwrap())
            .collect()
    });
    out.sort_by(|a, b| a.0.cmp(&b.0));
    out
}

fn entry(name: &str, t: &Table) -> Option<&'static Fichier> {
    LUS.iter()
        .find(|f| f.chemin == name && f.table.is_none_or(|n| n == t.nom))
}

/// Why a file or table is not read.
fn reason(list: &'static [(&str, &str)], name: &str, table: &str) -> Option<&'static str> {
    let full = format!("{name}#{table}");
    list.iter()
        .find(|(p, _)| *p == name || *p == full || p.ends_with('/') && name.starts_with(p))
        .map(|(_, why)| *why)
}

#[test]
fn every_row_of_every_file_is_accounted_for() {
    let Some(root) = donnees() else { return };
    let mut wrong = Vec::new();
    let mut met = 0;
    for (name, seen) in all(&root) {
        if let Some(why) = &seen.refus
            && reason(NON_LUS, &name, "").is_none()
        {
            wrong.push(format!("{name}: refused ({why}) and not listed"));
        }
        for t in &seen.tables {
            let Some(f) = entry(&name, t) else {
                if reason(NON_LUS, &name, &t.nom).is_none() {
                    wrong.push(format!(
                        "{name} [{}]: {:?}, not in the table",
                        t.nom, t.couche
                    ));
                } else if t.couche.is_some() && reason(NON_LUS, &name, &t.nom).is_some() {
                    wrong.push(format!("{name} [{}]: taken for {:?}", t.nom, t.couche));
                }
                continue;
            };
            met += 1;
            match (&t.couche, &t.lecture) {
                (Some(c), Some(Ok(r))) => {
                    let found = [r.gardes, r.rejetes, r.fusionnes];
                    if *c != f.couche || r.lus != f.lignes || found != f.suite || !r.is_balanced() {
                        wrong.push(format!(
                            "{name} [{}]: {c}, {} read ({} by {:?}), {found:?}, expected {:?}",
                            t.nom, r.lus, f.lignes, f.par, f.suite
                        ));
                    }
                }
                other => wrong.push(format!("{name} [{}]: {other:?}", t.nom)),
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert_eq!(met, LUS.len(), "some files of the table are absent");
}

/// Writes `docs/fichiers-reels.md`:
/// `cargo test -p gisement-ingest --test lecture -- --ignored tous_les_fichiers`.
#[test]
#[ignore = "writes documentation"]
fn write_the_page() {
    let Some(root) = donnees() else { return };
    let mut md = String::from(
        "# Fichiers réels lus\n\n\
         Page écrite par `cargo test -p gisement-ingest --test lecture -- --ignored tous_les_fichiers`, jamais à la main.\n\
         Chaque fichier du jeu de référence est lu comme la couche que `gisement inspecter` lui reconnaît ; \
         le nombre de lignes est comparé à celui d’un outil indépendant (GDAL, ou Python) ; \
         gardés, réparés, rejetés et fusionnés sont ceux de Gisement. \
         Lus = gardés + rejetés + fusionnés, toujours.\n\n\
         | fichier | couche | dialecte | lus | gardés | réparés | rejetés | fusionnés | compte indépendant | remarques |\n\
         |---|---|---|--:|--:|--:|--:|--:|---|---|\n",
    );
    for (name, seen) in all(&root) {
        for t in &seen.tables {
            let (Some(f), Some(Ok(r))) = (entry(&name, t), &t.lecture) else {
                continue;
            };
            let table = f.table.map(|n| format!(" [{n}]")).unwrap_or_default();
            let _ = writeln!(
                md,
                "| `{name}`{table} | {} | {} | {} | {} | {} | {} | {} | {} ({}) | {} |",
                f.couche,
                r.dialecte,
                r.lus,
                r.gardes,
                r.repares.values().sum::<u64>(),
                r.rejetes,
                r.fusionnes,
                f.lignes,
                match f.par {
                    table::Par::Ogr => "GDAL",
                    table::Par::Csv => "csv de Python",
                    table::Par::Json => "json de Python",
                },
                remarks(r),
            );
        }
    }
    md.push_str("\n## Non lus\n\n| fichier | raison |\n|---|---|\n");
    for (name, why) in NON_LUS {
        let _ = writeln!(md, "| `{name}` | {why} |");
    }
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/fichiers-reels.md");
    std::fs::write(page, md).unwrap();
}

fn remarks(r: &RapportFichier) -> String {
    let mut parts = vec![r.crs.clone(), r.encodage.clone()];
    parts.extend(
        r.repares
            .iter()
            .map(|(k, n)| format!("{} {n}", k.replace('_', " "))),
    );
    parts.extend(
        r.anomalies
            .iter()
            .map(|(k, a)| format!("`{k}` {}", a.nombre)),
    );
    parts.retain(|p| !p.is_empty());
    parts.join(" ; ").replace('|', "\\|")
}
