//! A square of bits, one a cell, and its morphology: 64 cells an operation.

use std::ops::Range;

/// A square of cells that are set or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bits {
    side: usize,
    /// Words of a row; bits beyond `side` are 0.
    words: usize,
    rows: Vec<u64>,
}

impl Bits {
    /// No cell set.
    pub(crate) fn new(side: usize) -> Self {
        let words = side.div_ceil(64);
        Self {
            side,
            words,
            rows: vec![0; words * side],
        }
    }

    pub(crate) fn get(&self, x: usize, y: usize) -> bool {
        self.rows[y * self.words + x / 64] >> (x % 64) & 1 != 0
    }

    /// The words that hold the cells of a row in a span.
    pub(crate) fn words(&self, y: usize, span: Range<usize>) -> &[u64] {
        let row = &self.rows[y * self.words..(y + 1) * self.words];
        &row[span.start / 64..span.end.div_ceil(64)]
    }

    /// Sets the cells of a row in a span.
    pub(crate) fn set(&mut self, y: usize, span: Range<usize>) {
        let row = &mut self.rows[y * self.words..(y + 1) * self.words];
        for (i, word) in row.iter_mut().enumerate() {
            let (from, to) = (
                span.start.clamp(i * 64, i * 64 + 64) - i * 64,
                span.end.clamp(i * 64, i * 64 + 64) - i * 64,
            );
            if from < to {
                *word |= (!0 >> (64 - (to - from))) << from;
            }
        }
    }

    /// The cells that are not set.
    #[must_use]
    pub(crate) fn inverse(mut self) -> Self {
        for word in &mut self.rows {
            *word = !*word;
        }
        self.trimmed()
    }

    /// The middle of the square, without `margin` cells on each side.
    pub(crate) fn window(&self, margin: usize, side: usize) -> Self {
        let mut out = Self::new(side);
        let (skip, shift) = (margin / 64, margin % 64);
        for y in 0..side {
            let from = &self.rows[(y + margin) * self.words..][..self.words];
            let to = &mut out.rows[y * out.words..(y + 1) * out.words];
            let at = |i: usize| from.get(i).copied().unwrap_or(0);
            for (i, word) in to.iter_mut().enumerate() {
                let high = if shift == 0 {
                    0
                } else {
                    at(skip + i + 1) << (64 - shift)
                };
                *word = at(skip + i) >> shift | high;
            }
        }
        out.trimmed()
    }

    /// The cells within `radius` (in cells, from centre to centre) of a set one: exact.
    ///
    /// A disc is a pile of segments. Each row that holds something is widened step by step to the segments of the
    /// disc, from the narrowest to the widest, each laid over the rows where it belongs.
    pub(crate) fn within(&self, radius: f64) -> Self {
        let mut out = Self::new(self.side);
        let reach = radius.max(0.0).floor() as usize;
        let squared = (radius * radius) as usize;
        // Half-width of the disc at each distance from its middle row.
        let halves: Vec<usize> = (0..=reach).map(|d| (squared - d * d).isqrt()).collect();
        let (mut wide, mut wider) = (vec![0; self.words], vec![0; self.words]);
        for y in 0..self.side {
            let row = &self.rows[y * self.words..(y + 1) * self.words];
            if row.iter().all(|w| *w == 0) {
                continue;
            }
            wide.copy_from_slice(row);
            let mut half = 0;
            for d in (0..=reach).rev() {
                while half < halves[d] {
                    // Shifts of a segment leave no gap up to its own length, which at an edge is half.
                    let step = (halves[d] - half).min(half + 1);
                    wider.copy_from_slice(&wide);
                    or_shifted(&mut wider, &wide, step);
                    std::mem::swap(&mut wide, &mut wider);
                    half += step;
                }
                for at in [y.checked_sub(d), Some(y + d).filter(|at| *at < self.side)]
                    .into_iter()
                    .flatten()
                {
                    let to = &mut out.rows[at * self.words..(at + 1) * self.words];
                    to.iter_mut().zip(&wide).for_each(|(o, w)| *o |= w);
                }
            }
        }
        out.trimmed()
    }

    /// Without what was set beyond the last cell of each row.
    fn trimmed(mut self) -> Self {
        let last = !0 >> (self.words * 64 - self.side);
        for row in self.rows.chunks_exact_mut(self.words) {
            if let Some(word) = row.last_mut() {
                *word &= last;
            }
        }
        self
    }
}

/// Adds a row shifted by `by` cells both ways.
fn or_shifted(to: &mut [u64], row: &[u64], by: usize) {
    let (skip, shift) = (by / 64, by % 64);
    for i in 0..to.len().saturating_sub(skip) {
        to[i + skip] |= row[i] << shift;
        to[i] |= row[i + skip] >> shift;
        if shift > 0 {
            if let Some(t) = to.get_mut(i + skip + 1) {
                *t |= row[i] >> (64 - shift);
            }
            if let Some(w) = row.get(i + skip + 1) {
                to[i] |= w << (64 - shift);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn discs_and_windows_are_exact(
            side in 1usize..150, radius in 0.0f64..90.0,
            spans in prop::collection::vec((0usize..150, 0usize..150, 1usize..40), 0..5),
            margin in 0usize..70, invert in any::<bool>(),
        ) {
            let mut bits = Bits::new(side);
            let mut cells = Vec::new();
            for (y, x, n) in spans {
                if y < side && x < side {
                    let span = x..(x + n).min(side);
                    bits.set(y, span.clone());
                    cells.extend(span.map(|x| (x, y)));
                }
            }
            if invert {
                bits = bits.inverse();
                cells = (0..side * side)
                    .map(|k| (k % side, k / side))
                    .filter(|c| !cells.contains(c))
                    .collect();
            }
            let out = bits.within(radius);
            let limit = (radius * radius) as usize;
            for (x, y) in (0..side * side).step_by(7).map(|k| (k % side, k / side)) {
                let near = cells.iter().any(|(cx, cy)| {
                    let (dx, dy) = (cx.abs_diff(x), cy.abs_diff(y));
                    dx * dx + dy * dy <= limit
                });
                prop_assert_eq!(out.get(x, y), near, "{} {}", x, y);
            }
            if 2 * margin < side {
                let inner = side - 2 * margin;
                let window = out.window(margin, inner);
                for (x, y) in (0..inner * inner).map(|k| (k % inner, k / inner)) {
                    prop_assert_eq!(window.get(x, y), out.get(x + margin, y + margin));
                }
                prop_assert_eq!(&window.clone().inverse().inverse(), &window);
            }
        }
    }
}
