//! Joins between layers by reference: the parcels that a brownfield or a plot of a business park cites.

use std::collections::HashMap;

use gisement_model::{Friche, Idu, Parcelle, Proprietaire, Terrain, Zae};
use gisement_store::{GeomKind, Layer};
use serde::Serialize;

use crate::subjects::Owner;

/// How a brownfield was joined to parcels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rattachement {
    /// By the parcels that it cites.
    Refcad,
    /// By its polygon.
    Geometrie,
    /// By its point.
    Point,
    /// By nothing.
    Aucun,
}

impl Rattachement {
    /// The code written in the columns.
    pub fn code(self) -> &'static str {
        match self {
            Self::Refcad => "refcad",
            Self::Geometrie => "geometrie",
            Self::Point => "point",
            Self::Aucun => "aucun",
        }
    }
}

/// Links from parcels to the objects that cite them, sorted by parcel then object.
#[derive(Debug, Default)]
pub(crate) struct Liens {
    links: Vec<(u32, u32, Rattachement)>,
}

impl Liens {
    /// The objects linked to a parcel.
    pub(crate) fn of(&self, parcelle: u32) -> &[(u32, u32, Rattachement)] {
        let from = self.links.partition_point(|l| l.0 < parcelle);
        let to = from + self.links[from..].partition_point(|l| l.0 == parcelle);
        &self.links[from..to]
    }

    /// The parcels linked to each of `n` objects.
    pub(crate) fn by_object(&self, n: usize) -> Vec<Vec<u32>> {
        let mut out = vec![Vec::new(); n];
        for (p, o, _) in &self.links {
            out[*o as usize].push(*p);
        }
        out
    }

    /// The parcels that each of `n` objects cites; those that only hold its point are left out.
    pub(crate) fn citations(&self, n: usize) -> Vec<Vec<u32>> {
        let mut out = vec![Vec::new(); n];
        for (p, o, link) in &self.links {
            if *link == Rattachement::Refcad {
                out[*o as usize].push(*p);
            }
        }
        out
    }

    /// Links of subjects to objects that cite them whole.
    pub(crate) fn citing(links: impl Iterator<Item = (u32, u32)>) -> Self {
        let links = links.map(|(s, o)| (s, o, Rattachement::Refcad)).collect();
        Self { links }.finish()
    }

    fn finish(mut self) -> Self {
        self.links.sort_unstable();
        self.links.dedup_by_key(|l| (l.0, l.1));
        self
    }
}

/// The identifier of a parcel before its commune merged into another, which the cadastre recalls by a prefix:
/// `34123000AB0012` has become `34100123AB0012`. `None` without prefix.
fn before_merger(idu: Idu) -> Option<Idu> {
    let prefix = idu.prefixe();
    if prefix == "000" {
        return None;
    }
    let commune = format!("{}{prefix}", idu.commune().departement());
    Idu::from_parts(commune.parse().ok()?, "000", idu.section(), idu.numero()).ok()
}

/// Parcels cited by identifier, object by object. A brownfield may cite parcels that the cadastre files under
/// another commune (arrondissements of Paris), or by the identifier of before or after a merger of communes.
fn cited<'a>(
    parcelles: &Layer<Parcelle>,
    refs: impl Iterator<Item = (u32, &'a [String])>,
) -> (Vec<(u32, u32, Rattachement)>, u64) {
    let mut wanted: HashMap<Idu, Vec<u32>> = HashMap::new();
    let mut unreadable = 0;
    for (object, list) in refs {
        for r in list {
            match r.parse() {
                Ok(idu) => {
                    for idu in [Some(idu), before_merger(idu)].into_iter().flatten() {
                        wanted.entry(idu).or_default().push(object);
                    }
                }
                Err(_) => unreadable += 1,
            }
        }
    }
    let mut links = Vec::new();
    if !wanted.is_empty() {
        for (p, row) in (0..).zip(&parcelles.rows) {
            for idu in [Some(row.idu), before_merger(row.idu)]
                .into_iter()
                .flatten()
            {
                if let Some(objects) = wanted.get(&idu) {
                    links.extend(objects.iter().map(|o| (p, *o, Rattachement::Refcad)));
                }
            }
        }
    }
    (links, unreadable)
}

/// Brownfields to parcels: by `refcad`, else (without polygon) by the parcel that holds the point.
/// Also the number of unreadable references.
pub(crate) fn friches(
    parcelles: &Layer<Parcelle>,
    friches: &Layer<Friche>,
    at_point: &dyn Fn(f64, f64) -> Option<u32>,
) -> (Liens, u64) {
    let refs = (0..)
        .zip(&friches.rows)
        .map(|(i, f)| (i, f.refcad.as_slice()));
    let (mut links, unreadable) = cited(parcelles, refs);
    let mut joined = vec![false; friches.len()];
    for l in &links {
        joined[l.1 as usize] = true;
    }
    for (i, g) in (0..).zip(friches.geoms.iter()) {
        if let Some(c) = g.point().filter(|_| !joined[i as usize])
            && let Some(p) = at_point(c.x, c.y)
        {
            links.push((p, i, Rattachement::Point));
        }
    }
    (Liens { links }.finish(), unreadable)
}

/// The business park that each plot names: the first of the collection under that identifier.
pub(crate) fn parks(terrains: &Layer<Terrain>, zae: &Layer<Zae>) -> Vec<Option<u32>> {
    let mut ranks: HashMap<&str, u32> = HashMap::with_capacity(zae.len());
    for (i, z) in (0..).zip(&zae.rows) {
        ranks.entry(&z.site_id).or_insert(i);
    }
    let named = |t: &Terrain| ranks.get(t.site_id.as_deref()?).copied();
    terrains.rows.iter().map(named).collect()
}

/// Plots of business parks that have no polygon, by `refcad`.
pub(crate) fn terrains(parcelles: &Layer<Parcelle>, terrains: &Layer<Terrain>) -> Liens {
    let refs = (0..)
        .zip(&terrains.rows)
        .filter(|(i, _)| terrains.geoms.get(*i as usize).kind() != GeomKind::Surface)
        .map(|(i, t)| (i, t.refcad.as_slice()));
    Liens {
        links: cited(parcelles, refs).0,
    }
    .finish()
}

/// The row of owners of each parcel, by identifier, or by the identifier of before or after a merger of communes.
pub(crate) fn proprietaires(
    parcelles: &Layer<Parcelle>,
    proprietaires: &Layer<Proprietaire>,
) -> Vec<Owner> {
    let mut by_idu: HashMap<Idu, u32> = HashMap::with_capacity(proprietaires.len());
    for (i, p) in (0..).zip(&proprietaires.rows) {
        by_idu.insert(p.idu, i);
        if let Some(old) = before_merger(p.idu) {
            by_idu.entry(old).or_insert(i);
        }
    }
    if by_idu.is_empty() {
        return vec![Owner::Unnamed; parcelles.len()];
    }
    parcelles
        .rows
        .iter()
        .map(|p| {
            let found = by_idu.get(&p.idu).copied();
            found
                .or_else(|| by_idu.get(&before_merger(p.idu)?).copied())
                .map_or(Owner::Unnamed, Owner::Named)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use gisement_model::Crs;

    fn joined(parcel: &str, reference: &str) -> bool {
        let mut parcelles: Layer<Parcelle> = Layer::empty(Crs::Lambert93);
        parcelles.rows.push(Parcelle {
            idu: parcel.parse().unwrap(),
            contenance_m2: None,
            arpente: None,
            created: None,
            updated: None,
        });
        let refs = [reference.to_owned()];
        !cited(&parcelles, std::iter::once((0, &refs[..])))
            .0
            .is_empty()
    }

    #[test]
    fn references_survive_a_merger_of_communes() {
        assert!(joined("34100123AB0012", "34123000AB0012"));
        assert!(joined("34123000AB0012", "34100123AB0012"));
        assert!(joined("34100123AB0012", "34100123AB0012"));
        assert!(!joined("34100123AB0012", "34124000AB0012"));
        assert!(!joined("34100000AB0012", "34123000AB0012"));
    }
}
