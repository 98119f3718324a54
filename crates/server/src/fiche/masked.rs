//! The sheet of a parcel whose evaluation is withheld (`docs/decisions/0009`): cadastre, zone and constraints.

use gisement_index::MASQUEE;
use gisement_model::Couche;
use gisement_store::Collection;
use serde_json::{Value, json};

use super::identity::{self, Identity};
use super::overlaps;
use super::sources::Sources;
use crate::columns::Integers;
use crate::editions::Edition;
use crate::problem::Problem;

const REASON: &str = "Le propriétaire n’est pas une personne morale connue et la parcelle n’est ni en friche ni en zone \
    d’activité : son évaluation n’est pas diffusée au public.";
/// What the sheet shows of what lies on the parcel.
const LAYERS: &[Couche] = &[
    Couche::Zonage,
    Couche::Prescriptions,
    Couche::Informations,
    Couche::Contraintes,
];

/// Whether the evaluation of a parcel is withheld: in the public form of an edition only.
pub(super) fn is(parcelles: &Collection, row: usize) -> bool {
    Integers::new(parcelles, MASQUEE.name).get(row) == Some(1)
}

/// The same members as any sheet; those of the evaluation are empty or null.
pub(super) fn assemble(
    edition: &Edition,
    parcelles: &Collection,
    row: usize,
) -> Result<Value, Problem> {
    let identity = Identity::new(edition, parcelles, row);
    let mut on = overlaps::of(edition, row);
    on.retain(|o| LAYERS.contains(&o.couche));
    let known = on.iter().filter_map(|o| Some((o.couche, o.source?)));
    let mut sources = Sources::new(edition.manifest(), identity.commune, known);
    sources.rank(Couche::Parcelles);
    let mut sheet = json!({
        "masquee": true,
        "raison": REASON,
        "nom": format!("{}, {}", identity.reference(), identity.commune_name()),
        "verdict": null,
        "types": [],
        "axes": [],
        "fiabilite": null,
        "indice": null,
        "a_verifier": [],
        "voie": null,
        "capacite": null,
        "enaf": null,
        "criteres": [],
        "recouvrements": identity::overlaps(&on, &mut sources),
        "site": null,
        "friche": null,
        "zae": null,
    });
    if let (Value::Object(sheet), Value::Object(parts)) = (&mut sheet, identity.describe()?) {
        sheet.extend(parts);
    }
    sheet["sources"] = sources.list(edition.bareme()?);
    Ok(sheet)
}
