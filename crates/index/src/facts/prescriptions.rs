//! Prescriptions of the planning document on a parcel.

use gisement_model::ParcelleNotee;

use super::{Mesure, PRESCRIPTIONS};
use crate::classify::Effet;

pub(super) fn prescriptions(m: &Mesure<'_>, row: &mut ParcelleNotee) {
    let ctx = m.ctx;
    let covered = m.is_covered(&ctx.couvertures.prescriptions);
    let hits = &m.hits[PRESCRIPTIONS];
    if hits.is_empty() && !covered {
        return;
    }
    let geoms = &ctx.layers.prescriptions.geoms;
    let share = |e: Effet| {
        let area = m.covered_by(PRESCRIPTIONS, geoms, |k| {
            ctx.prescriptions[k as usize].effet == e
        });
        m.known(area, covered)
    };
    row.part_interdiction_construire = share(Effet::Interdiction);
    row.part_emplacement_reserve = share(Effet::EmplacementReserve);
    row.part_er_mixite = share(Effet::Mixite);
    row.part_er_autre = share(Effet::Autre);
    row.part_site_gele = share(Effet::Gele);
    row.part_sms = share(Effet::Sms);
    row.part_stecal = share(Effet::Stecal);
    // The rate of the sector that covers the most of the parcel.
    row.sms_taux = hits
        .iter()
        .filter(|h| ctx.prescriptions[h.feature as usize].effet == Effet::Sms)
        .reduce(|a, b| if b.area > a.area { b } else { a })
        .and_then(|h| ctx.prescriptions[h.feature as usize].taux);
}
