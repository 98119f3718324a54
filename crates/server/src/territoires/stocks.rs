//! What can be mobilised in some communes: gisements by type, with surfaces, dwellings and ENAF cost.

use gisement_index::{TypeGisement, Verdict};
use serde::Serialize;

use crate::classement::Stock;
use crate::columns::{Integers, Reals};
use crate::editions::Edition;

/// A sum of values of which some may be unknown: those are counted, never taken for 0.
#[derive(Debug, Default, Serialize)]
pub(super) struct Somme {
    min: f64,
    /// Over the rows that have one.
    central: f64,
    max: f64,
    /// Rows of which the interval is known and not where in it the value lies.
    sans_central: u64,
    /// Rows of which nothing is known.
    inconnus: u64,
}

impl Somme {
    fn add(&mut self, [min, central, max]: [Option<f64>; 3]) {
        let (Some(min), Some(max)) = (min, max) else {
            self.inconnus += 1;
            return;
        };
        self.min += min;
        self.max += max;
        match central {
            Some(v) => self.central += v,
            None => self.sans_central += 1,
        }
    }
}

/// The gisements of a type, or of all.
#[derive(Debug, Default, Serialize)]
pub(super) struct Stocks {
    nombre: u64,
    prioritaire: u64,
    a_etudier: u64,
    reserve: u64,
    utile_m2: f64,
    /// Dwellings.
    capacite: Somme,
    /// m² of ENAF that using them would take.
    enaf_m2: Somme,
    /// Of them, those that take none in any case.
    sans_enaf: u64,
    /// Dwellings on those.
    capacite_sans_enaf: Somme,
}

/// The stocks by type, in the order of the rule set's types.
pub(super) fn of(
    edition: &Edition,
    stock: &Stock,
    is_in: impl Fn(&str) -> bool,
) -> Vec<(TypeGisement, Stocks)> {
    let Some(parcelles) = edition.collection("parcelles") else {
        return Vec::new();
    };
    let dwellings =
        ["capacite_bas", "capacite", "capacite_haut"].map(|n| Integers::new(parcelles, n));
    let enaf = ["enaf_min_m2", "enaf_m2", "enaf_max_m2"].map(|n| Reals::new(parcelles, n));
    let kept: Vec<bool> = stock.communes().iter().map(|c| is_in(c)).collect();
    let mut by_type: Vec<(TypeGisement, Stocks)> = TypeGisement::ALL
        .iter()
        .map(|t| (*t, Stocks::default()))
        .collect();
    for gisement in stock.gisements().filter(|g| kept[g.commune as usize]) {
        let Some((_, s)) = by_type.iter_mut().find(|(t, _)| *t == gisement.kind) else {
            continue;
        };
        let row = gisement.row as usize;
        let dwellings = dwellings.map(|c| c.get(row).map(|v| v as f64));
        let enaf = enaf.map(|c| c.get(row));
        s.nombre += 1;
        match gisement.verdict {
            Verdict::Prioritaire => s.prioritaire += 1,
            Verdict::AEtudier => s.a_etudier += 1,
            _ => s.reserve += 1,
        }
        s.utile_m2 += gisement.utile;
        s.capacite.add(dwellings);
        s.enaf_m2.add(enaf);
        if enaf[2] == Some(0.0) {
            s.sans_enaf += 1;
            s.capacite_sans_enaf.add(dwellings);
        }
    }
    by_type.retain(|(_, s)| s.nombre > 0);
    by_type
}
