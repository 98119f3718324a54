//! The largest circle inside a surface: what tells a plot one can build on from a strip of the same area.
//!
//! Best-first quadtree search (the method known as polylabel): a cell is split only while it may hold a centre
//! farther from the boundary than the best one found, by more than the wanted precision.

use std::collections::BinaryHeap;

use crate::spatial::{Forme, squared_distance};

struct Cell {
    x: f64,
    y: f64,
    half: f64,
    /// Signed distance from the centre to the boundary.
    distance: f64,
}

impl Cell {
    fn new(f: &Forme, x: f64, y: f64, half: f64) -> Self {
        let d = f
            .edges
            .iter()
            .map(|e| squared_distance(e, x, y))
            .fold(f64::MAX, f64::min)
            .sqrt();
        Self {
            x,
            y,
            half,
            distance: if f.contains(x, y) { d } else { -d },
        }
    }

    /// The farthest from the boundary that a point of the cell can be.
    fn bound(&self) -> f64 {
        self.distance + self.half * std::f64::consts::SQRT_2
    }
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
        self.bound()
            .total_cmp(&o.bound())
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
    let mut heap = BinaryHeap::new();
    let mut best = Cell::new(f, f64::midpoint(b.x0, b.x1), f64::midpoint(b.y0, b.y1), 0.0).distance;
    let half = side / 2.0;
    let mut x = b.x0;
    while x < b.x1 {
        let mut y = b.y0;
        while y < b.y1 {
            heap.push(Cell::new(f, x + half, y + half, half));
            y += side;
        }
        x += side;
    }
    while let Some(c) = heap.pop() {
        best = best.max(c.distance);
        if c.bound() - best <= precision / 2.0 {
            break;
        }
        let half = c.half / 2.0;
        for (dx, dy) in [(-half, -half), (half, -half), (-half, half), (half, half)] {
            let child = Cell::new(f, c.x + dx, c.y + dy, half);
            if child.bound() - best > precision / 2.0 {
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
    use geo::{MultiPolygon, Rect, polygon};

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
}
