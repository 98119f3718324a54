//! Which parcels pass, and the best of them: columns only, both cores, no sort of what is not shown.

use gisement_index::{TypeGisement, Verdict};
use gisement_model::bareme::Intervalle;
use rayon::prelude::*;

use super::stock::{Candidate, Stock};
use super::weights::{POTENTIEL, Weights};

/// Candidates that a thread takes at least: below, sharing costs more than it saves.
const CHUNK: usize = 8 * 1024;

/// What a ranking is restricted to.
pub(super) struct Selection<'a> {
    pub(super) verdicts: &'a [Verdict],
    /// Main types.
    pub(super) types: &'a [TypeGisement],
    /// By rank in [`Stock::communes`]; everywhere when `None`.
    pub(super) communes: Option<Vec<bool>>,
    /// Least usable area, m².
    pub(super) utile_min: f64,
    /// By row of the collection, whether every other condition holds; everywhere when `None`.
    pub(super) kept: Option<Vec<bool>>,
}

impl Selection<'_> {
    fn keep(&self, c: &Candidate) -> bool {
        self.verdicts.contains(&c.verdict)
            && self.types.contains(&c.kind)
            && self
                .communes
                .as_ref()
                .is_none_or(|in_territory| in_territory[c.commune as usize])
            && self.kept.as_ref().is_none_or(|kept| kept[c.row as usize])
    }

    /// The candidates that pass, as ranks in the stock, in its order.
    pub(super) fn passing(&self, stock: &Stock) -> Vec<u32> {
        // The stock begins with the largest.
        let large = stock
            .candidates
            .partition_point(|c| c.utile >= self.utile_min);
        (0..large as u32)
            .into_par_iter()
            .with_min_len(CHUNK)
            .filter(|i| self.keep(&stock.candidates[*i as usize]))
            .collect()
    }
}

/// A place in a ranking.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    /// Rank in the list of what passes.
    pub(super) passing: usize,
    /// Index, 0 to 100, two decimals.
    pub(super) score: f64,
}

/// The `k` best of what passes, the first one first; ties in the order of the stock. `potentiel` replaces the axis,
/// one value for each that passes.
pub(super) fn best(
    stock: &Stock,
    passing: &[u32],
    weights: &Weights,
    potentiel: Option<&[Intervalle]>,
    k: usize,
) -> Vec<Place> {
    // One number holds what the order looks at: hundredths of the score, then the rank counted from the end.
    let key = |i: usize| {
        let mut values = stock.candidates[passing[i] as usize].values;
        if let Some(p) = potentiel {
            values[POTENTIEL] = p[i].milieu();
        }
        let hundredths = (weights.mean(values) * 100.0).round() as u32;
        u64::from(hundredths) << 32 | u64::from(u32::MAX - i as u32)
    };
    let mut keys: Vec<u64> = (0..passing.len())
        .into_par_iter()
        .with_min_len(CHUNK)
        .map(key)
        .collect();
    if k < keys.len() {
        keys.select_nth_unstable_by(k, |a, b| b.cmp(a));
        keys.truncate(k);
    }
    keys.sort_unstable_by(|a, b| b.cmp(a));
    keys.into_iter()
        .map(|key| Place {
            passing: (u32::MAX - key as u32) as usize,
            score: f64::from((key >> 32) as u32) / 100.0,
        })
        .collect()
}
