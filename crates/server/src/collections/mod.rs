//! OGC API – Features: collections, what can be asked of them, and their features.

mod html;
mod intersects;
mod items;
mod lead;
mod order;
mod query;
mod schema;

use axum::extract;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use gisement_store::{Collection, CollectionInfo};
use serde::Deserialize;
use serde_json::{Value, json};

pub(crate) use gisement_export::geojson::geometry;
pub(crate) use intersects::Window;
pub(crate) use items::{item, items, matching};
pub(crate) use lead::choose as lead;
pub(crate) use query::{LIMIT_DEFAULT, LIMIT_MAX, Query, bbox, whole};
pub(crate) use schema::{features, queryables, type_of};

use crate::answer::{self, GEOJSON, JSON, Link};
use crate::editions::Edition;
use crate::place::Place;
use crate::problem::Problem;
use crate::request::{Params, PathOf};
use crate::state::State;
use crate::styles;
use crate::system::System;

/// Media type of a JSON schema.
const SCHEMA: &str = "application/schema+json";

/// `/collections`.
pub(crate) async fn list(
    place: Place,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    params.only(&["f"], &[])?;
    let mut response = if params.wants_html(&headers)? {
        html::list(&place)
    } else {
        let all: Vec<Value> = place
            .edition
            .public()
            .map(|c| describe(&place, c))
            .collect();
        answer::json(&json!({
            "links": [
                Link::new("self", JSON, place.at("/collections")),
                Link::new("alternate", "text/html", place.at("/collections?f=html")),
                Link::new("root", JSON, format!("{}/", place.base)),
            ],
            "collections": all,
        }))?
    };
    response
        .headers_mut()
        .insert(header::VARY, HeaderValue::from_static("Accept"));
    Ok(response)
}

/// The address of a collection.
#[derive(Deserialize)]
pub(crate) struct OfCollection {
    id: String,
}

/// `/collections/{id}`.
pub(crate) async fn one(
    extract::State(state): extract::State<State>,
    place: Place,
    PathOf(OfCollection { id }): PathOf<OfCollection>,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    params.only(&["f"], &[])?;
    let html = params.wants_html(&headers)?;
    let mut response = state
        .compute(move || {
            let (info, _) = find(&place.edition, &id)?;
            if html {
                return Ok(html::one(&place, info));
            }
            answer::json(&describe(&place, info))
        })
        .await??;
    response
        .headers_mut()
        .insert(header::VARY, HeaderValue::from_static("Accept"));
    Ok(response)
}

/// A collection that readers may see.
pub(crate) fn find<'e>(
    edition: &'e Edition,
    id: &str,
) -> Result<(&'e CollectionInfo, &'e Collection), Problem> {
    edition
        .public()
        .find(|c| c.id == id)
        .zip(edition.collection(id))
        .ok_or_else(|| Problem::not_found(format!("L’édition n’a pas de collection « {id} ».")))
}

/// The date that `datetime` is about: that of the last change where files give it, else of the document.
pub(crate) fn temporal(info: &CollectionInfo) -> Option<&'static str> {
    const DATES: [&str; 6] = [
        "updated",
        "site_actu_date",
        "terr_actu_date",
        "datappro",
        "date_approbation",
        "date",
    ];
    let has = |name: &str| {
        info.champs
            .iter()
            .any(|c| c.nom == name && c.genre == "date")
    };
    DATES.into_iter().find(|d| has(d))
}

fn describe(place: &Place, c: &CollectionInfo) -> Value {
    let m = place.edition.manifest();
    let here = place.at(&format!("/collections/{}", c.id));
    let systems: Vec<String> = System::all(m.crs).iter().map(|r| r.uri()).collect();
    let mut links = vec![
        Link::new("self", JSON, here.clone()),
        Link::new("alternate", "text/html", format!("{here}?f=html")),
        Link::new("items", GEOJSON, format!("{here}/items")).titled(c.titre.clone()),
        Link::new("items", "text/html", format!("{here}/items?f=html")).titled(c.titre.clone()),
        Link::new(
            "http://www.opengis.net/def/rel/ogc/1.0/queryables",
            SCHEMA,
            format!("{here}/queryables"),
        ),
        // The spelling that GDAL looks for; names of relations have no case.
        Link::new("describedBy", SCHEMA, format!("{here}/schema")),
        Link::new("root", JSON, format!("{}/", place.base)),
    ];
    links.extend(styles::link(&place.base, &c.id));
    let mut v = json!({
        "id": c.id,
        "title": c.titre,
        "description": format!("{} : {} lignes, édition du {}", c.titre, c.lignes, crate::page::date(m.date)),
        "itemType": "feature",
        "crs": systems,
        "links": links,
        "lignes": c.lignes,
        "geometrie": c.geometrie,
        "champs": c.champs,
    });
    if c.geometrie != "none" {
        v["storageCrs"] = json!(System::stored(m.crs).uri());
        if let Some(bbox) = m.bbox {
            v["extent"] = json!({ "spatial": { "bbox": [bbox], "crs": System::CRS84.uri() } });
        }
    }
    v
}
