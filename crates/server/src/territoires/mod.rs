//! `/territoires`: what an edition knows of a commune, an EPCI, a SCoT or a département: stocks of gisements, ENAF
//! consumption, housing context, brownfields, business parks and public land.

mod inventaires;
mod level;
mod registre;
mod stocks;

use std::collections::BTreeMap;

use axum::extract;
use axum::http::HeaderMap;
use axum::response::Response;
use gisement_model::{CommuneNotee, Couche, RegistreZan};
use serde::Deserialize;
use serde_json::{Value, json};

pub(crate) use level::{Level, Territoire, all, find};
pub(crate) use registre::{artificialisation, artificialisation_lines, lines};

use crate::answer::{self, JSON, Keep, Link};
use crate::editions::Edition;
use crate::observatoire::Perimetre;
use crate::problem::Problem;
use crate::request::{Base, Params, PathOf, encode};
use crate::state::State;

/// Layers that these figures come from.
const LAYERS: [Couche; 12] = [
    Couche::Parcelles,
    Couche::Communes,
    Couche::Friches,
    Couche::Zae,
    Couche::Terrains,
    Couche::Enaf,
    Couche::Trajectoires,
    Couche::Declarations,
    Couche::Occupation,
    Couche::Logement,
    Couche::Proprietaires,
    Couche::Activite,
];

/// `/territoires`: every territory, level by level.
pub(crate) async fn list(
    extract::State(state): extract::State<State>,
    Base(base): Base,
    params: Params,
) -> Result<Response, Problem> {
    params.only(&["f"], &[])?;
    let edition = state.edition();
    let body = state.compute(move || every(&edition, &base)).await?;
    answer::json(&body)
}

/// Every territory, level by level.
pub(crate) fn every(edition: &Edition, base: &str) -> Value {
    let mut body = json!({
        "edition": edition.id(),
        "links": [
            Link::new("self", JSON, format!("{base}/territoires")),
            Link::new("root", JSON, format!("{base}/")),
        ],
    });
    for level in Level::ALL {
        let named: Vec<Value> = all(edition, level).iter().map(|t| named(t, base)).collect();
        body[level.code()] = named.into();
    }
    body
}

fn named(t: &Territoire<'_>, base: &str) -> Value {
    json!({
        "code": t.code,
        "nom": t.nom,
        "communes": t.communes.len(),
        "href": address(t, base),
    })
}

fn address(t: &Territoire<'_>, base: &str) -> String {
    format!("{base}/territoires/{}/{}", t.level.code(), encode(t.code))
}

/// The address of a territory.
#[derive(Debug, Deserialize)]
pub(crate) struct Of {
    niveau: String,
    code: String,
}

/// `/territoires/{niveau}/{code}`.
pub(crate) async fn one(
    extract::State(state): extract::State<State>,
    Base(base): Base,
    PathOf(Of { niveau, code }): PathOf<Of>,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    params.only(&["f"], &[])?;
    let edition = state.edition();
    state
        .compute(move || {
            let territoire = Level::parse(&niveau)
                .and_then(|l| find(&edition, l, &code))
                .ok_or_else(|| {
                    Problem::not_found("L’édition n’a pas ce territoire : voir « /territoires ».")
                })?;
            let etag = answer::validator(&[edition.id(), &address(&territoire, &base)]);
            if let Some(same) = answer::unchanged(&headers, &etag, Keep::Check) {
                return Ok(same);
            }
            let mut response = answer::json(&describe(&edition, &territoire, &base)?)?;
            answer::mark(&mut response, &etag, Keep::Check);
            Ok(response)
        })
        .await?
}

/// The ledger of a territory, with its name; null when it has none.
pub(crate) fn ledger(edition: &Edition, t: &Territoire<'_>) -> Result<Value, Problem> {
    let communes: Vec<CommuneNotee> = match edition.collection("communes") {
        Some(c) => c.rows(&t.communes).map_err(Problem::internal)?,
        None => Vec::new(),
    };
    let lines = lines(edition, &communes)?;
    let mut found = registre::describe(edition, t, &lines)?;
    if found.is_object() {
        found["niveau"] = t.level.code().into();
        found["nom"] = t.nom.into();
    }
    Ok(found)
}

/// What the edition knows of a territory.
pub(crate) fn describe(
    edition: &Edition,
    t: &Territoire<'_>,
    base: &str,
) -> Result<Value, Problem> {
    let m = edition.manifest();
    let communes: Vec<CommuneNotee> = match edition.collection("communes") {
        Some(c) => c.rows(&t.communes).map_err(Problem::internal)?,
        None => Vec::new(),
    };
    let perimetre = Perimetre::new(edition, &communes);
    let stocks: Vec<Value> = stocks::of(edition, edition.stock(), |c| perimetre.holds(c))
        .into_iter()
        .map(|(kind, s)| {
            let mut v = json!({ "type": kind.code(), "libelle": kind.libelle() });
            if let (Value::Object(v), Ok(Value::Object(s))) = (&mut v, serde_json::to_value(s)) {
                v.extend(s);
            }
            v
        })
        .collect();
    let sources: Vec<_> = m
        .sources
        .iter()
        .filter(|s| LAYERS.contains(&s.couche))
        .map(|s| {
            json!({
                "couche": s.couche,
                "libelle": s.couche.libelle(),
                "fichier": s.fichier,
                "producteur": s.producteur,
                "licence": s.licence,
                "millesime": s.millesime,
            })
        })
        .collect();
    let lines = lines(edition, &communes)?;
    Ok(json!({
        "niveau": t.level.code(),
        "code": t.code,
        "nom": t.nom,
        "edition": { "id": m.id, "date": m.date, "nom": m.nom, "fictif": m.fictif, "diffusion": m.diffusion },
        "population": sum(&communes, |c| c.population.map(|p| p as f64)),
        "parcelles": parcels(&communes),
        "gisements": stocks,
        "enaf": enaf(&communes),
        "registre": registre::describe(edition, t, &lines)?,
        "artificialisation": registre::artificialisation(edition, &communes)?,
        "logement": housing(&communes),
        "friches": inventaires::friches(&perimetre)?,
        "zae": inventaires::zae(&perimetre)?,
        "foncier_public": inventaires::foncier_public(&perimetre),
        "communes": communes.iter().map(|c| commune(c, &lines, base)).collect::<Vec<_>>(),
        "sources": sources,
        "links": [
            Link::new("self", JSON, address(t, base)),
            Link::new("up", JSON, format!("{base}/territoires")),
            Link::new("related", JSON, format!("{base}/classement?territoire={}:{}", t.level.code(), encode(t.code)))
                .titled("Classement des gisements"),
        ],
    }))
}

/// A sum over the communes of which the value is known; null when it is of none.
fn sum(communes: &[CommuneNotee], of: impl Fn(&CommuneNotee) -> Option<f64>) -> Value {
    let known: Vec<f64> = communes.iter().filter_map(of).collect();
    json!({
        "somme": (!known.is_empty()).then(|| known.iter().sum::<f64>()),
        "communes_inconnues": communes.len() - known.len(),
    })
}

/// Parcels by verdict. A public edition withholds some communes' numbers: they are not in the sums, and are counted.
fn parcels(communes: &[CommuneNotee]) -> Value {
    let of = |n: fn(&CommuneNotee) -> Option<i64>| sum(communes, |c| n(c).map(|n| n as f64));
    json!({
        "nombre": communes.iter().map(|c| c.nb_parcelles).sum::<i64>(),
        "prioritaire": of(|c| c.nb_prioritaire),
        "a_etudier": of(|c| c.nb_a_etudier),
        "reserve": of(|c| c.nb_reserve),
        "ecarte": of(|c| c.nb_ecarte),
        "parc_social": of(|c| c.nb_parc_social),
        "sans_objet": of(|c| c.nb_sans_objet),
        "non_evalue": of(|c| c.nb_non_evalue),
    })
}

/// Land take, m². `reste` may be negative: budgets are not additive, so it is not their difference over the territory.
fn enaf(communes: &[CommuneNotee]) -> Value {
    json!({
        "reference_2011_2020_m2": sum(communes, |c| c.enaf_reference_m2),
        "depuis_2021_m2": sum(communes, |c| c.enaf_depuis_2021_m2),
        "communes_sans_reste": communes.iter().filter(|c| c.enaf_reste_m2.is_some_and(|r| r <= 0.0)).count(),
        "communes_reste_inconnu": communes.iter().filter(|c| c.enaf_reste_m2.is_none()).count(),
    })
}

fn housing(communes: &[CommuneNotee]) -> Value {
    let count = |of: fn(&CommuneNotee) -> Option<bool>| {
        let says = |v: Option<bool>| communes.iter().filter(|c| of(c) == v).count();
        json!({ "oui": says(Some(true)), "non": says(Some(false)), "inconnu": says(None) })
    };
    json!({
        "communes_sru": count(|c| c.sru_soumise),
        "communes_carencees": count(|c| c.carence),
    })
}

fn commune(c: &CommuneNotee, lines: &BTreeMap<String, RegistreZan>, base: &str) -> Value {
    json!({
        "code": c.code_insee,
        "nom": c.nom,
        "population": c.population,
        "document": c.document,
        "zone_abc": c.zone_abc,
        "sru_soumise": c.sru_soumise,
        "sru_taux": c.sru_taux,
        "sru_cible": c.sru_cible,
        "carence": c.carence,
        "tension": c.tension,
        "nb_parcelles": c.nb_parcelles,
        "nb_classes": c.nb_classes,
        "indice_dix_meilleurs": c.indice_dix_meilleurs,
        "enaf_reference_m2": c.enaf_reference_m2,
        "enaf_depuis_2021_m2": c.enaf_depuis_2021_m2,
        "enaf_autorise_m2": c.enaf_autorise_m2,
        "enaf_reste_m2": c.enaf_reste_m2,
        "registre": lines.get(&registre::whole(c.code_insee)).map(registre::summary),
        "href": format!("{base}/territoires/commune/{}", c.code_insee),
    })
}
