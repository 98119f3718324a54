//! Whether polygons are valid (OGC simple features), by a sweep over their segments.
//!
//! `geo::Validation` compares every pair of segments and does not see a ring that touches itself at a vertex; most
//! parcels have ten vertices, some zones ten thousand.

use geo::kernels::{Kernel as _, Orientation, RobustKernel};
use geo_types::{Coord, MultiPolygon};

use crate::shape::{bbox, locate, ring_inside};

/// What is wrong with a surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Defect {
    /// A ring crosses or touches itself.
    SelfIntersection,
    /// Two rings cross, overlap, or touch in a way that cuts the interior.
    RingsCross,
    /// A hole outside its polygon, or polygons inside one another.
    Nesting,
}

/// One segment of a ring.
struct Segment {
    a: Coord<f64>,
    b: Coord<f64>,
    ring: u32,
    rank: u32,
}

/// Checks closed rings without repeated vertices, each with at least three distinct ones.
pub(crate) fn check(mp: &[Vec<Vec<Coord<f64>>>]) -> Result<(), Defect> {
    let mut segments = Vec::new();
    let mut lens = Vec::new();
    for ring in mp.iter().flatten() {
        let id = lens.len() as u32;
        lens.push(ring.len() as u32 - 1);
        segments.extend(ring.windows(2).enumerate().map(|(rank, w)| Segment {
            a: w[0],
            b: w[1],
            ring: id,
            rank: rank as u32,
        }));
    }
    let min_x = |s: &Segment| s.a.x.min(s.b.x);
    // Twelve vertices are compared faster than sorted.
    if segments.len() > 12 {
        segments.sort_unstable_by(|s, t| min_x(s).total_cmp(&min_x(t)));
    }
    let sorted = segments.len() > 12;
    let mut touches: Vec<(u32, u32, Coord<f64>)> = Vec::new();
    for (i, s) in segments.iter().enumerate() {
        let (max_x, lo_y, hi_y) = (s.a.x.max(s.b.x), s.a.y.min(s.b.y), s.a.y.max(s.b.y));
        for t in &segments[i + 1..] {
            if min_x(t) > max_x {
                if sorted {
                    break;
                }
                continue;
            }
            if t.a.y.min(t.b.y) > hi_y || t.a.y.max(t.b.y) < lo_y {
                continue;
            }
            if !sorted && t.a.x.max(t.b.x) < min_x(s) {
                continue;
            }
            if s.ring == t.ring {
                same_ring(s, t, lens[s.ring as usize])?;
            } else if let Some(p) = other_ring(s, t)? {
                touches.push((s.ring.min(t.ring), s.ring.max(t.ring), p));
            }
        }
    }
    touching(mp, touches)?;
    nesting(mp)
}

fn orient(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>) -> Orientation {
    RobustKernel::orient2d(a, b, c)
}

fn same_ring(s: &Segment, t: &Segment, len: u32) -> Result<(), Defect> {
    let consecutive = |first: &Segment, second: &Segment| (first.rank + 1) % len == second.rank;
    let spike = |first: &Segment, second: &Segment| {
        let (u, v) = (first.b - first.a, second.b - second.a);
        orient(first.a, first.b, second.b) == Orientation::Collinear && u.x * v.x + u.y * v.y < 0.0
    };
    let bad = if consecutive(s, t) {
        spike(s, t)
    } else if consecutive(t, s) {
        spike(t, s)
    } else {
        meets(s, t) != Meeting::None
    };
    if bad {
        Err(Defect::SelfIntersection)
    } else {
        Ok(())
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Meeting {
    None,
    Point(Coord<f64>),
    Crossing,
}

/// How two segments meet: not, at an end of one of them, or across or along each other.
fn meets(s: &Segment, t: &Segment) -> Meeting {
    let (o1, o2) = (orient(s.a, s.b, t.a), orient(s.a, s.b, t.b));
    if o1 == o2 && o1 != Orientation::Collinear {
        return Meeting::None;
    }
    let (o3, o4) = (orient(t.a, t.b, s.a), orient(t.a, t.b, s.b));
    if o3 == o4 && o3 != Orientation::Collinear {
        return Meeting::None;
    }
    let flat = [o1, o2, o3, o4].map(|o| o == Orientation::Collinear);
    if flat.iter().all(|f| *f) {
        // On one line: how much they share, along the longer axis.
        let along = |c: Coord<f64>| {
            if (s.b.x - s.a.x).abs() >= (s.b.y - s.a.y).abs() {
                c.x
            } else {
                c.y
            }
        };
        let (s0, s1) = (along(s.a).min(along(s.b)), along(s.a).max(along(s.b)));
        let (t0, t1) = (along(t.a).min(along(t.b)), along(t.a).max(along(t.b)));
        let (lo, hi) = (s0.max(t0), s1.min(t1));
        return if lo > hi {
            Meeting::None
        } else if lo < hi {
            Meeting::Crossing
        } else if along(s.a) == lo {
            Meeting::Point(s.a)
        } else {
            Meeting::Point(s.b)
        };
    }
    match flat {
        [true, _, _, _] => Meeting::Point(t.a),
        [_, true, _, _] => Meeting::Point(t.b),
        [_, _, true, _] => Meeting::Point(s.a),
        [_, _, _, true] => Meeting::Point(s.b),
        _ => Meeting::Crossing,
    }
}

fn other_ring(s: &Segment, t: &Segment) -> Result<Option<Coord<f64>>, Defect> {
    match meets(s, t) {
        Meeting::None => Ok(None),
        Meeting::Point(p) => Ok(Some(p)),
        Meeting::Crossing => Err(Defect::RingsCross),
    }
}

/// Rings of one polygon may touch at one point; at two, the interior is cut. Chains of touching holes can cut it
/// too, so that as many contacts as rings are refused.
fn touching(
    mp: &[Vec<Vec<Coord<f64>>>],
    mut touches: Vec<(u32, u32, Coord<f64>)>,
) -> Result<(), Defect> {
    if touches.is_empty() {
        return Ok(());
    }
    touches.sort_by(|a, b| {
        (a.0, a.1)
            .cmp(&(b.0, b.1))
            .then(a.2.x.total_cmp(&b.2.x))
            .then(a.2.y.total_cmp(&b.2.y))
    });
    touches.dedup();
    let mut polygon_of = Vec::new();
    for (p, rings) in mp.iter().enumerate() {
        polygon_of.extend(rings.iter().map(|_| p));
    }
    let mut contacts = vec![0usize; mp.len()];
    for (a, b, _) in &touches {
        if polygon_of[*a as usize] == polygon_of[*b as usize] {
            contacts[polygon_of[*a as usize]] += 1;
        }
    }
    let cut = contacts
        .iter()
        .zip(mp)
        .any(|(n, rings)| *n >= rings.len() && *n > 0);
    if cut { Err(Defect::RingsCross) } else { Ok(()) }
}

/// Holes inside their ring and outside one another; polygons outside one another. Rings do not cross by now, so
/// that one vertex tells.
fn nesting(mp: &[Vec<Vec<Coord<f64>>>]) -> Result<(), Defect> {
    let within =
        |s: &[f64; 4], b: &[f64; 4]| b[0] <= s[0] && b[1] <= s[1] && b[2] >= s[2] && b[3] >= s[3];
    for rings in mp {
        let Some((outer, holes)) = rings.split_first() else {
            continue;
        };
        let boxes: Vec<_> = holes.iter().map(|h| bbox(h)).collect();
        for (i, h) in holes.iter().enumerate() {
            if !ring_inside(h, outer) {
                return Err(Defect::Nesting);
            }
            for (j, other) in holes.iter().enumerate() {
                if i != j && within(&boxes[i], &boxes[j]) && ring_inside(h, other) {
                    return Err(Defect::Nesting);
                }
            }
        }
    }
    if mp.len() < 2 {
        return Ok(());
    }
    let boxes: Vec<_> = mp
        .iter()
        .map(|p| p.first().map_or([0.0; 4], |r| bbox(r)))
        .collect();
    for (i, p) in mp.iter().enumerate() {
        for (j, q) in mp.iter().enumerate() {
            if i == j || !within(&boxes[i], &boxes[j]) {
                continue;
            }
            let (Some(small), Some((big, holes))) = (p.first(), q.split_first()) else {
                continue;
            };
            if ring_inside(small, big)
                && !holes
                    .iter()
                    .any(|h| small.iter().find_map(|c| locate(*c, h)).unwrap_or(true))
            {
                return Err(Defect::Nesting);
            }
        }
    }
    Ok(())
}

/// The same on a `geo` multi-polygon.
pub(crate) fn check_multi_polygon(mp: &MultiPolygon<f64>) -> Result<(), Defect> {
    let rings: Vec<Vec<Vec<Coord<f64>>>> = mp
        .iter()
        .map(|p| {
            std::iter::once(p.exterior())
                .chain(p.interiors())
                .map(|r| r.0.clone())
                .collect()
        })
        .collect();
    check(&rings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::Validation as _;
    use geo::wkt;
    use proptest::prelude::*;

    #[test]
    fn defects_are_named() {
        for (mp, expected) in [
            (
                wkt!(MULTIPOLYGON(((0. 0.,4. 0.,4. 4.,0. 4.,0. 0.)))),
                Ok(()),
            ),
            (
                wkt!(MULTIPOLYGON(((0. 0.,4. 4.,4. 0.,0. 4.,0. 0.)))),
                Err(Defect::SelfIntersection),
            ),
            // A spike, and a ring that touches itself at a vertex.
            (
                wkt!(MULTIPOLYGON(((0. 0.,4. 0.,6. 0.,4. 0.,4. 4.,0. 0.)))),
                Err(Defect::SelfIntersection),
            ),
            (
                wkt!(MULTIPOLYGON(((0. 0.,4. 0.,2. 2.,4. 4.,0. 4.,2. 2.,0. 0.)))),
                Err(Defect::SelfIntersection),
            ),
            // A hole that touches its ring once, twice, along a side; a hole outside; a hole in a hole.
            (
                wkt!(MULTIPOLYGON(((0. 0.,4. 0.,4. 4.,0. 4.,0. 0.),(0. 2.,1. 1.,1. 3.,0. 2.)))),
                Ok(()),
            ),
            (
                wkt!(MULTIPOLYGON(((0. 0.,4. 0.,4. 4.,0. 4.,0. 0.),(0. 2.,2. 1.,4. 2.,2. 3.,0. 2.)))),
                Err(Defect::RingsCross),
            ),
            (
                wkt!(MULTIPOLYGON(((0. 0.,4. 0.,4. 4.,0. 4.,0. 0.),(0. 1.,1. 1.,1. 3.,0. 3.,0. 1.)))),
                Err(Defect::RingsCross),
            ),
            (
                wkt!(MULTIPOLYGON(((0. 0.,4. 0.,4. 4.,0. 4.,0. 0.),(5. 5.,6. 5.,6. 6.,5. 5.)))),
                Err(Defect::Nesting),
            ),
            (
                wkt!(MULTIPOLYGON(((0. 0.,9. 0.,9. 9.,0. 9.,0. 0.),(1. 1.,8. 1.,8. 8.,1. 8.,1. 1.),(2. 2.,3. 2.,3. 3.,2. 2.)))),
                Err(Defect::Nesting),
            ),
            // Two polygons: apart, touching at a point, sharing a side, one inside the other, one in the other's hole.
            (
                wkt!(MULTIPOLYGON(((0. 0.,1. 0.,1. 1.,0. 0.)),((5. 5.,6. 5.,6. 6.,5. 5.)))),
                Ok(()),
            ),
            (
                wkt!(MULTIPOLYGON(((0. 0.,1. 0.,1. 1.,0. 0.)),((1. 1.,2. 1.,2. 2.,1. 1.)))),
                Ok(()),
            ),
            (
                wkt!(MULTIPOLYGON(((0. 0.,1. 0.,1. 1.,0. 1.,0. 0.)),((1. 0.,2. 0.,2. 1.,1. 1.,1. 0.)))),
                Err(Defect::RingsCross),
            ),
            (
                wkt!(MULTIPOLYGON(((0. 0.,9. 0.,9. 9.,0. 9.,0. 0.)),((1. 1.,2. 1.,2. 2.,1. 1.)))),
                Err(Defect::Nesting),
            ),
            (
                wkt!(MULTIPOLYGON(((0. 0.,9. 0.,9. 9.,0. 9.,0. 0.),(1. 1.,8. 1.,8. 8.,1. 8.,1. 1.)),((2. 2.,3. 2.,3. 3.,2. 2.)))),
                Ok(()),
            ),
        ] {
            assert_eq!(check_multi_polygon(&mp), expected, "{mp:?}");
        }
    }

    proptest! {
        /// What we call valid is valid for geo (the other way round, geo misses touching vertices).
        #[test]
        fn valid_here_is_valid_there(points in prop::collection::vec((0i32..12, 0i32..12), 3..40)) {
            let mut ring: Vec<Coord<f64>> = points.iter().map(|&(x, y)| Coord { x: x.into(), y: y.into() }).collect();
            ring.dedup();
            while ring.len() > 1 && ring.first() == ring.last() { ring.pop(); }
            prop_assume!(ring.len() >= 3);
            ring.push(ring[0]);
            let valid = check(&[vec![ring.clone()]]).is_ok();
            let geo = geo_types::Polygon::new(geo_types::LineString(ring), vec![]);
            if valid { prop_assert!(geo.is_valid(), "{:?}", geo); }
        }
    }
}
