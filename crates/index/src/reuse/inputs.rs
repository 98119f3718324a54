//! The signature of a block of parcels: everything that their facts and marks are worked out from.
//!
//! What is missing here would let a stale row through, so whatever `facts` or `note` come to read
//! must be added; `tests/reuse.rs` changes each layer in turn and compares with a build from nothing.

use std::ops::Range;

use gisement_model::CommuneNotee;
use rayon::prelude::*;

use super::content::{Content, Hash, of_layer};
use crate::build::Demande;
use crate::facts::{Context, NEIGHBOURS_M, OVERLAID, TERRAINS};
use crate::layers::Layers;
use crate::overlay::search;
use crate::sites::Sites;
use crate::spatial::Boite;
use crate::subjects::Owner;

/// The hashes of all that rows may depend on, worked out once for every block.
pub(crate) struct Inputs<'a> {
    ctx: &'a Context<'a>,
    sites: &'a Sites,
    /// What every row depends on.
    general: Hash,
    parcels: Vec<Hash>,
    buildings: Vec<Hash>,
    owners: Vec<Hash>,
    /// Features of each overlaid layer.
    pub(super) features: [Vec<Hash>; OVERLAID.len()],
    communes: Vec<Hash>,
}

impl<'a> Inputs<'a> {
    pub(crate) fn new(
        ctx: &'a Context<'a>,
        communes: &[CommuneNotee],
        sites: &'a Sites,
        demande: &Demande<'_>,
    ) -> Self {
        let l = ctx.layers;
        let mut features = [
            of_layer(&l.zonage),
            of_layer(&l.prescriptions),
            of_layer(&l.contraintes),
            of_layer(&l.friches),
            of_layer(&l.zae),
            of_layer(&l.terrains),
            of_layer(&l.activite),
            of_layer(&l.perimetres),
            of_layer(&l.occupation),
        ];
        // A plot is read with the park that it names, wherever the park is.
        let mut content = Content::default();
        for (hash, park) in features[TERRAINS].iter_mut().zip(&ctx.park_of) {
            content.one(*hash);
            if let Some(park) = park {
                content.row(&l.zae.rows[*park as usize]);
            }
            *hash = content.take();
        }
        Self {
            ctx,
            sites,
            general: general(l, demande),
            parcels: of_layer(&l.parcelles),
            buildings: of_layer(&l.batiments),
            owners: of_layer(&l.proprietaires),
            features,
            communes: of_communes(ctx, communes),
        }
    }

    /// The signature of the block of parcels `range`; `content` is room to work in.
    pub(crate) fn signature(&self, range: Range<usize>, content: &mut Content) -> Hash {
        let ctx = self.ctx;
        content.one(self.general);
        content.number(range.len());
        let mut boite = Boite::VIDE;
        for i in range.clone() {
            for c in ctx.layers.parcelles.geoms.get(i).coords() {
                boite.add(c.x, c.y);
            }
            self.parcel(content, i);
        }
        if boite.is_empty() {
            return content.take();
        }
        for (overlay, hashes) in ctx.overlays.iter().zip(&self.features) {
            let found = overlay.features_meeting(&boite);
            content.many(found.iter().map(|f| hashes[*f as usize]));
        }
        let near = |tree, b: &Boite, hashes: &[Hash], content: &mut Content| {
            let mut found = search(tree, b);
            found.sort_unstable();
            content.many(found.iter().map(|f| hashes[*f as usize]));
        };
        near(ctx.buildings.as_ref(), &boite, &self.buildings, content);
        let around = boite.grown(NEIGHBOURS_M);
        near(ctx.parcel_tree.as_ref(), &around, &self.parcels, content);
        for points in ctx.voisinage.candidates(&boite) {
            let mut points: Vec<[u64; 2]> = points.iter().map(|p| p.map(f64::to_bits)).collect();
            points.sort_unstable();
            content.number(points.len());
            points.iter().flatten().for_each(|v| content.word(*v));
        }
        for emprise in ctx.couvertures.all() {
            emprise.polygons_meeting(&boite, |g| content.geometry(g));
        }
        if let Some(tache) = &ctx.tache {
            tache.words(&boite, |w| content.word(w));
        }
        content.take()
    }

    fn parcel(&self, content: &mut Content, i: usize) {
        let parcels = &self.ctx.parcels;
        content.one(self.parcels[i]);
        content.one(self.communes[parcels.commune_of[i] as usize]);
        match parcels.owners[i] {
            Owner::Unnamed => content.number(0),
            Owner::Several => content.number(1),
            Owner::Named(row) => {
                content.number(2);
                content.one(self.owners[row as usize]);
            }
        }
        for (links, hashes) in [
            (&parcels.friches, &self.features[crate::facts::FRICHES]),
            (&parcels.terrains, &self.features[TERRAINS]),
        ] {
            let links = links.of(i as u32);
            content.number(links.len());
            for (_, object, how) in links {
                content.one(hashes[*object as usize]);
                content.text(how.code());
            }
        }
        match self.sites.unit_of(i) {
            None => content.flag(false),
            Some(unit) => {
                content.flag(true);
                content.text(&unit.id);
                content.real(unit.utile_m2);
                content.text(&unit.verdict);
            }
        }
    }
}

fn general(l: &Layers, demande: &Demande<'_>) -> Hash {
    let mut content = Content::default();
    content.text(&format!("{:?}", demande.bareme));
    content.text(&format!("{:?}", demande.organisation));
    content.text(&demande.date.to_string());
    content.text(&l.parcelles.crs.to_string());
    content.text(&format!("{:?}", l.absentes()));
    content.hash()
}

/// What is known of each commune: its context, and which layers cover it whole.
fn of_communes(ctx: &Context<'_>, communes: &[CommuneNotee]) -> Vec<Hash> {
    communes
        .par_iter()
        .enumerate()
        .map(|(i, row)| {
            let mut content = Content::default();
            content.row(row);
            for emprise in ctx.couvertures.all() {
                content.flag(emprise.couverte[i]);
            }
            content.hash()
        })
        .collect()
}
