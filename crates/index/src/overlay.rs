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
    Boite, Edge, Forme, contains, intersection_area, intersection_perimeter, length_within, place,
};
use crate::subdivide::{cut, subdivide};

/// An indexed layer of surfaces.
pub(crate) struct Overlay {
    cells: Vec<Cell>,
    /// As they were made, part by part: joined, they would stand in memory twice.
    edges: Vec<Vec<Edge>>,
    tree: Option<RTree<f64>>,
    /// Area of each feature. m², planar.
    pub(crate) areas: Vec<f64>,
    /// Pairs of features that overlap, with the area. m², planar.
    pub(crate) overlaps: BTreeMap<(u32, u32), f64>,
}

struct Cell {
    boite: Boite,
    feature: u32,
    part: u32,
    start: u32,
    end: u32,
    /// m.
    perimeter: f64,
    /// A box wholly inside the feature.
    full: bool,
}

/// The cells that a block of parcels meets, feature by feature. Their boxes stand side by side: most parcels of the
/// block meet few of them.
#[derive(Debug, Default)]
pub(crate) struct Nearby {
    features: Vec<NearbyFeature>,
    cells: Vec<(Boite, u32)>,
}

#[derive(Debug)]
struct NearbyFeature {
    /// Around its cells.
    boite: Boite,
    feature: u32,
    /// Rank of its first cell.
    start: usize,
}

impl Nearby {
    pub(crate) fn is_empty(&self) -> bool {
        self.features.is_empty()
    }
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
                            part: 0,
                            start,
                            end: edges.len() as u32,
                            perimeter: f.perimeter,
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
        for (part, (cells, edges, areas)) in (0..).zip(parts) {
            out.cells
                .extend(cells.into_iter().map(|c| Cell { part, ..c }));
            out.edges.push(edges);
            out.areas.extend(areas);
        }
        out.tree = tree(out.cells.iter().map(|c| c.boite));
        if pairs {
            out.overlaps = out.find_overlaps();
        }
        out
    }

    fn edges(&self, c: &Cell) -> &[Edge] {
        &self.edges[c.part as usize][c.start as usize..c.end as usize]
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
                            let a = intersection_area(self.edges(c), self.edges(o));
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
    pub(crate) fn candidates(&self, b: &Boite) -> Nearby {
        let mut cells = search(self.tree.as_ref(), b);
        // Cells stand in the order of their features.
        cells.sort_unstable();
        let mut out = Nearby::default();
        for i in cells {
            let Cell { boite, feature, .. } = self.cells[i as usize];
            match out.features.last_mut() {
                Some(f) if f.feature == feature => f.boite.merge(&boite),
                _ => out.features.push(NearbyFeature {
                    boite,
                    feature,
                    start: out.cells.len(),
                }),
            }
            out.cells.push((boite, i));
        }
        out
    }

    /// How much of `subject` lies in each feature. Slivers are left out and counted.
    pub(crate) fn measure(
        &self,
        subject: &Forme,
        candidates: &Nearby,
        eclat: Eclat,
        hits: &mut Vec<Hit>,
        slivers: &mut u64,
    ) {
        hits.clear();
        let ends = candidates.features.iter().skip(1).map(|f| f.start);
        let ends = ends.chain([candidates.cells.len()]);
        for (met, end) in candidates.features.iter().zip(ends) {
            if !met.boite.meets(&subject.boite) {
                continue;
            }
            let cells = &candidates.cells[met.start..end];
            let mut area = 0.0;
            for (boite, i) in cells {
                if boite.meets(&subject.boite) {
                    area += self.cell_area(subject, &self.cells[*i as usize]);
                }
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
            if self.is_sliver(subject, area, cells, eclat) {
                *slivers += u64::from(area > 0.01);
            } else {
                hits.push(Hit {
                    feature: met.feature,
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

    /// What of a surface lies in a cell that its box meets. m², planar.
    fn cell_area(&self, subject: &Forme, c: &Cell) -> f64 {
        if c.full && c.boite.contains(&subject.boite) {
            return subject.area;
        }
        let edges = self.edges(c);
        match place(edges, &subject.boite) {
            Some(true) => subject.area,
            Some(false) => 0.0,
            None => intersection_area(&subject.edges, edges),
        }
    }

    /// Under 1 m², or under 0.2 m of mean width 2A/P. The perimeter is computed only where two bounds do not settle it:
    /// a ring along the whole boundary is twice as long as the parcel's own.
    fn is_sliver(&self, subject: &Forme, area: f64, cells: &[(Boite, u32)], eclat: Eclat) -> bool {
        if area >= 0.5 * subject.area {
            return false;
        }
        if area < eclat.area {
            return true;
        }
        let wide = |inside: f64| 2.0 * area >= eclat.width * (subject.perimeter + inside);
        let cells = || {
            let met = cells.iter().filter(|(b, _)| b.meets(&subject.boite));
            met.map(|(_, i)| &self.cells[*i as usize])
        };
        if wide(cells().map(|c| c.perimeter).sum()) {
            return false;
        }
        let cells: Vec<&[Edge]> = cells().map(|c| self.edges(c)).collect();
        if wide(cells.iter().map(|c| length_within(c, &subject.boite)).sum()) {
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
    for (axis, at, side) in [(0, b.x0, 1), (0, b.x1, 0), (1, b.y0, 1), (1, b.y1, 0)] {
        let [low, high] = cut(&r, axis, at);
        r = if side == 0 { low } else { high };
        if r.len() < 4 {
            return None;
        }
    }
    Some(LineString(r))
}

#[cfg(test)]
mod tests;
