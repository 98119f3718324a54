//! `/catalogue`: what is served, for other people's catalogues (DCAT 3, as JSON-LD).

use axum::extract;
use axum::response::Response;
use gisement_model::Provenance;
use serde_json::{Value, json};

use crate::answer;
use crate::editions::Edition;
use crate::fichiers::{self, PARQUET};
use crate::problem::Problem;
use crate::request::{Base, Params};
use crate::state::State;

const JSON_LD: &str = "application/ld+json";
/// The Licence Ouverte 2.0, by the address that catalogues know it by.
const OPEN_LICENCE: &str = "https://www.etalab.gouv.fr/licence-ouverte-open-licence";
const LANGUAGE: &str = "http://publications.europa.eu/resource/authority/language/FRA";

/// `GET /catalogue`.
pub(crate) async fn catalogue(
    extract::State(state): extract::State<State>,
    Base(base): Base,
    params: Params,
) -> Result<Response, Problem> {
    params.only(&["f"], &[])?;
    let edition = state.edition();
    let body = serde_json::to_vec(&document(&edition, &base)).map_err(Problem::internal)?;
    Ok(answer::typed(JSON_LD, body))
}

fn document(edition: &Edition, base: &str) -> Value {
    let m = edition.manifest();
    let service = json!({
        "@id": format!("{base}/#service"),
        "@type": "dcat:DataService",
        "dct:title": "OGC API – Features et Tiles",
        "dcat:endpointURL": { "@id": format!("{base}/") },
        "dcat:endpointDescription": { "@id": format!("{base}/api") },
        "dct:conformsTo": [
            { "@id": "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" },
            { "@id": "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core" },
        ],
    });
    json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "spdx": "http://spdx.org/rdf/terms#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": format!("{base}/catalogue"),
        "@type": "dcat:Catalog",
        "dct:title": m.nom,
        "dct:description": description(edition),
        "dct:language": { "@id": LANGUAGE },
        "dct:issued": day(&m.date.to_string()),
        "dcat:service": service,
        "dcat:dataset": datasets(edition, base),
    })
}

fn description(edition: &Edition) -> String {
    let m = edition.manifest();
    format!(
        "{}Observatoire des gisements fonciers pour le logement social, édition du {}.",
        if m.fictif { "TERRITOIRE FICTIF. " } else { "" },
        crate::page::date(m.date)
    )
}

/// One dataset for each collection: its features, and its file.
fn datasets(edition: &Edition, base: &str) -> Vec<Value> {
    let m = edition.manifest();
    let id = edition.id();
    let files = fichiers::of(edition);
    edition
        .public()
        .map(|c| {
            let sources: Vec<&Provenance> = m
                .sources
                .iter()
                .filter(|s| s.couche.code() == c.id)
                .collect();
            let here = format!("{base}/editions/{id}/collections/{}", c.id);
            let mut distributions = vec![json!({
                "@type": "dcat:Distribution",
                "dct:title": format!("{} : objets", c.titre),
                "dcat:accessURL": { "@id": here },
                "dcat:accessService": { "@id": format!("{base}/#service") },
                "dcat:mediaType": { "@id": media("application/geo+json") },
            })];
            let name = format!("{}.parquet", c.id);
            distributions.extend(files.iter().find(|f| f.nom == name).map(|f| {
                let address = format!("{base}/editions/{id}/fichiers/{name}");
                json!({
                    "@type": "dcat:Distribution",
                    "dct:title": format!("{} : GeoParquet", c.titre),
                    "dcat:accessURL": { "@id": address },
                    "dcat:downloadURL": { "@id": address },
                    "dcat:mediaType": { "@id": media(PARQUET) },
                    "spdx:checksum": {
                        "@type": "spdx:Checksum",
                        "spdx:algorithm": { "@id": "spdx:checksumAlgorithm_blake3" },
                        "spdx:checksumValue": f.empreinte,
                    },
                })
            }));
            let mut dataset = json!({
                "@id": here,
                "@type": "dcat:Dataset",
                "dct:identifier": format!("{id}/{}", c.id),
                "dct:title": c.titre,
                "dct:description": format!("{} {}, {} lignes.", description(edition), c.titre, c.lignes),
                "dct:issued": day(&m.date.to_string()),
                "dct:language": { "@id": LANGUAGE },
                "dcat:distribution": distributions,
            });
            if let (Some([w, s, e, n]), false) = (m.bbox, c.geometrie == "none") {
                let wkt = format!("POLYGON(({w} {s},{e} {s},{e} {n},{w} {n},{w} {s}))");
                let literal = "http://www.opengis.net/ont/geosparql#wktLiteral";
                dataset["dct:spatial"] = json!({
                    "@type": "dct:Location",
                    "dcat:bbox": { "@type": literal, "@value": wkt },
                });
            }
            if !sources.is_empty() {
                dataset["dct:source"] = sources.iter().map(|s| source(s)).collect();
                let licences = licences(&sources);
                if !licences.is_empty() {
                    dataset["dct:license"] = licences.into();
                }
            }
            dataset
        })
        .collect()
}

/// A file that went into a collection, with whose it is.
fn source(s: &Provenance) -> Value {
    let mut out = json!({ "@type": "dcat:Resource", "dct:title": s.fichier });
    if let Some(by) = &s.producteur {
        out["dct:publisher"] = json!({ "@type": "foaf:Agent", "foaf:name": by });
    }
    if let Some(d) = s.millesime {
        out["dct:issued"] = day(&d.to_string());
    }
    out
}

fn licences(sources: &[&Provenance]) -> Vec<Value> {
    let mut names: Vec<&str> = sources
        .iter()
        .filter_map(|s| s.licence.as_deref())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .map(|name| match name {
            "Licence Ouverte 2.0" => json!({ "@id": OPEN_LICENCE }),
            other => json!({ "@type": "dct:LicenseDocument", "dct:title": other }),
        })
        .collect()
}

fn day(date: &str) -> Value {
    json!({ "@type": "xsd:date", "@value": date })
}

/// A media type by its address in IANA's registry.
fn media(kind: &str) -> String {
    format!("https://www.iana.org/assignments/media-types/{kind}")
}
