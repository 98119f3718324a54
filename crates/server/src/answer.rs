//! Answers as data: links, validators, cache rules.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use crate::problem::Problem;

/// Media type of GeoJSON.
pub(crate) const GEOJSON: &str = "application/geo+json";
/// Media type of JSON.
pub(crate) const JSON: &str = "application/json";

/// A link between two documents (RFC 8288).
#[derive(Debug, Serialize)]
pub(crate) struct Link {
    href: String,
    rel: &'static str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    templated: Option<bool>,
}

impl Link {
    pub(crate) fn new(rel: &'static str, kind: &'static str, href: String) -> Self {
        Self {
            href,
            rel,
            kind: Some(kind),
            title: None,
            templated: None,
        }
    }

    pub(crate) fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    pub(crate) fn templated(mut self) -> Self {
        self.templated = Some(true);
        self
    }
}

/// How long an answer may be kept.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Keep {
    /// Asked again each time, by validator.
    Check,
    /// Never changes under its address.
    Forever,
}

impl Keep {
    fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Check => "no-cache",
            Self::Forever => "public, max-age=31536000, immutable",
        })
    }
}

/// A JSON answer.
pub(crate) fn json(value: &impl Serialize) -> Result<Response, Problem> {
    let body = serde_json::to_vec(value).map_err(Problem::internal)?;
    Ok(typed(JSON, body))
}

/// An answer of a media type, to be asked again each time.
pub(crate) fn typed(kind: &'static str, body: Vec<u8>) -> Response {
    (
        [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, "no-cache"),
        ],
        body,
    )
        .into_response()
}

/// A validator from what an answer depends on: weak, because compression changes the bytes and not the meaning.
pub(crate) fn validator(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [env!("CARGO_PKG_VERSION")].iter().chain(parts) {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    format!("W/\"{}\"", &hasher.finalize().to_hex()[..20])
}

/// The answer to a client that already has this version; `None` when it must be sent.
pub(crate) fn unchanged(headers: &HeaderMap, etag: &str, keep: Keep) -> Option<Response> {
    let known = headers.get(header::IF_NONE_MATCH)?.to_str().ok()?;
    let bare = |t: &str| t.trim().trim_start_matches("W/").to_owned();
    let same = known.trim() == "*" || known.split(',').any(|t| bare(t) == bare(etag));
    same.then(|| {
        let mut r = StatusCode::NOT_MODIFIED.into_response();
        mark(&mut r, etag, keep);
        r
    })
}

/// Adds the validator and the cache rule to an answer.
pub(crate) fn mark(response: &mut Response, etag: &str, keep: Keep) {
    let headers = response.headers_mut();
    if let Ok(v) = HeaderValue::from_str(etag) {
        headers.insert(header::ETAG, v);
    }
    headers.insert(header::CACHE_CONTROL, keep.header());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_validator_is_compared_weakly_and_in_lists() {
        let ask = |v: &'static str| {
            let mut h = HeaderMap::new();
            h.insert(header::IF_NONE_MATCH, HeaderValue::from_static(v));
            unchanged(&h, "\"abc\"", Keep::Check).is_some()
        };
        assert!(ask("\"abc\"") && ask("W/\"abc\"") && ask("\"x\", \"abc\"") && ask("*"));
        assert!(!ask("\"abcd\"") && !ask("") && !ask("\"a\",\"b\""));
    }
}
