//! Intercommunalities and SCoTs, with codes that say they are fictional.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::commune::Commune;
use super::geojson::texte;
use super::texte::{SIMPLE, csv};

/// SIREN of a fictional EPCI: real ones begin with 20 or 24, none with 99.
pub(super) fn siren_epci(epci: usize) -> String {
    format!("99349{epci:04}")
}

/// Name of an EPCI, after its first commune.
pub(super) fn nom_epci(epci: usize, graine: u64) -> String {
    let premier = match epci {
        0 => 0,
        1 => 5,
        n => 6 + (n - 2) * 9,
    };
    format!("CC {} (fictive)", Commune::nouvelle(premier, graine).nom)
}

fn scot(s: usize) -> (String, String) {
    (
        format!("FICTIF-{:02}", s + 1),
        format!(
            "SCoT de démonstration {} (fictif)",
            [
                "des Garrigues",
                "du Val",
                "des Causses",
                "du Piémont",
                "des Étangs",
                "de l'Orb"
            ][s % 6]
        ),
    )
}

/// Writes `epci.json` (decoupage-administratif layout) and `scots.csv`.
pub(super) fn ecrire(
    dossier: &Path,
    communes: &[Commune],
    graine: u64,
) -> io::Result<Vec<PathBuf>> {
    let dossier = dossier.join("territoires");
    fs::create_dir_all(&dossier)?;
    let epcis = 1 + communes.iter().map(|c| c.epci).max().unwrap_or(0);
    let objets: Vec<String> = (0..epcis)
        .filter_map(|e| {
            let membres: Vec<&Commune> = communes.iter().filter(|c| c.epci == e).collect();
            let total: u32 = membres.iter().map(|c| c.population).sum();
            let liste: Vec<String> = membres
                .iter()
                .map(|c| {
                    format!(
                        "{{\"code\": \"{}\", \"siren\": \"9930{}\", \"nom\": {}, \"populationTotale\": {}, \"populationMunicipale\": {}}}",
                        c.code, c.code, texte(&c.nom), c.population + c.population / 60, c.population
                    )
                })
                .collect();
            (!membres.is_empty()).then(|| {
                format!(
                    "{{\"code\": \"{}\", \"nom\": {}, \"type\": \"CC\", \"modeFinancement\": \"FPU\", \"populationTotale\": {}, \"populationMunicipale\": {total}, \"membres\": [{}]}}",
                    siren_epci(e), texte(&nom_epci(e, graine)), total + total / 60, liste.join(", ")
                )
            })
        })
        .collect();
    let epci = dossier.join("epci.json");
    fs::write(&epci, format!("[{}]\n", objets.join(", ")))?;
    let lignes: Vec<Vec<String>> = communes
        .iter()
        .filter_map(|c| {
            c.scot
                .map(scot)
                .map(|(id, nom)| vec![id, nom, c.code.clone()])
        })
        .collect();
    let scots = csv(
        &dossier.join("scots.csv"),
        SIMPLE,
        &["id_scot", "nom_scot", "commune"],
        &lignes,
    )?;
    let mut fichiers = vec![epci, scots];
    fichiers.push(trajectoires(&dossier, communes)?);
    fichiers.push(declarations(&dossier, communes)?);
    Ok(fichiers)
}

/// Targets: those of the SCoTs, and of one commune that has gone past its own.
fn trajectoires(dossier: &Path, communes: &[Commune]) -> io::Result<PathBuf> {
    let scots: std::collections::BTreeSet<usize> = communes.iter().filter_map(|c| c.scot).collect();
    let mut lignes: Vec<[String; 5]> = scots
        .into_iter()
        .map(|s| {
            let (code, nom) = scot(s);
            [
                "scot".into(),
                code,
                "-54,5 %".into(),
                format!("DOO du {nom}"),
                "https://example.invalid/doo".into(),
            ]
        })
        .collect();
    lignes.extend(communes.iter().filter(|c| c.rang == 4).map(|c| {
        [
            "commune".into(),
            c.code.clone(),
            "-70 %".into(),
            "Délibération du 12 mars 2025 (fictive)".into(),
            String::new(),
        ]
    }));
    csv(
        &dossier.join("trajectoires.csv"),
        SIMPLE,
        &["niveau", "code", "reduction", "document", "adresse"],
        &lignes.into_iter().map(Vec::from).collect::<Vec<_>>(),
    )
}

/// What two communes deduct from the ledger.
fn declarations(dossier: &Path, communes: &[Commune]) -> io::Result<PathBuf> {
    let of = |rang: usize, annee: &str, nature: &str, surface: &str, objet: &str| {
        let commune = communes.iter().find(|c| c.rang == rang)?;
        let cells = [
            commune.code.as_str(),
            annee,
            nature,
            surface,
            objet,
            "2025-01-20",
        ];
        Some(cells.map(str::to_owned).to_vec())
    };
    let lignes: Vec<Vec<String>> = [
        of(0, "2022", "pene", "8 000", "Ligne nouvelle (fictive)"),
        of(
            1,
            "2023",
            "renaturation",
            "1 200",
            "Ancienne station d'épuration (fictive)",
        ),
    ]
    .into_iter()
    .flatten()
    .collect();
    csv(
        &dossier.join("declarations.csv"),
        SIMPLE,
        &[
            "code_insee",
            "annee",
            "nature",
            "surface_m2",
            "objet",
            "date",
        ],
        &lignes,
    )
}
