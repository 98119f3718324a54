//! What of a parcel lies in the features of another layer.
//!
//! A layer is indexed once, as small cells in a packed R-tree. A parcel then meets a few cells; where no cell edge
//! reaches into the parcel's box the answer is "all" or "nothing", otherwise the planar formula of
//! [`crate::spatial`] gives the area. General clipping (`geo`) is left to the few parcels where the shape of a
//! difference or of a union of overlapping features is needed.

use std::collections::BTreeMap;

use geo::{Area as _, BooleanOps as _, Coord, LineString, MultiPolygon, Polygon};
use geo_index::rtree::sort::HilbertSort;
use geo_index::rtree::{RTree, RTreeBuilder, RTreeIndex as _};
use gisement_store::Geometries;
use rayon::prelude::*;

use crate::clip;
use crate::spatial::{
    Boite, Edge, Forme, any_edge_in, contains, intersection_area, intersection_perimeter,
    length_within,
};
use crate::subdivide::subdivide;

/// An indexed layer of surfaces.
pub(crate) struct Overlay {
    cells: Vec<Cell>,
    edges: Vec<Edge>,
    tree: Option<RTree<f64>>,
    /// Area of each feature. m², planar.
    pub(crate) areas: Vec<f64>,
    /// Pairs of features that overlap, with the area. m², planar.
    pub(crate) overlaps: BTreeMap<(u32, u32), f64>,
}

struct Cell {
    boite: Boite,
    feature: u32,
    start: u32,
    end: u32,
    /// A box wholly inside the feature.
    full: bool,
}

/// A feature that a parcel meets, and how much of the parcel it covers. m², planar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Hit {
    pub(crate) feature: u32,
    pub(crate) area: f64,
}

/// Under this, an overlap of two features is the noise of their measure. m².
const NOISE_M2: f64 = 1e-4;
/// Up to this, zones that overlap are only drawn a little over their boundary. m².
pub(crate) const OVERLAP_M2: f64 = 1.0;

/// What is a sliver.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Eclat {
    pub(crate) area: f64,
    pub(crate) width: f64,
}

/// A packed R-tree over boxes; `None` when there is none.
pub(crate) fn tree(boites: impl ExactSizeIterator<Item = Boite>) -> Option<RTree<f64>> {
    let n = boites.len() as u32;
    if n == 0 {
        return None;
    }
    let mut builder = RTreeBuilder::<f64>::new(n);
    for b in boites {
        builder.add(b.x0, b.y0, b.x1, b.y1);
    }
    Some(builder.finish::<HilbertSort>())
}

/// The items of a tree that meet a box.
pub(crate) fn search(tree: Option<&RTree<f64>>, b: &Boite) -> Vec<u32> {
    match tree {
        Some(t) if !b.is_empty() => t.search(b.x0, b.y0, b.x1, b.y1),
        _ => Vec::new(),
    }
}

impl Overlay {
    /// Indexes the surfaces of a layer; points and missing geometries meet nothing. `pairs` looks for features
    /// that overlap one another.
    pub(crate) fn new(geoms: &Geometries, pairs: bool) -> Self {
        Self::of(geoms, pairs, &|_| true)
    }

    /// The same for some features: the others meet nothing.
    pub(crate) fn of(
        geoms: &Geometries,
        pairs: bool,
        kept: &(dyn Fn(usize) -> bool + Sync),
    ) -> Self {
        let parts: Vec<(Vec<Cell>, Vec<Edge>, Vec<f64>)> = (0..geoms.len())
            .into_par_iter()
            .chunks(64)
            .map(|chunk| {
                let (mut cells, mut edges) = (Vec::new(), Vec::new());
                let mut areas = Vec::with_capacity(chunk.len());
                for i in chunk {
                    if !kept(i) {
                        areas.push(geoms.get(i).area());
                        continue;
                    }
                    subdivide(geoms.get(i), |f, full| {
                        let start = edges.len() as u32;
                        edges.extend_from_slice(&f.edges);
                        cells.push(Cell {
                            boite: f.boite,
                            feature: i as u32,
                            start,
                            end: edges.len() as u32,
                            full,
                        });
                    });
                    areas.push(geoms.get(i).area());
                }
                (cells, edges, areas)
            })
            .collect();
        let mut out = Self {
            cells: Vec::new(),
            edges: Vec::new(),
            tree: None,
            areas: Vec::new(),
            overlaps: BTreeMap::new(),
        };
        for (cells, edges, areas) in parts {
            let shift = out.edges.len() as u32;
            out.cells.extend(cells.into_iter().map(|c| Cell {
                start: c.start + shift,
                end: c.end + shift,
                ..c
            }));
            out.edges.extend(edges);
            out.areas.extend(areas);
        }
        out.tree = tree(out.cells.iter().map(|c| c.boite));
        if pairs {
            out.overlaps = out.find_overlaps();
        }
        out
    }

    fn edges(&self, c: &Cell) -> &[Edge] {
        &self.edges[c.start as usize..c.end as usize]
    }

    /// Every pair of features that overlap, cell by cell.
    fn find_overlaps(&self) -> BTreeMap<(u32, u32), f64> {
        let found: Vec<Vec<((u32, u32), f64)>> = self
            .cells
            .par_chunks(256)
            .map(|chunk| {
                let mut found = Vec::new();
                for c in chunk {
                    for j in search(self.tree.as_ref(), &c.boite) {
                        let o = &self.cells[j as usize];
                        if o.feature > c.feature {
                            let a = intersection_area(self.edges(c), self.edges(o), c.boite.y0);
                            if a > NOISE_M2 {
                                found.push(((c.feature, o.feature), a));
                            }
                        }
                    }
                }
                // The order of a tree's answers is not promised: sums are taken in a fixed one.
                found.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
                found
            })
            .collect();
        let mut sums: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        for (pair, a) in found.into_iter().flatten() {
            *sums.entry(pair).or_default() += a;
        }
        sums
    }

    /// Whether two features of a set overlap by more than an area. m².
    pub(crate) fn any_overlap(&self, hits: &[Hit], least: f64) -> bool {
        !self.overlaps.is_empty()
            && hits.iter().enumerate().any(|(i, a)| {
                hits[i + 1..].iter().any(|b| {
                    let pair = (a.feature.min(b.feature), a.feature.max(b.feature));
                    self.overlaps.get(&pair).is_some_and(|a| *a > least)
                })
            })
    }

    /// The cells that meet a box, feature by feature: asked once for a block of neighbouring parcels.
    pub(crate) fn candidates(&self, b: &Boite) -> Vec<u32> {
        let mut found = search(self.tree.as_ref(), b);
        found.sort_unstable_by_key(|i| (self.cells[*i as usize].feature, *i));
        found
    }

    /// How much of `subject` lies in each feature. Slivers are left out and counted.
    pub(crate) fn measure(
        &self,
        subject: &Forme,
        candidates: &[u32],
        eclat: Eclat,
        hits: &mut Vec<Hit>,
        slivers: &mut u64,
    ) {
        hits.clear();
        let mut i = 0;
        while i < candidates.len() {
            let feature = self.cells[candidates[i] as usize].feature;
            let first = i;
            let mut area = 0.0;
            while i < candidates.len() && self.cells[candidates[i] as usize].feature == feature {
                area += self.cell_area(subject, &self.cells[candidates[i] as usize]);
                i += 1;
            }
            // Rounding of sums of cells.
            let area = if (area - subject.area).abs() <= 1e-9 * subject.area {
                subject.area
            } else {
                area
            };
            if area <= 1e-6 {
                continue;
            }
            if self.is_sliver(subject, area, &candidates[first..i], eclat) {
                *slivers += u64::from(area > 0.01);
            } else {
                hits.push(Hit {
                    feature,
                    area: area.min(subject.area),
                });
            }
        }
    }

    /// The features whose cells meet a box, in order.
    pub(crate) fn features_meeting(&self, b: &Boite) -> Vec<u32> {
        let mut all: Vec<u32> = search(self.tree.as_ref(), b)
            .into_iter()
            .map(|i| self.cells[i as usize].feature)
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether a point lies in a feature.
    pub(crate) fn contains(&self, feature: u32, x: f64, y: f64) -> bool {
        search(
            self.tree.as_ref(),
            &Boite {
                x0: x,
                y0: y,
                x1: x,
                y1: y,
            },
        )
        .into_iter()
        .map(|i| &self.cells[i as usize])
        .any(|c| c.feature == feature && contains(self.edges(c), x, y))
    }

    /// How much of any surface lies in one feature. m², planar.
    pub(crate) fn area_in(&self, subject: &Forme, feature: u32) -> f64 {
        search(self.tree.as_ref(), &subject.boite)
            .into_iter()
            .map(|i| &self.cells[i as usize])
            .filter(|c| c.feature == feature)
            .map(|c| self.cell_area(subject, c))
            .sum::<f64>()
            .min(subject.area)
    }

    fn cell_area(&self, subject: &Forme, c: &Cell) -> f64 {
        if !c.boite.meets(&subject.boite) {
            return 0.0;
        }
        if c.full && c.boite.contains(&subject.boite) {
            return subject.area;
        }
        let edges = self.edges(c);
        if !any_edge_in(edges, &subject.boite) {
            let b = &subject.boite;
            let (x, y) = (f64::midpoint(b.x0, b.x1), f64::midpoint(b.y0, b.y1));
            return if contains(edges, x, y) {
                subject.area
            } else {
                0.0
            };
        }
        intersection_area(&subject.edges, edges, subject.boite.y0)
    }

    /// Under 1 m², or under 0.2 m of mean width 2A/P. The perimeter is computed only where a bound does not settle it:
    /// a ring along the whole boundary is twice as long as the parcel's own.
    fn is_sliver(&self, subject: &Forme, area: f64, cells: &[u32], eclat: Eclat) -> bool {
        if area >= 0.5 * subject.area {
            return false;
        }
        if area < eclat.area {
            return true;
        }
        let cells: Vec<&[Edge]> = cells
            .iter()
            .map(|i| &self.cells[*i as usize])
            .filter(|c| c.boite.meets(&subject.boite))
            .map(|c| self.edges(c))
            .collect();
        let inside = cells.iter().map(|c| length_within(c, &subject.boite));
        if 2.0 * area >= eclat.width * (subject.perimeter + inside.sum::<f64>()) {
            return false;
        }
        let perimeter = intersection_perimeter(&subject.edges, &cells);
        2.0 * area < eclat.width * perimeter
    }

    /// The share of a surface in a set of features, those that overlap counted once.
    pub(crate) fn union_area(&self, subject: &Shape<'_>, hits: &[Hit], geoms: &Geometries) -> f64 {
        if hits.iter().any(|h| h.area >= subject.forme.area) {
            return subject.forme.area;
        }
        if !self.any_overlap(hits, 0.0) {
            return hits
                .iter()
                .map(|h| h.area)
                .sum::<f64>()
                .min(subject.forme.area);
        }
        let own = subject.polygons();
        let parts: Vec<MultiPolygon<f64>> = hits
            .iter()
            .map(|h| own.intersection(&local(geoms, h.feature, &subject.forme.boite)))
            .collect();
        clip::union(parts).unsigned_area().min(subject.forme.area)
    }
}

/// A surface with the geometry it was loaded from, for the rare general clipping.
pub(crate) struct Shape<'a> {
    pub(crate) forme: &'a Forme,
    pub(crate) geom: gisement_store::GeomRef<'a>,
}

impl Shape<'_> {
    pub(crate) fn polygons(&self) -> MultiPolygon<f64> {
        self.geom.to_multi_polygon()
    }
}

/// A feature cut to a box (grown by a metre), as general clipping wants it: its cost then depends on what is near.
pub(crate) fn local(geoms: &Geometries, feature: u32, around: &Boite) -> MultiPolygon<f64> {
    let b = around.grown(1.0);
    let g = geoms.get(feature as usize);
    let mut out = Vec::new();
    for p in g.polygons() {
        let mut rings = p.rings();
        let Some(outer) = rings.next().and_then(|r| clip_box(r, &b)) else {
            continue;
        };
        let holes = rings.filter_map(|r| clip_box(r, &b)).collect();
        out.push(Polygon::new(outer, holes));
    }
    MultiPolygon(out)
}

fn clip_box(ring: &[Coord<f64>], b: &Boite) -> Option<LineString<f64>> {
    let mut r: Vec<Coord<f64>> = ring.to_vec();
    for (axis, at, below) in [
        (0, b.x0, false),
        (0, b.x1, true),
        (1, b.y0, false),
        (1, b.y1, true),
    ] {
        r = crate::subdivide::clip(&r, axis, at, below);
        if r.len() < 4 {
            return None;
        }
    }
    Some(LineString(r))
}

#[cfg(test)]
mod tests;
