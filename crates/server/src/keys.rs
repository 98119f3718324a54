//! From an identifier to its row.

use std::cmp::Ordering;

use gisement_store::Collection;

use crate::columns::{Texts, key_name};

/// The rows of a collection in the order of their identifiers: four bytes a row, built when first asked for.
#[derive(Debug, Default)]
pub(crate) struct KeyIndex(Vec<u32>);

impl KeyIndex {
    pub(crate) fn build(collection: &Collection) -> Self {
        let keys = texts(collection);
        let key = |row: u32| keys.get(row as usize).unwrap_or("");
        // Sorting pairs of the first 16 bytes and the row touches the identifiers once, in order, instead of at
        // random for each comparison; only longer identifiers need a second look.
        let mut pairs: Vec<(u128, u32)> = (0..collection.len() as u32)
            .map(|row| (head(key(row)), row))
            .collect();
        pairs.sort_unstable_by(|a, b| match a.0.cmp(&b.0) {
            Ordering::Equal => key(a.1).cmp(key(b.1)).then(a.1.cmp(&b.1)),
            order => order,
        });
        Self(pairs.into_iter().map(|(_, row)| row).collect())
    }

    /// The row that has this identifier.
    pub(crate) fn find(&self, collection: &Collection, id: &str) -> Option<usize> {
        self.from(collection, id)
            .next()
            .filter(|(k, _)| *k == id)
            .map(|(_, row)| row)
    }

    /// The identifiers from this text on, in order, with their rows.
    pub(crate) fn from<'a>(
        &'a self,
        collection: &'a Collection,
        start: &str,
    ) -> impl Iterator<Item = (&'a str, usize)> {
        let keys = texts(collection);
        let key = move |row: u32| keys.get(row as usize).unwrap_or("");
        let at = self.0.partition_point(|row| key(*row) < start);
        self.0[at..]
            .iter()
            .map(move |row| (key(*row), *row as usize))
    }
}

fn texts(collection: &Collection) -> Texts<'_> {
    Texts::new(collection, key_name(collection).unwrap_or_default())
}

/// The first sixteen bytes as a number that sorts as they do.
fn head(key: &str) -> u128 {
    let mut bytes = [0; 16];
    let n = key.len().min(16);
    bytes[..n].copy_from_slice(&key.as_bytes()[..n]);
    u128::from_be_bytes(bytes)
}
