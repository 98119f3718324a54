//! GeoJSON geometries → flat shapes, whatever the order of their members; Z is dropped.

use std::borrow::Cow;
use std::fmt;

use geo_types::Coord;
use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::feature::Key;
use crate::shape::{Shape, ShapeKind};

/// Reads a GeoJSON geometry that stands alone (in a CSV cell).
pub(crate) fn parse_geometry(json: &str, shape: &mut Shape) -> Result<(), String> {
    shape.clear();
    let mut de = serde_json::Deserializer::from_str(json);
    GeometrySeed(shape)
        .deserialize(&mut de)
        .and_then(|()| de.end())
        .map_err(|e| e.to_string())
}

pub(crate) struct GeometrySeed<'r>(pub(crate) &'r mut Shape);

impl<'de> DeserializeSeed<'de> for GeometrySeed<'_> {
    type Value = ();
    fn deserialize<D: de::Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for GeometrySeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("une géométrie ou null")
    }

    fn visit_none<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: de::Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_map(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let shape = self.0;
        let mut kind: Option<Cow<'de, str>> = None;
        let mut read = false;
        while let Some(key) = map.next_key::<Key<'de>>()? {
            match key.0.as_ref() {
                "type" => kind = map.next_value::<Option<Key<'de>>>()?.map(|k| k.0),
                "coordinates" => {
                    read = map.next_value_seed(CoordsSeed(shape))? != Node::Empty;
                }
                "geometries" => map.next_value_seed(CollectionSeed(shape))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        settle(shape, kind.as_deref(), read).map_err(de::Error::custom)
    }
}

/// Gives coordinates that have been read (`read`: some were there) the kind that the geometry says.
pub(crate) fn settle(shape: &mut Shape, kind: Option<&str>, read: bool) -> Result<(), String> {
    match kind {
        Some("GeometryCollection") => {}
        _ if !read => shape.clear(),
        Some("Polygon" | "MultiPolygon") if !shape.polygons.is_empty() => {
            shape.kind = ShapeKind::Surface;
        }
        Some("Point" | "MultiPoint") => shape.kind = ShapeKind::Point,
        Some("LineString" | "MultiLineString") if !shape.rings.is_empty() => {
            // A multi-line is written as a polygon is: its lines are rings.
            shape.polygons.clear();
            shape.kind = ShapeKind::Line;
        }
        Some(other) => {
            return Err(format!("géométrie « {other} » mal formée ou inconnue"));
        }
        None => return Err("géométrie sans type".to_owned()),
    }
    Ok(())
}

/// The members of a `GeometryCollection`: polygons are gathered, the rest is counted.
struct CollectionSeed<'r>(&'r mut Shape);

impl<'de> DeserializeSeed<'de> for CollectionSeed<'_> {
    type Value = ();
    fn deserialize<D: de::Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for CollectionSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("une liste de géométries")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut member = Shape::default();
        while seq.next_element_seed(GeometrySeed(&mut member))?.is_some() {
            self.0.absorb(&member);
            member.clear();
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Node {
    Empty,
    Number(f64),
    /// 0 a position, 1 positions, 2 a polygon, 3 polygons.
    Level(u8),
}

/// Nested coordinate arrays of any depth, whatever the type, which may come after them.
struct CoordsSeed<'r>(&'r mut Shape);

impl<'de> DeserializeSeed<'de> for CoordsSeed<'_> {
    type Value = Node;
    fn deserialize<D: de::Deserializer<'de>>(self, d: D) -> Result<Node, D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for CoordsSeed<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("des coordonnées")
    }
    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Empty)
    }
    fn visit_f64<E>(self, x: f64) -> Result<Node, E> {
        Ok(Node::Number(x))
    }
    fn visit_i64<E>(self, n: i64) -> Result<Node, E> {
        Ok(Node::Number(n as f64))
    }
    fn visit_u64<E>(self, n: u64) -> Result<Node, E> {
        Ok(Node::Number(n as f64))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let shape = self.0;
        let mut level = Node::Empty;
        while let Some(node) = seq.next_element_seed(CoordsSeed(shape))? {
            match (node, level) {
                (Node::Empty, _) => {}
                (Node::Number(x), Node::Empty) => {
                    let y = seq
                        .next_element::<f64>()?
                        .ok_or_else(|| de::Error::custom("position à une seule coordonnée"))?;
                    while seq.next_element::<IgnoredAny>()?.is_some() {}
                    shape.coords.push(Coord { x, y });
                    return Ok(Node::Level(0));
                }
                (Node::Level(_), Node::Empty) => level = node,
                (Node::Level(a), Node::Level(b)) if a == b => {}
                _ => return Err(de::Error::custom("coordonnées mal emboîtées")),
            }
        }
        match level {
            Node::Level(n) => {
                match n {
                    0 => shape.end_ring(),
                    1 => shape.end_polygon(),
                    2 => {}
                    _ => return Err(de::Error::custom("coordonnées trop emboîtées")),
                }
                Ok(Node::Level(n + 1))
            }
            _ => Ok(Node::Empty),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(json: &str) -> Result<Shape, String> {
        let mut s = Shape::default();
        parse_geometry(json, &mut s).map(|()| s)
    }

    #[test]
    fn geometries_of_real_files() {
        // Coordinates before type, three dimensions, integers.
        let s = shape(r#"{"coordinates":[[[0,0,5],[1,0,5.5],[1,1,5],[0,0,5]]],"type":"Polygon"}"#)
            .unwrap();
        assert_eq!(
            (s.kind, s.coords.len(), &s.rings[..], &s.polygons[..]),
            (ShapeKind::Surface, 4, &[4][..], &[1][..])
        );
        let s = shape(r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]],[[0.1,0.1],[0.2,0.1],[0.2,0.2],[0.1,0.1]]],[[[5,5],[6,5],[6,6],[5,5]]]]}"#).unwrap();
        assert_eq!(
            (&s.rings[..], &s.polygons[..]),
            (&[4, 8, 12][..], &[2, 3][..])
        );
        assert_eq!(shape("null").unwrap().kind, ShapeKind::Null);
        assert_eq!(
            shape(r#"{"type":"Polygon","coordinates":[]}"#)
                .unwrap()
                .kind,
            ShapeKind::Null
        );
        for (json, ends) in [
            (
                r#"{"type":"LineString","coordinates":[[0,0],[1,1]]}"#,
                &[2][..],
            ),
            (
                r#"{"type":"MultiLineString","coordinates":[[[0,0],[1,1]],[[5,5],[6,6],[7,7]]]}"#,
                &[2, 5],
            ),
        ] {
            let s = shape(json).unwrap();
            assert_eq!(
                (s.kind, &s.rings[..], s.polygons.len()),
                (ShapeKind::Line, ends, 0)
            );
        }
        assert_eq!(
            shape(r#"{"type":"Point","coordinates":[2.5,48]}"#).unwrap(),
            Shape::point(2.5, 48.0)
        );
        let s = shape(r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}]}"#).unwrap();
        assert_eq!(
            (s.kind, s.dropped, s.coords.len()),
            (ShapeKind::Surface, 1, 4)
        );
        for bad in [
            r#"{"type":"Polygon","coordinates":[[1,[2]]]}"#,
            r#"{"coordinates":[1,2]}"#,
            r#"{"type":"Point","coordinates":[1]}"#,
            r#"{"type":"Cercle","coordinates":[1,2]}"#,
        ] {
            assert!(shape(bad).is_err(), "{bad}");
        }
    }
}
