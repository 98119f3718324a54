//! Filters on features (OGC API – Features Part 3, CQL2 in text or JSON): read under limits, bound to the columns of a
//! collection once, then evaluated row by row without decoding features.
//!
//! *Invariant:* what is unknown makes a condition unknown, never false: `NOT (x > 3)` leaves out a row whose `x` is
//! unknown, as `x > 3` does. What cannot be evaluated is refused.

mod bind;
mod guard;
mod operators;
mod plan;
mod shape;
mod text;

use std::time::{Duration, Instant};

use gisement_store::Collection;
use rayon::prelude::*;

use crate::columns::Column;
use crate::problem::Problem;
use crate::request::Params;
use crate::system::{self, System};
use bind::Binder;
use plan::{Cmp, Day, List, ListRelation, Number, Operand, Span, SpanRelation, Test, Text};

pub(crate) use bind::GEOMETRY;

/// How long a filter may look for its rows.
const TIME_MAX: Duration = Duration::from_secs(10);
/// Rows looked at between two looks at the clock.
const CHUNK: usize = 256;
/// The parameters of a filter.
pub(crate) const PARAMETERS: [&str; 3] = ["filter", "filter-lang", "filter-crs"];

/// What is wrong with a filter, for its author.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
struct Fault(String);

impl Fault {
    fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    fn of(self, parameter: &str) -> Problem {
        Problem::parameter(parameter, self.0)
    }
}

/// An encoding of CQL2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lang {
    Text,
    Json,
}

/// A filter as a client wrote it.
#[derive(Debug, PartialEq)]
pub(crate) struct Source {
    /// The parameter that holds it.
    parameter: String,
    text: String,
    lang: Lang,
    system: System,
}

impl Source {
    /// The filter of a request to an edition stored in this system.
    pub(crate) fn read(params: &Params, stored: System) -> Result<Option<Self>, Problem> {
        Self::named(params, PARAMETERS[0], stored)
    }

    /// The filter that a parameter holds, in the language and the system that the request gives for all.
    pub(crate) fn named(
        params: &Params,
        parameter: &str,
        stored: System,
    ) -> Result<Option<Self>, Problem> {
        let lang = match params.get("filter-lang")? {
            None | Some("cql2-text") => Lang::Text,
            Some("cql2-json") => Lang::Json,
            Some(_) => {
                return Err(Problem::parameter(
                    "filter-lang",
                    "Langages possibles : cql2-text, cql2-json.",
                ));
            }
        };
        let system = params.get("filter-crs")?.map_or(Ok(System::CRS84), |t| {
            system::read("filter-crs", t, stored.crs)
        })?;
        Ok(params.get(parameter)?.map(|text| Self {
            parameter: parameter.to_owned(),
            text: text.to_owned(),
            lang,
            system,
        }))
    }
}

/// Conditions on the rows of a collection, all of which must hold.
#[derive(Debug)]
pub(crate) struct Filter<'a> {
    collection: &'a Collection,
    tests: Vec<Test<'a>>,
}

impl<'a> Filter<'a> {
    /// Lets everything through.
    pub(crate) fn new(collection: &'a Collection) -> Self {
        Self {
            collection,
            tests: Vec::new(),
        }
    }

    /// Adds a filter in CQL2. `located` says whether features have a geometry.
    pub(crate) fn and(&mut self, source: &Source, located: bool) -> Result<(), Problem> {
        let binder = Binder {
            collection: self.collection,
            located,
            system: source.system,
        };
        let test = guard::parse(&source.text, source.lang).and_then(|e| binder.test(&e));
        self.tests.push(test.map_err(|f| f.of(&source.parameter))?);
        Ok(())
    }

    /// Adds the condition that a property has a value; that a list holds it.
    pub(crate) fn and_equal(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        let bad = |what: &str| Problem::parameter(name, format!("{what} est attendu."));
        let binder = Binder {
            collection: self.collection,
            located: false,
            system: System::CRS84,
        };
        let text = || value.to_owned();
        self.tests
            .push(match binder.property(name).map_err(|f| f.of(name))? {
                Operand::Text(t) => Test::Texts(Cmp::Eq, t, Text::Literal(text())),
                Operand::List(l) => {
                    Test::Lists(ListRelation::Contains, l, List::Literal(vec![text()]))
                }
                Operand::Number(n) => {
                    let v: Option<f64> = value.parse().ok().filter(|v: &f64| v.is_finite());
                    let v = v.ok_or_else(|| bad("Un nombre, avec un point décimal,"))?;
                    Test::Numbers(Cmp::Eq, n, Number::Literal(v))
                }
                Operand::Day(d) => {
                    let day = bind::day(value).map_err(|f| f.of(name))?;
                    Test::Days(Cmp::Eq, d, Day::Literal(day))
                }
                Operand::Truth(t) => match value {
                    "true" => t,
                    "false" => Test::Not(Box::new(t)),
                    _ => return Err(bad("« true » ou « false »")),
                },
                Operand::Geometry(_) => return Err(bad("Une propriété")),
            });
        Ok(())
    }

    /// Adds the condition that a date lies between two days since 1970, or is unknown.
    pub(crate) fn and_during(&mut self, name: &str, from: Option<i32>, to: Option<i32>) {
        let Some(Column::Date(a)) = self.column(name) else {
            return;
        };
        let date = || Some(Day::Column(a));
        self.tests.push(Test::Any(vec![
            Test::IsNull(Box::new(Operand::Day(Day::Column(a)))),
            Test::Spans(
                SpanRelation::Intersects,
                Span {
                    start: date(),
                    end: date(),
                },
                Span {
                    start: from.map(Day::Literal),
                    end: to.map(Day::Literal),
                },
            ),
        ]));
    }

    fn column(&self, name: &str) -> Option<Column<'a>> {
        let (_, array) = self.collection.attributes().find(|(n, _)| *n == name)?;
        Column::of(array)
    }

    /// Whether everything passes.
    pub(crate) fn is_empty(&self) -> bool {
        self.tests.is_empty()
    }

    /// Whether a row passes: its conditions are all true.
    fn keeps(&self, row: u32) -> bool {
        self.tests.iter().all(|t| t.of(row as usize) == Some(true))
    }

    /// The rows that pass, in order, among those given or among all.
    pub(crate) fn rows(&self, among: Option<Vec<u32>>) -> Result<Vec<u32>, Problem> {
        let among = among.or_else(|| {
            let near = self.tests.iter().filter_map(Test::candidates);
            near.min_by_key(Vec::len)
        });
        let total = among.as_ref().map_or(self.collection.len(), Vec::len);
        let at = |i: usize| among.as_ref().map_or(i as u32, |rows| rows[i]);
        let kept = scan(total, TIME_MAX, |i| self.keeps(at(i)))?;
        Ok(kept.into_iter().map(at).collect())
    }
}

/// The places, in order, that a condition keeps, looked at by all cores for at most some time.
fn scan(
    total: usize,
    time_max: Duration,
    keeps: impl Fn(usize) -> bool + Sync,
) -> Result<Vec<usize>, Problem> {
    let start = Instant::now();
    let parts = (0..total.div_ceil(CHUNK))
        .into_par_iter()
        .map(|i| {
            if start.elapsed() > time_max {
                // Not a 503: the same filter would take as long again.
                return Err(Problem::parameter(
                    "filter",
                    "Ce filtre demande trop de calcul : restreignez-le, par bbox ou par une géométrie plus simple.",
                ));
            }
            let places = i * CHUNK..((i + 1) * CHUNK).min(total);
            Ok(places.filter(|place| keeps(*place)).collect::<Vec<_>>())
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(parts.concat())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn every_place_is_looked_at_once_and_in_order() {
        let kept = scan(10_000, TIME_MAX, |i| i % 3 == 0).unwrap();
        assert!(kept.into_iter().eq((0..10_000).step_by(3)));
        assert!(scan(0, TIME_MAX, |_| true).unwrap().is_empty());
    }

    #[test]
    fn a_filter_that_takes_too_long_is_refused_and_stops() {
        let looked = AtomicUsize::new(0);
        let slow = |_| {
            looked.fetch_add(1, Ordering::Relaxed);
            std::thread::sleep(Duration::from_micros(200));
            true
        };
        let total = 1_000 * CHUNK;
        let problem = scan(total, Duration::from_millis(20), slow).unwrap_err();
        let said = format!("{problem:?}");
        assert!(said.contains("filter") && said.contains("400"), "{said}");
        let looked = looked.into_inner();
        assert!((1..total / 2).contains(&looked), "{looked} of {total}");
    }
}
