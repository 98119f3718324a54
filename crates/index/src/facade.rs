//! The length of a parcel's boundary that touches no other parcel: in France streets are not parcels, so that is the
//! frontage on the public domain. None at all means an enclave.
//!
//! A point of the boundary is another parcel's when it lies inside it (sections of the cadastral map overlap by
//! metres), or across one of its edges within the play between sections.

use crate::spatial::{Boite, Edge, Forme};

/// Frontage of `f` among its neighbours. m. `tolerance` is the play between sections of the cadastral map.
pub(crate) fn facade<'a>(
    f: &Forme,
    neighbours: impl Iterator<Item = &'a Forme> + Clone,
    tolerance: f64,
) -> f64 {
    let mut covered: Vec<(f64, f64)> = Vec::with_capacity(8);
    let mut cuts = Vec::with_capacity(8);
    let mut free = 0.0;
    for e in &f.edges {
        let length = e.length();
        if length <= 0.0 {
            continue;
        }
        covered.clear();
        let mut boite = Boite::VIDE;
        boite.add(e.x0, e.y0);
        boite.add(e.x1, e.y1);
        let boite = boite.grown(tolerance);
        for n in neighbours.clone().filter(|n| n.boite.meets(&boite)) {
            for o in &n.edges {
                covered.extend(shared(e, length, o, tolerance));
            }
            inside(e, length, n, &mut cuts, &mut covered);
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
    // The offset goes straight from one end to the other: what of it is within the tolerance is one span.
    let slope = (b.1 - a.1) / (b.0 - a.0);
    let at = |offset: f64| a.0 + (offset - a.1) / slope;
    let (from, to) = if slope.abs() * (to - from) < 1e-9 {
        (a.1.abs() <= tolerance).then_some((from, to))?
    } else {
        let (s, t) = (at(-tolerance), at(tolerance));
        (from.max(s.min(t)), to.min(s.max(t)))
    };
    (from < to).then_some((from, to))
}

/// The parts of `e` that lie inside a parcel.
fn inside(e: &Edge, length: f64, n: &Forme, cuts: &mut Vec<f64>, covered: &mut Vec<(f64, f64)>) {
    let (ux, uy) = ((e.x1 - e.x0) / length, (e.y1 - e.y0) / length);
    cuts.clear();
    cuts.extend([0.0, length]);
    for o in &n.edges {
        let across = |x: f64, y: f64| (y - e.y0) * ux - (x - e.x0) * uy;
        let (a, b) = (across(o.x0, o.y0), across(o.x1, o.y1));
        if (a > 0.0) != (b > 0.0) {
            let t = a / (a - b);
            let (x, y) = (o.x0 + (o.x1 - o.x0) * t, o.y0 + (o.y1 - o.y0) * t);
            cuts.push(((x - e.x0) * ux + (y - e.y0) * uy).clamp(0.0, length));
        }
    }
    cuts.sort_unstable_by(f64::total_cmp);
    for w in cuts.windows(2) {
        let s = f64::midpoint(w[0], w[1]);
        if w[1] - w[0] > 1e-6 && n.contains(e.x0 + ux * s, e.y0 + uy * s) {
            covered.push((w[0], w[1]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{MultiPolygon, Rect, polygon};

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
    #[test]
    fn a_neighbour_may_overlap_or_drift_away() {
        let forme = |p: geo::Polygon<f64>| {
            let mut f = Forme::default();
            f.load_polygons(&MultiPolygon(vec![p]));
            f
        };
        let own = forme(Rect::new((0.0, 0.0), (20.0, 30.0)).to_polygon());
        // Drawn 2 m over the parcel: one whole side, and 2 m of two others, are inside it.
        let over = forme(Rect::new((-10.0, -5.0), (2.0, 40.0)).to_polygon());
        let free = facade(&own, std::iter::once(&over), 0.3);
        assert!((free - 66.0).abs() < 1e-9, "{free}");
        // Leaves the side, from touching at one end to 0.6 m away at the other: half of the side is within 0.3 m.
        let drift =
            polygon![(x: 20.0, y: 0.0), (x: 40.0, y: 0.0), (x: 40.0, y: 30.0), (x: 20.6, y: 30.0)];
        let free = facade(&own, std::iter::once(&forme(drift)), 0.3);
        assert!((free - 85.0).abs() < 1e-9, "{free}");
    }
}
