//! `/exports`: files of one's own choice, prepared in the background and taken when they are ready.

mod client;
mod demande;
mod folder;
mod jobs;
mod openapi;
mod sorte;

use std::path::Path;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use gisement_export::postgis::{self, Published, Target};
use gisement_export::{Export, Progress, Selection, Summary, System};
use gisement_store::ServedEdition;
use serde_json::{Value, json};

use crate::answer::{self, JSON, Keep, Link};
use crate::editions::Edition;
use crate::problem::Problem;
use crate::request::{Base, Params, PathOf};
use crate::state::State;
use crate::{Error, fichiers};
use client::Client;
use demande::{Demande, Quoi, selected};
use jobs::{Etat, Job, Travail};
use sorte::Sorte;

pub(crate) use demande::selection;
pub(crate) use jobs::Jobs;
pub(crate) use openapi::paths;

/// `GET /exports`: what may be asked for. Exports themselves are never listed.
pub(crate) async fn offer(
    extract::State(state): extract::State<State>,
    Base(base): Base,
    params: Params,
) -> Result<Response, Problem> {
    params.only(&["f"], &[])?;
    let edition = state.edition();
    let legal = edition.manifest().crs;
    let formats: Vec<Value> = Sorte::all()
        .map(|sorte| {
            let (many, crs) = match sorte {
                Sorte::Selection(f) => (f.many(), Some(f.system(legal).uri())),
                Sorte::Lot => (true, None),
            };
            json!({
                "id": sorte.code(),
                "titre": sorte.name(),
                "type": sorte.media_type(),
                "extension": sorte.extension(),
                "plusieurs_collections": many,
                "crs": crs,
            })
        })
        .collect();
    let l = state.exports().limits();
    answer::json(&json!({
        "formats": formats,
        "collections": edition.public().map(|c| &c.id).collect::<Vec<_>>(),
        "limites": {
            "exports_en_cours_par_adresse": l.active_client,
            "exports_gardes_par_adresse": l.kept_client,
            "octets_par_export": l.bytes_job,
            "duree_de_garde_s": l.age.as_secs(),
        },
        "links": [
            Link::new("self", JSON, format!("{base}/exports")),
            Link::new("root", JSON, format!("{base}/")),
        ],
    }))
}

/// `POST /exports`.
pub(crate) async fn create(
    extract::State(state): extract::State<State>,
    Base(base): Base,
    client: Client,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    // Asked for by name: a page of another site cannot send it without asking first, and is then refused.
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    if !kind
        .split(';')
        .next()
        .is_some_and(|k| k.trim().eq_ignore_ascii_case(JSON))
    {
        return Err(Problem::media(JSON));
    }
    let body: Value = serde_json::from_slice(&body)
        .map_err(|e| Problem::parameter("", format!("Le corps n’est pas du JSON : {e}.")))?;
    let demande = Demande::read(&body)?;
    // Before the work of finding the rows.
    state.exports().admit(client.0)?;
    let edition = match &demande.edition {
        Some(id) => state.editions().get(id).await?,
        None => state.edition(),
    };
    let (demande, work, total) = state
        .compute(move || {
            let quoi = demande.choose(&edition)?;
            let work = Travail {
                edition,
                quoi,
                conditions: demande.conditions.clone(),
            };
            let total = work.rows();
            Ok::<_, Problem>((demande, work, total))
        })
        .await??;
    let job = state
        .exports()
        .submit(client.0, demande.sorte, demande.collections, total, work)?;
    let here = format!("{base}/exports/{}", job.id);
    let mut response = shown(&job, &base)?;
    *response.status_mut() = StatusCode::CREATED;
    if let Ok(v) = HeaderValue::from_str(&here) {
        response.headers_mut().insert(header::LOCATION, v);
    }
    Ok(response)
}

fn find(state: &State, id: &str) -> Result<Arc<Job>, Problem> {
    state.exports().get(id).ok_or_else(|| {
        Problem::not_found("Cet export n’existe pas, ou il a été effacé : il faut le redemander.")
    })
}

/// `GET /exports/{id}`.
pub(crate) async fn one(
    extract::State(state): extract::State<State>,
    Base(base): Base,
    PathOf(id): PathOf<String>,
    params: Params,
) -> Result<Response, Problem> {
    params.only(&["f"], &[])?;
    shown(&*find(&state, &id)?, &base)
}

/// `DELETE /exports/{id}`: cancels what is not finished, removes what is.
pub(crate) async fn remove(
    extract::State(state): extract::State<State>,
    PathOf(id): PathOf<String>,
) -> Result<Response, Problem> {
    find(&state, &id)?;
    // Gone meanwhile is gone.
    let _ = state.exports().remove(&id);
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `GET /exports/{id}/fichier`: the file, whole or in part.
pub(crate) async fn file(
    extract::State(state): extract::State<State>,
    PathOf(id): PathOf<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let job = find(&state, &id)?;
    let Etat::Done(done) = job.state() else {
        return Err(Problem::conflict(
            "Le fichier n’est pas prêt : voir l’état de l’export.",
        ));
    };
    let etag = format!("\"{}\"", done.hash);
    fichiers::send(
        &done.path,
        job.sorte.media_type(),
        &job.file_name(),
        &etag,
        Keep::Check,
        &headers,
    )
    .await
}

/// The state of an export.
fn shown(job: &Job, base: &str) -> Result<Response, Problem> {
    let here = format!("{base}/exports/{}", job.id);
    let mut links = vec![
        Link::new("self", JSON, here.clone()),
        Link::new("root", JSON, format!("{base}/")),
    ];
    let state = job.state();
    let (name, mut rows, mut bytes) = match &state {
        Etat::Waiting => ("en attente", 0, 0),
        Etat::Running => ("en cours", job.rows(), job.bytes()),
        Etat::Done(done) => ("fini", done.summary.rows, done.summary.bytes),
        Etat::Failed(_) => ("échoué", job.rows(), 0),
        Etat::Cancelled => ("annulé", job.rows(), 0),
    };
    rows = rows.min(job.total);
    let mut v = json!({
        "id": job.id,
        "etat": name,
        "format": job.sorte.code(),
        "collections": job.collections,
        "edition": job.edition,
        "lignes_total": job.total,
        "demande_le": job.asked.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    });
    // All rows written is not yet a file: an index, an archive and a sum are to come.
    let progress = match (&state, job.total) {
        (Etat::Done(_), _) => 1.0,
        (Etat::Waiting, _) | (_, 0) => 0.0,
        (_, total) => 0.99 * rows as f64 / total as f64,
    };
    match state {
        Etat::Done(done) => {
            bytes = bytes.max(done.summary.bytes);
            v["remarques"] = json!(done.summary.remarks);
            v["blake3"] = json!(done.hash);
            v["expire_le"] = json!(done.until.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
            v["fichier"] = json!(job.file_name());
            let file = Link::new(
                "enclosure",
                job.sorte.media_type(),
                format!("{here}/fichier"),
            );
            links.push(file.titled(job.file_name()));
        }
        Etat::Failed(why) => v["erreur"] = json!(why),
        _ => {}
    }
    v["progression"] = json!(progress);
    v["lignes"] = json!(rows);
    v["octets"] = json!(bytes);
    v["links"] = json!(links);
    let mut response = answer::json(&v)?;
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if progress < 1.0 && matches!(name, "en attente" | "en cours") {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    Ok(response)
}

/// Writes to a file what the JSON of `POST /exports` asks of an edition: the same grammar, without a server.
///
/// # Errors
/// What is wrong with the request, and what stops the writer.
pub fn export(
    edition: ServedEdition,
    demande: &Value,
    path: &Path,
    progress: &mut Progress<'_>,
) -> Result<Summary, Error> {
    let refused = |p: Problem| Error::Demande(p.reason());
    let edition = Edition::new(edition);
    let demande = Demande::read(demande).map_err(refused)?;
    let quoi = demande.choose(&edition).map_err(refused)?;
    match (quoi, demande.sorte) {
        (Quoi::Selection(choices), Sorte::Selection(format)) => {
            let export = selected(&edition, choices, demande.conditions)?;
            Ok(gisement_export::write(path, format, &export, progress)?)
        }
        (Quoi::Lot(territoire), _) => {
            Ok(crate::lot::archive(&edition, &territoire, path, progress)?)
        }
        (Quoi::Selection(_), Sorte::Lot) => Err(gisement_export::Error::Empty.into()),
    }
}

/// Publishes in a database every collection of an edition that a reader may see; see [`postgis::publish`].
///
/// # Errors
/// Those of [`postgis::publish`].
pub fn publish(
    edition: ServedEdition,
    target: &Target,
    keep: Option<u32>,
    progress: &mut Progress<'_>,
) -> Result<Published, Error> {
    let edition = Edition::new(edition);
    let legal = System::stored(edition.manifest().crs);
    let selections = edition
        .public()
        .filter_map(|info| {
            let collection = edition.collection(&info.id)?;
            Some(Selection::new(info, collection, None, None, legal))
        })
        .collect::<Result<_, _>>()?;
    let export = Export {
        manifest: edition.manifest(),
        selections,
        conditions: Vec::new(),
    };
    Ok(postgis::publish(target, &export, keep, progress)?)
}
