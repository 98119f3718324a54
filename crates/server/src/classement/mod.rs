//! `/classement`: the gisements of the edition, the best first, under any weights (design §7.4).

mod criteria;
mod lines;
mod query;
mod rank;
mod stock;
mod weights;

use std::collections::BTreeMap;

use axum::extract;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use serde_json::json;

use crate::answer::{self, JSON, Keep, Link};
use crate::columns::Texts;
use crate::editions::Edition;
use crate::filter::Filter;
use crate::problem::Problem;
use crate::request::{Base, Params};
use crate::state::State;
use crate::system::System;
use crate::territoires;
use lines::Reader;
use query::{Format, Query};
use rank::{Place, Selection};

pub(crate) use criteria::of_stock;
pub(crate) use query::{LIMIT_DEFAULT, LIMIT_MAX, WEIGHT_MAX};
pub(crate) use stock::Stock;
pub(crate) use weights::{AXES, DURETE};

const CSV: &str = "text/csv; charset=utf-8; header=present";
/// Places among which distinct scores are counted.
const TOP: usize = 1_000;

/// `GET /classement`.
pub(crate) async fn ranking(
    extract::State(state): extract::State<State>,
    Base(base): Base,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let edition = state.edition();
    state
        .compute(move || answer(&edition, &base, &params, &headers))
        .await?
}

fn answer(
    edition: &Edition,
    base: &str,
    params: &Params,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let stored = System::stored(edition.manifest().crs);
    let query = Query::read(params, edition.bareme()?, stored)?;
    let etag = answer::validator(&[edition.id(), base, &format!("{query:?}")]);
    if let Some(same) = answer::unchanged(headers, &etag, Keep::Check) {
        return Ok(same);
    }
    let here = format!("{base}/classement");
    let page = Page::compute(edition, &query)?;
    let next = (page.end < page.matched).then(|| params.at_offset(&here, page.end));
    let mut response = match query.format {
        Format::Json => {
            let mut links = vec![
                Link::new("self", JSON, params.at_offset(&here, query.offset)),
                Link::new("collection", JSON, format!("{base}/collections/parcelles")),
            ];
            links.extend(next.clone().map(|n| Link::new("next", JSON, n)));
            if query.offset > 0 {
                let before = query.offset.saturating_sub(query.limit);
                links.push(Link::new("prev", JSON, params.at_offset(&here, before)));
            }
            page.json(edition, &query, base, &links)?
        }
        Format::Csv => page.csv(edition, &query, base)?,
    };
    answer::mark(&mut response, &etag, Keep::Check);
    if let Some(link) =
        next.and_then(|n| HeaderValue::from_str(&format!("<{n}>; rel=\"next\"")).ok())
    {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

/// The places that an answer shows.
struct Page {
    matched: usize,
    /// Distinct scores among the first [`TOP`] places.
    distinct: usize,
    /// Places from the offset on.
    places: Vec<Place>,
    /// Offset of the page after this one.
    end: usize,
    passing: Vec<u32>,
    /// Potentiel under other criterion weights, for each that passes.
    potentiel: Option<Vec<gisement_model::bareme::Intervalle>>,
}

impl Page {
    fn compute(edition: &Edition, query: &Query) -> Result<Self, Problem> {
        let stock = edition.stock();
        let passing = selection(edition, stock, query)?.passing(stock);
        let potentiel = (!query.criteria.is_empty())
            .then(|| criteria::potentiel(edition, &passing, &query.criteria))
            .transpose()?;
        let matched = passing.len();
        let start = query.offset.min(matched);
        let end = start.saturating_add(query.limit).min(matched);
        let mut places = rank::best(
            stock,
            &passing,
            &query.weights,
            potentiel.as_deref(),
            end.max(TOP),
        );
        let top = &places[..places.len().min(TOP)];
        // Sorted, so equal scores are neighbours.
        let distinct = top.chunk_by(|a, b| a.score == b.score).count();
        places.truncate(end);
        places.drain(..start);
        Ok(Self {
            matched,
            distinct,
            places,
            end,
            passing,
            potentiel,
        })
    }

    fn lines<'a>(
        &self,
        edition: &'a Edition,
        query: &Query,
        base: &'a str,
    ) -> Vec<lines::Line<'a>> {
        let Some(parcelles) = edition.collection("parcelles") else {
            return Vec::new();
        };
        let reader = Reader::new(edition, parcelles, base);
        let first = self.end - self.places.len() + 1;
        (first..)
            .zip(&self.places)
            .map(|(rang, place)| {
                let candidate = &edition.stock().candidates[self.passing[place.passing] as usize];
                let potentiel = self.potentiel.as_ref().map(|p| p[place.passing]);
                reader.line(rang, candidate, place.score, &query.weights, potentiel)
            })
            .collect()
    }

    fn json(
        &self,
        edition: &Edition,
        query: &Query,
        base: &str,
        links: &[Link],
    ) -> Result<Response, Problem> {
        let m = edition.manifest();
        let criteria: BTreeMap<_, _> = query.criteria.iter().copied().collect();
        answer::json(&json!({
            "edition": { "id": m.id, "date": m.date, "nom": m.nom, "fictif": m.fictif },
            "profil": query.profil,
            "poids": query.weights.shares(),
            "poids_criteres": criteria,
            "verdicts": query.verdicts.iter().map(|v| v.code()).collect::<Vec<_>>(),
            "types": query.types.iter().map(|t| t.code()).collect::<Vec<_>>(),
            "numberMatched": self.matched,
            "numberReturned": self.places.len(),
            "valeurs_distinctes": { "premiers": self.matched.min(TOP), "scores": self.distinct },
            "timeStamp": jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "classement": self.lines(edition, query, base),
            "links": links,
        }))
    }

    fn csv(&self, edition: &Edition, query: &Query, base: &str) -> Result<Response, Problem> {
        let body = lines::csv(&self.lines(edition, query, base));
        let mut response = answer::typed(CSV, body.into_bytes());
        let name = format!("attachment; filename=\"classement-{}.csv\"", edition.id());
        response.headers_mut().insert(
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&name).map_err(Problem::internal)?,
        );
        Ok(response)
    }
}

/// The filters of a query over an edition.
fn selection<'a>(
    edition: &'a Edition,
    stock: &Stock,
    query: &'a Query,
) -> Result<Selection<'a>, Problem> {
    let mut kept = None;
    if let Some(parcelles) = edition.collection("parcelles") {
        // Few parcels are candidates: looking at each costs less than asking for every parcel that a condition keeps.
        let all = || stock.candidates.iter().map(|c| c.row).collect();
        let mut rows: Option<Vec<u32>> = None;
        if let Some(window) = query.window {
            rows = Some(window.among(parcelles, all()));
        }
        if let Some(source) = &query.filter {
            let mut filter = Filter::new(parcelles);
            filter.and(source, true)?;
            rows = Some(filter.rows(Some(rows.unwrap_or_else(all)))?);
        }
        kept = rows.map(|rows| {
            let mut kept = vec![false; parcelles.len()];
            for row in rows {
                kept[row as usize] = true;
            }
            kept
        });
    }
    Ok(Selection {
        verdicts: &query.verdicts,
        types: &query.types,
        communes: (!query.territories.is_empty())
            .then(|| communes(edition, stock, query))
            .transpose()?,
        utile_min: query.utile_min,
        kept,
    })
}

/// Which communes of the stock are in one of the territories asked for.
fn communes(edition: &Edition, stock: &Stock, query: &Query) -> Result<Vec<bool>, Problem> {
    let known = edition.collection("communes");
    let insee = known.map(|c| Texts::new(c, "code_insee"));
    let mut kept = vec![false; stock.communes.len()];
    for (level, code) in &query.territories {
        let territoire = territoires::find(edition, *level, code).ok_or_else(|| {
            let shown: String = code.chars().take(40).collect();
            let level = level.code();
            Problem::parameter(
                "territoire",
                format!("L’édition n’a aucune commune de ce territoire : {level}:{shown}."),
            )
        })?;
        let members: Vec<&str> = territoire
            .communes
            .iter()
            .filter_map(|row| insee?.get(*row as usize))
            .collect();
        for (slot, commune) in kept.iter_mut().zip(&stock.communes) {
            *slot |= members.contains(&commune.as_ref());
        }
    }
    Ok(kept)
}
