//! The order of the features of an answer.

use std::cmp::Ordering;

use arrow_array::{Array, ArrayRef};
use gisement_store::Collection;
use rayon::prelude::*;

use crate::columns::Column;

/// A column that orders, and whether its largest values come first.
struct Key<'a> {
    array: &'a ArrayRef,
    column: Column<'a>,
    down: bool,
}

/// Puts the first `end` of these rows in order; those after come in any. Unknown values come last in either direction,
/// and rows that nothing tells apart in the order of the collection, so that pages neither repeat nor miss any.
pub(super) fn sort(
    collection: &Collection,
    order: &[(String, bool)],
    rows: &mut [u32],
    end: usize,
) {
    let keys: Vec<Key<'_>> = order
        .iter()
        .filter_map(|(name, down)| {
            let array = collection.column(name)?;
            Some(Key {
                array,
                column: Column::of(array)?,
                down: *down,
            })
        })
        .collect();
    let compare = |a: &u32, b: &u32| {
        keys.iter()
            .map(|k| k.compare(*a as usize, *b as usize))
            .find(|o| o.is_ne())
            .unwrap_or(Ordering::Equal)
            .then(a.cmp(b))
    };
    let first = if end < rows.len() {
        rows.select_nth_unstable_by(end, compare).0
    } else {
        rows
    };
    first.par_sort_unstable_by(compare);
}

impl Key<'_> {
    fn compare(&self, a: usize, b: usize) -> Ordering {
        match (self.known(a), self.known(b)) {
            (true, true) => {}
            // The known one first.
            (a, b) => return b.cmp(&a),
        }
        let order = match self.column {
            Column::Text(c) => c.value(a).cmp(c.value(b)),
            Column::Integer(c) => c.value(a).cmp(&c.value(b)),
            Column::Real(c) => c.value(a).total_cmp(&c.value(b)),
            Column::Boolean(c) => c.value(a).cmp(&c.value(b)),
            Column::Date(c) => c.value(a).cmp(&c.value(b)),
            Column::Texts(_) => Ordering::Equal,
        };
        if self.down { order.reverse() } else { order }
    }

    fn known(&self, row: usize) -> bool {
        self.array.is_valid(row)
            && !matches!(self.column, Column::Real(c) if !c.value(row).is_finite())
    }
}
