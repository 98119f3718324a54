//! `/fichiers`: the files of an edition as they were published: GeoParquet of each collection, rule set, report.

use std::path::Path;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use tower_http::services::ServeFile;

use crate::answer::{self, JSON, Keep, Link};
use crate::editions::Edition;
use crate::place::Place;
use crate::problem::Problem;
use crate::request::{Params, PathOf};

/// Media type of Parquet.
pub(crate) const PARQUET: &str = "application/vnd.apache.parquet";

/// A file that a reader may take.
pub(crate) struct Fichier<'e> {
    pub(crate) nom: &'e str,
    pub(crate) titre: String,
    /// BLAKE3.
    pub(crate) empreinte: &'e str,
    pub(crate) kind: &'static str,
}

/// The files of an edition, in the order of its collections.
pub(crate) fn of(edition: &Edition) -> Vec<Fichier<'_>> {
    let hashed = |nom: &str| edition.manifest().empreintes.get_key_value(nom);
    let collections = edition.public().filter_map(|c| {
        let (nom, empreinte) = hashed(&format!("{}.parquet", c.id))?;
        Some(Fichier {
            nom,
            titre: c.titre.clone(),
            empreinte,
            kind: PARQUET,
        })
    });
    let others = [
        ("bareme.toml", "Barème", "application/toml"),
        ("rapport.json", "Rapport de l’édition", JSON),
    ];
    let others = others.into_iter().filter_map(|(nom, titre, kind)| {
        let (nom, empreinte) = hashed(nom)?;
        Some(Fichier {
            nom,
            titre: titre.to_owned(),
            empreinte,
            kind,
        })
    });
    collections.chain(others).collect()
}

/// The list.
pub(crate) async fn list(place: Place, params: Params) -> Result<Response, Problem> {
    params.only(&["f"], &[])?;
    let all: Vec<Value> = of(&place.edition)
        .into_iter()
        .map(|f| {
            let octets = std::fs::metadata(place.edition.file(f.nom)).map(|m| m.len());
            json!({
                "nom": f.nom,
                "titre": f.titre,
                "type": f.kind,
                "octets": octets.ok(),
                "blake3": f.empreinte,
                "href": place.at(&format!("/fichiers/{}", f.nom)),
            })
        })
        .collect();
    answer::json(&json!({
        "edition": place.edition.id(),
        "fichiers": all,
        "links": [
            Link::new("self", JSON, place.at("/fichiers")),
            Link::new("root", JSON, format!("{}/", place.base)),
        ],
    }))
}

/// The address of a file.
#[derive(Deserialize)]
pub(crate) struct Named {
    nom: String,
}

/// A file, whole or in part (`Range`). Its validator is the hash that the edition was published with.
pub(crate) async fn one(
    place: Place,
    PathOf(Named { nom }): PathOf<Named>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let all = of(&place.edition);
    let file = all.iter().find(|f| f.nom == nom).ok_or_else(|| {
        Problem::not_found("L’édition n’a pas de fichier de ce nom : voir « /fichiers ».")
    })?;
    // What an edition names for good never changes under its address.
    let keep = if place.prefix.is_empty() {
        Keep::Check
    } else {
        Keep::Forever
    };
    let etag = format!("\"{}\"", file.empreinte);
    let path = place.edition.file(file.nom);
    let name = format!("{}-{}", place.edition.id(), file.nom);
    send(&path, file.kind, &name, &etag, keep, &headers).await
}

/// A file of the disk, whole or in part, to be saved under a name.
pub(crate) async fn send(
    path: &Path,
    kind: &'static str,
    name: &str,
    etag: &str,
    keep: Keep,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    if let Some(same) = answer::unchanged(headers, etag, keep) {
        return Ok(same);
    }
    let mut request = Request::new(Body::empty());
    if let Some(range) = headers.get(header::RANGE) {
        // A range of another version is not asked for: the whole is sent instead.
        let same = headers.get(header::IF_RANGE).is_none_or(|v| *v == *etag);
        if same {
            request.headers_mut().insert(header::RANGE, range.clone());
        }
    }
    let served = ServeFile::new(path)
        .oneshot(request)
        .await
        .map_err(Problem::internal)?;
    match served.status() {
        StatusCode::OK | StatusCode::PARTIAL_CONTENT => {}
        StatusCode::RANGE_NOT_SATISFIABLE => return Err(Problem::range()),
        other => return Err(Problem::internal(format!("{name} : {other}"))),
    }
    let mut response = served.map(Body::new).into_response();
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    // The time of the file on this disk says nothing that the hash does not.
    headers.remove(header::LAST_MODIFIED);
    answer::mark(&mut response, etag, keep);
    Ok(response)
}
