//! Vector tiles: the OGC paths (row before column), TileJSON, and the cache of compressed bytes.

mod cache;
mod carreaux;
mod gisements;
mod layers;

use axum::extract;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use gisement_export::mvt::TileId;
use serde_json::{Value, json};

pub(crate) use cache::{TileCache, brotli, gzipped};
pub(crate) use carreaux::Carreaux;

use crate::answer::{self, JSON, Keep, Link};
use crate::editions::Edition;
use crate::problem::Problem;
use crate::request::{Base, PathOf};
use crate::state::State;

/// Media type of vector tiles.
pub(crate) const MVT: &str = "application/vnd.mapbox-vector-tile";
/// Zooms that have data; the map library enlarges the deepest.
pub(crate) const ZOOMS: std::ops::RangeInclusive<u8> = 5..=16;
/// The only tiling.
const GRID: &str = "WebMercatorQuad";

/// A tile of the served edition, revalidated at each use.
pub(crate) async fn current(
    extract::State(state): extract::State<State>,
    PathOf((grid, z, y, x)): PathOf<(String, String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let tile = address(&grid, &z, &y, &x)?;
    let edition = state.edition();
    answer(&state, edition, tile, &headers, Keep::Check).await
}

/// A tile of a named edition, which never changes.
pub(crate) async fn fixed(
    extract::State(state): extract::State<State>,
    PathOf((id, grid, z, y, x)): PathOf<(String, String, String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let tile = address(&grid, &z, &y, &x)?;
    let edition = state.editions().get(&id).await?;
    answer(&state, edition, tile, &headers, Keep::Forever).await
}

async fn answer(
    state: &State,
    edition: std::sync::Arc<Edition>,
    tile: TileId,
    headers: &HeaderMap,
    keep: Keep,
) -> Result<Response, Problem> {
    let encoding = cache::Encoding::choose(headers);
    let found = state.tiles().get(state, edition, tile, encoding).await?;
    let vary = (header::VARY, HeaderValue::from_static("Accept-Encoding"));
    let mut response = if let Some(same) = answer::unchanged(headers, &found.etag, keep) {
        same
    } else if found.body.is_empty() {
        StatusCode::NO_CONTENT.into_response()
    } else {
        let mut r = ([(header::CONTENT_TYPE, MVT)], found.body.clone()).into_response();
        if let Some(name) = encoding.name() {
            r.headers_mut()
                .insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
        }
        r
    };
    answer::mark(&mut response, &found.etag, keep);
    response.headers_mut().insert(vary.0, vary.1);
    Ok(response)
}

/// The tile that an address names. An extension after the column is accepted: several clients add one.
fn address(grid: &str, z: &str, y: &str, x: &str) -> Result<TileId, Problem> {
    let x = x
        .strip_suffix(".mvt")
        .or_else(|| x.strip_suffix(".pbf"))
        .unwrap_or(x);
    let read = || {
        let plain = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        (grid == GRID && [z, y, x].iter().all(|s| plain(s))).then_some(())?;
        TileId::new(z.parse().ok()?, x.parse().ok()?, y.parse().ok()?)
    };
    read().filter(|t| t.z() <= *ZOOMS.end()).ok_or_else(|| {
        Problem::not_found(format!(
            "Cette tuile n’existe pas. Forme attendue : {GRID}/niveau/ligne/colonne, niveaux 0 à {}.",
            ZOOMS.end()
        ))
    })
}

/// TileJSON of the served edition. Its tiles are those of the edition, so that a map never mixes two.
pub(crate) async fn tilejson_current(
    extract::State(state): extract::State<State>,
    base: Base,
    PathOf(grid): PathOf<String>,
) -> Result<Response, Problem> {
    tilejson(&state.edition(), &base, &grid)
}

/// TileJSON of a named edition.
pub(crate) async fn tilejson_fixed(
    extract::State(state): extract::State<State>,
    base: Base,
    PathOf((id, grid)): PathOf<(String, String)>,
) -> Result<Response, Problem> {
    let edition = state.editions().get(&id).await?;
    tilejson(&edition, &base, &grid)
}

/// The layers that the tiles of an edition have.
pub(crate) fn layers(edition: &Edition) -> impl Iterator<Item = &'static str> {
    layers::present(edition).map(|l| l.name)
}

fn tilejson(edition: &Edition, Base(base): &Base, grid: &str) -> Result<Response, Problem> {
    known(grid)?;
    answer::json(&describe(edition, base))
}

/// TileJSON of an edition.
pub(crate) fn describe(edition: &Edition, base: &str) -> Value {
    let m = edition.manifest();
    let mut body = json!({
        "tilejson": "3.0.0",
        "name": m.nom,
        "version": "1.0.0",
        "scheme": "xyz",
        "tiles": [format!("{base}/editions/{}/tiles/{GRID}/{{z}}/{{y}}/{{x}}", m.id)],
        "minzoom": ZOOMS.start(),
        "maxzoom": ZOOMS.end(),
        "attribution": crate::landing::attribution(&m.sources).join(" · "),
        "vector_layers": vector_layers(edition),
    });
    if let Some(bbox) = m.bbox {
        body["bounds"] = json!(bbox);
    }
    body
}

/// The layers of the tiles, as TileJSON describes them.
pub(crate) fn vector_layers(edition: &Edition) -> Vec<Value> {
    layers::present(edition)
        .map(|l| {
            json!({
                "id": l.name,
                "fields": l.fields.iter().copied().collect::<std::collections::BTreeMap<_, _>>(),
                "minzoom": l.zooms.start(),
                "maxzoom": l.zooms.end(),
            })
        })
        .collect()
}

/// `/tiles`: the only tileset.
pub(crate) async fn tilesets(Base(base): Base) -> Result<Response, Problem> {
    answer::json(&json!({
        "links": [Link::new("self", JSON, format!("{base}/tiles"))],
        "tilesets": [tileset_value(&base)],
    }))
}

/// `/tiles/WebMercatorQuad`: what its tiles are and where.
pub(crate) async fn tileset(
    Base(base): Base,
    PathOf(grid): PathOf<String>,
) -> Result<Response, Problem> {
    known(&grid)?;
    answer::json(&tileset_value(&base))
}

fn tileset_value(base: &str) -> serde_json::Value {
    let here = format!("{base}/tiles/{GRID}");
    json!({
        "title": "Toutes les couches",
        "dataType": "vector",
        "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
        "tileMatrixSetURI": "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad",
        "links": [
            Link::new("self", JSON, here.clone()),
            Link::new("item", MVT, format!("{here}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}")).templated(),
            Link::new("describedby", JSON, format!("{here}/tilejson.json")).titled("TileJSON"),
            Link::new(
                "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme",
                JSON,
                "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad".to_owned(),
            ),
        ],
    })
}

fn known(grid: &str) -> Result<(), Problem> {
    if grid == GRID {
        return Ok(());
    }
    Err(Problem::not_found(format!(
        "La seule grille de tuiles est {GRID}."
    )))
}
