//! What several test modules need.

use gisement_model::{Couche, Couverture, Provenance};

pub(crate) fn provenance() -> Provenance {
    Provenance {
        couche: Couche::Zonage,
        fichier: "essai".into(),
        empreinte: "00".into(),
        producteur: None,
        licence: None,
        millesime: None,
        crs_source: None,
        couverture: Couverture::Inconnue,
    }
}
