//! `/`, `/conformance`, `/edition`, `/editions`, `/sante`.

use std::fmt::Write as _;

use axum::extract;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use gisement_model::{Couche, Provenance};
use gisement_store::Depart;
use serde_json::{Value, json};

use crate::answer::{self, JSON, Keep, Link};
use crate::editions::Edition;
use crate::page::{self, escape};
use crate::problem::Problem;
use crate::request::{Base, Params};
use crate::state::State;

/// The conformance classes that hold today; no more.
const CONFORMANCE: &[&str] = &[
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/accent-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    // The name of the draft, which QGIS looks for.
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
    "http://www.opengis.net/spec/cql2/1.0/conf/array-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/property-property",
    "http://www.opengis.net/spec/cql2/1.0/conf/arithmetic",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
];

/// The home page.
pub(crate) async fn home(
    extract::State(state): extract::State<State>,
    Base(base): Base,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let edition = state.edition();
    if params.wants_html(&headers)? {
        return Ok(home_page(&edition));
    }
    let m = edition.manifest();
    let mut response = answer::json(&json!({
        "title": m.nom,
        "description": format!("Gisement : observatoire du foncier mobilisable, édition du {}", page::date(m.date)),
        "links": [
            Link::new("self", JSON, format!("{base}/?f=json")),
            Link::new("alternate", "text/html", format!("{base}/?f=html")),
            Link::new("service-desc", "application/vnd.oai.openapi+json;version=3.0", format!("{base}/api")),
            Link::new("conformance", JSON, format!("{base}/conformance")),
            Link::new("http://www.opengis.net/def/rel/ogc/1.0/conformance", JSON, format!("{base}/conformance")),
            Link::new("data", JSON, format!("{base}/collections")),
            Link::new("http://www.opengis.net/def/rel/ogc/1.0/data", JSON, format!("{base}/collections")),
            Link::new("http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector", JSON, format!("{base}/tiles")),
            Link::new("http://www.opengis.net/def/rel/ogc/1.0/styles", JSON, format!("{base}/styles")),
            Link::new("related", "text/html", format!("{base}/carte")).titled("Carte"),
            Link::new("related", JSON, format!("{base}/edition")).titled("Édition servie"),
            Link::new("related", JSON, format!("{base}/classement")).titled("Classement des gisements"),
            Link::new("related", JSON, format!("{base}/territoires")).titled("Territoires : stocks et indicateurs"),
            Link::new("related", JSON, format!("{base}/fichiers")).titled("Fichiers GeoParquet"),
            Link::new("related", JSON, format!("{base}/exports")).titled("Exports : formats et limites"),
            Link::new("related", "application/ld+json", format!("{base}/catalogue")).titled("Catalogue DCAT"),
            Link::new("related", "text/html", format!("{base}/rapport")).titled("Rapport de l’édition"),
        ],
    }))?;
    response
        .headers_mut()
        .insert(header::VARY, HeaderValue::from_static("Accept"));
    Ok(response)
}

fn home_page(edition: &Edition) -> Response {
    let m = edition.manifest();
    let mut html = String::from(
        "<p><a class=\"principal\" href=\"/carte\">Ouvrir la carte</a></p><h2>Données</h2><ul class=\"cartes\">",
    );
    for c in edition.public() {
        let _ = write!(
            html,
            "<li><strong><a href=\"/collections/{id}\">{titre}</a></strong><span>{n} lignes · <a href=\"/collections/{id}/items\">objets<span class=\"saut\"> de {titre}</span></a></span></li>",
            id = escape(&c.id),
            titre = escape(&c.titre),
            n = page::number(c.lignes),
        );
    }
    html.push_str("</ul><h2>Pour les outils</h2><ul class=\"cartes\">");
    for (href, title, what) in [
        (
            "/collections",
            "OGC API – Features",
            "Dans QGIS : Couche › Ajouter une couche › WFS / OGC API – Features, avec l’adresse de cette page.",
        ),
        (
            "/styles",
            "Styles pour QGIS",
            "Les couleurs de la carte, à charger sur les couches (QML) ; le lien est aussi sur chaque collection.",
        ),
        (
            "/tiles/WebMercatorQuad/tilejson.json",
            "Tuiles vectorielles",
            "Adresse TileJSON, pour QGIS et MapLibre.",
        ),
        (
            "/classement?f=csv",
            "Classement des gisements",
            "Les cent premiers selon le profil par défaut, en CSV ; poids, territoire et filtres au choix.",
        ),
        (
            "/territoires",
            "Territoires",
            "Communes, intercommunalités, SCoT : gisements, logements possibles, consommation d’espaces, contexte.",
        ),
        (
            "/fichiers",
            "Fichiers GeoParquet",
            "Chaque collection en un fichier, pour QGIS, DuckDB ou GeoPandas.",
        ),
        (
            "/exports",
            "Exports",
            "Une sélection en GeoPackage, Shapefile, GeoJSON, FlatGeobuf, GeoParquet, CSV ou XLSX, préparée à la demande.",
        ),
        (
            "/catalogue",
            "Catalogue DCAT",
            "Ce qui est servi, pour les catalogues de données.",
        ),
        (
            "/rapport",
            "Rapport de l’édition",
            "Ce qui a été lu, gardé, réparé, rejeté, et pourquoi.",
        ),
        (
            "/editions",
            "Éditions publiées",
            "Les millésimes conservés.",
        ),
        (
            "/conformance",
            "Conformité",
            "Les classes de conformité OGC.",
        ),
        ("/api", "Description OpenAPI", "Les adresses du service."),
    ] {
        let _ = write!(
            html,
            "<li><strong><a href=\"{href}\">{title}</a></strong><span>{what}</span></li>"
        );
    }
    html.push_str("</ul><h2>Sources</h2><ul>");
    for a in attribution(&m.sources) {
        let _ = write!(html, "<li>{}</li>", escape(&a));
    }
    html.push_str("</ul>");
    let absent: Vec<_> = m.couches_absentes.iter().map(|c| c.libelle()).collect();
    if !absent.is_empty() {
        let _ = write!(html, "<p>Non chargé : {}.</p>", escape(&absent.join(", ")));
    }
    let parcels = m.comptes.get("parcelles").copied().unwrap_or_default();
    let lead = format!(
        "Foncier mobilisable pour le logement social, édition du {} : {} parcelles.",
        page::date(m.date),
        page::number(parcels)
    );
    page::page(&m.nom, &lead, m.fictif, &html)
}

/// What this service promises to OGC clients.
pub(crate) async fn conformance(
    extract::State(state): extract::State<State>,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    params.only(&["f"], &[])?;
    let mut response = if params.wants_html(&headers)? {
        let lines = CONFORMANCE
            .iter()
            .map(|c| format!("<li><a href=\"{c}\">{c}</a></li>"));
        let html = format!("<ul>{}</ul>", lines.collect::<String>());
        let lead = "Ce que ce service promet aux logiciels clients.";
        page::page(
            "Classes de conformité OGC",
            lead,
            state.edition().manifest().fictif,
            &html,
        )
    } else {
        answer::json(&json!({ "conformsTo": CONFORMANCE }))?
    };
    response
        .headers_mut()
        .insert(header::VARY, HeaderValue::from_static("Accept"));
    Ok(response)
}

/// The served edition, as the map needs it first.
pub(crate) async fn edition(
    extract::State(state): extract::State<State>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let edition = state.edition();
    let etag = answer::validator(&[edition.id()]);
    if let Some(same) = answer::unchanged(&headers, &etag, Keep::Check) {
        return Ok(same);
    }
    let body = state.compute(move || describe(&edition)).await?;
    let mut response = answer::json(&body)?;
    answer::mark(&mut response, &etag, Keep::Check);
    Ok(response)
}

/// The box of an edition, in degrees; that of metropolitan France when it has no parcel.
pub(crate) fn bounds(edition: &Edition) -> [f64; 4] {
    edition.manifest().bbox.unwrap_or([-5.2, 41.3, 9.6, 51.1])
}

/// Where the map opens.
pub(crate) fn start(edition: &Edition) -> Depart {
    let [west, south, east, north] = bounds(edition);
    edition.manifest().depart.unwrap_or(Depart {
        centre: [f64::midpoint(west, east), f64::midpoint(south, north)],
        zoom: 9.0,
    })
}

/// `/edition`.
pub(crate) fn describe(edition: &Edition) -> Value {
    let m = edition.manifest();
    // The map of an edition whose rule set this program no longer reads still opens, with its own default weights.
    let profils = edition
        .bareme()
        .map(crate::fiche::profils)
        .unwrap_or_default();
    json!({
        "id": m.id,
        "nom": m.nom,
        "date": m.date,
        "diffusion": m.diffusion,
        "fictif": m.fictif,
        "bbox": bounds(edition),
        "tilejson": format!("/editions/{}/tiles/WebMercatorQuad/tilejson.json", m.id),
        "comptes": m.comptes,
        "profils": profils,
        "attribution": attribution(&m.sources),
        "couches_absentes": m.couches_absentes,
        "depart": start(edition),
    })
}

/// One line for each layer, producer and date: what must be shown on the map.
pub(crate) fn attribution(sources: &[Provenance]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for s in sources {
        let name = match s.couche {
            Couche::Parcelles => "Cadastre",
            c => c.libelle(),
        };
        let mut line = name.to_owned();
        if let Some(p) = &s.producteur {
            let _ = write!(line, " : {p}");
        }
        if let Some(d) = s.millesime {
            let _ = write!(line, ", {}", page::date(d));
        }
        if let Some(l) = &s.licence {
            let _ = write!(line, " ({l})");
        }
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// The editions of the data folder.
pub(crate) async fn editions(
    extract::State(state): extract::State<State>,
) -> Result<Response, Problem> {
    let current = state.edition();
    let source = state.editions().source().clone();
    let all = state
        .compute(move || source.editions())
        .await?
        .map_err(Problem::internal)?;
    let list: Vec<Value> = all
        .iter()
        .map(|m| {
            json!({
                "id": m.id,
                "nom": m.nom,
                "date": m.date,
                "fictif": m.fictif,
                "courante": m.id == current.id(),
                "comptes": if m.id == current.id() { &current.manifest().comptes } else { &m.comptes },
                "tilejson": format!("/editions/{}/tiles/WebMercatorQuad/tilejson.json", m.id),
                "collections": format!("/editions/{}/collections", m.id),
            })
        })
        .collect();
    answer::json(&json!({ "editions": list }))
}

/// For a supervisor: the service answers, and with what.
pub(crate) async fn health(
    extract::State(state): extract::State<State>,
) -> Result<Response, Problem> {
    answer::json(&json!({ "etat": "ok", "edition": state.edition().id() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use gisement_model::Couverture;

    #[test]
    fn attribution_names_each_source_once() {
        let source = |fichier: &str| Provenance {
            couche: Couche::Parcelles,
            fichier: fichier.into(),
            empreinte: String::new(),
            producteur: Some("DGFiP / Etalab".into()),
            licence: Some("Licence Ouverte 2.0".into()),
            millesime: Some(jiff::civil::date(2026, 10, 1)),
            crs_source: None,
            couverture: Couverture::Contenu,
        };
        assert_eq!(
            attribution(&[source("a"), source("b")]),
            ["Cadastre : DGFiP / Etalab, 1ᵉʳ octobre 2026 (Licence Ouverte 2.0)"]
        );
    }
}
