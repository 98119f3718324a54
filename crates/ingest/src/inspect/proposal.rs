//! The `[[source]]` entry that would read the table, with what remains to be filled in as comments.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use gisement_model::{Couche, Couverture};

use super::content::Content;
use super::score::Candidat;
use super::{suggest, vocabulary};
use crate::SourceConfig;

/// More values than this are no code list.
const CODES_MAX: usize = 12;

/// An entry and its text; the text parses to the entry.
pub(super) struct Proposal {
    pub(super) source: SourceConfig,
    pub(super) text: String,
}

pub(super) fn of(
    path: &Path,
    table: Option<&str>,
    content: &Content,
    best: &Candidat,
    recognised: bool,
) -> Proposal {
    let mut source = SourceConfig::new(best.couche, path.display().to_string());
    source.table = table.map(str::to_owned);
    let named = suggest::date_in_name(path);
    source.millesime = named.or_else(|| content.latest.as_ref().map(|(d, _)| *d));
    let mut comments: Vec<String> = Vec::new();
    if best.reconnue && best.manque.is_some() {
        // Without them the table would not be read at all.
        source.correspondance.clone_from(&best.suggestions);
    } else {
        for (field, column) in &best.suggestions {
            comments.push(format!(
                "# correspondance = {{ {field} = {} }}   # colonne proche, à vérifier",
                quoted(column)
            ));
        }
    }
    complete(path, content, best, &mut source, &mut comments);

    let mut text = String::new();
    if !recognised {
        text.push_str(
            "# Aucune couche n’est reconnue avec assez de certitude : à vérifier et compléter.\n",
        );
    }
    let _ = writeln!(text, "[[source]]\ncouche = {}", quoted(best.couche.code()));
    let _ = writeln!(text, "chemin = {}", quoted(&source.chemin));
    if let Some(t) = &source.table {
        let _ = writeln!(text, "table = {}", quoted(t));
    }
    match (source.millesime, &content.latest) {
        (Some(d), _) if named.is_some() => {
            let _ = writeln!(text, "millesime = {d}   # lu dans le nom");
        }
        (Some(d), Some((_, column))) => {
            let _ = writeln!(
                text,
                "millesime = {d}   # date la plus récente de {}",
                one_line(column)
            );
        }
        _ => text.push_str("# millesime = AAAA-MM-JJ   # date des données, à renseigner\n"),
    }
    text.push_str("# producteur = \"…\"   # à renseigner\n# licence = \"…\"   # à renseigner\n");
    match best.couche {
        Couche::Contraintes => text.push_str(
            "# couverture = \"territoire\"   # si tous les plans de ce genre sont là : ailleurs, il n’y en a pas\n",
        ),
        c if Couverture::default_for(c) == Couverture::Inconnue => text.push_str(
            "# couverture = \"territoire\"   # si l’inventaire est complet : ailleurs, il n’y en a pas\n",
        ),
        _ => {}
    }
    if !source.correspondance.is_empty() {
        let _ = writeln!(
            text,
            "correspondance = {}   # devinée, à vérifier",
            inline(&source.correspondance)
        );
    }
    if !source.constantes.is_empty() {
        let _ = writeln!(text, "constantes = {}", inline(&source.constantes));
    }
    for c in comments {
        text.push_str(&c);
        text.push('\n');
    }
    let _ = writeln!(text, "# crs : {}", one_line(&content.info.crs_words));
    let encoding = content
        .outcome
        .encoding
        .as_ref()
        .unwrap_or(&content.info.encoding);
    let _ = writeln!(text, "# encodage : {}", one_line(encoding));
    Proposal { source, text }
}

/// Constants and values that files of this kind usually need.
fn complete(
    path: &Path,
    content: &Content,
    best: &Candidat,
    source: &mut SourceConfig,
    comments: &mut Vec<String>,
) {
    let first = |field: &str| {
        best.champs
            .get(field)
            .and_then(|c| content.values(c).next())
            .unwrap_or_default()
    };
    match best.couche {
        Couche::Parcelles
            if vocabulary::is_pci_idu(&first("idu")) && !best.champs.contains_key("departement") =>
        {
            match suggest::departement(path, &first("idu")) {
                Some(d) => {
                    source.constantes.insert("departement".into(), d);
                }
                None => comments.push(
                    "# constantes = { departement = \"…\" }   # les identifiants n’ont que 12 caractères : sans le département, tout est rejeté".into(),
                ),
            }
        }
        Couche::Communes if first("code_insee").len() == 3 && !best.champs.contains_key("departement") => {
            match suggest::departement(path, &first("code_insee")) {
                Some(d) => {
                    source.constantes.insert("departement".into(), d);
                }
                None => comments.push(
                    "# constantes = { departement = \"…\" }   # les codes commune n’ont que 3 chiffres".into(),
                ),
            }
        }
        Couche::Zae if !best.champs.contains_key("site_nom") => comments.push(
            "# constantes = { site_nom = \"…\" }   # aucun nom dans le fichier".into(),
        ),
        Couche::Contraintes if !best.champs.contains_key("categorie") => {
            comments.push(
                "# constantes = { categorie = \"PPRN\" }   # ou PPRT, SEVESO, AS1, PEB, SIS…".into(),
            );
            if !best.champs.contains_key("classe") && !best.champs.contains_key("typereglementurba") {
                comments.extend(classes(content));
            }
        }
        _ => {}
    }
}

/// A short list of words in a layer of constraints probably says what may be built.
fn classes(content: &Content) -> Vec<String> {
    for column in &content.info.columns {
        let values: std::collections::BTreeSet<String> = content.values(column).collect();
        let worded = values
            .iter()
            .any(|v| v.chars().filter(|c| c.is_alphabetic()).count() > 3);
        if values.is_empty() || values.len() > CODES_MAX || !worded || personal(column) {
            continue;
        }
        let codes: Vec<String> = values
            .iter()
            .map(|v| format!("{} = \"…\"", quoted(v)))
            .collect();
        return vec![
            format!(
                "# correspondance = {{ classe = {} }}   # si cette colonne dit ce qui est permis",
                quoted(column)
            ),
            format!(
                "# valeurs = {{ classe = {{ {} }} }}   # interdiction, prescription, etude ou information",
                codes.join(", ")
            ),
        ];
    }
    Vec::new()
}

/// Columns whose values may name people are never quoted.
fn personal(column: &str) -> bool {
    let c = column.to_ascii_lowercase();
    [
        "prop",
        "nom",
        "contact",
        "mail",
        "tel",
        "acquereur",
        "auteur",
        "instruct",
    ]
    .iter()
    .any(|w| c.contains(w))
}

fn inline(map: &BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = map
        .iter()
        .map(|(k, v)| format!("{k} = {}", quoted(v)))
        .collect();
    format!("{{ {} }}", pairs.join(", "))
}

/// A TOML basic string.
fn quoted(s: &str) -> String {
    let mut out = String::with_capacity(s.len() + 2);
    out.push('"');
    for c in s.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Text fit for a comment.
fn one_line(s: &str) -> String {
    s.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
