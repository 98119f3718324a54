//! Big polygons cut once into small cells, so that a measure depends on what lies near the parcel, not on the size
//! of the zone (general overlay of a parcel with a 5 000-vertex zone costs 330 times the subdivided one).

use geo::Coord;
use gisement_store::{GeomKind, GeomRef};

use crate::spatial::{Boite, Forme};

/// A cell holds at most this many vertices …
const MAX_VERTICES: usize = 48;
/// … unless it is this small, in metres: below, cells would be smaller than parcels.
const MIN_SIDE: f64 = 60.0;

/// One ring of a cell.
type Ring = Vec<Coord<f64>>;

/// A ring being cut, with its box. The hole flag travels with it: cutting keeps a hole a hole.
struct Piece {
    ring: Ring,
    hole: bool,
    boite: Boite,
}

impl Piece {
    fn new(ring: Ring, hole: bool) -> Self {
        let mut boite = Boite::VIDE;
        for c in &ring {
            boite.add(c.x, c.y);
        }
        Self { ring, hole, boite }
    }
}

/// Calls `each` with every cell of a feature, and whether the cell is a box wholly inside it.
pub(crate) fn subdivide(g: GeomRef<'_>, mut each: impl FnMut(&Forme, bool)) {
    if g.kind() != GeomKind::Surface {
        return;
    }
    let mut forme = Forme::default();
    for p in g.polygons() {
        let vertices: usize = p.rings().map(<[_]>::len).sum();
        if vertices <= MAX_VERTICES {
            forme.clear();
            for (i, ring) in p.rings().enumerate() {
                forme.push_ring(ring, i > 0);
            }
            if !forme.edges.is_empty() {
                each(&forme, false);
            }
            continue;
        }
        let rings = p.rings().enumerate();
        let all = rings.map(|(i, ring)| Piece::new(ring.to_vec(), i > 0));
        split(&all.collect::<Vec<_>>(), &mut forme, &mut each);
    }
}

fn split(pieces: &[Piece], forme: &mut Forme, each: &mut impl FnMut(&Forme, bool)) {
    let mut boite = Boite::VIDE;
    for piece in pieces.iter().filter(|p| !p.hole) {
        boite.merge(&piece.boite);
    }
    if boite.is_empty() {
        return;
    }
    let vertices: usize = pieces.iter().map(|p| p.ring.len()).sum();
    let (w, h) = (boite.x1 - boite.x0, boite.y1 - boite.y0);
    if vertices <= MAX_VERTICES || w.max(h) <= MIN_SIDE {
        forme.clear();
        for piece in pieces {
            forme.push_ring(&piece.ring, piece.hole);
        }
        let full = (forme.area - w * h).abs() <= 1e-9 * w * h && pieces.len() == 1;
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
    let (mut low, mut high) = (Vec::new(), Vec::new());
    for piece in pieces {
        let halves = cut(&piece.ring, axis, at);
        for (side, half) in [&mut low, &mut high].into_iter().zip(halves) {
            if half.len() >= 4 {
                side.push(Piece::new(half, piece.hole));
            }
        }
    }
    split(&low, forme, each);
    split(&high, forme, each);
}

/// What of a ring lies on each side of a line: Sutherland–Hodgman by both half-planes at once. A concave ring may keep
/// bridges along the cut, run there and back: they cancel in signed areas and in crossing counts.
pub(crate) fn cut(ring: &[Coord<f64>], axis: usize, at: f64) -> [Ring; 2] {
    if axis == 0 {
        cut_along(ring, at, |c| (c.x, c.y), |x, y| Coord { x, y })
    } else {
        cut_along(ring, at, |c| (c.y, c.x), |y, x| Coord { x, y })
    }
}

/// `split` gives the ordinate that is cut and the other, and `join` is its reverse.
fn cut_along(
    ring: &[Coord<f64>],
    at: f64,
    split: impl Fn(&Coord<f64>) -> (f64, f64),
    join: impl Fn(f64, f64) -> Coord<f64>,
) -> [Ring; 2] {
    let room = || Ring::with_capacity(ring.len() / 2 + 4);
    let (mut low, mut high) = (room(), room());
    for w in ring.windows(2) {
        let ((va, oa), (vb, ob)) = (split(&w[0]), split(&w[1]));
        if va <= at {
            low.push(w[0]);
        }
        if va >= at {
            high.push(w[0]);
        }
        if (va < at && vb > at) || (va > at && vb < at) {
            let crossing = join(at, oa + (ob - oa) * ((at - va) / (vb - va)));
            low.push(crossing);
            high.push(crossing);
        }
    }
    for half in [&mut low, &mut high] {
        half.extend(half.first().copied());
    }
    [low, high]
}

#[cfg(test)]
mod tests {
    use super::*;
    use gisement_store::Geometries;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cells_add_up_to_the_polygon(radii in prop::collection::vec(100.0f64..900.0, MAX_VERTICES + 1..200), hole in any::<bool>()) {
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
