//! What the properties of a collection are: those that filters know, and those of its features.

use axum::response::Response;
use gisement_store::{Champ, CollectionInfo};
use serde_json::{Map, Value, json};

use super::{OfCollection, SCHEMA, find};
use crate::answer;
use crate::filter::GEOMETRY;
use crate::place::Place;
use crate::problem::Problem;
use crate::request::{Params, PathOf};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// `/collections/{id}/queryables` (OGC API – Features Part 3).
pub(crate) async fn queryables(
    place: Place,
    PathOf(OfCollection { id }): PathOf<OfCollection>,
    params: Params,
) -> Result<Response, Problem> {
    only_json(&params)?;
    let (info, _) = find(&place.edition, &id)?;
    let mut properties = properties(info);
    if let Some(g) = geometry(info) {
        properties.insert(GEOMETRY.to_owned(), g);
    }
    answered(&json!({
        "$schema": DIALECT,
        "$id": place.at(&format!("/collections/{id}/queryables")),
        "type": "object",
        "title": info.titre,
        "additionalProperties": false,
        "properties": properties,
    }))
}

/// `/collections/{id}/schema`: the schema of a feature.
pub(crate) async fn features(
    place: Place,
    PathOf(OfCollection { id }): PathOf<OfCollection>,
    params: Params,
) -> Result<Response, Problem> {
    only_json(&params)?;
    let (info, _) = find(&place.edition, &id)?;
    answered(&json!({
        "$schema": DIALECT,
        "$id": place.at(&format!("/collections/{id}/schema")),
        "type": "object",
        "title": info.titre,
        "description": "Un objet GeoJSON. Une propriété inconnue vaut null.",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": { "type": "string", "enum": ["Feature"] },
            "id": { "type": "string" },
            "geometry": geometry(info).unwrap_or_else(|| json!({ "type": "null" })),
            "properties": { "type": "object", "properties": properties(info) },
        },
    }))
}

fn only_json(params: &Params) -> Result<(), Problem> {
    params.only(&["f"], &[])?;
    match params.get("f")? {
        None | Some("json") => Ok(()),
        Some(_) => Err(Problem::parameter("f", "Format possible : json.")),
    }
}

fn answered(schema: &Value) -> Result<Response, Problem> {
    let body = serde_json::to_vec(schema).map_err(Problem::internal)?;
    Ok(answer::typed(SCHEMA, body))
}

fn properties(info: &CollectionInfo) -> Map<String, Value> {
    let mut all = Map::new();
    for (rank, c) in info.champs.iter().enumerate() {
        let mut v = type_of(c);
        v["title"] = json!(c.libelle);
        v["description"] = json!(match (c.unite.as_str(), c.nullable) {
            ("", false) => c.libelle.clone(),
            ("", true) => format!("{} ; peut être inconnu", c.libelle),
            (unit, false) => format!("{} ({unit})", c.libelle),
            (unit, true) => format!("{} ({unit}) ; peut être inconnu", c.libelle),
        });
        if !c.unite.is_empty() {
            v["x-ogc-unit"] = json!(c.unite);
        }
        if rank == 0 {
            v["x-ogc-role"] = json!("id");
        }
        all.insert(c.nom.clone(), v);
    }
    all
}

/// The type of a column.
pub(crate) fn type_of(c: &Champ) -> Value {
    match c.genre.as_str() {
        "integer" => json!({ "type": "integer" }),
        "real" => json!({ "type": "number" }),
        "boolean" => json!({ "type": "boolean" }),
        "date" => json!({ "type": "string", "format": "date" }),
        "text_list" => json!({ "type": "array", "items": { "type": "string" } }),
        _ => json!({ "type": "string" }),
    }
}

/// The geometry of features: QGIS knows it by the reference and wants no type beside, others by the format.
fn geometry(info: &CollectionInfo) -> Option<Value> {
    let (name, format) = match info.geometrie.as_str() {
        "surface" => ("MultiPolygon", "geometry-multipolygon"),
        "line" => ("MultiLineString", "geometry-multilinestring"),
        "point" => ("Point", "geometry-point"),
        _ => return None,
    };
    Some(json!({
        "title": "Géométrie",
        "$ref": format!("https://geojson.org/schema/{name}.json"),
        "format": format,
        "x-ogc-role": "primary-geometry",
    }))
}
