//! GeoJSON text written straight from columns: no document is built in memory.

use arrow_array::Array as _;
use gisement_model::Crs;
use gisement_store::{Collection, GeomKind, Ring};

use crate::System;
use crate::column::{Column, day, key_name};

/// Writes the features of a collection.
#[derive(Debug)]
pub struct Features<'a> {
    collection: &'a Collection,
    id: Option<Column<'a>>,
    /// `"nom":` ready to be copied, and the values.
    properties: Vec<(Vec<u8>, Option<Column<'a>>)>,
    system: System,
}

impl<'a> Features<'a> {
    /// With these properties, in the order of columns; with all of them when `None`.
    pub fn new(collection: &'a Collection, shown: Option<&[String]>, system: System) -> Self {
        let properties = collection
            .attributes()
            .filter(|(name, _)| shown.is_none_or(|s| s.iter().any(|n| n == name)))
            .map(|(name, values)| {
                let mut key = Vec::with_capacity(name.len() + 4);
                text(&mut key, name);
                key.push(b':');
                (key, Column::of(values))
            })
            .collect();
        let id = key_name(collection)
            .and_then(|k| collection.column(k))
            .and_then(Column::of);
        Self {
            collection,
            id,
            properties,
            system,
        }
    }

    /// One feature. Every property is there, `null` when unknown.
    pub fn feature(&self, out: &mut Vec<u8>, row: usize) {
        out.extend_from_slice(b"{\"type\":\"Feature\",\"id\":");
        value(out, self.id, row);
        out.extend_from_slice(b",\"geometry\":");
        geometry(out, self.collection, row, self.system);
        out.extend_from_slice(b",\"properties\":{");
        for (i, (key, column)) in self.properties.iter().enumerate() {
            if i > 0 {
                out.push(b',');
            }
            out.extend_from_slice(key);
            value(out, *column, row);
        }
        out.extend_from_slice(b"}}");
    }
}

/// The geometry of a row: `null`, a point, or always a multi-line or multi-polygon, so that a collection has one type.
pub fn geometry(out: &mut Vec<u8>, collection: &Collection, row: usize, system: System) {
    match collection.kind(row) {
        GeomKind::Null => out.extend_from_slice(b"null"),
        GeomKind::Point => {
            out.extend_from_slice(b"{\"type\":\"Point\",\"coordinates\":");
            let mut vertices = collection.polygons(row).flatten();
            match vertices.find(|r| !r.lon.is_empty()) {
                Some(r) => position(out, r, 0, system),
                None => out.extend_from_slice(b"[]"),
            }
            out.push(b'}');
        }
        GeomKind::Line => {
            out.extend_from_slice(b"{\"type\":\"MultiLineString\",\"coordinates\":[");
            for (l, line) in collection.polygons(row).flatten().enumerate() {
                out.extend_from_slice(if l > 0 { b",[" } else { b"[" });
                for i in 0..line.lon.len() {
                    if i > 0 {
                        out.push(b',');
                    }
                    position(out, line, i, system);
                }
                out.push(b']');
            }
            out.extend_from_slice(b"]}");
        }
        GeomKind::Surface => {
            out.extend_from_slice(b"{\"type\":\"MultiPolygon\",\"coordinates\":[");
            for (p, polygon) in collection.polygons(row).enumerate() {
                out.extend_from_slice(if p > 0 { b",[" } else { b"[" });
                for (r, line) in polygon.enumerate() {
                    if r > 0 {
                        out.push(b',');
                    }
                    ring(out, line, r == 0, system);
                }
                out.push(b']');
            }
            out.extend_from_slice(b"]}");
        }
    }
}

/// A ring, outer ones anticlockwise and holes clockwise as RFC 7946 asks, whatever the source did.
fn ring(out: &mut Vec<u8>, r: Ring<'_>, outer: bool, system: System) {
    let n = r.lon.len();
    let anticlockwise = twice_area(r) > 0;
    out.push(b'[');
    for i in 0..n {
        let at = if anticlockwise == outer { i } else { n - 1 - i };
        if i > 0 {
            out.push(b',');
        }
        position(out, r, at, system);
    }
    out.push(b']');
}

fn twice_area(r: Ring<'_>) -> i64 {
    let (Some(&x0), Some(&y0)) = (r.lon.first(), r.lat.first()) else {
        return 0;
    };
    let at = |i: usize| {
        (
            i64::from(r.lon[i]) - i64::from(x0),
            i64::from(r.lat[i]) - i64::from(y0),
        )
    };
    // A feature spans far less than 2³¹ units, so the products stay within 64 bits; wrapping keeps it total.
    (1..r.lon.len()).fold(0, |sum: i64, i| {
        let ((ax, ay), (bx, by)) = (at(i - 1), at(i));
        sum.wrapping_add(ax.wrapping_mul(by).wrapping_sub(bx.wrapping_mul(ay)))
    })
}

fn position(out: &mut Vec<u8>, r: Ring<'_>, i: usize, system: System) {
    out.push(b'[');
    if system.crs == Crs::LonLat {
        let (lon, lat) = (r.lon[i], r.lat[i]);
        let (first, second) = if system.flipped {
            (lat, lon)
        } else {
            (lon, lat)
        };
        degrees(out, first);
        out.push(b',');
        degrees(out, second);
    } else {
        let (x, y) = system.position(r, i);
        metres(out, x);
        out.push(b',');
        metres(out, y);
    }
    out.push(b']');
}

/// Metres as a decimal number, to the millimetre.
fn metres(out: &mut Vec<u8>, v: f64) {
    decimal(out, (v * 1e3).round() as i64, 3);
}

/// 10⁻⁷ degrees as a decimal number.
fn degrees(out: &mut Vec<u8>, v: i32) {
    decimal(out, i64::from(v), 7);
}

/// A number of 10⁻ⁿ units as a decimal number, without going through a float.
fn decimal(out: &mut Vec<u8>, v: i64, n: u32) {
    if v < 0 {
        out.push(b'-');
    }
    let v = v.unsigned_abs();
    let unit = 10u64.pow(n);
    integer(out, v / unit);
    let mut rest = v % unit;
    if rest == 0 {
        return;
    }
    let mut digits = [b'0'; 8];
    let digits = &mut digits[..=n as usize];
    digits[0] = b'.';
    for d in digits[1..].iter_mut().rev() {
        *d = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    let end = digits.iter().rposition(|d| *d != b'0').unwrap_or(0);
    out.extend_from_slice(&digits[..=end]);
}

fn integer(out: &mut Vec<u8>, mut v: u64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (v % 10) as u8;
        v /= 10;
        if v == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// A value as JSON; `null` when it is unknown.
pub fn value(out: &mut Vec<u8>, column: Option<Column<'_>>, row: usize) {
    const NULL: &[u8] = b"null";
    match column {
        Some(Column::Text(a)) if a.is_valid(row) => text(out, a.value(row)),
        Some(Column::Integer(a)) if a.is_valid(row) => {
            let v = a.value(row);
            if v < 0 {
                out.push(b'-');
            }
            integer(out, v.unsigned_abs());
        }
        Some(Column::Real(a)) if a.is_valid(row) && a.value(row).is_finite() => {
            // `3.0`, not `3`: clients that guess types from the text must not change their mind between pages.
            if serde_json::to_writer(&mut *out, &a.value(row)).is_err() {
                out.extend_from_slice(NULL);
            }
        }
        Some(Column::Boolean(a)) if a.is_valid(row) => {
            out.extend_from_slice(if a.value(row) { b"true" } else { b"false" });
        }
        Some(Column::Date(a)) if a.is_valid(row) => match day(a.value(row)) {
            Some(d) => text(out, &d.to_string()),
            None => out.extend_from_slice(NULL),
        },
        Some(Column::Texts(a)) if a.is_valid(row) => {
            out.push(b'[');
            let values = a.value(row);
            if let Some(values) = values.as_any().downcast_ref::<arrow_array::StringArray>() {
                for (i, v) in values.iter().enumerate() {
                    if i > 0 {
                        out.push(b',');
                    }
                    text(out, v.unwrap_or_default());
                }
            }
            out.push(b']');
        }
        _ => out.extend_from_slice(NULL),
    }
}

/// A JSON string.
fn text(out: &mut Vec<u8>, s: &str) {
    out.push(b'"');
    let bytes = s.as_bytes();
    let mut start = 0;
    for (i, &b) in bytes.iter().enumerate() {
        if b >= 0x20 && b != b'"' && b != b'\\' {
            continue;
        }
        out.extend_from_slice(&bytes[start..i]);
        start = i + 1;
        match b {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                out.extend_from_slice(b"\\u00");
                out.push(HEX[usize::from(b >> 4)]);
                out.push(HEX[usize::from(b & 15)]);
            }
        }
    }
    out.extend_from_slice(&bytes[start..]);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(f: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        f(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn degrees_are_written_as_published() {
        for (v, expected) in [
            (38_765_432, "3.8765432"),
            (-38_765_430, "-3.876543"),
            (30_000_000, "3"),
            (5, "0.0000005"),
            (-1, "-0.0000001"),
            (0, "0"),
            (1_800_000_000, "180"),
        ] {
            assert_eq!(written(|o| degrees(o, v)), expected);
        }
    }

    #[test]
    fn metres_are_written_to_the_millimetre() {
        for (v, expected) in [
            (6_280_000.0, "6280000"),
            (770_030.123_4, "770030.123"),
            (-0.0125, "-0.013"),
            (-0.0001, "0"),
        ] {
            assert_eq!(written(|o| metres(o, v)), expected);
        }
    }

    proptest! {
        #[test]
        fn any_text_reads_back(s in "\\PC{0,20}|[\\x00-\\x7f]{0,20}") {
            prop_assert_eq!(serde_json::from_str::<String>(&written(|o| text(o, &s))).unwrap(), s);
        }

        #[test]
        fn any_coordinate_reads_back(v in -1_800_000_000i32..=1_800_000_000) {
            let read: f64 = written(|o| degrees(o, v)).parse().unwrap();
            prop_assert_eq!((read * 1e7).round() as i32, v);
        }
    }
}
