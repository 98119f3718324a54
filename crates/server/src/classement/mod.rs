//! `/classement`: the gisements of the edition, the best first, under any weights (design §7.4).

mod criteria;
mod facettes;
mod groups;
mod lines;
mod query;
mod rank;
mod restrict;
mod stock;
mod weights;

use std::collections::BTreeMap;

use axum::extract;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use serde_json::json;

use crate::answer::{self, JSON, Keep, Link};
use crate::editions::Edition;
use crate::problem::Problem;
use crate::request::{Base, Params};
use crate::state::State;
use crate::system::System;
use groups::Group;
use lines::Reader;
use query::{Format, Par, Query};
use rank::Place;

pub(crate) use criteria::of_stock;
pub(crate) use facettes::facets;
pub(crate) use query::{LIMIT_DEFAULT, LIMIT_MAX, WEIGHT_MAX};
pub(crate) use stock::{Candidate, Stock};
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
    let query = Query::read(params, edition.bareme()?, stored, &[])?;
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
    /// Places in all.
    matched: usize,
    /// Distinct scores among the first [`TOP`] places.
    distinct: usize,
    /// Places from the offset on.
    places: Vec<Group>,
    /// Offset of the page after this one.
    end: usize,
    passing: Vec<u32>,
    /// Potentiel under other criterion weights, for each that passes.
    potentiel: Option<Vec<gisement_model::bareme::Intervalle>>,
}

impl Page {
    fn compute(edition: &Edition, query: &Query) -> Result<Self, Problem> {
        let stock = edition.stock();
        let passing = restrict::selection(edition, stock, query)?.passing(stock);
        let potentiel = (!query.criteria.is_empty())
            .then(|| criteria::potentiel(edition, &passing, &query.criteria))
            .transpose()?;
        let best = |k| rank::best(stock, &passing, &query.weights, potentiel.as_deref(), k);
        let wanted = query.offset.saturating_add(query.limit);
        let (matched, mut places) = match query.par {
            Par::Parcelle => {
                let alone = best(wanted.min(passing.len()).max(TOP)).into_iter();
                (passing.len(), alone.map(Group::from).collect())
            }
            // The best of a site may be anywhere: all are put in order.
            Par::Site => {
                let all = groups::gather(stock, &passing, best(passing.len()));
                (all.len(), all)
            }
        };
        let top = &places[..places.len().min(TOP)];
        // Sorted, so equal scores are neighbours.
        let distinct = top.chunk_by(|a, b| a.lead.score == b.lead.score).count();
        let start = query.offset.min(matched);
        let end = wanted.min(matched);
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
            .map(|(rang, group)| {
                let of = |place: &Place| {
                    &edition.stock().candidates[self.passing[place.passing] as usize]
                };
                let Place { passing, score } = group.lead;
                let potentiel = self.potentiel.as_ref().map(|p| p[passing]);
                let site = (query.par == Par::Site).then(|| group.parcels().map(of));
                let line = reader.line(rang, of(&group.lead), score, &query.weights, potentiel);
                match site {
                    Some(parcels) => line.of_site(&reader, parcels),
                    None => line,
                }
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
            "parcelles": self.passing.len(),
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
