//! `/recherche`: parcels by reference, communes, brownfields and business parks by name.

mod reference;

use axum::extract;
use axum::response::Response;
use gisement_model::texte;
use gisement_store::Collection;
use serde::Serialize;
use serde_json::{Value, json};

pub(crate) use reference::Reference;

use crate::answer;
use crate::columns::Texts;
use crate::editions::Edition;
use crate::problem::Problem;
use crate::request::Params;
use crate::state::State;

/// Most results of an answer.
const RESULTS_MAX: usize = 20;
/// Longest text looked for, in characters.
const TEXT_MAX: usize = 100;

/// What has a name, by kind: collection, identifier column, name column.
const NAMED: [(&str, &str, &str, &str); 3] = [
    ("commune", "communes", "code_insee", "nom"),
    ("zae", "zae", "site_id", "site_nom"),
    ("friche", "friches", "site_id", "site_nom"),
];

/// The names of an edition: some thousands at most, so they are read from first to last.
#[derive(Debug)]
pub(crate) struct SearchIndex {
    names: Vec<Name>,
}

#[derive(Debug)]
struct Name {
    /// Comparison key.
    key: Box<str>,
    /// Rank in [`NAMED`].
    kind: u8,
    row: u32,
}

impl SearchIndex {
    pub(crate) fn build(edition: &Edition) -> Self {
        let mut names = Vec::new();
        for (kind, (_, collection, _, column)) in (0..).zip(NAMED) {
            let Some(c) = edition.collection(collection) else {
                continue;
            };
            let texts = Texts::new(c, column);
            names.extend((0..c.len()).filter_map(|row| {
                Some(Name {
                    key: texte::cle(texts.get(row)?).into(),
                    kind,
                    row: row as u32,
                })
            }));
        }
        names.sort_by(|a, b| (a.kind, &a.key, a.row).cmp(&(b.kind, &b.key, b.row)));
        Self { names }
    }

    /// The names that start with the text, then those of which another word does.
    fn find(&self, key: &str) -> impl Iterator<Item = &Name> {
        let starts = self.names.iter().filter(move |n| n.key.starts_with(key));
        let word = format!(" {key}");
        let inside = self
            .names
            .iter()
            .filter(move |n| !n.key.starts_with(key) && n.key.contains(&word));
        starts.chain(inside)
    }

    /// Every name with what it designates, in the order in which they are looked through.
    pub(crate) fn names(&self, edition: &Edition) -> Vec<Value> {
        let named = |n: &Name| {
            let mut v = serde_json::to_value(Found::named(edition, n)?).ok()?;
            v["cle"] = (&*n.key).into();
            Some(v)
        };
        self.names.iter().filter_map(named).collect()
    }

    /// The codes of the communes whose name starts so; all of them for no name.
    pub(crate) fn communes<'a>(
        &'a self,
        edition: &'a Edition,
        key: &'a str,
    ) -> impl Iterator<Item = &'a str> {
        let codes = edition
            .collection("communes")
            .map(|c| Texts::new(c, "code_insee"));
        self.names
            .iter()
            .filter(move |n| n.kind == 0 && n.key.starts_with(key))
            .filter_map(move |n| codes?.get(n.row as usize))
    }
}

#[derive(Debug, Serialize)]
struct Found {
    genre: &'static str,
    code: String,
    libelle: String,
    centre: Option<[f64; 2]>,
    bbox: Option<[f64; 4]>,
}

impl Found {
    fn new(genre: &'static str, code: &str, libelle: String, c: &Collection, row: usize) -> Self {
        let bbox = c.bbox(row);
        Self {
            genre,
            code: code.to_owned(),
            libelle,
            centre: bbox.map(centre),
            bbox,
        }
    }

    fn named(edition: &Edition, n: &Name) -> Option<Self> {
        let (genre, collection, id, name) = NAMED[usize::from(n.kind)];
        let c = edition.collection(collection)?;
        let row = n.row as usize;
        let text = |column| Texts::new(c, column).get(row).unwrap_or_default();
        Some(Self::new(genre, text(id), text(name).to_owned(), c, row))
    }
}

/// The middle of a box, on the grid of published coordinates.
pub(crate) fn centre(b: [f64; 4]) -> [f64; 2] {
    [(b[0], b[2]), (b[1], b[3])].map(|(low, high)| (f64::midpoint(low, high) * 1e7).round() / 1e7)
}

/// `GET /recherche?q=`.
pub(crate) async fn search(
    extract::State(state): extract::State<State>,
    params: Params,
) -> Result<Response, Problem> {
    params.only(&["q"], &[])?;
    let q = params
        .get("q")?
        .ok_or_else(|| Problem::parameter("q", "Le texte à chercher est attendu."))?
        .trim()
        .to_owned();
    if q.chars().count() > TEXT_MAX {
        return Err(Problem::parameter(
            "q",
            format!("Au plus {TEXT_MAX} caractères."),
        ));
    }
    let edition = state.edition();
    let found = state.compute(move || find(&edition, &q)).await?;
    answer::json(&json!({ "resultats": found }))
}

fn find(edition: &Edition, q: &str) -> Vec<Found> {
    let mut found = parcels(edition, q);
    let key = texte::cle(q);
    if !key.is_empty() {
        // A commune by its code.
        if let Some(c) = edition.collection("communes")
            && let Some(row) = edition.find(c, &q.to_uppercase())
        {
            let nom = Texts::new(c, "nom").get(row).unwrap_or_default().to_owned();
            found.push(Found::new("commune", &q.to_uppercase(), nom, c, row));
        }
        for n in edition.search().find(&key) {
            if found.len() >= RESULTS_MAX {
                break;
            }
            found.extend(Found::named(edition, n));
        }
    }
    found.truncate(RESULTS_MAX);
    found
}

/// The parcels that a text designates, or whose identifier starts so.
fn parcels(edition: &Edition, q: &str) -> Vec<Found> {
    let Some(c) = edition.collection("parcelles") else {
        return Vec::new();
    };
    let start = q.to_uppercase();
    let partial = (6..14).contains(&start.len())
        && start.bytes().all(|b| b.is_ascii_alphanumeric())
        && start.as_bytes()[2..5].iter().all(u8::is_ascii_digit);
    let rows = match Reference::parse(q) {
        Some(r) => r.rows(edition, RESULTS_MAX),
        None => Vec::new(),
    };
    let rows = if rows.is_empty() && partial {
        let keys = edition.keys(c).into_iter().flat_map(|k| k.from(c, &start));
        keys.take_while(|(k, _)| k.starts_with(&start))
            .take(RESULTS_MAX)
            .map(|(_, row)| row)
            .collect()
    } else {
        rows
    };
    rows.into_iter()
        .map(|row| {
            let text = |column| Texts::new(c, column).get(row).unwrap_or_default();
            let code = text("idu");
            let commune = commune_name(edition, code.get(..5).unwrap_or_default());
            let libelle = format!(
                "{} {}, {commune}",
                text("section").trim_start_matches('0'),
                text("numero"),
            );
            Found::new("parcelle", code, libelle, c, row)
        })
        .collect()
}

/// The name of a commune, or its code when the edition does not know it.
pub(crate) fn commune_name<'a>(edition: &'a Edition, code: &'a str) -> &'a str {
    edition
        .collection("communes")
        .and_then(|c| Texts::new(c, "nom").get(edition.find(c, code)?))
        .unwrap_or(code)
}
