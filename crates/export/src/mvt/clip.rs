//! Sutherland–Hodgman on integers, against the buffered tile.

use super::{BUFFER, EXTENT};

/// A vertex in tile units.
pub(super) type Vertex = (i32, i32);

const LOW: i32 = -BUFFER;
const HIGH: i32 = EXTENT + BUFFER;

/// Whether a vertex lies in the buffered tile.
pub(super) fn inside(v: Vertex) -> bool {
    (LOW..=HIGH).contains(&v.0) && (LOW..=HIGH).contains(&v.1)
}

/// Whether a box (min, max) may meet the buffered tile.
pub(super) fn meets(min: Vertex, max: Vertex) -> bool {
    min.0 <= HIGH && max.0 >= LOW && min.1 <= HIGH && max.1 >= LOW
}

/// Cuts an open ring (last vertex not repeated) to the buffered tile, in place; `spare` is working room.
/// What lies outside collapses onto the edge of the buffer, which is never drawn.
pub(super) fn clip(ring: &mut Vec<Vertex>, spare: &mut Vec<Vertex>) {
    pass(ring, spare, |v| v.0 >= LOW, |a, b| (LOW, cross(a, b, LOW)));
    pass(
        spare,
        ring,
        |v| v.0 <= HIGH,
        |a, b| (HIGH, cross(a, b, HIGH)),
    );
    let flip = |v: Vertex| (v.1, v.0);
    pass(
        ring,
        spare,
        |v| v.1 >= LOW,
        |a, b| (cross(flip(a), flip(b), LOW), LOW),
    );
    pass(
        spare,
        ring,
        |v| v.1 <= HIGH,
        |a, b| (cross(flip(a), flip(b), HIGH), HIGH),
    );
}

fn pass(
    from: &[Vertex],
    to: &mut Vec<Vertex>,
    keep: impl Fn(Vertex) -> bool,
    at: impl Fn(Vertex, Vertex) -> Vertex,
) {
    to.clear();
    let Some(&last) = from.last() else { return };
    let (mut a, mut a_in) = (last, keep(last));
    for &b in from {
        let b_in = keep(b);
        if a_in != b_in {
            to.push(at(a, b));
        }
        if b_in {
            to.push(b);
        }
        (a, a_in) = (b, b_in);
    }
}

/// Ordinate at which the segment passes an abscissa, the same whichever way the segment is walked, so that two
/// neighbours cut their common border at one place.
fn cross(a: Vertex, b: Vertex, x: i32) -> i32 {
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    let (dx, dy) = (
        i64::from(b.0) - i64::from(a.0),
        i64::from(b.1) - i64::from(a.1),
    );
    let along = i64::from(x) - i64::from(a.0);
    // Rounded division; dx > 0 because the ends lie on either side of x.
    (i64::from(a.1) + (2 * dy * along + dx).div_euclid(2 * dx.max(1))) as i32
}
