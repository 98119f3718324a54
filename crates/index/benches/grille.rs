//! A generated town on a grid: parcels in blocks between streets, buildings, zones, brownfields, business parks,
//! risk zones, amenities. Deterministic, any size. For tests and the bench only.

use geo::{Coord, MultiPolygon, Polygon};
use gisement_index::Layers;
use gisement_model::codes::{
    ClasseContrainte, EtatTerrain, KindEquipement, StatutFriche, TypeSite, TypeZone, UsageBatiment,
};
use gisement_model::{
    Batiment, Commune, Contrainte, Couche, Couverture, Crs, Enaf, Equipement, Friche, Idu,
    LayerRow, Logement, Parcelle, Prescription, Provenance, Terrain, Zae, Zone,
};
use gisement_store::{Geometries, Layer};

const X0: f64 = 700_000.0;
const Y0: f64 = 6_280_000.0;
/// Side of a commune, in blocks, and of a block, in parcels.
const BLOCK: usize = 10;
const W: f64 = 22.0;
const H: f64 = 36.0;
const STREET: f64 = 10.0;

/// A small generator of pseudo-random numbers (splitmix64).
struct Alea(u64);

impl Alea {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

fn source(couche: Couche, couverture: Couverture) -> Provenance {
    Provenance {
        couche,
        fichier: format!("{couche}.geojson"),
        empreinte: "00".into(),
        producteur: None,
        licence: None,
        millesime: Some(jiff::civil::date(2026, 1, 1)),
        crs_source: Some(Crs::Lambert93),
        couverture,
    }
}

fn rect(x: f64, y: f64, w: f64, h: f64) -> MultiPolygon<f64> {
    let c = |x, y| Coord { x, y };
    MultiPolygon(vec![Polygon::new(
        vec![c(x, y), c(x + w, y), c(x + w, y + h), c(x, y + h)].into(),
        vec![],
    )])
}

/// A wavy box of many vertices: zones of real plans follow streets and streams.
fn wavy(x: f64, y: f64, w: f64, h: f64, per_side: usize, seed: u64) -> MultiPolygon<f64> {
    let wave = |t: f64, s: u64| 6.0 * (t * 37.0 + s as f64).sin() + 3.0 * (t * 113.0).sin();
    let n = per_side.max(1);
    let mut ring = Vec::with_capacity(4 * n + 1);
    // Opposite sides of neighbours share the same wave, so that zones tile the plane.
    let side = |k: u64, t: f64| {
        if per_side <= 1 {
            0.0
        } else {
            wave(t, k) * (t * std::f64::consts::PI).sin()
        }
    };
    for i in 0..n {
        let t = i as f64 / n as f64;
        ring.push((x + w * t, y + side(seed, t)));
    }
    for i in 0..n {
        let t = i as f64 / n as f64;
        ring.push((x + w + side(seed, t), y + h * t));
    }
    for i in (1..=n).rev() {
        let t = i as f64 / n as f64;
        ring.push((x + w * t, y + h + side(seed, t)));
    }
    for i in (1..=n).rev() {
        let t = i as f64 / n as f64;
        ring.push((x + side(seed, t), y + h * t));
    }
    MultiPolygon(vec![Polygon::new(ring.into(), vec![])])
}

fn json<T: LayerRow>(v: serde_json::Value) -> T {
    serde_json::from_value(v).expect("row of the generator")
}

/// About `n` parcels. `fine` draws zones of over a thousand vertices.
pub(crate) fn grille(n: usize, fine: bool) -> Layers {
    let mut l = Layers::empty(Crs::Lambert93);
    let blocks = ((n as f64 / (2 * BLOCK) as f64).sqrt().ceil() as usize).max(1);
    let (bw, bh) = (BLOCK as f64 * W + STREET, 2.0 * H + STREET);
    let mut alea = Alea(42);
    let per_commune = 24usize;
    let mut geoms = (Geometries::new(), Geometries::new());
    let (mut parcelles, mut batiments) = (Vec::new(), Vec::new());
    let code = |bx: usize, by: usize| {
        let k = bx / per_commune + (by / per_commune) * blocks.div_ceil(per_commune);
        format!("34{:03}", 100 + k % 900)
    };
    let mut numbers: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for by in 0..blocks {
        for bx in 0..blocks {
            let insee = code(bx, by);
            for i in 0..2 * BLOCK {
                if parcelles.len() >= n {
                    break;
                }
                let (x, y) = (
                    X0 + bx as f64 * bw + (i % BLOCK) as f64 * W,
                    Y0 + by as f64 * bh + (i / BLOCK) as f64 * H,
                );
                let k = numbers.entry(insee.clone()).or_default();
                let idu: Idu = format!(
                    "{insee}{:03}{}{}{:04}",
                    *k / (9999 * 26 * 26),
                    char::from(b'A' + (*k / 9999 / 26 % 26) as u8),
                    char::from(b'A' + (*k / 9999 % 26) as u8),
                    *k % 9999 + 1
                )
                .parse()
                .expect("idu");
                *k += 1;
                // Side boundaries lean, so that parcels are not boxes.
                let lean = |j: usize| {
                    1.5 * ((j * 7 + bx) as f64).sin()
                        * f64::from(u8::from(!j.is_multiple_of(BLOCK)))
                };
                let (a, b) = (
                    lean(i),
                    if (i + 1) % BLOCK == 0 {
                        0.0
                    } else {
                        lean(i + 1)
                    },
                );
                let c = |x, y| Coord { x, y };
                let ring = vec![
                    c(x + a, y),
                    c(x + W * 0.5, y + 0.2),
                    c(x + W + b, y),
                    c(x + W - b, y + H),
                    c(x + W * 0.5, y + H),
                    c(x - a, y + H),
                ];
                geoms
                    .0
                    .push_multi_polygon(&MultiPolygon(vec![Polygon::new(ring.into(), vec![])]));
                parcelles.push(Parcelle {
                    idu,
                    contenance_m2: Some((W * H) as i64),
                    arpente: Some(alea.next() < 0.3),
                    created: None,
                    updated: None,
                });
                if alea.next() < 0.88 {
                    let (w, h) = (6.0 + 9.0 * alea.next(), 7.0 + 12.0 * alea.next());
                    geoms.1.push_multi_polygon(&rect(x + 3.0, y + 5.0, w, h));
                    let usage = if alea.next() < 0.9 {
                        UsageBatiment::Residentiel
                    } else {
                        UsageBatiment::Commercial
                    };
                    batiments.push(Batiment {
                        id: format!("B{}", batiments.len()),
                        code_insee: insee.parse().ok(),
                        leger: Some(false),
                        usage_1: Some(usage),
                        hauteur_m: Some(6.0),
                        etages: None,
                        logements: Some(1),
                    });
                }
            }
        }
    }
    let (tw, th) = (blocks as f64 * bw, blocks as f64 * bh);
    l.parcelles = Layer::from_source(
        parcelles,
        geoms.0,
        source(Couche::Parcelles, Couverture::Contenu),
        Crs::Lambert93,
    );
    l.batiments = Layer::from_source(
        batiments,
        geoms.1,
        source(Couche::Batiments, Couverture::Contenu),
        Crs::Lambert93,
    );

    let mut communes = (Vec::new(), Geometries::new());
    let mut zones = (Vec::new(), Geometries::new());
    let mut enaf = Vec::new();
    let mut logement = Vec::new();
    let (cw, ch) = (per_commune as f64 * bw, per_commune as f64 * bh);
    for cy in 0..blocks.div_ceil(per_commune) {
        for cx in 0..blocks.div_ceil(per_commune) {
            let insee = code(cx * per_commune, cy * per_commune);
            let (x, y) = (X0 + cx as f64 * cw, Y0 + cy as f64 * ch);
            communes.1.push_multi_polygon(&rect(x, y, cw, ch));
            communes.0.push(Commune {
                code_insee: insee.parse().expect("code"),
                nom: format!("Commune {insee}"),
                population: Some(12_000),
            });
            for zy in 0..4 {
                for zx in 0..4 {
                    let (t, label) = match (zx + 3 * zy) % 8 {
                        0..=3 => (TypeZone::U, "Zone d’habitat"),
                        4 => (TypeZone::U, "Zone d’activités économiques"),
                        5 => (TypeZone::AUc, "Zone mixte"),
                        6 => (TypeZone::A, "Agricole"),
                        _ => (TypeZone::N, "Naturelle"),
                    };
                    zones.1.push_multi_polygon(&wavy(
                        x + f64::from(zx) * cw / 4.0,
                        y + f64::from(zy) * ch / 4.0,
                        cw / 4.0,
                        ch / 4.0,
                        if fine { 330 } else { 8 },
                        7,
                    ));
                    let mut z: Zone = json(
                        serde_json::json!({ "id": format!("{insee}-{zx}{zy}"), "libelle": t.code(), "libelong": label, "typezone": t.code(), "code_insee": insee, "idurba": format!("{insee}_PLU_20200101") }),
                    );
                    z.datappro = Some(jiff::civil::date(2020, 1, 1));
                    zones.0.push(z);
                }
            }
            enaf.extend((2011..=2024).map(|annee| {
                json::<Enaf>(
                    serde_json::json!({ "code_insee": insee, "code_source": insee, "annee": annee, "total_m2": 9000.0 }),
                )
            }));
            logement.push(json::<Logement>(serde_json::json!({ "code_insee": insee, "zone_abc": "B1", "sru_soumise": true, "sru_taux": 14.0, "sru_cible": 25.0, "carence": false, "tension": 6.0 })));
        }
    }
    let from = |c, k| source(c, k);
    l.communes = Layer::from_source(
        communes.0,
        communes.1,
        from(Couche::Communes, Couverture::Contenu),
        Crs::Lambert93,
    );
    l.zonage = Layer::from_source(
        zones.0,
        zones.1,
        from(Couche::Zonage, Couverture::Contenu),
        Crs::Lambert93,
    );
    l.enaf = none(enaf, from(Couche::Enaf, Couverture::Contenu));
    l.logement = none(logement, from(Couche::Logement, Couverture::Contenu));

    let sites = (n / 200).max(3);
    let mut place = || (X0 + alea.next() * tw, Y0 + alea.next() * th);
    let mut friches = (Vec::new(), Geometries::new());
    let mut zae = (Vec::new(), Geometries::new());
    let mut terrains = (Vec::new(), Geometries::new());
    let mut risques = (Vec::new(), Geometries::new());
    let mut psc = (Vec::new(), Geometries::new());
    let mut points = (Vec::new(), Geometries::new());
    for i in 0..sites {
        let (x, y) = place();
        friches.1.push_multi_polygon(&rect(x, y, 60.0, 45.0));
        let statut = StatutFriche::ALL[i % 4];
        friches.0.push(json::<Friche>(serde_json::json!({ "site_id": format!("F{i}"), "site_statut": statut.code(), "refcad": [] })));
        let (x, y) = place();
        risques
            .1
            .push_multi_polygon(&wavy(x, y, 180.0, 130.0, if fine { 260 } else { 5 }, 3));
        let classe = [
            ClasseContrainte::Prescription,
            ClasseContrainte::Interdiction,
            ClasseContrainte::Inconnue,
            ClasseContrainte::Etude,
        ][i % 4];
        risques.0.push(json::<Contrainte>(serde_json::json!({ "id": format!("R{i}"), "categorie": "PPRN", "classe": classe.code() })));
        for (k, kind) in KindEquipement::ALL.iter().enumerate() {
            if i % (k + 1) == 0 {
                let (x, y) = place();
                points.1.push_point(Coord { x, y });
                points.0.push(Equipement {
                    id: format!("E{}", points.0.len()),
                    kind: *kind,
                    nom: None,
                });
            }
        }
        if i % 8 == 0 {
            let (x, y) = place();
            zae.1.push_multi_polygon(&rect(x, y, 300.0, 220.0));
            zae.0.push(json::<Zae>(serde_json::json!({ "site_id": format!("Z{i}"), "site_type": TypeSite::Zae.code() })));
            terrains.1.push_multi_polygon(&rect(x, y, 90.0, 80.0));
            terrains.0.push(json::<Terrain>(serde_json::json!({ "terr_id": format!("T{i}"), "site_id": format!("Z{i}"), "etat": EtatTerrain::ALL[i / 8 % 5].code(), "refcad": [] })));
            let (x, y) = place();
            psc.1.push_multi_polygon(&rect(x, y, 50.0, 40.0));
            psc.0.push(json::<Prescription>(
                serde_json::json!({ "id": format!("P{i}"), "typepsc": "05", "stypepsc": "01" }),
            ));
        }
    }
    let t = || Couverture::Territoire;
    l.friches = Layer::from_source(
        friches.0,
        friches.1,
        from(Couche::Friches, Couverture::Inconnue),
        Crs::Lambert93,
    );
    l.zae = Layer::from_source(zae.0, zae.1, from(Couche::Zae, t()), Crs::Lambert93);
    l.terrains = Layer::from_source(
        terrains.0,
        terrains.1,
        from(Couche::Terrains, t()),
        Crs::Lambert93,
    );
    l.contraintes = Layer::from_source(
        risques.0,
        risques.1,
        from(Couche::Contraintes, t()),
        Crs::Lambert93,
    );
    l.prescriptions = Layer::from_source(
        psc.0,
        psc.1,
        from(Couche::Prescriptions, Couverture::Contenu),
        Crs::Lambert93,
    );
    l.equipements = Layer::from_source(
        points.0,
        points.1,
        from(Couche::Equipements, t()),
        Crs::Lambert93,
    );
    l
}

fn none<T: LayerRow>(rows: Vec<T>, source: Provenance) -> Layer<T> {
    let mut geoms = Geometries::new();
    for _ in &rows {
        geoms.push_null();
    }
    Layer::from_source(rows, geoms, source, Crs::Lambert93)
}
