//! The layers of cadastre outlines, planning documents, land cover, owners and perimeters: real files, whose counts
//! were found with ogrinfo or Python's json, and small dirty ones.
//!
//! The folder of real files is named by `GISEMENT_DONNEES`; without it those tests say so and pass.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "test helpers: a failure is the message"
)]

use gisement_ingest::{Error, Ingest, SourceConfig};
use gisement_model::codes::{NiveauTrajectoire, TypeDocument};
use gisement_model::*;
use gisement_store::{GeomKind, Layer};

use crate::harness::{donnees, try_read};

type Lu<T> = (Layer<T>, RapportFichier);

fn real<T: Ingest>(path: &str) -> Option<Lu<T>> {
    let path = donnees()?.join(path);
    Some(try_read(&path, |_| {}).unwrap_or_else(|e| panic!("{e}")))
}

fn small<T: Ingest>(
    name: &str,
    text: &str,
    setup: impl FnOnce(&mut SourceConfig),
) -> Result<Lu<T>, Error> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, text).unwrap();
    try_read(&path, setup)
}

fn counts(r: &RapportFichier) -> [u64; 4] {
    [r.lus, r.gardes, r.rejetes, r.fusionnes]
}

fn only(r: &RapportFichier, code: &str, n: u64) {
    let found = r.anomalies.get(code).map(|a| a.nombre);
    assert_eq!(found, Some(n), "{code}: {:?}", r.anomalies);
}

fn jour(a: i16, m: i8, j: i8) -> jiff::civil::Date {
    jiff::civil::date(a, m, j)
}

/// A square feature of a GeoJSON near Montpellier, `n` squares to the east.
fn square(n: u32, properties: &str) -> String {
    let (x, y) = (3.87 + f64::from(n) * 0.001, 43.61);
    let (x1, y1) = (x + 0.0005, y + 0.0005);
    format!(
        r#"{{"type":"Feature","geometry":{{"type":"Polygon","coordinates":[[[{x},{y}],[{x1},{y}],[{x1},{y1}],[{x},{y1}],[{x},{y}]]]}},"properties":{{{properties}}}}}"#
    )
}

fn collection(features: &[String]) -> String {
    format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}",
        features.join(",\n")
    )
}

#[test]
fn sections_feuilles_lieux_dits_etalab() {
    let root = "cadastre/etalab_derived_from_edigeo/cadastre-13029";
    let Some((l, r)) = real::<Section>(&format!("{root}-sections.json")) else {
        return;
    };
    assert_eq!(counts(&r), [1, 1, 0, 0]);
    assert!(r.dialecte.starts_with("cadastre Etalab sections"));
    let s = &l.rows[0];
    assert_eq!(
        (
            s.id.as_str(),
            s.code_insee.as_str(),
            s.prefixe.as_str(),
            s.code.as_str()
        ),
        ("130290000A", "13029", "000", "0A")
    );
    assert_eq!(
        (s.created, s.updated),
        (Some(jour(1999, 12, 8)), Some(jour(2014, 2, 12)))
    );
    assert_eq!(l.geoms.get(0).kind(), GeomKind::Surface);

    let (l, r) = real::<Feuille>(&format!("{root}-feuilles.json")).unwrap();
    assert_eq!(counts(&r), [1, 1, 0, 0]);
    let f = &l.rows[0];
    assert_eq!((f.id.as_str(), f.numero.as_str()), ("130290000A01", "01"));
    assert_eq!(f.echelle, Some(2500));
    assert_eq!(f.mode_confection.as_deref(), Some("01"));

    let (l, r) = real::<LieuDit>(&format!("{root}-lieux_dits.json")).unwrap();
    assert_eq!(counts(&r), [5, 5, 0, 0]);
    assert_eq!(l.rows[1].nom.as_deref(), Some("GOUFRAN"));
    assert_eq!(l.rows[1].code_insee.unwrap().as_str(), "13029");
}

#[test]
fn sections_reexported_by_qgis() {
    let Some((l, r)) = real::<Section>("cadastre/etalab_qgis_reexport_27412/sections.geojson")
    else {
        return;
    };
    assert_eq!(counts(&r), [19, 19, 0, 0]);
    let old: Vec<_> = l.rows.iter().filter(|s| s.prefixe == "648").collect();
    assert_eq!(old.len(), 9);
    assert_eq!(old[0].id, "274126480A");
}

#[test]
fn sections_of_edigeo_and_dirty_ones() {
    let features = [
        square(0, r#""IDU":"1720000A","TEX":"A""#),
        square(1, r#""IDU":"172000NC","TEX":"NC""#),
        square(2, r#""IDU":"172-00??","TEX":"B""#),
        square(3, r#""IDU":"172000NC","TEX":"NC""#),
    ];
    let (l, r) = small::<Section>("SECTION_id.geojson", &collection(&features), |c| {
        c.constantes.insert("departement".into(), "34".into());
    })
    .unwrap();
    assert_eq!(counts(&r), [4, 2, 1, 1]);
    assert!(r.dialecte.starts_with("PCI sections"));
    assert_eq!(l.rows[0].id, "341720000A");
    assert_eq!(
        (l.rows[1].id.as_str(), l.rows[1].code.as_str()),
        ("34172000NC", "NC")
    );
    only(&r, "identifiant_illisible", 1);

    let features = [
        square(
            0,
            r#""IDU":"1720000A01","QUPL":"01","COPL":"02","EOR":"1000""#,
        ),
        square(1, r#""IDU":"1720000AXX","QUPL":"01","COPL":"02","EOR":"0""#),
    ];
    let (l, r) = small::<Feuille>("SUBDSECT_id.geojson", &collection(&features), |c| {
        c.constantes.insert("departement".into(), "34".into());
    })
    .unwrap();
    assert_eq!(counts(&r), [2, 1, 1, 0]);
    assert_eq!(
        (l.rows[0].id.as_str(), l.rows[0].echelle),
        ("341720000A01", Some(1000))
    );

    let features = [
        square(0, r#""TEX":"LA PLAINE","TEX2":"DU HAUT""#),
        square(1, r#""TEX":"""#),
    ];
    let (l, r) = small::<LieuDit>("LIEUDIT_id.geojson", &collection(&features), |_| {}).unwrap();
    assert_eq!(counts(&r), [2, 2, 0, 0]);
    assert_eq!(l.rows[0].nom.as_deref(), Some("LA PLAINE DU HAUT"));
    only(&r, "nom_absent", 1);
}

const PLU: &str = "plu/30014_PLU_20171013/Donnees_geographiques/30014_";

#[test]
fn prescriptions_lineaires_et_ponctuelles() {
    let Some((l, r)) = real::<PrescriptionLin>(&format!("{PLU}PRESCRIPTION_LIN_20171013.shp"))
    else {
        return;
    };
    assert_eq!(counts(&r), [15, 15, 0, 0]);
    assert!(
        r.dialecte.contains("PRESCRIPTION_LIN 2017"),
        "{}",
        r.dialecte
    );
    assert!(l.geoms.iter().all(|g| g.kind() == GeomKind::Line));
    let length: f64 = l.geoms.iter().map(|g| g.perimeter()).sum();
    assert!((length - 19_251.148_738_131).abs() < 1e-3, "{length}");
    assert_eq!(
        (l.rows[0].typepsc.as_str(), l.rows[0].stypepsc.as_deref()),
        ("15", Some("01"))
    );

    let (l, r) = real::<PrescriptionPct>(&format!("{PLU}PRESCRIPTION_PCT_20171013.shp")).unwrap();
    assert_eq!(counts(&r), [93, 93, 0, 0]);
    assert!(l.geoms.iter().all(|g| g.kind() == GeomKind::Point));

    let (l, r) = real::<PrescriptionPct>("plu/encodings/shp_latin1/PRESCRIPTION_PCT.shp").unwrap();
    assert_eq!(counts(&r), [59, 59, 0, 0]);
    assert!(r.dialecte.contains("2013-2014"), "{}", r.dialecte);
    assert!(r.encodage.contains("1252"), "{}", r.encodage);
    assert_eq!(l.rows[0].libelle.as_deref(), Some("Bâtiment agricole"));
}

#[test]
fn informations_de_plu() {
    let Some((l, r)) = real::<Information>(&format!("{PLU}INFO_SURF_20171013.shp")) else {
        return;
    };
    assert_eq!(counts(&r), [18, 18, 0, 0]);
    assert_eq!(
        (l.rows[0].typeinf.as_str(), l.rows[0].stypeinf.as_deref()),
        ("19", Some("01"))
    );
    // The document of the table is not that of the folder.
    assert_eq!(l.rows[0].idurba.as_deref(), Some("30014_PLU_20141013"));
    let area: f64 = l.geoms.iter().map(|g| g.area()).sum();
    assert!((area - 28_312_866.020_057_5).abs() < 1.0, "{area}");

    let (l, r) = real::<InformationPct>(&format!("{PLU}INFO_PCT_20171013.shp")).unwrap();
    assert_eq!(counts(&r), [6, 6, 0, 0]);
    assert_eq!(l.rows[0].typeinf, "16");
}

#[test]
fn a_layer_has_one_geometry() {
    let Some(root) = donnees() else {
        return;
    };
    // Surfaces are no lines, lines no points: every row is refused, and counted.
    let surf = root.join(format!("{PLU}PRESCRIPTION_SURF_20171013.shp"));
    let (l, r) = try_read::<PrescriptionLin>(&surf, |_| {}).unwrap();
    assert!(l.is_empty() && r.rejetes == r.lus && r.lus > 0);
    let lin = root.join(format!("{PLU}PRESCRIPTION_LIN_20171013.shp"));
    let (l, r) = try_read::<PrescriptionPct>(&lin, |_| {}).unwrap();
    assert!(l.is_empty());
    only(&r, "geometrie_inadaptee", 15);
}

#[test]
fn lines_of_geojson_are_cleaned() {
    let line = |kind: &str, coords: &str| {
        format!(
            r#"{{"type":"Feature","geometry":{{"type":"{kind}","coordinates":{coords}}},"properties":{{"TYPEINF":"99","LIBELLE":"x"}}}}"#
        )
    };
    let features = [
        line("LineString", "[[3.87,43.61],[3.88,43.61],[3.88,43.61]]"),
        line(
            "MultiLineString",
            "[[[3.87,43.61],[3.88,43.61]],[[3.9,43.6],[3.9,43.6]]]",
        ),
        line("LineString", "[[3.87,43.61],[3.87,43.61]]"),
        line("LineString", "[[3.87,43.61],[103.88,43.61]]"),
        line("Point", "[3.87,43.61]"),
    ];
    let (l, r) =
        small::<InformationLin>("info_lin.geojson", &collection(&features), |_| {}).unwrap();
    assert_eq!(counts(&r), [5, 2, 3, 0]);
    assert_eq!(r.repares["sommets_repetes_retires"], 2);
    assert_eq!(r.repares["ligne_degeneree_retiree"], 1);
    assert_eq!(l.geoms.get(0).coords().len(), 2);
    assert_eq!(l.geoms.get(1).kind(), GeomKind::Line);
    for code in ["geometrie_degeneree", "hors_emprise", "geometrie_inadaptee"] {
        only(&r, code, 1);
    }
}

#[test]
fn documents_of_cnig_tables_without_geometry() {
    let root = "plu/30014_PLU_20171013/30014_DOC_URBA";
    let Some((l, r)) = real::<Document>(&format!("{root}_20171013.DBF")) else {
        return;
    };
    // Two rows of one document, which differ by the map they were drawn on only.
    assert_eq!(counts(&r), [2, 1, 0, 1]);
    assert!(
        r.dialecte.contains("DOC_URBA (table dBASE"),
        "{}",
        r.dialecte
    );
    let d = &l.rows[0];
    assert_eq!(d.id, "30014_PLU_20171013");
    assert_eq!(d.code_insee.unwrap().as_str(), "30014");
    assert_eq!(d.typedoc, Some(TypeDocument::Plu));
    assert_eq!(
        (d.etat.as_deref(), d.datappro),
        (Some("03"), Some(jour(2017, 10, 13)))
    );
    assert_eq!((d.cible_zan, d.plancher), (None, None));

    let (l, r) = real::<Document>(&format!("{root}_COM_20171013.DBF")).unwrap();
    assert_eq!(counts(&r), [1, 1, 0, 0]);
    assert!(r.dialecte.contains("DOC_URBA_COM"), "{}", r.dialecte);
    assert_eq!(l.rows[0].id, "30014_PLU_20171013-30014");
    assert_eq!(l.rows[0].typedoc, Some(TypeDocument::Plu));

    let (l, _) = real::<Document>("plu/19182_CC_20150517/19182_DOC_URBA_20150517.dbf").unwrap();
    assert_eq!(l.rows[0].typedoc, Some(TypeDocument::Cc));
    assert_eq!(l.rows[0].siren.as_deref(), Some("211918206"));

    let (l, r) =
        real::<Document>("plu/200078244_SCOT_20180218/200078244_DOC_URBA_COM_20180218.dbf")
            .unwrap();
    assert_eq!(counts(&r), [146, 146, 0, 0]);
    assert_eq!(l.rows[0].typedoc, Some(TypeDocument::Scot));
    assert_eq!(l.rows[0].siren.as_deref(), Some("200070985"));
}

#[test]
fn a_truncated_table_says_so() {
    let Some(root) = donnees() else {
        return;
    };
    let path = root.join("plu/200078244_SCOT_20180218/200078244_DOC_URBA_COM_20180218.dbf");
    let bytes = std::fs::read(path).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let cut = dir.path().join("DOC_URBA_COM.dbf");
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    let (_, r) = try_read::<Document>(&cut, |_| {}).unwrap();
    assert!(r.lus > 0 && r.lus < 146);
    only(&r, "fichier_tronque", 1);
}

#[test]
fn documents_of_tables() {
    // SuDocUH: keys of the source, a SIREN as a number, dates or nothing.
    let json = r#"[
        {"Com_INSEE":"34172","App_TypeDoc":"PLU","App_PLUi":"Oui","Coll_INSEE_SIREN":243400017},
        {"Com_INSEE":"34001","App_TypeDoc":"RNU","App_PLUi":"Non","Coll_INSEE_SIREN":"34001"},
        {"Com_INSEE":"34002","App_TypeDoc":"Plan","App_PLUi":"","Coll_INSEE_SIREN":""},
        {"Com_INSEE":"Montpellier","App_TypeDoc":"PLU","App_PLUi":"Non","Coll_INSEE_SIREN":""}]"#;
    let (l, r) = small::<Document>("sudocuh.json", json, |_| {}).unwrap();
    assert_eq!(counts(&r), [4, 3, 1, 0]);
    assert!(r.dialecte.starts_with("SuDocUH"), "{}", r.dialecte);
    assert_eq!(l.rows[0].typedoc, Some(TypeDocument::Plui));
    assert_eq!(l.rows[0].siren.as_deref(), Some("243400017"));
    assert_eq!(
        (l.rows[1].typedoc, l.rows[1].siren.as_deref()),
        (Some(TypeDocument::Rnu), None)
    );
    assert_eq!(l.rows[2].typedoc, None);
    only(&r, "hors_liste", 1);

    let csv = "commune;doc;approuvé le;zan;1 ha\n34172;PLU;13/10/2017;oui;non\n34001;POS;;;inconnu\n34002;cc;2017;peut-être;0\n";
    let (l, r) = small::<Document>("documents.csv", csv, |c| {
        for (field, column) in [
            ("code_insee", "commune"),
            ("typedoc", "doc"),
            ("datappro", "approuvé le"),
            ("cible_zan", "zan"),
            ("plancher", "1 ha"),
        ] {
            c.correspondance.insert(field.into(), column.into());
        }
    })
    .unwrap();
    assert_eq!(counts(&r), [3, 3, 0, 0]);
    assert_eq!(
        (l.rows[0].datappro, l.rows[0].cible_zan, l.rows[0].plancher),
        (Some(jour(2017, 10, 13)), Some(true), Some(false))
    );
    assert_eq!((l.rows[1].cible_zan, l.rows[1].plancher), (None, None));
    assert_eq!(
        (l.rows[2].typedoc, l.rows[2].datappro),
        (Some(TypeDocument::Cc), None)
    );
    only(&r, "valeur_illisible", 1);
    assert!(small::<Document>("x.csv", "a;b\n1;2\n", |_| {}).is_err());
}

#[test]
fn trajectoires_by_mapping() {
    let csv = "niveau;code;reduction;plancher_ha;mutualise;communes_deleguees;document;url\n        scot;FICTIF-01;−50 %;;;;SCoT;https://exemple.fr/scot\n        epci;243400017;48,5;;FICTIF-01;2;PLUi;ftp://x\n        commune;1004;;1;243400017;3;;\n        commune;1004;40;;;;;\n        commune;1004;45;;;;;\n        région;76;54;;;;;\n        epci;12;50;;;;;\n        scot;S2;140;;;;;\n";
    let (l, r) = small::<Trajectoire>("t.csv", csv, |_| {}).unwrap();
    assert_eq!(counts(&r), [8, 6, 1, 1]);
    let by = |id: &str| l.rows.iter().find(|t| t.id == id).unwrap();
    assert_eq!(by("scot-FICTIF-01").reduction, Some(50.0));
    assert_eq!(by("epci-243400017").mutualise.as_deref(), Some("FICTIF-01"));
    assert_eq!(by("epci-243400017").adresse, None);
    let c = by("commune-01004");
    assert_eq!(c.niveau, NiveauTrajectoire::Commune);
    assert_eq!(
        (c.reduction, c.plancher_m2, c.communes_deleguees),
        (Some(40.0), Some(10_000.0), Some(3))
    );
    assert_eq!(by("commune-01004-2").reduction, Some(45.0));
    assert_eq!(by("scot-S2").reduction, None);
    assert_eq!(by("region-76").reduction, Some(54.0));
    for (code, n) in [
        ("code_illisible", 1),
        ("reduction_impossible", 1),
        ("identifiant_en_double", 1),
    ] {
        only(&r, code, n);
    }

    let ratios = "niveau;code;reduction\nscot;a;0,5\nscot;b;0,55\n";
    let (l, r) = small::<Trajectoire>("t.csv", ratios, |_| {}).unwrap();
    assert_eq!(l.rows[0].reduction, Some(50.0));
    assert_eq!(r.repares["pourcentage_ramene_a_son_unite"], 2);
}

#[test]
fn perimetres_by_columns_or_by_mapping() {
    let features = [
        square(
            0,
            r#""code_qp":"QN034001","lib_qp":"Les Tilleuls","insee_com":"34172, 34001""#,
        ),
        square(
            1,
            r#""code_qp":"QN034002","lib_qp":null,"insee_com":"Béziers""#,
        ),
    ];
    let (l, r) = small::<Perimetre>("qpv.geojson", &collection(&features), |_| {}).unwrap();
    assert_eq!(counts(&r), [2, 2, 0, 0]);
    assert_eq!(
        (l.rows[0].id.as_str(), l.rows[0].genre.as_str()),
        ("QPV-QN034001", "QPV")
    );
    assert_eq!(l.rows[0].communes, ["34172", "34001"]);
    only(&r, "code_insee_illisible", 1);

    let features = [
        square(
            0,
            r#""TYPE":"zac","NOM_ZAC":"Ovalie","DATE_CREATION":"2001-03-28""#,
        ),
        square(1, r#""TYPE":"opah","NOM_ZAC":"Centre""#),
        square(2, r#""TYPE":"","NOM_ZAC":"?""#),
    ];
    let (l, r) = small::<Perimetre>("p.geojson", &collection(&features), |c| {
        c.correspondance.insert("genre".into(), "TYPE".into());
    })
    .unwrap();
    assert_eq!(counts(&r), [3, 2, 1, 0]);
    assert_eq!(
        (l.rows[0].genre.as_str(), l.rows[0].date),
        ("ZAC", Some(jour(2001, 3, 28)))
    );
    assert_eq!(l.rows[1].genre, "OPAH");
    only(&r, "genre_hors_liste", 1);
    only(&r, "genre_absent", 1);

    let err = small::<Perimetre>("p.geojson", &collection(&features), |_| {}).unwrap_err();
    assert!(err.to_string().contains("constantes"), "{err}");
}

#[test]
fn perimetres_of_the_rpg() {
    let Some((l, r)) = real::<Perimetre>("commune_complete_63148_ennezat/RPG_ENNEZAT.shp") else {
        return;
    };
    assert_eq!([r.lus, r.rejetes], [345, 0]);
    assert!(l.rows.iter().all(|p| p.genre == "RPG"));
    assert_eq!(l.rows[0].id, "RPG-063-4324832");
}

#[test]
fn occupation_du_sol() {
    let features = [
        square(
            0,
            r#""ID":"1","CODE_CS":"CS1.1.1.1","CODE_US":"US5","MILLESIME":2021,"ARTIF":"artif","CRIT_SEUIL":false"#,
        ),
        // Against the matrix: explained by the threshold, then not.
        square(
            1,
            r#""ID":"2","CODE_CS":"CS2.2.1","CODE_US":"US1.1","MILLESIME":2021,"ARTIF":"Artif","CRIT_SEUIL":true"#,
        ),
        square(
            2,
            r#""ID":"3","CODE_CS":"cs1.1.1.2","CODE_US":"US3","MILLESIME":"2021","ARTIF":"non artif","CRIT_SEUIL":"f""#,
        ),
        square(
            3,
            r#""ID":"4","CODE_CS":"CS9","CODE_US":"US5","ARTIF":"?","CRIT_SEUIL":null"#,
        ),
    ];
    let (l, r) =
        small::<Occupation>("ARTIF_34_2021.geojson", &collection(&features), |_| {}).unwrap();
    assert_eq!(counts(&r), [4, 4, 0, 0]);
    assert!(r.dialecte.contains("artificialisation"), "{}", r.dialecte);
    let artif: Vec<_> = l.rows.iter().map(|o| o.artif).collect();
    assert_eq!(artif, [Some(true), Some(true), Some(false), None]);
    assert_eq!(l.rows[2].code_cs.as_deref(), Some("CS1.1.1.2"));
    assert_eq!(l.rows[2].millesime, Some(2021));
    assert_eq!(
        (l.rows[3].artif_origine.as_deref(), l.rows[3].seuil),
        (None, None)
    );
    for code in [
        "artif_par_seuil",
        "artif_hors_matrice",
        "artif_inconnu",
        "hors_liste",
    ] {
        only(&r, code, 1);
    }

    let features = [
        square(0, r#""couverture":"CS2.2.1","usage":"US235""#),
        square(1, r#""couverture":"CS2.2.1","usage":"""#),
    ];
    let (l, r) =
        small::<Occupation>("occupation_sol.geojson", &collection(&features), |_| {}).unwrap();
    assert_eq!(l.rows[0].artif, Some(true));
    assert_eq!(l.rows[0].artif_origine.as_deref(), Some("matrice"));
    assert_eq!(l.rows[1].artif, None);
    only(&r, "artif_inconnu", 1);
}

#[test]
fn a_companion_of_a_shapefile_is_still_refused() {
    let Some(root) = donnees() else {
        return;
    };
    let path = root.join(format!("{PLU}INFO_PCT_20171013.dbf"));
    let err = try_read::<InformationPct>(&path, |_| {}).unwrap_err();
    assert!(err.to_string().contains(".shp"), "{err}");
}
