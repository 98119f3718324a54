//! Public and hospital land among the gisements.

use gisement_index::{TypeGisement, Verdict};

use super::perimetre::{Absence, Perimetre};
use crate::columns::{Integers, Reals, Texts};

/// CES under which a plot is bare.
const NU: f64 = 0.05;

/// Whether a parcel is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bati {
    Nu,
    Bati,
    Inconnu,
}

/// A gisement of a public owner, of a social housing body or of a hospital.
#[derive(Debug)]
pub(crate) struct Foncier<'e> {
    /// Row in `parcelles`.
    pub(crate) row: u32,
    pub(crate) idu: Option<&'e str>,
    pub(crate) insee: Option<&'e str>,
    /// A legal person: natural persons are in no file that an edition reads.
    pub(crate) proprietaire: Option<&'e str>,
    /// Class of its owner, or `hopital` where a hospital stands.
    pub(crate) classe: &'e str,
    pub(crate) bati: Bati,
    pub(crate) kind: TypeGisement,
    pub(crate) verdict: Verdict,
    /// m²
    pub(crate) surface: Option<f64>,
    /// m²
    pub(crate) utile: Option<f64>,
    /// Dwellings: low, central, high.
    pub(crate) logements: [Option<i64>; 3],
}

/// Land of public owners, social housing bodies and hospitals among the gisements, the largest first.
pub(crate) fn foncier_public<'e>(p: &Perimetre<'e>) -> Result<Vec<Foncier<'e>>, Absence> {
    let Some(c) = p.edition.collection("parcelles") else {
        return Err(Absence {
            motif: "couche non chargée",
            couche: "parcelles cadastrales",
        });
    };
    if p.edition.collection("proprietaires").is_none() {
        return Err(Absence {
            motif: "couche non chargée",
            couche: "propriétaires personnes morales (DGFiP)",
        });
    }
    let [idu, insee, class, owner, nature] = [
        "idu",
        "code_insee",
        "proprietaire_classe",
        "proprietaire",
        "activite_nature",
    ]
    .map(|n| Texts::new(c, n));
    let [area, usable, ces] = ["surface_m2", "utile_m2", "ces"].map(|n| Reals::new(c, n));
    let dwellings = ["capacite_bas", "capacite", "capacite_haut"].map(|n| Integers::new(c, n));
    let of_owner = |row: usize| {
        class.get(row).filter(|k| {
            matches!(
                *k,
                "etat"
                    | "region"
                    | "departement"
                    | "commune"
                    | "etablissement_public"
                    | "organisme_hlm"
            )
        })
    };
    let mut out = Vec::new();
    for g in p.gisements() {
        let row = g.row as usize;
        let hospital = (nature.get(row) == Some("hopital")).then_some("hopital");
        let Some(classe) = hospital.or_else(|| of_owner(row)) else {
            continue;
        };
        out.push(Foncier {
            row: g.row,
            idu: idu.get(row),
            insee: insee.get(row),
            proprietaire: owner.get(row),
            classe,
            bati: match ces.get(row) {
                Some(v) if v < NU => Bati::Nu,
                Some(_) => Bati::Bati,
                None => Bati::Inconnu,
            },
            kind: g.kind,
            verdict: g.verdict,
            surface: area.get(row),
            utile: usable.get(row),
            logements: dwellings.map(|d| d.get(row)),
        });
    }
    Ok(out)
}
