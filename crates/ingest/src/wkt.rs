//! Well-known text in the cells of tables: points and polygons, with or without Z, forgiving about spaces.

use geo_types::Coord;

use crate::shape::{Shape, ShapeKind};

/// Reads a geometry into `shape`. `None` when the text is no geometry that a layer can hold.
pub(crate) fn parse(text: &str, shape: &mut Shape) -> Option<()> {
    shape.clear();
    let text = text.trim();
    let text = match text.split_once(';') {
        Some((srid, rest)) if srid.len() < 12 && srid.to_ascii_uppercase().starts_with("SRID=") => {
            rest.trim()
        }
        _ => text,
    };
    let open = text.find('(')?;
    let mut words = text[..open].split_ascii_whitespace();
    let kind = words.next()?.to_ascii_uppercase();
    let body = &text[open..];
    match kind.as_str() {
        "POINT" => {
            let mut rest = body.strip_prefix('(')?;
            shape.coords.push(position(&mut rest)?);
            rest.trim_start().strip_prefix(')')?;
            shape.kind = ShapeKind::Point;
        }
        "POLYGON" => {
            let mut rest = body;
            polygon(&mut rest, shape)?;
            shape.kind = ShapeKind::Surface;
        }
        "MULTIPOLYGON" => {
            let mut rest = body.strip_prefix('(')?;
            loop {
                polygon(&mut rest, shape)?;
                rest = rest.trim_start();
                match rest.strip_prefix(',') {
                    Some(r) => rest = r.trim_start(),
                    None => break,
                }
            }
            rest.strip_prefix(')')?;
            shape.kind = ShapeKind::Surface;
        }
        "LINESTRING" => {
            let mut rest = body;
            line(&mut rest, shape)?;
            shape.kind = ShapeKind::Line;
        }
        "MULTILINESTRING" => {
            let mut rest = body.strip_prefix('(')?;
            loop {
                line(&mut rest, shape)?;
                match rest.trim_start().strip_prefix(',') {
                    Some(r) => rest = r,
                    None => break,
                }
            }
            rest.trim_start().strip_prefix(')')?;
            shape.kind = ShapeKind::Line;
        }
        _ => return None,
    }
    Some(())
}

/// A parenthesised list of positions.
fn line(rest: &mut &str, shape: &mut Shape) -> Option<()> {
    *rest = rest.trim_start().strip_prefix('(')?;
    loop {
        shape.coords.push(position(rest)?);
        *rest = rest.trim_start();
        match rest.strip_prefix(',') {
            Some(r) => *rest = r,
            None => break,
        }
    }
    *rest = rest.strip_prefix(')')?;
    shape.end_ring();
    Some(())
}

fn polygon(rest: &mut &str, shape: &mut Shape) -> Option<()> {
    *rest = rest.trim_start().strip_prefix('(')?;
    loop {
        line(rest, shape)?;
        *rest = rest.trim_start();
        match rest.strip_prefix(',') {
            Some(r) => *rest = r,
            None => break,
        }
    }
    *rest = rest.strip_prefix(')')?;
    shape.end_polygon();
    Some(())
}

fn position(rest: &mut &str) -> Option<Coord<f64>> {
    let end = rest.find([',', ')']).unwrap_or(rest.len());
    let mut numbers = rest[..end].split_ascii_whitespace().map(str::parse::<f64>);
    let c = Coord {
        x: numbers.next()?.ok()?,
        y: numbers.next()?.ok()?,
    };
    // Z and M, if any, must be numbers too.
    if numbers.any(|n| n.is_err()) {
        return None;
    }
    *rest = &rest[end..];
    Some(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(s: &str) -> Option<Shape> {
        let mut shape = Shape::default();
        parse(s, &mut shape).map(|()| shape)
    }

    #[test]
    fn spellings_found_in_files() {
        for s in [
            "POINT (-1.45 48.97)",
            "Point(-1.45  48.97)",
            "SRID=4326;POINT Z (-1.45 48.97 3)",
        ] {
            assert_eq!(read(s).unwrap(), Shape::point(-1.45, 48.97), "{s}");
        }
        let s = read("MULTIPOLYGON(((0 0,1 0,1 1,0 0),(0.1 0.1,0.2 0.1,0.2 0.2,0.1 0.1)),((5 5,6 5,6 6,5 5)))").unwrap();
        assert_eq!(
            (&s.rings[..], &s.polygons[..]),
            (&[4, 8, 12][..], &[2, 3][..])
        );
        // The official example of the standard holds this.
        assert_eq!(read("POLYGON((49.33 3.95, 49.38 3.89, ...))"), None);
        assert_eq!(read("POINT EMPTY"), None);
        for s in [
            "MULTILINESTRING ((0 0,1 1), (5 5, 6 6,7 7))",
            "SRID=2154;MultiLineString Z((0 0 1,1 1 1),(5 5 1,6 6 1,7 7 1))",
        ] {
            let s = read(s).unwrap();
            assert_eq!((s.kind, &s.rings[..]), (ShapeKind::Line, &[2, 5][..]));
        }
        assert_eq!(read("LINESTRING(0 0, 1 1)").unwrap().rings, [2]);
        assert_eq!(read("MULTILINESTRING((0 0, 1 1)"), None);
    }

    proptest! {
        #[test]
        fn never_panics(s in "[A-Z(),.0-9 ;=-]{0,60}") {
            let _ = read(&s);
        }
    }
}
