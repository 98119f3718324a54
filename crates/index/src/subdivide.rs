//! Big polygons cut once into small cells, so that a measure depends on what lies near the parcel, not on the size
//! of the zone (general overlay of a parcel with a 5 000-vertex zone costs 330 times the subdivided one).

use geo::Coord;
use gisement_store::{GeomKind, GeomRef};

use crate::spatial::{Boite, Forme};

/// A cell holds at most this many vertices …
const MAX_VERTICES: usize = 32;
/// … unless it is this small, in metres: below, cells would be smaller than parcels.
const MIN_SIDE: f64 = 60.0;

/// One ring of a cell.
type Ring = Vec<Coord<f64>>;

/// Calls `each` with every cell of a feature, and whether the cell is a box wholly inside it.
pub(crate) fn subdivide(g: GeomRef<'_>, mut each: impl FnMut(&Forme, bool)) {
    if g.kind() != GeomKind::Surface {
        return;
    }
    let mut forme = Forme::default();
    for p in g.polygons() {
        let vertices: usize = p.rings().map(<[_]>::len).sum();
        let mut rings = p.rings();
        let Some(outer) = rings.next() else { continue };
        if vertices <= MAX_VERTICES {
            forme.clear();
            forme.push_ring(outer, false);
            for hole in rings {
                forme.push_ring(hole, true);
            }
            each(&forme, false);
            continue;
        }
        // The hole flag travels with each ring: clipping keeps a hole a hole.
        let mut all: Vec<(Ring, bool)> = vec![(outer.to_vec(), false)];
        all.extend(rings.map(|h| (h.to_vec(), true)));
        split(all, &mut forme, &mut each);
    }
}

fn split(rings: Vec<(Ring, bool)>, forme: &mut Forme, each: &mut impl FnMut(&Forme, bool)) {
    let mut boite = Boite::VIDE;
    for c in rings.iter().filter(|(_, hole)| !hole).flat_map(|(r, _)| r) {
        boite.add(c.x, c.y);
    }
    if boite.is_empty() {
        return;
    }
    let vertices: usize = rings.iter().map(|(r, _)| r.len()).sum();
    let (w, h) = (boite.x1 - boite.x0, boite.y1 - boite.y0);
    if vertices <= MAX_VERTICES || w.max(h) <= MIN_SIDE {
        forme.clear();
        for (r, hole) in &rings {
            forme.push_ring(r, *hole);
        }
        let full = (forme.area - w * h).abs() <= 1e-9 * w * h && rings.len() == 1;
        if forme.area > 0.0 {
            each(forme, full);
        }
        return;
    }
    let (axis, at) = if w >= h {
        (0, f64::midpoint(boite.x0, boite.x1))
    } else {
        (1, f64::midpoint(boite.y0, boite.y1))
    };
    for below in [true, false] {
        let half: Vec<(Ring, bool)> = rings
            .iter()
            .map(|(r, hole)| (clip(r, axis, at, below), *hole))
            .filter(|(r, _)| r.len() >= 4)
            .collect();
        split(half, forme, each);
    }
}

/// Sutherland–Hodgman by one half-plane. A concave ring may keep bridges along the cut, run there and back: they
/// cancel in signed areas and in crossing counts.
pub(crate) fn clip(ring: &[Coord<f64>], axis: usize, at: f64, below: bool) -> Ring {
    let v = |c: &Coord<f64>| if axis == 0 { c.x } else { c.y };
    let inside = |c: &Coord<f64>| if below { v(c) <= at } else { v(c) >= at };
    let mut out = Ring::with_capacity(ring.len() / 2 + 4);
    for w in ring.windows(2) {
        let (a, b) = (&w[0], &w[1]);
        let (ia, ib) = (inside(a), inside(b));
        if ia {
            out.push(*a);
        }
        if ia != ib && v(a) != at && v(b) != at {
            let t = (at - v(a)) / (v(b) - v(a));
            out.push(if axis == 0 {
                Coord {
                    x: at,
                    y: a.y + (b.y - a.y) * t,
                }
            } else {
                Coord {
                    x: a.x + (b.x - a.x) * t,
                    y: at,
                }
            });
        }
    }
    if let Some(first) = out.first().copied() {
        out.push(first);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use gisement_store::Geometries;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cells_add_up_to_the_polygon(radii in prop::collection::vec(100.0f64..900.0, 33..200), hole in any::<bool>()) {
            let n = radii.len() as f64;
            let point = |i: usize, r: f64| {
                let a = std::f64::consts::TAU * i as f64 / n;
                Coord { x: 7e5 + r * a.cos(), y: 6.3e6 + r * a.sin() }
            };
            let mut ring: Vec<_> = radii.iter().enumerate().map(|(i, r)| point(i, *r)).collect();
            ring.push(ring[0]);
            let mut g = Geometries::new();
            g.push_ring(ring);
            if hole {
                let mut h: Vec<_> = (0..40).map(|i| point(i * radii.len() / 40, 50.0)).collect();
                h.push(h[0]);
                g.push_ring(h);
            }
            g.end_polygon();
            g.end_feature(GeomKind::Surface);
            let (mut sum, mut cells) = (0.0, 0);
            subdivide(g.get(0), |f, _| { sum += f.area; cells += 1; });
            prop_assert!(cells > 1);
            prop_assert!((sum - g.get(0).area()).abs() < 1e-4, "{} {}", sum, g.get(0).area());
        }
    }
}
