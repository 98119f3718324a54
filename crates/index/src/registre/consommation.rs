//! What each commune consumed, year by year, and what is deducted from it.

use std::collections::BTreeMap;

use gisement_model::bareme::RegleZan;
use gisement_model::codes::NatureDeclaration;
use gisement_model::{CodeInsee, Enaf};

use super::years;
use crate::layers::Layers;

/// How many destinations Cerema tells apart.
pub(super) const DESTINATIONS: usize = 6;

/// A year of a commune or of several. m².
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Annee {
    pub(super) total: f64,
    /// Activité, habitat, mixte, routes, ferré, inconnu.
    pub(super) destinations: [Option<f64>; DESTINATIONS],
    /// Negative values of the file: residues of rounding, kept as they are.
    pub(super) residus: i64,
}

impl Annee {
    fn of(row: &Enaf) -> Self {
        let destinations = [
            row.activite_m2,
            row.habitat_m2,
            row.mixte_m2,
            row.route_m2,
            row.ferre_m2,
            row.inconnu_m2,
        ];
        let negative = |v: &f64| *v < 0.0;
        let residus = destinations
            .iter()
            .flatten()
            .filter(|v| negative(v))
            .count()
            + usize::from(negative(&row.total_m2));
        Self {
            total: row.total_m2,
            destinations,
            residus: residus as i64,
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.total += other.total;
        self.residus += other.residus;
        for (sum, v) in self.destinations.iter_mut().zip(other.destinations) {
            *sum = match (*sum, v) {
                (Some(a), Some(b)) => Some(a + b),
                (a, b) => a.or(b),
            };
        }
    }
}

/// What the ledger takes in.
pub(super) struct Consommation {
    by_commune: BTreeMap<CodeInsee, BTreeMap<i64, Annee>>,
    declared: BTreeMap<CodeInsee, Deductions>,
    /// The last year of the period that the files reach.
    pub(super) derniere: Option<i64>,
}

/// What documents deduct from the consumption of a commune since the period began. m².
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Deductions {
    pub(super) pene: f64,
    pub(super) renature: f64,
    pub(super) dit_pene: bool,
}

impl Consommation {
    pub(super) fn new(layers: &Layers, regle: &RegleZan) -> Self {
        let by_commune = by_commune(&layers.enaf.rows);
        let derniere = by_commune
            .values()
            .filter_map(|y| y.range(years(regle.objectif)).next_back())
            .map(|(y, _)| *y)
            .max();
        let mut declared: BTreeMap<CodeInsee, Deductions> = BTreeMap::new();
        for d in &layers.declarations.rows {
            // What is declared of years that the files do not reach would be deducted from nothing.
            let counted = d.annee >= regle.objectif[0] && derniere.is_some_and(|y| d.annee <= y);
            let slot = declared.entry(d.code_insee).or_default();
            slot.dit_pene |= d.nature == NatureDeclaration::Pene;
            match d.nature {
                NatureDeclaration::Pene if counted => slot.pene += d.surface_m2,
                NatureDeclaration::Renaturation if counted => slot.renature += d.surface_m2,
                _ => {}
            }
        }
        Self {
            by_commune,
            declared,
            derniere,
        }
    }

    pub(super) fn years(&self, code: CodeInsee) -> Option<&BTreeMap<i64, Annee>> {
        self.by_commune.get(&code)
    }

    /// Consumption over years that are all known: a missing year is not a year without consumption. m².
    pub(super) fn sum(&self, code: CodeInsee, from: i64, to: i64) -> Option<f64> {
        let known = self.by_commune.get(&code)?;
        (from..=to)
            .map(|y| known.get(&y).map(|a| a.total))
            .sum::<Option<f64>>()
    }

    pub(super) fn deductions(&self, code: CodeInsee) -> Deductions {
        self.declared.get(&code).copied().unwrap_or_default()
    }
}

/// Consumption by commune and year: the sum of the communes that the file has for it. One that is given twice for a
/// year is one figure, not two: the greater one, whatever the order of files.
fn by_commune(rows: &[Enaf]) -> BTreeMap<CodeInsee, BTreeMap<i64, Annee>> {
    let mut once: BTreeMap<(CodeInsee, i64, &str), &Enaf> = BTreeMap::new();
    for r in rows {
        let slot = once
            .entry((r.code_insee, r.annee, r.code_source.as_str()))
            .or_insert(r);
        if r.total_m2 > slot.total_m2 {
            *slot = r;
        }
    }
    let mut out: BTreeMap<CodeInsee, BTreeMap<i64, Annee>> = BTreeMap::new();
    for ((code, year, _), row) in once {
        out.entry(code)
            .or_default()
            .entry(year)
            .or_default()
            .add(&Annee::of(row));
    }
    out
}
