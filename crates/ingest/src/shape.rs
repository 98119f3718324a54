//! A geometry as read, before projection and repair: flat, reused from row to row.

use geo_types::Coord;

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum ShapeKind {
    /// Nothing, or `null`.
    #[default]
    Null,
    /// One point or several.
    Point,
    /// Lines: each is a ring, not closed, and there is no polygon.
    Line,
    /// Polygons.
    Surface,
}

/// Rings are stored one after the other; `rings` and `polygons` hold ends.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Shape {
    pub(crate) kind: ShapeKind,
    pub(crate) coords: Vec<Coord<f64>>,
    /// Ends of rings, in `coords`.
    pub(crate) rings: Vec<u32>,
    /// Ends of polygons, in `rings`.
    pub(crate) polygons: Vec<u32>,
    /// Members of a collection that are no polygon (no line), beside some that are.
    pub(crate) dropped: u32,
}

impl Shape {
    pub(crate) fn clear(&mut self) {
        self.kind = ShapeKind::Null;
        self.coords.clear();
        self.rings.clear();
        self.polygons.clear();
        self.dropped = 0;
    }

    pub(crate) fn point(x: f64, y: f64) -> Self {
        Self {
            kind: ShapeKind::Point,
            coords: vec![Coord { x, y }],
            ..Self::default()
        }
    }

    pub(crate) fn end_ring(&mut self) {
        self.rings.push(self.coords.len() as u32);
    }

    pub(crate) fn end_polygon(&mut self) {
        self.polygons.push(self.rings.len() as u32);
    }

    /// The vertices of ring `r`.
    pub(crate) fn ring(&self, r: usize) -> &[Coord<f64>] {
        let start = if r == 0 {
            0
        } else {
            self.rings[r - 1] as usize
        };
        &self.coords[start..self.rings[r] as usize]
    }

    /// The rings of polygon `p`.
    pub(crate) fn rings_of(&self, p: usize) -> std::ops::Range<usize> {
        let start = if p == 0 {
            0
        } else {
            self.polygons[p - 1] as usize
        };
        start..self.polygons[p] as usize
    }
}

impl Shape {
    /// Adds a member of a collection: polygons are gathered, and lines when no polygon is there; a point is kept only
    /// when it is alone.
    pub(crate) fn absorb(&mut self, member: &Self) {
        match (self.kind, member.kind) {
            (_, ShapeKind::Null) => {}
            (ShapeKind::Null, _) => {
                let dropped = self.dropped;
                self.clone_from(member);
                self.dropped += dropped;
            }
            (ShapeKind::Surface, ShapeKind::Surface) => {
                let (c, r) = (self.coords.len() as u32, self.rings.len() as u32);
                self.coords.extend_from_slice(&member.coords);
                self.rings.extend(member.rings.iter().map(|e| e + c));
                self.polygons.extend(member.polygons.iter().map(|e| e + r));
            }
            (ShapeKind::Line, ShapeKind::Line) => {
                let c = self.coords.len() as u32;
                self.coords.extend_from_slice(&member.coords);
                self.rings.extend(member.rings.iter().map(|e| e + c));
            }
            (_, ShapeKind::Surface) | (ShapeKind::Point, ShapeKind::Line) => {
                let dropped = self.dropped + 1;
                self.clone_from(member);
                self.dropped += dropped;
            }
            _ => self.dropped += 1,
        }
    }
}

impl Shape {
    /// Finds which rings are holes of which, by containment: shapefiles list rings in any order and do not all
    /// respect the orientation rule. A ring inside an even number of others is an outer ring.
    pub(crate) fn assemble(&mut self) {
        let n = self.rings.len();
        self.polygons.clear();
        if n == 1 {
            self.end_polygon();
            return;
        }
        let boxes: Vec<_> = (0..n).map(|r| bbox(self.ring(r))).collect();
        let areas: Vec<f64> = (0..n).map(|r| signed_area(self.ring(r)).abs()).collect();
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|a, b| areas[*b].total_cmp(&areas[*a]).then(a.cmp(b)));
        let mut depth = vec![0u32; n];
        let mut parent = vec![usize::MAX; n];
        for (k, &r) in order.iter().enumerate() {
            for &big in &order[..k] {
                let (b, s) = (boxes[big], boxes[r]);
                let may = b[0] <= s[0] && b[1] <= s[1] && b[2] >= s[2] && b[3] >= s[3];
                if may && ring_inside(self.ring(r), self.ring(big)) {
                    if parent[r] == usize::MAX || depth[big] >= depth[parent[r]] {
                        parent[r] = big;
                    }
                    depth[r] += 1;
                }
            }
        }
        let old = std::mem::take(self);
        self.kind = ShapeKind::Surface;
        for outer in (0..n).filter(|r| depth[*r].is_multiple_of(2)) {
            for r in std::iter::once(outer)
                .chain((0..n).filter(|r| depth[*r] % 2 == 1 && parent[*r] == outer))
            {
                self.coords.extend_from_slice(old.ring(r));
                self.end_ring();
            }
            self.end_polygon();
        }
    }
}

pub(crate) fn bbox(ring: &[Coord<f64>]) -> [f64; 4] {
    ring.iter().fold(
        [
            f64::INFINITY,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NEG_INFINITY,
        ],
        |b, c| [b[0].min(c.x), b[1].min(c.y), b[2].max(c.x), b[3].max(c.y)],
    )
}

/// Shoelace area around the first vertex, positive when counter-clockwise. The ring may be open or closed.
pub(crate) fn signed_area(ring: &[Coord<f64>]) -> f64 {
    let Some(o) = ring.first() else { return 0.0 };
    let twice: f64 = ring
        .windows(2)
        .map(|w| (w[0].x - o.x) * (w[1].y - o.y) - (w[1].x - o.x) * (w[0].y - o.y))
        .sum();
    twice / 2.0
}

/// Where a point is relative to a ring: `Some(true)` inside, `Some(false)` outside, `None` on it.
pub(crate) fn locate(p: Coord<f64>, ring: &[Coord<f64>]) -> Option<bool> {
    let mut inside = false;
    for w in ring.windows(2) {
        let (a, b) = (w[0], w[1]);
        let cross = (b.x - a.x) * (p.y - a.y) - (p.x - a.x) * (b.y - a.y);
        if cross == 0.0
            && p.x >= a.x.min(b.x)
            && p.x <= a.x.max(b.x)
            && p.y >= a.y.min(b.y)
            && p.y <= a.y.max(b.y)
        {
            return None;
        }
        if (a.y > p.y) != (b.y > p.y) && (cross > 0.0) == (b.y > a.y) {
            inside = !inside;
        }
    }
    Some(inside)
}

/// Whether a ring lies within another, judged by its first vertex that is not on it.
pub(crate) fn ring_inside(small: &[Coord<f64>], big: &[Coord<f64>]) -> bool {
    small.iter().find_map(|c| locate(*c, big)).unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(shape: &mut Shape, x: f64, y: f64, side: f64) {
        for (dx, dy) in [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)] {
            shape.coords.push(Coord {
                x: x + dx * side,
                y: y + dy * side,
            });
        }
        shape.end_ring();
    }

    #[test]
    fn rings_find_their_polygon_whatever_order_and_orientation() {
        // A hole first, an island in the hole, another polygon.
        let mut s = Shape::default();
        square(&mut s, 2.0, 2.0, 6.0);
        square(&mut s, 20.0, 0.0, 5.0);
        square(&mut s, 4.0, 4.0, 1.0);
        square(&mut s, 0.0, 0.0, 10.0);
        s.assemble();
        assert_eq!(s.polygons, [1, 2, 4]);
        let outer: Vec<f64> = (0..3)
            .map(|p| signed_area(s.ring(s.rings_of(p).start)))
            .collect();
        assert_eq!(outer, [25.0, 1.0, 100.0]);
        assert_eq!(signed_area(s.ring(3)), 36.0);
    }

    #[test]
    fn points_are_located() {
        let mut s = Shape::default();
        square(&mut s, 0.0, 0.0, 4.0);
        assert_eq!(locate(Coord { x: 1.0, y: 1.0 }, s.ring(0)), Some(true));
        assert_eq!(locate(Coord { x: 5.0, y: 1.0 }, s.ring(0)), Some(false));
        assert_eq!(locate(Coord { x: 4.0, y: 1.0 }, s.ring(0)), None);
    }
}
