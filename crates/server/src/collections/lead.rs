//! The features that a whole collection begins with.
//!
//! QGIS guesses the type of each property from the first ten features: one that they leave unknown is taken for text,
//! and a list that they leave empty is lost. So the first ones are chosen to know as many properties as possible.

use arrow_array::Array as _;
use gisement_store::Collection;

use crate::columns::Column;

/// What QGIS looks at.
const SAMPLE: usize = 10;

/// At most ten rows, in their order, that together know as many columns as ten of these can: at each step, of the
/// first rows that know each column, the one that knows the most columns still unknown.
pub(crate) fn choose(collection: &Collection) -> Vec<u32> {
    let mut unknown: Vec<Column<'_>> = collection
        .attributes()
        .filter_map(|(_, array)| Column::of(array))
        .collect();
    let mut candidates: Vec<u32> = unknown
        .iter()
        .filter_map(|c| (0..collection.len() as u32).find(|row| knows(*c, *row)))
        .collect();
    candidates.sort_unstable();
    candidates.dedup();
    let mut chosen = Vec::new();
    while chosen.len() < SAMPLE && !unknown.is_empty() {
        let gain = |row: &u32| unknown.iter().filter(|c| knows(**c, *row)).count();
        // Of equals, the first in the collection.
        let Some(best) = candidates.iter().copied().rev().max_by_key(gain) else {
            break;
        };
        if gain(&best) == 0 {
            break;
        }
        unknown.retain(|c| !knows(*c, best));
        chosen.push(best);
    }
    chosen.sort_unstable();
    chosen
}

/// The row at this place of a collection that begins with these, given in their order.
pub(super) fn at(lead: &[u32], place: usize) -> u32 {
    if let Some(row) = lead.get(place) {
        return *row;
    }
    let others = (place - lead.len()) as u32;
    lead.iter()
        .fold(others, |row, l| if *l <= row { row + 1 } else { row })
}

fn knows(column: Column<'_>, row: u32) -> bool {
    let row = row as usize;
    match column {
        Column::Text(a) => a.is_valid(row),
        Column::Integer(a) => a.is_valid(row),
        Column::Real(a) => a.is_valid(row) && a.value(row).is_finite(),
        Column::Boolean(a) => a.is_valid(row),
        Column::Date(a) => a.is_valid(row),
        Column::Texts(a) => a.is_valid(row) && a.value_length(row) > 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_one_place() {
        for lead in [&[][..], &[0], &[3], &[0, 1, 2], &[2, 5, 6, 9], &[7, 8, 9]] {
            let order: Vec<u32> = (0..10).map(|place| at(lead, place)).collect();
            assert_eq!(&order[..lead.len()], lead);
            let rest = &order[lead.len()..];
            assert!(rest.is_sorted());
            let mut all = order.clone();
            all.sort_unstable();
            assert_eq!(all, (0..10).collect::<Vec<_>>(), "{lead:?}");
        }
    }
}
