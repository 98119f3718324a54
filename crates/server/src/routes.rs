//! Every address of the service, and what surrounds the handlers.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use tokio::sync::Semaphore;
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};
use tower_http::trace::{DefaultOnResponse, TraceLayer};
use tracing::Level;

use crate::state::State;
use crate::{
    assets, catalogue, classement, collections, exports, fiche, fichiers, landing, limits, metrics,
    openapi, problem, report, search, styles, territoires, tiles,
};

/// The service over an open data folder.
pub fn app(state: State) -> Router {
    let slots = Arc::new(Semaphore::new(limits::REQUESTS_MAX));
    // Tiles come compressed from their cache; Parquet, archives and workbooks are compressed inside.
    let compressible = DefaultPredicate::new()
        .and(NotForContentType::const_new(tiles::MVT))
        .and(NotForContentType::const_new(fichiers::PARQUET))
        .and(NotForContentType::const_new("application/zip"))
        .and(NotForContentType::const_new(
            "application/vnd.openxmlformats",
        ));
    let trace = TraceLayer::new_for_http()
        .make_span_with(|r: &Request| {
            tracing::info_span!("requête", methode = %r.method(), adresse = %r.uri().path())
        })
        .on_response(DefaultOnResponse::new().level(Level::DEBUG));
    // One layer of many rather than many layers: the router boxes and copies, at each request, whatever it is given.
    let around = ServiceBuilder::new()
        .layer(trace)
        .layer(from_fn_with_state(state.clone(), metrics::observe))
        .layer(from_fn(problem::finish))
        .layer(from_fn(limits::read_only))
        .layer(CatchPanicLayer::custom(limits::panicked))
        .layer(from_fn_with_state(slots, limits::bounded))
        .layer(
            CompressionLayer::new()
                .quality(CompressionLevel::Fastest)
                .compress_when(compressible),
        );
    routes()
        .with_state(state)
        .fallback(assets::other)
        .layer(around)
}

fn routes() -> Router<State> {
    Router::new()
        .route("/", get(landing::home))
        .route("/api", get(openapi::document))
        .route("/conformance", get(landing::conformance))
        .route("/edition", get(landing::edition))
        .route("/editions", get(landing::editions))
        .route("/rapport", get(report::report))
        .route("/sante", get(landing::health))
        .route("/metrics", get(metrics::metrics))
        .merge(features(""))
        .merge(features("/editions/{edition}"))
        .merge(files(""))
        .merge(files("/editions/{edition}"))
        .merge(exports())
        .route("/catalogue", get(catalogue::catalogue))
        .route("/fiches/{idu}", get(fiche::sheet))
        .route("/classement", get(classement::ranking))
        .route("/classement/facettes", get(classement::facets))
        .route("/recherche", get(search::search))
        .route("/territoires", get(territoires::list))
        .route("/territoires/{niveau}/{code}", get(territoires::one))
        .route("/styles", get(styles::list))
        .route("/styles/{file}", get(styles::one))
        .route("/tiles", get(tiles::tilesets))
        .route("/tiles/{grid}", get(tiles::tileset))
        .route("/tiles/{grid}/tilejson.json", get(tiles::tilejson_current))
        .route("/tiles/{grid}/{z}/{y}/{x}", get(tiles::current))
        .route(
            "/editions/{edition}/tiles/{grid}/tilejson.json",
            get(tiles::tilejson_fixed),
        )
        .route(
            "/editions/{edition}/tiles/{grid}/{z}/{y}/{x}",
            get(tiles::fixed),
        )
        .route("/carte", get(assets::application))
        .route("/carte/{*page}", get(assets::application))
        .route("/fiche/{*page}", get(assets::application))
        .route("/comparer", get(assets::application))
        .route("/selection", get(assets::application))
        .route("/territoire/{niveau}/{code}", get(assets::application))
}

/// OGC API – Features, on the served edition or on one named by the address.
fn features(prefix: &str) -> Router<State> {
    let at = |path: &str| format!("{prefix}/collections{path}");
    Router::new()
        .route(&at(""), get(collections::list))
        .route(&at("/{id}"), get(collections::one))
        .route(&at("/{id}/queryables"), get(collections::queryables))
        .route(&at("/{id}/schema"), get(collections::features))
        .route(&at("/{id}/items"), get(collections::items))
        .route(&at("/{id}/items/{feature}"), get(collections::item))
}

/// Exports: the one thing that a client may ask the server to do.
fn exports() -> Router<State> {
    Router::new()
        .route(
            "/exports",
            get(exports::offer)
                .post(exports::create)
                .layer(DefaultBodyLimit::max(limits::EXPORT_BODY_MAX)),
        )
        .route("/exports/{id}", get(exports::one).delete(exports::remove))
        .route("/exports/{id}/fichier", get(exports::file))
}

/// The files of the served edition, or of one named by the address.
fn files(prefix: &str) -> Router<State> {
    Router::new()
        .route(&format!("{prefix}/fichiers"), get(fichiers::list))
        .route(&format!("{prefix}/fichiers/{{nom}}"), get(fichiers::one))
}
