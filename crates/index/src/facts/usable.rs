//! The usable part of a parcel (design §7.1): the parcel minus zones A and N (unless a STECAL, or the footprint of a
//! building that may change use), bans of risk plans and easements, building bans and protected woods, reserved
//! sites other than for social mix, water, cemeteries, roads and railways.
//!
//! A parcel that is usable whole or not at all, as most are, is known without clipping. Elsewhere the shape is worked
//! out, because what is left of a parcel has slivers too, which do not count.

use geo::{BooleanOps as _, MultiPolygon};
use gisement_model::ParcelleNotee;

use super::buildings::{Batis, union};
use super::constraints::is_ban;
use super::occupation::is_network;
use super::zones::ZoneSur;
use super::{ACTIVITE, CONTRAINTES, Mesure, OCCUPATION, PRESCRIPTIONS};
use crate::classify::Effet;
use crate::clip;
use crate::overlay::local;
use crate::pathway::{Bati, bati};
use crate::spatial::Forme;
use crate::urban_patch::Tache;

/// The usable part.
pub(crate) struct Utile {
    /// m², planar.
    pub(crate) area: f64,
    state: State,
}

enum State {
    /// The whole parcel.
    Tout,
    /// Nothing.
    Rien,
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
    /// The footprints of buildings remain of zones A and N.
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

/// Works out the usable part.
pub(super) fn usable(
    m: &Mesure<'_>,
    zones: &[ZoneSur],
    batis: &Batis,
    row: &ParcelleNotee,
) -> Utile {
    let retraits = retraits(m, zones, row);
    let state =
        quick(m, zones, batis, &retraits).unwrap_or_else(|| shape(m, zones, batis, &retraits));
    let area = match &state {
        State::Tout => m.shape.forme.area,
        State::Rien => 0.0,
        State::Forme(f, _) => f.area,
    };
    Utile { area, state }
}

/// All or nothing, where no clipping is needed to know it.
fn quick(m: &Mesure<'_>, zones: &[ZoneSur], batis: &Batis, r: &Retraits) -> Option<State> {
    let total = m.shape.forme.area;
    let whole = |a: f64| a >= total * (1.0 - 1e-9);
    if r.features.iter().any(|f| whole(f.2)) {
        return Some(State::Rien);
    }
    let zoned: f64 = r.zones.iter().map(|i| zones[*i].area).sum();
    let all = r.features.is_empty() && (zoned <= 0.0 || r.batiment && whole(batis.emprise));
    let nothing = whole(zoned) && r.stecal.is_empty() && !(r.batiment && batis.emprise > 0.0);
    match (all, nothing) {
        (true, _) => Some(State::Tout),
        (_, true) => Some(State::Rien),
        _ => None,
    }
}

impl Utile {
    /// The shape of the usable part, when it differs from the parcel and was worked out.
    pub(crate) fn forme(&self) -> Option<&Forme> {
        match &self.state {
            State::Forme(f, _) => Some(f),
            _ => None,
        }
    }

    /// Whether nothing is usable.
    pub(crate) fn nothing(&self) -> bool {
        matches!(self.state, State::Rien)
    }

    /// The largest single piece; `None` when nothing is usable.
    pub(super) fn largest<'f>(&'f self, parcel: &'f Forme) -> Option<&'f Forme> {
        match &self.state {
            State::Tout => Some(parcel),
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
    let mut shape = m.shape.polygons();
    if !r.zones.is_empty() {
        let part = |z: &ZoneSur| {
            let whole = || local(&ctx.layers.zonage.geoms, z.feature, around);
            z.part.clone().unwrap_or_else(whole)
        };
        let mut closed = clip::union(r.zones.iter().map(|i| part(&zones[*i])).collect());
        if r.zones.iter().any(|i| zones[*i].takes_rest) {
            // What no zone covers is closed too.
            let open = (0..zones.len()).filter(|i| !r.zones.contains(i));
            let open: Vec<MultiPolygon<f64>> = open.map(|i| part(&zones[i])).collect();
            closed = shape.difference(&clip::union(open));
        }
        if !r.stecal.is_empty() {
            let open: Vec<MultiPolygon<f64>> = r
                .stecal
                .iter()
                .map(|f| local(&ctx.layers.prescriptions.geoms, *f, around))
                .collect();
            closed = closed.difference(&clip::union(open));
        }
        if r.batiment {
            closed = closed.difference(&union(&m.shape, &ctx.layers.batiments.geoms, &batis.all));
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
        shape = shape.difference(&clip::union(parts));
    }
    pieces(&shape, m)
}

/// A clipped surface without its slivers.
fn pieces(shape: &MultiPolygon<f64>, m: &Mesure<'_>) -> State {
    let rule = &m.ctx.b.mesures;
    let kept: Vec<Forme> = clip::pieces(shape)
        .iter()
        .map(|p| {
            let mut f = Forme::default();
            f.load_polygons(p);
            f
        })
        .filter(|f| f.area >= rule.eclat_m2 && 2.0 * f.area >= rule.eclat_largeur_m * f.perimeter)
        .collect();
    if kept.is_empty() {
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
