//! What lies on a parcel: the objects of other layers, with words for a reader.

use arrow_array::{Array as _, Float64Array, Int64Array};
use gisement_model::Couche;
use gisement_store::Collection;

use crate::columns::{Integers, Texts};
use crate::editions::Edition;

/// An object that covers part of a parcel.
pub(super) struct Overlap {
    pub(super) couche: Couche,
    pub(super) code: Option<String>,
    pub(super) libelle: String,
    pub(super) part: f64,
    /// Rank in the edition's list of the file that the object comes from.
    pub(super) source: Option<usize>,
}

/// The objects on the parcel of this row.
pub(super) fn of(edition: &Edition, parcelle: usize) -> Vec<Overlap> {
    edition
        .collection("recouvrements")
        .and_then(|c| rows(edition, c, parcelle as i64))
        .unwrap_or_default()
}

fn rows(edition: &Edition, c: &Collection, parcelle: i64) -> Option<Vec<Overlap>> {
    let integers = |name| c.column(name)?.as_any().downcast_ref::<Int64Array>();
    let (parcels, objects) = (integers("parcelle")?, integers("objet")?);
    let shares = c.column("part")?.as_any().downcast_ref::<Float64Array>()?;
    let layers = Texts::new(c, "couche");
    // Sorted by parcel.
    let values = parcels.values();
    let start = values.partition_point(|p| *p < parcelle);
    let end = start + values[start..].partition_point(|p| *p == parcelle);
    let found = (start..end).filter_map(|row| {
        let couche: Couche = layers.get(row)?.parse().ok()?;
        let target = edition.collection(couche.code())?;
        let object = usize::try_from(objects.value(row))
            .ok()
            .filter(|o| *o < target.len())?;
        let (code, libelle) = words(couche, target, object);
        Some(Overlap {
            couche,
            code,
            libelle,
            part: shares.value(row),
            source: Integers::new(target, "source")
                .get(object)
                .and_then(|s| usize::try_from(s).ok()),
        })
    });
    Some(found.collect())
}

/// The code and the label of an object.
fn words(couche: Couche, c: &Collection, row: usize) -> (Option<String>, String) {
    let text = |name: &str| Texts::new(c, name).get(row).map(str::to_owned);
    let pair = |a: Option<String>, b: Option<String>| match (a, b) {
        (Some(a), Some(b)) if a != b => Some(format!("{a} : {b}")),
        (a, b) => a.or(b),
    };
    let (code, libelle) = match couche {
        Couche::Zonage => (text("typezone"), pair(text("libelle"), text("libelong"))),
        Couche::Contraintes => (text("classe"), pair(text("categorie"), text("nom"))),
        Couche::Prescriptions => {
            let code = match (text("typepsc"), text("stypepsc")) {
                (Some(a), Some(b)) => Some(format!("{a}-{b}")),
                (a, _) => a,
            };
            (code, text("libelle").or_else(|| text("txt")))
        }
        Couche::Friches => (text("site_statut"), text("site_nom")),
        Couche::Zae => (text("site_type"), text("site_nom")),
        Couche::Terrains => (text("etat"), text("usage")),
        Couche::Activite => (
            text("nature"),
            text("toponyme").or_else(|| text("categorie")),
        ),
        _ => (None, text("nom")),
    };
    (code, libelle.unwrap_or_else(|| couche.libelle().to_owned()))
}
