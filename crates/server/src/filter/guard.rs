//! From the text of a filter to an expression, whatever the text: what the parser cannot bear never reaches it.
//!
//! cql2 reads nested parentheses by trying them as a group, then again as a list: its time doubles with each level, and
//! a thousand levels overflow the stack, which ends the process. So groups are cut out here and parsed one at a time,
//! each replaced in its surroundings by a name that no filter can hold; what is left nests only in calls.

use std::fmt::Write as _;

use cql2::Expr;
use pest::error::InputLocation;

use super::{Fault, Lang};

/// Bytes of a filter.
pub(super) const TEXT_MAX: usize = 4 * 1024;
/// Levels of nesting, and operators, of a filter.
pub(super) const NESTING_MAX: usize = 100;
/// Parts of a filter: operands, operators, elements of lists.
const PARTS_MAX: usize = 2_000;
/// Geometries of a filter: each keeps the rows that its box meets.
const SHAPES_MAX: usize = 10;
/// Room for the parser's recursion: far more than [`NESTING_MAX`] levels take.
const STACK: usize = 32 << 20;
/// Levels of a collection of multi-polygons.
const GEOMETRY_LEVELS: usize = 4;
/// Begins the name of a group cut out.
const MARK: char = '\u{1}';
/// Words that begin a geometry.
const GEOMETRIES: [&str; 7] = [
    "point",
    "linestring",
    "polygon",
    "multipoint",
    "multilinestring",
    "multipolygon",
    "geometrycollection",
];
/// Words after which a parenthesis opens a group, not the arguments of a call.
const KEYWORDS: [&str; 7] = ["and", "or", "not", "between", "like", "div", "is"];

/// Reads a filter.
pub(super) fn parse(text: &str, lang: Lang) -> Result<Expr, Fault> {
    if text.len() > TEXT_MAX {
        return Err(Fault::new(format!(
            "Un filtre compte au plus {TEXT_MAX} octets."
        )));
    }
    if text.trim().is_empty() {
        return Err(Fault::new("Un filtre est attendu."));
    }
    if text.contains(|c: char| c.is_control() && !c.is_whitespace()) {
        return Err(Fault::new("Un caractère de contrôle est interdit."));
    }
    let groups = match lang {
        Lang::Text => cut(text)?,
        Lang::Json => {
            shallow_json(text)?;
            vec![text.to_owned()]
        }
    };
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, || {
                let e = match lang {
                    Lang::Text => assemble(&groups)?,
                    Lang::Json => cql2::parse_json(&groups[0]).map_err(|e| {
                        Fault::new(format!("Le filtre n’est pas du CQL2 JSON : {e}."))
                    })?,
                };
                Size::default().add(&e, NESTING_MAX)?;
                Ok(e)
            })
            .map_err(|e| Fault::new(format!("Filtre impossible à lire maintenant : {e}.")))?
            .join()
            // The parser marks what its grammar excludes as unreachable: a panic there is a text that it misread.
            .unwrap_or_else(|_| Err(Fault::new("Le filtre est illisible.")))
    })
}

/// What an open parenthesis holds.
#[derive(Clone, Copy, PartialEq)]
enum Inside {
    /// The whole filter.
    Root,
    /// One expression; a comma makes it a list.
    Group,
    List,
    Call,
    Geometry,
}

/// An open parenthesis.
struct Open {
    inside: Inside,
    /// What it holds so far, groups replaced by their names.
    text: String,
    /// Whether there is a list in that text.
    lists: bool,
}

impl Open {
    fn new(inside: Inside) -> Self {
        Self {
            inside,
            text: String::new(),
            lists: false,
        }
    }
}

/// The groups of a filter, inner ones first, the whole last; each names those cut out of it.
fn cut(text: &str) -> Result<Vec<String>, Fault> {
    let mut done: Vec<String> = Vec::new();
    let mut open = vec![Open::new(Inside::Root)];
    let mut operators = 0usize;
    // The word just before, when nothing but spaces follows it.
    let mut word = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let nested = open.len();
        let Some(Open {
            inside, text: out, ..
        }) = open.last_mut()
        else {
            return Err(unbalanced());
        };
        let geometry = *inside == Inside::Geometry;
        match c {
            '\'' | '"' => {
                out.push(c);
                // A doubled quote ends one run and begins another: nothing is lost by reading it so.
                loop {
                    match chars.next() {
                        None => return Err(Fault::new("Un guillemet n’est pas fermé.")),
                        Some(d) => out.push(d),
                    }
                    if out.ends_with(c) {
                        break;
                    }
                }
                word = if c == '"' { "\"".into() } else { String::new() };
            }
            '(' => {
                if nested > NESTING_MAX {
                    return Err(too_nested());
                }
                let name = std::mem::take(&mut word).to_lowercase();
                let kind = match name.as_str() {
                    _ if geometry => Inside::Geometry,
                    "in" => Inside::List,
                    "" => Inside::Group,
                    w if KEYWORDS.contains(&w) => Inside::Group,
                    w if is_geometry(w) => Inside::Geometry,
                    _ => Inside::Call,
                };
                // What is no geometry after all, the parser tries again as groups.
                let drawn = open.iter().filter(|o| o.inside == Inside::Geometry);
                if drawn.count() > GEOMETRY_LEVELS {
                    return Err(Fault::new("Une géométrie s’imbrique trop."));
                }
                open.push(Open::new(kind));
            }
            ')' => {
                word.clear();
                let closed = open.pop().ok_or_else(unbalanced)?;
                let Some(around) = open.last_mut() else {
                    return Err(unbalanced());
                };
                match closed.inside {
                    Inside::Group => {
                        let name = done.len();
                        // Writing to a string cannot fail.
                        let _ = write!(around.text, " \"{MARK}{name}\" ");
                        done.push(closed.text);
                        continue;
                    }
                    Inside::List if closed.lists => {
                        return Err(Fault::new("Une liste ne contient pas de liste."));
                    }
                    Inside::List => around.lists = true,
                    _ => around.lists |= closed.lists,
                }
                around.text.push('(');
                around.text.push_str(&closed.text);
                around.text.push(')');
            }
            ',' => {
                word.clear();
                if *inside == Inside::Group {
                    *inside = Inside::List;
                }
                out.push(c);
            }
            c if c.is_alphabetic() || c == '_' => {
                word.clear();
                word.push(c);
                while let Some(d) = chars.next_if(|d| d.is_alphanumeric() || "_.:".contains(*d)) {
                    word.push(d);
                }
                out.push_str(&word);
                if matches!(word.to_lowercase().as_str(), "and" | "or" | "not" | "div") {
                    operators += 1;
                }
            }
            c if c.is_ascii_digit() => {
                word.clear();
                out.push(c);
                // Whole, so that the exponent is not taken for a word.
                let mut before = c;
                while let Some(d) = chars.next_if(|d| {
                    d.is_ascii_digit()
                        || ".eE".contains(*d)
                        || "+-".contains(*d) && "eE".contains(before)
                }) {
                    out.push(d);
                    before = d;
                }
            }
            c => {
                if !c.is_whitespace() {
                    word.clear();
                    // In a geometry these are signs of numbers.
                    operators += usize::from(!geometry && "+-*/%^".contains(c));
                }
                out.push(c);
            }
        }
        if operators > NESTING_MAX {
            return Err(Fault::new(format!(
                "Un filtre compte au plus {NESTING_MAX} opérateurs."
            )));
        }
    }
    match (open.pop(), open.is_empty()) {
        (Some(root), true) => {
            done.push(root.text);
            Ok(done)
        }
        _ => Err(unbalanced()),
    }
}

/// `polygon`, and `z`, `m`, `zm`, which may stand between that word and its coordinates.
fn is_geometry(word: &str) -> bool {
    GEOMETRIES.contains(&word) || matches!(word, "z" | "m" | "zm")
}

fn unbalanced() -> Fault {
    Fault::new("Les parenthèses ne vont pas par paires.")
}

fn too_nested() -> Fault {
    Fault::new(format!(
        "Un filtre s’imbrique sur {NESTING_MAX} niveaux au plus."
    ))
}

/// Parses each group and puts it back in its place.
fn assemble(groups: &[String]) -> Result<Expr, Fault> {
    let mut done: Vec<Option<Expr>> = Vec::with_capacity(groups.len());
    for text in groups {
        let mut e = cql2::parse_text(text).map_err(|e| syntax(&e, text))?;
        put_back(&mut e, &mut done);
        done.push(Some(e));
    }
    done.pop().flatten().ok_or_else(unbalanced)
}

fn put_back(e: &mut Expr, done: &mut [Option<Expr>]) {
    match e {
        Expr::Property { property } => {
            let rank = property.strip_prefix(MARK).and_then(|n| n.parse().ok());
            if let Some(group) = rank.and_then(|n: usize| done.get_mut(n)?.take()) {
                *e = group;
            }
        }
        Expr::Operation { args: parts, .. }
        | Expr::Interval { interval: parts }
        | Expr::BBox { bbox: parts }
        | Expr::Array(parts) => {
            for part in parts {
                put_back(part, done);
            }
        }
        Expr::Timestamp { timestamp: part } | Expr::Date { date: part } => put_back(part, done),
        Expr::Float(_) | Expr::Literal(_) | Expr::Bool(_) | Expr::Geometry(_) | Expr::Null => {}
    }
}

/// What the parser stumbled on, with what stands there.
fn syntax(e: &cql2::Error, text: &str) -> Fault {
    let near = match e {
        cql2::Error::Pest(p) => {
            let at = match p.location {
                InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
            };
            text.get(at..).map(|rest| {
                let shown: String = rest.chars().filter(|c| *c != MARK).take(30).collect();
                shown.trim().to_owned()
            })
        }
        _ => None,
    };
    Fault::new(match near {
        Some(n) if n.is_empty() => "Le filtre s’arrête avant la fin d’une expression.".to_owned(),
        Some(n) => format!("Le filtre est illisible à partir de « {n} »."),
        None => format!("Le filtre est illisible : {e}."),
    })
}

/// JSON is read without recursion limit of ours, so its depth is counted first.
fn shallow_json(text: &str) -> Result<(), Fault> {
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for b in text.bytes() {
        match b {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > NESTING_MAX {
            return Err(too_nested());
        }
    }
    Ok(())
}

/// What a filter holds.
#[derive(Default)]
struct Size {
    parts: usize,
    shapes: usize,
}

impl Size {
    /// Counts an expression, and refuses more than a filter may hold.
    fn add(&mut self, e: &Expr, levels: usize) -> Result<(), Fault> {
        self.parts += 1;
        self.shapes += usize::from(matches!(e, Expr::Geometry(_) | Expr::BBox { .. }));
        for (count, most, what) in [
            (self.parts, PARTS_MAX, "éléments"),
            (self.shapes, SHAPES_MAX, "géométries"),
        ] {
            if count > most {
                return Err(Fault::new(format!(
                    "Un filtre compte au plus {most} {what}."
                )));
            }
        }
        let levels = levels.checked_sub(1).ok_or_else(too_nested)?;
        match e {
            Expr::Operation { args: inner, .. }
            | Expr::Interval { interval: inner }
            | Expr::BBox { bbox: inner }
            | Expr::Array(inner) => inner.iter().try_for_each(|i| self.add(i, levels)),
            Expr::Timestamp { timestamp: inner } | Expr::Date { date: inner } => {
                self.add(inner, levels)
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_come_back_to_their_place() {
        for (text, plain) in [
            ("((a = 1))", "a = 1"),
            (
                "((a = 1) AND (b = 2)) AND ((c = 3))",
                "a = 1 AND b = 2 AND c = 3",
            ),
            ("NOT(a=1)AND(b=2)", "NOT a = 1 AND b = 2"),
            ("a BETWEEN (1) AND ((2))", "a BETWEEN 1 AND 2"),
            ("a IN ((1), 2)", "a IN (1, 2)"),
            ("a in (1)", "a IN (1)"),
            ("casei((a)) = casei('(x)')", "casei(a) = casei('(x)')"),
            ("\"a(b\" = '((' ", "\"a(b\" = '(('"),
            (
                "S_INTERSECTS(g, POINT Z (-1 2 3))",
                "S_INTERSECTS(g, POINT Z(-1 2 3))",
            ),
            ("a = ( - (1))", "a = -1 * 1"),
        ] {
            let json = |text: &str| {
                let e = parse(text, Lang::Text).unwrap_or_else(|e| panic!("{text}: {e}"));
                // Nested or not, AND is one.
                serde_json::to_value(cql2::parse_json(&serde_json::to_string(&e).unwrap()).unwrap())
                    .unwrap()
            };
            assert_eq!(json(text), json(plain), "{text}");
        }
        let either = parse("(a = 1 OR b = 2) AND c = 3", Lang::Text).unwrap();
        assert!(matches!(either, Expr::Operation { op, .. } if op == "and"));
    }

    #[test]
    fn a_filter_has_few_shapes() {
        let many = ["S_INTERSECTS(g, BBOX(1,2,3,4))"; SHAPES_MAX + 1];
        assert!(parse(&many[1..].join(" OR "), Lang::Text).is_ok());
        assert!(parse(&many.join(" OR "), Lang::Text).is_err());
    }
}
