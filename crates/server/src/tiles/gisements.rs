//! Which places of a tile are on a parcel that has a type of gisement.

use gisement_store::Collection;

use crate::columns::Texts;
use crate::editions::Edition;

/// The parcels of a part of the map that have a type: few, so they are looked at one by one.
pub(super) struct Gisements<'a> {
    parcelles: Option<&'a Collection>,
    /// Boxes in world units (xmin, ymin, xmax, ymax), and rows.
    found: Vec<([u32; 4], usize)>,
}

impl<'a> Gisements<'a> {
    /// Those that meet a box in world units.
    pub(super) fn within(edition: &'a Edition, world: [u32; 4]) -> Self {
        let parcelles = edition.collection("parcelles");
        let typed = |c: &'a Collection| {
            let kind = Texts::new(c, "type_principal");
            let rows = c.search(world).into_iter().map(|r| r as usize);
            rows.filter(move |row| kind.get(*row).is_some_and(|t| t != "aucun"))
                .filter_map(move |row| Some((outline(c, row)?, row)))
                .collect()
        };
        Self {
            parcelles,
            found: parcelles.map(typed).unwrap_or_default(),
        }
    }

    /// Whether the middle of the box of a row of another collection is on one of them.
    pub(super) fn hold(&self, c: &Collection, row: usize) -> bool {
        let Some([x0, y0, x1, y1]) = outline(c, row) else {
            return false;
        };
        let (x, y) = (u32::midpoint(x0, x1), u32::midpoint(y0, y1));
        self.found.iter().any(|([x0, y0, x1, y1], parcelle)| {
            (*x0..=*x1).contains(&x)
                && (*y0..=*y1).contains(&y)
                && self
                    .parcelles
                    .is_some_and(|p| is_inside(p, *parcelle, x, y))
        })
    }
}

/// The box of a row in world units; `None` without geometry.
fn outline(c: &Collection, row: usize) -> Option<[u32; 4]> {
    let mut b: Option<[u32; 4]> = None;
    for ring in c.polygons(row).flatten() {
        for (x, y) in ring.x.iter().zip(ring.y) {
            let [x0, y0, x1, y1] = b.unwrap_or([*x, *y, *x, *y]);
            b = Some([x0.min(*x), y0.min(*y), x1.max(*x), y1.max(*y)]);
        }
    }
    b
}

/// Whether a point is inside a row, holes left out: a ray eastward crosses its rings an odd number of times.
fn is_inside(c: &Collection, row: usize, x: u32, y: u32) -> bool {
    let rings = c.polygons(row).flatten();
    rings.map(|r| crossings(r.x, r.y, x, y)).sum::<usize>() % 2 == 1
}

fn crossings(xs: &[u32], ys: &[u32], x: u32, y: u32) -> usize {
    let at = |i: usize| (i64::from(xs[i]), i64::from(ys[i]));
    let (x, y) = (i64::from(x), i64::from(y));
    (1..xs.len())
        .filter(|i| {
            let ((ax, ay), (bx, by)) = (at(i - 1), at(*i));
            if (ay > y) == (by > y) {
                return false;
            }
            // The side of the edge on which the point lies, without dividing.
            let cross =
                i128::from(bx - ax) * i128::from(y - ay) - i128::from(x - ax) * i128::from(by - ay);
            (cross > 0) == (by > ay)
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ray_crosses_a_ring_once_from_inside() {
        // An L, closed.
        let (xs, ys) = ([0, 10, 10, 4, 4, 0, 0], [0, 0, 4, 4, 10, 10, 0]);
        let inside = |x, y| crossings(&xs, &ys, x, y) % 2 == 1;
        for (x, y) in [(1, 1), (9, 1), (1, 9), (3, 5)] {
            assert!(inside(x, y), "{x} {y}");
        }
        for (x, y) in [(9, 9), (5, 5), (11, 1), (1, 11), (20, 2)] {
            assert!(!inside(x, y), "{x} {y}");
        }
    }
}
