//! From an expression to a condition on columns: names resolved, types checked, constants worked out.

use cql2::Expr;
use gisement_store::Collection;
use jiff::civil::{Date, date};

use super::Fault;
use super::operators::{arithmetic, comparison, fold, lists, spatial, temporal};
use super::plan::{Arithmetic, Cmp, Day, List, Number, Operand, Span, SpanRelation, Test, Text};
use super::shape::{Relation, Shape};
use super::text::Pattern;
use crate::columns::Column;
use crate::system::System;

/// The name under which filters know the geometry; no column has it.
pub(crate) const GEOMETRY: &str = "geometry";

/// What names mean.
#[derive(Debug, Clone, Copy)]
pub(super) struct Binder<'a> {
    pub(super) collection: &'a Collection,
    /// Whether features have a geometry.
    pub(super) located: bool,
    /// The system of geometries in the filter.
    pub(super) system: System,
}

type Bound<T> = Result<T, Fault>;

impl<'a> Binder<'a> {
    /// An expression that is true or false.
    pub(super) fn test(&self, e: &Expr) -> Bound<Test<'a>> {
        let Expr::Operation { op, args } = e else {
            return match self.operand(e)? {
                Operand::Truth(t) => Ok(t),
                _ => Err(Fault::new(format!(
                    "Une condition est attendue à la place de {}.",
                    self.describe(e)
                ))),
            };
        };
        let all = || args.iter().map(|a| self.test(a)).collect::<Bound<Vec<_>>>();
        match op.as_str() {
            "and" if !args.is_empty() => Ok(Test::All(all()?)),
            "or" if !args.is_empty() => Ok(Test::Any(all()?)),
            "not" => Ok(Test::Not(Box::new(self.test(one(op, args)?)?))),
            "isNull" => Ok(Test::IsNull(Box::new(self.operand(one(op, args)?)?))),
            "between" => {
                let [v, low, high] = exactly(op, args)?;
                Ok(Test::All(vec![
                    self.compare(Cmp::Ge, v, low)?,
                    self.compare(Cmp::Le, v, high)?,
                ]))
            }
            "like" => {
                let [v, pattern] = exactly(op, args)?;
                self.like(v, pattern)
            }
            "in" => {
                let [v, list] = exactly(op, args)?;
                match list {
                    Expr::Array(items) => self.among(v, items),
                    _ => Err(Fault::new("IN attend une liste de valeurs.")),
                }
            }
            _ => {
                if let Some(cmp) = comparison(op) {
                    let [a, b] = exactly(op, args)?;
                    self.compare(cmp, a, b)
                } else if let Some(relation) = spatial(op) {
                    let [a, b] = exactly(op, args)?;
                    self.shape(op, relation, a, b)
                } else if let Some(relation) = temporal(op) {
                    let [a, b] = exactly(op, args)?;
                    let (a, b) = (self.span(op, relation, a)?, self.span(op, relation, b)?);
                    Ok(Test::Spans(relation, a, b))
                } else if let Some(relation) = lists(op) {
                    let [a, b] = exactly(op, args)?;
                    Ok(Test::Lists(relation, self.list(op, a)?, self.list(op, b)?))
                } else if arithmetic(op).is_some() || fold(op).is_some() {
                    Err(Fault::new(format!(
                        "« {op} » donne une valeur : une condition est attendue."
                    )))
                } else {
                    Err(unknown(op))
                }
            }
        }
    }

    /// An expression that has a value.
    fn operand(&self, e: &Expr) -> Bound<Operand<'a>> {
        match e {
            Expr::Property { property } => self.property(property),
            Expr::Float(v) if v.is_finite() => Ok(Operand::Number(Number::Literal(*v))),
            Expr::Float(_) => Err(Fault::new("Un nombre est trop grand.")),
            Expr::Literal(s) => Ok(Operand::Text(Text::Literal(s.clone()))),
            Expr::Bool(v) => Ok(Operand::Truth(Test::Constant(*v))),
            Expr::Date { date } => match date.as_ref() {
                Expr::Literal(s) => Ok(Operand::Day(Day::Literal(day(s)?))),
                _ => Err(Fault::new("DATE attend un texte : DATE('2026-11-01').")),
            },
            Expr::Timestamp { .. } => Err(Fault::new(
                "TIMESTAMP n’est pas pris en charge : les données n’ont que des dates, DATE('2026-11-01').",
            )),
            Expr::Array(items) => {
                let texts = items.iter().map(|i| {
                    match self.operand(i)? {
                        Operand::Text(t) => {
                            t.constant().map(std::borrow::Cow::into_owned).ok_or(())
                        }
                        _ => Err(()),
                    }
                    .map_err(|()| Fault::new("Une liste ne contient que des textes."))
                });
                Ok(Operand::List(List::Literal(texts.collect::<Bound<_>>()?)))
            }
            Expr::Operation { op, args } => {
                if let Some(f) = fold(op) {
                    return match self.operand(one(op, args)?)? {
                        Operand::Text(t) => Ok(Operand::Text(Text::Folded(f, Box::new(t)))),
                        _ => Err(Fault::new(format!(
                            "« {op} » attend un texte, pas {}.",
                            self.describe(&args[0])
                        ))),
                    };
                }
                if let Some(a) = arithmetic(op) {
                    return self.arithmetic(op, a, args);
                }
                Ok(Operand::Truth(self.test(e)?))
            }
            Expr::Null => Err(Fault::new(
                "NULL ne se compare pas : écrivez « nom IS NULL ».",
            )),
            Expr::Geometry(_) | Expr::BBox { .. } => Err(Fault::new(
                "Une géométrie n’a sa place que dans une fonction spatiale, comme S_INTERSECTS.",
            )),
            Expr::Interval { .. } => Err(Fault::new(
                "INTERVAL n’a sa place que dans une fonction temporelle, comme T_INTERSECTS.",
            )),
        }
    }

    pub(super) fn property(&self, name: &str) -> Bound<Operand<'a>> {
        if name == GEOMETRY && self.located {
            return Ok(Operand::Geometry(self.collection));
        }
        let column = self
            .collection
            .attributes()
            .find(|(n, _)| *n == name)
            .and_then(|(_, a)| Column::of(a));
        Ok(match column {
            Some(Column::Text(a)) => Operand::Text(Text::Column(a)),
            Some(Column::Integer(a)) => Operand::Number(Number::Integer(a)),
            Some(Column::Real(a)) => Operand::Number(Number::Real(a)),
            Some(Column::Boolean(a)) => Operand::Truth(Test::Flag(a)),
            Some(Column::Date(a)) => Operand::Day(Day::Column(a)),
            Some(Column::Texts(a)) => Operand::List(List::Column(a)),
            None => {
                let shown: String = name.chars().take(60).collect();
                return Err(Fault::new(format!(
                    "La collection « {0} » n’a pas de propriété « {shown} » : voir /collections/{0}/queryables.",
                    self.collection.name()
                )));
            }
        })
    }

    fn compare(&self, cmp: Cmp, a: &Expr, b: &Expr) -> Bound<Test<'a>> {
        match (self.operand(a)?, self.operand(b)?) {
            (Operand::Text(a), Operand::Text(b)) => Ok(Test::Texts(cmp, a, b)),
            (Operand::Number(a), Operand::Number(b)) => Ok(Test::Numbers(cmp, a, b)),
            (Operand::Day(a), Operand::Day(b)) => Ok(Test::Days(cmp, a, b)),
            (Operand::Truth(a), Operand::Truth(b)) => {
                let same = Test::Same(Box::new([a, b]));
                match cmp {
                    Cmp::Eq => Ok(same),
                    Cmp::Ne => Ok(Test::Not(Box::new(same))),
                    _ => Err(Fault::new("Vrai et faux n’ont pas d’ordre : = ou <>.")),
                }
            }
            (Operand::List(_), _) | (_, Operand::List(_)) => Err(Fault::new(format!(
                "{} et {} ne se comparent pas : une liste s’interroge par A_CONTAINS, A_CONTAINEDBY, A_OVERLAPS, A_EQUALS.",
                capital(&self.describe(a)),
                self.describe(b)
            ))),
            _ => Err(Fault::new(format!(
                "{} et {} ne se comparent pas.",
                capital(&self.describe(a)),
                self.describe(b)
            ))),
        }
    }

    fn like(&self, v: &Expr, pattern: &Expr) -> Bound<Test<'a>> {
        let (Operand::Text(v), Operand::Text(p)) = (self.operand(v)?, self.operand(pattern)?)
        else {
            return Err(Fault::new(format!(
                "LIKE attend deux textes, pas {} et {}.",
                self.describe(v),
                self.describe(pattern)
            )));
        };
        let text = p
            .constant()
            .ok_or_else(|| Fault::new("Le modèle de LIKE est un texte, pas une propriété."))?;
        let pattern = Pattern::new(&text).ok_or_else(|| {
            Fault::new(format!(
                "Un modèle de LIKE compte au plus {} caractères.",
                Pattern::POSITIONS_MAX
            ))
        })?;
        Ok(Test::Like(v, pattern))
    }

    fn among(&self, v: &Expr, items: &[Box<Expr>]) -> Bound<Test<'a>> {
        // Each is compared as by « = », so that types are checked alike.
        let tests = items.iter().map(|i| self.compare(Cmp::Eq, v, i));
        let tests = tests.collect::<Bound<Vec<_>>>()?;
        let texts = tests.iter().map(|t| match t {
            Test::Texts(_, _, b) => b.constant().map(std::borrow::Cow::into_owned),
            _ => None,
        });
        let numbers = tests.iter().map(|t| match t {
            Test::Numbers(_, _, b) => b.constant(),
            _ => None,
        });
        Ok(match self.operand(v)? {
            Operand::Text(v) => match texts.collect::<Option<Vec<_>>>() {
                Some(mut values) => {
                    values.sort_unstable();
                    Test::TextIn(v, values)
                }
                None => Test::Any(tests),
            },
            Operand::Number(v) => match numbers.collect::<Option<Vec<_>>>() {
                Some(mut values) => {
                    values.sort_unstable_by(f64::total_cmp);
                    Test::NumberIn(v, values)
                }
                None => Test::Any(tests),
            },
            _ => Test::Any(tests),
        })
    }

    fn arithmetic(&self, op: &str, a: Arithmetic, args: &[Box<Expr>]) -> Bound<Operand<'a>> {
        let mut numbers = args.iter().map(|e| match self.operand(e)? {
            Operand::Number(n) => Ok(n),
            _ => Err(Fault::new(format!(
                "« {op} » attend des nombres, pas {}.",
                self.describe(e)
            ))),
        });
        let first = numbers.next().ok_or_else(|| arity(op, 2))??;
        let mut chained = 0;
        let all = numbers.try_fold(first, |left, right| {
            chained += 1;
            Ok::<_, Fault>(Number::Result(a, Box::new([left, right?])))
        })?;
        if chained == 0 {
            return Err(arity(op, 2));
        }
        Ok(Operand::Number(all))
    }

    fn shape(&self, op: &str, relation: Relation, a: &Expr, b: &Expr) -> Bound<Test<'a>> {
        let given = |e: &Expr| matches!(e, Expr::Geometry(_) | Expr::BBox { .. });
        let (relation, feature, shape) = match (given(a), given(b)) {
            (false, true) => (relation, a, b),
            (true, false) => (relation.converse(), b, a),
            _ => {
                return Err(Fault::new(format!(
                    "« {op} » attend la propriété « {GEOMETRY} » et une géométrie."
                )));
            }
        };
        match self.operand(feature)? {
            Operand::Geometry(c) => Ok(Test::Shape(Box::new(Shape::new(
                c,
                relation,
                shape,
                self.system,
            )?))),
            _ => Err(Fault::new(format!(
                "« {op} » attend la propriété « {GEOMETRY} », pas {}.",
                self.describe(feature)
            ))),
        }
    }

    fn span(&self, op: &str, relation: SpanRelation, e: &Expr) -> Bound<Span<'a>> {
        if let Expr::Interval { interval } = e {
            let [start, end] = exactly("interval", interval)?;
            let span = Span {
                start: self.limit(start)?,
                end: self.limit(end)?,
            };
            if let (Some(Day::Literal(a)), Some(Day::Literal(b))) = (&span.start, &span.end)
                && a > b
            {
                return Err(Fault::new("INTERVAL : le début doit précéder la fin."));
            }
            return Ok(span);
        }
        if !relation.of_dates() {
            return Err(Fault::new(format!(
                "« {op} » compare deux INTERVAL ; pour une date, T_INTERSECTS, T_BEFORE ou T_AFTER."
            )));
        }
        match (self.operand(e)?, self.operand(e)?) {
            (Operand::Day(start), Operand::Day(end)) => Ok(Span {
                start: Some(start),
                end: Some(end),
            }),
            _ => Err(Fault::new(format!(
                "« {op} » attend des dates, pas {}.",
                self.describe(e)
            ))),
        }
    }

    /// An end of an interval.
    fn limit(&self, e: &Expr) -> Bound<Option<Day<'a>>> {
        match e {
            Expr::Literal(s) if s.is_empty() || s == ".." => Ok(None),
            Expr::Literal(s) => Ok(Some(Day::Literal(day(s)?))),
            _ => match self.operand(e)? {
                Operand::Day(d) => Ok(Some(d)),
                _ => Err(Fault::new(format!(
                    "INTERVAL attend des dates, pas {}.",
                    self.describe(e)
                ))),
            },
        }
    }

    fn list(&self, op: &str, e: &Expr) -> Bound<List<'a>> {
        match self.operand(e)? {
            Operand::List(l) => Ok(l),
            // `('a')` is read as a text between parentheses.
            Operand::Text(Text::Literal(s)) => Ok(List::Literal(vec![s])),
            _ => Err(Fault::new(format!(
                "« {op} » attend des listes de textes, pas {}.",
                self.describe(e)
            ))),
        }
    }

    /// What an expression is, for a reader.
    fn describe(&self, e: &Expr) -> String {
        let kind = match self.operand(e) {
            Ok(Operand::Text(_)) => "un texte",
            Ok(Operand::Number(_)) => "un nombre",
            Ok(Operand::Day(_)) => "une date",
            Ok(Operand::Truth(_)) => "une condition",
            Ok(Operand::List(_)) => "une liste",
            Ok(Operand::Geometry(_)) => "une géométrie",
            Err(_) => "autre chose",
        };
        match e {
            Expr::Property { property } => format!(
                "« {property} » ({})",
                kind.split_once(' ').map_or(kind, |k| k.1)
            ),
            _ => kind.to_owned(),
        }
    }
}

fn capital(s: &str) -> String {
    let mut chars = s.chars();
    chars
        .next()
        .map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// Days since 1970 of a date as ISO 8601 writes it.
pub(super) fn day(text: &str) -> Bound<i32> {
    let d: Option<Date> = (text.len() == 10).then(|| text.parse().ok()).flatten();
    d.map(|d| (d - date(1970, 1, 1)).get_days()).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        Fault::new(format!(
            "« {shown} » n’est pas une date : la forme attendue est 2026-11-01."
        ))
    })
}

fn exactly<'e, const N: usize>(op: &str, args: &'e [Box<Expr>]) -> Bound<[&'e Expr; N]> {
    let all: Vec<&Expr> = args.iter().map(AsRef::as_ref).collect();
    all.try_into().map_err(|_| arity(op, N))
}

fn one<'e>(op: &str, args: &'e [Box<Expr>]) -> Bound<&'e Expr> {
    exactly::<1>(op, args).map(|[e]| e)
}

fn arity(op: &str, n: usize) -> Fault {
    Fault::new(format!(
        "« {op} » attend {n} argument{}.",
        if n > 1 { "s" } else { "" }
    ))
}

fn unknown(op: &str) -> Fault {
    let shown: String = op.chars().take(60).collect();
    Fault::new(format!("Opérateur non pris en charge : « {shown} »."))
}
