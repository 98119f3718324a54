//! `/fiches/{idu}`: everything known about a parcel, or about a site (unité foncière, brownfield, plot), in one
//! document.

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
use crate::collections::geometry;
use crate::columns::Texts;
use crate::editions::Edition;
use crate::problem::Problem;
use crate::request::PathOf;
use crate::search::{Reference, centre};
use crate::state::State;
use crate::system::System;
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
            assemble(&edition, parcelles, row)
        })
        .await??;
    if let Some(same) = answer::unchanged(&headers, &etag, Keep::Check) {
        return Ok(same);
    }
    let mut response = answer::json(&body)?;
    answer::mark(&mut response, &etag, Keep::Check);
    Ok(response)
}

/// The row of a parcel by its exact identifier, of a site by its own, else of a parcel as people write it.
fn locate<'a>(edition: &'a Edition, text: &str) -> Option<(&'a Collection, usize)> {
    let parcelles = edition.collection("parcelles")?;
    if text.len() > IDU_MAX {
        return None;
    }
    let exact = edition.find(parcelles, &text.trim().to_uppercase());
    if exact.is_none()
        && let Some(sites) = edition.collection("sites")
        && let Some(row) = edition.find(sites, text.trim())
    {
        return Some((sites, row));
    }
    let row = exact.or_else(|| Reference::parse(text)?.rows(edition, 1).first().copied())?;
    Some((parcelles, row))
}

fn assemble(edition: &Edition, parcelles: &Collection, row: usize) -> Result<Value, Problem> {
    let own = parcelles.name() == Couche::Parcelles.code();
    let made_of: Option<gisement_model::Site> = if own {
        None
    } else {
        Some(parcelles.row(row).map_err(Problem::internal)?)
    };
    let parcelle: ParcelleNotee = parcelles.row(row).map_err(Problem::internal)?;
    let m = edition.manifest();
    let code = parcelle.code_insee.as_str();
    let commune = commune(edition, code)?;
    let evaluation =
        gisement_index::evaluer(&parcelle, commune.as_ref(), edition.bareme()?, m.date);

    // What lies on a site is on the sheets of its parcels.
    let overlaps = if own {
        overlaps::of(edition, row)
    } else {
        Vec::new()
    };
    let mut sources = Sources::new(
        m,
        code,
        overlaps.iter().filter_map(|o| Some((o.couche, o.source?))),
    );
    // The first source is always the parcel's own.
    sources.rank(Couche::Parcelles);
    let mut sheet = serde_json::to_value(&evaluation).map_err(Problem::internal)?;
    sources.number(&mut sheet);

    let commune_nom = crate::search::commune_name(edition, code);
    let reference = format!(
        "{} {}",
        parcelle.section.trim_start_matches('0'),
        parcelle.numero
    );
    let friche = site(edition, "friches", parcelle.friche_id.as_deref());
    let zae = site(edition, "zae", parcelle.zae_id.as_deref());
    let site_name = friche.as_ref().or(zae.as_ref()).and_then(|s| s.nom.clone());
    let bbox = parcelles.bbox(row);
    let place = bbox.map(centre);

    let parts = json!({
        "idu": parcelle.idu,
        "section": parcelle.section,
        "numero": parcelle.numero,
        "prefixe": parcelle.prefixe,
        "commune": { "code": code, "nom": commune_nom },
        "site": made_of.as_ref().map(|s| json!({
            "id": s.id,
            "genre": s.genre,
            "nom": s.nom,
            "parcelles": s.parcelles,
        })),
        "nom": match made_of.and_then(|s| s.nom).or(site_name) {
            Some(site) => format!("{site}, {reference}"),
            None => format!("{reference}, {commune_nom}"),
        },
        "edition": { "id": m.id, "date": m.date, "nom": m.nom, "fictif": m.fictif },
        "geometrie": geometry_value(parcelles, row)?,
        "bbox": bbox,
        "centre": place,
        "contenance_m2": parcelle.contenance_m2,
        "surface_m2": parcelle.surface_m2,
        "recouvrements": overlaps.iter().map(|o| json!({
            "couche": o.couche,
            "code": o.code,
            "libelle": o.libelle,
            "part": o.part,
            "source": sources.rank(o.couche),
        })).collect::<Vec<_>>(),
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
        "liens": place.map(links).unwrap_or_default(),
    });
    if let (Value::Object(sheet), Value::Object(parts)) = (&mut sheet, parts) {
        sheet.extend(parts);
    }
    sheet["sources"] = sources.list();
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

fn geometry_value(parcelles: &Collection, row: usize) -> Result<Value, Problem> {
    let mut text = Vec::new();
    geometry(&mut text, parcelles, row, System::CRS84);
    serde_json::from_slice(&text).map_err(Problem::internal)
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

/// Public services that show the same place.
fn links([lon, lat]: [f64; 2]) -> Vec<Value> {
    [
        (
            "Géoportail de l’urbanisme",
            format!(
                "https://www.geoportail-urbanisme.gouv.fr/map/#tile=1&lon={lon}&lat={lat}&zoom=19"
            ),
        ),
        (
            "Géorisques, état des risques (PDF)",
            format!("https://www.georisques.gouv.fr/api/v1/rapport_pdf?latlon={lon},{lat}"),
        ),
        (
            "cadastre.gouv.fr",
            "https://www.cadastre.gouv.fr/scpc/accueil.do".to_owned(),
        ),
    ]
    .map(|(libelle, href)| json!({ "libelle": libelle, "href": href }))
    .into()
}
