//! What a client asks of `/exports`, checked.

use axum::http::HeaderMap;
use gisement_export::{Error, Export, Format, Selection, System};
use gisement_store::Collection;
use serde_json::{Map, Value};

use crate::collections::{Query, find, matching};
use crate::editions::Edition;
use crate::filter;
use crate::problem::Problem;
use crate::request::Params;

use super::sorte::Sorte;

/// Most collections of an export.
const COLLECTIONS_MAX: usize = 32;
/// Most features named one by one: what a body of [`crate::limits::EXPORT_BODY_MAX`] holds of parcels.
const IDS_MAX: usize = 3_000;
/// Members of a request besides those below and the columns of the collections.
const OWN: [&str; 6] = [
    "collection",
    "collections",
    "edition",
    "format",
    "ids",
    "territoire",
];
/// Parameters of `/items` that an export has too.
const SHARED: [&str; 8] = [
    "bbox",
    "bbox-crs",
    "crs",
    "datetime",
    filter::PARAMETERS[0],
    filter::PARAMETERS[1],
    filter::PARAMETERS[2],
    "properties",
];

/// A request: collections, a format, and the conditions of `/items`.
#[derive(Debug)]
pub(crate) struct Demande {
    pub(crate) sorte: Sorte,
    pub(crate) collections: Vec<String>,
    /// The edition; the one served when `None`.
    pub(crate) edition: Option<String>,
    params: Params,
    /// Features named one by one, of the only collection; any when `None`.
    ids: Option<Vec<String>>,
    /// The conditions for a reader.
    pub(crate) conditions: Vec<String>,
}

/// Rows and columns of a collection that a request chose.
#[derive(Debug)]
pub(crate) struct Choix {
    collection: String,
    rows: Option<Vec<u32>>,
    shown: Option<Vec<String>>,
    system: System,
}

/// What is to be written.
#[derive(Debug)]
pub(crate) enum Quoi {
    Selection(Vec<Choix>),
    /// The pack of this territory.
    Lot(String),
}

impl Choix {
    /// How many rows were found in its edition.
    pub(crate) fn rows(&self, edition: &Edition) -> usize {
        let whole = || {
            edition
                .collection(&self.collection)
                .map_or(0, gisement_store::Collection::len)
        };
        self.rows.as_ref().map_or_else(whole, Vec::len)
    }
}

impl Demande {
    /// Reads the JSON of a request.
    pub(crate) fn read(body: &Value) -> Result<Self, Problem> {
        let Some(members) = body.as_object() else {
            return Err(Problem::parameter("", "Un objet JSON est attendu."));
        };
        let text = |name: &str| match members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(t)) => Ok(Some(t.as_str())),
            Some(_) => Err(Problem::parameter(name, "Un texte est attendu.")),
        };
        let codes = || Sorte::all().map(Sorte::code).collect::<Vec<_>>().join(", ");
        let sorte = text("format")?.and_then(Sorte::from_code).ok_or_else(|| {
            Problem::parameter("format", format!("Formats possibles : {}.", codes()))
        })?;
        let territoire = text("territoire")?;
        let Sorte::Selection(format) = sorte else {
            return Self::pack(members, territoire, text("edition")?);
        };
        if territoire.is_some() {
            let why = "Un territoire se demande avec le format « lot » ; ailleurs, filter.";
            return Err(Problem::parameter("territoire", why));
        }
        let collections = collections(members, text("collection")?)?;
        if collections.len() > 1 && !format.many() {
            let refusal = Error::OneCollection(format.name());
            return Err(Problem::parameter("collections", format!("{refusal}.")));
        }
        let ids = ids(members, &collections)?;
        let mut pairs = Vec::new();
        for (name, value) in members {
            if OWN.contains(&name.as_str()) || value.is_null() {
                continue;
            }
            pairs.push((name.clone(), plain(name, value)?));
            let json = name == "filter" && value.is_object();
            if json && !members.contains_key("filter-lang") {
                pairs.push(("filter-lang".to_owned(), "cql2-json".to_owned()));
            }
        }
        let named = ids.iter().map(|ids| format!("ids = {} objets", ids.len()));
        let conditions = pairs
            .iter()
            .filter(|(name, _)| !["crs", "properties", "filter-lang"].contains(&name.as_str()))
            .map(|(name, value)| format!("{name} = {value}"))
            .chain(named)
            .collect();
        Ok(Self {
            sorte,
            collections,
            edition: text("edition")?.map(str::to_owned),
            params: Params::new(pairs),
            ids,
            conditions,
        })
    }

    /// A pack: the whole of a territory, without conditions.
    fn pack(
        members: &Map<String, Value>,
        territoire: Option<&str>,
        edition: Option<&str>,
    ) -> Result<Self, Problem> {
        let known = ["edition", "format", "territoire"];
        if let Some(other) = members.keys().find(|k| !known.contains(&k.as_str())) {
            return Err(Problem::parameter(other, "Un lot n’a pas de condition."));
        }
        let territoire = territoire.ok_or_else(|| {
            Problem::parameter("territoire", "Un territoire est attendu (scot:FICTIF-01).")
        })?;
        Ok(Self {
            sorte: Sorte::Lot,
            collections: vec![territoire.to_owned()],
            edition: edition.map(str::to_owned),
            params: Params::new(Vec::new()),
            ids: None,
            conditions: Vec::new(),
        })
    }

    /// Finds the rows, by the grammar and the limits of `/items`.
    pub(crate) fn choose(&self, edition: &Edition) -> Result<Quoi, Problem> {
        let Sorte::Selection(format) = self.sorte else {
            let territoire = self.collections.first().cloned().unwrap_or_default();
            crate::lot::exists(edition, &territoire)?;
            return Ok(Quoi::Lot(territoire));
        };
        self.rows(edition, format).map(Quoi::Selection)
    }

    fn rows(&self, edition: &Edition, format: Format) -> Result<Vec<Choix>, Problem> {
        let legal = edition.manifest().crs;
        self.collections
            .iter()
            .map(|id| {
                let (info, collection) = find(edition, id)
                    .map_err(|_| unknown_collection(edition, id))?;
                let columns: Vec<&str> = info.champs.iter().map(|c| c.nom.as_str()).collect();
                self.params.only(&SHARED, &columns)?;
                let stored = System::stored(legal);
                let query = Query::read(&self.params, &HeaderMap::new(), info, stored)?;
                if format == Format::FlatGeobuf && info.geometrie == "none" {
                    return Err(Problem::parameter(
                        "format",
                        format!("La collection « {id} » n’a pas de géométrie : FlatGeobuf en demande une."),
                    ));
                }
                let asked = self.params.get("crs")?.is_some();
                let found = matching(info, collection, &query)?;
                let named = self.ids.as_ref().map(|ids| rows_of(edition, collection, ids));
                Ok(Choix {
                    collection: id.clone(),
                    rows: both(found, named.transpose()?),
                    shown: query.shown,
                    system: if asked {
                        query.system
                    } else {
                        format.system(legal)
                    },
                })
            })
            .collect()
    }
}

/// The rows of these features, in order, each once.
fn rows_of(
    edition: &Edition,
    collection: &Collection,
    ids: &[String],
) -> Result<Vec<u32>, Problem> {
    let find = |id: &String| {
        let row = edition.find(collection, id).ok_or_else(|| {
            let shown: String = id.chars().take(64).collect();
            Problem::parameter("ids", format!("La collection n’a pas d’objet « {shown} »."))
        })?;
        Ok(row as u32)
    };
    let mut rows: Vec<u32> = ids.iter().map(find).collect::<Result<_, Problem>>()?;
    rows.sort_unstable();
    rows.dedup();
    Ok(rows)
}

/// The rows that are in both lists, a missing one being all rows. Each is in order.
fn both(a: Option<Vec<u32>>, b: Option<Vec<u32>>) -> Option<Vec<u32>> {
    match (a, b) {
        (Some(mut a), Some(b)) => {
            a.retain(|row| b.binary_search(row).is_ok());
            Some(a)
        }
        (a, b) => a.or(b),
    }
}

/// What writers take.
pub(crate) fn selected(
    edition: &Edition,
    choices: Vec<Choix>,
    conditions: Vec<String>,
) -> Result<Export<'_>, Error> {
    let selections = choices
        .into_iter()
        .filter_map(|c| {
            let (info, collection) = find(edition, &c.collection).ok()?;
            let shown = c.shown.as_deref();
            Some(Selection::new(info, collection, c.rows, shown, c.system))
        })
        .collect::<Result<_, _>>()?;
    Ok(Export {
        manifest: edition.manifest(),
        selections,
        conditions,
    })
}

/// Rows of a collection in the legal system, every column.
pub(crate) fn selection<'e>(
    edition: &'e Edition,
    info: &'e gisement_store::CollectionInfo,
    collection: &'e gisement_store::Collection,
    rows: Option<Vec<u32>>,
) -> Result<Selection<'e>, Error> {
    let legal = System::stored(edition.manifest().crs);
    Selection::new(info, collection, rows, None, legal)
}

fn unknown_collection(edition: &Edition, id: &str) -> Problem {
    let known: Vec<&str> = edition.public().map(|c| c.id.as_str()).collect();
    Problem::parameter(
        "collections",
        format!(
            "L’édition n’a pas de collection « {id} ». Collections : {}.",
            known.join(", ")
        ),
    )
}

/// The collections, each once.
fn collections(members: &Map<String, Value>, one: Option<&str>) -> Result<Vec<String>, Problem> {
    let bad = |why: &str| Err(Problem::parameter("collections", why));
    let mut all: Vec<String> = Vec::new();
    match (members.get("collections"), one) {
        (Some(_), Some(_)) => return bad("« collection » ou « collections », pas les deux."),
        (None, None) => return bad("Une liste de collections est attendue : voir /collections."),
        (None, Some(one)) => all.push(one.to_owned()),
        (Some(Value::Array(list)), None) => {
            for v in list {
                match v.as_str() {
                    Some(id) if all.iter().any(|known| known == id) => {
                        return bad("Une collection est donnée deux fois.");
                    }
                    Some(id) => all.push(id.to_owned()),
                    None => return bad("Une liste de textes est attendue."),
                }
            }
        }
        (Some(_), None) => return bad("Une liste de textes est attendue."),
    }
    if all.is_empty() {
        return bad("Une collection au moins est attendue.");
    }
    if all.len() > COLLECTIONS_MAX {
        return bad("Trop de collections.");
    }
    Ok(all)
}

/// The features named one by one.
fn ids(
    members: &Map<String, Value>,
    collections: &[String],
) -> Result<Option<Vec<String>>, Problem> {
    let bad = |why: &str| Err(Problem::parameter("ids", why));
    let list = match members.get("ids") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(list)) => list,
        Some(_) => return bad("Une liste d’identifiants est attendue."),
    };
    if collections.len() > 1 {
        return bad("Des identifiants sont ceux d’une seule collection.");
    }
    if list.is_empty() || list.len() > IDS_MAX {
        return Err(Problem::parameter(
            "ids",
            format!("De 1 à {IDS_MAX} identifiants."),
        ));
    }
    let text = |v: &Value| v.as_str().map(str::to_owned);
    match list.iter().map(text).collect() {
        Some(ids) => Ok(Some(ids)),
        None => bad("Une liste de textes est attendue."),
    }
}

/// A member as the parameter of an address would be written.
fn plain(name: &str, value: &Value) -> Result<String, Problem> {
    let bad = || Problem::parameter(name, "Un texte, un nombre ou une liste est attendu.");
    let scalar = |v: &Value| match v {
        Value::String(t) => Ok(t.clone()),
        Value::Number(n) => Ok(n.to_string()),
        Value::Bool(b) => Ok(b.to_string()),
        _ => Err(bad()),
    };
    match value {
        // CQL2 in JSON.
        Value::Object(_) if name == "filter" => Ok(value.to_string()),
        Value::Array(list) => {
            let all: Vec<String> = list.iter().map(scalar).collect::<Result<_, _>>()?;
            Ok(all.join(","))
        }
        v => scalar(v),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fault(body: &Value) -> String {
        let p = serde_json::to_value(Demande::read(body).unwrap_err()).unwrap();
        p["parametre"].as_str().unwrap().to_owned()
    }

    #[test]
    fn requests_are_checked() {
        let d = Demande::read(&json!({
            "collection": "parcelles", "format": "gpkg", "bbox": [3.1, 43, 4, 44.5],
            "filter": { "op": "=", "args": [{ "property": "verdict" }, "reserve"] }, "arpente": true,
        }))
        .unwrap();
        assert_eq!(d.collections, ["parcelles"]);
        assert_eq!(d.params.get("bbox").unwrap(), Some("3.1,43,4,44.5"));
        assert_eq!(d.params.get("filter-lang").unwrap(), Some("cql2-json"));
        assert_eq!(d.params.get("arpente").unwrap(), Some("true"));
        for (bad, parameter) in [
            (json!([]), ""),
            (json!({}), "format"),
            (json!({ "format": "dwg" }), "format"),
            (json!({ "format": 1 }), "format"),
            (json!({ "format": "gpkg" }), "collections"),
            (
                json!({ "format": "gpkg", "collections": [] }),
                "collections",
            ),
            (
                json!({ "format": "gpkg", "collections": [1] }),
                "collections",
            ),
            (
                json!({ "format": "gpkg", "collections": ["a", "a"] }),
                "collections",
            ),
            (
                json!({ "format": "gpkg", "collections": "a" }),
                "collections",
            ),
            (
                json!({ "format": "gpkg", "collection": "a", "collections": ["b"] }),
                "collections",
            ),
            (
                json!({ "format": "geojson", "collections": ["a", "b"] }),
                "collections",
            ),
            (
                json!({ "format": "gpkg", "collection": "a", "idu": {} }),
                "idu",
            ),
            (
                json!({ "format": "gpkg", "collection": "a", "bbox": [[1]] }),
                "bbox",
            ),
            (
                json!({ "format": "gpkg", "collection": "a", "edition": 3 }),
                "edition",
            ),
            (
                json!({ "format": "gpkg", "collection": "a", "ids": [] }),
                "ids",
            ),
            (
                json!({ "format": "gpkg", "collection": "a", "ids": [1] }),
                "ids",
            ),
            (
                json!({ "format": "gpkg", "collections": ["a", "b"], "ids": ["x"] }),
                "ids",
            ),
            (
                json!({ "format": "gpkg", "collection": "a", "ids": vec!["x"; IDS_MAX + 1] }),
                "ids",
            ),
        ] {
            assert_eq!(fault(&bad), parameter, "{bad}");
        }
    }

    #[test]
    fn rows_named_and_rows_found_are_both_asked_for() {
        assert_eq!(both(None, None), None);
        assert_eq!(both(Some(vec![1, 2]), None), Some(vec![1, 2]));
        assert_eq!(both(None, Some(vec![3])), Some(vec![3]));
        assert_eq!(
            both(Some(vec![1, 4, 7]), Some(vec![4, 5, 7])),
            Some(vec![4, 7])
        );
    }
}
