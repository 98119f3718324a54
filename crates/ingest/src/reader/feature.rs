//! One JSON object → one raw row: serde visitors that keep only the wanted columns.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize as _;
use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::coords::GeometrySeed;
use super::cutter::Chunk;
use super::{Cell, RawRow, Wanted, plain};

/// Parses each object of a chunk and hands it to `each`, or says why it cannot be.
pub(crate) fn parse_chunk(
    chunk: &Chunk,
    wanted: &Wanted,
    features: bool,
    mut each: impl FnMut(u64, Result<&RawRow<'_>, String>),
) {
    let mut row = RawRow::default();
    let text = std::str::from_utf8(&chunk.bytes).ok();
    for (i, span) in chunk.spans.iter().enumerate() {
        let number = chunk.first + i as u64;
        if let Some(why) = span.broken {
            each(number, Err(why.to_owned()));
            continue;
        }
        if let Some(t) = text.and_then(|t| t.get(span.start..span.end)) {
            row.clear(number, wanted);
            if plain::parse(t, wanted, features, &mut row).is_some() {
                each(number, Ok(&row));
                continue;
            }
        }
        let bytes = &chunk.bytes[span.start..span.end];
        match parse_object(bytes, wanted, features, number, &mut row) {
            Ok(()) => each(number, Ok(&row)),
            Err(e) if std::str::from_utf8(bytes).is_err() => {
                // Old exports are JSON in Windows-1252 in spite of the RFC.
                let text = encoding_rs::WINDOWS_1252.decode(bytes).0;
                let mut decoded = RawRow::default();
                match parse_object(text.as_bytes(), wanted, features, number, &mut decoded) {
                    Ok(()) => each(number, Ok(&decoded)),
                    Err(_) => each(number, Err(e.to_string())),
                }
            }
            Err(e) => each(number, Err(e.to_string())),
        }
    }
}

pub(super) fn parse_object<'a>(
    bytes: &'a [u8],
    wanted: &Wanted,
    features: bool,
    number: u64,
    row: &mut RawRow<'a>,
) -> Result<(), serde_json::Error> {
    row.clear(number, wanted);
    let mut de = serde_json::Deserializer::from_slice(bytes);
    let seed = ObjectSeed { wanted, row };
    if features {
        de::Deserializer::deserialize_map(&mut de, FeatureVisitor(seed))?;
    } else {
        de::Deserializer::deserialize_map(&mut de, PropertiesVisitor(seed))?;
    }
    de.end()
}

struct ObjectSeed<'w, 'r, 'a> {
    wanted: &'w Wanted,
    row: &'r mut RawRow<'a>,
}

struct FeatureVisitor<'w, 'r, 'a>(ObjectSeed<'w, 'r, 'a>);

impl<'de> Visitor<'de> for FeatureVisitor<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("une entité GeoJSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Key<'de>>()? {
            match key.0.as_ref() {
                "geometry" => map.next_value_seed(GeometrySeed(&mut self.0.row.shape))?,
                "properties" => map.next_value_seed(PropertiesSeed(ObjectSeed {
                    wanted: self.0.wanted,
                    row: self.0.row,
                }))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// A key, borrowed unless it holds an escape (plain `&str` fails on those).
pub(crate) struct Key<'a>(pub(crate) Cow<'a, str>);

impl<'de: 'a, 'a> de::Deserialize<'de> for Key<'a> {
    fn deserialize<D: de::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("une clé")
            }
            fn visit_borrowed_str<E>(self, s: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(s)))
            }
            fn visit_str<E>(self, s: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(s.to_owned())))
            }
        }
        d.deserialize_str(V)
    }
}

struct PropertiesSeed<'w, 'r, 'a>(ObjectSeed<'w, 'r, 'a>);

impl<'de> DeserializeSeed<'de> for PropertiesSeed<'_, '_, 'de> {
    type Value = ();
    fn deserialize<D: de::Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_option(PropertiesVisitor(self.0))
    }
}

struct PropertiesVisitor<'w, 'r, 'a>(ObjectSeed<'w, 'r, 'a>);

impl<'de> Visitor<'de> for PropertiesVisitor<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("un objet de propriétés")
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
        let ObjectSeed { wanted, row } = self.0;
        let mut hint = 0;
        while let Some(key) = map.next_key::<Key<'de>>()? {
            match wanted.find(&key.0, hint) {
                Some(slot) => {
                    row.cells[slot] = map.next_value_seed(CellSeed)?;
                    hint = slot + 1;
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

struct CellSeed;

impl<'de> DeserializeSeed<'de> for CellSeed {
    type Value = Cell<'de>;
    fn deserialize<D: de::Deserializer<'de>>(self, d: D) -> Result<Cell<'de>, D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for CellSeed {
    type Value = Cell<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("une valeur")
    }
    fn visit_unit<E>(self) -> Result<Cell<'de>, E> {
        Ok(Cell::Null)
    }
    fn visit_bool<E>(self, b: bool) -> Result<Cell<'de>, E> {
        Ok(Cell::Bool(b))
    }
    fn visit_i64<E>(self, n: i64) -> Result<Cell<'de>, E> {
        Ok(Cell::Int(n))
    }
    fn visit_u64<E>(self, n: u64) -> Result<Cell<'de>, E> {
        Ok(i64::try_from(n).map_or(Cell::Real(n as f64), Cell::Int))
    }
    fn visit_f64<E>(self, x: f64) -> Result<Cell<'de>, E> {
        Ok(Cell::Real(x))
    }
    fn visit_borrowed_str<E>(self, s: &'de str) -> Result<Cell<'de>, E> {
        Ok(Cell::Text(Cow::Borrowed(s)))
    }
    fn visit_str<E>(self, s: &str) -> Result<Cell<'de>, E> {
        Ok(Cell::text(s))
    }
    /// Lists keep their texts and numbers; of a list of objects (the members of an EPCI), their `code`.
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Cell<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(v) = seq.next_element::<serde_json::Value>()? {
            match v {
                serde_json::Value::String(s) => list.push(s),
                serde_json::Value::Number(n) => list.push(n.to_string()),
                serde_json::Value::Object(o) => {
                    if let Some(serde_json::Value::String(s)) = o.get("code") {
                        list.push(s.clone());
                    }
                }
                _ => {}
            }
        }
        Ok(Cell::List(list))
    }
    /// A nested object is kept as JSON text: GeoJSON geometries are found in such cells.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Cell<'de>, A::Error> {
        let v = serde_json::Value::deserialize(de::value::MapAccessDeserializer::new(map))?;
        Ok(Cell::text(v.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::cutter::{Cutter, Layout};

    fn rows(json: &[u8], names: &[&str]) -> Vec<Result<Vec<Cell<'static>>, String>> {
        let mut wanted = Wanted::default();
        for n in names {
            wanted.slot(n);
        }
        let mut c = Cutter::open(json).unwrap();
        let mut out = Vec::new();
        while let Some(chunk) = c.next_chunk() {
            parse_chunk(&chunk, &wanted, c.layout == Layout::Features, |_, r| {
                out.push(r.map(|r| {
                    r.cells
                        .iter()
                        .map(|c| match c {
                            Cell::Text(t) => Cell::text(t.as_ref()),
                            Cell::Null => Cell::Null,
                            Cell::Int(n) => Cell::Int(*n),
                            Cell::Real(x) => Cell::Real(*x),
                            Cell::Bool(b) => Cell::Bool(*b),
                            Cell::List(l) => Cell::List(l.clone()),
                        })
                        .collect()
                }));
            });
        }
        out
    }

    #[test]
    fn wanted_columns_are_read_whatever_their_order_and_escapes() {
        let json = br#"{"features":[
            {"type":"Feature","properties":{"b":1,"a":"\u00e9t\u00e9","z":{"deep":[1]}},"geometry":null},
            {"type":"Feature","geometry":null,"properties":null},
            {"type":"Feature","properties":{"a":["x",1],"b":2.5}}]}"#;
        assert_eq!(
            rows(json, &["a", "b"]),
            [
                Ok(vec![Cell::text("été"), Cell::Int(1)]),
                Ok(vec![Cell::Null, Cell::Null]),
                Ok(vec![
                    Cell::List(vec!["x".into(), "1".into()]),
                    Cell::Real(2.5)
                ]),
            ]
        );
    }

    #[test]
    fn json_in_windows_1252_is_still_read() {
        let json = b"{\"features\":[{\"type\":\"Feature\",\"properties\":{\"a\":\"for\xeat\"}}]}";
        assert_eq!(rows(json, &["a"]), [Ok(vec![Cell::text("forêt")])]);
    }

    #[test]
    fn members_of_an_epci_become_a_list_of_codes() {
        let json = br#"[{"code":"1","membres":[{"code":"34001","nom":"x"},{"code":"34002"}]}]"#;
        assert_eq!(
            rows(json, &["membres"]),
            [Ok(vec![Cell::List(vec!["34001".into(), "34002".into()])])]
        );
    }
}
