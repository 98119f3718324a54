use geo::{MultiPolygon, Rect};
use gisement_model::codes::{Moment, OrigineObjectif, StatutEnveloppe, StatutGarantie, StatutPart};
use gisement_model::{
    Couche, Couverture, Crs, Declaration, Document, Enaf, Epci, Perimetre, Provenance, Scot,
    Trajectoire,
};
use gisement_store::Layer;
use jiff::civil::date;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

mod occupation;

const LE_JOUR: Date = date(2026, 11, 1);

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

fn layer<T: LayerRow>(rows: Vec<T>, boxes: &[[f64; 4]]) -> Layer<T> {
    let mut geoms = Geometries::new();
    for i in 0..rows.len() {
        match boxes.get(i) {
            Some([x0, y0, x1, y1]) => {
                let r = Rect::new((7e5 + x0, 6.28e6 + y0), (7e5 + x1, 6.28e6 + y1));
                geoms.push_multi_polygon(&MultiPolygon(vec![r.to_polygon()]));
            }
            None => geoms.push_null(),
        }
    }
    Layer::from_source(rows, geoms, provenance(T::COUCHE), Crs::Lambert93)
}

fn table_of<T: LayerRow>(rows: &[Value]) -> Layer<T> {
    let rows = rows
        .iter()
        .map(|r| serde_json::from_value(r.clone()).unwrap());
    layer(rows.collect(), &[])
}

fn year(code: &str, source: &str, annee: i64, total: f64) -> Value {
    json!({ "code_insee": code, "code_source": source, "annee": annee, "total_m2": total, "habitat_m2": total,
        "activite_m2": 0.0, "mixte_m2": 0.0, "route_m2": 0.0, "ferre_m2": 0.0, "inconnu_m2": 0.0 })
}

/// Ten years of `before`, then three of `since`. m² a year.
fn rhythm(code: &str, before: f64, since: f64) -> Vec<Value> {
    let before = (2009..=2020).map(|y| year(code, code, y, before));
    before
        .chain((2021..=2023).map(|y| year(code, code, y, since)))
        .collect()
}

fn plu(code: &str, approved: &str) -> Value {
    json!({ "id": format!("d{code}"), "code_insee": code, "typedoc": "PLU", "datappro": approved })
}

#[derive(Default)]
struct Essai {
    enaf: Vec<Value>,
    trajectoires: Vec<Value>,
    documents: Vec<Value>,
    declarations: Vec<Value>,
    epci: Vec<Value>,
    scots: Vec<Value>,
    pene: Option<BTreeSet<CodeInsee>>,
}

impl Essai {
    fn layers(&self) -> Layers {
        let mut l = Layers::empty(Crs::Lambert93);
        l.enaf = table_of::<Enaf>(&self.enaf);
        l.trajectoires = table_of::<Trajectoire>(&self.trajectoires);
        l.documents = table_of::<Document>(&self.documents);
        l.declarations = table_of::<Declaration>(&self.declarations);
        l.epci = table_of::<Epci>(&self.epci);
        l.scots = table_of::<Scot>(&self.scots);
        l
    }

    fn at(&self, communes: &[&str], day: Date) -> Registre {
        let layers = self.layers();
        let codes = communes.iter().map(|c| c.parse().unwrap()).collect();
        let connues = Connues {
            pene: self.pene.clone(),
            surfaces: BTreeMap::new(),
        };
        Registre::new(
            &layers,
            &Communes::new(codes),
            &connues,
            &Bareme::defaut(),
            day,
        )
    }

    fn of(&self, communes: &[&str]) -> Registre {
        self.at(communes, LE_JOUR)
    }
}

fn target(niveau: &str, code: &str, reduction: f64) -> Value {
    json!({ "id": format!("{niveau}-{code}"), "niveau": niveau, "code": code, "reduction": reduction, "document": "DOO" })
}

fn line<'r>(r: &'r Registre, code: &str) -> &'r RegistreZan {
    r.lignes.iter().find(|l| l.code == code).unwrap()
}

#[test]
fn the_reference_is_ten_years_and_never_eleven() {
    let essai = Essai {
        enaf: rhythm("34001", 10_000.0, 4000.0),
        documents: vec![plu("34001", "2015-01-01")],
        ..Essai::default()
    };
    let r = essai.of(&["34001"]);
    let l = line(&r, "34001");
    assert_eq!(l.reference_m2, Some(100_000.0));
    assert_eq!(
        (l.cible_m2, l.enveloppe_m2),
        (Some(50_000.0), Some(50_000.0))
    );
    assert_eq!(l.garantie_statut, Some(StatutGarantie::SansEffet));
    assert_eq!((l.conso_m2, l.reste_m2), (Some(12_000.0), Some(38_000.0)));
    assert_eq!((l.part, l.part_statut), (Some(0.24), StatutPart::Renseigne));
    assert_eq!((l.annees_observees, l.derniere_annee), (3, Some(2023)));
    // Ten years, where the State's tool multiplies by nine.
    assert_eq!(
        (l.rythme_m2_an, l.projection_m2),
        (Some(4000.0), Some(40_000.0))
    );
    assert_eq!(
        l.epuisement,
        Some(gisement_model::codes::Epuisement::AuDela)
    );
}

#[test]
fn a_missing_year_is_not_a_year_without_consumption() {
    let mut enaf = rhythm("34001", 10_000.0, 4000.0);
    enaf.retain(|r| r["annee"] != 2015);
    let mut late = rhythm("34002", 1000.0, 10.0);
    late.retain(|r| r["annee"] != 2022);
    enaf.extend(late);
    let r = Essai {
        enaf,
        ..Essai::default()
    }
    .of(&["34001", "34002", "34003"]);
    let [a, b, c] = ["34001", "34002", "34003"].map(|code| line(&r, code));
    assert_eq!(
        (a.reference_m2, a.enveloppe_m2, a.conso_m2),
        (None, None, Some(12_000.0))
    );
    assert_eq!(
        (b.reference_m2, b.conso_m2, b.reste_m2),
        (Some(10_000.0), None, None)
    );
    assert_eq!(c.statut, StatutEnveloppe::Inconnu);
    let dep = line(&r, "34");
    assert_eq!((dep.nb_communes, dep.nb_communes_renseignees), (3, 0));
    assert_eq!((dep.reference_m2, dep.conso_m2), (None, None));
}

#[test]
fn a_target_is_the_territory_s_own_then_what_is_above_then_the_law_s() {
    let mut essai = Essai {
        enaf: rhythm("34001", 100_000.0, 0.0),
        epci: vec![json!({ "siren": "200000001", "nom": "CC", "communes": ["34001"] })],
        scots: vec![json!({ "id": "S", "nom": "SCoT", "communes": ["34001"] })],
        ..Essai::default()
    };
    let found = |e: &Essai, code: &str| {
        let r = e.of(&["34001"]);
        let l = line(&r, code);
        (l.reduction, l.objectif_origine, l.objectif_niveau.clone())
    };
    assert_eq!(found(&essai, "34001"), (0.5, OrigineObjectif::Defaut, None));
    let steps = [
        ("region", "76", 54.5),
        ("scot", "S", 55.0),
        ("epci", "200000001", 60.0),
        ("commune", "34001", 40.0),
    ];
    for (niveau, code, percent) in steps {
        essai.trajectoires.push(target(niveau, code, percent));
        let origine = if niveau == "commune" {
            OrigineObjectif::Propre
        } else {
            OrigineObjectif::Herite
        };
        assert_eq!(
            found(&essai, "34001"),
            (percent / 100.0, origine, Some(niveau.to_owned()))
        );
    }
    assert_eq!(
        found(&essai, "200000001"),
        (0.6, OrigineObjectif::Propre, Some("epci".into()))
    );
    assert_eq!(
        found(&essai, "S"),
        (0.55, OrigineObjectif::Propre, Some("scot".into()))
    );
    // A département has no target of its own: that of its région.
    assert_eq!(
        found(&essai, "34"),
        (0.545, OrigineObjectif::Herite, Some("region".into()))
    );
}

#[test]
fn the_guarantee_raises_small_envelopes_of_communes_that_have_a_right_to_it() {
    let codes = ["34001", "34002", "34003", "34004", "34005"];
    let mut essai = Essai {
        enaf: codes.iter().flat_map(|c| rhythm(c, 800.0, 100.0)).collect(),
        documents: vec![
            plu("34001", "2026-08-21"),
            plu("34002", "2026-08-22"),
            json!({ "id": "rnu", "code_insee": "34003", "typedoc": "RNU" }),
            plu("34004", "2012-01-01"),
            plu("34005", "2012-01-01"),
        ],
        epci: vec![json!({ "siren": "200000001", "nom": "CC", "communes": ["34001", "34002"] })],
        ..Essai::default()
    };
    essai.trajectoires = vec![
        json!({ "id": "a", "niveau": "commune", "code": "34004", "communes_deleguees": 3 }),
        json!({ "id": "b", "niveau": "commune", "code": "34005", "communes_deleguees": 7 }),
    ];
    let of = |e: &Essai, code: &str| {
        let r = e.of(&codes);
        let l = line(&r, code).clone();
        (l.garantie_m2, l.garantie_statut, l.enveloppe_m2)
    };
    assert_eq!(
        of(&essai, "34001"),
        (Some(6000.0), Some(StatutGarantie::Acquise), Some(10_000.0))
    );
    // Approved on the day: it may have been prescribed before, which is not known.
    assert_eq!(
        of(&essai, "34002"),
        (None, Some(StatutGarantie::Inconnue), None)
    );
    assert_eq!(
        of(&essai, "34003"),
        (Some(0.0), Some(StatutGarantie::NonEligible), Some(4000.0))
    );
    assert_eq!(of(&essai, "34004").2, Some(25_000.0));
    assert_eq!(
        of(&essai, "34005").2,
        Some(30_000.0),
        "the bonus stops at two hectares"
    );
    // What an inventory says goes before what a date proves.
    essai
        .documents
        .push(json!({ "id": "x", "code_insee": "34002", "plancher": true }));
    assert_eq!(of(&essai, "34002").2, Some(10_000.0));
    // Pooled: the commune gives what the guarantee adds, its intercommunality holds it.
    essai
        .trajectoires
        .push(json!({ "id": "c", "niveau": "commune", "code": "34001", "mutualise": "200000001" }));
    let r = essai.of(&codes);
    let (c, e) = (line(&r, "34001"), line(&r, "200000001"));
    assert_eq!(
        (c.mutualise_m2, c.enveloppe_m2),
        (Some(-6000.0), Some(4000.0))
    );
    assert_eq!(c.mutualise_vers.as_deref(), Some("200000001"));
    assert_eq!(e.mutualise_m2, Some(6000.0));
    assert_eq!(
        e.enveloppe_m2,
        Some(8000.0),
        "its own target on its own reference"
    );
    assert_eq!(
        (e.somme_communes_m2, e.ecart_m2),
        (Some(14_000.0), Some(6000.0))
    );
    assert_eq!(
        (
            e.ecart_objectifs_m2,
            e.ecart_garanties_m2,
            e.ecart_mutualise_m2
        ),
        (Some(0.0), Some(12_000.0), Some(-6000.0))
    );
}

#[test]
fn a_reference_of_nothing_divides_nothing() {
    let essai = Essai {
        enaf: [rhythm("34001", 0.0, 0.0), rhythm("34002", 0.0, 50.0)].concat(),
        documents: ["34001", "34002"]
            .map(|c| json!({ "id": c, "code_insee": c, "plancher": false }))
            .to_vec(),
        ..Essai::default()
    };
    let r = essai.of(&["34001", "34002"]);
    let (none, some) = (line(&r, "34001"), line(&r, "34002"));
    assert_eq!(
        (none.part, none.part_statut, none.statut),
        (None, StatutPart::SansObjet, StatutEnveloppe::Respecte)
    );
    assert_eq!(
        (some.part, some.part_statut, some.statut),
        (None, StatutPart::SansObjet, StatutEnveloppe::Depasse)
    );
    assert_eq!(line(&r, "34").communes_depassees, Some(1));
    // With a right to the guarantee, a hectare.
    let eligible = Essai {
        documents: vec![plu("34002", "2020-01-01")],
        ..essai
    };
    let r = eligible.of(&["34002"]);
    assert_eq!(
        (line(&r, "34002").enveloppe_m2, line(&r, "34002").part),
        (Some(10_000.0), Some(0.015))
    );
}

#[test]
fn a_commune_born_of_two_has_both_rows_and_one_given_twice_has_one() {
    let mut enaf = Vec::new();
    for (source, total) in [("34010", 1000.0), ("34011", 500.0)] {
        enaf.extend((2011..=2023).map(|y| year("34010", source, y, total)));
    }
    // The same old commune again, from an older issue.
    enaf.extend((2011..=2023).map(|y| year("34010", "34011", y, 490.0)));
    let r = Essai {
        enaf,
        ..Essai::default()
    }
    .of(&["34010"]);
    assert_eq!(line(&r, "34010").reference_m2, Some(15_000.0));
    let habitat: f64 = r
        .annees
        .iter()
        .filter(|a| a.code == "34010" && a.annee == 2011)
        .filter_map(|a| a.habitat_m2)
        .sum();
    assert_eq!(habitat, 1500.0);
}

#[test]
fn what_is_booked_nationally_and_given_back_leaves_the_ledger_and_is_said() {
    let declared = |annee: i64, nature: &str, m2: f64| json!({ "id": format!("{annee}{nature}"), "code_insee": "34001", "annee": annee, "nature": nature, "surface_m2": m2 });
    let essai = Essai {
        enaf: [
            rhythm("34001", 10_000.0, 10_000.0),
            rhythm("34002", 10_000.0, 10_000.0),
        ]
        .concat(),
        declarations: vec![
            declared(2022, "pene", 8000.0),
            declared(2023, "renaturation", 500.0),
            declared(2019, "pene", 100.0),
            declared(2025, "pene", 100.0),
        ],
        pene: Some(["34001", "34002"].map(|c| c.parse().unwrap()).into()),
        ..Essai::default()
    };
    let r = essai.of(&["34001", "34002", "34003"]);
    let l = line(&r, "34001");
    assert_eq!(
        (l.brut_m2, l.pene_m2, l.renature_m2, l.conso_m2),
        (Some(30_000.0), Some(8000.0), Some(500.0), Some(21_500.0))
    );
    assert_eq!(
        l.pene_statut,
        Some(gisement_model::codes::StatutPene::Declaree)
    );
    let concerned = line(&r, "34002");
    assert_eq!(
        concerned.pene_statut,
        Some(gisement_model::codes::StatutPene::Concernee)
    );
    assert_eq!(
        concerned.conso_m2,
        Some(30_000.0),
        "nothing declared, nothing deducted"
    );
    assert_eq!(
        line(&r, "34003").pene_statut,
        Some(gisement_model::codes::StatutPene::HorsPene)
    );
}

#[test]
fn an_envelope_runs_out_in_a_third_of_a_year() {
    // 50 000 m² allowed, 18 000 m² a year: 2.777… years after 1 January 2021, three of which are past.
    for (since, wanted) in [
        (16_000.0, (Some(2024), Some(Moment::Debut))),
        (12_000.0, (Some(2025), Some(Moment::Debut))),
        (13_500.0, (Some(2024), Some(Moment::Fin))),
    ] {
        let essai = Essai {
            enaf: rhythm("34001", 10_000.0, since),
            documents: vec![plu("34001", "2020-01-01")],
            ..Essai::default()
        };
        let r = essai.of(&["34001"]);
        let l = line(&r, "34001");
        assert_eq!((l.epuisement_annee, l.epuisement_moment), wanted, "{since}");
    }
    let over = Essai {
        enaf: rhythm("34001", 10_000.0, 20_000.0),
        ..Essai::default()
    }
    .of(&["34001"]);
    assert_eq!(
        line(&over, "34001").epuisement,
        Some(gisement_model::codes::Epuisement::DejaDepassee)
    );
    assert_eq!(line(&over, "34001").statut, StatutEnveloppe::Depasse);
}

#[test]
fn rules_hold_from_a_day_to_another() {
    let essai = Essai {
        enaf: rhythm("34001", 1000.0, 10.0),
        ..Essai::default()
    };
    assert!(essai.at(&["34001"], date(2021, 8, 24)).lignes.is_empty());
    assert!(essai.at(&["34001"], date(2031, 1, 1)).lignes.is_empty());
    assert_eq!(
        essai.at(&["34001"], LE_JOUR).lignes[0].regles,
        "enaf-2021-2030"
    );
    // A later rule replaces it from its day on, and what was computed before stays what it was.
    let text = gisement_model::bareme::DEFAUT.to_owned()
        + r#"
[[zan]]
id = "tolerance"
libelle = "Tolérance"
mesure = "enaf"
debut = 2026-06-01
reference = [2011, 2020]
objectif = [2021, 2030]
reduction = 0.5
tolerance = 0.2
source = "essai"
garantie = { surface_m2 = 10000.0, par_deleguee_m2 = 5000.0, deleguees_max_m2 = 20000.0, document_avant = 2026-08-22 }
"#;
    let b = Bareme::parse(&text).unwrap();
    let over = Essai {
        enaf: rhythm("34001", 10_000.0, 18_000.0),
        ..Essai::default()
    };
    let layers = over.layers();
    let communes = Communes::new(["34001".parse().unwrap()].into());
    let connues = Connues {
        pene: None,
        surfaces: BTreeMap::new(),
    };
    let of = |day| Registre::new(&layers, &communes, &connues, &b, day).lignes[0].statut;
    assert_eq!(
        (of(date(2026, 5, 31)), of(date(2026, 6, 1))),
        (StatutEnveloppe::Depasse, StatutEnveloppe::Respecte)
    );
}

/// Rhythms before and since 2021, EPCI, SCoT, and what is missing.
type Tiree = (i64, i64, Option<u8>, Option<u8>, u8);

/// Communes over two départements, with what may be missing of each.
fn communes() -> impl Strategy<Value = Vec<Tiree>> {
    proptest::collection::vec(
        (
            0i64..40_000,
            0i64..40_000,
            proptest::option::of(0u8..3),
            proptest::option::of(0u8..2),
            0u8..8,
        ),
        1..12,
    )
}

proptest! {
    /// Consumption by commune = by EPCI = by SCoT with what is in none = by département, whatever is unknown.
    #[test]
    fn every_level_adds_up_to_the_same(communes in communes()) {
        let mut essai = Essai { epci: Vec::new(), scots: Vec::new(), ..Essai::default() };
        let mut codes = Vec::new();
        let (mut epci, mut scots) = (vec![Vec::new(); 3], vec![Vec::new(); 2]);
        for (i, (before, since, e, s, hole)) in communes.iter().enumerate() {
            let code = format!("{}{:03}", if i % 2 == 0 { 31 } else { 81 }, i + 1);
            let mut rows = rhythm(&code, *before as f64, *since as f64);
            match hole {
                0 => rows.retain(|r| r["annee"] != 2014),
                1 => rows.retain(|r| r["annee"] != 2021),
                _ => {}
            }
            essai.enaf.extend(rows);
            if let Some(e) = e { epci[*e as usize].push(code.clone()); }
            if let Some(s) = s { scots[*s as usize].push(code.clone()); }
            if *hole == 2 { essai.documents.push(plu(&code, "2019-01-01")); }
            if *hole == 3 { essai.documents.push(json!({ "id": code, "code_insee": code, "plancher": false })); }
            codes.push(code);
        }
        for (i, communes) in epci.into_iter().enumerate() {
            essai.epci.push(json!({ "siren": format!("20000000{i}"), "nom": "CC", "communes": communes }));
        }
        for (i, communes) in scots.into_iter().enumerate() {
            essai.scots.push(json!({ "id": format!("S{i}"), "nom": "SCoT", "communes": communes }));
        }
        let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
        let r = essai.of(&codes);
        let level = |niveau: NiveauTerritoire, of: fn(&RegistreZan) -> Option<f64>| -> f64 {
            r.lignes.iter().filter(|l| l.niveau == niveau).filter_map(of).sum()
        };
        let levels = [NiveauTerritoire::Epci, NiveauTerritoire::Scot, NiveauTerritoire::Departement];
        let figures: [fn(&RegistreZan) -> Option<f64>; 3] =
            [|l: &RegistreZan| l.reference_m2, |l: &RegistreZan| l.conso_m2, |l: &RegistreZan| l.brut_m2];
        for of in figures {
            let counted: f64 = r.lignes.iter()
                .filter(|l| l.niveau == NiveauTerritoire::Commune && ligne::counted(l)).filter_map(of).sum();
            for niveau in levels {
                prop_assert!((level(niveau, of) - counted).abs() < 1e-6, "{niveau}");
            }
        }
        for niveau in levels {
            // Years of the target period are the gross consumption of its territories.
            let years: f64 = r.annees.iter().filter(|a| a.niveau == niveau && a.periode == gisement_model::codes::Periode::Objectif)
                .map(|a| a.total_m2).sum();
            prop_assert!((level(niveau, |l| l.brut_m2) - years).abs() < 1e-6);
            let communes: i64 = r.lignes.iter().filter(|l| l.niveau == niveau).map(|l| l.nb_communes).sum();
            prop_assert_eq!(communes as usize, codes.len());
        }
        for l in &r.lignes {
            if let (Some(e), Some(o), Some(g), Some(m)) = (l.ecart_m2, l.ecart_objectifs_m2, l.ecart_garanties_m2, l.ecart_mutualise_m2) {
                prop_assert!((e - o - g - m).abs() < 1e-6, "the parts of a difference are the difference");
            }
            if let (Some(c), Some(g), Some(m), Some(e)) = (l.cible_m2, l.garantie_m2, l.mutualise_m2, l.enveloppe_m2)
                && l.niveau == NiveauTerritoire::Commune {
                prop_assert!((e - c - g - m).abs() < 1e-6);
            }
            prop_assert!(l.part.is_none_or(f64::is_finite));
            prop_assert_eq!(l.part.is_some(), l.part_statut == StatutPart::Renseigne);
        }
    }
}

#[test]
fn a_contour_concerns_the_communes_it_meets() {
    let mut l = Layers::empty(Crs::Lambert93);
    let perimetre = |genre: &str| -> Perimetre {
        serde_json::from_value(json!({ "id": genre, "genre": genre, "communes": [] })).unwrap()
    };
    l.perimetres = layer(
        vec![perimetre("PENE"), perimetre("ZAC")],
        &[[0.0, 0.0, 10.0, 10.0], [50.0, 0.0, 60.0, 10.0]],
    );
    let communes = Communes::new(["34001", "34002"].map(|c| c.parse().unwrap()).into());
    let locate = |g: GeomRef<'_>| vec![u32::from(g.coords()[0].x > 7e5 + 40.0)];
    assert_eq!(
        pene(&l, &communes, &locate)
            .unwrap()
            .into_iter()
            .map(|c| c.to_string())
            .collect::<Vec<_>>(),
        ["34001"]
    );
    l.perimetres = layer(vec![perimetre("ZAC")], &[[50.0, 0.0, 60.0, 10.0]]);
    assert!(
        pene(&l, &communes, &locate).is_none(),
        "no list read proves nothing"
    );
}
