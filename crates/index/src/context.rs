//! Everything that measuring needs, worked out once: cut layers, indexes, joins, coverage, urban patch.

use std::collections::BTreeSet;

use gisement_model::bareme::Bareme;
use gisement_model::codes::StatutFriche;
use gisement_model::{CodeInsee, CommuneNotee, Couche, Crs, LayerRow};
use gisement_store::{GeomRef, Geometries, Layer};
use jiff::civil::Date;

use crate::Error;
use crate::build::Progress;
use crate::classify::{self, Theme};
use crate::communes::{contexte, documents};
use crate::coverage::{Communes, Emprise, Lieux};
use crate::distances::Voisinage;
use crate::facts::{Context, Couvertures, OCCUPATION, OVERLAID, ZONAGE};
use crate::joins;
use crate::layers::{Appartenance, Ecarts, Layers, Territoire, etendue, prepare};
use crate::locator::Locator;
use crate::overlay::{OVERLAP_M2, Overlay, search, tree};
use crate::registre::{
    Connues, Millesimes, Registre, Registres, artificialisation, distinguish, pene, surfaces,
};
use crate::report::{RapportEdition, Superposition};
use crate::spatial::{Boite, Forme};
use crate::subjects::{Owner, Subjects};
use crate::urban_patch::Tache;

/// Overlaps listed in the report.
const EXEMPLES: usize = 20;

/// Cuts the layers to the territory and its surroundings, without duplicates, in the order of the collections.
pub(crate) fn cut(
    layers: Layers,
    territoire: &Territoire,
) -> Result<(Layers, RapportEdition), Error> {
    let crs = layers.parcelles.crs;
    check_projection(&layers, crs)?;
    let inside = territoire.resolve(&layers)?;
    let around = match inside {
        Appartenance::Toutes => None,
        _ => etendue(&layers, &inside),
    };
    let near = |b: &dyn Fn() -> Boite| {
        around.is_none_or(|a| {
            let b = b();
            b.is_empty() || a.meets(&b)
        })
    };
    let mut rapport = RapportEdition::default();
    let mut note = |couche: Couche, n: usize, e: Ecarts| {
        let code = couche.code().to_owned();
        rapport.lignes.insert(code.clone(), n as u64);
        if e.doublons > 0 {
            rapport.doublons.insert(code.clone(), e.doublons);
        }
        if e.hors_territoire > 0 {
            rapport.hors_territoire.insert(code, e.hors_territoire);
        }
    };
    // The two large layers, side by side.
    let (parcelles, batiments) = rayon::join(
        || {
            prepare(
                layers.parcelles,
                |p, _| inside.contient(p.idu.commune()),
                true,
            )
        },
        || prepare(layers.batiments, |_, b| near(b), false),
    );
    macro_rules! cut {
        ($($field:ident: $belongs:expr, $key:literal;)+) => {
            Layers { $($field: noted(prepare(layers.$field, $belongs, $key), &mut note),)+
                parcelles: noted(parcelles, &mut note),
                batiments: noted(batiments, &mut note),
                emprises: layers.emprises }
        };
    }
    let mut layers = cut! {
        sections: |s, _| inside.contient(s.code_insee), true;
        feuilles: |f, _| inside.contient(f.code_insee), true;
        lieux_dits: |l, b| l.code_insee.map_or_else(|| near(b), |c| inside.contient(c)), false;
        communes: |c, _| inside.contient(c.code_insee), true;
        epci: |_, _| true, true;
        scots: |_, _| true, false;
        zonage: |_, b| near(b), false;
        prescriptions: |_, b| near(b), false;
        prescriptions_lin: |_, b| near(b), false;
        prescriptions_pct: |_, b| near(b), false;
        informations: |_, b| near(b), false;
        informations_lin: |_, b| near(b), false;
        informations_pct: |_, b| near(b), false;
        documents: |d, _| d.code_insee.is_none_or(|c| inside.contient(c)), true;
        trajectoires: |_, _| true, true;
        declarations: |_, _| true, true;
        perimetres: |_, b| near(b), false;
        friches: |_, b| near(b), false;
        zae: |_, b| near(b), false;
        terrains: |_, b| near(b), false;
        contraintes: |_, b| near(b), false;
        enaf: |_, _| true, false;
        logement: |_, _| true, false;
        equipements: |_, b| near(b), false;
        activite: |_, b| near(b), false;
        occupation: |_, b| near(b), false;
        proprietaires: |p, _| inside.contient(p.idu.commune()), true;
    };
    distinguish(&mut layers.occupation);
    Ok((layers, rapport))
}

/// A prepared layer, of which what was left out is noted.
fn noted<T: LayerRow>(
    (layer, ecarts): (Layer<T>, Ecarts),
    note: &mut impl FnMut(Couche, usize, Ecarts),
) -> Layer<T> {
    if layer.is_loaded() {
        note(layer.couche(), layer.len(), ecarts);
    }
    layer
}

fn check_projection(layers: &Layers, attendue: Crs) -> Result<(), Error> {
    let check = |crs: Crs, empty: bool| {
        let metric = !matches!(crs, Crs::LonLat | Crs::WebMercator);
        if empty || (crs == attendue && metric) {
            Ok(())
        } else {
            Err(Error::Projection {
                attendue,
                trouvee: crs,
            })
        }
    };
    let l = layers;
    for (crs, empty) in [
        (l.parcelles.crs, l.parcelles.is_empty()),
        (l.sections.crs, l.sections.is_empty()),
        (l.feuilles.crs, l.feuilles.is_empty()),
        (l.lieux_dits.crs, l.lieux_dits.is_empty()),
        (l.batiments.crs, l.batiments.is_empty()),
        (l.communes.crs, l.communes.is_empty()),
        (l.zonage.crs, l.zonage.is_empty()),
        (l.prescriptions.crs, l.prescriptions.is_empty()),
        (l.prescriptions_lin.crs, l.prescriptions_lin.is_empty()),
        (l.prescriptions_pct.crs, l.prescriptions_pct.is_empty()),
        (l.informations.crs, l.informations.is_empty()),
        (l.informations_lin.crs, l.informations_lin.is_empty()),
        (l.informations_pct.crs, l.informations_pct.is_empty()),
        (l.perimetres.crs, l.perimetres.is_empty()),
        (l.friches.crs, l.friches.is_empty()),
        (l.zae.crs, l.zae.is_empty()),
        (l.terrains.crs, l.terrains.is_empty()),
        (l.contraintes.crs, l.contraintes.is_empty()),
        (l.equipements.crs, l.equipements.is_empty()),
        (l.activite.crs, l.activite.is_empty()),
        (l.occupation.crs, l.occupation.is_empty()),
    ] {
        check(crs, empty)?;
    }
    Ok(())
}

impl<'a> Context<'a> {
    /// Works out everything that measuring needs, and the context of communes.
    pub(crate) fn build(
        layers: &'a Layers,
        (b, date): (&'a Bareme, Date),
        organisation: &'a [String],
        themes: &[[bool; Theme::ALL.len()]],
        rapport: &mut RapportEdition,
        progress: &Progress<'_>,
    ) -> (Self, Vec<CommuneNotee>, Registres) {
        const STEPS: u64 = 3;
        let step = |n: u64| progress("Préparation des couches", n, STEPS);
        step(0);
        let codes: BTreeSet<CodeInsee> = layers
            .communes
            .rows
            .iter()
            .map(|c| c.code_insee)
            .chain(layers.parcelles.rows.iter().map(|p| p.idu.commune()))
            .collect();
        let communes = Communes::new(codes);
        let commune_of: Vec<u32> = layers
            .parcelles
            .rows
            .iter()
            .map(|p| communes.rank(p.idu.commune()).unwrap_or_default())
            .collect();
        let (parcel_tree, buildings) = rayon::join(
            || index(&layers.parcelles.geoms),
            || index(&layers.batiments.geoms),
        );
        step(1);

        // Neither needs the other, and each has stretches that only one thread can walk.
        let ((overlays, registres, couvertures, context), links) = rayon::join(
            || {
                let outlines = Overlay::new(&layers.communes.geoms, false);
                let millesimes = Millesimes::new(layers, &outlines);
                let overlays = overlays(layers, &millesimes);
                report_overlaps(&overlays[ZONAGE], layers, rapport);
                let artif =
                    artificialisation(layers, &millesimes, &outlines, &overlays[OCCUPATION]);
                let outline_commune = layers
                    .communes
                    .rows
                    .iter()
                    .map(|c| communes.rank(c.code_insee).unwrap_or_default())
                    .collect();
                let locator = Locator {
                    layers,
                    outlines,
                    outline_commune,
                    parcel_tree: parcel_tree.as_ref(),
                    commune_of: &commune_of,
                };
                let locate = |g: GeomRef<'_>| locator.locate(g, &|_| false);
                let couvertures = coverage(layers, &communes, &locator, themes, rapport);
                let documents = documents(layers, &communes, &locate);
                let connues = Connues {
                    pene: pene(layers, &communes, &locate),
                    surfaces: surfaces(layers),
                };
                let zan = Registre::new(layers, &communes, &connues, b, date);
                let context = contexte(layers, &communes, &couvertures, &documents, &zan);
                (overlays, Registres { zan, artif }, couvertures, context)
            },
            || Links::new(layers, parcel_tree.as_ref(), b),
        );
        rapport.communes = communes.len() as u64;
        rapport.communes_sans_contour = communes.len().saturating_sub(
            layers
                .communes
                .rows
                .iter()
                .map(|c| c.code_insee)
                .collect::<BTreeSet<_>>()
                .len(),
        ) as u64;
        bareme_name(b, rapport);
        rapport.friches.references_illisibles = links.illisibles;
        step(2);

        let zones = classify::zones(&layers.zonage, &overlays[ZONAGE].areas, &b.destinations);
        let ctx = Self {
            b,
            layers,
            zones,
            prescriptions: classify::prescriptions(&layers.prescriptions, b),
            contraintes: classify::contraintes(&layers.contraintes, b),
            overlays,
            buildings,
            voisinage: Voisinage::new(&layers.equipements, b.mesures.rayon_recherche_m),
            tache: links.tache,
            parcels: Subjects {
                owners: links.owners,
                friches: links.friches,
                terrains: links.terrains,
                ..Subjects::default()
            },
            organisation,
            couvertures,
            park_of: joins::parks(&layers.terrains, &layers.zae),
            parcel_tree: None,
        };
        step(3);
        let parcels = Subjects {
            commune_of,
            ..ctx.parcels
        };
        (
            Self {
                parcel_tree,
                parcels,
                ..ctx
            },
            context,
            registres,
        )
    }
}

/// The layers that parcels are overlaid with, indexed.
fn overlays(layers: &Layers, millesimes: &Millesimes) -> [Overlay; OVERLAID.len()] {
    [
        Overlay::new(&layers.zonage.geoms, true),
        Overlay::new(&layers.prescriptions.geoms, true),
        Overlay::new(&layers.contraintes.geoms, true),
        Overlay::new(&layers.friches.geoms, false),
        Overlay::new(&layers.zae.geoms, true),
        Overlay::new(&layers.terrains.geoms, false),
        Overlay::new(&layers.activite.geoms, true),
        Overlay::new(&layers.perimetres.geoms, true),
        Overlay::of(&layers.occupation.geoms, false, &|i| {
            millesimes.is_current(i)
        }),
    ]
}

/// What parcels are tied to by reference, and the urban patch, which grows with it.
struct Links {
    friches: joins::Liens,
    terrains: joins::Liens,
    owners: Vec<Owner>,
    tache: Option<Tache>,
    /// References of brownfields that cannot be read.
    illisibles: u64,
}

impl Links {
    fn new(
        layers: &Layers,
        parcel_tree: Option<&geo_index::rtree::RTree<f64>>,
        b: &Bareme,
    ) -> Self {
        let at_point = |x: f64, y: f64| {
            let mut found = search(
                parcel_tree,
                &Boite {
                    x0: x,
                    y0: y,
                    x1: x,
                    y1: y,
                },
            );
            found.sort_unstable();
            let mut f = Forme::default();
            found.into_iter().find(|p| {
                f.load(layers.parcelles.geoms.get(*p as usize));
                f.contains(x, y)
            })
        };
        let (friches, illisibles) = joins::friches(&layers.parcelles, &layers.friches, &at_point);
        let terrains = joins::terrains(&layers.parcelles, &layers.terrains);
        let owners = joins::proprietaires(&layers.parcelles, &layers.proprietaires);
        let urbanised = urbanised(layers, &friches, b);
        let known = layers.batiments.is_loaded() || !urbanised.is_empty();
        let tache =
            known.then(|| Tache::new(&b.tache_urbaine, &layers.batiments.geoms, &urbanised));
        Self {
            friches,
            terrains,
            owners,
            tache,
            illisibles,
        }
    }
}

fn bareme_name(b: &Bareme, rapport: &mut RapportEdition) {
    rapport.bareme = format!("{} ({})", b.nom, b.version);
}

/// A packed tree of the boxes of a layer; an item's rank is its row, so rows without geometry get an empty box far
/// away that no search meets.
fn index(geoms: &Geometries) -> Option<geo_index::rtree::RTree<f64>> {
    const NOWHERE: f64 = -1e12;
    tree(geoms.iter().map(|g| {
        let mut b = Boite::VIDE;
        g.coords().iter().for_each(|c| b.add(c.x, c.y));
        if b.is_empty() {
            b.add(NOWHERE, NOWHERE);
        }
        b
    }))
}

/// Brownfields (their polygon and the parcels they cite) and plots of business parks in use: urbanised land whatever
/// stands on it. A brownfield that was only a hint counts for nothing.
fn urbanised(layers: &Layers, links: &joins::Liens, b: &Bareme) -> Vec<Forme> {
    let mut out = Vec::new();
    let mut add = |g: GeomRef<'_>| {
        let mut f = Forme::default();
        f.load(g);
        if f.area > 0.0 {
            out.push(f);
        }
    };
    let parcels = links.by_object(layers.friches.len());
    for (i, r) in layers.friches.rows.iter().enumerate() {
        if matches!(r.site_statut, None | Some(StatutFriche::Potentielle)) {
            continue;
        }
        add(layers.friches.geoms.get(i));
        for p in &parcels[i] {
            add(layers.parcelles.geoms.get(*p as usize));
        }
    }
    for (i, t) in layers.terrains.rows.iter().enumerate() {
        if t.etat
            .is_some_and(|e| b.tache_urbaine.terrains_urbanises.contains(&e))
        {
            add(layers.terrains.geoms.get(i));
        }
    }
    out
}

fn report_overlaps(zonage: &Overlay, layers: &Layers, rapport: &mut RapportEdition) {
    let mut all: Vec<Superposition> = zonage
        .overlaps
        .iter()
        .filter(|(_, area)| **area > OVERLAP_M2)
        .map(|((a, b), area)| Superposition {
            a: layers.zonage.rows[*a as usize].id.clone(),
            b: layers.zonage.rows[*b as usize].id.clone(),
            surface_m2: (area * 100.0).round() / 100.0,
        })
        .collect();
    rapport.nb_zones_superposees = all.len() as u64;
    all.sort_by(|x, y| {
        y.surface_m2
            .total_cmp(&x.surface_m2)
            .then_with(|| (&x.a, &x.b).cmp(&(&y.a, &y.b)))
    });
    all.truncate(EXEMPLES);
    rapport.zones_superposees = all;
}

fn coverage(
    layers: &Layers,
    communes: &Communes,
    locator: &Locator<'_>,
    themes: &[[bool; Theme::ALL.len()]],
    rapport: &mut RapportEdition,
) -> Couvertures {
    fn of<T: LayerRow>(layer: &Layer<T>, lieux: &Lieux<'_>) -> Emprise {
        Emprise::new(layer, lieux, &|_| true)
    }
    let lieux = Lieux {
        communes,
        emprises: &layers.emprises,
        locate: &|g, known| locator.locate(g, known),
    };
    let zonage = of(&layers.zonage, &lieux);
    let mut prescriptions = of(&layers.prescriptions, &lieux);
    // Prescriptions come in the same package as the zones: where the document is loaded, none drawn means none.
    if layers.prescriptions.is_loaded() {
        prescriptions.add(&zonage);
    }
    // A file of one kind of perimeter proves nothing of the others.
    let perimetres = |genre: &str| {
        let all = layers.perimetres.source.iter();
        let sources: BTreeSet<usize> = all
            .zip(&layers.perimetres.rows)
            .filter(|(_, r)| r.genre == genre)
            .map(|(s, _)| usize::from(*s))
            .collect();
        Emprise::new(&layers.perimetres, &lieux, &|s| sources.contains(&s))
    };
    let all = Couvertures {
        batiments: of(&layers.batiments, &lieux),
        prescriptions,
        contraintes: Theme::ALL.map(|t| {
            let speaks = |source: usize| themes[source][t as usize];
            Emprise::new(&layers.contraintes, &lieux, &speaks)
        }),
        friches: of(&layers.friches, &lieux),
        zae: of(&layers.zae, &lieux),
        activite: of(&layers.activite, &lieux),
        equipements: of(&layers.equipements, &lieux),
        occupation: of(&layers.occupation, &lieux),
        proprietaires: of(&layers.proprietaires, &lieux),
        qpv: perimetres("QPV"),
        rpg: perimetres("RPG"),
        zonage,
    };
    for (c, e) in [
        (Couche::Batiments, &all.batiments),
        (Couche::Zonage, &all.zonage),
        (Couche::Prescriptions, &all.prescriptions),
        (Couche::Friches, &all.friches),
        (Couche::Zae, &all.zae),
        (
            Couche::Contraintes,
            &all.contraintes[Theme::Risques as usize],
        ),
        (Couche::Equipements, &all.equipements),
        (Couche::Activite, &all.activite),
        (Couche::Occupation, &all.occupation),
        (Couche::Proprietaires, &all.proprietaires),
    ] {
        let n = e.couverte.iter().filter(|v| **v).count();
        rapport.couverture.insert(c.code().to_owned(), n as u64);
        if e.in_part() > 0 {
            let partielle = &mut rapport.couverture_partielle;
            partielle.insert(c.code().to_owned(), e.in_part() as u64);
        }
    }
    all
}
