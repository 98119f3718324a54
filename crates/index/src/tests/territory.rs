//! Whole builds on generated and hand-drawn territories.

use geo::{Coord, MultiPolygon, Rect};
use gisement_model::bareme::Bareme;
use gisement_model::codes::{StatutFriche, TypeZone};
use gisement_model::{
    Couche, Couverture, Crs, Friche, LayerRow, Parcelle, ParcelleNotee, Provenance, Zone,
};
use gisement_store::{Geometries, Layer};
use jiff::civil::{Date, date};

use crate::context::cut;
use crate::facts::Context;
use crate::score::Scoring;
use crate::sites::Sites;
use crate::{Contenu, Demande, Layers, Territoire, construire, evaluer};

use super::grille::grille;

pub(super) const DATE: Date = date(2026, 11, 1);

pub(super) fn build(layers: Layers) -> Contenu {
    build_of(layers, &Territoire::Tout).unwrap()
}

fn build_of(layers: Layers, territoire: &Territoire) -> Result<Contenu, crate::Error> {
    let demande = Demande {
        territoire,
        organisation: &[],
        bareme: &Bareme::defaut(),
        date: DATE,
    };
    construire(layers, &demande, None, &|_, _, _| {})
}

/// The rows of a build, as stored, with their communes.
pub(super) fn rows(
    layers: Layers,
) -> (
    Vec<ParcelleNotee>,
    Vec<gisement_model::CommuneNotee>,
    Vec<gisement_model::Recouvrement>,
) {
    let b = Bareme::defaut();
    let themes = crate::classify::themes(&layers.contraintes, &b);
    let (layers, mut rapport) = cut(layers, &Territoire::Tout).unwrap();
    let (ctx, communes, _) = Context::build(
        &layers,
        (&b, DATE),
        &[],
        &themes,
        &mut rapport,
        &|_, _, _| {},
    );
    let demande = Demande {
        territoire: &Territoire::Tout,
        organisation: &[],
        bareme: &b,
        date: DATE,
    };
    let sites = Sites::new(&ctx, &communes, &demande, &mut rapport).unwrap();
    let scoring = Scoring {
        ctx: &ctx,
        communes: &communes,
        sites: &sites,
        b: &b,
        date: DATE,
    };
    let (mut rows, mut overlaps) = (Vec::new(), Vec::new());
    let counts = scoring.block(0..layers.parcelles.len(), &mut rows, &mut overlaps);
    assert_eq!(counts.sums_wrong, 0);
    (rows, communes, overlaps)
}

fn provenance(couche: Couche) -> Provenance {
    Provenance {
        couche,
        fichier: "essai".into(),
        empreinte: "00".into(),
        producteur: None,
        licence: None,
        millesime: None,
        crs_source: None,
        couverture: Couverture::default_for(couche),
    }
}

pub(super) fn layer<T: LayerRow>(rows: Vec<T>, boxes: &[Option<[f64; 4]>]) -> Layer<T> {
    let mut geoms = Geometries::new();
    for b in boxes {
        match b {
            Some([x0, y0, x1, y1]) if x0 < x1 => {
                let r = Rect::new((7e5 + x0, 6.28e6 + y0), (7e5 + x1, 6.28e6 + y1));
                geoms.push_multi_polygon(&MultiPolygon(vec![r.to_polygon()]));
            }
            Some([x, y, ..]) => geoms.push_point(Coord {
                x: 7e5 + x,
                y: 6.28e6 + y,
            }),
            None => geoms.push_null(),
        }
    }
    Layer::from_source(rows, geoms, provenance(T::COUCHE), Crs::Lambert93)
}

pub(super) fn parcel(idu: &str) -> Parcelle {
    Parcelle {
        idu: idu.parse().unwrap(),
        contenance_m2: None,
        arpente: None,
        created: None,
        updated: None,
    }
}

pub(super) fn zone(id: &str, t: TypeZone, approved: Option<Date>) -> Zone {
    let mut z: Zone =
        serde_json::from_value(serde_json::json!({ "id": id, "code_insee": "34901" })).unwrap();
    z.typezone = Some(t);
    z.datappro = approved;
    z
}

fn site(id: &str, insee: &str, refcad: &[&str]) -> Friche {
    let mut f: Friche = serde_json::from_value(
        serde_json::json!({ "site_id": id, "code_insee": insee, "refcad": refcad }),
    )
    .unwrap();
    f.site_statut = Some(StatutFriche::SansProjet);
    f
}

#[test]
fn stored_marks_are_those_of_the_sheet() {
    let (rows, communes, _) = rows(grille(1500, false));
    let b = Bareme::defaut();
    let mut typed = 0;
    for r in &rows {
        let c = communes.iter().find(|c| c.code_insee == r.code_insee);
        let e = evaluer(r, c, &b, DATE);
        assert_eq!(e.verdict.code, r.verdict);
        assert_eq!(
            e.types.iter().map(|t| t.code.clone()).collect::<Vec<_>>(),
            r.types
        );
        assert_eq!(
            e.verdict
                .vetos
                .iter()
                .map(|v| v.id.clone())
                .collect::<Vec<_>>(),
            r.vetos
        );
        assert_eq!(
            e.verdict
                .conditions
                .iter()
                .map(|v| v.id.clone())
                .collect::<Vec<_>>(),
            r.conditions
        );
        assert_eq!(e.fiabilite, r.fiabilite);
        assert_eq!(e.voie.map(|v| v.code), r.voie);
        assert_eq!(
            e.indice.as_ref().map(|i| (i.min, i.max)),
            r.indice_min.zip(r.indice_max)
        );
        assert_eq!(
            e.capacite.map(|c| (c.bas, c.central, c.haut)),
            r.capacite_bas
                .zip(r.capacite)
                .zip(r.capacite_haut)
                .map(|((a, b), c)| (a, b, c))
        );
        let axis = |code: &str| {
            e.axes
                .iter()
                .find(|a| a.code == code)
                .map(|a| (a.min, a.central, a.max))
        };
        assert_eq!(
            axis("potentiel"),
            r.potentiel_min
                .map(|m| (m, r.potentiel, r.potentiel_max.unwrap()))
        );
        assert_eq!(
            axis("sobriete"),
            r.sobriete_min
                .map(|m| (m, r.sobriete, r.sobriete_max.unwrap()))
        );
        typed += usize::from(!r.types.is_empty());
    }
    assert!(typed > 50, "{typed}");
    // What is a priority was shown available. (Their share is checked on the sample territory, not on a grid.)
    for r in rows.iter().filter(|r| r.verdict == "prioritaire") {
        assert!(
            r.ces.is_some_and(|c| c < 0.05)
                || r.friche_statut == Some(StatutFriche::SansProjet)
                || r.terrain_etat.is_some()
        );
    }
}

#[test]
fn shares_add_up_and_areas_agree_with_brute_force() {
    use geo::{Area as _, BooleanOps as _};
    for fine in [false, true] {
        let layers = grille(400, fine);
        let (sorted, _) = cut(layers.clone(), &Territoire::Tout).unwrap();
        let (rows, _, overlaps) = rows(layers);
        for r in &rows {
            let sum: f64 = [
                r.part_u,
                r.part_auc,
                r.part_aus,
                r.part_a,
                r.part_n,
                r.part_zone_inconnue,
            ]
            .iter()
            .flatten()
            .sum();
            assert!((sum - 1.0).abs() < 1e-6, "{} {sum}", r.idu);
        }
        for o in overlaps
            .iter()
            .filter(|o| o.couche == Couche::Zonage || o.couche == Couche::Contraintes)
        {
            let parcel = sorted
                .parcelles
                .geoms
                .get(o.parcelle as usize)
                .to_multi_polygon();
            let geoms = if o.couche == Couche::Zonage {
                &sorted.zonage.geoms
            } else {
                &sorted.contraintes.geoms
            };
            let oracle = parcel
                .intersection(&geoms.get(o.objet as usize).to_multi_polygon())
                .unsigned_area()
                / parcel.unsigned_area();
            assert!(
                (o.part - oracle).abs() < 1e-6,
                "{} {} {}",
                o.idu,
                o.part,
                oracle
            );
        }
    }
}

/// Same bytes, whatever the order of rows and the number of threads.
#[test]
fn builds_are_reproducible() {
    let layers = grille(900, false);
    let reversed = {
        let mut l = layers.clone();
        let order = |n: usize| (0..n as u32).rev().collect::<Vec<_>>();
        l.parcelles = l.parcelles.clone().reordered(&order(l.parcelles.len()));
        l.batiments = l.batiments.clone().reordered(&order(l.batiments.len()));
        l.zonage = l.zonage.clone().reordered(&order(l.zonage.len()));
        l.contraintes = l.contraintes.clone().reordered(&order(l.contraintes.len()));
        l.friches = l.friches.clone().reordered(&order(l.friches.len()));
        l.equipements = l.equipements.clone().reordered(&order(l.equipements.len()));
        l
    };
    let one = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    let (a, b) = (build(layers), one.install(|| build(reversed)));
    assert_eq!(a.comptes, b.comptes);
    assert_eq!(a.rapport, b.rapport);
    assert_eq!(a.tables.len(), b.tables.len());
    for ((title, x), (_, y)) in a.tables.iter().zip(&b.tables) {
        assert_eq!(x.batch, y.batch, "{title}");
        assert_eq!(x.geoms, y.geoms, "{title}");
    }
}

#[test]
fn tables_are_those_of_the_loaded_layers() {
    let c = build(grille(300, false));
    let names: Vec<&str> = c.tables.iter().map(|t| t.1.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "parcelles",
            "recouvrements",
            "sites",
            "batiments",
            "friches",
            "friches_emprises",
            "zae",
            "terrains",
            "zonage",
            "prescriptions",
            "contraintes",
            "equipements",
            "communes",
            "registre_zan",
            "registre_zan_annuel"
        ]
    );
    for (_, t) in &c.tables {
        assert_eq!(t.batch.num_rows(), t.geoms.len(), "{}", t.name);
        assert_eq!(t.batch.num_columns(), t.fields.len());
    }
    assert_eq!(c.comptes["parcelles"], 300);
    assert_eq!(
        c.comptes
            .iter()
            .filter(|(k, _)| *k != "parcelles")
            .map(|(_, v)| v)
            .sum::<u64>(),
        300
    );
    assert!(c.bbox.is_some() && c.depart.is_some());
}

#[test]
fn a_territory_without_parcels_still_serves_its_layers() {
    let mut l = grille(200, false);
    l.parcelles = Layer::empty(Crs::Lambert93);
    l.batiments = Layer::empty(Crs::Lambert93);
    let c = build(l);
    let names: Vec<&str> = c.tables.iter().map(|t| t.1.name.as_str()).collect();
    assert!(
        !names.contains(&"parcelles") && names.contains(&"zonage") && names.contains(&"friches")
    );
    assert_eq!(c.comptes["parcelles"], 0);
    assert!(c.bbox.is_some() && c.depart.is_none());
    assert!(build(Layers::empty(Crs::Lambert93)).bbox.is_none());
}

/// Friche 75056_21545 cites parcels filed under the 18th arrondissement: the identifier decides, not the commune.
#[test]
fn brownfields_join_by_reference_then_polygon_then_point() {
    let mut l = Layers::empty(Crs::Lambert93);
    let at = |i: f64| Some([i * 50.0, 0.0, i * 50.0 + 40.0, 40.0]);
    l.parcelles = layer(
        vec![
            parcel("75118000BY0002"),
            parcel("75118000BY0003"),
            parcel("75118000BY0004"),
            parcel("75118000BY0005"),
            parcel("75118000BY0006"),
        ],
        &[at(0.0), at(1.0), at(2.0), at(3.0), at(4.0)],
    );
    l.friches = layer(
        vec![
            site(
                "75056_21545",
                "75056",
                &["75118000BY0002", "75118000BY0003"],
            ),
            site("F2", "75118", &[]),
            site("F3", "75118", &[]),
            site("F4", "75118", &["75118000ZZ9999", "illisible"]),
        ],
        &[
            None,
            Some([100.0, 0.0, 130.0, 40.0]),
            Some([165.0, 20.0, 0.0, 0.0]),
            None,
        ],
    );
    let (rows, ..) = rows(l.clone());
    let of = |idu: &str| rows.iter().find(|r| r.idu.to_string() == idu).unwrap();
    for idu in ["75118000BY0002", "75118000BY0003"] {
        let r = of(idu);
        assert_eq!(
            (
                r.friche_id.as_deref(),
                r.part_friche,
                r.friche_rattachement.as_deref()
            ),
            (Some("75056_21545"), Some(1.0), Some("refcad"))
        );
        assert_eq!(r.type_principal.as_deref(), Some("friche"));
        // No zone, no building: a brownfield all the same, under the condition that a document be read.
        assert_eq!(r.verdict, "reserve");
    }
    assert_eq!(of("75118000BY0004").part_friche, Some(0.75));
    assert_eq!(
        of("75118000BY0004").friche_rattachement.as_deref(),
        Some("geometrie")
    );
    assert_eq!(
        of("75118000BY0005").friche_rattachement.as_deref(),
        Some("point")
    );
    let out = of("75118000BY0006");
    assert_eq!(
        (out.verdict.as_str(), out.part_friche, out.part_u, out.ces),
        ("non_evalue", None, None, None)
    );

    let c = build(l);
    let f = &c.rapport.friches;
    assert_eq!(
        (
            f.total,
            f.refcad,
            f.geometrie,
            f.point,
            f.aucun,
            f.references_illisibles
        ),
        (4, 1, 1, 1, 1, 1)
    );
    let table = |name: &str| &c.tables.iter().find(|t| t.1.name == name).unwrap().1;
    assert_eq!(table("friches").batch.num_rows(), 4);
    let emprises = table("friches_emprises");
    assert_eq!(emprises.batch.num_rows(), 2);
    let mut areas: Vec<f64> = emprises.geoms.iter().map(|g| g.area()).collect();
    areas.sort_by(f64::total_cmp);
    assert!(
        (areas[0] - 1200.0).abs() < 1e-3 && (areas[1] - 3200.0).abs() < 1e-3,
        "{areas:?}"
    );
    // The commune is known by its parcels only: a row without outline, named by its code.
    assert_eq!(
        (c.rapport.communes, c.rapport.communes_sans_contour),
        (1, 1)
    );
}

#[test]
fn overlapping_zones_are_decided_and_reported() {
    let mut l = Layers::empty(Crs::Lambert93);
    l.parcelles = layer(
        vec![parcel("34901000AA0001"), parcel("34901000AA0002")],
        &[
            Some([0.0, 0.0, 100.0, 100.0]),
            Some([200.0, 0.0, 300.0, 100.0]),
        ],
    );
    l.zonage = layer(
        vec![
            zone("ancien", TypeZone::N, Some(date(2010, 1, 1))),
            zone("recent", TypeZone::U, Some(date(2020, 1, 1))),
        ],
        &[
            Some([-10.0, -10.0, 110.0, 110.0]),
            Some([-10.0, -10.0, 40.0, 110.0]),
        ],
    );
    let (found, ..) = rows(l.clone());
    let r = found.iter().find(|r| r.numero == "0001").unwrap();
    assert!((r.part_u.unwrap() - 0.4).abs() < 1e-6 && (r.part_n.unwrap() - 0.6).abs() < 1e-6);
    assert!((r.utile_m2 / r.surface_m2 - 0.4).abs() < 1e-6);
    // Covered commune, no zone there: unknown, not zero of everything.
    let other = found.iter().find(|r| r.numero == "0002").unwrap();
    assert_eq!(
        (other.part_u, other.part_zone_inconnue),
        (Some(0.0), Some(1.0))
    );
    assert_eq!(other.verdict, "non_evalue");
    let c = build(l);
    assert_eq!(
        (
            c.rapport.nb_zones_superposees,
            c.rapport.parcelles_zones_superposees
        ),
        (1, 1)
    );
}

/// Two buildings drawn a little over each other: what they share counts once, however small.
#[test]
fn buildings_that_overlap_a_little_count_once() {
    let mut l = Layers::empty(Crs::Lambert93);
    l.parcelles = layer(
        vec![parcel("34901000AA0001")],
        &[Some([0.0, 0.0, 20.0, 20.0])],
    );
    let house = |id: &str| gisement_model::Batiment {
        id: id.into(),
        code_insee: None,
        leger: None,
        usage_1: None,
        hauteur_m: None,
        etages: None,
        logements: None,
    };
    l.batiments = layer(
        vec![house("a"), house("b")],
        &[Some([2.0, 2.0, 8.0, 8.0]), Some([7.9, 2.0, 14.0, 8.0])],
    );
    let (found, ..) = rows(l);
    // The union is 12 m by 6 m; 0.6 m² lie in both.
    assert!((found[0].ces.unwrap() - 72.0 / 400.0).abs() < 1e-6);
}

/// Example 11 of bareme §10, measured: a parcel 85 % in zone N keeps a usable part of 15 %.
#[test]
fn usable_part_leaves_out_natural_land() {
    let mut l = Layers::empty(Crs::Lambert93);
    l.parcelles = layer(
        vec![parcel("34901000AA0001")],
        &[Some([0.0, 0.0, 100.0, 100.0])],
    );
    l.zonage = layer(
        vec![zone("n", TypeZone::N, None), zone("u", TypeZone::U, None)],
        &[
            Some([0.0, 0.0, 85.0, 100.0]),
            Some([85.0, 0.0, 200.0, 100.0]),
        ],
    );
    let (found, ..) = rows(l);
    let r = &found[0];
    assert!(
        (r.utile_m2 / r.surface_m2 - 0.15).abs() < 1e-6,
        "{}",
        r.utile_m2
    );
    assert_eq!((r.part_n, r.part_u), (Some(0.85), Some(0.15)));
    // 1 500 m² of zone U: in U by area, but without buildings nothing more can be said.
    assert_eq!(r.verdict, "non_evalue");
}

#[test]
fn a_file_of_risk_plans_says_nothing_of_other_themes() {
    let mut layers = Layers::empty(Crs::Lambert93);
    layers.parcelles = layer(
        vec![parcel("34901000AA0001")],
        &[Some([0.0, 0.0, 20.0, 20.0])],
    );
    let plan: gisement_model::Contrainte = serde_json::from_value(
        serde_json::json!({ "id": "p", "categorie": "PPRN", "classe": "interdiction" }),
    )
    .unwrap();
    layers.contraintes = layer(vec![plan], &[Some([900.0, 0.0, 950.0, 50.0])]);
    let (unknown, ..) = rows(layers.clone());
    assert_eq!(unknown[0].part_interdiction, None);
    layers.contraintes.sources[0].couverture = Couverture::Territoire;
    let (known, ..) = rows(layers);
    assert_eq!(known[0].part_interdiction, Some(0.0));
    assert_eq!(
        (known[0].part_environnement, known[0].part_qpv),
        (None, None)
    );
}

#[test]
fn tables_of_one_commune_complete_each_other() {
    let table = |fields: serde_json::Value| {
        let mut row = serde_json::json!({ "code_insee": "34901" });
        row.as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        let row: gisement_model::Logement = serde_json::from_value(row).unwrap();
        layer(vec![row], &[None])
    };
    let mut layers = Layers::empty(Crs::Lambert93);
    layers.parcelles = layer(
        vec![parcel("34901000AA0001")],
        &[Some([0.0, 0.0, 20.0, 20.0])],
    );
    layers.logement = table(serde_json::json!({ "zone_abc": "B1" }));
    layers
        .logement
        .append(table(serde_json::json!({ "tension": 4.5 })));
    layers
        .logement
        .append(table(serde_json::json!({ "tension": 4.5 })));
    let (layers, rapport) = cut(layers, &Territoire::Tout).unwrap();
    assert_eq!(layers.logement.len(), 2);
    assert_eq!(rapport.doublons.get("logement"), Some(&1));
    let (_, communes, _) = rows(layers);
    assert_eq!(communes[0].tension, Some(4.5));
    assert!(communes[0].zone_abc.is_some());
}

#[test]
fn territories_are_cut_and_unknown_ones_refused() {
    let l = grille(6000, false);
    let first = l.communes.rows[0].code_insee;
    let c = build_of(l.clone(), &Territoire::Communes(vec![first])).unwrap();
    let kept = l
        .parcelles
        .rows
        .iter()
        .filter(|p| p.idu.commune() == first)
        .count() as u64;
    assert_eq!(c.comptes["parcelles"], kept);
    assert!(build_of(l, &Territoire::Scot("absent".into())).is_err());
}
