//! Real files of the reference data set: every count was found independently (ogrinfo, Python's json and csv).
//!
//! The folder is named by `GISEMENT_DONNEES`; without it the tests say so and pass.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "test helpers: a failure is the message"
)]

use gisement_ingest::{Ingest, SourceConfig, SourceFile, fingerprint, read};
use gisement_model::codes::{ClasseContrainte, EtatTerrain, StatutFriche, TypeZone, ZoneAbc};
use gisement_model::*;
use gisement_store::Layer;

use crate::harness::donnees;

fn load<T: Ingest>(
    path: &str,
    setup: impl FnOnce(&mut SourceConfig),
) -> Option<(Layer<T>, RapportFichier)> {
    let path = donnees()?.join(path);
    let mut config = SourceConfig::new(T::COUCHE, "x");
    setup(&mut config);
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let file = SourceFile {
        path,
        name,
        config: &config,
    };
    let fp = fingerprint(&file, Crs::Lambert93).unwrap();
    let (layer, report) =
        read::<T>(&file, &fp, Crs::Lambert93, &|_, _| {}).unwrap_or_else(|e| panic!("{e}"));
    assert!(report.is_balanced(), "{report:?}");
    assert_eq!(layer.rows.len(), layer.geoms.len());
    // Whatever was stored can be stored: the columns of the layer are those of its rows.
    layer.clone().into_table().unwrap();
    println!(
        "{:<55} lus {:>6} gardés {:>6} rejetés {:>4} fusionnés {:>5} réparés {:?}\n    {} | {} | {}\n    {:?}",
        file.name,
        report.lus,
        report.gardes,
        report.rejetes,
        report.fusionnes,
        report.repares,
        report.dialecte,
        report.crs,
        report.encodage,
        report
            .anomalies
            .iter()
            .map(|(k, a)| format!("{k} {}: {:?}", a.nombre, a.exemples.first()))
            .collect::<Vec<_>>()
    );
    Some((layer, report))
}

fn counts(r: &RapportFichier) -> [u64; 4] {
    [r.lus, r.gardes, r.rejetes, r.fusionnes]
}

/// Sum of the areas, against ogrinfo's `sum(st_area(geometry))`.
fn area<T: LayerRow>(l: &Layer<T>) -> f64 {
    l.geoms.iter().map(|g| g.area()).sum()
}

/// Shares of parcels whose measured area is within 10 % of the declared one.
fn close_to_contenance(l: &Layer<Parcelle>) -> f64 {
    let known: Vec<f64> = l
        .rows
        .iter()
        .zip(l.geoms.iter())
        .filter_map(|(p, g)| Some(g.area() / p.contenance_m2? as f64))
        .collect();
    known.iter().filter(|r| (0.9..1.1).contains(*r)).count() as f64 / known.len() as f64
}

#[test]
fn parcelles_etalab() {
    let Some((l, r)) = load::<Parcelle>("cadastre/etalab/cadastre-75118-parcelles.json", |_| {})
    else {
        return;
    };
    assert_eq!(counts(&r), [6821, 6821, 0, 0]);
    assert!(r.dialecte.starts_with("cadastre Etalab"));
    assert_eq!(l.rows[0].idu.as_str(), "75118000AA0002");
    assert_eq!(l.rows[0].contenance_m2, Some(23120));
    assert_eq!(l.rows[0].updated, Some(jiff::civil::date(2014, 11, 7)));
    assert!(close_to_contenance(&l) > 0.95);

    let (l, r) = load::<Parcelle>(
        "cadastre/etalab/cadastre-09-extrait3-parcelles.json",
        |_| {},
    )
    .unwrap();
    assert_eq!(counts(&r), [3, 3, 0, 0]);
    assert_eq!(
        l.rows.iter().filter(|p| p.contenance_m2.is_none()).count(),
        1
    );
    assert!(
        l.rows
            .iter()
            .any(|p| p.idu.prefixe() == "028" && p.arpente == Some(true))
    );

    let (l, r) = load::<Parcelle>(
        "cadastre/etalab/cadastre-38001-extrait-parcelles.json",
        |_| {},
    )
    .unwrap();
    assert_eq!(r.lus, 3);
    assert_eq!(r.repares.get("auto_intersection"), Some(&1), "{r:?}");
    assert!(close_to_contenance(&l) > 0.99);

    let (_, r) = load::<Parcelle>(
        "cadastre/etalab_derived_from_edigeo/cadastre-13029-parcelles.json",
        |_| {},
    )
    .unwrap();
    assert_eq!(counts(&r), [389, 389, 0, 0]);
    let (l, r) = load::<Parcelle>(
        "cadastre/etalab_qgis_reexport_27412/parcelles.geojson",
        |_| {},
    )
    .unwrap();
    assert_eq!(counts(&r), [1990, 1990, 0, 0]);
    assert_eq!(l.rows[0].idu.as_str(), "274120000A1225");
}

#[test]
fn parcelles_api_carto() {
    for (file, n) in [
        ("parcelle-ec5c6a-POST.json", 1),
        ("parcelle-7868d5-POST.json", 0),
    ] {
        let Some((_, r)) = load::<Parcelle>(&format!("cadastre/apicarto/{file}"), |_| {}) else {
            return;
        };
        assert_eq!(counts(&r), [n, n, 0, 0]);
    }
}

#[test]
fn parcelles_pci_ign() {
    let Some((l, r)) =
        load::<Parcelle>("commune_complete_63148_ennezat/PARCELLE_region.shp", |c| {
            c.constantes.insert("departement".into(), "63".into());
        })
    else {
        return;
    };
    assert_eq!(counts(&r), [2243, 2243, 0, 0]);
    assert!((area(&l) - 17_627_130.6).abs() < 0.1);
    assert_eq!(l.rows[0].idu.as_str(), "63148000AA0099");
    assert_eq!(l.rows[0].contenance_m2, Some(318));
    assert!(close_to_contenance(&l) > 0.95);

    let (l, r) = load::<Parcelle>(
        "commune_complete_63148_ennezat/BD_parcelle_2016_Ennezat.shp",
        |_| {},
    )
    .unwrap();
    assert_eq!(counts(&r), [2207, 2207, 0, 0]);
    assert!((area(&l) - 17_636_087.2).abs() < 0.1);
    assert_eq!(l.rows[0].idu.as_str(), "63148000ZL0148");
}

#[test]
fn sans_departement_the_report_says_what_to_add() {
    let Some((l, r)) =
        load::<Parcelle>("commune_complete_63148_ennezat/PARCELLE_region.shp", |_| {})
    else {
        return;
    };
    assert!(l.is_empty());
    assert_eq!(r.rejetes, 2243);
    assert!(
        r.anomalies["idu_illisible"].exemples[0]
            .champ
            .as_ref()
            .unwrap()
            .contains("departement")
    );
}

#[cfg(feature = "gdal")]
#[test]
fn geopackages() {
    let Some((l, r)) = load::<Parcelle>("cadastre/parcellaire_ign/parcel.gpkg", |_| {}) else {
        return;
    };
    assert_eq!(counts(&r), [851, 851, 0, 0]);
    assert_eq!(l.rows[0].idu.as_str(), "25267000ZA0025");
    let (_, r) = load::<Batiment>("cadastre/parcellaire_ign/building.gpkg", |_| {}).unwrap();
    assert_eq!(counts(&r), [325, 325, 0, 0]);
    let (_, r) = load::<Zone>("cadastre/parcellaire_ign/zoning.gpkg", |_| {}).unwrap();
    // Feature 20 has no geometry.
    assert_eq!(counts(&r), [26, 25, 1, 0]);
    let (l, r) = load::<Batiment>("bdtopo/bdtopo_for_test.gpkg", |_| {}).unwrap();
    assert_eq!(r.lus, 6);
    assert!(l.rows.iter().any(|b| b.leger == Some(false)));
    let (_, r) = load::<Zae>("zae/cnig_sites_economiques.gpkg", |_| {}).unwrap();
    assert_eq!(counts(&r), [0; 4]);
    assert!(r.dialecte.contains("site_eco") || r.dialecte.contains("sans entité"));
    // The PPRT holds five tables: the one with building rules is chosen.
    let (l, r) = load::<Contrainte>("plu/pprt_69dreal20090005.gpkg", |_| {}).unwrap();
    assert_eq!(counts(&r), [25, 25, 0, 0]);
    let of = |c| l.rows.iter().filter(|r| r.classe == c).count();
    assert_eq!(
        (
            of(ClasseContrainte::Prescription),
            of(ClasseContrainte::Interdiction)
        ),
        (17, 8)
    );
    // The land table uses the same codes for expropriation: no class.
    let (l, _) = load::<Contrainte>("plu/pprt_69dreal20090005.gpkg", |c| {
        c.table = Some("pprt_69dreal20090005_zonereglementairefoncier_s".into());
    })
    .unwrap();
    assert!(
        l.len() == 10
            && l.rows
                .iter()
                .all(|c| c.classe == ClasseContrainte::Inconnue)
    );
    // A carte communale in MapInfo.
    let (l, r) = load::<Zone>(
        "plu/19182_CC_20150517/Donnees_geographiques/19182_SECTEUR_CC_20150517.TAB",
        |_| {},
    )
    .unwrap();
    assert_eq!(r.lus, 19);
    assert!(l.rows.iter().any(
        |z| z.secteur_cc.as_deref() == Some("01") && z.code_insee.unwrap().as_str() == "19182"
    ));
}

#[test]
fn batiments() {
    let Some((l, r)) = load::<Batiment>("commune_complete_63148_ennezat/BATI_region.shp", |_| {})
    else {
        return;
    };
    // Two buildings are there twice.
    assert_eq!(counts(&r), [2301, 2299, 0, 2]);
    assert!(
        l.rows.iter().any(|b| b.leger == Some(true))
            && l.rows.iter().any(|b| b.leger == Some(false))
    );
    let (l, r) = load::<Batiment>(
        "commune_complete_63148_ennezat/BD_parcellaire_bati_2016_Ennezat.shp",
        |_| {},
    )
    .unwrap();
    assert_eq!(counts(&r), [2269, 2267, 0, 2]);
    assert!(l.rows.iter().all(|b| b.leger.is_some()));
    let (l, _) = load::<Batiment>(
        "cadastre/etalab_derived_from_edigeo/cadastre-13029-batiments.json",
        |_| {},
    )
    .unwrap();
    assert_eq!(l.rows[0].code_insee.unwrap().as_str(), "13029");
    let (_, r) = load::<Batiment>(
        "cadastre/etalab_qgis_reexport_27412/batiments.geojson",
        |_| {},
    )
    .unwrap();
    assert_eq!(counts(&r), [1597, 1597, 0, 0]);
    let (l, r) = load::<Batiment>("bdtopo/sample_bdtopo.shp", |_| {}).unwrap();
    assert_eq!(r.lus, 5);
    assert_eq!(l.rows[0].hauteur_m, Some(6.4));
}

#[test]
fn territoires() {
    let Some((l, r)) = load::<Commune>("territoires/communes-30-gard.geojson", |_| {}) else {
        return;
    };
    assert_eq!(counts(&r), [353, 353, 0, 0]);
    assert!(l.rows.iter().any(|c| c.nom == "Mus"));
    let (l, _) = load::<Commune>("commune_complete_63148_ennezat/COMMUNE_region.shp", |c| {
        c.constantes.insert("departement".into(), "63".into());
    })
    .unwrap();
    assert_eq!(
        (l.rows[0].code_insee.as_str(), l.rows[0].nom.as_str()),
        ("63148", "ENNEZAT")
    );
    let (l, _) = load::<Commune>("cadastre/etalab_raw_pci/pci-72181-commune.json.gz", |c| {
        c.constantes.insert("departement".into(), "72".into());
    })
    .unwrap();
    assert_eq!(l.rows[0].code_insee.as_str(), "72181");
    let (l, r) = load::<Epci>("territoires/epci_occitanie.json", |_| {}).unwrap();
    assert_eq!(counts(&r), [164, 164, 0, 0]);
    assert!(
        l.rows
            .iter()
            .any(|e| e.siren == "200006930" && e.communes.contains(&"48080".to_owned()))
    );
    let (l, r) = load::<Epci>("territoires/insee_composition_communale_EPCI.csv", |_| {}).unwrap();
    // 1 255 EPCI; four island communes belong to none.
    assert_eq!((r.lus, l.len()), (34955, 1255));
    assert_eq!(r.anomalies["sans_epci"].nombre, 4);
}

#[test]
fn zonage() {
    let Some((l, r)) = load::<Zone>(
        "plu/30014_PLU_20171013/Donnees_geographiques/30014_ZONE_URBA_20171013.shp",
        |_| {},
    ) else {
        return;
    };
    assert_eq!(counts(&r), [90, 90, 0, 0]);
    assert!(
        l.rows
            .iter()
            .all(|z| z.typezone.is_some() && z.code_insee.unwrap().as_str() == "30014")
    );
    assert_eq!(
        l.rows[0].libelong.as_deref(),
        Some("Zone urbaine soumise à des prescriptions architecturales particulières")
    );
    assert_eq!(l.rows[0].datappro, Some(jiff::civil::date(2017, 10, 13)));
    assert!((area(&l) - 13_692_405.2).abs() < 0.1);
    for f in ["ZONE U PLUi_ENNEZAT.shp", "PLU_Zone_U.geojson"] {
        let (l, r) = load::<Zone>(&format!("commune_complete_63148_ennezat/{f}"), |_| {}).unwrap();
        assert_eq!(counts(&r), [16, 16, 0, 0]);
        assert!(l.rows.iter().all(|z| z.typezone == Some(TypeZone::U)));
    }
    let (l, r) = load::<Prescription>(
        "plu/30014_PLU_20171013/Donnees_geographiques/30014_PRESCRIPTION_SURF_20171013.shp",
        |_| {},
    )
    .unwrap();
    assert_eq!(counts(&r), [77, 77, 0, 0]);
    assert!((area(&l) - 2_308_182.8).abs() < 0.1);
    assert!(
        l.rows
            .iter()
            .any(|p| p.typepsc == "16" && p.stypepsc.as_deref() == Some("03"))
    );
    // Lines are no surfaces: refused and counted.
    let (l, r) = load::<Prescription>(
        "plu/30014_PLU_20171013/Donnees_geographiques/30014_PRESCRIPTION_LIN_20171013.shp",
        |_| {},
    )
    .unwrap();
    assert!(l.is_empty() && r.rejetes == 15);
}

#[test]
fn friches() {
    let Some((l, r)) = load::<Friche>("friches/cartofriches_friches_standard_test.csv", |_| {})
    else {
        return;
    };
    assert_eq!(counts(&r), [2594, 2594, 0, 0]);
    assert_eq!(r.anomalies["refcad_tableur"].nombre, 33);
    let f = l.rows.iter().find(|f| f.site_id == "75056_21545").unwrap();
    assert_eq!(f.refcad, ["75118000BY0002", "75118000BY0003"]);
    assert!(l.rows.iter().any(|f| f.refcad.len() > 500));
    let (l, r) =
        load::<Friche>("friches/cartofriches_occitanie_points_2024.geojson", |_| {}).unwrap();
    assert_eq!(counts(&r), [2851, 2851, 0, 0]);
    assert_eq!(
        l.rows
            .iter()
            .filter(|f| f.site_statut == Some(StatutFriche::SansProjet))
            .count(),
        588
    );
    assert_eq!(l.rows[0].refcad, ["31555841AH0133"]);
    let (l, r) = load::<Friche>("friches/ardennes_obs_friches.geojson", |_| {}).unwrap();
    assert_eq!(counts(&r), [164, 164, 0, 0]);
    assert_eq!(r.repares.get("auto_intersection"), Some(&1), "{r:?}");
    assert!(
        l.rows
            .iter()
            .any(|f| f.site_nom.as_deref() == Some("Point P et Docks de l’Oise"))
    );
    let (_, r) = load::<Friche>("friches/ardennes_obs_friches_data.csv", |_| {}).unwrap();
    assert_eq!(r.lus, 164);
    // The official example swaps latitude and longitude.
    let (l, r) = load::<Friche>("friches/cnig_friches_fichier-valide.csv", |_| {}).unwrap();
    assert_eq!(r.lus, 1);
    assert!(l.geoms.get(0).point().is_some(), "{r:?}");
}

#[test]
fn friches_carry_no_natural_person() {
    for f in [
        "friches/cartofriches_friches_standard_test.csv",
        "friches/ardennes_obs_friches_data.csv",
        "friches/cnig_friches_fichier-valide.csv",
    ] {
        let Some((l, r)) = load::<Friche>(f, |_| {}) else {
            return;
        };
        let all = serde_json::to_string(&(&l.rows, &r)).unwrap();
        for forbidden in ["_X_", "fondfriche@ecologie.gouv.fr", "personne physique"] {
            assert!(!all.contains(forbidden), "{forbidden} in {f}");
        }
    }
}

#[test]
fn zae() {
    let Some((_, r)) = load::<Zae>("zae/nantes_metropole_zae_auran.geojson", |_| {}) else {
        return;
    };
    assert_eq!(counts(&r), [191, 191, 0, 0]);
    let (l, r) = load::<Zae>("zae/cnig_site-eco.exemple-valide.csv", |_| {}).unwrap();
    assert_eq!(r.lus, 1);
    assert_eq!(l.rows[0].surface_brute_m2.map(f64::round), Some(372_000.0));
    let (l, r) = load::<Terrain>("zae/cnig_terrain-eco.exemple-valide.csv", |_| {}).unwrap();
    assert_eq!(counts(&r), [1, 1, 0, 0]);
    assert_eq!(l.rows[0].etat, Some(EtatTerrain::Occupe));
    assert_eq!(l.rows[0].refcad.len(), 3);
    assert_eq!(l.rows[0].surface_brute_m2, Some(99_000.0));
}

#[test]
fn contraintes() {
    let Some((l, r)) = load::<Contrainte>(
        "commune_complete_63148_ennezat/CONTRAINTES_PPRN.shp",
        |_| {},
    ) else {
        return;
    };
    assert_eq!(counts(&r), [1, 1, 0, 0]);
    let c = &l.rows[0];
    assert_eq!(
        (c.classe, c.categorie.as_str()),
        (ClasseContrainte::Inconnue, "PPRN")
    );
    assert_eq!(c.date_approbation, Some(jiff::civil::date(2016, 7, 18)));
    // « montée » was encoded three times over.
    assert!(r.anomalies.contains_key("texte_abime"), "{r:?}");
    let (l, _) = load::<Contrainte>("commune_complete_63148_ennezat/SEVESO_FORT.shp", |c| {
        c.constantes.insert("categorie".into(), "SEVESO".into());
        c.correspondance.insert("classe".into(), "SEVESO".into());
        c.valeurs.insert(
            "classe".into(),
            [(
                "FORT - Interdiction construction".to_owned(),
                "interdiction".to_owned(),
            )]
            .into(),
        );
    })
    .unwrap();
    assert_eq!(
        (l.rows[0].classe, l.rows[0].categorie.as_str()),
        (ClasseContrainte::Interdiction, "SEVESO")
    );
}

#[test]
fn enaf() {
    let Some((l, r)) = load::<Enaf>(
        "enaf/cerema_conso_layout_derived_metropole_lyon.csv",
        |_| {},
    ) else {
        return;
    };
    assert_eq!(counts(&r), [58, 58, 0, 0]);
    assert_eq!(l.len(), 58 * 15);
    let albigny: f64 = l
        .rows
        .iter()
        .filter(|e| e.code_insee.as_str() == "69003")
        .map(|e| e.total_m2)
        .sum();
    assert_eq!(albigny, 101_950.0);
    let residues = l
        .rows
        .iter()
        .flat_map(|e| [e.total_m2, e.inconnu_m2.unwrap_or(0.0)])
        .filter(|v| *v < 0.0)
        .count();
    assert_eq!(residues, 20);
}

#[test]
fn logement() {
    let Some((l, r)) = load::<Logement>("logement/zonage-abc-juillet-2024.csv", |_| {}) else {
        return;
    };
    assert_eq!(counts(&r), [34935, 34935, 0, 0]);
    let of = |z| l.rows.iter().filter(|r| r.zone_abc == Some(z)).count();
    assert_eq!(
        [
            of(ZoneAbc::Abis),
            of(ZoneAbc::A),
            of(ZoneAbc::B1),
            of(ZoneAbc::B2),
            of(ZoneAbc::C)
        ],
        [124, 816, 2216, 3156, 28623]
    );
    let (l, r) =
        load::<Logement>("territoires/cerema_tauxvacance_communes_2021.csv", |_| {}).unwrap();
    assert_eq!(counts(&r), [16209, 16209, 0, 0]);
    assert!(r.encodage.contains("1252"));
    let v = l
        .rows
        .iter()
        .find(|r| r.code_insee.as_str() == "01004")
        .unwrap()
        .vacance
        .unwrap();
    assert!((v - 0.031).abs() < 1e-9);
}

#[test]
fn activite() {
    let Some((_, r)) = load::<Activite>(
        "commune_complete_63148_ennezat/BD_TOPO_ENNEZAT_surfaceactivite_2015_01_limagneennezat_2154.shp",
        |_| {},
    ) else {
        return;
    };
    assert_eq!(counts(&r), [14, 14, 0, 0]);
}
