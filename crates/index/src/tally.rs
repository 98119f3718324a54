//! What an edition counts: verdicts by commune, the best gisements of each, where they are densest.

use std::collections::BTreeMap;

use geo::Coord;
use gisement_model::bareme::Bareme;
use gisement_model::{CommuneNotee, Crs};
use gisement_store::Depart;

use crate::Verdict;

/// Gisements whose median index is shown for a commune.
const MEILLEURS: usize = 10;

/// Counts by commune and place, gathered in the order of parcels.
pub(crate) struct Tally {
    by_commune: BTreeMap<u32, [i64; VERDICTS]>,
    /// Indices of ranked gisements, by commune.
    ranked: BTreeMap<u32, Vec<f64>>,
    /// Ranked gisements by cell of 500 m.
    cells: BTreeMap<(i64, i64), u32>,
    n: usize,
}

const CELL_M: f64 = 500.0;
/// How many verdicts there are.
pub(crate) const VERDICTS: usize = Verdict::ALL.len();

impl Tally {
    pub(crate) fn new(n: usize) -> Self {
        Self {
            by_commune: BTreeMap::new(),
            ranked: BTreeMap::new(),
            cells: BTreeMap::new(),
            n,
        }
    }

    /// Counts a parcel of a commune by its verdict, main type and index. `place` is its middle, in the legal projection.
    pub(crate) fn add(
        &mut self,
        commune: u32,
        (verdict, principal, indice): (&str, Option<&str>, Option<f64>),
        place: impl FnOnce() -> Option<Coord>,
        b: &Bareme,
    ) {
        let Some(v) = Verdict::from_code(verdict) else {
            return;
        };
        self.by_commune.entry(commune).or_default()[v as usize] += 1;
        let left_out = &b.verdict.types_hors_classement;
        let listed = principal.is_some_and(|t| left_out.iter().all(|o| o != t));
        if v.classe() && listed {
            self.ranked.entry(commune).or_default().extend(indice);
            if let Some(c) = place() {
                let cell = ((c.x / CELL_M).floor() as i64, (c.y / CELL_M).floor() as i64);
                *self.cells.entry(cell).or_default() += 1;
            }
        }
    }

    pub(crate) fn merge(&mut self, o: Self) {
        for (c, counts) in o.by_commune {
            let slot = self.by_commune.entry(c).or_default();
            for (a, b) in slot.iter_mut().zip(counts) {
                *a += b;
            }
        }
        for (c, list) in o.ranked {
            self.ranked.entry(c).or_default().extend(list);
        }
        for (c, k) in o.cells {
            *self.cells.entry(c).or_default() += k;
        }
    }

    pub(crate) fn comptes(&self, parcelles: u64) -> BTreeMap<String, u64> {
        let mut out: BTreeMap<String, u64> = Verdict::ALL
            .iter()
            .map(|v| {
                let n: i64 = self.by_commune.values().map(|c| c[*v as usize]).sum();
                (v.code().to_owned(), n as u64)
            })
            .collect();
        out.insert("parcelles".to_owned(), parcelles);
        out
    }

    /// The middle of the fullest 500 m cell; the first of equals.
    pub(crate) fn depart(&self, crs: Crs) -> Option<Depart> {
        let (cell, _) = self.cells.iter().rev().max_by_key(|(_, n)| **n)?;
        let (lon, lat) = crs.to_lonlat(
            (cell.0 as f64 + 0.5) * CELL_M,
            (cell.1 as f64 + 0.5) * CELL_M,
        );
        let round = |v: f64| (v * 1e6).round() / 1e6;
        Some(Depart {
            centre: [round(lon), round(lat)],
            zoom: 14.2,
        })
    }

    /// Parcels of a commune by verdict, in the order of [`Verdict`].
    pub(crate) fn of(&self, commune: u32) -> [i64; VERDICTS] {
        self.by_commune.get(&commune).copied().unwrap_or_default()
    }

    pub(crate) fn communes(mut self, mut rows: Vec<CommuneNotee>) -> Vec<CommuneNotee> {
        debug_assert_eq!(self.n, rows.len(), "one tally slot per commune");
        for (i, row) in (0..).zip(rows.iter_mut()) {
            let c = self.by_commune.get(&i).copied().unwrap_or_default();
            row.nb_parcelles = c.iter().sum();
            row.nb_prioritaire = Some(c[Verdict::Prioritaire as usize]);
            row.nb_a_etudier = Some(c[Verdict::AEtudier as usize]);
            row.nb_reserve = Some(c[Verdict::Reserve as usize]);
            row.nb_ecarte = Some(c[Verdict::Ecarte as usize]);
            row.nb_parc_social = Some(c[Verdict::ParcSocial as usize]);
            row.nb_sans_objet = Some(c[Verdict::SansObjet as usize]);
            row.nb_non_evalue = Some(c[Verdict::NonEvalue as usize]);
            if let Some(list) = self.ranked.get_mut(&i) {
                row.nb_classes = list.len() as i64;
                list.sort_by(|a, b| b.total_cmp(a));
                list.truncate(MEILLEURS);
                row.indice_dix_meilleurs = median(list);
            }
        }
        rows
    }
}

/// Median of values in decreasing order.
fn median(v: &[f64]) -> Option<f64> {
    let n = v.len();
    match n {
        0 => None,
        _ if n % 2 == 1 => Some(v[n / 2]),
        _ => Some(f64::midpoint(v[n / 2 - 1], v[n / 2])),
    }
}
