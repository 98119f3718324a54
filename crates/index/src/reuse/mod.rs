//! Building again what a change touches, and nothing else.
//!
//! A build leaves for each block of parcels a signature of everything that its rows depend on. The next build works the
//! signatures out again, which costs a hash where measuring costs geometry: blocks whose signature is known are taken
//! as they were written. Nothing has to know which layer changed, or where. The edition is the same, byte for byte, as
//! one built from nothing.

mod content;
mod inputs;

use std::collections::HashMap;
use std::ops::Range;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Float64Type, Int64Type};
use gisement_model::{Couche, Idu, LayerRow, Parcelle, ParcelleNotee, Recouvrement};
use gisement_store::{Geometries, Table};
use serde::{Deserialize, Serialize};

pub(crate) use content::Content;
pub(crate) use inputs::Inputs;

use crate::facts::{Compteurs, OVERLAID};
use content::Hash;

/// Most parcels of a block.
pub(crate) const LONGEST: usize = 128;

/// The blocks in which parcels are measured. A block ends with a parcel whose identifier says so, on average the
/// sixty-fourth: a parcel more or less then moves the end of its own block, not those of all that follow.
pub(crate) fn blocks(parcelles: &[Parcelle]) -> Vec<Range<usize>> {
    let mut out = Vec::with_capacity(parcelles.len() / 32 + 1);
    let mut first = 0;
    for (i, p) in parcelles.iter().enumerate() {
        let end = i + 1;
        if end == parcelles.len() || end - first == LONGEST || ends_block(p.idu) {
            out.push(first..end);
            first = end;
        }
    }
    out
}

fn ends_block(idu: Idu) -> bool {
    // FNV-1a and a last mixing: any function that spreads identifiers would do, as long as it stays the same.
    let hash = idu
        .as_str()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| {
            (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3)
        });
    (hash ^ hash >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58 == 0
}

/// What a build leaves to the next one, beside the edition.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Traces {
    pub(crate) blocs: Vec<Trace>,
    /// The features of each overlaid layer: rows name them by rank, and ranks change.
    objets: Vec<Vec<Hash>>,
}

impl Traces {
    pub(crate) fn new(inputs: Inputs<'_>, blocs: Vec<Trace>) -> Self {
        Self {
            blocs,
            objets: inputs.features.into(),
        }
    }
}

/// What a block of parcels depended on, and what came of it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Trace {
    signature: Hash,
    parcelles: u32,
    recouvrements: u32,
    comptes: Compteurs,
}

impl Trace {
    pub(crate) fn new(signature: Hash, parcels: usize, overlaps: usize, counts: Compteurs) -> Self {
        Self {
            signature,
            parcelles: parcels as u32,
            recouvrements: overlaps as u32,
            comptes: counts,
        }
    }

    pub(crate) fn counts(&self) -> Compteurs {
        self.comptes
    }
}

/// A previous edition, built by the same program.
#[derive(Debug)]
pub struct Precedent {
    /// What its build left.
    pub traces: Traces,
    /// Its parcels: the columns of [`gisement_model::ParcelleNotee`].
    pub parcelles: Table,
    /// Its overlaps: the columns of [`Recouvrement`].
    pub recouvrements: Table,
}

/// A previous edition, ready to be asked.
pub(crate) struct Known<'a> {
    precedent: &'a Precedent,
    /// By signature: the block, its first parcel and its first overlap.
    places: HashMap<Hash, (Trace, usize, usize)>,
    /// For each overlaid layer, the rank today of each feature of then.
    ranks: Vec<Vec<Option<u32>>>,
}

impl<'a> Known<'a> {
    /// `None` when the traces do not tell of these tables.
    pub(crate) fn new(precedent: &'a Precedent, inputs: &Inputs<'_>) -> Option<Self> {
        let Precedent {
            traces,
            parcelles,
            recouvrements,
        } = precedent;
        let mut places = HashMap::with_capacity(traces.blocs.len());
        let (mut row, mut overlap) = (0, 0);
        for bloc in &traces.blocs {
            places.insert(bloc.signature, (*bloc, row, overlap));
            row += bloc.parcelles as usize;
            overlap += bloc.recouvrements as usize;
        }
        let whole = row == parcelles.batch.num_rows()
            && overlap == recouvrements.batch.num_rows()
            && traces.objets.len() == OVERLAID.len()
            && same_columns::<ParcelleNotee>(parcelles)
            && same_columns::<Recouvrement>(recouvrements);
        whole.then(|| Self {
            precedent,
            places,
            ranks: traces
                .objets
                .iter()
                .zip(&inputs.features)
                .map(|(then, now)| ranks(then, now))
                .collect(),
        })
    }

    /// The rows of a block as they were written, for parcels that now begin at `first`.
    pub(crate) fn take(&self, signature: Hash, first: usize) -> Option<Taken> {
        let (trace, row, overlap) = *self.places.get(&signature)?;
        let overlaps = overlap..overlap + trace.recouvrements as usize;
        Some(Taken {
            trace,
            parcelles: self
                .precedent
                .parcelles
                .slice(row, trace.parcelles as usize),
            recouvrements: self.overlaps(overlaps, row, first)?,
        })
    }

    fn overlaps(
        &self,
        range: Range<usize>,
        first_then: usize,
        first: usize,
    ) -> Option<Vec<Recouvrement>> {
        let batch = &self.precedent.recouvrements.batch;
        let column = |name: &str| batch.column_by_name(name);
        let parcelle = column("parcelle")?.as_primitive_opt::<Int64Type>()?;
        let idu = column("idu")?.as_string_opt::<i32>()?;
        let couche = column("couche")?.as_string_opt::<i32>()?;
        let objet = column("objet")?.as_primitive_opt::<Int64Type>()?;
        let part = column("part")?.as_primitive_opt::<Float64Type>()?;
        range
            .map(|i| {
                let couche: Couche = couche.value(i).parse().ok()?;
                let layer = OVERLAID.iter().position(|c| *c == couche)?;
                let then = usize::try_from(objet.value(i)).ok()?;
                let now = self.ranks[layer].get(then).copied().flatten()?;
                Some(Recouvrement {
                    parcelle: parcelle.value(i) - first_then as i64 + first as i64,
                    idu: idu.value(i).parse().ok()?,
                    couche,
                    objet: i64::from(now),
                    part: part.value(i),
                })
            })
            .collect()
    }
}

fn same_columns<T: LayerRow>(table: &Table) -> bool {
    Table::from_rows::<T>("", T::GEOMETRY, &[], Geometries::new(), table.crs)
        .is_ok_and(|empty| empty.batch.schema() == table.batch.schema())
}

/// What was taken from a previous edition for a block.
pub(crate) struct Taken {
    pub(crate) trace: Trace,
    pub(crate) parcelles: Table,
    pub(crate) recouvrements: Vec<Recouvrement>,
}

impl Taken {
    /// The verdict, main type and index of each parcel.
    pub(crate) fn marks(&self) -> impl Iterator<Item = (&str, Option<&str>, Option<f64>)> {
        let column = |name: &str| self.parcelles.batch.column_by_name(name);
        let texts = |name: &str| column(name)?.as_string_opt::<i32>();
        let indices = column("indice").and_then(|c| c.as_primitive_opt::<Float64Type>());
        // Never empty where there are rows: the columns are those of `ParcelleNotee`, see `Known::new`.
        texts("verdict")
            .zip(texts("type_principal"))
            .zip(indices)
            .into_iter()
            .flat_map(|((verdicts, types), indices)| {
                verdicts
                    .iter()
                    .zip(types)
                    .zip(indices)
                    .map(|((v, t), i)| (v.unwrap_or_default(), t, i))
            })
    }
}

/// The rank now of each feature of then. Features that are the same in everything stand in the same order.
fn ranks(then: &[Hash], now: &[Hash]) -> Vec<Option<u32>> {
    let mut places: HashMap<Hash, Vec<u32>> = HashMap::with_capacity(now.len());
    // From the last, so that the first is the next to be popped.
    for (i, h) in (0..).zip(now).collect::<Vec<_>>().into_iter().rev() {
        places.entry(*h).or_default().push(i);
    }
    then.iter()
        .map(|h| places.get_mut(h).and_then(Vec::pop))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcelle(n: u32) -> Parcelle {
        Parcelle {
            idu: format!("34901000AB{n:04}").parse().unwrap(),
            contenance_m2: None,
            arpente: None,
            created: None,
            updated: None,
        }
    }

    #[test]
    fn blocks_follow_one_another_and_most_outlive_a_parcel_more() {
        let all: Vec<Parcelle> = (1..4000).map(parcelle).collect();
        let found = blocks(&all);
        assert_eq!(found.first().map(|b| b.start), Some(0));
        assert_eq!(found.last().map(|b| b.end), Some(all.len()));
        assert!(found.windows(2).all(|w| w[0].end == w[1].start));
        assert!(found.iter().all(|b| !b.is_empty() && b.len() <= LONGEST));
        assert!((40..160).contains(&found.len()), "{} blocks", found.len());

        let mut more = all.clone();
        more.insert(700, parcelle(9000));
        let ids = |list: &[Parcelle], b: &Range<usize>| {
            list[b.clone()].iter().map(|p| p.idu).collect::<Vec<_>>()
        };
        let before: Vec<_> = found.iter().map(|b| ids(&all, b)).collect();
        let after: Vec<_> = blocks(&more).iter().map(|b| ids(&more, b)).collect();
        let kept = after.iter().filter(|b| before.contains(b)).count();
        assert!(kept + 4 >= before.len(), "{kept} of {}", before.len());
    }

    #[test]
    fn twins_keep_their_order() {
        let hash = |n: u64| {
            let mut c = content::Content::default();
            c.word(n);
            c.hash()
        };
        let (a, b, c) = (hash(1), hash(2), hash(3));
        assert_eq!(
            ranks(&[a, b, a, c], &[b, a, a]),
            [Some(1), Some(0), Some(2), None]
        );
    }
}
