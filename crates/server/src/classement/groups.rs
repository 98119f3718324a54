//! Parcels that are bought together, in one place of the ranking: that of the best of them.

use std::collections::HashMap;

use super::rank::Place;
use super::stock::Stock;

/// One place of a ranking, and those of the same site.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) lead: Place,
    /// In order.
    others: Vec<Place>,
}

impl From<Place> for Group {
    fn from(lead: Place) -> Self {
        Self {
            lead,
            others: Vec::new(),
        }
    }
}

impl Group {
    /// The best first.
    pub(super) fn parcels(&self) -> impl Iterator<Item = &Place> {
        std::iter::once(&self.lead).chain(&self.others)
    }
}

/// Puts the places of each site together, in the order of the best of each.
pub(super) fn gather(stock: &Stock, passing: &[u32], places: Vec<Place>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::with_capacity(places.len());
    let mut of_site: HashMap<u32, usize> = HashMap::new();
    for place in places {
        let site = stock.candidates[passing[place.passing] as usize].site;
        let known = site.and_then(|s| of_site.get(&s).copied());
        if let Some(group) = known {
            groups[group].others.push(place);
        } else {
            if let Some(s) = site {
                of_site.insert(s, groups.len());
            }
            groups.push(Group::from(place));
        }
    }
    groups
}
