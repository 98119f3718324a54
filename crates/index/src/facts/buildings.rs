//! Buildings on a parcel: footprint, number, usage, height, depth.

use geo::{Area as _, BooleanOps as _, MultiPolygon};
use gisement_model::ParcelleNotee;
use gisement_model::bareme::Bareme;
use gisement_model::codes::UsageBatiment;
use gisement_store::Geometries;

use super::{Block, Mesure, round_cm, round_dm, round9};
use crate::overlay::{Eclat, Shape, local};
use crate::spatial::{Boite, Forme, intersection_area, intersection_perimeter, length_within};
use crate::{circle, clip};

/// A building on a parcel.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BatiSur {
    /// Rank in the block's list.
    pub(crate) local: usize,
    /// Rank in the layer.
    pub(crate) feature: u32,
    /// Footprint inside the parcel. m², planar.
    pub(crate) area: f64,
    /// Whether most of the building stands here.
    pub(crate) majority: bool,
}

/// The buildings of a parcel and their joint footprint.
#[derive(Debug, Clone, Default)]
pub(crate) struct Batis {
    pub(crate) all: Vec<BatiSur>,
    /// m², planar, overlaps counted once.
    pub(crate) emprise: f64,
}

impl Batis {
    /// The buildings of a parcel among those around it.
    pub(crate) fn of(
        shape: &Shape<'_>,
        geoms: &Geometries,
        near: &[(u32, Forme)],
        eclat: Eclat,
    ) -> Self {
        let own = shape.forme;
        let mut out = Self::default();
        for (local, (feature, f)) in near.iter().enumerate() {
            if f.area <= 0.0 || !f.boite.meets(&own.boite) {
                continue;
            }
            let area = intersection_area(&f.edges, &own.edges).min(f.area);
            if area <= 1e-6 {
                continue;
            }
            // A building drawn a little over the boundary stands next door.
            let small = area < 0.5 * f.area;
            if small && area < eclat.area {
                continue;
            }
            if small
                && 2.0 * area < eclat.width * (f.perimeter + length_within(&own.edges, &f.boite))
                && 2.0 * area < eclat.width * intersection_perimeter(&f.edges, &[&own.edges])
            {
                continue;
            }
            out.all.push(BatiSur {
                local,
                feature: *feature,
                area,
                majority: !small,
            });
        }
        out.emprise = footprint(shape, geoms, near, &out.all).min(own.area);
        out
    }
}

pub(super) fn buildings(
    m: &Mesure<'_>,
    block: &Block,
    row: &mut ParcelleNotee,
    k2: f64,
    eclat: Eclat,
) -> Batis {
    let geoms = &m.ctx.layers.batiments.geoms;
    let out = Batis::of(&m.shape, geoms, &block.buildings, eclat);

    let covered = m.is_covered(&m.ctx.couvertures.batiments);
    if !covered && out.all.is_empty() {
        return out;
    }
    row.emprise_bati_m2 = Some(round_cm(out.emprise / k2));
    row.ces = Some(m.share(out.emprise));
    row.nb_batiments = Some(out.all.len() as i64);
    let rows = &m.ctx.layers.batiments.rows;
    let biggest = out
        .all
        .iter()
        .copied()
        .reduce(|a, b| if b.area > a.area { b } else { a });
    row.plus_grand_batiment_m2 = Some(round_cm(biggest.map_or(0.0, |b| b.area) / k2));
    row.hauteur_m = biggest.and_then(|b| rows[b.feature as usize].hauteur_m);
    // The usage of most of the known footprint; an outbuilding never hides the house beside it.
    row.usage_bati = UsageBatiment::ALL
        .iter()
        .map(|u| {
            let area: f64 = out
                .all
                .iter()
                .filter(|b| rows[b.feature as usize].usage_1 == Some(*u))
                .map(|b| b.area)
                .sum();
            (*u, area, *u != UsageBatiment::Annexe)
        })
        .filter(|(_, area, _)| *area > 0.0)
        .reduce(|a, b| if (b.2, b.1) > (a.2, a.1) { b } else { a })
        .map(|(u, ..)| u);
    let dwellings: Vec<i64> = out
        .all
        .iter()
        .filter(|b| b.majority)
        .filter_map(|b| rows[b.feature as usize].logements)
        .collect();
    row.logements = (!dwellings.is_empty()).then(|| dwellings.iter().sum());
    out
}

/// Share of a parcel that two buildings may have in common without its footprint being worked out as a surface.
const OVERLAP: f64 = 1e-7;

/// Joint footprint: the sum, unless two buildings overlap.
fn footprint(shape: &Shape<'_>, geoms: &Geometries, near: &[(u32, Forme)], all: &[BatiSur]) -> f64 {
    let sum: f64 = all.iter().map(|b| b.area).sum();
    let least = (OVERLAP * shape.forme.area).max(1e-6);
    let overlap = all.iter().enumerate().any(|(i, a)| {
        let fa = &near[a.local].1;
        all[i + 1..].iter().any(|b| {
            let fb = &near[b.local].1;
            fa.boite.meets(&fb.boite) && intersection_area(&fa.edges, &fb.edges) > least
        })
    });
    if overlap {
        union(shape, geoms, all).unsigned_area()
    } else {
        sum
    }
}

/// The footprints inside the parcel, as one surface.
pub(super) fn union(shape: &Shape<'_>, geoms: &Geometries, all: &[BatiSur]) -> MultiPolygon<f64> {
    let parts: Vec<MultiPolygon<f64>> = all
        .iter()
        .map(|b| geoms.get(b.feature as usize).to_multi_polygon())
        .collect();
    shape.polygons().intersection(&clip::union(parts))
}

/// The share of the buildings of a parcel, each taken whole, that lies in features of a layer. What several buildings
/// or several features cover counts once.
pub(super) fn share_in(
    geoms: &Geometries,
    batis: &Batis,
    block: &Block,
    (layer, features): (&Geometries, &[u32]),
) -> f64 {
    let mut around = Boite::VIDE;
    let whole: Vec<MultiPolygon<f64>> = batis
        .all
        .iter()
        .map(|b| {
            around.merge(&block.buildings[b.local].1.boite);
            geoms.get(b.feature as usize).to_multi_polygon()
        })
        .collect();
    let parts: Vec<MultiPolygon<f64>> =
        features.iter().map(|f| local(layer, *f, &around)).collect();
    part_of(&clip::union(whole), &clip::union(parts))
}

fn part_of(whole: &MultiPolygon<f64>, other: &MultiPolygon<f64>) -> f64 {
    let total = whole.unsigned_area();
    if total > 0.0 {
        round9((whole.intersection(other).unsigned_area() / total).min(1.0))
    } else {
        0.0
    }
}

/// Depth of the largest building: the diameter of its largest inscribed circle, which for the usual bar or slab is
/// the distance between its façades. Only for buildings large enough for it to matter.
pub(super) fn depth(batis: &Batis, row: &mut ParcelleNotee, block: &Block, b: &Bareme) {
    let biggest = batis
        .all
        .iter()
        .filter(|k| k.majority)
        .map(|k| &block.buildings[k.local].1)
        .reduce(|a, c| if c.area > a.area { c } else { a });
    row.profondeur_bati_m = biggest
        .filter(|f| f.area >= b.mesures.batiment_profond_min_m2)
        .map(|f| round_dm(circle::inscribed_diameter(f, b.mesures.precision_cercle_m)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::Rect;

    /// Two bans over the same half of a building cover half of it; so do two buildings drawn over each other.
    #[test]
    fn what_is_covered_twice_counts_once() {
        let rect =
            |x0: f64, x1: f64| MultiPolygon(vec![Rect::new((x0, 0.0), (x1, 10.0)).to_polygon()]);
        let union =
            |parts: &[(f64, f64)]| clip::union(parts.iter().map(|p| rect(p.0, p.1)).collect());
        let bans = union(&[(-5.0, 10.0), (0.0, 10.0)]);
        assert_eq!(part_of(&rect(0.0, 20.0), &bans), 0.5);
        assert_eq!(part_of(&union(&[(0.0, 20.0), (5.0, 20.0)]), &bans), 0.5);
    }
}
