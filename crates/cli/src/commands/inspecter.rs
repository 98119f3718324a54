//! `gisement inspecter`: what is this file, and how would it be read?

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use gisement_ingest::{Candidat, Colonne, Inspection, Table, data_files, inspect};
use gisement_model::RapportFichier;

use super::construire::describe;
use crate::progress::Progress;
use crate::{Outcome, progress};

/// Share of rejected rows that is no longer a detail (the default of `[tolerance] rejets`).
const REJECTED_MAX: f64 = 0.05;
/// Columns described one by one; the others are only named.
const COLUMNS_MAX: usize = 40;
/// An entry for a layer less likely than this would mislead.
const QUOTED: u8 = 15;
/// Other layers are worth naming when they are this near to the best one.
const CLOSE: u8 = 30;

pub(crate) fn run(paths: &[PathBuf], json: bool) -> Result<Outcome> {
    let mut files = Vec::new();
    for p in paths {
        if p.is_dir() {
            files.extend(data_files(p).with_context(|| p.display().to_string())?);
        } else {
            files.push(p.clone());
        }
    }
    let bar = Progress::new();
    let total = files.len() as u64;
    let mut all = Vec::with_capacity(files.len());
    for (done, f) in files.iter().enumerate() {
        bar.at("Inspection", done as u64, total);
        let seen = inspect(f);
        if !json {
            progress::result(&text(&seen));
        }
        all.push(seen);
    }
    if json {
        progress::result(&serde_json::to_string_pretty(&all)?);
    } else if all.len() != 1 {
        progress::result(&summary(&all, paths));
    }
    Ok(if !all.iter().any(Inspection::is_recognised) {
        Outcome::NothingRecognised
    } else if all.iter().any(|i| i.loses_more_than(REJECTED_MAX)) {
        Outcome::TooManyRejected
    } else {
        Outcome::Fine
    })
}

/// Everything about one file, for a reader.
fn text(seen: &Inspection) -> String {
    let mut out = format!("━━ {}\n", seen.chemin);
    if let Some(why) = &seen.refus {
        let _ = writeln!(out, "Rien à lire dans ce fichier : {why}.");
    }
    for t in &seen.tables {
        table(&mut out, t);
    }
    out
}

fn table(out: &mut String, t: &Table) {
    if !t.nom.is_empty() {
        let _ = writeln!(out, "── table « {} »", t.nom);
    }
    let _ = writeln!(
        out,
        "{}, {} ligne{}{}",
        t.format,
        grouped(t.lignes),
        if t.lignes > 1 { "s" } else { "" },
        if t.illisibles > 0 {
            format!(" dont {} supprimées ou illisibles", grouped(t.illisibles))
        } else {
            String::new()
        }
    );
    let shapes: Vec<String> = t
        .geometries
        .iter()
        .map(|(k, n)| format!("{k} {}", grouped(*n)))
        .collect();
    if !shapes.is_empty() {
        let _ = writeln!(out, "  géométrie    {}", shapes.join(", "));
    }
    let _ = writeln!(out, "  coordonnées  {}", t.crs);
    if let Some([a, b, c, d]) = t.emprise {
        let _ = writeln!(
            out,
            "  emprise      {} {} – {} {}",
            place(a),
            place(b),
            place(c),
            place(d)
        );
    }
    let _ = writeln!(out, "  encodage     {}", t.encodage);
    columns(out, &t.colonnes);
    candidates(out, t);
    match &t.lecture {
        Some(Ok(r)) => trial(out, r),
        Some(Err(e)) => {
            let _ = writeln!(out, "Lecture impossible : {e}");
        }
        None => {}
    }
    if let Some(b) = &t.bloc
        && t.candidats.first().is_some_and(|c| c.confiance >= QUOTED)
    {
        let _ = write!(out, "\nÀ recopier dans observatoire.toml :\n\n{b}");
    }
}

fn columns(out: &mut String, all: &[Colonne]) {
    if all.is_empty() {
        out.push_str("  aucune colonne : des objets sans attributs\n");
        return;
    }
    let _ = writeln!(out, "  {} colonnes", all.len());
    for c in all.iter().take(COLUMNS_MAX) {
        let empty = match (c.vides * 100.0).round() {
            p if p > 0.0 && p < 100.0 => format!(", vide à {p} %"),
            _ => String::new(),
        };
        let examples = if c.exemples.is_empty() {
            String::new()
        } else {
            format!("  ex. {}", c.exemples.join(" | "))
        };
        let _ = writeln!(out, "    {:<24} {}{empty}{examples}", c.nom, c.nature);
    }
    if all.len() > COLUMNS_MAX {
        let rest: Vec<&str> = all[COLUMNS_MAX..].iter().map(|c| c.nom.as_str()).collect();
        let _ = writeln!(out, "    et {}", rest.join(", "));
    }
}

fn candidates(out: &mut String, t: &Table) {
    let Some(best) = t.candidats.first() else {
        return;
    };
    if t.couche.is_some() {
        let _ = writeln!(
            out,
            "\nCouche reconnue : {} (confiance {} %){}",
            best.couche,
            best.confiance,
            best.dialecte
                .as_ref()
                .map(|d| format!(", {d}"))
                .unwrap_or_default()
        );
        reasons(out, best);
    } else {
        out.push_str("\nAucune couche reconnue.");
        if t.lignes == 0 {
            out.push_str(" Le fichier est vide d’entités.\n");
        } else if best.confiance < 5 {
            out.push_str(" Rien dans ce fichier ne ressemble à une couche de Gisement.\n");
        } else {
            out.push_str(" Les plus proches :\n");
        }
    }
    let floor = best.confiance.saturating_sub(CLOSE).max(5);
    let skip = usize::from(t.couche.is_some());
    let near: Vec<&Candidat> = t
        .candidats
        .iter()
        .skip(skip)
        .take(3)
        .filter(|c| c.confiance >= floor)
        .collect();
    if t.couche.is_some() && !near.is_empty() {
        out.push_str("  Autres couches possibles :\n");
    }
    for c in near {
        let _ = writeln!(out, "  {} ({} %)", c.couche, c.confiance);
        if t.couche.is_none() {
            reasons(out, c);
        }
    }
}

fn reasons(out: &mut String, c: &Candidat) {
    for p in &c.pour {
        let _ = writeln!(out, "  + {p}");
    }
    for p in &c.contre {
        let _ = writeln!(out, "  − {p}");
    }
    if let Some(m) = &c.manque {
        let _ = writeln!(out, "  manque : {m}");
    }
    for (field, column) in &c.suggestions {
        let _ = writeln!(out, "  {field} : peut-être la colonne {column}");
    }
}

/// Counts and anomalies of a trial reading.
fn trial(out: &mut String, r: &RapportFichier) {
    let _ = writeln!(
        out,
        "\nLecture : {} lues = {} gardées + {} rejetées + {} fusionnées ; {} réparations",
        grouped(r.lus),
        grouped(r.gardes),
        grouped(r.rejetes),
        grouped(r.fusionnes),
        grouped(r.repares.values().sum())
    );
    for (kind, n) in &r.repares {
        let _ = writeln!(
            out,
            "  réparé : {} ({})",
            kind.replace('_', " "),
            grouped(*n)
        );
    }
    for (code, a) in &r.anomalies {
        let effect = a.effet.libelle();
        let example = a.exemples.first().map(describe).unwrap_or_default();
        let _ = writeln!(
            out,
            "  {effect} : {} [{code}] ({}{example})",
            a.libelle,
            grouped(a.nombre)
        );
    }
}

/// One line for each file of a folder.
fn summary(all: &[Inspection], paths: &[PathBuf]) -> String {
    let base: Option<&Path> = match paths {
        [one] if one.is_dir() => Some(one),
        _ => None,
    };
    let mut out = format!("━━ Résumé : {} fichiers\n", all.len());
    for i in all {
        let path = Path::new(&i.chemin);
        let name = base.and_then(|b| path.strip_prefix(b).ok()).unwrap_or(path);
        for t in &i.tables {
            let said = match (&t.couche, &t.lecture) {
                (Some(c), Some(Ok(r))) => format!(
                    "{c} ({} %) : {} lues, {} gardées, {} rejetées, {} fusionnées",
                    t.candidats.first().map_or(0, |c| c.confiance),
                    r.lus,
                    r.gardes,
                    r.rejetes,
                    r.fusionnes
                ),
                (Some(c), Some(Err(e))) => format!("{c} : {e}"),
                _ => format!("non reconnu ({} lignes)", t.lignes),
            };
            let table = if t.nom.is_empty() {
                String::new()
            } else {
                format!(" [{}]", t.nom)
            };
            let _ = writeln!(out, "  {}{table} → {said}", name.display());
        }
        if let Some(why) = &i.refus {
            let _ = writeln!(out, "  {} → {why}", name.display());
        }
    }
    out
}

/// Thousands apart, as French writes them.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(c);
    }
    out
}

/// A coordinate: metres without decimals, degrees with four.
fn place(x: f64) -> String {
    if x.abs() > 360.0 {
        format!("{x:.0}")
    } else {
        format!("{x:.4}")
    }
}
