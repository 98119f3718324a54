//! Zones of the planning document: shares that add up to 1, and what they say of housing over the usable part.

use geo::{Area as _, BooleanOps as _, MultiPolygon};
use gisement_model::ParcelleNotee;
use gisement_model::codes::TypeZone;

use super::usable::Utile;
use super::{Compteurs, Mesure, ZONAGE};
use crate::classify::Logement;
use crate::clip;
use crate::overlay::{Eclat, OVERLAP_M2, local};
use crate::spatial::Forme;

/// One zone on a parcel, after the rule of precedence.
pub(crate) struct ZoneSur {
    pub(crate) feature: u32,
    /// m², planar.
    pub(crate) area: f64,
    /// Its own part of the parcel, where zones overlap.
    pub(crate) part: Option<MultiPolygon<f64>>,
    /// Whether it takes the sliver that no zone covers.
    pub(crate) takes_rest: bool,
}

/// Measures the zones; the largest takes the slivers, so that nothing is lost.
pub(crate) fn zones(
    m: &mut Mesure<'_>,
    row: &mut ParcelleNotee,
    eclat: Eclat,
    counts: &mut Compteurs,
) -> Vec<ZoneSur> {
    let ctx = m.ctx;
    let covered = m.is_covered(&ctx.couvertures.zonage);
    let total = m.shape.forme.area;
    let mut found = resolve(m, counts);
    if found.is_empty() && !covered {
        return found;
    }
    let sum: f64 = found.iter().map(|z| z.area).sum();
    let rest = total - sum;
    if let Some(main) = largest(&found)
        && (rest < 0.0 || rest_is_sliver(m.shape.forme, rest, eclat, || outside(m, &found)))
    {
        found[main].area += rest;
        found[main].takes_rest = rest > 0.0;
    }
    let mut areas = [0.0; 5];
    for z in &found {
        if let Some(t) = ctx.zones[z.feature as usize].espece {
            areas[rank(t)] += z.area;
        }
    }
    let shares = areas.map(|a| m.share(a));
    let unknown = super::round9((1.0 - shares.iter().sum::<f64>()).max(0.0));
    counts.sums_checked += 1;
    counts.sums_wrong += u64::from((shares.iter().sum::<f64>() + unknown - 1.0).abs() > 1e-6);
    let [u, auc, aus, a, n] = shares.map(Some);
    (
        row.part_u,
        row.part_auc,
        row.part_aus,
        row.part_a,
        row.part_n,
    ) = (u, auc, aus, a, n);
    row.part_zone_inconnue = Some(if unknown < 1e-9 { 0.0 } else { unknown });
    if let Some(main) = largest(&found) {
        let z = &ctx.layers.zonage.rows[found[main].feature as usize];
        row.zone_libelle = z.libelle.clone().or_else(|| z.typezone_source.clone());
        row.zone_type = ctx.zones[found[main].feature as usize].espece;
    }
    found
}

/// Whether what no zone covers is a sliver: less than half of the parcel, and under 1 m² or under 0.2 m of mean width
/// 2A/P.
fn rest_is_sliver(
    own: &Forme,
    rest: f64,
    eclat: Eclat,
    outline: impl FnOnce() -> MultiPolygon<f64>,
) -> bool {
    if rest >= own.area / 2.0 {
        return false;
    }
    if rest < eclat.area {
        return true;
    }
    let (mut area, mut perimeter) = (0.0, 0.0);
    for piece in clip::pieces(&outline()) {
        let mut f = Forme::default();
        f.load_polygons(&piece);
        (area, perimeter) = (area + f.area, perimeter + f.perimeter);
    }
    2.0 * area < eclat.width * perimeter
}

/// What no zone covers.
fn outside(m: &Mesure<'_>, found: &[ZoneSur]) -> MultiPolygon<f64> {
    let geoms = &m.ctx.layers.zonage.geoms;
    found.iter().fold(m.shape.polygons(), |left, z| {
        left.difference(&local(geoms, z.feature, &m.shape.forme.boite))
    })
}

fn rank(t: TypeZone) -> usize {
    match t {
        TypeZone::U => 0,
        TypeZone::AUc => 1,
        TypeZone::AUs => 2,
        TypeZone::A => 3,
        TypeZone::N => 4,
    }
}

fn largest(found: &[ZoneSur]) -> Option<usize> {
    // Ties go to the first feature, whose order is that of the collection.
    (0..found.len()).reduce(|best, i| {
        if found[i].area > found[best].area {
            i
        } else {
            best
        }
    })
}

/// Zones with their areas; where two overlap, the later document wins, then the smaller polygon.
fn resolve(m: &Mesure<'_>, counts: &mut Compteurs) -> Vec<ZoneSur> {
    let ctx = m.ctx;
    let hits = &m.hits[ZONAGE];
    if !ctx.overlays[ZONAGE].any_overlap(hits, OVERLAP_M2) {
        return hits
            .iter()
            .map(|h| ZoneSur {
                feature: h.feature,
                area: h.area,
                part: None,
                takes_rest: false,
            })
            .collect();
    }
    counts.overlapping += 1;
    let mut order: Vec<u32> = hits.iter().map(|h| h.feature).collect();
    order.sort_by_key(|f| ctx.zones[*f as usize].priorite);
    let mut free = m.shape.polygons();
    let mut out = Vec::with_capacity(order.len());
    for feature in order {
        let zone = local(&ctx.layers.zonage.geoms, feature, &m.shape.forme.boite);
        let part = free.intersection(&zone);
        let area = part.unsigned_area();
        if area > 1e-6 {
            free = free.difference(&zone);
            out.push(ZoneSur {
                feature,
                area,
                part: Some(part),
                takes_rest: false,
            });
        }
    }
    out.sort_by_key(|z| z.feature);
    out
}

/// What the zones say of housing, weighted by area over the usable part (over the whole parcel when none is).
pub(crate) fn housing(m: &Mesure<'_>, zones: &[ZoneSur], utile: &Utile, row: &mut ParcelleNotee) {
    if row.part_zone_inconnue.is_none() {
        return;
    }
    let ctx = m.ctx;
    let parcel = m.shape.forme.area;
    let (areas, total): (Vec<(u32, f64)>, f64) = match utile.forme() {
        // The usable part has its own shape: measure it again.
        Some(f) if utile.area > 0.0 => {
            let mut scratch = Forme::default();
            let areas = zones
                .iter()
                .map(|z| {
                    let area = if let Some(part) = &z.part {
                        scratch.load_polygons(part);
                        crate::spatial::intersection_area(&f.edges, &scratch.edges)
                    } else {
                        ctx.overlays[ZONAGE].area_in(f, z.feature)
                    };
                    (z.feature, area)
                })
                .collect();
            (areas, utile.area)
        }
        // The whole parcel, or nothing.
        _ => (zones.iter().map(|z| (z.feature, z.area)).collect(), parcel),
    };
    let mut shares = [0.0; 7];
    let mut presumed = 0.0;
    for (feature, area) in &areas {
        let z = ctx.zones[*feature as usize];
        let slot = match (z.espece, z.logement) {
            (Some(TypeZone::AUs), _) => 3,
            (_, Logement::Interdit) => 5,
            (Some(TypeZone::AUc), _) => 2,
            (_, Logement::Rnu) => 4,
            (_, Logement::Autorise) => 0,
            (_, Logement::Conditionnel) => 1,
            (_, Logement::Inconnu) => 6,
        };
        shares[slot] += area;
        if z.presume && slot != 3 {
            presumed += area;
        }
    }
    let known: f64 = shares[..6].iter().sum();
    // Slivers must not make a share of nothing unknown: the zones that take them on the parcel take them here.
    let gapless = row.part_zone_inconnue == Some(0.0) || total - known - shares[6] < 1e-6 * total;
    let scale = if known > total || (known > 0.0 && gapless) {
        1.0 / (known + shares[6])
    } else {
        1.0 / total
    };
    let s = |v: f64| Some(super::round9((v * scale).clamp(0.0, 1.0)));
    row.logement_autorise = s(shares[0]);
    row.logement_conditionnel = s(shares[1]);
    row.logement_auc = s(shares[2]);
    row.logement_aus = s(shares[3]);
    row.logement_rnu = s(shares[4]);
    row.logement_interdit = s(shares[5]);
    let rest = 1.0 - known * scale;
    row.logement_inconnu = Some(super::round9(if rest < 1e-9 { 0.0 } else { rest }));
    row.logement_presume = s(presumed);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A gap all around a parcel has twice its perimeter: 0.15 m wide, it is a sliver whatever its area.
    #[test]
    fn a_thin_gap_around_the_zone_is_a_sliver() {
        let square = |d: f64| {
            MultiPolygon(vec![
                geo::Rect::new((d, d), (90.0 - d, 90.0 - d)).to_polygon(),
            ])
        };
        let mut own = Forme::default();
        own.load_polygons(&square(0.0));
        let eclat = Eclat {
            area: 1.0,
            width: 0.2,
        };
        let is = |d: f64| {
            let gap = square(0.0).difference(&square(d));
            rest_is_sliver(&own, gap.unsigned_area(), eclat, || gap.clone())
        };
        assert!(is(0.15));
        assert!(!is(0.25));
        assert!(!is(20.0));
    }
}
