//! What the OpenAPI description says of `/exports`.

use gisement_export::Format;
use serde_json::{Map, Value, json};

use super::sorte::Sorte;

/// The paths.
pub(crate) fn paths() -> Map<String, Value> {
    let error = json!({
        "description": "Erreur",
        "content": { "application/problem+json": { "schema": { "type": "object" } } },
    });
    let document = |what: &str| {
        json!({
            "description": what,
            "content": { "application/json": { "schema": { "type": "object" } } },
        })
    };
    let id = json!({
        "name": "id", "in": "path", "required": true, "schema": { "type": "string" },
        "description": "Identifiant de l’export, que seul connaît qui l’a demandé",
    });
    let formats: Vec<&str> = Sorte::all().map(Sorte::code).collect();
    let files: Map<String, Value> = Sorte::all()
        .map(|f| {
            let schema = if f == Sorte::Selection(Format::GeoJson) {
                json!({ "type": "object" })
            } else {
                json!({ "type": "string", "format": "binary" })
            };
            (f.media_type().to_owned(), json!({ "schema": schema }))
        })
        .collect();
    let text = |what: &str| json!({ "type": "string", "description": what });
    let request = json!({
        "type": "object",
        "required": ["format"],
        "description": "collection ou collections, format, et les paramètres de /items, ceux de chaque propriété compris",
        "properties": {
            "collection": text("Collection"),
            "collections": {
                "type": "array", "minItems": 1, "uniqueItems": true, "items": { "type": "string" },
                "description": "Collections, pour les formats qui en contiennent plusieurs",
            },
            "format": { "type": "string", "enum": formats },
            "territoire": text("Territoire d’un lot (format « lot ») : niveau:code"),
            "ids": {
                "type": "array", "minItems": 1, "maxItems": 3000, "items": { "type": "string" },
                "description": "Identifiants des seuls objets voulus, d’une collection ; ils s’ajoutent aux autres conditions",
            },
            "edition": text("Identifiant de l’édition ; celle qui est servie sinon"),
            "bbox": {
                "type": "array", "minItems": 4, "maxItems": 6, "items": { "type": "number" },
                "description": "Ouest, sud, est, nord, dans bbox-crs",
            },
            "bbox-crs": text("Système de bbox"),
            "crs": text("Système du fichier ; sinon le système légal pour GeoPackage, Shapefile, FlatGeobuf et GeoParquet, longitude et latitude pour les autres"),
            "datetime": text("Date, ou intervalle"),
            "filter": {
                "description": "Condition en CQL2, texte ou JSON",
                "oneOf": [{ "type": "string" }, { "type": "object" }],
            },
            "filter-lang": { "type": "string", "enum": ["cql2-text", "cql2-json"] },
            "filter-crs": text("Système des géométries de filter"),
            "properties": {
                "type": "array", "minItems": 1, "items": { "type": "string" },
                "description": "Propriétés données, toutes sinon",
            },
        },
        "additionalProperties": true,
    });
    let one = json!({
        "get": {
            "summary": "État d’un export",
            "parameters": [id],
            "responses": { "200": document("État, progression, et lien du fichier quand il est prêt"), "default": error },
        },
        "delete": {
            "summary": "Annule un export en cours, efface un export fini",
            "parameters": [id],
            "responses": { "204": { "description": "Annulé, ou effacé" }, "default": error },
        },
    });
    [
        (
            "/exports",
            json!({
                "get": {
                    "summary": "Formats et limites des exports",
                    "parameters": [],
                    "responses": { "200": document("Formats et limites"), "default": error },
                },
                "post": {
                    "summary": "Demande un export",
                    "requestBody": {
                        "required": true,
                        "content": { "application/json": { "schema": request } },
                    },
                    "responses": {
                        "201": {
                            "description": "Export demandé : son adresse est dans Location",
                            "headers": { "Location": { "schema": { "type": "string" } } },
                            "content": { "application/json": { "schema": { "type": "object" } } },
                        },
                        "default": error,
                    },
                },
            }),
        ),
        ("/exports/{id}", one),
        (
            "/exports/{id}/fichier",
            json!({ "get": {
                "summary": "Fichier d’un export fini, entier ou en partie (Range)",
                "parameters": [id],
                "responses": { "200": { "description": "Fichier", "content": files }, "default": error },
            } }),
        ),
    ]
    .into_iter()
    .map(|(path, v)| (path.to_owned(), v))
    .collect()
}
