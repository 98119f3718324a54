//! Crow-fly distances from a parcel's polygon to the nearest point of each kind.
//!
//! Neighbouring parcels share their nearest points: an R-tree (`rstar`) is asked once for a block of parcels, for
//! every point that can be the nearest of one of them, and each parcel then compares the few that are left.

use gisement_model::Equipement;
use gisement_model::codes::KindEquipement;
use gisement_store::Layer;
use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree};

use crate::spatial::{Boite, Forme};

/// Points of interest, by kind.
pub(crate) struct Voisinage {
    trees: Vec<RTree<GeomWithData<[f64; 2], ()>>>,
    radius: f64,
}

/// Points that may be the nearest of a parcel of the block, one list per kind.
pub(crate) type Candidats = Vec<Vec<[f64; 2]>>;

impl Voisinage {
    pub(crate) fn new(points: &Layer<Equipement>, radius: f64) -> Self {
        let trees = KindEquipement::ALL
            .iter()
            .map(|kind| {
                RTree::bulk_load(
                    points
                        .rows
                        .iter()
                        .zip(points.geoms.iter())
                        .filter(|(r, _)| r.kind == *kind)
                        .filter_map(|(_, g)| g.point())
                        .map(|c| GeomWithData::new([c.x, c.y], ()))
                        .collect(),
                )
            })
            .collect();
        Self { trees, radius }
    }

    /// The points worth comparing for parcels inside `block`.
    pub(crate) fn candidates(&self, block: &Boite) -> Candidats {
        self.trees
            .iter()
            .map(|tree| {
                if block.is_empty() || tree.size() == 0 {
                    return Vec::new();
                }
                let (cx, cy) = (
                    f64::midpoint(block.x0, block.x1),
                    f64::midpoint(block.y0, block.y1),
                );
                // No parcel of the block is farther from its nearest point than the block's farthest corner is from
                // the point nearest to its centre.
                let Some(near) = tree.nearest_neighbor(&[cx, cy]) else {
                    return Vec::new();
                };
                let reach = block
                    .farthest(near.geom()[0], near.geom()[1])
                    .min(self.radius);
                let around = block.grown(reach);
                let mut found: Vec<[f64; 2]> = tree
                    .locate_in_envelope_intersecting(&AABB::from_corners(
                        [around.x0, around.y0],
                        [around.x1, around.y1],
                    ))
                    .map(|p| *p.geom())
                    .filter(|p| block.distance(p[0], p[1]) <= reach)
                    .collect();
                // Tighter: a point is useless when another is nearer whatever the place in the block.
                let best = found
                    .iter()
                    .map(|p| block.farthest(p[0], p[1]))
                    .fold(f64::MAX, f64::min);
                found.retain(|p| block.distance(p[0], p[1]) <= best);
                found
            })
            .collect()
    }

    /// Distance to the nearest point of each kind (m), `None` when there is none within the radius.
    pub(crate) fn nearest(&self, f: &Forme, candidates: &Candidats) -> [Option<f64>; 6] {
        let mut out = [None; 6];
        for (slot, points) in out.iter_mut().zip(candidates) {
            let mut best = self.radius;
            for [x, y] in points {
                if f.boite.distance(*x, *y) < best {
                    let d = f.distance(*x, *y);
                    if d < best {
                        best = d;
                        *slot = Some(d);
                    }
                }
            }
        }
        out
    }
}

/// Rank of a kind in [`Voisinage::nearest`].
pub(crate) fn rank(kind: KindEquipement) -> usize {
    KindEquipement::ALL
        .iter()
        .position(|k| *k == kind)
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{MultiPolygon, Rect};
    use gisement_model::Crs;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn block_search_finds_the_nearest(
            points in prop::collection::vec((0.0f64..9000.0, 0.0f64..9000.0), 0..60),
            parcels in prop::collection::vec((3000.0f64..4000.0, 3000.0f64..4000.0), 1..20),
        ) {
            let mut layer: Layer<Equipement> = Layer::empty(Crs::Lambert93);
            for (i, (x, y)) in points.iter().enumerate() {
                layer.geoms.push_point(geo::Coord { x: *x, y: *y });
                layer.rows.push(Equipement { id: i.to_string(), kind: KindEquipement::Ecole, nom: None });
                layer.source.push(0);
            }
            let v = Voisinage::new(&layer, 5000.0);
            let mut block = Boite::VIDE;
            let formes: Vec<Forme> = parcels.iter().map(|(x, y)| {
                let mut f = Forme::default();
                f.load_polygons(&MultiPolygon(vec![Rect::new((*x, *y), (x + 30.0, y + 20.0)).to_polygon()]));
                block.merge(&f.boite);
                f
            }).collect();
            let candidates = v.candidates(&block);
            for f in &formes {
                let oracle = points.iter().map(|(x, y)| f.distance(*x, *y)).filter(|d| *d < 5000.0).fold(f64::MAX, f64::min);
                let got = v.nearest(f, &candidates)[rank(KindEquipement::Ecole)];
                prop_assert_eq!(got, (oracle < f64::MAX).then_some(oracle));
            }
        }
    }
}
