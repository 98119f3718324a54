//! What a sheet says of a parcel whatever is known of its evaluation: names, place, outline, what lies on it.

use gisement_store::Collection;
use serde_json::{Value, json};

use super::overlaps::Overlap;
use super::sources::Sources;
use crate::collections::geometry;
use crate::columns::{Integers, Reals, Texts};
use crate::editions::Edition;
use crate::problem::Problem;
use crate::search::{centre, commune_name};
use crate::system::System;

/// A parcel by its names, or a site by those of the parcel that stands for it.
pub(super) struct Identity<'a> {
    edition: &'a Edition,
    collection: &'a Collection,
    row: usize,
    pub(super) idu: &'a str,
    pub(super) commune: &'a str,
    section: &'a str,
    numero: &'a str,
}

impl<'a> Identity<'a> {
    pub(super) fn new(edition: &'a Edition, collection: &'a Collection, row: usize) -> Self {
        let text = |name| Texts::new(collection, name).get(row).unwrap_or_default();
        Self {
            edition,
            collection,
            row,
            idu: text("idu"),
            commune: text("code_insee"),
            section: text("section"),
            numero: text("numero"),
        }
    }

    /// Section and number, as people write them.
    pub(super) fn reference(&self) -> String {
        format!("{} {}", self.section.trim_start_matches('0'), self.numero)
    }

    pub(super) fn commune_name(&self) -> &'a str {
        commune_name(self.edition, self.commune)
    }

    pub(super) fn describe(&self) -> Result<Value, Problem> {
        let m = self.edition.manifest();
        let (c, row) = (self.collection, self.row);
        let bbox = c.bbox(row);
        let place = bbox.map(centre);
        let mut outline = Vec::new();
        geometry(&mut outline, c, row, System::CRS84);
        let outline: Value = serde_json::from_slice(&outline).map_err(Problem::internal)?;
        Ok(json!({
            "idu": self.idu,
            "section": self.section,
            "numero": self.numero,
            "prefixe": Texts::new(c, "prefixe").get(row),
            "commune": { "code": self.commune, "nom": self.commune_name() },
            "edition": { "id": m.id, "date": m.date, "nom": m.nom, "fictif": m.fictif },
            "geometrie": outline,
            "bbox": bbox,
            "centre": place,
            "contenance_m2": Integers::new(c, "contenance_m2").get(row),
            "surface_m2": Reals::new(c, "surface_m2").get(row),
            "liens": place.map(|at| links(self.idu, at)).unwrap_or_default(),
        }))
    }
}

/// The objects on a parcel, each with the number of its source.
pub(super) fn overlaps(all: &[Overlap], sources: &mut Sources<'_>) -> Value {
    all.iter()
        .map(|o| {
            json!({
                "couche": o.couche,
                "code": o.code,
                "libelle": o.libelle,
                "part": o.part,
                "source": sources.rank(o.couche),
            })
        })
        .collect()
}

/// Public services that show the same place, the cadastre the very parcel.
fn links(idu: &str, [lon, lat]: [f64; 2]) -> Vec<Value> {
    [
        (
            "Géoportail de l’urbanisme, à cet endroit",
            format!(
                "https://www.geoportail-urbanisme.gouv.fr/map/#tile=1&lon={lon}&lat={lat}&zoom=19&mlon={lon}&mlat={lat}"
            ),
        ),
        (
            "Géorisques, état des risques (PDF)",
            format!("https://www.georisques.gouv.fr/api/v1/rapport_pdf?latlon={lon},{lat}"),
        ),
        (
            "Cadastre (Etalab), la parcelle sur photographie",
            format!(
                "https://cadastre.data.gouv.fr/map?style=ortho&parcelleId={idu}#18/{lat}/{lon}"
            ),
        ),
    ]
    .map(|(libelle, href)| json!({ "libelle": libelle, "href": href }))
    .into()
}
