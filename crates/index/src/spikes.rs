//! Threads that clipping leaves where two boundaries are one but for rounding: without area, hundreds of metres long.
//! With them a piece of 15 m² and 1.3 m of mean width 2A/P passes for a sliver.

use geo::{Coord, LineString, MultiPolygon, Polygon};

/// Under this, the two sides of a thread are one line. m.
const THREAD_M: f64 = 1e-3;

/// The surface without its threads.
pub(crate) fn without(mp: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    MultiPolygon(mp.iter().map(polygon).collect())
}

fn polygon(p: &Polygon<f64>) -> Polygon<f64> {
    let holes = p.interiors().iter().map(ring).collect();
    Polygon::new(ring(p.exterior()), holes)
}

fn ring(r: &LineString<f64>) -> LineString<f64> {
    let mut open: Vec<Coord<f64>> = r.0[..r.0.len().saturating_sub(1)].to_vec();
    let mut i = 0;
    let mut unchanged = 0;
    while open.len() > 3 && unchanged < open.len() {
        let n = open.len();
        i %= n;
        if is_tip(open[(i + n - 1) % n], open[i], open[(i + 1) % n]) {
            open.remove(i);
            // The vertex before may have become the next tip.
            i = (i + n - 2) % (n - 1);
            unchanged = 0;
        } else {
            i += 1;
            unchanged += 1;
        }
    }
    open.extend(open.first().copied());
    LineString(open)
}

/// Whether the boundary goes from `a` to `b` and back along the same line.
fn is_tip(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>) -> bool {
    let (u, v) = (a - b, c - b);
    let dot = u.x * v.x + u.y * v.y;
    // The shorter side, off the line of the longer.
    let longer = u.x.hypot(u.y).max(v.x.hypot(v.y));
    dot > 0.0 && (u.x * v.y - u.y * v.x).abs() < THREAD_M * longer
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Area as _, polygon};

    #[test]
    fn threads_are_taken_off_and_nothing_else() {
        // A square of 4 m, with a thread of 300 m and two vertices from one corner.
        let spiked = polygon![(x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 4.0, y: 4.0), (x: 150.0, y: 150.0),
            (x: 300.0, y: 300.0001), (x: 150.0, y: 150.00001), (x: 0.0, y: 4.0)];
        let clean = without(&MultiPolygon(vec![spiked]));
        assert_eq!(clean.0[0].exterior().0.len(), 6);
        assert!((clean.unsigned_area() - 16.0).abs() < 0.5);
        // A thin triangle is no thread.
        let thin = polygon![(x: 0.0, y: 0.0), (x: 100.0, y: 0.0), (x: 100.0, y: 0.1)];
        assert_eq!(without(&MultiPolygon(vec![thin.clone()])).0[0], thin);
    }
}
