//! Land cover and farmland on a parcel: OCS GE (cover, use, artificialised or not) and the farmers' declarations.

use gisement_model::bareme::Vetos;
use gisement_model::{Occupation, ParcelleNotee};

use super::usable::Utile;
use super::{Mesure, OCCUPATION, PERIMETRES, round_cm};

/// Uses of OCS GE that are farm or forest land (art. L111-26 CU).
const AGRICOLES: [&str; 2] = ["US1.1", "US1.2"];

/// Whether a polygon is water, a road or a railway in use.
pub(super) fn is_network(o: &Occupation, v: &Vetos) -> bool {
    let is = |code: &Option<String>| {
        code.as_deref()
            .is_some_and(|c| v.occupation_incompatible.iter().any(|k| k == c))
    };
    is(&o.code_cs) || is(&o.code_us)
}

pub(super) fn occupation(m: &Mesure<'_>, row: &mut ParcelleNotee) {
    let ctx = m.ctx;
    let rows = &ctx.layers.occupation.rows;
    let geoms = &ctx.layers.occupation.geoms;
    let covered = m.is_covered(&ctx.couvertures.occupation);
    let area = m.covered_by(OCCUPATION, geoms, |k| rows[k as usize].artif == Some(true));
    row.part_artificialisee = m.known(area, covered);

    let perimetres = &ctx.layers.perimetres;
    let farmed = m.covered_by_both(
        (OCCUPATION, geoms, &|k| {
            let code = rows[k as usize].code_us.as_deref();
            code.is_some_and(|c| AGRICOLES.contains(&c))
        }),
        (PERIMETRES, &perimetres.geoms, &|k| {
            perimetres.rows[k as usize].genre == "RPG"
        }),
    );
    let covered = covered || m.is_covered(&ctx.couvertures.rpg);
    row.part_agricole = m.known(farmed, covered);
}

/// What of the usable part is not artificialised, and the ENAF interval that it opens: the reading of OCS GE is the
/// other end of the interval, never the ENAF figure itself (bareme §7).
pub(super) fn cost(m: &Mesure<'_>, utile: &Utile, row: &mut ParcelleNotee, k2: f64) {
    if row.part_artificialisee.is_none() {
        return;
    }
    let rows = &m.ctx.layers.occupation.rows;
    let subject = utile.forme().unwrap_or(m.shape.forme);
    let artificial: f64 = m.hits[OCCUPATION]
        .iter()
        .filter(|h| rows[h.feature as usize].artif == Some(true))
        .map(|h| m.ctx.overlays[OCCUPATION].area_in(subject, h.feature))
        .sum();
    let net = if utile.nothing() {
        0.0
    } else {
        round_cm(((utile.area - artificial) / k2).max(0.0))
    };
    row.artif_nette_m2 = Some(net);
    let patch = row.enaf_m2;
    row.enaf_min_m2 = Some(patch.map_or(0.0, |p| p.min(net)));
    row.enaf_max_m2 = Some(patch.map_or(row.utile_m2, |p| p.max(net)));
}
