//! A condition over the columns of a collection, and its value for a row: true, false, or unknown as in SQL.

use std::borrow::Cow;
use std::cmp::Ordering;

use arrow_array::{
    Array as _, BooleanArray, Date32Array, Float64Array, Int64Array, ListArray, StringArray,
};
use gisement_store::{Collection, GeomKind};

use super::shape::Shape;
use super::text::{Fold, Pattern};

/// A condition.
#[derive(Debug)]
pub(super) enum Test<'a> {
    Constant(bool),
    All(Vec<Test<'a>>),
    Any(Vec<Test<'a>>),
    Not(Box<Test<'a>>),
    Flag(&'a BooleanArray),
    IsNull(Box<Operand<'a>>),
    Texts(Cmp, Text<'a>, Text<'a>),
    Numbers(Cmp, Number<'a>, Number<'a>),
    Days(Cmp, Day<'a>, Day<'a>),
    /// Whether two conditions have the same value.
    Same(Box<[Test<'a>; 2]>),
    Like(Text<'a>, Pattern),
    /// Sorted values.
    TextIn(Text<'a>, Vec<String>),
    /// Sorted values.
    NumberIn(Number<'a>, Vec<f64>),
    Lists(ListRelation, List<'a>, List<'a>),
    Spans(SpanRelation, Span<'a>, Span<'a>),
    Shape(Box<Shape<'a>>),
}

/// What a condition compares.
#[derive(Debug)]
pub(super) enum Operand<'a> {
    Text(Text<'a>),
    Number(Number<'a>),
    Day(Day<'a>),
    Truth(Test<'a>),
    List(List<'a>),
    Geometry(&'a Collection),
}

#[derive(Debug)]
pub(super) enum Text<'a> {
    Column(&'a StringArray),
    Literal(String),
    Folded(Fold, Box<Text<'a>>),
}

#[derive(Debug)]
pub(super) enum Number<'a> {
    Integer(&'a Int64Array),
    Real(&'a Float64Array),
    Literal(f64),
    Result(Arithmetic, Box<[Number<'a>; 2]>),
}

/// A date, as days since 1970.
#[derive(Debug)]
pub(super) enum Day<'a> {
    Column(&'a Date32Array),
    Literal(i32),
}

#[derive(Debug)]
pub(super) enum List<'a> {
    Column(&'a ListArray),
    Literal(Vec<String>),
}

/// Days from one to another, both included; `None` where it is open.
#[derive(Debug)]
pub(super) struct Span<'a> {
    pub(super) start: Option<Day<'a>>,
    pub(super) end: Option<Day<'a>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cmp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    /// Quotient cut towards zero.
    Whole,
    Remainder,
    Power,
}

/// Lists are sets here: order and repetition do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListRelation {
    Equal,
    Contains,
    ContainedBy,
    Overlap,
}

/// Where the first span lies from the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SpanRelation {
    After,
    Before,
    Contains,
    Disjoint,
    During,
    Equals,
    FinishedBy,
    Finishes,
    Intersects,
    Meets,
    MetBy,
    OverlappedBy,
    Overlaps,
    StartedBy,
    Starts,
}

impl Test<'_> {
    /// `None` is unknown.
    pub(super) fn of(&self, row: usize) -> Option<bool> {
        match self {
            Self::Constant(v) => Some(*v),
            Self::All(tests) => every(tests, row, true),
            Self::Any(tests) => every(tests, row, false),
            Self::Not(t) => t.of(row).map(|v| !v),
            Self::Flag(a) => a.is_valid(row).then(|| a.value(row)),
            Self::IsNull(o) => Some(!o.known(row)),
            Self::Texts(cmp, a, b) => Some(cmp.holds(a.of(row)?.cmp(&b.of(row)?))),
            Self::Numbers(cmp, a, b) => Some(cmp.holds(a.of(row)?.partial_cmp(&b.of(row)?)?)),
            Self::Days(cmp, a, b) => Some(cmp.holds(a.of(row)?.cmp(&b.of(row)?))),
            Self::Same(pair) => Some(pair[0].of(row)? == pair[1].of(row)?),
            Self::Like(t, pattern) => Some(pattern.matches(&t.of(row)?)),
            Self::TextIn(t, values) => {
                let v = t.of(row)?;
                Some(values.binary_search_by(|x| x.as_str().cmp(&v)).is_ok())
            }
            Self::NumberIn(n, values) => {
                let v = n.of(row)?;
                Some(values.binary_search_by(|x| x.total_cmp(&v)).is_ok())
            }
            Self::Lists(relation, a, b) => Some(relation.holds(&a.of(row)?, &b.of(row)?)),
            Self::Spans(relation, a, b) => Some(relation.holds(a.of(row)?, b.of(row)?)),
            Self::Shape(s) => s.of(row),
        }
    }

    /// The only rows for which the condition may be true, in order; `None` when that would be no help.
    pub(super) fn candidates(&self) -> Option<Vec<u32>> {
        match self {
            Self::Shape(s) => s.candidates().map(<[u32]>::to_vec),
            Self::All(tests) => tests
                .iter()
                .filter_map(Self::candidates)
                .min_by_key(Vec::len),
            Self::Any(tests) => {
                let mut rows = Vec::new();
                for t in tests {
                    rows.extend(t.candidates()?);
                }
                rows.sort_unstable();
                rows.dedup();
                Some(rows)
            }
            _ => None,
        }
    }
}

/// Whether all tests have this value (AND of true, OR of false); one that has the other decides, else one unknown does.
fn every(tests: &[Test<'_>], row: usize, value: bool) -> Option<bool> {
    let mut unknown = false;
    for t in tests {
        match t.of(row) {
            Some(v) if v != value => return Some(v),
            Some(_) => {}
            None => unknown = true,
        }
    }
    (!unknown).then_some(value)
}

impl Operand<'_> {
    fn known(&self, row: usize) -> bool {
        match self {
            Self::Text(t) => t.of(row).is_some(),
            Self::Number(n) => n.of(row).is_some(),
            Self::Day(d) => d.of(row).is_some(),
            Self::Truth(t) => t.of(row).is_some(),
            Self::List(l) => l.of(row).is_some(),
            Self::Geometry(c) => c.kind(row) != GeomKind::Null,
        }
    }
}

impl Text<'_> {
    pub(super) fn of(&self, row: usize) -> Option<Cow<'_, str>> {
        match self {
            Self::Column(a) => a.is_valid(row).then(|| Cow::Borrowed(a.value(row))),
            Self::Literal(s) => Some(Cow::Borrowed(s)),
            Self::Folded(fold, t) => t.of(row).map(|s| fold.apply(s)),
        }
    }

    /// Its value when it is the same for every row.
    pub(super) fn constant(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Column(_) => None,
            Self::Literal(s) => Some(Cow::Borrowed(s)),
            Self::Folded(fold, t) => t.constant().map(|s| fold.apply(s)),
        }
    }
}

impl Number<'_> {
    /// What is no finite number is unknown, as answers write it.
    pub(super) fn of(&self, row: usize) -> Option<f64> {
        let v = match self {
            Self::Integer(a) => a.is_valid(row).then(|| a.value(row) as f64)?,
            Self::Real(a) => a.is_valid(row).then(|| a.value(row))?,
            Self::Literal(v) => *v,
            Self::Result(op, pair) => op.apply(pair[0].of(row)?, pair[1].of(row)?),
        };
        // 0 and −0 are one number for every comparison, sorted lists included.
        v.is_finite().then_some(v + 0.0)
    }

    /// Its value when it is the same for every row; `None` as well when that value is unknown.
    pub(super) fn constant(&self) -> Option<f64> {
        match self {
            Self::Integer(_) | Self::Real(_) => None,
            Self::Literal(v) => v.is_finite().then_some(*v + 0.0),
            Self::Result(op, pair) => {
                let v = op.apply(pair[0].constant()?, pair[1].constant()?);
                v.is_finite().then_some(v + 0.0)
            }
        }
    }
}

impl Day<'_> {
    pub(super) fn of(&self, row: usize) -> Option<i32> {
        match self {
            Self::Column(a) => a.is_valid(row).then(|| a.value(row)),
            Self::Literal(d) => Some(*d),
        }
    }
}

impl List<'_> {
    fn of(&self, row: usize) -> Option<Vec<&str>> {
        match self {
            Self::Column(a) => a.is_valid(row).then(|| {
                let bounds = a.value_offsets();
                let places = bounds[row] as usize..bounds[row + 1] as usize;
                let texts = a.values().as_any().downcast_ref::<StringArray>();
                texts.map_or_else(Vec::new, |t| places.map(|i| t.value(i)).collect())
            }),
            Self::Literal(values) => Some(values.iter().map(String::as_str).collect()),
        }
    }
}

impl Span<'_> {
    fn of(&self, row: usize) -> Option<(i32, i32)> {
        let bound = |d: &Option<Day<'_>>, open: i32| match d {
            None => Some(open),
            Some(d) => d.of(row),
        };
        let (start, end) = (bound(&self.start, i32::MIN)?, bound(&self.end, i32::MAX)?);
        // One that ends before it begins is no span.
        (start <= end).then_some((start, end))
    }
}

impl Cmp {
    /// `a < b` is `b > a`.
    pub(super) fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Eq => order.is_eq(),
            Self::Ne => order.is_ne(),
            Self::Lt => order.is_lt(),
            Self::Le => order.is_le(),
            Self::Gt => order.is_gt(),
            Self::Ge => order.is_ge(),
        }
    }
}

impl Arithmetic {
    /// Division by zero gives what is no number, and so unknown.
    fn apply(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Add => a + b,
            Self::Subtract => a - b,
            Self::Multiply => a * b,
            Self::Divide => a / b,
            Self::Whole => (a / b).trunc(),
            Self::Remainder => a % b,
            Self::Power => a.powf(b),
        }
    }
}

impl ListRelation {
    fn holds(self, a: &[&str], b: &[&str]) -> bool {
        let within = |a: &[&str], b: &[&str]| a.iter().all(|v| b.contains(v));
        match self {
            Self::Equal => within(a, b) && within(b, a),
            Self::Contains => within(b, a),
            Self::ContainedBy => within(a, b),
            Self::Overlap => a.iter().any(|v| b.contains(v)),
        }
    }
}

impl SpanRelation {
    /// Whether the relation is said of dates as well as of spans.
    pub(super) fn of_dates(self) -> bool {
        matches!(
            self,
            Self::After | Self::Before | Self::Disjoint | Self::Equals | Self::Intersects
        )
    }

    fn holds(self, (a0, a1): (i32, i32), (b0, b1): (i32, i32)) -> bool {
        match self {
            Self::After => a0 > b1,
            Self::Before => a1 < b0,
            Self::Contains => a0 < b0 && a1 > b1,
            Self::Disjoint => a0 > b1 || a1 < b0,
            Self::During => a0 > b0 && a1 < b1,
            Self::Equals => a0 == b0 && a1 == b1,
            Self::FinishedBy => a0 < b0 && a1 == b1,
            Self::Finishes => a0 > b0 && a1 == b1,
            Self::Intersects => a0 <= b1 && a1 >= b0,
            Self::Meets => a1 == b0,
            Self::MetBy => a0 == b1,
            Self::OverlappedBy => a0 > b0 && a0 < b1 && a1 > b1,
            Self::Overlaps => a0 < b0 && a1 > b0 && a1 < b1,
            Self::StartedBy => a0 == b0 && a1 > b1,
            Self::Starts => a0 == b0 && a1 < b1,
        }
    }
}
