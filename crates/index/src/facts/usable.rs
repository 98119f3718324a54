//! The usable part of a parcel (design §7.1): the parcel minus zones A and N (unless a STECAL, or the footprint of a
//! building that may change use), bans of risk plans and easements, building bans and protected woods, reserved
//! sites other than for social mix, water, cemeteries, roads and railways.
//!
//! Its area is worked out for every parcel, without clipping when only one layer takes a share; its shape only where
//! a criterion needs it.

use geo::algorithm::bool_ops::unary_union;
use geo::{Area as _, BooleanOps as _, MultiPolygon};
use gisement_model::ParcelleNotee;

use super::buildings::{Batis, union};
use super::constraints::is_ban;
use super::occupation::is_network;
use super::zones::ZoneSur;
use super::{ACTIVITE, CONTRAINTES, Mesure, OCCUPATION, PRESCRIPTIONS};
use crate::classify::Effet;
use crate::overlay::local;
use crate::pathway::{Bati, bati};
use crate::spatial::Forme;
use crate::urban_patch::Tache;

/// The usable part.
pub(crate) struct Utile {
    /// m², planar.
    pub(crate) area: f64,
    /// Whether zones A and N are all that was taken out.
    pub(crate) zones_only: bool,
    state: State,
    retraits: Retraits,
}

enum State {
    /// The whole parcel.
    Tout,
    /// Nothing.
    Rien,
    /// A part whose shape has not been worked out.
    Partie,
    /// A part, its shape and its pieces.
    Forme(Forme, Vec<Forme>),
}

/// What is taken out of a parcel.
struct Retraits {
    /// Features to take out: overlay and feature, with the area.
    features: Vec<(usize, u32, f64)>,
    /// Zones A and N, as ranks in the list of zones.
    zones: Vec<usize>,
    /// STECAL over the parcel.
    stecal: Vec<u32>,
    /// Only the footprints of buildings remain of zones A and N.
    batiment: bool,
}

fn retraits(m: &Mesure<'_>, zones: &[ZoneSur], row: &ParcelleNotee) -> Retraits {
    let ctx = m.ctx;
    let mut features = Vec::new();
    let mut stecal = Vec::new();
    for h in &m.hits[PRESCRIPTIONS] {
        match ctx.prescriptions[h.feature as usize].effet {
            Effet::Interdiction | Effet::EmplacementReserve => {
                features.push((PRESCRIPTIONS, h.feature, h.area));
            }
            Effet::Stecal => stecal.push(h.feature),
            _ => {}
        }
    }
    for h in &m.hits[CONTRAINTES] {
        if is_ban(ctx.contraintes[h.feature as usize]) {
            features.push((CONTRAINTES, h.feature, h.area));
        }
    }
    let bad = &ctx.b.vetos.natures_incompatibles;
    for h in &m.hits[ACTIVITE] {
        if ctx.layers.activite.rows[h.feature as usize]
            .nature
            .is_some_and(|n| bad.contains(&n))
        {
            features.push((ACTIVITE, h.feature, h.area));
        }
    }
    let network: Vec<_> = m.hits[OCCUPATION]
        .iter()
        .filter(|h| {
            let o = &ctx.layers.occupation.rows[h.feature as usize];
            is_network(o, &ctx.b.vetos)
        })
        .collect();
    let share = m.share(network.iter().map(|h| h.area).sum());
    if share >= ctx.b.vetos.part_occupation {
        features.extend(network.iter().map(|h| (OCCUPATION, h.feature, h.area)));
    }
    let an = row.part_a.unwrap_or(0.0) + row.part_n.unwrap_or(0.0);
    let batiment = an >= ctx.b.vetos.part_zone_na
        && matches!(
            bati(row, ctx.b),
            Bati::Autre | Bati::Agricole | Bati::UsageInconnu
        );
    let zones = (0..zones.len())
        .filter(|i| ctx.zones[zones[*i].feature as usize].exclue())
        .collect();
    Retraits {
        features,
        zones,
        stecal,
        batiment,
    }
}

/// The usable area, and the shape when it had to be worked out for it.
pub(super) fn area(m: &Mesure<'_>, zones: &[ZoneSur], batis: &Batis, row: &ParcelleNotee) -> Utile {
    let retraits = retraits(m, zones, row);
    let (area, state) = quick(m, zones, batis, &retraits).unwrap_or_else(|| {
        let state = shape(m, zones, batis, &retraits);
        let area = if let State::Forme(f, _) = &state {
            f.area
        } else {
            0.0
        };
        (area, state)
    });
    Utile {
        area,
        zones_only: retraits.features.is_empty()
            && !retraits.batiment
            && retraits.stecal.is_empty(),
        state,
        retraits,
    }
}

/// The usable area where no clipping is needed to know it.
fn quick(m: &Mesure<'_>, zones: &[ZoneSur], batis: &Batis, r: &Retraits) -> Option<(f64, State)> {
    let total = m.shape.forme.area;
    let whole = |a: f64| a >= total * (1.0 - 1e-9);
    if r.features.iter().any(|f| whole(f.2)) {
        return Some((0.0, State::Rien));
    }
    if r.batiment && r.features.is_empty() {
        let state = if whole(batis.emprise) {
            State::Tout
        } else {
            State::Partie
        };
        return Some((batis.emprise, state));
    }
    let zoned: f64 = r.zones.iter().map(|i| zones[*i].area).sum();
    if r.stecal.is_empty() && !r.batiment {
        if r.features.is_empty() {
            return match zoned {
                z if z <= 0.0 => Some((total, State::Tout)),
                z if whole(z) => Some((0.0, State::Rien)),
                z => Some((total - z, State::Partie)),
            };
        }
        if whole(zoned) {
            return Some((0.0, State::Rien));
        }
        if let [(_, _, a)] = r.features[..]
            && zoned <= 0.0
            && zones.len() <= 1
        {
            return Some((total - a, State::Partie));
        }
    }
    None
}

impl Utile {
    /// The shape of the usable part, when it differs from the parcel and was worked out.
    pub(crate) fn forme(&self) -> Option<&Forme> {
        match &self.state {
            State::Forme(f, _) => Some(f),
            _ => None,
        }
    }

    /// Works out the shape if it was not.
    pub(super) fn shape(&mut self, m: &Mesure<'_>, zones: &[ZoneSur], batis: &Batis) {
        if matches!(self.state, State::Partie) {
            self.state = shape(m, zones, batis, &self.retraits);
        }
    }

    /// Whether nothing is usable.
    pub(crate) fn nothing(&self) -> bool {
        matches!(self.state, State::Rien)
    }

    /// The largest single piece; `None` when nothing is usable.
    pub(super) fn largest<'f>(&'f self, parcel: &'f Forme) -> Option<&'f Forme> {
        match &self.state {
            State::Tout | State::Partie => Some(parcel),
            State::Rien => None,
            State::Forme(_, pieces) => pieces
                .iter()
                .reduce(|a, b| if b.area > a.area { b } else { a }),
        }
    }

    /// The share of the usable part that lies outside the urban patch (of the parcel when nothing is usable).
    pub(super) fn part_outside(&self, tache: &Tache, parcel: &Forme) -> f64 {
        tache.part_outside(self.forme().unwrap_or(parcel))
    }
}

/// The shape of what is left, by general clipping.
fn shape(m: &Mesure<'_>, zones: &[ZoneSur], batis: &Batis, r: &Retraits) -> State {
    let ctx = m.ctx;
    let around = &m.shape.forme.boite;
    let parcel = m.shape.polygons();
    let mut shape = parcel.clone();
    if r.batiment {
        shape = union(&m.shape, &m.ctx.layers.batiments.geoms, &batis.all);
    } else if !r.zones.is_empty() {
        let parts: Vec<MultiPolygon<f64>> =
            r.zones
                .iter()
                .map(|i| {
                    zones[*i].part.clone().unwrap_or_else(|| {
                        local(&ctx.layers.zonage.geoms, zones[*i].feature, around)
                    })
                })
                .collect();
        let mut closed = unary_union(&parts);
        if !r.stecal.is_empty() {
            let open: Vec<MultiPolygon<f64>> = r
                .stecal
                .iter()
                .map(|f| local(&ctx.layers.prescriptions.geoms, *f, around))
                .collect();
            closed = closed.difference(&unary_union(&open));
        }
        shape = shape.difference(&closed);
    }
    if !r.features.is_empty() {
        let parts: Vec<MultiPolygon<f64>> = r
            .features
            .iter()
            .map(|(overlay, f, _)| {
                let geoms = match *overlay {
                    PRESCRIPTIONS => &ctx.layers.prescriptions.geoms,
                    CONTRAINTES => &ctx.layers.contraintes.geoms,
                    OCCUPATION => &ctx.layers.occupation.geoms,
                    _ => &ctx.layers.activite.geoms,
                };
                local(geoms, *f, around)
            })
            .collect();
        shape = shape.difference(&unary_union(&parts));
    }
    pieces(&shape, m)
}

/// A clipped surface without its slivers.
fn pieces(shape: &MultiPolygon<f64>, m: &Mesure<'_>) -> State {
    let rule = &m.ctx.b.mesures;
    let kept: Vec<Forme> = shape
        .iter()
        .map(|p| {
            let mut f = Forme::default();
            f.load_polygons(&MultiPolygon(vec![p.clone()]));
            f
        })
        .filter(|f| f.area >= rule.eclat_m2 && 2.0 * f.area >= rule.eclat_largeur_m * f.perimeter)
        .collect();
    if kept.is_empty() || shape.unsigned_area() <= 0.0 {
        return State::Rien;
    }
    let mut whole = Forme::default();
    for f in &kept {
        whole.edges.extend_from_slice(&f.edges);
        whole.boite.merge(&f.boite);
        whole.area += f.area;
        whole.perimeter += f.perimeter;
    }
    State::Forme(whole, kept)
}
