//! The largest circle inside a surface: what tells a plot one can build on from a strip of the same area.
//!
//! Best-first quadtree search (the method known as polylabel): a cell is split only while it may hold a centre
//! farther from the boundary than the best one found, by more than the wanted precision. What a cell may hold is bounded
//! by its centre's distance and, more tightly in a strip, by the width of the surface there.

use std::collections::BinaryHeap;

use crate::spatial::{Edge, Forme};

struct Cell {
    x: f64,
    y: f64,
    half: f64,
    /// Signed distance from the centre to the boundary.
    distance: f64,
    /// The farthest from the boundary that a point of the cell can be.
    bound: f64,
}

/// A step along an edge: where it begins, where it leads, and the inverse of its squared length (0 for none). Worked out
/// once, since every cell asks every edge.
struct Step {
    from: (f64, f64),
    along: (f64, f64),
    inverse: f64,
}

/// The boundary of a surface.
struct Contour<'a> {
    forme: &'a Forme,
    steps: Vec<Step>,
}

impl<'a> Contour<'a> {
    fn new(forme: &'a Forme) -> Self {
        let step = |e: &Edge| {
            let along = (e.x1 - e.x0, e.y1 - e.y0);
            let squared = along.0 * along.0 + along.1 * along.1;
            Step {
                from: (e.x0, e.y0),
                along,
                inverse: if squared > 0.0 { squared.recip() } else { 0.0 },
            }
        };
        Self {
            forme,
            steps: forme.edges.iter().map(step).collect(),
        }
    }

    /// The nearest point of the boundary, and its distance.
    fn nearest(&self, x: f64, y: f64) -> ((f64, f64), f64) {
        let (mut best, mut away) = (f64::MAX, (0.0, 0.0));
        for s in &self.steps {
            let (px, py) = (x - s.from.0, y - s.from.1);
            let t = ((px * s.along.0 + py * s.along.1) * s.inverse).clamp(0.0, 1.0);
            let (qx, qy) = (px - t * s.along.0, py - t * s.along.1);
            let squared = qx * qx + qy * qy;
            if squared < best {
                (best, away) = (squared, (qx, qy));
            }
        }
        ((x - away.0, y - away.1), best.sqrt())
    }
}

impl Cell {
    fn new(contour: &Contour<'_>, x: f64, y: f64, half: f64) -> Self {
        let f = contour.forme;
        let (nearest, d) = contour.nearest(x, y);
        let inside = f.contains(x, y);
        let distance = if inside { d } else { -d };
        let reach = half * std::f64::consts::SQRT_2;
        let mut bound = distance + reach;
        if inside && half > 0.0 && d > 0.0 {
            let away = ((x - nearest.0) / d, (y - nearest.1) / d);
            bound = bound.min(between(d + opposite(f, (x, y), away), reach));
        }
        Self {
            x,
            y,
            half,
            distance,
            bound,
        }
    }
}

/// The farthest that a point can be from both of two points `width` apart, when it lies within `reach` of the segment
/// between them: half the width, and hardly more. Along the middle of a strip, where every point is as good as its
/// neighbour, this settles a cell of a metre that the distance of its centre alone would split down to centimetres.
fn between(width: f64, reach: f64) -> f64 {
    let half = width / 2.0;
    if reach > half {
        return f64::MAX;
    }
    (half * half + reach * reach).sqrt()
}

/// How far the boundary is from an inner point in a direction.
fn opposite(f: &Forme, (x, y): (f64, f64), (dx, dy): (f64, f64)) -> f64 {
    let mut best = f64::MAX;
    for e in &f.edges {
        let (ex, ey) = (e.x1 - e.x0, e.y1 - e.y0);
        let across = dx * ey - dy * ex;
        if across == 0.0 {
            continue;
        }
        let (ox, oy) = (e.x0 - x, e.y0 - y);
        let along = (ox * ey - oy * ex) / across;
        let on_edge = (ox * dy - oy * dx) / across;
        if along > 0.0 && (0.0..=1.0).contains(&on_edge) {
            best = best.min(along);
        }
    }
    best
}

impl PartialEq for Cell {
    fn eq(&self, o: &Self) -> bool {
        self.cmp(o).is_eq()
    }
}
impl Eq for Cell {}
impl PartialOrd for Cell {
    fn partial_cmp(&self, o: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(o))
    }
}
impl Ord for Cell {
    fn cmp(&self, o: &Self) -> std::cmp::Ordering {
        self.bound
            .total_cmp(&o.bound)
            .then(o.x.total_cmp(&self.x))
            .then(o.y.total_cmp(&self.y))
    }
}

/// Diameter of the largest inscribed circle, to `precision` m. 0 for an empty surface.
pub(crate) fn inscribed_diameter(f: &Forme, precision: f64) -> f64 {
    if f.edges.is_empty() || f.area <= 0.0 {
        return 0.0;
    }
    let b = &f.boite;
    let (w, h) = (b.x1 - b.x0, b.y1 - b.y0);
    let side = w.min(h).max(w.max(h) / 64.0);
    if side <= 0.0 {
        return 0.0;
    }
    let contour = Contour::new(f);
    let mut heap = BinaryHeap::new();
    let mut best = Cell::new(
        &contour,
        f64::midpoint(b.x0, b.x1),
        f64::midpoint(b.y0, b.y1),
        0.0,
    )
    .distance;
    let half = side / 2.0;
    let mut x = b.x0;
    while x < b.x1 {
        let mut y = b.y0;
        while y < b.y1 {
            heap.push(Cell::new(&contour, x + half, y + half, half));
            y += side;
        }
        x += side;
    }
    while let Some(c) = heap.pop() {
        best = best.max(c.distance);
        if c.bound - best <= precision / 2.0 {
            break;
        }
        let half = c.half / 2.0;
        for (dx, dy) in [(-half, -half), (half, -half), (-half, half), (half, half)] {
            let child = Cell::new(&contour, c.x + dx, c.y + dy, half);
            if child.bound - best > precision / 2.0 {
                best = best.max(child.distance);
                heap.push(child);
            }
        }
    }
    2.0 * best.max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spatial::squared_distance;
    use geo::{MultiPolygon, Rect, polygon};
    use proptest::prelude::*;

    #[test]
    fn circles_of_known_shapes() {
        let diameter = |p: geo::Polygon<f64>| {
            let mut f = Forme::default();
            f.load_polygons(&MultiPolygon(vec![p]));
            inscribed_diameter(&f, 0.1)
        };
        let rect = |w: f64, h: f64| Rect::new((7e5, 6e6), (7e5 + w, 6e6 + h)).to_polygon();
        assert!((diameter(rect(80.0, 10.0)) - 10.0).abs() <= 0.1);
        assert!((diameter(rect(28.0, 28.0)) - 28.0).abs() <= 0.1);
        // Right triangle 3-4-5 × 10: inradius 10.
        let t = polygon![(x: 0., y: 0.), (x: 40., y: 0.), (x: 0., y: 30.)];
        assert!((diameter(t) - 20.0).abs() <= 0.1);
        // An L of two 10 m wings: the corner holds more than a wing.
        let l = polygon![(x: 0., y: 0.), (x: 50., y: 0.), (x: 50., y: 10.), (x: 10., y: 10.), (x: 10., y: 50.), (x: 0., y: 50.)];
        let d = diameter(l);
        assert!((11.6..11.9).contains(&d), "{d}");
    }

    fn edge_distance(f: &Forme, x: f64, y: f64) -> f64 {
        let all = f.edges.iter().map(|e| squared_distance(e, x, y));
        all.fold(f64::MAX, f64::min).sqrt()
    }

    /// The search without the bound of [`between`]: slower, and sure.
    fn by_distance_alone(f: &Forme, precision: f64) -> f64 {
        let b = &f.boite;
        let mut best = 0.0_f64;
        let side = (b.x1 - b.x0).max(b.y1 - b.y0);
        let mut cells = vec![(b.x0 + side / 2.0, b.y0 + side / 2.0, side / 2.0)];
        while let Some((x, y, half)) = cells.pop() {
            let d = if f.contains(x, y) {
                edge_distance(f, x, y)
            } else {
                -edge_distance(f, x, y)
            };
            best = best.max(d);
            if d + half * std::f64::consts::SQRT_2 - best > precision / 2.0 {
                let h = half / 2.0;
                cells.extend([
                    (x - h, y - h, h),
                    (x + h, y - h, h),
                    (x - h, y + h, h),
                    (x + h, y + h, h),
                ]);
            }
        }
        2.0 * best
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn the_tighter_bound_loses_nothing(
            radii in prop::collection::vec(2.0f64..40.0, 3..24), stretch in 0.1f64..1.0, turn in 0.0f64..3.0,
        ) {
            let n = radii.len() as f64;
            let ring: Vec<(f64, f64)> = radii
                .iter()
                .enumerate()
                .map(|(i, r)| {
                    let a = i as f64 / n * std::f64::consts::TAU;
                    let (x, y) = (r * a.cos(), stretch * r * a.sin());
                    (7e5 + x * turn.cos() - y * turn.sin(), 6e6 + x * turn.sin() + y * turn.cos())
                })
                .collect();
            let mut f = Forme::default();
            f.load_polygons(&MultiPolygon(vec![geo::Polygon::new(ring.into(), vec![])]));
            let (quick, sure) = (inscribed_diameter(&f, 0.1), by_distance_alone(&f, 0.1));
            prop_assert!((quick - sure).abs() <= 0.1, "{quick} {sure}");
        }
    }
}
