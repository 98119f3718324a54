//! `/collections/{id}/items` and `/collections/{id}/items/{featureId}`.

use axum::extract;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use gisement_export::geojson::Features;
use gisement_store::{Collection, CollectionInfo};
use serde::Deserialize;
use serde_json::json;

use super::query::Query;
use super::{OfCollection, html, temporal};
use super::{lead, order};
use crate::answer::{self, GEOJSON, JSON, Keep, Link};
use crate::editions::Edition;
use crate::filter::Filter;
use crate::place::Place;
use crate::problem::Problem;
use crate::request::{Params, PathOf, encode};
use crate::state::State;
use crate::system::{self, System};

/// Room for a feature in the first allocation of a page.
const FEATURE_SIZE: usize = 3 * 1024;
/// The system of an answer (OGC API – Features Part 2).
const CONTENT_CRS: &str = "content-crs";

/// The address of a feature.
#[derive(Deserialize)]
pub(crate) struct OfFeature {
    id: String,
    feature: String,
}

/// A page of features, in the order of rows unless told otherwise (after a few that lead a whole collection), so that
/// it starts at its offset without walking there.
pub(crate) async fn items(
    extract::State(state): extract::State<State>,
    place: Place,
    PathOf(OfCollection { id }): PathOf<OfCollection>,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    state
        .compute(move || {
            let (info, collection) = super::find(&place.edition, &id)?;
            let stored = System::stored(place.edition.manifest().crs);
            let query = Query::read(&params, &headers, info, stored)?;
            let here = place.at(&format!("/collections/{id}/items"));
            let etag = answer::validator(&[place.edition.id(), &here, &format!("{query:?}")]);
            if let Some(same) = answer::unchanged(&headers, &etag, Keep::Check) {
                return Ok(same);
            }
            let page = Page::find(&place.edition, info, collection, &query)?;
            let next = (page.end < page.matched).then(|| params.at_offset(&here, page.end));
            let mut response = if query.html {
                html::items(&place, info, collection, &params, &query, &page)
            } else {
                let links = links(&place, info, &params, &query, &here, next.as_deref());
                page.geojson(collection, &query, &links)
            };
            answer::mark(&mut response, &etag, Keep::Check);
            let headers = response.headers_mut();
            headers.insert(header::VARY, HeaderValue::from_static("Accept"));
            // For clients that page without reading the body.
            let link = next.map(|n| format!("<{n}>; rel=\"next\""));
            if let Some(link) = link.and_then(|l| HeaderValue::from_str(&l).ok()) {
                headers.insert(header::LINK, link);
            }
            Ok(response)
        })
        .await?
}

fn links(
    place: &Place,
    info: &CollectionInfo,
    params: &Params,
    query: &Query,
    here: &str,
    next: Option<&str>,
) -> Vec<Link> {
    let at = |offset: usize| params.at_offset(here, offset);
    let mut links = vec![
        Link::new("self", GEOJSON, at(query.offset)),
        Link::new(
            "alternate",
            "text/html",
            params.with("f", "html").at_offset(here, query.offset),
        ),
        Link::new(
            "collection",
            JSON,
            place.at(&format!("/collections/{}", info.id)),
        ),
    ];
    links.extend(next.map(|n| Link::new("next", GEOJSON, n.to_owned())));
    if query.offset > 0 {
        links.push(Link::new(
            "prev",
            GEOJSON,
            at(query.offset.saturating_sub(query.limit)),
        ));
    }
    links
}

/// The rows that meet the conditions of a query, in order; `None` for all.
pub(crate) fn matching(
    info: &CollectionInfo,
    collection: &Collection,
    query: &Query,
) -> Result<Option<Vec<u32>>, Problem> {
    let mut filter = Filter::new(collection);
    if let Some(source) = &query.filter {
        filter.and(source, info.geometrie != "none")?;
    }
    for (name, value) in &query.equal {
        filter.and_equal(name, value)?;
    }
    if let (Some(column), (from, to)) = (temporal(info), query.during)
        && (from.is_some() || to.is_some())
    {
        filter.and_during(column, from, to);
    }
    // What has no geometry is in every box (Part 1, requirement 24 C).
    let window = query.window.filter(|_| info.geometrie != "none");
    let near = window.map(|w| w.rows(collection));
    Ok(if filter.is_empty() {
        near
    } else {
        Some(filter.rows(near)?)
    })
}

/// The rows of an answer.
pub(super) struct Page {
    pub(super) matched: usize,
    /// Offset of the page after this one.
    pub(super) end: usize,
    pub(super) rows: Vec<u32>,
}

impl Page {
    fn find(
        edition: &Edition,
        info: &CollectionInfo,
        collection: &Collection,
        query: &Query,
    ) -> Result<Self, Problem> {
        let mut found = matching(info, collection, query)?;
        if !query.order.is_empty() && found.is_none() {
            found = Some((0..collection.len() as u32).collect());
        }
        let matched = found.as_ref().map_or(collection.len(), Vec::len);
        let start = query.offset.min(matched);
        let end = start.saturating_add(query.limit).min(matched);
        let rows = match found {
            None => {
                let lead = edition.lead(collection);
                (start..end).map(|place| lead::at(lead, place)).collect()
            }
            Some(mut rows) => {
                if !query.order.is_empty() {
                    order::sort(collection, &query.order, &mut rows, end);
                }
                rows[start..end].to_vec()
            }
        };
        Ok(Self { matched, end, rows })
    }

    fn geojson(&self, collection: &Collection, query: &Query, links: &[Link]) -> Response {
        let writer = Features::new(collection, query.shown.as_deref(), query.system);
        let mut out = Vec::with_capacity(self.rows.len() * FEATURE_SIZE + 1024);
        out.extend_from_slice(b"{\"type\":\"FeatureCollection\",\"features\":[");
        for (i, row) in self.rows.iter().enumerate() {
            if i > 0 {
                out.push(b',');
            }
            writer.feature(&mut out, *row as usize);
        }
        let tail = json!({
            "numberMatched": self.matched,
            "numberReturned": self.rows.len(),
            "timeStamp": jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "links": links,
        });
        out.extend_from_slice(b"],");
        // The members of the tail without its opening brace.
        out.extend_from_slice(&tail.to_string().as_bytes()[1..]);
        written(out, query.system)
    }
}

/// GeoJSON, with the system of its coordinates.
fn written(body: Vec<u8>, system: System) -> Response {
    let mut response = answer::typed(GEOJSON, body);
    if let Ok(uri) = HeaderValue::from_str(&format!("<{}>", system.uri())) {
        response.headers_mut().insert(CONTENT_CRS, uri);
    }
    response
}

/// One feature by its identifier.
pub(crate) async fn item(
    extract::State(state): extract::State<State>,
    place: Place,
    PathOf(OfFeature { id, feature }): PathOf<OfFeature>,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    state
        .compute(move || {
            params.only(&["crs", "f"], &[])?;
            let html = params.get("f")? != Some("geojson") && params.wants_html(&headers)?;
            let system = params.get("crs")?.map_or(Ok(System::CRS84), |t| {
                system::read("crs", t, place.edition.manifest().crs)
            })?;
            let (info, collection) = super::find(&place.edition, &id)?;
            let row = place.edition.find(collection, &feature).ok_or_else(|| {
                Problem::not_found(format!(
                    "La collection « {id} » n’a pas d’objet « {feature} »."
                ))
            })?;
            let here = place.at(&format!("/collections/{id}"));
            let etag = answer::validator(&[
                place.edition.id(),
                &here,
                &feature,
                &format!("{system:?} {html}"),
            ]);
            if let Some(same) = answer::unchanged(&headers, &etag, Keep::Check) {
                return Ok(same);
            }
            let mut response = if html {
                html::item(&place, info, collection, row, &feature)
            } else {
                let mut out = Vec::with_capacity(FEATURE_SIZE);
                Features::new(collection, None, system).feature(&mut out, row);
                let address = format!("{here}/items/{}", encode(&feature));
                let links = json!([
                    Link::new("self", GEOJSON, params.at_offset(&address, 0)),
                    Link::new("alternate", "text/html", format!("{address}?f=html")),
                    Link::new("collection", JSON, here),
                ]);
                out.pop();
                out.extend_from_slice(format!(",\"links\":{links}}}").as_bytes());
                written(out, system)
            };
            answer::mark(&mut response, &etag, Keep::Check);
            response
                .headers_mut()
                .insert(header::VARY, HeaderValue::from_static("Accept"));
            Ok(response)
        })
        .await?
}
