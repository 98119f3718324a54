//! Outlines of communes and of what they make up, simplified for a page.

use std::collections::{BTreeMap, BTreeSet};

use gisement_model::{CommuneNotee, Couche, Crs};
use gisement_store::Collection;
use serde_json::{Value, json};

use super::portee::Portee;
use crate::problem::Problem;

/// The side of the territory, in steps to which every vertex is rounded: 0.1 mm on the page.
const STEPS: f64 = 1700.0;

/// A ring of rounded vertices, open.
type Ring = Vec<[i64; 2]>;

/// A side of a ring.
type Side = [[i64; 2]; 2];

/// Outlines in steps of the page, by INSEE code.
pub(super) struct Contours {
    crs: Crs,
    step: f64,
    rings: BTreeMap<String, Vec<Ring>>,
    areas: BTreeMap<String, f64>,
}

impl Contours {
    pub(super) fn of(p: &Portee<'_>) -> Result<Self, Problem> {
        let crs = p.edition.manifest().crs;
        let mut out = Self {
            crs,
            step: 1.0,
            rings: BTreeMap::new(),
            areas: BTreeMap::new(),
        };
        if p.edition.collection("communes").is_none() {
            return Ok(out);
        }
        let table = p
            .edition
            .published::<CommuneNotee>("communes")
            .map_err(Problem::internal)?;
        let ours = |i: usize| p.territoire.communes.contains(&(i as u32));
        let mut box_ = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
        for i in (0..table.geoms.len()).filter(|i| ours(*i)) {
            for c in table.geoms.get(i).coords() {
                box_ = [
                    box_[0].min(c.x),
                    box_[1].min(c.y),
                    box_[2].max(c.x),
                    box_[3].max(c.y),
                ];
            }
        }
        let side = (box_[2] - box_[0]).max(box_[3] - box_[1]);
        if side <= 0.0 {
            return Ok(out);
        }
        out.step = (side / STEPS).max(1.0);
        for (c, i) in p.communes.iter().zip(&p.territoire.communes) {
            let geom = table.geoms.get(*i as usize);
            let rings: Vec<Ring> = geom
                .polygons()
                .flat_map(|poly| {
                    poly.rings()
                        .map(|r| rounded(r.iter().map(|c| (c.x, c.y)), out.step))
                        .collect::<Vec<_>>()
                })
                .filter(|r: &Ring| r.len() >= 3)
                .collect();
            if !rings.is_empty() {
                out.areas.insert(c.code_insee.to_string(), geom.area());
                out.rings.insert(c.code_insee.to_string(), rings);
            }
        }
        Ok(out)
    }

    /// Planar area of a commune. m².
    fn area(&self, code: &str) -> Option<f64> {
        self.areas.get(code).copied()
    }

    /// A point of a feature, in metres of the legal projection.
    pub(super) fn centre(&self, c: &Collection, row: usize) -> Option<[i64; 2]> {
        let [west, south, east, north] = c.bbox(row)?;
        let (x, y) = self
            .crs
            .from_lonlat(f64::midpoint(west, east), f64::midpoint(south, north));
        Some([x.round() as i64, y.round() as i64])
    }

    fn metres(&self, rings: &[Ring]) -> Value {
        let metre = |v: i64| (v as f64 * self.step).round() as i64;
        let ring =
            |r: &Ring| -> Vec<[i64; 2]> { r.iter().map(|[x, y]| [metre(*x), metre(*y)]).collect() };
        json!(rings.iter().map(ring).collect::<Vec<_>>())
    }

    /// What surrounds several communes: the sides that only one of them has.
    fn around<'a>(&self, codes: impl Iterator<Item = &'a str>) -> Value {
        let mut sides: BTreeMap<Side, (Side, u32)> = BTreeMap::new();
        for code in codes {
            for ring in self.rings.get(code).into_iter().flatten() {
                for i in 0..ring.len() {
                    let side = [ring[i], ring[(i + 1) % ring.len()]];
                    let mut key = side;
                    key.sort_unstable();
                    sides.entry(key).or_insert((side, 0)).1 += 1;
                }
            }
        }
        let alone: Vec<Side> = sides
            .into_values()
            .filter(|(_, n)| *n == 1)
            .map(|(side, _)| side)
            .collect();
        self.metres(&chained(alone))
    }

    pub(super) fn territoire(&self, p: &Portee<'_>) -> Value {
        let codes = || p.communes.iter().map(|c| c.code_insee.as_str());
        let area: Option<f64> = codes().map(|c| self.area(c)).sum();
        json!({
            "niveau": p.territoire.level.code(),
            "code": p.territoire.code,
            "nom": p.territoire.nom,
            "population": p.communes.iter().map(|c| c.population).sum::<Option<i64>>(),
            "surface_m2": area.map(super::portee::m2),
            "contour": self.around(codes()),
        })
    }

    pub(super) fn epci(&self, p: &Portee<'_>) -> Vec<Value> {
        let of = |siren: &str| {
            let members = p
                .communes
                .iter()
                .filter(|c| c.epci.as_deref() == Some(siren));
            self.around(members.map(|c| c.code_insee.as_str()))
        };
        p.epci()
            .into_iter()
            .map(|(code, nom)| {
                let short = nom.split_whitespace().next().unwrap_or(nom);
                json!({ "code": code, "nom": nom, "court": short, "plh": null, "contour": of(code) })
            })
            .collect()
    }

    pub(super) fn communes(&self, p: &Portee<'_>) -> Vec<Value> {
        let layers = p.edition.manifest();
        let loaded: BTreeSet<_> = layers.sources.iter().map(|s| s.couche).collect();
        let largest = p
            .communes
            .iter()
            .max_by_key(|c| (c.population, std::cmp::Reverse(c.code_insee)));
        let largest = largest
            .filter(|c| c.population.is_some())
            .map(|c| c.code_insee);
        p.communes
            .iter()
            .map(|c| {
                let code = c.code_insee.as_str();
                let rings = self.rings.get(code).map_or(&[][..], Vec::as_slice);
                let read = [
                    (Couche::Batiments, c.date_batiments.is_some()),
                    (Couche::Zonage, c.date_zonage.is_some()),
                    (Couche::Friches, c.date_friches.is_some()),
                    (Couche::Zae, c.date_zae.is_some()),
                    (Couche::Contraintes, c.date_contraintes.is_some()),
                    (Couche::Proprietaires, c.date_proprietaires.is_some()),
                    (Couche::Occupation, c.date_occupation.is_some()),
                    (Couche::Enaf, c.enaf_depuis_2021_m2.is_some()),
                    (
                        Couche::Logement,
                        c.sru_soumise.is_some() || c.zone_abc.is_some(),
                    ),
                ];
                let of_loaded = || read.iter().filter(|(couche, _)| loaded.contains(couche));
                let covering = of_loaded().filter(|(_, here)| *here).count();
                json!({
                    "code": code,
                    "nom": c.nom,
                    "epci": c.epci,
                    "departement": c.code_insee.departement(),
                    "population": c.population,
                    "surface_m2": self.area(code).map(super::portee::m2),
                    "siege": Some(c.code_insee) == largest,
                    "contour": self.metres(rings),
                    "centre": self.middle(rings),
                    "document": c.document.as_ref().map(|d| json!({ "type": d, "date": approval(p, c) })),
                    "sru": c.sru_soumise,
                    "zone_abc": c.zone_abc,
                    "couches": [covering, of_loaded().count()],
                })
            })
            .collect()
    }

    /// The middle of the largest ring's box.
    fn middle(&self, rings: &[Ring]) -> Option<[i64; 2]> {
        let ring = rings.iter().max_by_key(|r| r.len())?;
        let metre = |v: f64| (v * self.step).round() as i64;
        let side = |i: usize| {
            let values = || ring.iter().map(|v| v[i]);
            Some((values().min()? + values().max()?) as f64 / 2.0)
        };
        Some([metre(side(0)?), metre(side(1)?)])
    }
}

/// The day on which a commune's plan was approved, where the inventory of documents says it.
fn approval(p: &Portee<'_>, c: &CommuneNotee) -> Option<String> {
    let documents = p.edition.collection("documents")?;
    let insee = crate::columns::Texts::new(documents, "code_insee");
    let rows: Vec<u32> = (0..documents.len())
        .filter(|row| insee.get(*row) == Some(c.code_insee.as_str()))
        .map(|row| row as u32)
        .collect();
    let rows: Vec<gisement_model::Document> = documents.rows(&rows).ok()?;
    let day = rows.iter().filter_map(|d| d.datappro).max()?;
    Some(day.to_string())
}

/// Vertices in steps, without repeats and without those that a straight line goes through.
fn rounded(vertices: impl Iterator<Item = (f64, f64)>, step: f64) -> Ring {
    let mut ring: Ring = Vec::new();
    for (x, y) in vertices {
        let v = [(x / step).round() as i64, (y / step).round() as i64];
        if ring.last() != Some(&v) {
            ring.push(v);
        }
    }
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    ring
}

/// Sides put end to end. Where more than two meet, any of them goes on: what is drawn is the same.
fn chained(sides: Vec<Side>) -> Vec<Ring> {
    let mut from: BTreeMap<[i64; 2], Vec<usize>> = BTreeMap::new();
    for (i, [a, b]) in sides.iter().enumerate() {
        from.entry(*a).or_default().push(i);
        from.entry(*b).or_default().push(i);
    }
    let mut used = vec![false; sides.len()];
    let mut out = Vec::new();
    for start in 0..sides.len() {
        if used[start] {
            continue;
        }
        used[start] = true;
        let [first, mut at] = sides[start];
        let mut ring = vec![first];
        while at != first {
            ring.push(at);
            let next = from[&at].iter().find(|i| !used[**i]);
            let Some(next) = next else { break };
            used[*next] = true;
            let [a, b] = sides[*next];
            at = if a == at { b } else { a };
        }
        if ring.len() >= 3 {
            out.push(ring);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_squares_that_share_a_side_make_one_outline() {
        let square = |x: i64| vec![[x, 0], [x + 1, 0], [x + 1, 1], [x, 1]];
        let c = Contours {
            crs: Crs::Lambert93,
            step: 10.0,
            rings: [("a", square(0)), ("b", square(1))]
                .map(|(k, r)| (k.to_owned(), vec![r]))
                .into(),
            areas: BTreeMap::new(),
        };
        let around = c.around(["a", "b"].into_iter());
        let ring = around[0].as_array().unwrap();
        assert_eq!((around.as_array().unwrap().len(), ring.len()), (1, 6));
        assert!(ring.contains(&json!([20, 10])) && ring.contains(&json!([10, 0])));
        assert_eq!(c.around(["a"].into_iter())[0].as_array().unwrap().len(), 4);
    }

    #[test]
    fn rounding_drops_repeats() {
        let ring = rounded(
            [(0.0, 0.0), (0.4, 0.0), (9.9, 0.0), (10.0, 10.0), (0.0, 0.0)].into_iter(),
            10.0,
        );
        assert_eq!(ring, [[0, 0], [1, 0], [1, 1]]);
    }
}
