//! Well-known binary, little endian, for the kinds that layers hold.

use geo_types::Coord;

use crate::geometry::{GeomKind, GeomRef, Geometries};

const POINT: u32 = 1;
const LINE_STRING: u32 = 2;
const POLYGON: u32 = 3;
const MULTI_LINE_STRING: u32 = 5;
const MULTI_POLYGON: u32 = 6;

/// Writes the WKB of a feature over what `out` holds. False without geometry.
pub fn encode(g: GeomRef<'_>, out: &mut Vec<u8>) -> bool {
    out.clear();
    match g.kind() {
        GeomKind::Null => return false,
        GeomKind::Point => {
            header(out, POINT);
            vertex(out, g.coords()[0]);
        }
        GeomKind::Line => {
            header(out, MULTI_LINE_STRING);
            count(out, g.polygons().map(|p| p.rings().len()).sum());
            for l in g.polygons().flat_map(|p| p.rings()) {
                header(out, LINE_STRING);
                count(out, l.len());
                for c in l {
                    vertex(out, *c);
                }
            }
        }
        GeomKind::Surface => {
            header(out, MULTI_POLYGON);
            count(out, g.polygons().len());
            for p in g.polygons() {
                header(out, POLYGON);
                count(out, p.rings().len());
                for r in p.rings() {
                    count(out, r.len());
                    for c in r {
                        vertex(out, *c);
                    }
                }
            }
        }
    }
    true
}

fn header(out: &mut Vec<u8>, kind: u32) {
    out.push(1);
    out.extend_from_slice(&kind.to_le_bytes());
}

fn count(out: &mut Vec<u8>, n: usize) {
    out.extend_from_slice(&(n as u32).to_le_bytes());
}

fn vertex(out: &mut Vec<u8>, c: Coord<f64>) {
    out.extend_from_slice(&c.x.to_le_bytes());
    out.extend_from_slice(&c.y.to_le_bytes());
}

/// Appends a WKB geometry that [`encode`] wrote. Anything else is refused, whatever its bytes.
pub(crate) fn decode(wkb: &[u8], into: &mut Geometries) -> Option<()> {
    let mut r = Reader(wkb);
    match r.header()? {
        POINT => into.push_point(r.vertex()?),
        MULTI_LINE_STRING => {
            let mut one = Geometries::new();
            for _ in 0..r.u32()? {
                if r.header()? != LINE_STRING {
                    return None;
                }
                one.push_ring(r.vertices()?);
            }
            one.end_polygon();
            one.end_feature(GeomKind::Line);
            into.push_ref(one.get(0));
        }
        MULTI_POLYGON => {
            let polygons = r.u32()?;
            // Read into a column of its own first, so that a truncated value leaves nothing behind.
            let mut one = Geometries::new();
            for _ in 0..polygons {
                if r.header()? != POLYGON {
                    return None;
                }
                for _ in 0..r.u32()? {
                    one.push_ring(r.vertices()?);
                }
                one.end_polygon();
            }
            one.end_feature(GeomKind::Surface);
            into.push_ref(one.get(0));
        }
        _ => return None,
    }
    r.0.is_empty().then_some(())
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, tail) = self.0.split_first_chunk::<N>()?;
        self.0 = tail;
        Some(*head)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    fn vertex(&mut self) -> Option<Coord<f64>> {
        Some(Coord {
            x: f64::from_le_bytes(self.take()?),
            y: f64::from_le_bytes(self.take()?),
        })
    }

    /// A counted run of vertices, all present.
    fn vertices(&mut self) -> Option<Vec<Coord<f64>>> {
        let n = self.u32()? as usize;
        if self.0.len() / 16 < n {
            return None;
        }
        Some((0..n).map_while(|_| self.vertex()).collect())
    }

    fn header(&mut self) -> Option<u32> {
        (self.take::<1>()? == [1]).then(|| self.u32())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn round_trip(sizes in prop::collection::vec(1usize..6, 1..4), x in -1e7f64..1e7, y in -1e7f64..1e7) {
            let mut g = Geometries::new();
            g.push_point(Coord { x, y });
            for n in &sizes {
                g.push_ring((0..*n).map(|i| Coord { x: x + i as f64, y }));
                g.end_polygon();
            }
            g.end_feature(GeomKind::Surface);
            for n in &sizes {
                g.push_ring((0..=*n).map(|i| Coord { x: x + i as f64, y }));
            }
            g.end_polygon();
            g.end_feature(GeomKind::Line);
            let (mut back, mut one) = (Geometries::new(), Vec::new());
            for f in g.iter() {
                prop_assert!(encode(f, &mut one));
                decode(&one, &mut back).unwrap();
            }
            prop_assert_eq!(back, g);
        }

        #[test]
        fn hostile_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut g = Geometries::new();
            let _ = decode(&bytes, &mut g);
        }
    }
}
