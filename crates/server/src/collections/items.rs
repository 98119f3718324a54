//! `/collections/{id}/items` and `/collections/{id}/items/{featureId}`.

use axum::extract;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use gisement_store::Collection;
use serde_json::json;

use super::geojson::Writer;
use super::intersects::Window;
use super::query::{LIMIT_DEFAULT, Query};
use crate::answer::{self, GEOJSON, JSON, Keep, Link};
use crate::problem::Problem;
use crate::request::{Base, Params, PathOf, encode};
use crate::state::State;

/// Room for a feature in the first allocation of a page.
const FEATURE_SIZE: usize = 3 * 1024;

/// A page of features, in the order of rows, so that a page starts at its offset without walking there.
pub(crate) async fn items(
    extract::State(state): extract::State<State>,
    Base(base): Base,
    PathOf(id): PathOf<String>,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let edition = state.edition();
    if !edition.public().any(|c| c.id == id) {
        return Err(super::unknown(&id));
    }
    let query = Query::read(&params)?;
    let here = format!("{base}/collections/{id}/items");
    let etag = answer::validator(&[edition.id(), &here, &format!("{query:?}")]);
    if let Some(same) = answer::unchanged(&headers, &etag, Keep::Check) {
        return Ok(same);
    }
    let (body, next) = state
        .compute(move || {
            let collection = edition.collection(&id).ok_or_else(|| super::unknown(&id))?;
            Ok::<_, Problem>(page(collection, &query, &here, &base))
        })
        .await??;
    let mut response = answer::typed(GEOJSON, body);
    answer::mark(&mut response, &etag, Keep::Check);
    // For clients that page without reading the body.
    if let Some(link) =
        next.and_then(|n| HeaderValue::from_str(&format!("<{n}>; rel=\"next\"")).ok())
    {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

fn page(
    collection: &Collection,
    query: &Query,
    here: &str,
    base: &str,
) -> (Vec<u8>, Option<String>) {
    let found = query.bbox.map(|bbox| {
        let window = Window::new(bbox);
        let mut rows = collection.search_degrees(bbox);
        rows.retain(|row| window.meets(collection, *row as usize));
        rows
    });
    let matched = found.as_ref().map_or(collection.len(), Vec::len);
    let start = query.offset.min(matched);
    let end = start.saturating_add(query.limit).min(matched);

    let writer = Writer::new(collection);
    let mut out = Vec::with_capacity((end - start) * FEATURE_SIZE + 1024);
    out.extend_from_slice(b"{\"type\":\"FeatureCollection\",\"features\":[");
    for i in start..end {
        if i > start {
            out.push(b',');
        }
        let row = found.as_ref().map_or(i, |rows| rows[i] as usize);
        writer.feature(&mut out, row);
    }
    let next = (end < matched).then(|| address(here, query, end));
    let mut links = vec![
        Link::new("self", GEOJSON, address(here, query, query.offset)),
        Link::new(
            "collection",
            JSON,
            format!("{base}/collections/{}", collection.name()),
        ),
    ];
    links.extend(next.clone().map(|n| Link::new("next", GEOJSON, n)));
    if query.offset > 0 {
        links.push(Link::new(
            "prev",
            GEOJSON,
            address(here, query, query.offset.saturating_sub(query.limit)),
        ));
    }
    let tail = json!({
        "numberMatched": matched,
        "numberReturned": end - start,
        "timeStamp": jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "links": links,
    });
    out.extend_from_slice(b"],");
    // The members of the tail without its opening brace.
    out.extend_from_slice(&tail.to_string().as_bytes()[1..]);
    (out, next)
}

/// The address of a page of the same query.
fn address(here: &str, query: &Query, offset: usize) -> String {
    let mut parts = Vec::new();
    if let Some(b) = query.bbox {
        parts.push(format!("bbox={},{},{},{}", b[0], b[1], b[2], b[3]));
    }
    if query.limit != LIMIT_DEFAULT {
        parts.push(format!("limit={}", query.limit));
    }
    if offset > 0 {
        parts.push(format!("offset={offset}"));
    }
    if parts.is_empty() {
        return here.to_owned();
    }
    format!("{here}?{}", parts.join("&"))
}

/// One feature by its identifier.
pub(crate) async fn item(
    extract::State(state): extract::State<State>,
    Base(base): Base,
    PathOf((id, feature)): PathOf<(String, String)>,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    params.only(&["f"])?;
    let edition = state.edition();
    if !edition.public().any(|c| c.id == id) {
        return Err(super::unknown(&id));
    }
    let etag = answer::validator(&[edition.id(), &base, &id, &feature]);
    let body = state
        .compute(move || {
            let collection = edition.collection(&id).ok_or_else(|| super::unknown(&id))?;
            let row = edition.find(collection, &feature).ok_or_else(|| {
                Problem::not_found(format!(
                    "La collection « {id} » n’a pas d’objet « {feature} »."
                ))
            })?;
            let mut out = Vec::with_capacity(FEATURE_SIZE);
            Writer::new(collection).feature(&mut out, row);
            let here = format!("{base}/collections/{id}");
            let links = json!([
                Link::new(
                    "self",
                    GEOJSON,
                    format!("{here}/items/{}", encode(&feature))
                ),
                Link::new("collection", JSON, here),
            ]);
            out.pop();
            out.extend_from_slice(format!(",\"links\":{links}}}").as_bytes());
            Ok::<_, Problem>(out)
        })
        .await??;
    if let Some(same) = answer::unchanged(&headers, &etag, Keep::Check) {
        return Ok(same);
    }
    let mut response = answer::typed(GEOJSON, body);
    answer::mark(&mut response, &etag, Keep::Check);
    Ok(response)
}
