//! Errors as RFC 9457 problem documents: the only way a handler fails.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A problem document. Its `type` is a stable name; `instance` is filled in by [`finish`].
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parametre: Option<String>,
}

impl Problem {
    fn new(
        status: StatusCode,
        kind: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            title,
            status: status.as_u16(),
            detail: detail.into(),
            instance: None,
            parametre: None,
        }
    }

    /// Nothing answers to this address.
    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "urn:gisement:probleme:introuvable",
            "Introuvable",
            detail,
        )
    }

    /// A parameter of the request is at fault.
    pub(crate) fn parameter(name: impl Into<String>, detail: impl Into<String>) -> Self {
        let mut p = Self::new(
            StatusCode::BAD_REQUEST,
            "urn:gisement:probleme:parametre",
            "Paramètre invalide",
            detail,
        );
        p.parametre = Some(name.into());
        p
    }

    /// The address cannot be asked that; it can be asked these.
    pub(crate) fn method(methods: &str) -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "urn:gisement:probleme:methode",
            "Méthode refusée",
            format!("Méthodes possibles ici : {methods}."),
        )
    }

    /// The address is longer than anything this service understands.
    pub(crate) fn too_long(max: usize) -> Self {
        Self::new(
            StatusCode::URI_TOO_LONG,
            "urn:gisement:probleme:adresse-trop-longue",
            "Adresse trop longue",
            format!("Une adresse compte au plus {max} caractères."),
        )
    }

    /// A part of a file was asked for that the file does not have.
    pub(crate) fn range() -> Self {
        Self::new(
            StatusCode::RANGE_NOT_SATISFIABLE,
            "urn:gisement:probleme:intervalle",
            "Intervalle hors du fichier",
            "L’en-tête Range demande des octets que le fichier n’a pas.",
        )
    }

    /// The answer is not for this client.
    pub(crate) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "urn:gisement:probleme:interdit",
            "Accès refusé",
            detail,
        )
    }

    /// The server has too much to do, or a request took too long.
    pub(crate) fn busy(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "urn:gisement:probleme:indisponible",
            "Service momentanément indisponible",
            detail,
        )
    }

    /// A client asks for too much at once.
    pub(crate) fn too_many(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "urn:gisement:probleme:trop-de-demandes",
            "Trop de demandes",
            detail,
        )
    }

    /// The body of a request is not of the kind that is read here.
    pub(crate) fn media(expected: &str) -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "urn:gisement:probleme:type-de-corps",
            "Type de corps refusé",
            format!("Content-Type doit être {expected}."),
        )
    }

    /// What is asked for does not go with the state of the thing.
    pub(crate) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "urn:gisement:probleme:etat",
            "Pas dans cet état",
            detail,
        )
    }

    /// What is wrong, for whoever has no HTTP: the parameter at fault and why.
    pub(crate) fn reason(&self) -> String {
        match self.parametre.as_deref() {
            None | Some("") => self.detail.clone(),
            Some(name) => format!("« {name} » : {}", self.detail),
        }
    }

    /// A fault of ours. The cause goes to the log, never to the reader.
    pub(crate) fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "erreur interne");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "urn:gisement:probleme:interne",
            "Erreur interne",
            "Une erreur inattendue s’est produite ; elle est inscrite au journal du serveur.",
        )
    }

    /// The status of the answer.
    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if [429, 503].contains(&self.status) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes the body of problems, once the address that caused them is known.
pub(crate) async fn finish(request: Request, next: Next) -> Response {
    let instance = request.uri().path().to_owned();
    let head = request.method() == Method::HEAD;
    let mut response = next.run(request).await;
    if let Some(mut problem) = response.extensions_mut().remove::<Problem>() {
        problem.instance = Some(instance);
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        if !head {
            *response.body_mut() = Body::from(body);
        }
    }
    response
}
