//! Two steps that general clipping (`geo`) needs on real boundaries.

use geo::algorithm::buffer::{Buffer as _, BufferStyle, LineJoin};
use geo::{BooleanOps as _, MultiPolygon};

/// Half of the width under which what joins two pieces is a thread. m.
const HALF_THREAD_M: f64 = 5e-4;

/// The union of surfaces, pair by pair. `geo::unary_union` guesses what is inside from the direction of the first
/// ring: where a box has cut a polygon that direction may be undefined, and everything vanishes.
pub(crate) fn union(mut parts: Vec<MultiPolygon<f64>>) -> MultiPolygon<f64> {
    while parts.len() > 1 {
        let pairs = parts.chunks(2).map(|pair| match pair {
            [a, b] => a.union(b),
            _ => pair[0].clone(),
        });
        parts = pairs.collect();
    }
    parts.pop().unwrap_or(MultiPolygon(Vec::new()))
}

/// The pieces of a surface. Clipping leaves threads where two boundaries are one but for rounding: without area, they
/// join pieces that are apart, and make a piece of 15 m² as long as a sliver of hundreds of metres.
pub(crate) fn pieces(shape: &MultiPolygon<f64>) -> Vec<MultiPolygon<f64>> {
    let style = |by: f64| BufferStyle::new(by).line_join(LineJoin::Miter(0.1));
    let thin = shape.buffer_with_style(style(-HALF_THREAD_M));
    thin.iter()
        .map(|p| p.buffer_with_style(style(HALF_THREAD_M)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Area as _, Rect, polygon};

    #[test]
    fn threads_are_taken_off_and_nothing_else() {
        // A square of 4 m with a thread of 300 m, at the other end of which hangs another square.
        let hung = polygon![(x: 7e5, y: 6e6), (x: 7e5 + 4.0, y: 6e6), (x: 7e5 + 4.0, y: 6e6 + 4.0),
            (x: 7e5 + 300.0, y: 6e6 + 300.0), (x: 7e5 + 304.0, y: 6e6 + 300.0), (x: 7e5 + 304.0, y: 6e6 + 304.0),
            (x: 7e5 + 300.0, y: 6e6 + 304.0), (x: 7e5 + 300.0, y: 6e6 + 300.00001),
            (x: 7e5 + 4.0, y: 6e6 + 4.00001), (x: 7e5, y: 6e6 + 4.0)];
        let apart = pieces(&MultiPolygon(vec![hung]));
        let areas: Vec<f64> = apart.iter().map(geo::Area::unsigned_area).collect();
        assert_eq!(areas.len(), 2, "{areas:?}");
        assert!(areas.iter().all(|a| (a - 16.0).abs() < 1e-3), "{areas:?}");
        let square = Rect::new((7e5, 6e6), (7e5 + 100.0, 6e6 + 50.0)).to_polygon();
        let whole = pieces(&MultiPolygon(vec![square]));
        assert!((whole[0].unsigned_area() - 5000.0).abs() < 1e-3);
    }
}
