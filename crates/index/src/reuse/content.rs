//! What rows hold, as hashes: of two features of one hash, whoever measures them sees the same.

use std::fmt;

use gisement_model::LayerRow;
use gisement_model::field::Value;
use gisement_store::{GeomRef, Layer};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_128;

/// 128 bits of XXH3: nobody gains by making two features look the same, and most are a few hundred bytes, of which
/// BLAKE3 would take ten times as long.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(crate) struct Hash(u128);

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl From<Hash> for String {
    fn from(h: Hash) -> Self {
        format!("{h:?}")
    }
}

impl TryFrom<String> for Hash {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        u128::from_str_radix(&text, 16).map(Self)
    }
}

/// Bytes to hash. Whatever is added says its length, so that no two sequences write the same bytes.
#[derive(Debug, Default)]
pub(crate) struct Content(Vec<u8>);

impl Content {
    pub(crate) fn hash(&self) -> Hash {
        Hash(XxHash3_128::oneshot(&self.0))
    }

    /// Hashes and starts again.
    pub(crate) fn take(&mut self) -> Hash {
        let hash = self.hash();
        self.0.clear();
        hash
    }

    pub(crate) fn number(&mut self, n: usize) {
        self.word(n as u64);
    }

    pub(crate) fn word(&mut self, w: u64) {
        self.0.extend_from_slice(&w.to_le_bytes());
    }

    pub(crate) fn real(&mut self, v: f64) {
        self.word(v.to_bits());
    }

    pub(crate) fn flag(&mut self, v: bool) {
        self.0.push(u8::from(v));
    }

    pub(crate) fn text(&mut self, s: &str) {
        self.number(s.len());
        self.0.extend_from_slice(s.as_bytes());
    }

    pub(crate) fn one(&mut self, h: Hash) {
        self.0.extend_from_slice(&h.0.to_le_bytes());
    }

    pub(crate) fn many(&mut self, all: impl ExactSizeIterator<Item = Hash>) {
        self.number(all.len());
        all.for_each(|h| self.one(h));
    }

    pub(crate) fn row<T: LayerRow>(&mut self, row: &T) {
        for value in T::VALUES {
            match value(row) {
                Value::Null => self.0.push(0),
                Value::Text(s) => {
                    self.0.push(1);
                    self.text(s);
                }
                Value::Integer(i) => {
                    self.0.push(2);
                    self.0.extend_from_slice(&i.to_le_bytes());
                }
                Value::Real(v) => {
                    self.0.push(3);
                    self.real(v);
                }
                Value::Boolean(b) => self.0.extend_from_slice(&[4, u8::from(b)]),
                Value::Date(d) => {
                    self.0
                        .extend_from_slice(&[5, d.month() as u8, d.day() as u8]);
                    self.0.extend_from_slice(&d.year().to_le_bytes());
                }
                Value::TextList(list) => {
                    self.0.push(6);
                    self.number(list.len());
                    for s in list {
                        self.text(s);
                    }
                }
            }
        }
    }

    pub(crate) fn geometry(&mut self, g: GeomRef<'_>) {
        self.0.push(g.kind() as u8);
        self.number(g.polygons().len());
        for p in g.polygons() {
            self.number(p.rings().len());
            for ring in p.rings() {
                self.number(ring.len());
                for c in ring {
                    self.real(c.x);
                    self.real(c.y);
                }
            }
        }
    }
}

/// The hash of each row of a layer, with its geometry.
pub(crate) fn of_layer<T: LayerRow>(layer: &Layer<T>) -> Vec<Hash> {
    (0..layer.len())
        .into_par_iter()
        .map_init(Content::default, |content, i| {
            content.row(&layer.rows[i]);
            content.geometry(layer.geoms.get(i));
            content.take()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_keep_sequences_apart() {
        let of = |texts: &[&str]| {
            let mut c = Content::default();
            for t in texts {
                c.text(t);
            }
            c.hash()
        };
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_eq!(of(&["ab", "c"]), of(&["ab", "c"]));
    }

    #[test]
    fn a_hash_is_read_back_from_its_text() {
        let mut c = Content::default();
        c.word(7);
        let hash = c.hash();
        let text = serde_json::to_string(&hash).unwrap();
        assert_eq!(text.len(), 34);
        assert_eq!(serde_json::from_str::<Hash>(&text).unwrap(), hash);
    }
}
