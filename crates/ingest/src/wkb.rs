//! Well-known binary as GDAL writes it: any byte order, Z and M dropped, lengths checked before allocation.

use geo_types::Coord;

use crate::shape::{Shape, ShapeKind};

/// Reads a geometry into `shape`.
pub(crate) fn parse(bytes: &[u8], shape: &mut Shape) -> Result<(), String> {
    shape.clear();
    geometry(
        &mut Bytes {
            rest: bytes,
            big: false,
        },
        shape,
        0,
    )
    .ok_or_else(|| "géométrie WKB mal formée ou de type inconnu".to_owned())
}

fn geometry(r: &mut Bytes<'_>, shape: &mut Shape, depth: u8) -> Option<()> {
    if depth > 4 {
        return None;
    }
    r.big = r.take::<1>()?[0] == 0;
    let code = r.u32()?;
    // EWKB flags (PostGIS) and ISO thousands both say Z and M.
    let (mut dims, base) = (2, (code & 0x0fff_ffff) % 1000);
    match (code & 0x0fff_ffff) / 1000 {
        1 | 2 => dims += 1,
        3 => dims += 2,
        _ => {}
    }
    dims += usize::from(code & 0x8000_0000 != 0) + usize::from(code & 0x4000_0000 != 0);
    if code & 0x2000_0000 != 0 {
        r.u32()?;
    }
    let mut one = Shape::default();
    match base {
        1 => {
            one.coords.push(r.xy(dims)?);
            one.kind = if one.coords[0].x.is_nan() {
                ShapeKind::Null
            } else {
                ShapeKind::Point
            };
        }
        2 => {
            for _ in 0..r.count(8 * dims)? {
                one.coords.push(r.xy(dims)?);
            }
            if !one.coords.is_empty() {
                one.end_ring();
                one.kind = ShapeKind::Line;
            }
        }
        3 => {
            for _ in 0..r.count(4)? {
                for _ in 0..r.count(8 * dims)? {
                    let c = r.xy(dims)?;
                    one.coords.push(c);
                }
                one.end_ring();
            }
            if !one.rings.is_empty() {
                one.end_polygon();
                one.kind = ShapeKind::Surface;
            }
        }
        4..=7 => {
            for _ in 0..r.count(5)? {
                let mut member = Shape::default();
                geometry(r, &mut member, depth + 1)?;
                if base == 4 && one.kind == ShapeKind::Point {
                    one.coords.append(&mut member.coords);
                } else {
                    one.absorb(&member);
                }
            }
        }
        _ => return None,
    }
    *shape = one;
    Some(())
}

struct Bytes<'a> {
    rest: &'a [u8],
    big: bool,
}

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, tail) = self.rest.split_first_chunk::<N>()?;
        self.rest = tail;
        Some(*head)
    }

    fn u32(&mut self) -> Option<u32> {
        let b = self.take()?;
        Some(if self.big {
            u32::from_be_bytes(b)
        } else {
            u32::from_le_bytes(b)
        })
    }

    /// A number of items of at least `size` bytes each, which must all be there.
    fn count(&mut self, size: usize) -> Option<usize> {
        let n = self.u32()? as usize;
        (n.checked_mul(size)? <= self.rest.len()).then_some(n)
    }

    fn f64(&mut self) -> Option<f64> {
        let b = self.take()?;
        Some(if self.big {
            f64::from_be_bytes(b)
        } else {
            f64::from_le_bytes(b)
        })
    }

    fn xy(&mut self, dims: usize) -> Option<Coord<f64>> {
        let c = Coord {
            x: self.f64()?,
            y: self.f64()?,
        };
        for _ in 2..dims {
            self.f64()?;
        }
        Some(c)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_polygon_z_loses_its_z() {
        let mut b = vec![1];
        b.extend((3u32 + 1000).to_le_bytes());
        b.extend(1u32.to_le_bytes());
        b.extend(4u32.to_le_bytes());
        for (x, y) in [(0.0f64, 0.0f64), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)] {
            for v in [x, y, 9.0] {
                b.extend(v.to_le_bytes());
            }
        }
        let mut s = Shape::default();
        parse(&b, &mut s).unwrap();
        assert_eq!(
            (s.kind, s.coords.len(), s.coords[2]),
            (ShapeKind::Surface, 4, Coord { x: 1.0, y: 1.0 })
        );
        b[1..5].copy_from_slice(&(3u32 | 0x8000_0000).to_le_bytes());
        let mut t = Shape::default();
        parse(&b, &mut t).unwrap();
        assert_eq!(s, t);
    }

    #[test]
    fn lines_are_gathered() {
        let line = |n: u32| {
            let mut b = vec![1];
            b.extend(2u32.to_le_bytes());
            b.extend(n.to_le_bytes());
            for i in 0..n {
                b.extend(f64::from(i).to_le_bytes());
                b.extend(1.0f64.to_le_bytes());
            }
            b
        };
        let mut b = vec![1];
        b.extend(5u32.to_le_bytes());
        b.extend(2u32.to_le_bytes());
        b.extend(line(2));
        b.extend(line(3));
        let mut s = Shape::default();
        parse(&b, &mut s).unwrap();
        assert_eq!((s.kind, &s.rings[..]), (ShapeKind::Line, &[2, 5][..]));
    }

    proptest! {
        #[test]
        fn hostile_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes, &mut Shape::default());
        }
    }
}
