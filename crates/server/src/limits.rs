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

/// What may be asked of any address.
pub(crate) const METHODS: &str = "GET, HEAD, OPTIONS";
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

/// Methods and CORS: anyone may read, from any page; nobody may write.
pub(crate) async fn read_only(request: Request, next: Next) -> Response {
    let mut response = match *request.method() {
        Method::GET | Method::HEAD => next.run(request).await,
        Method::OPTIONS => {
            let mut r = StatusCode::NO_CONTENT.into_response();
            let h = r.headers_mut();
            h.insert(header::ALLOW, HeaderValue::from_static(METHODS));
            for (name, value) in [
                (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
                (header::ACCESS_CONTROL_ALLOW_HEADERS, "*"),
                (header::ACCESS_CONTROL_MAX_AGE, "86400"),
            ] {
                h.insert(name, HeaderValue::from_static(value));
            }
            r
        }
        _ => Problem::method().into_response(),
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
