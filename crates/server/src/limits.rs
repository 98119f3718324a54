//! What protects the service from its clients, around every handler.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use tokio::sync::Semaphore;

use crate::problem::Problem;

/// What may be asked of any address but exports.
pub(crate) const METHODS: &str = "GET, HEAD, OPTIONS";
/// What may be asked of `/exports`.
const METHODS_EXPORTS: &str = "GET, HEAD, POST, OPTIONS";
/// What may be asked of an export.
const METHODS_EXPORT: &str = "GET, HEAD, DELETE, OPTIONS";
/// Longest address (path and parameters), in bytes.
pub(crate) const URL_MAX: usize = 4096;
/// Bytes of the request line and headers together.
pub(crate) const HEADERS_MAX: usize = 32 * 1024;
/// How long a client may take to send its headers.
pub(crate) const HEADERS_TIME: Duration = Duration::from_secs(10);
/// How long an answer may take.
const ANSWER_TIME: Duration = Duration::from_secs(30);
/// Requests answered at once; more wait.
pub(crate) const REQUESTS_MAX: usize = 512;
/// Connections open at once.
pub(crate) const CONNECTIONS_MAX: usize = 2048;
/// How long answers in flight may take to end when the server stops.
pub(crate) const DRAIN_TIME: Duration = Duration::from_secs(20);

/// Bytes of the request for an export.
pub(crate) const EXPORT_BODY_MAX: usize = 64 * 1024;

/// What exports may take. Each is a bound on what all clients, or one of them, can make the server do.
#[derive(Debug, Clone)]
pub struct ExportLimits {
    /// Exports waiting or in progress.
    pub active: usize,
    /// The same, for one address.
    pub active_client: usize,
    /// Finished exports kept for one address: the oldest makes room for a new one.
    pub kept_client: usize,
    /// Exports known, finished ones included.
    pub known: usize,
    /// Exports written at once.
    pub workers: usize,
    /// Bytes on the disk for one.
    pub bytes_job: u64,
    /// Bytes on the disk for all.
    pub bytes_total: u64,
    /// How long a finished export waits to be taken.
    pub age: Duration,
}

impl Default for ExportLimits {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            active: 16,
            active_client: 3,
            kept_client: 12,
            known: 1_000,
            // Half of the processor at most: tiles and answers come first.
            workers: (cores / 2).clamp(1, 2),
            bytes_job: 4 << 30,
            bytes_total: 16 << 30,
            age: Duration::from_hours(1),
        }
    }
}

/// What may be asked of an address.
fn methods(path: &str) -> &'static str {
    match path.strip_prefix("/exports") {
        Some("") => METHODS_EXPORTS,
        Some(rest) if rest.starts_with('/') && !rest[1..].contains('/') => METHODS_EXPORT,
        _ => METHODS,
    }
}

/// Methods and CORS: anyone may read, from any page. Exports may be asked for, but not by the page of another site: its
/// browser asks first which methods it may use, and is told of reading only.
pub(crate) async fn read_only(request: Request, next: Next) -> Response {
    let methods = methods(request.uri().path());
    let mut response = match *request.method() {
        Method::OPTIONS => {
            let mut r = StatusCode::NO_CONTENT.into_response();
            let h = r.headers_mut();
            h.insert(header::ALLOW, HeaderValue::from_static(methods));
            for (name, value) in [
                (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
                (header::ACCESS_CONTROL_ALLOW_HEADERS, "*"),
                (header::ACCESS_CONTROL_MAX_AGE, "86400"),
            ] {
                h.insert(name, HeaderValue::from_static(value));
            }
            r
        }
        ref m if methods.split(", ").any(|known| known == m.as_str()) => next.run(request).await,
        _ => {
            let mut r = Problem::method(methods).into_response();
            r.headers_mut()
                .insert(header::ALLOW, HeaderValue::from_static(methods));
            r
        }
    };
    let headers = response.headers_mut();
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("Content-Crs, ETag, Link, Retry-After"),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

/// Length of the address, number of requests at once, time to answer.
pub(crate) async fn bounded(
    State(slots): State<Arc<Semaphore>>,
    request: Request,
    next: Next,
) -> Response {
    if request
        .uri()
        .path_and_query()
        .map_or(0, |p| p.as_str().len())
        > URL_MAX
    {
        return Problem::too_long(URL_MAX).into_response();
    }
    let answer = async {
        let Ok(_slot) = slots.acquire().await else {
            return Problem::busy("Le serveur s’arrête.").into_response();
        };
        next.run(request).await
    };
    tokio::time::timeout(ANSWER_TIME, answer)
        .await
        .unwrap_or_else(|_| Problem::busy("La réponse a demandé trop de temps.").into_response())
}

/// The answer to a request whose handler panicked.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the form that the layer calls"
)]
pub(crate) fn panicked(cause: Box<dyn std::any::Any + Send + 'static>) -> Response<Body> {
    let text = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("panique");
    Problem::internal(text).into_response()
}
