//! The overlay alone: six measures of every parcel, those that any spatial engine can be asked for.
//!
//! `scripts/bench.sh superposer` sets them beside DuckDB, shapely and PostGIS, by the code that editions are built
//! with. They are raw: no rule of slivers or of precedence, no coverage, which other engines know nothing of.

use geo_index::rtree::{RTree, RTreeIndex as _};
use gisement_model::codes::TypeZone;
use gisement_store::Geometries;
use rayon::prelude::*;

use crate::facts::{BLOCK, Batis};
use crate::layers::Layers;
use crate::overlay::{Eclat, Hit, Nearby, Overlay, Shape, search, tree};
use crate::spatial::{Boite, Edge, Forme, squared_distance};

/// Other engines drop no sliver.
const SANS_ECLAT: Eclat = Eclat {
    area: 0.0,
    width: 0.0,
};

/// What is measured of a parcel. m and m², planar.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Six {
    /// Its area.
    pub surface: f64,
    /// The share that buildings stand on.
    pub bati: f64,
    /// The type of zone that covers the most of it.
    pub zone: Option<TypeZone>,
    /// The share in brownfields, those that overlap counted once.
    pub friche: f64,
    /// The share in business parks, the same way.
    pub zae: f64,
    /// Distance to the nearest brownfield, 0 when it has a part of one.
    pub distance: Option<f64>,
}

/// Measures every parcel, on all cores; neighbours in the layer should be neighbours on the ground.
pub fn six(layers: &Layers) -> Vec<Six> {
    let moteur = Moteur {
        layers,
        zones: Overlay::new(&layers.zonage.geoms, false),
        friches: Overlay::new(&layers.friches.geoms, true),
        zae: Overlay::new(&layers.zae.geoms, true),
        buildings: tree(boites(&layers.batiments.geoms).into_iter()),
        proches: Proches::new(&layers.friches.geoms),
    };
    let mut out = vec![Six::default(); layers.parcelles.len()];
    out.par_chunks_mut(BLOCK)
        .enumerate()
        .for_each_init(Block::default, |block, (i, rows)| {
            moteur.measure(i * BLOCK, rows, block);
        });
    out
}

struct Moteur<'a> {
    layers: &'a Layers,
    zones: Overlay,
    friches: Overlay,
    zae: Overlay,
    buildings: Option<RTree<f64>>,
    proches: Proches,
}

/// What a thread uses again from one block to the next.
#[derive(Default)]
struct Block {
    formes: Vec<Forme>,
    buildings: Vec<(u32, Forme)>,
    hits: Vec<Hit>,
}

impl Moteur<'_> {
    fn measure(&self, first: usize, rows: &mut [Six], block: &mut Block) {
        let parcelles = &self.layers.parcelles.geoms;
        let batiments = &self.layers.batiments.geoms;
        let mut boite = Boite::VIDE;
        block.formes.resize_with(rows.len(), Forme::default);
        for (i, f) in block.formes.iter_mut().enumerate() {
            f.load(parcelles.get(first + i));
            if !f.boite.is_empty() {
                boite.merge(&f.boite);
            }
        }
        let mut ranks = search(self.buildings.as_ref(), &boite);
        ranks.sort_unstable();
        block
            .buildings
            .resize_with(ranks.len(), || (0, Forme::default()));
        for ((rank, f), i) in block.buildings.iter_mut().zip(ranks) {
            *rank = i;
            f.load(batiments.get(i as usize));
        }
        let zones = self.zones.candidates(&boite);
        let friches = self.friches.candidates(&boite);
        let zae = self.zae.candidates(&boite);
        let proches = self.proches.candidates(&boite);
        for (i, (row, forme)) in rows.iter_mut().zip(&block.formes).enumerate() {
            if forme.area <= 0.0 {
                continue;
            }
            let shape = Shape {
                forme,
                geom: parcelles.get(first + i),
            };
            let (mut slivers, hits) = (0, &mut block.hits);
            row.surface = forme.area;
            row.bati =
                Batis::of(&shape, batiments, &block.buildings, SANS_ECLAT).emprise / forme.area;
            self.zones
                .measure(forme, &zones, SANS_ECLAT, hits, &mut slivers);
            row.zone = self.majority(hits);
            let mut covered = |overlay: &Overlay, candidates: &Nearby, geoms: &Geometries| {
                if candidates.is_empty() {
                    return 0.0;
                }
                overlay.measure(forme, candidates, SANS_ECLAT, hits, &mut slivers);
                overlay.union_area(&shape, hits, geoms) / forme.area
            };
            row.friche = covered(&self.friches, &friches, &self.layers.friches.geoms);
            row.zae = covered(&self.zae, &zae, &self.layers.zae.geoms);
            row.distance = if row.friche > 0.0 {
                Some(0.0)
            } else {
                self.proches.nearest(forme, &proches)
            };
        }
    }

    /// The type that covers the most; between equals, the first of the list.
    fn majority(&self, hits: &[Hit]) -> Option<TypeZone> {
        let rows = &self.layers.zonage.rows;
        if let [only] = hits {
            return rows[only.feature as usize].typezone;
        }
        let area_of = |t: TypeZone| -> f64 {
            hits.iter()
                .filter(|h| rows[h.feature as usize].typezone == Some(t))
                .map(|h| h.area)
                .sum()
        };
        let areas = TypeZone::ALL.iter().map(|t| (*t, area_of(*t)));
        areas
            .filter(|(_, area)| *area > 0.0)
            .reduce(|a, b| if b.1 > a.1 { b } else { a })
            .map(|(t, _)| t)
    }
}

fn boites(geoms: &Geometries) -> Vec<Boite> {
    geoms
        .iter()
        .map(|g| {
            let mut b = Boite::VIDE;
            g.coords().iter().for_each(|c| b.add(c.x, c.y));
            b
        })
        .collect()
}

/// Surfaces of which the nearest is sought. A block of neighbouring parcels asks once for all that may be the
/// nearest of one of them, as [`crate::distances::Voisinage`] does for points.
struct Proches {
    formes: Vec<Forme>,
    tree: Option<RTree<f64>>,
}

impl Proches {
    fn new(geoms: &Geometries) -> Self {
        let formes: Vec<Forme> = geoms
            .iter()
            .map(|g| {
                let mut f = Forme::default();
                f.load(g);
                f
            })
            .filter(|f| f.area > 0.0)
            .collect();
        let tree = tree(formes.iter().map(|f| f.boite));
        Self { formes, tree }
    }

    /// The surfaces worth comparing for parcels inside `block`.
    fn candidates(&self, block: &Boite) -> Vec<u32> {
        let (Some(tree), false) = (&self.tree, block.is_empty()) else {
            return Vec::new();
        };
        let (cx, cy) = (
            f64::midpoint(block.x0, block.x1),
            f64::midpoint(block.y0, block.y1),
        );
        let Some(near) = tree.neighbors(cx, cy, Some(1), None).first().copied() else {
            return Vec::new();
        };
        let reach = self.reach(near, block);
        let mut found = search(Some(tree), &block.grown(reach));
        let reach = found
            .iter()
            .map(|i| self.reach(*i, block))
            .fold(reach, f64::min);
        found.retain(|i| gap(&self.formes[*i as usize].boite, block) <= reach * reach);
        found
    }

    /// No parcel of the block is farther from a surface than the block's farthest corner is from a vertex of it.
    fn reach(&self, i: u32, block: &Boite) -> f64 {
        self.formes[i as usize]
            .edges
            .iter()
            .map(|e| block.farthest(e.x0, e.y0))
            .fold(f64::MAX, f64::min)
    }

    fn nearest(&self, own: &Forme, candidates: &[u32]) -> Option<f64> {
        let first = candidates
            .iter()
            .map(|i| (gap(&self.formes[*i as usize].boite, &own.boite), *i))
            .reduce(|a, b| if b.0 < a.0 { b } else { a })?;
        let mut best = closer(own, &self.formes[first.1 as usize], f64::MAX);
        for i in candidates.iter().filter(|i| **i != first.1) {
            let other = &self.formes[*i as usize];
            if gap(&other.boite, &own.boite) < best {
                best = closer(own, other, best);
            }
        }
        Some(best.sqrt())
    }
}

/// Squared distance between two boxes; 0 when they meet.
fn gap(a: &Boite, b: &Boite) -> f64 {
    let dx = (a.x0 - b.x1).max(b.x0 - a.x1).max(0.0);
    let dy = (a.y0 - b.y1).max(b.y0 - a.y1).max(0.0);
    dx * dx + dy * dy
}

/// Squared distance between two surfaces without common area, when it is under `best`. The shortest way between two
/// boundaries that do not cross leaves from a vertex of one of them.
fn closer(a: &Forme, b: &Forme, mut best: f64) -> f64 {
    let around = |e: &Edge| Boite {
        x0: e.x0,
        y0: e.y0.min(e.y1),
        x1: e.x1,
        y1: e.y0.max(e.y1),
    };
    for eb in &b.edges {
        if gap(&around(eb), &a.boite) >= best {
            continue;
        }
        for ea in &a.edges {
            if gap(&around(ea), &around(eb)) < best {
                best = best
                    .min(squared_distance(ea, eb.x0, eb.y0))
                    .min(squared_distance(ea, eb.x1, eb.y1))
                    .min(squared_distance(eb, ea.x0, ea.y0))
                    .min(squared_distance(eb, ea.x1, ea.y1));
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::grille::grille;
    use geo::algorithm::bool_ops::unary_union;
    use geo::{Area as _, BooleanOps as _, Distance as _, Euclidean, MultiPolygon};

    fn polygons(g: &Geometries) -> Vec<MultiPolygon<f64>> {
        g.iter().map(|g| g.to_multi_polygon()).collect()
    }

    /// Every measure against general clipping, without index.
    #[test]
    fn six_measures_agree_with_general_clipping() {
        for fine in [false, true] {
            let mut layers = grille(300, fine);
            // Overlapping buildings and brownfields, which the generator hardly makes at this size.
            for i in 0..4 {
                let mut moved = layers.batiments.geoms.get(i).to_multi_polygon();
                geo::Translate::translate_mut(&mut moved, 3.0, 2.0);
                layers.batiments.geoms.push_multi_polygon(&moved);
                layers.batiments.rows.push(layers.batiments.rows[i].clone());
                layers.friches.geoms.push_multi_polygon(&moved);
                layers.friches.rows.push(layers.friches.rows[0].clone());
            }
            let got = six(&layers);
            let friches = polygons(&layers.friches.geoms);
            let all = |g: &Geometries| unary_union(&polygons(g));
            let (batis, friche) = (all(&layers.batiments.geoms), unary_union(&friches));
            let zae = all(&layers.zae.geoms);
            let zones = polygons(&layers.zonage.geoms);
            for (p, s) in polygons(&layers.parcelles.geoms).iter().zip(&got) {
                let area = p.unsigned_area();
                let share = |o: &MultiPolygon<f64>| p.intersection(o).unsigned_area() / area;
                let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-5, "{a} {b}");
                close(s.surface / area, 1.0);
                close(s.bati, share(&batis));
                close(s.friche, share(&friche));
                close(s.zae, share(&zae));
                let distance = friches
                    .iter()
                    .map(|f| Euclidean.distance(p, f))
                    .fold(f64::MAX, f64::min);
                close(s.distance.unwrap(), distance);
                let of_type = |t: &TypeZone| -> f64 {
                    let rows = zones.iter().zip(&layers.zonage.rows);
                    rows.filter(|(_, r)| r.typezone == Some(*t))
                        .map(|(z, _)| share(z))
                        .sum()
                };
                let best = TypeZone::ALL.iter().map(of_type).fold(0.0, f64::max);
                close(s.zone.as_ref().map_or(0.0, of_type), best);
            }
        }
    }
}
