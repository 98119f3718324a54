//! `/classement/facettes`: how many gisements each choice of a filter panel would give, the other filters applied.

use std::collections::BTreeMap;

use axum::extract;
use axum::http::HeaderMap;
use axum::response::Response;
use gisement_index::{TypeGisement, Verdict};
use gisement_store::Collection;
use serde::Serialize;
use serde_json::json;

use super::query::{NAMED, Query};
use super::restrict;
use super::stock::{Candidate, Stock, type_of};
use crate::answer::{self, Keep};
use crate::columns::{Integers, Reals, Texts};
use crate::editions::Edition;
use crate::problem::Problem;
use crate::request::Params;
use crate::state::State;
use crate::system::System;

/// The parameter that asks for histograms.
const HISTOGRAMS: &str = "histogrammes";
/// Most histograms of an answer.
const HISTOGRAMS_MAX: usize = 12;
/// Most bounds of a histogram.
const BOUNDS_MAX: usize = 64;
/// Verdicts that are never ranked and that a reader should know of.
const UNRANKED: [Verdict; 3] = [Verdict::Ecarte, Verdict::NonEvalue, Verdict::ParcSocial];

/// `GET /classement/facettes`: the parameters of `/classement`, and `histogrammes`.
pub(crate) async fn facets(
    extract::State(state): extract::State<State>,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let edition = state.edition();
    state
        .compute(move || answer(&edition, &params, &headers))
        .await?
}

fn answer(edition: &Edition, params: &Params, headers: &HeaderMap) -> Result<Response, Problem> {
    let stored = System::stored(edition.manifest().crs);
    let query = Query::read(params, edition.bareme()?, stored, &[HISTOGRAMS])?;
    let asked = histograms(params)?;
    let etag = answer::validator(&[edition.id(), "facettes", &format!("{query:?}{asked:?}")]);
    if let Some(same) = answer::unchanged(headers, &etag, Keep::Check) {
        return Ok(same);
    }
    let stock = edition.stock();
    let panel = Panel::new(edition, stock, &query)?;
    let mut drawn = BTreeMap::new();
    for (column, bounds) in &asked {
        drawn.insert(column.as_str(), panel.histogram(edition, column, bounds)?);
    }
    let mut response = answer::json(&json!({
        "edition": edition.id(),
        "numberMatched": panel.count(&[]),
        "parcelles": edition.collection("parcelles").map_or(0, Collection::len),
        "sans": panel.without(),
        "types": panel.by("types", TypeGisement::ALL, |c| c.kind, TypeGisement::code),
        "verdicts": panel.by("verdicts", Verdict::ALL, |c| c.verdict, Verdict::code),
        "histogrammes": drawn,
        "hors_liste": unranked(edition, &query)?,
    }))?;
    answer::mark(&mut response, &etag, Keep::Check);
    Ok(response)
}

/// Columns and bounds: `utile_m2:0:500:1000,dist_transport_m:0:500`.
fn histograms(params: &Params) -> Result<Vec<(String, Vec<f64>)>, Problem> {
    let bad = || {
        Problem::parameter(
            HISTOGRAMS,
            format!(
                "Forme attendue : colonne:borne:borne…, au plus {HISTOGRAMS_MAX} colonnes et {BOUNDS_MAX} bornes croissantes."
            ),
        )
    };
    let asked = params.list(HISTOGRAMS)?.unwrap_or_default();
    if asked.len() > HISTOGRAMS_MAX {
        return Err(bad());
    }
    let one = |text: &str| {
        let mut parts = text.split(':');
        let column = parts.next()?.to_owned();
        let bounds: Vec<f64> = parts.map(|b| b.parse().ok()).collect::<Option<_>>()?;
        let increasing = bounds.is_sorted_by(|a, b| a < b) && bounds.iter().all(|b| b.is_finite());
        (increasing && (1..=BOUNDS_MAX).contains(&bounds.len())).then_some((column, bounds))
    };
    asked.into_iter().map(|t| one(t).ok_or_else(bad)).collect()
}

/// How a candidate stands before the conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Passes,
    /// Fails this one only.
    But(u8),
    Out,
}

/// Every candidate before every condition of a query.
struct Panel<'a> {
    stock: &'a Stock,
    /// Conditions by the parameter that holds each.
    names: Vec<&'a str>,
    /// In the order of the stock.
    outcomes: Vec<Outcome>,
}

/// What a column says of the gisements that pass the other filters.
#[derive(Debug, Serialize)]
struct Histogram {
    bornes: Vec<f64>,
    /// From each bound to the next, the bound included; the last one from the last bound on.
    comptes: Vec<u64>,
    /// Under the first bound.
    avant: u64,
    inconnus: u64,
    min: Option<f64>,
    max: Option<f64>,
}

impl<'a> Panel<'a> {
    fn new(edition: &Edition, stock: &'a Stock, query: &'a Query) -> Result<Self, Problem> {
        let mut names = vec!["types", "verdicts"];
        let mut kept: Vec<Vec<bool>> = vec![
            each(stock, |c| query.types.contains(&c.kind)),
            each(stock, |c| query.verdicts.contains(&c.verdict)),
        ];
        if query.utile_min > 0.0 {
            names.push("utile_min");
            kept.push(each(stock, |c| c.utile >= query.utile_min));
        }
        if let Some(communes) = restrict::communes(edition, stock, query)? {
            names.push("territoire");
            kept.push(each(stock, |c| communes[c.commune as usize]));
        }
        let rows = || stock.candidates.iter().map(|c| c.row).collect();
        if let (Some(parcelles), Some(window)) = (edition.collection("parcelles"), query.window) {
            let flags = restrict::flags(edition, &window.among(parcelles, rows()));
            names.push("bbox");
            kept.push(each(stock, |c| flags[c.row as usize]));
        }
        for (name, source) in &query.filters {
            let flags = restrict::flags(edition, &restrict::passing(edition, source, rows())?);
            names.push(name);
            kept.push(each(stock, |c| flags[c.row as usize]));
        }
        let outcomes = (0..stock.candidates.len())
            .map(|i| {
                let mut failing = (0u8..).zip(&kept).filter(|(_, k)| !k[i]);
                match (failing.next(), failing.next()) {
                    (None, _) => Outcome::Passes,
                    (Some((only, _)), None) => Outcome::But(only),
                    _ => Outcome::Out,
                }
            })
            .collect();
        Ok(Self {
            stock,
            names,
            outcomes,
        })
    }

    /// The candidates that pass every condition but those of these names.
    fn passing(&self, but: &[&str]) -> impl Iterator<Item = &'a Candidate> {
        let free: Vec<bool> = self.names.iter().map(|n| but.contains(n)).collect();
        self.stock
            .candidates
            .iter()
            .zip(&self.outcomes)
            .filter(move |(_, outcome)| match outcome {
                Outcome::Passes => true,
                Outcome::But(one) => free[usize::from(*one)],
                Outcome::Out => false,
            })
            .map(|(c, _)| c)
    }

    fn count(&self, but: &[&str]) -> usize {
        self.passing(but).count()
    }

    /// How many would pass without each condition.
    fn without(&self) -> BTreeMap<&'a str, usize> {
        self.names.iter().map(|n| (*n, self.count(&[n]))).collect()
    }

    /// How many pass by value of something, without the condition on it.
    fn by<T: PartialEq + Copy>(
        &self,
        condition: &str,
        values: &[T],
        of: fn(&Candidate) -> T,
        code: fn(T) -> &'static str,
    ) -> BTreeMap<&'static str, usize> {
        let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
        for candidate in self.passing(&[condition]) {
            *counts.entry(code(of(candidate))).or_default() += 1;
        }
        for v in values {
            counts.entry(code(*v)).or_default();
        }
        counts
    }

    /// The histogram of a column, without the filter that is named after it.
    fn histogram(
        &self,
        edition: &Edition,
        column: &str,
        bounds: &[f64],
    ) -> Result<Histogram, Problem> {
        let parcelles = edition.collection("parcelles");
        let number = parcelles.and_then(|c| {
            c.column(column)?;
            let (reals, integers) = (Reals::new(c, column), Integers::new(c, column));
            let value = move |row| reals.get(row).or_else(|| Some(integers.get(row)? as f64));
            (reals.is_there() || integers.is_there()).then_some(value)
        });
        let value = number.ok_or_else(|| {
            let shown: String = column.chars().take(40).collect();
            Problem::parameter(
                HISTOGRAMS,
                format!("La collection « parcelles » n’a pas de colonne de nombres « {shown} »."),
            )
        })?;
        let own = format!("{NAMED}{column}");
        let mut but = vec![own.as_str()];
        if column == "utile_m2" {
            but.push("utile_min");
        }
        let mut h = Histogram {
            bornes: bounds.to_vec(),
            comptes: vec![0; bounds.len()],
            avant: 0,
            inconnus: 0,
            min: None,
            max: None,
        };
        for candidate in self.passing(&but) {
            let Some(v) = value(candidate.row as usize) else {
                h.inconnus += 1;
                continue;
            };
            h.min = Some(h.min.map_or(v, |m| m.min(v)));
            h.max = Some(h.max.map_or(v, |m| m.max(v)));
            match bounds.partition_point(|b| *b <= v) {
                0 => h.avant += 1,
                after => h.comptes[after - 1] += 1,
            }
        }
        Ok(h)
    }
}

fn each(stock: &Stock, keeps: impl Fn(&Candidate) -> bool) -> Vec<bool> {
    stock.candidates.iter().map(keeps).collect()
}

/// How many parcels of the verdicts that are never ranked pass the filters, that on verdicts left out. One without a
/// type passes whatever types are asked for, but for land set aside: ruled out and no gisement, it concerns nobody.
fn unranked(edition: &Edition, query: &Query) -> Result<BTreeMap<&'static str, usize>, Problem> {
    let mut counts: BTreeMap<&str, usize> = UNRANKED.map(|v| (v.code(), 0)).into();
    let Some(parcelles) = edition.collection("parcelles") else {
        return Ok(counts);
    };
    let [verdict, kind, insee] =
        ["verdict", "type_principal", "code_insee"].map(|n| Texts::new(parcelles, n));
    let utile = Reals::new(parcelles, "utile_m2");
    let members = restrict::members(edition, query)?;
    let everywhere = query.territories.is_empty();
    let mut rows: Vec<u32> = (0..parcelles.len() as u32)
        .filter(|row| {
            let row = *row as usize;
            let said = verdict.get(row);
            let unranked = said.is_some_and(|v| UNRANKED.iter().any(|u| u.code() == v));
            let of_type = match kind.get(row) {
                Some(t) => type_of(t).is_some_and(|t| query.types.contains(&t)),
                None => said != Some(Verdict::Ecarte.code()),
            };
            unranked
                && of_type
                && utile.get(row).unwrap_or(0.0) >= query.utile_min
                && (everywhere || insee.get(row).is_some_and(|c| members.contains(&c)))
        })
        .collect();
    if let Some(window) = query.window {
        rows = window.among(parcelles, rows);
    }
    for (_, source) in &query.filters {
        rows = restrict::passing(edition, source, rows)?;
    }
    for row in rows {
        if let Some(count) = verdict.get(row as usize).and_then(|v| counts.get_mut(v)) {
            *count += 1;
        }
    }
    Ok(counts)
}
