//! OGC API – Features, Part 1.

mod geojson;
mod intersects;
mod items;
mod query;

use axum::extract;
use axum::response::Response;
use gisement_store::{CollectionInfo, Manifest};
use serde_json::{Value, json};

pub(crate) use geojson::geometry;
pub(crate) use intersects::Window;
pub(crate) use items::{item, items};
pub(crate) use query::{LIMIT_DEFAULT, LIMIT_MAX, bbox, whole};

use crate::answer::{self, GEOJSON, JSON, Link};
use crate::problem::Problem;
use crate::request::{Base, PathOf};
use crate::state::State;

/// The only reference system of answers: longitude, latitude.
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// `/collections`.
pub(crate) async fn list(
    extract::State(state): extract::State<State>,
    Base(base): Base,
) -> Result<Response, Problem> {
    let edition = state.edition();
    let all: Vec<Value> = edition
        .public()
        .map(|c| describe(edition.manifest(), c, &base))
        .collect();
    answer::json(&json!({
        "links": [
            Link::new("self", JSON, format!("{base}/collections")),
            Link::new("root", JSON, format!("{base}/")),
        ],
        "collections": all,
    }))
}

/// `/collections/{id}`.
pub(crate) async fn one(
    extract::State(state): extract::State<State>,
    Base(base): Base,
    PathOf(id): PathOf<String>,
) -> Result<Response, Problem> {
    let edition = state.edition();
    let info = edition
        .public()
        .find(|c| c.id == id)
        .ok_or_else(|| unknown(&id))?;
    answer::json(&describe(edition.manifest(), info, &base))
}

fn unknown(id: &str) -> Problem {
    Problem::not_found(format!("L’édition n’a pas de collection « {id} »."))
}

fn describe(m: &Manifest, c: &CollectionInfo, base: &str) -> Value {
    let here = format!("{base}/collections/{}", c.id);
    let mut v = json!({
        "id": c.id,
        "title": c.titre,
        "description": format!("{} : {} lignes, édition du {}", c.titre, c.lignes, crate::page::date(m.date)),
        "itemType": "feature",
        "crs": [CRS84],
        "links": [
            Link::new("self", JSON, here.clone()),
            Link::new("items", GEOJSON, format!("{here}/items")).titled(c.titre.clone()),
            Link::new("root", JSON, format!("{base}/")),
        ],
        "lignes": c.lignes,
        "geometrie": c.geometrie,
        "champs": c.champs,
    });
    if let (Some(bbox), false) = (m.bbox, c.geometrie == "none") {
        v["extent"] = json!({ "spatial": { "bbox": [bbox], "crs": CRS84 } });
    }
    v
}
