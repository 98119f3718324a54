//! `/api` as a page: the addresses of the service and their parameters, from its OpenAPI description.

use std::fmt::Write as _;

use axum::response::Response;
use serde_json::Value;

use crate::editions::Edition;
use crate::page::{self, escape};

/// Columns are parameters too, and many: they are named on the page of each collection.
const NAMED_MAX: usize = 16;

pub(crate) fn page(edition: &Edition, description: &Value) -> Response {
    let mut html = String::from(
        "<p><a href=\"/api?f=json\">La description OpenAPI 3.0</a>, pour les logiciels.</p>\
         <div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Adresses\"><table><thead><tr>\
         <th scope=\"col\">Adresse</th><th scope=\"col\">Réponse</th><th scope=\"col\">Paramètres</th></tr></thead><tbody>",
    );
    for (path, methods) in description["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let text = |v: &Value| escape(v.as_str().unwrap_or_default());
            let address = if method == "get" && !path.contains('{') {
                format!("<a href=\"{0}\"><code>{0}</code></a>", escape(path))
            } else {
                format!("<code>{}{}</code>", verb(method), escape(path))
            };
            let _ = write!(
                html,
                "<tr><td>{address}</td><td>{}</td><td>{}</td></tr>",
                text(&operation["summary"]),
                escape(&parameters(operation)),
            );
        }
    }
    html.push_str("</tbody></table></div>");
    let lead =
        "Les adresses du service. Toutes se lisent aussi avec « ?f=json » là où une page existe.";
    page::page(
        "Interface de programmation",
        lead,
        edition.manifest().fictif,
        &html,
    )
}

/// Reading is what goes without saying.
fn verb(method: &str) -> String {
    if method == "get" {
        String::new()
    } else {
        format!("{} ", method.to_uppercase())
    }
}

fn parameters(operation: &Value) -> String {
    let names: Vec<&str> = operation["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|p| {
            let shared = p["$ref"].as_str().and_then(|r| r.rsplit('/').next());
            p["name"].as_str().or(shared)
        })
        .collect();
    let shown = names
        .iter()
        .take(NAMED_MAX)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().checked_sub(NAMED_MAX) {
        Some(more) if more > 0 => format!("{shown} et {more} propriétés"),
        _ => shown,
    }
}
