//! Land that is bought together: the *unités foncières* of legal persons (contiguous parcels of the same owners), the
//! brownfields and the plots of business parks, as surfaces that are measured and marked like parcels.
//!
//! Two parcels are joined when the very same set of owners has both and they share a boundary: a third owner's land
//! between them keeps them apart, and an owner in common is not enough. Units beyond the rule set's limits (a forest,
//! a whole estate) are no assembly and are left out, counted.

use std::collections::BTreeMap;

use geo::MultiPolygon;
use gisement_model::codes::ClasseProprietaire;
use gisement_model::{Idu, Parcelle, Site};
use gisement_store::{GeomKind, Geometries, Layer, hilbert_order};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::facade::facade;
use crate::facts::Context;
use crate::friches::outline;
use crate::joins::Liens;
use crate::overlay::search;
use crate::report::RapportAssemblages;
use crate::spatial::{Boite, Forme, intersection_area};
use crate::subjects::{Owner, Subjects};

/// Assembled surfaces, along the Hilbert curve.
pub(crate) struct Assembled {
    /// The surfaces as parcels, each named by the first parcel that it is made of.
    pub(crate) layer: Layer<Parcelle>,
    pub(crate) subjects: Subjects,
    pub(crate) sites: Vec<Site>,
}

impl Assembled {
    /// The unité foncière of each parcel.
    pub(crate) fn unit_of(&self, parcels: usize) -> Vec<Option<u32>> {
        let mut out = vec![None; parcels];
        for (i, (site, members)) in (0..).zip(self.sites.iter().zip(&self.subjects.members)) {
            if site.genre == UNITE {
                for m in members {
                    out[*m as usize] = Some(i);
                }
            }
        }
        out
    }
}

pub(crate) const UNITE: &str = "unite_fonciere";
const FRICHE: &str = "friche";
const TERRAIN: &str = "terrain_zae";

/// One surface before it is put in order.
struct Piece {
    genre: &'static str,
    id: String,
    nom: Option<String>,
    /// Ranks, increasing.
    members: Vec<u32>,
    surface: MultiPolygon<f64>,
    /// The brownfield or plot that it is.
    object: Option<u32>,
}

/// Assembles what can be.
pub(crate) fn assemble(ctx: &Context<'_>, rapport: &mut RapportAssemblages) -> Assembled {
    let mut pieces = units(ctx, rapport);
    pieces.extend(brownfields(ctx));
    pieces.extend(plots(ctx));
    rapport.sites = pieces.iter().filter(|p| p.genre != UNITE).count() as u64;

    let mut geoms = Geometries::new();
    for p in &pieces {
        geoms.push_multi_polygon(&p.surface);
    }
    let order = hilbert_order(&geoms, |a, b| {
        (pieces[a].genre, &pieces[a].id).cmp(&(pieces[b].genre, &pieces[b].id))
    });
    let pieces: Vec<&Piece> = order.iter().map(|i| &pieces[*i as usize]).collect();
    let mut layer = Layer::empty(ctx.layers.parcelles.crs);
    layer.geoms = geoms.reordered(&order);
    layer.rows = pieces.iter().map(|p| parcel(ctx, p)).collect();
    let cited = |genre: &str, of: fn(&Subjects) -> &Liens| {
        let links = (0..).zip(&pieces).flat_map(|(i, p)| {
            let objects = match p.object {
                Some(o) if p.genre == genre => vec![o],
                _ => shared(of(&ctx.parcels), &p.members),
            };
            objects.into_iter().map(move |o| (i, o))
        });
        Liens::citing(links)
    };
    let subjects = Subjects {
        commune_of: pieces
            .iter()
            .map(|p| ctx.parcels.commune_of[p.members[0] as usize])
            .collect(),
        friches: cited(FRICHE, |s| &s.friches),
        terrains: cited(TERRAIN, |s| &s.terrains),
        owners: pieces.iter().map(|p| owner(ctx, &p.members)).collect(),
        members: pieces.iter().map(|p| p.members.clone()).collect(),
    };
    let sites = pieces.iter().map(|p| site(ctx, p)).collect();
    Assembled {
        layer,
        subjects,
        sites,
    }
}

fn parcel(ctx: &Context<'_>, p: &Piece) -> Parcelle {
    let rows = &ctx.layers.parcelles.rows;
    Parcelle {
        idu: lead(ctx, &p.members),
        contenance_m2: (p.genre == UNITE)
            .then(|| {
                p.members
                    .iter()
                    .map(|m| rows[*m as usize].contenance_m2)
                    .sum()
            })
            .flatten(),
        arpente: None,
        created: None,
        updated: None,
    }
}

/// The first identifier: it names what is made of several parcels.
fn lead(ctx: &Context<'_>, members: &[u32]) -> Idu {
    let rows = &ctx.layers.parcelles.rows;
    let first = rows[members[0] as usize].idu;
    members
        .iter()
        .fold(first, |a, m| a.min(rows[*m as usize].idu))
}

fn site(ctx: &Context<'_>, p: &Piece) -> Site {
    let rows = &ctx.layers.parcelles.rows;
    Site {
        id: p.id.clone(),
        genre: p.genre.to_owned(),
        nom: p.nom.clone(),
        parcelles: p
            .members
            .iter()
            .map(|m| rows[*m as usize].idu.to_string())
            .collect(),
        nb_parcelles: p.members.len() as i64,
    }
}

/// The objects that cite every one of these parcels.
fn shared(links: &Liens, members: &[u32]) -> Vec<u32> {
    let mut all: Option<Vec<u32>> = None;
    for m in members {
        let here = links.of(*m).iter().map(|l| l.1);
        all = Some(match all {
            None => here.collect(),
            Some(before) => {
                let here: Vec<u32> = here.collect();
                before.into_iter().filter(|o| here.contains(o)).collect()
            }
        });
    }
    all.unwrap_or_default()
}

fn owner(ctx: &Context<'_>, members: &[u32]) -> Owner {
    let set = |m: u32| match ctx.parcels.owners[m as usize] {
        Owner::Named(row) => Some(sirens(ctx, row)),
        _ => None,
    };
    let first = set(members[0]);
    if members.iter().all(|m| set(*m) == first) {
        ctx.parcels.owners[members[0] as usize]
    } else {
        Owner::Several
    }
}

/// The owners of a row, whatever their order.
fn sirens<'a>(ctx: &Context<'a>, row: u32) -> Vec<&'a str> {
    let mut all: Vec<&str> = ctx.layers.proprietaires.rows[row as usize]
        .sirens
        .iter()
        .map(String::as_str)
        .collect();
    all.sort_unstable();
    all
}

fn forme(g: gisement_store::GeomRef<'_>) -> Forme {
    let mut f = Forme::default();
    f.load(g);
    f
}

/// The unités foncières of two parcels or more.
fn units(ctx: &Context<'_>, rapport: &mut RapportAssemblages) -> Vec<Piece> {
    let rule = &ctx.b.unites;
    let mut by_owner: BTreeMap<Vec<&str>, (u32, Vec<u32>)> = BTreeMap::new();
    for (p, o) in (0..).zip(&ctx.parcels.owners) {
        let Owner::Named(row) = *o else { continue };
        let owners = sirens(ctx, row);
        let classes = &ctx.layers.proprietaires.rows[row as usize].classes;
        let named = !owners.is_empty() && owners.iter().all(|s| !s.is_empty());
        let joint = classes
            .iter()
            .any(|c| *c == ClasseProprietaire::Copropriete.code());
        if named && !joint {
            by_owner
                .entry(owners)
                .or_insert_with(|| (row, Vec::new()))
                .1
                .push(p);
        }
    }
    let groups: Vec<(u32, Vec<u32>)> = by_owner.into_values().filter(|g| g.1.len() > 1).collect();
    let found: Vec<(u32, Vec<u32>, f64)> = groups
        .into_par_iter()
        .flat_map_iter(|(row, parcels)| {
            contiguous(ctx, &parcels)
                .into_iter()
                .map(move |(members, area)| (row, members, area))
        })
        .collect();
    let mut kept = Vec::new();
    for (row, members, area) in found {
        if area > rule.surface_max_m2 || members.len() > rule.parcelles_max {
            rapport.trop_grandes += 1;
        } else {
            kept.push((row, members));
        }
    }
    rapport.unites = kept.len() as u64;
    rapport.parcelles = kept.iter().map(|k| k.1.len() as u64).sum();
    kept.into_par_iter()
        .map(|(row, members)| {
            let owner = &ctx.layers.proprietaires.rows[row as usize];
            Piece {
                genre: UNITE,
                id: format!("UF-{}", lead(ctx, &members)),
                nom: owner
                    .denominations
                    .first()
                    .filter(|d| !d.is_empty())
                    .cloned(),
                surface: outline(ctx, &members),
                members,
                object: None,
            }
        })
        .collect()
}

fn find(root: &mut [usize], mut i: usize) -> usize {
    while root[i] != i {
        root[i] = root[root[i]];
        i = root[i];
    }
    i
}

/// Groups of two or more of these parcels that touch, with their planar area in m².
fn contiguous(ctx: &Context<'_>, parcels: &[u32]) -> Vec<(Vec<u32>, f64)> {
    let (rule, play) = (&ctx.b.unites, ctx.b.mesures.tolerance_facade_m);
    let geoms = &ctx.layers.parcelles.geoms;
    let formes: Vec<Forme> = parcels
        .iter()
        .map(|p| forme(geoms.get(*p as usize)))
        .collect();
    let corners = |b: &Boite| ([b.x0, b.y0], [b.x1, b.y1]);
    let tree = RTree::bulk_load(
        formes
            .iter()
            .enumerate()
            .filter(|(_, f)| f.area > 0.0)
            .map(|(i, f)| {
                let (a, b) = corners(&f.boite);
                GeomWithData::new(Rectangle::from_corners(a, b), i)
            })
            .collect(),
    );
    // Each points to an earlier one of its group, or to itself.
    let mut root: Vec<usize> = (0..formes.len()).collect();
    for (i, f) in formes.iter().enumerate().filter(|(_, f)| f.area > 0.0) {
        let (a, b) = corners(&f.boite.grown(play));
        for near in tree.locate_in_envelope_intersecting(&AABB::from_corners(a, b)) {
            let j = near.data;
            if j <= i {
                continue;
            }
            let (x, y) = (find(&mut root, i), find(&mut root, j));
            if x == y {
                continue;
            }
            let contact = f.perimeter - facade(f, std::iter::once(&formes[j]), play);
            if contact >= rule.contact_m {
                let (low, high) = (x.min(y), x.max(y));
                root[high] = low;
            }
        }
    }
    let mut groups: BTreeMap<usize, (Vec<u32>, f64)> = BTreeMap::new();
    for i in 0..formes.len() {
        let r = find(&mut root, i);
        let slot = groups.entry(r).or_default();
        slot.0.push(parcels[i]);
        slot.1 += formes[i].area;
    }
    groups
        .into_values()
        .filter(|g| g.0.len() > 1)
        .map(|(mut members, area)| {
            members.sort_unstable();
            (members, area)
        })
        .collect()
}

fn brownfields(ctx: &Context<'_>) -> Vec<Piece> {
    let layer = &ctx.layers.friches;
    let cited = ctx.parcels.friches.citations(layer.len());
    let one = |i: usize| {
        let f = &layer.rows[i];
        piece(
            ctx,
            FRICHE,
            layer.geoms.get(i),
            &cited[i],
            i as u32,
            &f.site_id,
            f.site_nom.as_ref(),
        )
    };
    (0..layer.len()).into_par_iter().filter_map(one).collect()
}

fn plots(ctx: &Context<'_>) -> Vec<Piece> {
    let layer = &ctx.layers.terrains;
    let cited = ctx.parcels.terrains.citations(layer.len());
    let one = |i: usize| {
        let t = &layer.rows[i];
        piece(
            ctx,
            TERRAIN,
            layer.geoms.get(i),
            &cited[i],
            i as u32,
            &t.terr_id,
            None,
        )
    };
    (0..layer.len()).into_par_iter().filter_map(one).collect()
}

/// A site: its own polygon, else the parcels that it cites. A site on no parcel of the territory is none.
fn piece(
    ctx: &Context<'_>,
    genre: &'static str,
    g: gisement_store::GeomRef<'_>,
    cited: &[u32],
    object: u32,
    id: &str,
    nom: Option<&String>,
) -> Option<Piece> {
    let mut members = cited.to_vec();
    let surface = if g.kind() == GeomKind::Surface {
        let own = forme(g);
        let share = ctx.b.mesures.dans_part;
        let mut f = Forme::default();
        for p in search(ctx.parcel_tree.as_ref(), &own.boite) {
            f.load(ctx.layers.parcelles.geoms.get(p as usize));
            if f.area > 0.0 && intersection_area(&f.edges, &own.edges) >= share * f.area {
                members.push(p);
            }
        }
        g.to_multi_polygon()
    } else {
        outline(ctx, cited)
    };
    members.sort_unstable();
    members.dedup();
    (!members.is_empty() && !surface.0.is_empty()).then(|| Piece {
        genre,
        id: id.to_owned(),
        nom: nom.cloned(),
        members,
        surface,
        object: Some(object),
    })
}
