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
    Ok(vec![epci, scots])
}
