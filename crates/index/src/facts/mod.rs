//! The measured facts of parcels, block by block: neighbours share what lies around them.

mod blank;
mod buildings;
mod constraints;
mod occupation;
mod owners;
mod prescriptions;
mod sites;
mod usable;
mod zones;

use geo::{Area as _, BooleanOps as _, MultiPolygon};
use geo_index::rtree::RTree;
use gisement_model::bareme::Bareme;
use gisement_model::{Couche, Parcelle, ParcelleNotee, Recouvrement};
use gisement_store::Layer;
use serde::{Deserialize, Serialize};

use crate::classify::{ContrainteLue, PrescriptionLue, ZoneLue};
use crate::coverage::Emprise;
use crate::distances::{Candidats, Voisinage, rank};
use crate::layers::Layers;
use crate::overlay::{Eclat, Hit, Nearby, Overlay, Shape, local, search};
use crate::spatial::{Boite, Forme};
use crate::subjects::Subjects;
use crate::urban_patch::Tache;
use crate::{circle, clip, facade};

pub(crate) use blank::blank;
pub(crate) use buildings::Batis;

/// Parcels treated together.
pub(crate) const BLOCK: usize = 64;

/// How far around a block its neighbours are looked for. m.
pub(crate) const NEIGHBOURS_M: f64 = 1.0;

/// The layers that parcels are overlaid with, in the order of [`Context::overlays`].
pub(crate) const OVERLAID: [Couche; 9] = [
    Couche::Zonage,
    Couche::Prescriptions,
    Couche::Contraintes,
    Couche::Friches,
    Couche::Zae,
    Couche::Terrains,
    Couche::Activite,
    Couche::Perimetres,
    Couche::Occupation,
];

pub(crate) const ZONAGE: usize = 0;
pub(crate) const PRESCRIPTIONS: usize = 1;
pub(crate) const CONTRAINTES: usize = 2;
pub(crate) const FRICHES: usize = 3;
pub(crate) const ZAE: usize = 4;
pub(crate) const TERRAINS: usize = 5;
pub(crate) const ACTIVITE: usize = 6;
pub(crate) const PERIMETRES: usize = 7;
pub(crate) const OCCUPATION: usize = 8;

/// Coverage of the layers that facts depend on.
pub(crate) struct Couvertures {
    pub(crate) batiments: Emprise,
    pub(crate) zonage: Emprise,
    pub(crate) prescriptions: Emprise,
    /// By theme, in the order of [`crate::classify::Theme::ALL`].
    pub(crate) contraintes: [Emprise; 6],
    pub(crate) friches: Emprise,
    pub(crate) zae: Emprise,
    pub(crate) activite: Emprise,
    pub(crate) equipements: Emprise,
    pub(crate) occupation: Emprise,
    pub(crate) proprietaires: Emprise,
    pub(crate) qpv: Emprise,
    pub(crate) rpg: Emprise,
}

impl Couvertures {
    /// Every one of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Emprise> {
        let Self {
            batiments,
            zonage,
            prescriptions,
            contraintes,
            friches,
            zae,
            activite,
            equipements,
            occupation,
            proprietaires,
            qpv,
            rpg,
        } = self;
        let others = [
            batiments,
            zonage,
            prescriptions,
            friches,
            zae,
            activite,
            equipements,
            occupation,
            proprietaires,
            qpv,
            rpg,
        ];
        others.into_iter().chain(contraintes)
    }
}

/// Everything that measuring a parcel needs.
pub(crate) struct Context<'a> {
    pub(crate) b: &'a Bareme,
    pub(crate) layers: &'a Layers,
    pub(crate) overlays: [Overlay; OVERLAID.len()],
    pub(crate) zones: Vec<ZoneLue>,
    pub(crate) prescriptions: Vec<PrescriptionLue>,
    pub(crate) contraintes: Vec<ContrainteLue>,
    pub(crate) buildings: Option<RTree<f64>>,
    pub(crate) parcel_tree: Option<RTree<f64>>,
    /// The business park that each plot names, if it was read.
    pub(crate) park_of: Vec<Option<u32>>,
    pub(crate) voisinage: Voisinage,
    pub(crate) tache: Option<Tache>,
    /// The parcels.
    pub(crate) parcels: Subjects,
    /// SIREN of the organisation that the observatory is for.
    pub(crate) organisation: &'a [String],
    pub(crate) couvertures: Couvertures,
}

/// What was left out or had to be decided while measuring.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Compteurs {
    pub(crate) slivers: u64,
    pub(crate) overlapping: u64,
    pub(crate) sums_checked: u64,
    pub(crate) sums_wrong: u64,
    pub(crate) without_geometry: u64,
    /// Parcels to assemble.
    pub(crate) assembled: u64,
}

impl Compteurs {
    pub(crate) fn add(&mut self, o: Self) {
        self.slivers += o.slivers;
        self.overlapping += o.overlapping;
        self.sums_checked += o.sums_checked;
        self.sums_wrong += o.sums_wrong;
        self.without_geometry += o.without_geometry;
        self.assembled += o.assembled;
    }
}

/// What a block of parcels has around it.
struct Block {
    formes: Vec<Forme>,
    boite: Boite,
    candidates: [Nearby; OVERLAID.len()],
    buildings: Vec<(u32, Forme)>,
    points: Candidats,
    /// Loaded at the first parcel that needs it: parcels around, with their ranks.
    neighbours: Option<Vec<(u32, Forme)>>,
}

impl Block {
    fn new(ctx: &Context<'_>, layer: &Layer<Parcelle>, first: usize, n: usize) -> Self {
        let geoms = &layer.geoms;
        let mut boite = Boite::VIDE;
        let formes: Vec<Forme> = (first..first + n)
            .map(|i| {
                let mut f = Forme::default();
                f.load(geoms.get(i));
                if !f.boite.is_empty() {
                    boite.merge(&f.boite);
                }
                f
            })
            .collect();
        let mut ranks = search(ctx.buildings.as_ref(), &boite);
        ranks.sort_unstable();
        let buildings = ranks
            .into_iter()
            .map(|i| {
                let mut f = Forme::default();
                f.load(ctx.layers.batiments.geoms.get(i as usize));
                (i, f)
            })
            .collect();
        Self {
            formes,
            boite,
            candidates: std::array::from_fn(|i| ctx.overlays[i].candidates(&boite)),
            buildings,
            points: ctx.voisinage.candidates(&boite),
            neighbours: None,
        }
    }

    fn neighbours(&mut self, ctx: &Context<'_>) -> &[(u32, Forme)] {
        let boite = self.boite.grown(NEIGHBOURS_M);
        self.neighbours.get_or_insert_with(|| {
            let mut ranks = search(ctx.parcel_tree.as_ref(), &boite);
            ranks.sort_unstable();
            ranks
                .into_iter()
                .map(|i| {
                    let mut f = Forme::default();
                    f.load(ctx.layers.parcelles.geoms.get(i as usize));
                    (i, f)
                })
                .collect()
        })
    }
}

/// One parcel being measured.
pub(crate) struct Mesure<'a> {
    pub(crate) ctx: &'a Context<'a>,
    pub(crate) subjects: &'a Subjects,
    pub(crate) shape: Shape<'a>,
    pub(crate) hits: [Vec<Hit>; OVERLAID.len()],
    pub(crate) commune: u32,
    pub(crate) rank: u32,
}

impl Mesure<'_> {
    /// Share of the parcel.
    pub(crate) fn share(&self, area: f64) -> f64 {
        round9((area / self.shape.forme.area).clamp(0.0, 1.0))
    }

    /// A share that is known when the layer covers the commune, or when something was found.
    pub(crate) fn known(&self, area: f64, covered: bool) -> Option<f64> {
        (covered || area > 0.0).then(|| self.share(area))
    }

    /// Planar area covered by the features of an overlay that pass a test, overlaps counted once.
    pub(crate) fn covered_by(
        &self,
        overlay: usize,
        geoms: &gisement_store::Geometries,
        f: impl Fn(u32) -> bool,
    ) -> f64 {
        let hits: Vec<Hit> = self.hits[overlay]
            .iter()
            .copied()
            .filter(|h| f(h.feature))
            .collect();
        if hits.is_empty() {
            return 0.0;
        }
        self.ctx.overlays[overlay].union_area(&self.shape, &hits, geoms)
    }

    /// The same over two overlays.
    pub(crate) fn covered_by_both(
        &self,
        a: (usize, &gisement_store::Geometries, &dyn Fn(u32) -> bool),
        b: (usize, &gisement_store::Geometries, &dyn Fn(u32) -> bool),
    ) -> f64 {
        let total = self.shape.forme.area;
        let (x, y) = (
            self.covered_by(a.0, a.1, a.2),
            self.covered_by(b.0, b.1, b.2),
        );
        if x <= 0.0 || y <= 0.0 || x >= total || y >= total {
            return x.max(y);
        }
        let parts: Vec<MultiPolygon<f64>> = [a, b]
            .iter()
            .flat_map(|(overlay, geoms, wanted)| {
                let hits = self.hits[*overlay].iter().filter(|h| wanted(h.feature));
                hits.map(|h| local(geoms, h.feature, &self.shape.forme.boite))
            })
            .collect();
        let union = clip::union(parts);
        self.shape.polygons().intersection(&union).unsigned_area()
    }
}

/// Nine decimals: shares of a parcel still add up to 1 within 10⁻⁶, and rounding hides the order of summation.
pub(crate) fn round9(v: f64) -> f64 {
    // Adding zero turns −0 into 0, which outputs would print with its sign.
    (v * 1e9).round() / 1e9 + 0.0
}

/// Centimetres, square or not.
pub(crate) fn round_cm(v: f64) -> f64 {
    (v * 100.0).round() / 100.0 + 0.0
}

/// Decimetres.
pub(crate) fn round_dm(v: f64) -> f64 {
    (v * 10.0).round() / 10.0 + 0.0
}

/// Measures the parcels `first..first + n`.
pub(crate) fn block(
    ctx: &Context<'_>,
    (layer, subjects): (&Layer<Parcelle>, &Subjects),
    first: usize,
    n: usize,
    rows: &mut Vec<ParcelleNotee>,
    overlaps: &mut Vec<Recouvrement>,
    counts: &mut Compteurs,
) {
    let mut block = Block::new(ctx, layer, first, n);
    let formes = std::mem::take(&mut block.formes);
    for (i, forme) in formes.iter().enumerate() {
        let subject = (layer, subjects, first + i);
        rows.push(blank(&layer.rows[first + i]));
        if let Some(row) = rows.last_mut() {
            measure(ctx, subject, (&mut block, forme), row, overlaps, counts);
        }
    }
}

fn measure(
    ctx: &Context<'_>,
    (parcelles, subjects, rank_of): (&Layer<Parcelle>, &Subjects, usize),
    (block, forme): (&mut Block, &Forme),
    row: &mut ParcelleNotee,
    overlaps: &mut Vec<Recouvrement>,
    counts: &mut Compteurs,
) {
    if forme.area <= 0.0 {
        counts.without_geometry += 1;
        return;
    }
    let b = ctx.b;
    let eclat = Eclat {
        area: b.mesures.eclat_m2,
        width: b.mesures.eclat_largeur_m,
    };
    let mut m = Mesure {
        ctx,
        subjects,
        shape: Shape {
            forme,
            geom: parcelles.geoms.get(rank_of),
        },
        hits: Default::default(),
        commune: subjects.commune_of[rank_of],
        rank: rank_of as u32,
    };
    for i in 0..OVERLAID.len() {
        if !block.candidates[i].is_empty() {
            ctx.overlays[i].measure(
                forme,
                &block.candidates[i],
                eclat,
                &mut m.hits[i],
                &mut counts.slivers,
            );
        }
    }

    // Displayed areas are true areas: planar ÷ k².
    let centre = (
        f64::midpoint(forme.boite.x0, forme.boite.x1),
        f64::midpoint(forme.boite.y0, forme.boite.y1),
    );
    let k2 = parcelles.crs.areal_scale(centre.0, centre.1);
    row.surface_m2 = round_cm(forme.area / k2);
    row.ratio_contenance = row
        .contenance_m2
        .filter(|_| row.surface_m2 > 0.0)
        .map(|c| (c as f64 / row.surface_m2 * 1e4).round() / 1e4);
    row.compacite = (4e4 * std::f64::consts::PI * forme.area / (forme.perimeter * forme.perimeter))
        .round()
        / 1e4;

    let zones = zones::zones(&mut m, row, eclat, counts);
    let batis = buildings::buildings(&m, block, row, k2, eclat);
    constraints::constraints(&m, row, &batis, block);
    prescriptions::prescriptions(&m, row);
    sites::sites(&m, row);
    occupation::occupation(&m, row);
    owners::owners(&m, row);
    distances(&m, block, row);

    let utile = usable::usable(&m, &zones, &batis, row);
    row.utile_m2 = round_cm(utile.area / k2);
    zones::housing(&m, &zones, &utile, row);

    // Costly measures only where something rests on them; elsewhere they are null, and documented so.
    let types = crate::types::types(row, b);
    let rnu = row.logement_rnu.is_some_and(|p| p >= b.mesures.dans_part);
    let ban = [
        row.part_interdiction,
        row.part_interdiction_construire,
        row.part_emplacement_reserve,
    ]
    .iter()
    .any(|p| p.is_some_and(|p| p >= b.vetos.part_interdiction));
    if types.principal().is_some() || rnu || ban {
        let largest = utile.largest(forme);
        row.plus_grande_piece_m2 = Some(round_cm(largest.map_or(0.0, |f| f.area) / k2));
        row.diametre_inscrit_m = Some(round_dm(largest.map_or(0.0, |f| {
            circle::inscribed_diameter(f, b.mesures.precision_cercle_m)
        })));
        let covered = m.is_covered(&ctx.couvertures.batiments) || row.ces.is_some_and(|c| c > 0.0);
        // Buildings not loaded could only make the patch larger: what lies inside it does already.
        let outside = ctx
            .tache
            .as_ref()
            .map(|t| round9(utile.part_outside(t, forme)))
            .filter(|outside| covered || *outside <= 0.0);
        if let Some(outside) = outside {
            row.part_hors_tache = Some(outside);
            let enaf = round_cm(row.utile_m2 * outside);
            (row.enaf_min_m2, row.enaf_m2, row.enaf_max_m2) = (Some(enaf), Some(enaf), Some(enaf));
        }
        occupation::cost(&m, &utile, row, k2);
        if types.principal().is_some() {
            buildings::depth(&batis, row, block, b);
            let around = forme.boite.grown(b.mesures.tolerance_facade_m);
            let near: Vec<&Forme> = block
                .neighbours(ctx)
                .iter()
                .filter(|(i, f)| !subjects.contain(m.rank, *i) && f.boite.meets(&around))
                .map(|(_, f)| f)
                .collect();
            row.facade_m = Some(round_dm(facade::facade(
                forme,
                near.iter().copied(),
                b.mesures.tolerance_facade_m,
            )));
        }
    }
    list_overlaps(&m, row, overlaps);
}

fn distances(m: &Mesure<'_>, block: &Block, row: &mut ParcelleNotee) {
    use gisement_model::codes::KindEquipement as K;
    let b = m.ctx.b;
    let covered = m.is_covered(&m.ctx.couvertures.equipements);
    let nearest = m.ctx.voisinage.nearest(m.shape.forme, &block.points);
    // Nothing found in a complete layer is known: "further than the radius".
    let get = |k: K| {
        nearest[rank(k)]
            .map(round_dm)
            .or_else(|| covered.then_some(b.mesures.rayon_recherche_m))
    };
    row.dist_transport_m = get(K::Transport);
    row.dist_ecole_m = get(K::Ecole);
    row.dist_commerce_m = get(K::Commerce);
    row.dist_sante_m = get(K::Sante);
    row.dist_mairie_m = get(K::Mairie);
    row.dist_risque_m = get(K::RisqueIndustriel);
    let mut three: Vec<f64> = [row.dist_ecole_m, row.dist_commerce_m, row.dist_sante_m]
        .into_iter()
        .flatten()
        .collect();
    three.sort_by(f64::total_cmp);
    // The second of the known ones: a third could only be nearer, never push it away.
    row.dist_services_m = three.get(1).copied();
}

/// What lies on the parcel, for the sheet.
fn list_overlaps(m: &Mesure<'_>, row: &ParcelleNotee, out: &mut Vec<Recouvrement>) {
    let mut push = |couche: Couche, objet: u32, part: f64| {
        out.push(Recouvrement {
            parcelle: i64::from(m.rank),
            idu: row.idu,
            couche,
            objet: i64::from(objet),
            part,
        });
    };
    for (i, couche) in OVERLAID.iter().enumerate() {
        let cited = match i {
            // A partition of the land: its shares are criteria, its polygons tell nothing more.
            OCCUPATION => continue,
            FRICHES => m.subjects.friches.of(m.rank),
            TERRAINS => m.subjects.terrains.of(m.rank),
            _ => &[],
        };
        for h in &m.hits[i] {
            if !cited.iter().any(|l| l.1 == h.feature) {
                push(*couche, h.feature, m.share(h.area));
            }
        }
        for l in cited {
            push(*couche, l.1, 1.0);
        }
    }
}
