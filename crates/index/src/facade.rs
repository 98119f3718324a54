//! The length of a parcel's boundary that touches no other parcel: in France streets are not parcels, so that is the
//! frontage on the public domain. None at all means an enclave.

use crate::spatial::{Edge, Forme};

/// Frontage of `f` among its neighbours. m. `tolerance` is the play between sections of the cadastral map.
pub(crate) fn facade<'a>(
    f: &Forme,
    neighbours: impl Iterator<Item = &'a Forme> + Clone,
    tolerance: f64,
) -> f64 {
    let mut covered: Vec<(f64, f64)> = Vec::with_capacity(8);
    let mut free = 0.0;
    for e in &f.edges {
        let length = e.length();
        if length <= 0.0 {
            continue;
        }
        covered.clear();
        for n in neighbours.clone() {
            for o in &n.edges {
                if let Some(span) = shared(e, length, o, tolerance) {
                    covered.push(span);
                }
            }
        }
        covered.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let (mut end, mut sum) = (0.0, 0.0);
        for (a, b) in &covered {
            let from = a.max(end);
            if *b > from {
                sum += b - from;
                end = *b;
            }
        }
        free += length - sum;
    }
    free.max(0.0)
}

/// The part of `e`, as abscissas along it, that `o` follows within the tolerance.
fn shared(e: &Edge, length: f64, o: &Edge, tolerance: f64) -> Option<(f64, f64)> {
    let (ux, uy) = ((e.x1 - e.x0) / length, (e.y1 - e.y0) / length);
    // Along and across the edge.
    let local = |x: f64, y: f64| {
        let (px, py) = (x - e.x0, y - e.y0);
        (px * ux + py * uy, py * ux - px * uy)
    };
    let (mut a, mut b) = (local(o.x0, o.y0), local(o.x1, o.y1));
    if a.0 > b.0 {
        std::mem::swap(&mut a, &mut b);
    }
    let (from, to) = (a.0.max(0.0), b.0.min(length));
    if to - from <= 0.0 {
        return None;
    }
    let across = |s: f64| a.1 + (b.1 - a.1) * ((s - a.0) / (b.0 - a.0));
    (across(from).abs() <= tolerance && across(to).abs() <= tolerance).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{MultiPolygon, Rect};

    #[test]
    fn frontage_is_what_no_neighbour_shares() {
        let forme = |x0: f64, y0: f64, x1: f64, y1: f64| {
            let mut f = Forme::default();
            f.load_polygons(&MultiPolygon(vec![
                Rect::new((x0, y0), (x1, y1)).to_polygon(),
            ]));
            f
        };
        let own = forme(0.0, 0.0, 20.0, 30.0);
        // Two neighbours along one side (a T-junction), one at the back, 10 cm away; the street is below and right.
        let around = [
            forme(-10.0, -5.0, 0.0, 12.0),
            forme(-10.0, 12.0, 0.0, 40.0),
            forme(0.0, 30.1, 20.0, 50.0),
        ];
        assert!((facade(&own, around.iter(), 0.3) - 50.0).abs() < 1e-9);
        assert_eq!(facade(&own, [].iter(), 0.3), 100.0);
        let closed = [
            forme(-9.0, -9.0, 0.0, 39.0),
            forme(20.0, -9.0, 29.0, 39.0),
            forme(0.0, -9.0, 20.0, 0.0),
            forme(0.0, 30.0, 20.0, 39.0),
        ];
        assert!(facade(&own, closed.iter(), 0.3) < 1e-9);
    }
}
