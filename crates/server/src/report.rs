//! `/rapport`: what went into the edition, what was refused, and why.

use std::fmt::Write as _;

use axum::extract;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use gisement_model::{Anomalie, RapportFichier};
use serde_json::Value;

use crate::answer;
use crate::editions::Edition;
use crate::page::{self, escape, number};
use crate::problem::Problem;
use crate::request::Params;
use crate::state::State;

/// `rapport.json` of an edition: either the list of files, or an object that has it under `fichiers`.
const FILE: &str = "rapport.json";

pub(crate) async fn report(
    extract::State(state): extract::State<State>,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    params.only(&["f"], &[])?;
    let html = params.wants_html(&headers)?;
    let edition = state.edition();
    let mut response = state
        .compute(move || {
            let text = match std::fs::read(edition.file(FILE)) {
                Ok(t) => t,
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                    return Err(Problem::not_found("Cette édition n’a pas de rapport."));
                }
                Err(e) => return Err(Problem::internal(e)),
            };
            if html {
                let value: Value = serde_json::from_slice(&text).map_err(Problem::internal)?;
                Ok(page_of(&edition, &value))
            } else {
                Ok(answer::typed(answer::JSON, text))
            }
        })
        .await??;
    response
        .headers_mut()
        .insert(header::VARY, HeaderValue::from_static("Accept"));
    Ok(response)
}

fn page_of(edition: &Edition, value: &Value) -> Response {
    let m = edition.manifest();
    let (list, rest): (&[Value], Vec<(&String, &Value)>) = match value {
        Value::Array(files) => (files, Vec::new()),
        Value::Object(o) => (
            o.get("fichiers")
                .and_then(Value::as_array)
                .map_or(&[], Vec::as_slice),
            o.iter()
                .filter(|(k, _)| !matches!(k.as_str(), "fichiers" | "tolerance"))
                .collect(),
        ),
        _ => (&[], Vec::new()),
    };
    let files: Vec<RapportFichier> = list
        .iter()
        .filter_map(|v| serde_json::from_value(v.clone()).ok())
        .collect();

    let mut html = String::from("<h2>Édition</h2>");
    let counts = m.comptes.iter().map(|(k, v)| (label(k), number(*v)));
    table(
        &mut html,
        "Nombre de parcelles, par verdict",
        &["Verdict", "Parcelles"],
        counts.map(|(k, v)| vec![k, v]),
        1,
    );
    friches(&mut html, &value["edition"]["friches"]);
    html.push_str("<h2>Fichiers</h2>");
    let tolerance = value["tolerance"]["rejets"].as_f64();
    if let Some(t) = tolerance {
        let _ = write!(
            html,
            "<p>Tolérance : {} de lignes rejetées par fichier, sauf si la source en a une autre ; au-delà, le fichier est signalé ici et la construction finit avec le code 3.</p>",
            share(t)
        );
    }
    let rows = files.iter().enumerate().map(|(i, f)| {
        vec![
            f.source.couche.libelle().to_owned(),
            f.source.fichier.clone(),
            number(f.lus),
            number(f.gardes),
            number(f.repares.values().sum()),
            rejected(f, tolerance),
            number(f.fusionnes),
            format!("#fichier-{i}"),
        ]
    });
    files_table(&mut html, rows);
    for (i, f) in files.iter().enumerate() {
        file(&mut html, i, f, tolerance);
    }
    for (name, v) in rest {
        let _ = write!(html, "<h2>{}</h2>", escape(&label(name)));
        value_of(&mut html, v);
    }
    let lead = format!(
        "Édition {} du {} : {} fichiers lus.",
        m.id,
        page::date(m.date),
        files.len()
    );
    page::page("Rapport de l’édition", &lead, m.fictif, &html)
}

fn files_table(html: &mut String, rows: impl Iterator<Item = Vec<String>>) {
    html.push_str(
        "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Fichiers lus\"><table><caption>Lus = gardés + rejetés + fusionnés</caption><thead><tr>\
         <th scope=\"col\">Couche</th><th scope=\"col\">Fichier</th><th class=\"n\" scope=\"col\">Lus</th><th class=\"n\" scope=\"col\">Gardés</th>\
         <th class=\"n\" scope=\"col\">dont réparés</th><th class=\"n\" scope=\"col\">Rejetés</th><th class=\"n\" scope=\"col\">Fusionnés</th></tr></thead><tbody>",
    );
    for r in rows {
        let [couche, fichier, numbers @ .., anchor] = r.as_slice() else {
            continue;
        };
        let _ = write!(
            html,
            "<tr><td>{}</td><td><a href=\"{anchor}\"><code>{}</code></a></td>",
            escape(couche),
            escape(fichier)
        );
        for n in numbers {
            let _ = write!(html, "<td class=\"n\">{n}</td>");
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table></div>");
}

/// `general` is the tolerance of sources that have none of their own.
fn file(html: &mut String, i: usize, f: &RapportFichier, general: Option<f64>) {
    let _ = write!(
        html,
        "<section class=\"bloc\" style=\"margin-top:1rem\" id=\"fichier-{i}\"><h3><code>{}</code></h3><p>{} · {}",
        escape(&f.source.fichier),
        escape(f.source.couche.libelle()),
        escape(&f.dialecte),
    );
    for part in [
        f.source.producteur.clone(),
        f.source.millesime.map(page::date),
        f.source.licence.clone(),
    ]
    .into_iter()
    .flatten()
    {
        let _ = write!(html, " · {}", escape(&part));
    }
    html.push_str("</p>");
    for (what, how) in [("Coordonnées", &f.crs), ("Encodage", &f.encodage)] {
        if !how.is_empty() {
            let _ = write!(html, "<p>{what} : {}</p>", escape(how));
        }
    }
    let _ = write!(
        html,
        "<p>{} lus = {} gardés + {} rejetés + {} fusionnés</p>",
        number(f.lus),
        number(f.gardes),
        number(f.rejetes),
        number(f.fusionnes)
    );
    if let Some(own) = f.tolerance.filter(|t| general != Some(*t)) {
        let _ = write!(
            html,
            "<p>Tolérance propre à cette source : {} de lignes rejetées</p>",
            share(own)
        );
    }
    if !f.is_balanced() {
        html.push_str("<p class=\"rejet\">Le compte des lignes ne tombe pas juste.</p>");
    }
    if !f.repares.is_empty() {
        let rows = f.repares.iter().map(|(k, n)| vec![label(k), number(*n)]);
        table(
            html,
            "Lignes gardées après réparation",
            &["Réparation", "Lignes"],
            rows,
            1,
        );
    }
    if f.anomalies.is_empty() {
        html.push_str("<p>Aucune anomalie.</p>");
    } else {
        anomalies(html, f.anomalies.values());
    }
    html.push_str("</section>");
}

/// Rows refused and their share, marked when it is more than the configuration tolerates.
fn rejected(f: &RapportFichier, general: Option<f64>) -> String {
    if f.rejetes == 0 {
        return number(0);
    }
    let part = f.rejetes as f64 / f.lus.max(1) as f64;
    let mark = if f.tolerance.or(general).is_some_and(|t| part > t) {
        " ⚠"
    } else {
        ""
    };
    format!("{} ({}){mark}", number(f.rejetes), share(part))
}

/// How brownfields found their parcels: what a technician checks first.
fn friches(html: &mut String, v: &Value) {
    let of = |k: &str| v[k].as_u64().unwrap_or(0);
    let total = of("total");
    if total == 0 {
        return;
    }
    html.push_str("<h2>Friches rattachées au cadastre</h2>");
    let rows = [
        ("refcad", "par leurs références cadastrales"),
        ("geometrie", "par leur emprise"),
        ("point", "par leur point"),
        ("aucun", "sans parcelle trouvée"),
    ];
    table(
        html,
        "Rattachement des friches",
        &["Rattachement", "Friches", "Part"],
        rows.iter().map(|(k, words)| {
            let n = of(k);
            vec![
                (*words).to_owned(),
                number(n),
                share(n as f64 / total as f64),
            ]
        }),
        1,
    );
}

/// A share in per cent, as French writes it.
fn share(x: f64) -> String {
    format!("{:.1}\u{a0}%", x * 100.0).replace('.', ",")
}

fn anomalies<'a>(html: &mut String, all: impl Iterator<Item = &'a Anomalie>) {
    let rows = all.map(|a| {
        let examples: Vec<String> = a
            .exemples
            .iter()
            .map(|e| {
                let ligne = e.ligne.map(|l| format!("ligne {}", number(l)));
                let parts = [
                    ligne,
                    e.champ.clone(),
                    e.valeur.as_ref().map(|v| format!("« {v} »")),
                ];
                parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
            })
            .collect();
        let effect = a.effet.libelle();
        vec![
            a.libelle.clone(),
            effect.to_owned(),
            number(a.nombre),
            examples.join(" ; "),
        ]
    });
    table(
        html,
        "Anomalies",
        &["Anomalie", "Effet", "Fois", "Exemples"],
        rows,
        2,
    );
}

/// A table of plain texts; the column of rank `numeric` holds numbers.
fn table(
    html: &mut String,
    caption: &str,
    head: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
    numeric: usize,
) {
    let class = |i: usize| if i == numeric { " class=\"n\"" } else { "" };
    let _ = write!(
        html,
        "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\"><table><caption>{0}</caption><thead><tr>",
        escape(caption)
    );
    for (i, h) in head.iter().enumerate() {
        let _ = write!(html, "<th scope=\"col\"{}>{}</th>", class(i), escape(h));
    }
    html.push_str("</tr></thead><tbody>");
    for row in rows {
        html.push_str("<tr>");
        for (i, cell) in row.iter().enumerate() {
            let _ = write!(html, "<td{}>{}</td>", class(i), escape(cell));
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table></div>");
}

/// Anything else that the report says, as it is.
fn value_of(html: &mut String, v: &Value) {
    match v {
        Value::Object(o) => {
            let rows = o.iter().map(|(k, v)| vec![label(k), plain(v)]);
            table(html, "Détail", &["", "Valeur"], rows, usize::MAX);
        }
        Value::Array(items) => {
            html.push_str("<ul>");
            for i in items {
                let _ = write!(html, "<li>{}</li>", escape(&plain(i)));
            }
            html.push_str("</ul>");
        }
        v => {
            let _ = write!(html, "<p>{}</p>", escape(&plain(v)));
        }
    }
}

fn plain(v: &Value) -> String {
    match v {
        Value::Null => "inconnu".to_owned(),
        Value::Bool(b) => if *b { "oui" } else { "non" }.to_owned(),
        Value::Number(n) => n.as_u64().map_or_else(|| n.to_string(), number),
        Value::String(s) => s.clone(),
        Value::Array(a) => a.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(o) => {
            let parts: Vec<_> = o
                .iter()
                .map(|(k, v)| format!("{} : {}", label(k), plain(v)))
                .collect();
            parts.join(" · ")
        }
    }
}

/// A code as words: `parc_social` → `Parc social`.
fn label(code: &str) -> String {
    let words = match code {
        "a_etudier" => return "À étudier".to_owned(),
        "ecarte" => return "Écarté".to_owned(),
        "reserve" => return "Réserve".to_owned(),
        "non_evalue" => return "Non évalué".to_owned(),
        other => other.replace('_', " "),
    };
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
