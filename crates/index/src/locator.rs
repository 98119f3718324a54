//! Where a feature lies.

use std::collections::BTreeSet;

use gisement_store::GeomRef;

use crate::layers::Layers;
use crate::overlay::{Overlay, search};
use crate::spatial::{Edge, Forme, contains, intersection_area};

/// Finds the communes of a feature: by their outlines, else by the parcels that it covers.
pub(crate) struct Locator<'a> {
    pub(crate) layers: &'a Layers,
    pub(crate) outlines: Overlay,
    /// Rank of the commune of each outline.
    pub(crate) outline_commune: Vec<u32>,
    pub(crate) parcel_tree: Option<&'a geo_index::rtree::RTree<f64>>,
    /// Rank of the commune of each parcel.
    pub(crate) commune_of: &'a [u32],
}

impl Locator<'_> {
    /// The communes of a feature, but for those that are `known` to have some already: of a million buildings, nearly
    /// all prove again what the first ones did.
    pub(crate) fn locate(&self, g: GeomRef<'_>, known: &dyn Fn(u32) -> bool) -> Vec<u32> {
        let mut f = Forme::default();
        f.load(g);
        let point = g.point();
        if let Some(c) = point {
            f.boite.add(c.x, c.y);
        }
        if f.boite.is_empty() {
            return Vec::new();
        }
        let meets = |edges: &[Edge], area_edges: &[Edge]| match point {
            Some(c) => contains(edges, c.x, c.y),
            None => intersection_area(area_edges, edges) > 1.0,
        };
        let mut found = BTreeSet::new();
        if self.layers.communes.is_empty() {
            let mut parcel = Forme::default();
            for p in search(self.parcel_tree, &f.boite) {
                let commune = self.commune_of[p as usize];
                if !found.contains(&commune) && !known(commune) {
                    parcel.load(self.layers.parcelles.geoms.get(p as usize));
                    if meets(&parcel.edges, &f.edges) {
                        found.insert(commune);
                    }
                }
            }
        } else {
            for feature in self.outlines.features_meeting(&f.boite) {
                let commune = self.outline_commune[feature as usize];
                if known(commune) {
                    continue;
                }
                let inside = match point {
                    Some(c) => self.outlines.contains(feature, c.x, c.y),
                    None => self.outlines.area_in(&f, feature) > 1.0,
                };
                if inside {
                    found.insert(commune);
                }
            }
        }
        found.into_iter().collect()
    }
}
