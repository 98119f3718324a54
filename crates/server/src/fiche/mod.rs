//! `/fiches/{idu}`: everything known about a parcel, or about a site (unité foncière, brownfield, plot), in one
//! document.

mod identity;
mod masked;
mod overlaps;
mod sources;

use axum::extract;
use axum::http::HeaderMap;
use axum::response::Response;
use gisement_model::bareme::Bareme;
use gisement_model::{CommuneNotee, Couche, ParcelleNotee};
use gisement_store::Collection;
use serde_json::{Value, json};

use crate::answer::{self, Keep};
use crate::columns::Texts;
use crate::editions::Edition;
use crate::problem::Problem;
use crate::request::PathOf;
use crate::search::Reference;
use crate::state::State;
use identity::Identity;
use sources::Sources;

/// Longest identifier worth reading, in bytes.
const IDU_MAX: usize = 64;

/// The profiles of a rule set, the default one first.
pub(crate) fn profils(bareme: &Bareme) -> Vec<Value> {
    bareme
        .profils
        .iter()
        .map(
            |p| json!({ "code": p.code, "libelle": p.libelle, "poids": p.poids, "types": p.types }),
        )
        .collect()
}

/// The sheet of a parcel, named by its identifier in any human spelling.
pub(crate) async fn sheet(
    extract::State(state): extract::State<State>,
    PathOf(idu): PathOf<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let edition = state.edition();
    let etag = answer::validator(&[edition.id(), &idu]);
    let body = state
        .compute(move || {
            let (parcelles, row) = locate(&edition, &idu).ok_or_else(|| {
                let shown: String = idu.chars().take(IDU_MAX).collect();
                Problem::not_found(format!(
                    "La parcelle « {shown} » n’est pas dans l’édition servie."
                ))
            })?;
            of_row(&edition, parcelles, row)
        })
        .await??;
    if let Some(same) = answer::unchanged(&headers, &etag, Keep::Check) {
        return Ok(same);
    }
    let mut response = answer::json(&body)?;
    answer::mark(&mut response, &etag, Keep::Check);
    Ok(response)
}

/// The collections of land that is bought together, whose rows have a sheet too.
pub(crate) const ASSEMBLED: [&str; 2] = ["sites", "unites_foncieres"];

/// The row of a parcel by its exact identifier, of a site or unité foncière by its own, else of a parcel as people write it.
fn locate<'a>(edition: &'a Edition, text: &str) -> Option<(&'a Collection, usize)> {
    let parcelles = edition.collection("parcelles")?;
    if text.len() > IDU_MAX {
        return None;
    }
    let exact = edition.find(parcelles, &text.trim().to_uppercase());
    if exact.is_none() {
        for name in ASSEMBLED {
            let found = edition
                .collection(name)
                .and_then(|c| Some((c, edition.find(c, text.trim())?)));
            if found.is_some() {
                return found;
            }
        }
    }
    let row = exact.or_else(|| Reference::parse(text)?.rows(edition, 1).first().copied())?;
    Some((parcelles, row))
}

/// The sheet of a row of `parcelles`, or of an [`ASSEMBLED`] collection.
pub(crate) fn of_row(
    edition: &Edition,
    collection: &Collection,
    row: usize,
) -> Result<Value, Problem> {
    if masked::is(collection, row) {
        masked::assemble(edition, collection, row)
    } else {
        assemble(edition, collection, row)
    }
}

fn assemble(edition: &Edition, parcelles: &Collection, row: usize) -> Result<Value, Problem> {
    let own = parcelles.name() == Couche::Parcelles.code();
    let made_of: Option<gisement_model::Site> = if own {
        None
    } else {
        Some(parcelles.row(row).map_err(Problem::internal)?)
    };
    let parcelle: ParcelleNotee = parcelles.row(row).map_err(Problem::internal)?;
    let identity = Identity::new(edition, parcelles, row);
    let m = edition.manifest();
    let commune = commune(edition, identity.commune)?;
    let evaluation =
        gisement_index::evaluer(&parcelle, commune.as_ref(), edition.bareme()?, m.date);

    // What lies on a site is on the sheets of its parcels.
    let on = if own {
        overlaps::of(edition, row)
    } else {
        Vec::new()
    };
    let known = on.iter().filter_map(|o| Some((o.couche, o.source?)));
    let mut sources = Sources::new(m, identity.commune, known);
    // The first source is always the parcel's own.
    sources.rank(Couche::Parcelles);
    let mut sheet = serde_json::to_value(&evaluation).map_err(Problem::internal)?;
    sources.number(&mut sheet);

    let friche = site(edition, "friches", parcelle.friche_id.as_deref());
    let zae = site(edition, "zae", parcelle.zae_id.as_deref());
    let site_name = friche.as_ref().or(zae.as_ref()).and_then(|s| s.nom.clone());
    let parts = json!({
        "site": made_of.as_ref().map(|s| json!({
            "id": s.id,
            "genre": s.genre,
            "nom": s.nom,
            "parcelles": s.parcelles,
        })),
        "nom": match made_of.and_then(|s| s.nom).or(site_name) {
            Some(site) => format!("{site}, {}", identity.reference()),
            None => format!("{}, {}", identity.reference(), identity.commune_name()),
        },
        "recouvrements": identity::overlaps(&on, &mut sources),
        "friche": friche.map(|f| json!({
            "site_id": f.id,
            "nom": f.nom,
            "statut": parcelle.friche_statut,
            "rattachement": parcelle.friche_rattachement,
            "source": sources.rank(Couche::Friches),
        })),
        "zae": zae.map(|z| json!({
            "site_id": z.id,
            "nom": z.nom,
            "terrain": parcelle.terrain_id.as_ref().map(|t| json!({ "terr_id": t, "etat": parcelle.terrain_etat })),
            "source": sources.rank(Couche::Zae),
        })),
    });
    if let Value::Object(sheet) = &mut sheet {
        for part in [identity.describe()?, parts] {
            if let Value::Object(part) = part {
                sheet.extend(part);
            }
        }
    }
    sheet["sources"] = sources.list(edition.bareme()?);
    Ok(sheet)
}

fn commune(edition: &Edition, code: &str) -> Result<Option<CommuneNotee>, Problem> {
    let found = edition
        .collection("communes")
        .and_then(|c| Some((c, edition.find(c, code)?)));
    found
        .map(|(c, row)| c.row(row).map_err(Problem::internal))
        .transpose()
}

/// A brownfield or business park that the parcel belongs to.
struct Site {
    id: String,
    nom: Option<String>,
}

fn site(edition: &Edition, collection: &str, id: Option<&str>) -> Option<Site> {
    let id = id?;
    let nom = edition.collection(collection).and_then(|c| {
        let row = edition.find(c, id)?;
        Texts::new(c, "site_nom").get(row).map(str::to_owned)
    });
    Some(Site {
        id: id.to_owned(),
        nom,
    })
}
