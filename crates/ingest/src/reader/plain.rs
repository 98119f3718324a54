//! The shape that nearly every feature has, read without serde: half the cost of the visitors in `feature`.
//!
//! Whatever is unusual (an escape in a text, an exponent, a nested value that is wanted, an error) gives `None`, and
//! the visitors read the object again: they alone say what it means and what is wrong with it. What is read here
//! they would read the same, which a property test and the fuzzer hold.

use std::borrow::Cow;

use geo_types::Coord;

use super::coords::settle;
use super::{Cell, RawRow, Wanted};
use crate::shape::Shape;

/// Nested values that are stepped over; deeper ones are for the visitors.
const DEPTH: u32 = 16;

/// Reads an object into a row that is clear. After `None` the row holds anything.
pub(crate) fn parse<'a>(
    text: &'a str,
    wanted: &Wanted,
    features: bool,
    row: &mut RawRow<'a>,
) -> Option<()> {
    let mut c = Cursor { text, at: 0 };
    if features {
        let (mut geometry, mut properties) = (false, false);
        c.object(|c, key| match key {
            "geometry" if !std::mem::replace(&mut geometry, true) => c.geometry(&mut row.shape),
            "properties" if !std::mem::replace(&mut properties, true) => {
                c.properties(wanted, &mut row.cells)
            }
            "geometry" | "properties" => None,
            _ => c.skip(0),
        })?;
    } else {
        c.properties(wanted, &mut row.cells)?;
    }
    c.space();
    (c.at == text.len()).then_some(())
}

/// A number as JSON writes it.
enum Number {
    Int(i64),
    Real(f64),
}

/// What an array of coordinates holds.
enum Node {
    Empty,
    /// 0 a position, 1 positions, 2 a polygon, 3 polygons.
    Level(u8),
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    /// The next byte that is no white space, not consumed.
    fn next(&mut self) -> Option<u8> {
        self.space();
        self.peek()
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then(|| self.at += 1)
    }

    fn word(&mut self, word: &str) -> Option<()> {
        let rest = self.text.as_bytes().get(self.at..)?;
        rest.starts_with(word.as_bytes())
            .then(|| self.at += word.len())
    }

    /// Steps over a separator. False at the end of an array or object that `close` ends.
    fn more(&mut self, close: u8) -> Option<bool> {
        let b = self.next()?;
        self.at += 1;
        match b {
            b',' => Some(true),
            _ if b == close => Some(false),
            _ => None,
        }
    }

    fn object(&mut self, mut member: impl FnMut(&mut Self, &'a str) -> Option<()>) -> Option<()> {
        self.eat(b'{')?;
        if self.next()? == b'}' {
            self.at += 1;
            return Some(());
        }
        loop {
            let key = self.string()?;
            self.eat(b':')?;
            self.space();
            member(self, key)?;
            if !self.more(b'}')? {
                return Some(());
            }
        }
    }

    /// A text without escapes.
    fn string(&mut self) -> Option<&'a str> {
        self.eat(b'"')?;
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        let len = rest
            .iter()
            .position(|b| matches!(b, b'"' | b'\\' | 0..0x20))?;
        self.at = start + len + 1;
        (rest[len] == b'"').then(|| &self.text[start..start + len])
    }

    /// A number whose digits fit a double exactly, so that one division rounds it right.
    fn number(&mut self) -> Option<Number> {
        const EXACT: u64 = 1 << 53;
        let mut rest = &self.text.as_bytes()[self.at..];
        let negative = *rest.first()? == b'-';
        rest = &rest[usize::from(negative)..];
        let mut digits = 0u64;
        let mut scan = |text: &[u8]| {
            let mut n = 0;
            while let Some(d @ b'0'..=b'9') = text.get(n) {
                digits = digits.wrapping_mul(10).wrapping_add(u64::from(d - b'0'));
                n += 1;
            }
            n
        };
        let whole = scan(rest);
        let leading_zero = whole > 1 && rest[0] == b'0';
        rest = &rest[whole..];
        let decimals = match rest.first() {
            Some(b'.') => {
                rest = &rest[1..];
                let n = scan(rest);
                rest = &rest[n..];
                (n > 0).then_some(n)?
            }
            _ => 0,
        };
        self.at = self.text.len() - rest.len();
        let odd = matches!(rest.first(), Some(b'e' | b'E'));
        // Nineteen digits do not overflow.
        let exact = whole + decimals <= 19 && digits < EXACT;
        if whole == 0 || leading_zero || odd || !exact || negative && digits == 0 {
            return None;
        }
        if decimals == 0 {
            let n = digits as i64;
            return Some(Number::Int(if negative { -n } else { n }));
        }
        let x = digits as f64 / POWERS_OF_TEN[decimals];
        Some(Number::Real(if negative { -x } else { x }))
    }

    fn real(&mut self) -> Option<f64> {
        Some(match self.number()? {
            Number::Int(n) => n as f64,
            Number::Real(x) => x,
        })
    }

    /// Steps over a value.
    fn skip(&mut self, depth: u32) -> Option<()> {
        match self.next()? {
            b'"' => self.string().map(|_| ()),
            b'{' if depth < DEPTH => self.object(|c, _| c.skip(depth + 1)),
            b'[' if depth < DEPTH => {
                self.at += 1;
                if self.next()? == b']' {
                    self.at += 1;
                    return Some(());
                }
                loop {
                    self.skip(depth + 1)?;
                    if !self.more(b']')? {
                        return Some(());
                    }
                }
            }
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => self.number().map(|_| ()),
        }
    }

    fn properties(&mut self, wanted: &Wanted, cells: &mut [Cell<'a>]) -> Option<()> {
        if self.next()? == b'n' {
            return self.word("null");
        }
        let mut hint = 0;
        self.object(|c, key| {
            let Some(slot) = wanted.find(key, hint) else {
                return c.skip(0);
            };
            hint = slot + 1;
            cells[slot] = match c.next()? {
                b'"' => Cell::Text(Cow::Borrowed(c.string()?)),
                b't' => c.word("true").map(|()| Cell::Bool(true))?,
                b'f' => c.word("false").map(|()| Cell::Bool(false))?,
                b'n' => c.word("null").map(|()| Cell::Null)?,
                b'[' | b'{' => return None,
                _ => match c.number()? {
                    Number::Int(n) => Cell::Int(n),
                    Number::Real(x) => Cell::Real(x),
                },
            };
            Some(())
        })
    }

    fn geometry(&mut self, shape: &mut Shape) -> Option<()> {
        if self.next()? == b'n' {
            return self.word("null");
        }
        let (mut kind, mut coordinates) = (None, None);
        self.object(|c, key| match key {
            "type" if kind.is_none() => {
                kind = Some(c.string()?);
                Some(())
            }
            "coordinates" if coordinates.is_none() => {
                coordinates = Some(c.coordinates(shape, 0)?);
                Some(())
            }
            "type" | "coordinates" | "geometries" => None,
            _ => c.skip(0),
        })?;
        let read = matches!(coordinates, Some(Node::Level(_)));
        settle(shape, kind, read).ok()
    }

    fn coordinates(&mut self, shape: &mut Shape, depth: u32) -> Option<Node> {
        self.eat(b'[')?;
        match self.next()? {
            b']' => {
                self.at += 1;
                return Some(Node::Empty);
            }
            b'[' if depth < 4 => {}
            _ => {
                let x = self.real()?;
                self.eat(b',')?;
                self.space();
                let y = self.real()?;
                while self.more(b']')? {
                    self.space();
                    self.number()?;
                }
                shape.coords.push(Coord { x, y });
                return Some(Node::Level(0));
            }
        }
        let mut level = None;
        loop {
            let Node::Level(n) = self.coordinates(shape, depth + 1)? else {
                return None;
            };
            if *level.get_or_insert(n) != n {
                return None;
            }
            if !self.more(b']')? {
                break;
            }
        }
        let n = level?;
        match n {
            0 => shape.end_ring(),
            1 => shape.end_polygon(),
            2 => {}
            _ => return None,
        }
        Some(Node::Level(n + 1))
    }
}

const POWERS_OF_TEN: [f64; 20] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::feature::parse_object;
    use proptest::prelude::*;

    fn wanted() -> Wanted {
        let mut w = Wanted::default();
        for name in ["id", "n", "commune"] {
            w.slot(name);
        }
        w
    }

    /// What both readings make of an object; that of the visitors alone where this one leaves it to them.
    fn both(text: &str, features: bool) -> (Option<RawRow<'_>>, Option<RawRow<'_>>) {
        let wanted = wanted();
        let mut row = RawRow::default();
        row.clear(1, &wanted);
        let plain = parse(text, &wanted, features, &mut row).map(|()| row);
        let mut row = RawRow::default();
        let serde = parse_object(text.as_bytes(), &wanted, features, 1, &mut row)
            .ok()
            .map(|()| row);
        (plain, serde)
    }

    #[test]
    fn an_etalab_feature_is_plain() {
        let text = r#"{"type":"Feature","id":"341720000A0001","bbox":[1.5,2,-3.25,4],"geometry":{"type":"MultiPolygon","coordinates":[[[[3.87,43.6],[3.88,43.6],[3.88,43.61,12.5],[3.87,43.6]]]]},"properties":{"id":"341720000A0001","n":12,"x":{"deep":[true,null]},"commune":"Saint-Étienne"}}"#;
        let (plain, serde) = both(text, true);
        assert!(plain.is_some());
        assert_eq!(plain, serde);
    }

    #[test]
    fn what_is_unusual_is_left_to_the_visitors() {
        for text in [
            r#"{"properties":{"id":"a\u00e9"}}"#,
            r#"{"properties":{"id":["a"]}}"#,
            r#"{"properties":{"n":1e3}}"#,
            r#"{"properties":{"n":-0}}"#,
            r#"{"properties":{"n":01}}"#,
            r#"{"properties":{"n":1.}}"#,
            r#"{"properties":{"n":12345678901234567}}"#,
            r#"{"properties":{}} x"#,
            r#"{"properties":{},}"#,
            r#"{"properties":{"id":"a"},"properties":{}}"#,
            r#"{"geometry":{"type":"Point","coordinates":[1]}}"#,
            r#"{"geometry":{"type":"GeometryCollection","geometries":[]}}"#,
            r#"{"geometry":{"type":"Polygon","coordinates":[[1,2],[[1,2]]]}}"#,
        ] {
            assert_eq!(both(text, true).0, None, "{text}");
        }
    }

    fn json() -> impl Strategy<Value = String> {
        let number = prop_oneof![
            any::<i64>().prop_map(|n| n.to_string()),
            (-180.0f64..180.0).prop_map(|x| format!("{x:.7}")),
            any::<f64>()
                .prop_filter("finite", |x| x.is_finite())
                .prop_map(|x| x.to_string()),
        ];
        let scalar = prop_oneof![
            number.clone(),
            "\"[a-zé \\\\\"/]{0,6}\"",
            Just("null".to_owned()),
            Just("true".to_owned()),
        ];
        let list = |s: BoxedStrategy<String>| {
            prop::collection::vec(s, 0..4).prop_map(|v| format!("[{}]", v.join(" , ")))
        };
        let position = list(number.boxed()).boxed();
        let line = list(position.clone()).boxed();
        let polygon = list(line.clone()).boxed();
        let coordinates = prop_oneof![
            position,
            line,
            polygon.clone(),
            list(polygon).boxed(),
            scalar.clone()
        ];
        let kind = prop::sample::select(vec![
            "Point",
            "MultiPoint",
            "LineString",
            "Polygon",
            "MultiPolygon",
            "Cercle",
        ]);
        let geometry = (kind, coordinates, any::<bool>()).prop_map(|(k, c, first)| {
            if first {
                format!("{{\"type\":\"{k}\",\"coordinates\":{c}}}")
            } else {
                format!("{{\"coordinates\":{c}, \"type\" : \"{k}\"}}")
            }
        });
        let key = prop::sample::select(vec!["id", "n", "commune", "x"]);
        let properties = prop::collection::vec((key, scalar.clone()), 0..5).prop_map(|v| {
            let members: Vec<String> = v.iter().map(|(k, s)| format!("\"{k}\":{s}")).collect();
            format!("{{{}}}", members.join(","))
        });
        (geometry, properties, scalar).prop_map(|(g, p, s)| {
            format!("{{\"type\":\"Feature\",\"id\":{s},\"geometry\":{g},\n\"properties\":{p}}}")
        })
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_the_visitors_read(text in json(), features in any::<bool>()) {
            let (plain, serde) = both(&text, features);
            if plain.is_some() {
                prop_assert_eq!(plain, serde);
            }
        }

        #[test]
        fn damage_is_never_read_otherwise(text in json(), at in 0usize..400, c in prop::sample::select(vec!['"', '{', '}', '[', ']', ',', ':', '0', '-', '.', 'e', ' ', '\\'])) {
            let mut chars: Vec<char> = text.chars().collect();
            let at = at % chars.len();
            chars[at] = c;
            let text: String = chars.into_iter().collect();
            let (plain, serde) = both(&text, true);
            if plain.is_some() {
                prop_assert_eq!(plain, serde);
            }
        }
    }
}
