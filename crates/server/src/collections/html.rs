//! Collections and features as pages for a reader.

use std::fmt::Write as _;

use arrow_array::Array as _;
use axum::response::Response;
use gisement_export::geojson;
use gisement_store::{Champ, Collection, CollectionInfo};

use super::items::Page;
use super::query::Query;
use crate::columns::{Column, Texts, key_name};
use crate::page::{self, escape, number};
use crate::place::Place;
use crate::request::{Params, encode};
use crate::styles;

/// Columns of a table, unless `properties` chooses others.
const COLUMNS: usize = 10;
/// What stands for an unknown value.
const UNKNOWN: &str = "<span title=\"inconnu\">–</span>";

/// `/collections`.
pub(super) fn list(place: &Place) -> Response {
    let m = place.edition.manifest();
    let mut out = String::from("<ul class=\"cartes\">");
    for c in place.edition.public() {
        let _ = write!(
            out,
            "<li><strong><a href=\"{prefix}/collections/{id}\">{titre}</a></strong><span>{n} lignes · {geometrie}</span></li>",
            prefix = escape(&place.prefix),
            id = escape(&c.id),
            titre = escape(&c.titre),
            n = number(c.lignes),
            geometrie = shape(c),
        );
    }
    out.push_str("</ul>");
    let lead = format!("{}, édition du {}.", m.nom, page::date(m.date));
    page::page("Collections", &lead, m.fictif, &out)
}

/// `/collections/{id}`.
pub(super) fn one(place: &Place, info: &CollectionInfo) -> Response {
    let m = place.edition.manifest();
    let here = escape(&format!("{}/collections/{}", place.prefix, info.id));
    let mut out = format!(
        "<p><a class=\"principal\" href=\"{here}/items\">Voir les objets</a></p>\
         <p><a href=\"{here}/items?f=json\">GeoJSON</a> · <a href=\"{here}/queryables\">Propriétés filtrables (JSON)</a> · \
         {style}<a href=\"{prefix}/collections\">Toutes les collections</a></p>\
         <h2>Propriétés</h2><div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Propriétés\"><table>\
         <thead><tr><th scope=\"col\">Nom</th><th scope=\"col\">Libellé</th><th scope=\"col\">Type</th><th scope=\"col\">Unité</th></tr></thead><tbody>",
        style = style(&info.id),
        prefix = escape(&place.prefix),
    );
    for c in &info.champs {
        let _ = write!(
            out,
            "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}</td><td>{}</td></tr>",
            escape(&c.nom),
            escape(&c.libelle),
            kind(c),
            escape(&c.unite),
        );
    }
    out.push_str("</tbody></table></div>");
    let lead = format!(
        "{} lignes · {}, édition du {}.",
        number(info.lignes),
        shape(info),
        page::date(m.date)
    );
    page::page(&info.titre, &lead, m.fictif, &out)
}

/// The link to the style of a collection, if it has one.
fn style(id: &str) -> String {
    styles::path(id).map_or_else(String::new, |path| {
        format!("<a href=\"{}\">Style pour QGIS (QML)</a> · ", escape(&path))
    })
}

/// `/collections/{id}/items`: a table.
pub(super) fn items(
    place: &Place,
    info: &CollectionInfo,
    collection: &Collection,
    params: &Params,
    query: &Query,
    found: &Page,
) -> Response {
    let here = format!("{}/collections/{}/items", place.prefix, info.id);
    let columns: Vec<&Champ> = info
        .champs
        .iter()
        // The identifier begins every line already.
        .skip(1)
        .filter(|c| query.shown.as_ref().is_none_or(|s| s.contains(&c.nom)))
        .take(query.shown.as_ref().map_or(COLUMNS, Vec::len))
        .collect();
    let start = found.end - found.rows.len();
    let mut out = String::from("<p>");
    for (label, offset) in [
        (
            "Page précédente",
            (start > 0).then(|| start.saturating_sub(query.limit)),
        ),
        (
            "Page suivante",
            (found.end < found.matched).then_some(found.end),
        ),
    ] {
        if let Some(offset) = offset {
            let _ = write!(
                out,
                "<a href=\"{}\">{label}</a> · ",
                escape(&params.at_offset(&here, offset))
            );
        }
    }
    let _ = write!(
        out,
        "<a href=\"{}\">GeoJSON</a> · <a href=\"{}/collections/{}\">La collection</a></p>\
         <div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Objets\"><table><caption>{} des {} propriétés ; \
         celles de l’adresse <code>properties=</code> si elle en nomme. L’identifiant mène à toutes.</caption><thead><tr>",
        escape(&params.with("f", "json").at_offset(&here, query.offset)),
        escape(&place.prefix),
        escape(&info.id),
        columns.len(),
        info.champs.len(),
    );
    out.push_str("<th scope=\"col\">Objet</th>");
    for c in &columns {
        let _ = write!(
            out,
            "<th scope=\"col\"{}><span title=\"{}\">{}</span></th>",
            class(c),
            escape(&c.libelle),
            escape(&c.nom)
        );
    }
    out.push_str("</tr></thead><tbody>");
    let ids = Texts::new(collection, key_name(collection).unwrap_or_default());
    for row in &found.rows {
        let row = *row as usize;
        let id = ids.get(row).unwrap_or_default();
        let _ = write!(
            out,
            "<tr><th scope=\"row\"><a href=\"{}\">{}</a></th>",
            escape(&format!("{here}/{}", encode(id))),
            escape(id)
        );
        for c in &columns {
            let _ = write!(out, "<td{}>{}</td>", class(c), cell(collection, c, row));
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table></div>");
    let lead = match found.rows.len() {
        0 => format!(
            "Aucun objet à cette place, sur {}.",
            number(found.matched as u64)
        ),
        _ => format!(
            "Objets {} à {} sur {}.",
            number(start as u64 + 1),
            number(found.end as u64),
            number(found.matched as u64)
        ),
    };
    page::page(&info.titre, &lead, place.edition.manifest().fictif, &out)
}

/// `/collections/{id}/items/{featureId}`: every property.
pub(super) fn item(
    place: &Place,
    info: &CollectionInfo,
    collection: &Collection,
    row: usize,
    id: &str,
) -> Response {
    let here = format!("{}/collections/{}", place.prefix, info.id);
    let mut out = String::from("<p>");
    // The sheet and the map know only the edition served.
    if info.id == "parcelles" && place.prefix.is_empty() {
        let _ = write!(
            out,
            "<a class=\"principal\" href=\"/fiche/{}\">Fiche sur la carte</a></p><p>",
            encode(id)
        );
    }
    let _ = write!(
        out,
        "<a href=\"{here}/items/{}?f=json\">GeoJSON</a> · <a href=\"{here}/items\">Tous les objets</a></p>\
         <div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Propriétés\"><table><thead><tr>\
         <th scope=\"col\">Propriété</th><th scope=\"col\">Valeur</th><th scope=\"col\">Unité</th></tr></thead><tbody>",
        escape(&encode(id)),
        here = escape(&here),
    );
    for c in &info.champs {
        let _ = write!(
            out,
            "<tr><th scope=\"row\"><span title=\"{}\">{}</span></th><td>{}</td><td>{}</td></tr>",
            escape(&c.nom),
            escape(&c.libelle),
            cell(collection, c, row),
            escape(&c.unite),
        );
    }
    out.push_str("</tbody></table></div>");
    page::page(id, &info.titre, place.edition.manifest().fictif, &out)
}

/// A value as markup.
fn cell(collection: &Collection, c: &Champ, row: usize) -> String {
    let column = collection.column(&c.nom).and_then(Column::of);
    match column {
        Some(Column::Text(a)) if a.is_valid(row) => escape(a.value(row)),
        Some(Column::Boolean(a)) if a.is_valid(row) => {
            if a.value(row) { "oui" } else { "non" }.to_owned()
        }
        other => {
            let mut json = Vec::new();
            geojson::value(&mut json, other, row);
            match serde_json::from_slice(&json) {
                Ok(serde_json::Value::Null) | Err(_) => UNKNOWN.to_owned(),
                Ok(serde_json::Value::String(s)) => escape(&s),
                Ok(serde_json::Value::Array(all)) => {
                    let texts: Vec<&str> = all.iter().filter_map(|v| v.as_str()).collect();
                    escape(&texts.join(", "))
                }
                Ok(v) => v.to_string().replace('.', ","),
            }
        }
    }
}

fn class(c: &Champ) -> &'static str {
    match c.genre.as_str() {
        "integer" | "real" => " class=\"n\"",
        _ => "",
    }
}

fn kind(c: &Champ) -> &'static str {
    match c.genre.as_str() {
        "integer" => "entier",
        "real" => "nombre",
        "boolean" => "oui ou non",
        "date" => "date",
        "text_list" => "liste de textes",
        _ => "texte",
    }
}

fn shape(c: &CollectionInfo) -> &'static str {
    match c.geometrie.as_str() {
        "surface" => "géométrie : surfaces",
        "line" => "géométrie : lignes",
        "point" => "géométrie : points",
        _ => "sans géométrie",
    }
}
