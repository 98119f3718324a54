//! What handlers read from a request: path, parameters, preferences, and the address the client used.

use std::convert::Infallible;
use std::fmt::Write as _;

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// Path parameters. One that cannot be read names nothing, so it is a 404.
pub(crate) struct PathOf<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for PathOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Path::<T>::from_request_parts(parts, state)
            .await
            .map(|Path(t)| Self(t))
            .map_err(|_| Problem::not_found("Cette adresse ne désigne rien."))
    }
}

/// The query parameters, in order, decoded.
#[derive(Debug)]
pub(crate) struct Params(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Query::<Vec<(String, String)>>::from_request_parts(parts, state)
            .await
            .map(|Query(p)| Self(p))
            .map_err(|_| Problem::parameter("", "Les paramètres de l’adresse sont illisibles."))
    }
}

impl Params {
    /// Parameters that came otherwise than in an address.
    pub(crate) fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The value of a parameter; a repeated one is refused rather than guessed.
    pub(crate) fn get(&self, name: &str) -> Result<Option<&str>, Problem> {
        let mut found = self.0.iter().filter(|(k, _)| k == name);
        let first = found.next().map(|(_, v)| v.as_str());
        if found.next().is_some() {
            return Err(Problem::parameter(
                name,
                "Ce paramètre est donné plusieurs fois.",
            ));
        }
        Ok(first)
    }

    /// The values of a parameter that is a list between commas; `None` when it is not given.
    pub(crate) fn list(&self, name: &str) -> Result<Option<Vec<&str>>, Problem> {
        let Some(text) = self.get(name)? else {
            return Ok(None);
        };
        let values: Vec<&str> = text.split(',').map(str::trim).collect();
        if values.iter().any(|v| v.is_empty()) {
            return Err(Problem::parameter(
                name,
                "Une liste de valeurs séparées par des virgules est attendue.",
            ));
        }
        Ok(Some(values))
    }

    /// The names that begin with a prefix.
    pub(crate) fn beginning(&self, prefix: &str) -> impl Iterator<Item = &str> {
        let names = self.0.iter().map(|(k, _)| k.as_str());
        names.filter(move |k| k.starts_with(prefix))
    }

    /// The same parameters, but this one.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let others = self.0.iter().filter(|(k, _)| k != name).cloned();
        Self(
            others
                .chain([(name.to_owned(), value.to_owned())])
                .collect(),
        )
    }

    /// The address of the same request at another offset.
    pub(crate) fn at_offset(&self, here: &str, offset: usize) -> String {
        let mut parts: Vec<String> = self
            .0
            .iter()
            .filter(|(k, _)| k != "offset")
            .map(|(k, v)| format!("{}={}", encode(k), encode(v)))
            .collect();
        if offset > 0 {
            parts.push(format!("offset={offset}"));
        }
        if parts.is_empty() {
            return here.to_owned();
        }
        format!("{here}?{}", parts.join("&"))
    }

    /// Refuses parameters that the operation does not have (OGC API – Features Part 1, requirement 8): neither known by
    /// these names nor among these columns.
    pub(crate) fn only(&self, known: &[&str], columns: &[&str]) -> Result<(), Problem> {
        let other = |k: &str| !known.contains(&k) && !columns.contains(&k);
        match self.0.iter().find(|(k, _)| other(k)) {
            None => Ok(()),
            Some((k, _)) => Err(Problem::parameter(
                k.as_str(),
                format!(
                    "Paramètre inconnu. Paramètres acceptés : {}{}.",
                    known.join(", "),
                    if columns.is_empty() {
                        ""
                    } else {
                        ", et les propriétés de la collection"
                    }
                ),
            )),
        }
    }

    /// Whether the answer should be a page for a reader rather than data: `f` decides, else `Accept`.
    pub(crate) fn wants_html(&self, headers: &HeaderMap) -> Result<bool, Problem> {
        match self.get("f")? {
            Some("html") => Ok(true),
            Some("json") => Ok(false),
            Some(_) => Err(Problem::parameter("f", "Formats possibles : html, json.")),
            None => Ok(accepts_html(headers)),
        }
    }
}

/// Text percent-encoded for a path segment or a parameter.
pub(crate) fn encode(text: &str) -> String {
    text.bytes()
        .fold(String::with_capacity(text.len()), |mut out, b| {
            if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
                out.push(char::from(b));
            } else {
                let _ = write!(out, "%{b:02X}");
            }
            out
        })
}

/// Only browsers ask for `text/html` by name; `*/*` comes from programs.
fn accepts_html(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|v| v.to_str().ok())
        .unwrap_or("");
    let data = ["application/json", "application/geo+json"];
    let data = data.into_iter().map(|kind| quality(accept, kind));
    quality(accept, "text/html") > data.fold(0.0, f32::max)
}

/// The weight that a header such as `Accept` or `Accept-Encoding` gives to a value it names; 0 otherwise.
pub(crate) fn quality(list: &str, value: &str) -> f32 {
    list.split(',')
        .filter_map(|item| {
            let mut parts = item.split(';').map(str::trim);
            let name = parts.next()?;
            let q = parts
                .find_map(|p| p.strip_prefix("q="))
                .map_or(Some(1.0), |q| q.parse().ok())?;
            name.eq_ignore_ascii_case(value).then_some(q)
        })
        .fold(0.0, f32::max)
}

/// The address of this service as the client wrote it, without trailing slash; empty when unknown, which makes links
/// relative.
#[derive(Debug, Clone)]
pub(crate) struct Base(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Base {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let header = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok());
        let host = header("host").filter(|h| {
            !h.is_empty()
                && h.len() <= 255
                && h.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b".-:[]_".contains(&b))
        });
        // A proxy that ends TLS says so; nothing else of what it forwards is needed when it keeps Host.
        let scheme = match header("x-forwarded-proto") {
            Some("https") => "https",
            _ => "http",
        };
        Ok(Self(
            host.map(|h| format!("{scheme}://{h}")).unwrap_or_default(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_of_a_preference_list() {
        let browser = "text/html,application/xhtml+xml,*/*;q=0.8";
        assert_eq!(quality(browser, "text/html"), 1.0);
        assert_eq!(quality(browser, "application/json"), 0.0);
        assert_eq!(quality("gzip;q=0, br;q=0.5", "gzip"), 0.0);
        assert_eq!(quality("gzip;q=0, BR;q=0.5", "br"), 0.5);
        assert_eq!(quality("br;q=oops", "br"), 0.0);
    }
}
