//! Layers: properties once each, then features.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::pbf::{self, varint, varint_len};
use super::{EXTENT, Shape};

/// A layer being written. For each feature: its properties, then [`LayerWriter::polygon`] or [`LayerWriter::point`].
#[derive(Debug)]
pub struct LayerWriter<'a> {
    name: &'static str,
    keys: &'static [&'static str],
    values: Vec<u8>,
    count: u32,
    texts: HashMap<&'a str, u32, Fast>,
    integers: HashMap<u64, u32, Fast>,
    features: Vec<u8>,
    tags: Vec<u8>,
    written: usize,
}

impl<'a> LayerWriter<'a> {
    /// An empty layer whose features have these properties, or some of them.
    pub fn new(name: &'static str, keys: &'static [&'static str]) -> Self {
        Self {
            name,
            keys,
            values: Vec::new(),
            count: 0,
            texts: HashMap::default(),
            integers: HashMap::default(),
            features: Vec::new(),
            tags: Vec::new(),
            written: 0,
        }
    }

    /// Number of features.
    pub fn len(&self) -> usize {
        self.written
    }

    /// Whether the layer has no feature.
    pub fn is_empty(&self) -> bool {
        self.written == 0
    }

    /// A text property of the next feature; `key` is a rank in the layer's list.
    pub fn text(&mut self, key: usize, v: &'a str) {
        let next = self.count;
        let index = *self.texts.entry(v).or_insert(next);
        if index == next {
            self.new_text(v);
        }
        self.tag(key, index);
    }

    /// A text property that no other feature shares: not worth looking up.
    pub fn unique_text(&mut self, key: usize, v: &str) {
        let index = self.count;
        self.new_text(v);
        self.tag(key, index);
    }

    /// An integer property.
    pub fn integer(&mut self, key: usize, v: u64) {
        let next = self.count;
        let index = *self.integers.entry(v).or_insert(next);
        if index == next {
            self.count += 1;
            pbf::key(&mut self.values, 4, pbf::BYTES);
            varint(&mut self.values, 1 + varint_len(v) as u64);
            pbf::uint(&mut self.values, 5, v);
        }
        self.tag(key, index);
    }

    /// Ends a polygon feature.
    pub fn polygon(&mut self, shape: &Shape) {
        self.feature(3, shape.commands());
    }

    /// Ends a point feature.
    pub fn point(&mut self, shape: &Shape) {
        self.feature(1, shape.commands());
    }

    fn new_text(&mut self, v: &str) {
        self.count += 1;
        pbf::key(&mut self.values, 4, pbf::BYTES);
        varint(
            &mut self.values,
            (1 + varint_len(v.len() as u64) + v.len()) as u64,
        );
        pbf::bytes(&mut self.values, 1, v.as_bytes());
    }

    fn tag(&mut self, key: usize, value: u32) {
        varint(&mut self.tags, key as u64);
        varint(&mut self.tags, u64::from(value));
    }

    fn feature(&mut self, kind: u64, commands: &[u8]) {
        let part = |len: usize| 1 + varint_len(len as u64) + len;
        let tags = if self.tags.is_empty() {
            0
        } else {
            part(self.tags.len())
        };
        let out = &mut self.features;
        pbf::key(out, 2, pbf::BYTES);
        varint(out, (tags + 2 + part(commands.len())) as u64);
        if tags > 0 {
            pbf::bytes(out, 2, &self.tags);
        }
        pbf::uint(out, 3, kind);
        pbf::bytes(out, 4, commands);
        self.tags.clear();
        self.written += 1;
    }

    fn write(&self, out: &mut Vec<u8>) {
        let mut head = Vec::new();
        pbf::uint(&mut head, 15, 2);
        pbf::bytes(&mut head, 1, self.name.as_bytes());
        let mut tail = Vec::new();
        for k in self.keys {
            pbf::bytes(&mut tail, 3, k.as_bytes());
        }
        let mut end = Vec::new();
        pbf::uint(&mut end, 5, EXTENT as u64);
        let parts = [&head, &self.features, &tail, &self.values, &end];
        pbf::key(out, 3, pbf::BYTES);
        varint(out, parts.iter().map(|p| p.len() as u64).sum());
        for p in parts {
            out.extend_from_slice(p);
        }
    }
}

/// The tile made of these layers; empty ones are left out.
pub fn encode(layers: &[LayerWriter<'_>]) -> Vec<u8> {
    let size = |l: &LayerWriter<'_>| l.features.len() + l.values.len() + 256;
    let mut out = Vec::with_capacity(layers.iter().map(size).sum());
    for l in layers.iter().filter(|l| !l.is_empty()) {
        l.write(&mut out);
    }
    out
}

type Fast = BuildHasherDefault<FastHasher>;

/// Multiply-and-rotate hashing: the standard one costs more than the rest of a feature. Values come from the edition,
/// not from the request, so nobody can choose collisions.
#[derive(Debug, Default)]
struct FastHasher(u64);

impl FastHasher {
    fn add(&mut self, v: u64) {
        self.0 = (self.0.rotate_left(5) ^ v).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for FastHasher {
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for w in words {
            self.add(u64::from_le_bytes(*w));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.add(u64::from_le_bytes(last) ^ (rest.len() as u64) << 56);
    }

    fn write_u8(&mut self, v: u8) {
        self.add(u64::from(v));
    }

    fn write_u64(&mut self, v: u64) {
        self.add(v);
    }
}
