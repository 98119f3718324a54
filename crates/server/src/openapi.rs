//! `/api`: the OpenAPI 3.0 description. Clients such as QGIS read the page size from it and fail without it.

use axum::extract;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use gisement_model::bareme::Bareme;
use gisement_store::CollectionInfo;
use serde_json::{Map, Value, json};

use crate::answer;
use crate::classement::{
    AXES, LIMIT_DEFAULT as RANKED_DEFAULT, LIMIT_MAX as RANKED_MAX, WEIGHT_MAX,
};
use crate::collections::{LIMIT_DEFAULT, LIMIT_MAX, type_of};
use crate::editions::Edition;
use crate::problem::Problem;
use crate::request::{Base, Params};
use crate::state::State;
use crate::system::System;
use crate::territoires::Level;
use crate::{exports, fichiers, reference, styles, tiles};

/// Media types of documents that are also pages, of schemas, of features.
const PAGE: &[&str] = &[answer::JSON, "text/html"];
const SCHEMA: &[&str] = &["application/schema+json"];
const FEATURES: &[&str] = &[answer::GEOJSON, "text/html"];

/// The media types of an address that is no collection.
fn media(path: &str) -> &'static [&'static str] {
    match path {
        "/catalogue" => &["application/ld+json"],
        "/classement" => &[answer::JSON, "text/csv"],
        "/fichiers/{nom}" => &[fichiers::PARQUET, "application/toml", answer::JSON],
        "/styles/carte.json" => &[styles::MAPBOX],
        "/tiles/WebMercatorQuad/{z}/{y}/{x}" => &[tiles::MVT],
        "/" | "/conformance" | "/collections" | "/editions/{edition}/collections" | "/rapport" => {
            PAGE
        }
        _ => &[answer::JSON],
    }
}

/// `GET /api`: the description, or a page of it.
pub(crate) async fn document(
    extract::State(state): extract::State<State>,
    Base(base): Base,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    params.only(&["f"], &[])?;
    let edition = state.edition();
    let description = describe(&edition, &base);
    let mut response = if params.wants_html(&headers)? {
        reference::page(&edition, &description)
    } else {
        let mut response = answer::json(&description)?;
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/vnd.oai.openapi+json;version=3.0"),
        );
        response
    };
    response
        .headers_mut()
        .insert(header::VARY, HeaderValue::from_static("Accept"));
    Ok(response)
}

fn describe(edition: &Edition, base: &str) -> Value {
    let mut paths = Map::new();
    for (path, what, parameters) in [
        ("/", "Page d’accueil", json!([])),
        ("/conformance", "Classes de conformité", json!([])),
        ("/collections", "Collections", json!([])),
        ("/edition", "Édition servie", json!([])),
        ("/editions", "Éditions publiées", json!([])),
        (
            "/editions/{edition}/collections",
            "Collections d’une édition ; dessous, les mêmes adresses que sous /collections",
            json!([text("edition", "path", "Identifiant de l’édition")]),
        ),
        ("/rapport", "Rapport de l’édition", json!([])),
        (
            "/fichiers",
            "Fichiers de l’édition ; de même sous /editions/{edition}",
            json!([]),
        ),
        (
            "/fichiers/{nom}",
            "Fichier de l’édition",
            json!([text("nom", "path", "Nom du fichier")]),
        ),
        ("/catalogue", "Catalogue DCAT (JSON-LD)", json!([])),
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
            ranking(
                edition.bareme().ok(),
                &[optional(
                    "par",
                    "Une ligne par parcelle, ou par site (friche, unité foncière)",
                    json!({ "type": "string", "enum": ["parcelle", "site"], "default": "parcelle" }),
                )],
            ),
        ),
        (
            "/classement/facettes",
            "Gisements que donnerait chaque choix de filtre",
            ranking(
                edition.bareme().ok(),
                &[list(
                    "histogrammes",
                    "Colonnes et bornes : utile_m2:0:500:1000",
                )],
            ),
        ),
        ("/territoires", "Territoires de l’édition", json!([])),
        (
            "/territoires/{niveau}/{code}",
            "Stocks, registres, vacance des zones d’activité, friches et foncier public d’un territoire",
            json!([
                {
                    "name": "niveau", "in": "path", "required": true, "description": "Niveau de territoire",
                    "schema": { "type": "string", "enum": Level::ALL.map(Level::code) },
                },
                text("code", "path", "Code du territoire")
            ]),
        ),
        ("/styles", "Styles pour QGIS et MapLibre", json!([])),
        (
            "/styles/carte.json",
            "Style des tuiles (MapLibre)",
            json!([]),
        ),
        ("/tiles", "Jeux de tuiles", json!([])),
        ("/tiles/WebMercatorQuad", "Jeu de tuiles", json!([])),
        (
            "/tiles/WebMercatorQuad/tilejson.json",
            "Jeu de tuiles, en TileJSON",
            json!([]),
        ),
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
        paths.insert(path.to_owned(), operation(what, &parameters, media(path)));
    }
    paths.insert(
        "/styles/{collection}.qml".to_owned(),
        operation(
            "Style d’une collection pour QGIS",
            &json!([text("collection", "path", "Identifiant de la collection")]),
            &[styles::QML],
        ),
    );
    paths.extend(exports::paths());
    for c in edition.public() {
        let here = format!("/collections/{}", c.id);
        for (path, what) in [
            ("", ""),
            ("/queryables", " : propriétés filtrables"),
            ("/schema", " : schéma des objets"),
        ] {
            paths.insert(
                format!("{here}{path}"),
                operation(
                    &format!("{}{what}", c.titre),
                    &json!([]),
                    if path.is_empty() { PAGE } else { SCHEMA },
                ),
            );
        }
        paths.insert(
            format!("{here}/items"),
            operation(&c.titre, &items(c), FEATURES),
        );
        let one = json!([
            text("featureId", "path", "Identifiant de l’objet"),
            { "$ref": "#/components/parameters/crs" },
            { "$ref": "#/components/parameters/f" },
        ]);
        paths.insert(
            format!("{here}/items/{{featureId}}"),
            operation(&c.titre, &one, FEATURES),
        );
    }
    let systems: Vec<String> = System::all(edition.manifest().crs)
        .iter()
        .map(|s| s.uri())
        .collect();
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": format!("Gisement : {}", edition.manifest().nom),
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Observatoire du foncier mobilisable pour le logement social.",
        },
        "servers": [{ "url": if base.is_empty() { "/" } else { base } }],
        "paths": paths,
        "components": {
            "parameters": {
                "bbox": {
                    "name": "bbox", "in": "query", "required": false, "style": "form", "explode": false,
                    "description": "Ouest, sud, est, nord, dans bbox-crs (longitude et latitude sinon)",
                    "schema": { "type": "array", "minItems": 4, "maxItems": 6, "items": { "type": "number" } },
                },
                "bbox-crs": system("bbox-crs", "Système de bbox", &systems),
                "crs": system("crs", "Système des coordonnées de la réponse", &systems),
                "datetime": {
                    "name": "datetime", "in": "query", "required": false, "style": "form", "explode": false,
                    "description": "Date, ou intervalle « début/fin » ; un objet sans date répond toujours",
                    "schema": { "type": "string" },
                },
                "f": {
                    "name": "f", "in": "query", "required": false,
                    "description": "Format ; sinon celui de l’en-tête Accept",
                    "schema": { "type": "string", "enum": ["json", "html"] },
                },
                "filter": {
                    "name": "filter", "in": "query", "required": false, "style": "form", "explode": false,
                    "description": "Condition en CQL2 sur les propriétés filtrables de la collection",
                    "schema": { "type": "string" },
                },
                "filter-lang": {
                    "name": "filter-lang", "in": "query", "required": false, "style": "form", "explode": false,
                    "description": "Langage de filter",
                    "schema": { "type": "string", "enum": ["cql2-text", "cql2-json"], "default": "cql2-text" },
                },
                "filter-crs": system("filter-crs", "Système des géométries de filter", &systems),
                "sortby": {
                    "name": "sortby", "in": "query", "required": false, "style": "form", "explode": false,
                    "description": "Propriétés qui ordonnent les objets, chacune précédée de + (croissant) ou de − (décroissant, noté -) ; les valeurs inconnues viennent en dernier",
                    "schema": { "type": "array", "minItems": 1, "items": { "type": "string", "pattern": "^[+-]?[a-z0-9_]+$" } },
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
    })
}

/// The parameters of `/items`: those of all collections, then the columns of this one.
fn items(c: &CollectionInfo) -> Value {
    let shared = [
        "bbox",
        "bbox-crs",
        "crs",
        "datetime",
        "f",
        "filter",
        "filter-lang",
        "filter-crs",
        "limit",
        "offset",
        "sortby",
    ];
    let mut all: Vec<Value> = shared
        .iter()
        .map(|name| json!({ "$ref": format!("#/components/parameters/{name}") }))
        .collect();
    let names: Vec<&str> = c.champs.iter().map(|c| c.nom.as_str()).collect();
    all.push(json!({
        "name": "properties", "in": "query", "required": false, "style": "form", "explode": false,
        "description": "Propriétés données, toutes sinon",
        "schema": { "type": "array", "minItems": 1, "items": { "type": "string", "enum": names } },
    }));
    all.extend(c.champs.iter().map(|column| {
        // A list is asked for one of its values.
        let schema = match column.genre.as_str() {
            "text_list" => json!({ "type": "string" }),
            _ => type_of(column),
        };
        json!({
            "name": column.nom, "in": "query", "required": false,
            "description": format!("Objets dont cette propriété a cette valeur : {}", column.libelle),
            "schema": schema,
        })
    }));
    Value::Array(all)
}

fn optional(name: &str, what: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "required": false, "description": what, "schema": schema })
}

fn list(name: &str, what: &str) -> Value {
    json!({
        "name": name, "in": "query", "required": false, "style": "form", "explode": false, "description": what,
        "schema": { "type": "array", "items": { "type": "string" } },
    })
}

fn system(name: &str, what: &str, systems: &[String]) -> Value {
    json!({
        "name": name, "in": "query", "required": false, "style": "form", "explode": false, "description": what,
        "schema": { "type": "string", "format": "uri", "enum": systems, "default": systems.first() },
    })
}

/// The parameters of `/classement`; the criteria are those of the rule set.
fn ranking(bareme: Option<&Bareme>, more: &[Value]) -> Value {
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
        list("territoire", "Territoires : commune:34901, epci:200000001, scot:identifiant, departement:34"),
        list("types", "Types principaux de gisement"),
        list("verdicts", "Verdicts : prioritaire, a_etudier, reserve"),
        json!({ "$ref": "#/components/parameters/bbox" }),
        json!({ "$ref": "#/components/parameters/bbox-crs" }),
        json!({ "$ref": "#/components/parameters/filter" }),
        json!({ "$ref": "#/components/parameters/filter-lang" }),
        json!({ "$ref": "#/components/parameters/filter-crs" }),
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
    all.extend_from_slice(more);
    Value::Array(all)
}

fn text(name: &str, place: &str, what: &str) -> Value {
    json!({ "name": name, "in": place, "required": true, "description": what, "schema": { "type": "string" } })
}

fn operation(what: &str, parameters: &Value, media: &[&str]) -> Value {
    let content: Map<String, Value> = media
        .iter()
        .map(|kind| {
            let schema = match *kind {
                k if k.ends_with("json") => json!({ "type": "object" }),
                k if k.starts_with("text/") => json!({ "type": "string" }),
                _ => json!({ "type": "string", "format": "binary" }),
            };
            ((*kind).to_owned(), json!({ "schema": schema }))
        })
        .collect();
    let mut responses = json!({
        "200": { "description": what, "content": content },
        "default": {
            "description": "Erreur",
            "content": { "application/problem+json": { "schema": { "type": "object" } } },
        },
    });
    if media.contains(&tiles::MVT) {
        responses["204"] = json!({ "description": "Rien à cet endroit" });
    }
    json!({ "get": { "summary": what, "parameters": parameters, "responses": responses } })
}
