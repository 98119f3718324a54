//! From world coordinates to the drawing commands of one feature.

use super::clip::{self, Vertex};
use super::pbf::{varint, zigzag};
use super::{EXTENT, TileId};

const MOVE_TO: u64 = 1;
const LINE_TO: u64 = 2;
const CLOSE_PATH: u64 = 7;
/// Side of the square that stands for a feature too small to have an area, in tile units (a quarter of a pixel).
const DUST: i32 = 2;

/// The geometry of one feature in one tile. Made once per tile and used again for every feature.
#[derive(Debug)]
pub struct Shape {
    shift: u32,
    origin: (i64, i64),
    commands: Vec<u8>,
    cursor: Vertex,
    ring: Vec<Vertex>,
    spare: Vec<Vertex>,
    /// A vertex of the feature that lies in the tile, where dust may fall.
    seen: Option<Vertex>,
}

impl Shape {
    /// The geometry maker of a tile.
    pub fn new(tile: TileId) -> Self {
        Self {
            shift: tile.shift(),
            origin: (
                i64::from(tile.x()) * i64::from(EXTENT),
                i64::from(tile.y()) * i64::from(EXTENT),
            ),
            commands: Vec::new(),
            cursor: (0, 0),
            ring: Vec::new(),
            spare: Vec::new(),
            seen: None,
        }
    }

    /// Forgets the previous feature.
    pub fn clear(&mut self) {
        self.commands.clear();
        self.cursor = (0, 0);
        self.seen = None;
    }

    /// Whether nothing of the feature falls in the tile.
    pub fn is_empty(&self) -> bool {
        self.commands.is_empty()
    }

    /// The drawing commands, as packed integers.
    pub(super) fn commands(&self) -> &[u8] {
        &self.commands
    }

    /// Adds a point in world units, unless it is outside the buffered tile.
    pub fn point(&mut self, x: u32, y: u32) {
        let v = self.snap(x, y);
        if clip::inside(v) {
            varint(&mut self.commands, MOVE_TO | 1 << 3);
            self.step(v);
        }
    }

    /// Adds a polygon: closed rings in world units, the outer one first. Rings without area in this tile are left
    /// out, and the holes with their outer ring.
    pub fn polygon<'a>(&mut self, rings: impl Iterator<Item = (&'a [u32], &'a [u32])>) {
        for (i, (x, y)) in rings.enumerate() {
            let drawn = self.load(x, y) && self.draw(i == 0);
            if i == 0 && !drawn {
                return;
            }
        }
    }

    /// Puts a small square in place of a feature that lies in the tile but has no area left, so that a small parcel
    /// does not vanish. Returns whether there is something to draw.
    pub fn or_dust(&mut self) -> bool {
        if let (true, Some((x, y))) = (self.commands.is_empty(), self.seen) {
            self.ring.clear();
            self.ring
                .extend([(x, y), (x + DUST, y), (x + DUST, y + DUST), (x, y + DUST)]);
            self.draw(true);
        }
        !self.commands.is_empty()
    }

    /// The tile coordinate of a vertex. Rounded on a grid common to all tiles of the zoom, so that neighbouring
    /// features and neighbouring tiles agree.
    fn snap(&self, x: u32, y: u32) -> Vertex {
        let round = |v: u32, origin: i64| {
            (((u64::from(v) + (1 << self.shift >> 1)) >> self.shift) as i64 - origin) as i32
        };
        (round(x, self.origin.0), round(y, self.origin.1))
    }

    /// Snaps a ring, leaves out what the grid makes useless, and cuts it to the tile. False when nothing is left.
    fn load(&mut self, xs: &[u32], ys: &[u32]) -> bool {
        self.ring.clear();
        let (mut min, mut max) = ((i32::MAX, i32::MAX), (i32::MIN, i32::MIN));
        // The closing vertex repeats the first.
        let open = xs.len().saturating_sub(1);
        for (&x, &y) in xs[..open].iter().zip(ys) {
            let v = self.snap(x, y);
            min = (min.0.min(v.0), min.1.min(v.1));
            max = (max.0.max(v.0), max.1.max(v.1));
            push_bend(&mut self.ring, v);
        }
        if !clip::meets(min, max) {
            return false;
        }
        if !clip::inside(min) || !clip::inside(max) {
            clip::clip(&mut self.ring, &mut self.spare);
            std::mem::swap(&mut self.ring, &mut self.spare);
            self.ring.clear();
            for i in 0..self.spare.len() {
                push_bend(&mut self.ring, self.spare[i]);
            }
        }
        if self.seen.is_none() {
            let in_tile = |v: &&Vertex| (0..EXTENT).contains(&v.0) && (0..EXTENT).contains(&v.1);
            self.seen = self.ring.iter().find(in_tile).copied();
        }
        close_bends(&mut self.ring);
        self.ring.len() >= 3
    }

    /// Writes the ring in hand, turned as MVT wants it. False when it has no area.
    fn draw(&mut self, outer: bool) -> bool {
        let twice = twice_area(&self.ring);
        if twice == 0 {
            return false;
        }
        if (twice > 0) != outer {
            self.ring.reverse();
        }
        varint(&mut self.commands, MOVE_TO | 1 << 3);
        self.step(self.ring[0]);
        varint(
            &mut self.commands,
            LINE_TO | (self.ring.len() as u64 - 1) << 3,
        );
        for i in 1..self.ring.len() {
            self.step(self.ring[i]);
        }
        varint(&mut self.commands, CLOSE_PATH | 1 << 3);
        true
    }

    fn step(&mut self, v: Vertex) {
        let (dx, dy) = (v.0 - self.cursor.0, v.1 - self.cursor.1);
        varint(&mut self.commands, zigzag(i64::from(dx)));
        varint(&mut self.commands, zigzag(i64::from(dy)));
        self.cursor = v;
    }
}

/// Appends a vertex, unless it repeats the last; forgets the last when the three lie on one line.
fn push_bend(ring: &mut Vec<Vertex>, v: Vertex) {
    if ring.last() == Some(&v) {
        return;
    }
    while let [.., a, b] = ring[..] {
        if !aligned(a, b, v) {
            break;
        }
        ring.pop();
        // A spike that comes back to where it started.
        if ring.last() == Some(&v) {
            return;
        }
    }
    ring.push(v);
}

/// The same across the seam between the last vertex and the first.
fn close_bends(ring: &mut Vec<Vertex>) {
    while let [a, b, .., y, z] = ring[..] {
        if z == a || aligned(y, z, a) {
            ring.pop();
        } else if aligned(z, a, b) {
            ring.remove(0);
        } else {
            break;
        }
    }
}

fn aligned(a: Vertex, b: Vertex, c: Vertex) -> bool {
    let d = |p: i32, q: i32| i64::from(p) - i64::from(q);
    d(b.0, a.0) * d(c.1, b.1) == d(b.1, a.1) * d(c.0, b.0)
}

/// Twice the signed area: positive for an outer ring, in a frame whose y grows downward.
fn twice_area(ring: &[Vertex]) -> i64 {
    let Some(&o) = ring.first() else { return 0 };
    ring.windows(2)
        .map(|w| {
            let d = |v: Vertex| (i64::from(v.0 - o.0), i64::from(v.1 - o.1));
            let ((ax, ay), (bx, by)) = (d(w[0]), d(w[1]));
            ax * by - bx * ay
        })
        .sum()
}
