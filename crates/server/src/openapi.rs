//! `/api`: the OpenAPI 3.0 description. Clients such as QGIS read the page size from it and fail without it.

use axum::extract;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use gisement_model::bareme::Bareme;
use serde_json::{Map, Value, json};

use crate::answer;
use crate::classement::{
    AXES, LIMIT_DEFAULT as RANKED_DEFAULT, LIMIT_MAX as RANKED_MAX, WEIGHT_MAX,
};
use crate::collections::{LIMIT_DEFAULT, LIMIT_MAX};
use crate::problem::Problem;
use crate::request::Base;
use crate::state::State;

pub(crate) async fn document(
    extract::State(state): extract::State<State>,
    Base(base): Base,
) -> Result<Response, Problem> {
    let edition = state.edition();
    let mut paths = Map::new();
    for (path, what, parameters) in [
        ("/", "Page d’accueil", json!([])),
        ("/conformance", "Classes de conformité", json!([])),
        ("/collections", "Collections", json!([])),
        ("/edition", "Édition servie", json!([])),
        ("/editions", "Éditions publiées", json!([])),
        ("/rapport", "Rapport de l’édition", json!([])),
        ("/sante", "État du service", json!([])),
        (
            "/recherche",
            "Recherche",
            json!([text(
                "q",
                "query",
                "Parcelle, commune, friche ou zone d’activité"
            )]),
        ),
        (
            "/fiches/{idu}",
            "Fiche d’une parcelle",
            json!([text("idu", "path", "Identifiant de la parcelle")]),
        ),
        (
            "/classement",
            "Gisements classés selon des poids",
            ranking(edition.bareme().ok()),
        ),
        ("/tiles", "Jeux de tuiles", json!([])),
        (
            "/tiles/WebMercatorQuad/{z}/{y}/{x}",
            "Tuile vectorielle",
            json!([
                text("z", "path", "Niveau"),
                text("y", "path", "Ligne"),
                text("x", "path", "Colonne")
            ]),
        ),
    ] {
        paths.insert(
            path.to_owned(),
            operation(what, &parameters, "application/json"),
        );
    }
    for c in edition.public() {
        let here = format!("/collections/{}", c.id);
        paths.insert(
            here.clone(),
            operation(&c.titre, &json!([]), "application/json"),
        );
        let parameters = json!([
            { "$ref": "#/components/parameters/bbox" },
            { "$ref": "#/components/parameters/datetime" },
            { "$ref": "#/components/parameters/limit" },
            { "$ref": "#/components/parameters/offset" },
        ]);
        paths.insert(
            format!("{here}/items"),
            operation(&c.titre, &parameters, answer::GEOJSON),
        );
        let one = json!([text("featureId", "path", "Identifiant de l’objet")]);
        paths.insert(
            format!("{here}/items/{{featureId}}"),
            operation(&c.titre, &one, answer::GEOJSON),
        );
    }
    let mut response = answer::json(&json!({
        "openapi": "3.0.3",
        "info": {
            "title": format!("Gisement : {}", edition.manifest().nom),
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Observatoire du foncier mobilisable pour le logement social.",
        },
        "servers": [{ "url": if base.is_empty() { "/" } else { base.as_str() } }],
        "paths": paths,
        "components": {
            "parameters": {
                "bbox": {
                    "name": "bbox", "in": "query", "required": false, "style": "form", "explode": false,
                    "description": "Ouest, sud, est, nord en degrés (CRS84)",
                    "schema": { "type": "array", "minItems": 4, "maxItems": 6, "items": { "type": "number" } },
                },
                "datetime": {
                    "name": "datetime", "in": "query", "required": false,
                    "description": "Accepté ; aucun objet n’a de date, tous répondent",
                    "schema": { "type": "string" },
                },
                "limit": {
                    "name": "limit", "in": "query", "required": false, "style": "form", "explode": false,
                    "description": "Nombre d’objets par page",
                    "schema": { "type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT },
                },
                "offset": {
                    "name": "offset", "in": "query", "required": false,
                    "description": "Rang du premier objet ; suivre plutôt le lien « next »",
                    "schema": { "type": "integer", "minimum": 0, "default": 0 },
                },
            },
        },
    }))?;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/vnd.oai.openapi+json;version=3.0"),
    );
    Ok(response)
}

/// The parameters of `/classement`; the criteria are those of the rule set.
fn ranking(bareme: Option<&Bareme>) -> Value {
    let optional = |name: &str, what: &str, schema: Value| json!({ "name": name, "in": "query", "required": false, "description": what, "schema": schema });
    let list = |name: &str, what: &str| {
        json!({
            "name": name, "in": "query", "required": false, "style": "form", "explode": false, "description": what,
            "schema": { "type": "array", "items": { "type": "string" } },
        })
    };
    let weight = || json!({ "type": "number", "minimum": 0, "maximum": WEIGHT_MAX });
    let profils: Vec<&str> = bareme.map_or_else(Vec::new, |b| {
        b.profils.iter().map(|p| p.code.as_str()).collect()
    });
    let mut all = vec![optional(
        "profil",
        "Profil du barème ; sans profil ni poids, le premier",
        json!({ "type": "string", "enum": profils }),
    )];
    all.extend(AXES.map(|axis| {
        optional(
            axis,
            "Poids de l’axe, à la place d’un profil ; un axe omis pèse 0",
            weight(),
        )
    }));
    all.extend([
        list("territoire", "Territoires : commune:34901, epci:200000001, scot:identifiant"),
        list("types", "Types principaux de gisement"),
        list("verdicts", "Verdicts : prioritaire, a_etudier, reserve"),
        json!({ "$ref": "#/components/parameters/bbox" }),
        optional(
            "utile_min",
            "Surface utile minimale, m²",
            json!({ "type": "number", "minimum": 0 }),
        ),
        optional(
            "limit",
            "Nombre de parcelles",
            json!({ "type": "integer", "minimum": 1, "maximum": RANKED_MAX, "default": RANKED_DEFAULT }),
        ),
        json!({ "$ref": "#/components/parameters/offset" }),
        optional(
            "f",
            "Format",
            json!({ "type": "string", "enum": ["json", "csv"], "default": "json" }),
        ),
    ]);
    for (id, c) in bareme.map_or_else(Vec::new, |b| b.potentiel.criteres()) {
        let what = format!("Poids dans Potentiel du critère : {}", c.libelle);
        all.push(optional(&format!("poids.{id}"), &what, weight()));
    }
    Value::Array(all)
}

fn text(name: &str, place: &str, what: &str) -> Value {
    json!({ "name": name, "in": place, "required": true, "description": what, "schema": { "type": "string" } })
}

fn operation(what: &str, parameters: &Value, media: &str) -> Value {
    json!({
        "get": {
            "summary": what,
            "parameters": parameters,
            "responses": {
                "200": { "description": what, "content": { media: { "schema": { "type": "object" } } } },
                "default": {
                    "description": "Erreur",
                    "content": { "application/problem+json": { "schema": { "type": "object" } } },
                },
            },
        },
    })
}
