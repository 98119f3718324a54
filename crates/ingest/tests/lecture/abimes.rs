//! Damaged, hostile and odd files: what is lost is counted, what is not lost is kept, nothing panics.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "test helpers: a failure is the message"
)]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use gisement_ingest::{Error, Ingest, SourceConfig, SourceFile, fingerprint, read};
use gisement_model::codes::KindEquipement;
use gisement_model::*;
use gisement_store::Layer;

struct Banc {
    dir: tempfile::TempDir,
}

impl Banc {
    fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let p = self.dir.path().join(name);
        std::fs::write(&p, bytes).unwrap();
        p
    }

    fn gz(&self, name: &str, bytes: &[u8], keep: Option<usize>) -> PathBuf {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(bytes).unwrap();
        let mut out = gz.finish().unwrap();
        out.truncate(keep.unwrap_or(out.len()));
        self.file(name, out)
    }
}

fn try_read<T: Ingest>(
    path: &Path,
    setup: impl FnOnce(&mut SourceConfig),
) -> Result<(Layer<T>, RapportFichier), Error> {
    let mut config = SourceConfig::new(T::COUCHE, "x");
    setup(&mut config);
    let file = SourceFile {
        path: path.into(),
        name: "essai".into(),
        config: &config,
    };
    let fp = fingerprint(&file, Crs::Lambert93)?;
    let (l, r) = read::<T>(&file, &fp, Crs::Lambert93, &|_, _| {})?;
    assert!(r.is_balanced(), "{r:?}");
    assert_eq!(l.rows.len(), l.geoms.len());
    Ok((l, r))
}

fn ok<T: Ingest>(path: &Path) -> (Layer<T>, RapportFichier) {
    try_read(path, |_| {}).unwrap_or_else(|e| panic!("{e}"))
}

fn message<T: Ingest>(path: &Path, setup: impl FnOnce(&mut SourceConfig)) -> String {
    try_read::<T>(path, setup)
        .map(|(_, r)| r)
        .unwrap_err()
        .to_string()
}

/// A square parcel of about 100 m² near Montpellier.
fn parcel(numero: u32, geometry: Option<&str>) -> String {
    let (x, y) = (3.87 + f64::from(numero) * 0.0002, 43.61);
    let (x1, y1) = (x + 0.0001, y + 0.0001);
    let ring = format!("[[[{x},{y}],[{x1},{y}],[{x1},{y1}],[{x},{y1}],[{x},{y}]]]");
    let geometry = geometry.map_or_else(
        || format!(r#"{{"type":"Polygon","coordinates":{ring}}}"#),
        str::to_owned,
    );
    format!(
        r#"{{"type":"Feature","id":"340010000A{numero:04}","geometry":{geometry},"properties":{{"id":"340010000A{numero:04}","commune":"34001","prefixe":"000","section":"A","numero":"{numero}","contenance":90,"arpente":false,"created":"2010-01-01","updated":"2020-01-01"}}}}"#
    )
}

fn collection(features: &[String]) -> String {
    format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}\n",
        features.join(",\n")
    )
}

#[test]
fn a_missing_file_is_named() {
    let e = try_read::<Parcelle>(Path::new("/nulle/part.json"), |_| {})
        .map(|(_, r)| r)
        .unwrap_err();
    assert!(e.to_string().contains("/nulle/part.json"));
}

#[test]
fn one_corrupt_feature_loses_only_itself() {
    let b = Banc::new();
    let mut features: Vec<String> = (1..=50).map(|n| parcel(n, None)).collect();
    features[10] = features[10].replace("},\"properties\"", ",\"properties\"");
    features[20] = features[20].replace("\"numero\":\"21\"", "\"numero\":\"21");
    features[30] = features[30].replace("\"coordinates\":[[[", "\"coordinates\":[[[abc,");
    let (l, r) = ok::<Parcelle>(&b.file("p.json", collection(&features)));
    assert_eq!([r.lus, r.gardes, r.rejetes], [50, 47, 3], "{r:?}");
    assert_eq!(
        r.anomalies["entite_illisible"]
            .exemples
            .iter()
            .filter_map(|e| e.ligne)
            .collect::<Vec<_>>(),
        [11, 21, 31]
    );
    assert_eq!(l.len(), 47);
}

#[test]
fn a_truncated_file_keeps_what_came_before() {
    let b = Banc::new();
    let features: Vec<String> = (1..=2000).map(|n| parcel(n, None)).collect();
    let json = collection(&features);
    for path in [
        b.file("p.json", &json.as_bytes()[..json.len() / 2]),
        b.gz("p.json.gz", json.as_bytes(), Some(20_000)),
    ] {
        let (l, r) = ok::<Parcelle>(&path);
        assert!(r.anomalies.contains_key("fichier_tronque"), "{r:?}");
        assert!(l.len() > 500 && l.len() < 2000, "{}", l.len());
        assert!(r.rejetes <= 1);
    }
    let (l, r) = ok::<Parcelle>(&b.gz("entier.json.gz", json.as_bytes(), None));
    assert_eq!(l.len(), 2000);
    assert!(r.anomalies.is_empty(), "{r:?}");
}

#[test]
fn a_compression_bomb_is_refused() {
    let b = Banc::new();
    let mut bomb = b"{\"type\":\"FeatureCollection\",\"features\":[".to_vec();
    bomb.resize(64 << 20, b' ');
    let path = b.gz("bombe.json.gz", &bomb, None);
    // Refused with its reason, or read as a stream that holds nothing and is reported as not closed.
    match try_read::<Parcelle>(&path, |_| {}) {
        Err(e) => assert!(e.to_string().contains("compression"), "{e}"),
        Ok((layer, report)) => {
            assert!(layer.is_empty() && report.anomalies.contains_key("fichier_tronque"));
        }
    }
    let mut bomb = b"id_scot;nom_scot;commune\n".to_vec();
    bomb.resize(64 << 20, b'\n');
    match try_read::<Scot>(&b.gz("bombe.csv.gz", &bomb, None), |_| {}) {
        Err(e) => assert!(e.to_string().contains("compression"), "{e}"),
        Ok((layer, _)) => assert!(layer.is_empty()),
    }
}

#[test]
fn geometries_are_repaired_or_refused() {
    let b = Banc::new();
    let bow = r#"{"type":"Polygon","coordinates":[[[3.87,43.61],[3.8701,43.6101],[3.8701,43.61],[3.87,43.6101],[3.87,43.61]]]}"#;
    let open = r#"{"type":"MultiPolygon","coordinates":[[[[3.871,43.61,12],[3.8711,43.61,12],[3.8711,43.6101,12]]]]}"#;
    let collection_type = r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[3.87,43.61]},{"type":"Polygon","coordinates":[[[3.872,43.61],[3.8721,43.61],[3.8721,43.6101],[3.872,43.61]]]}]}"#;
    let far = r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}"#;
    let huge = r#"{"type":"Polygon","coordinates":[[[1e308,0],[1,0],[1,1],[1e308,0]]]}"#;
    let flat = r#"{"type":"Polygon","coordinates":[[[3.87,43.61],[3.88,43.61],[3.87,43.61]]]}"#;
    let point = r#"{"type":"Point","coordinates":[3.87,43.61]}"#;
    let features: Vec<String> = [
        Some(bow),
        Some(open),
        Some(collection_type),
        Some("null"),
        Some(far),
        Some(huge),
        Some(flat),
        Some(point),
        None,
        None,
        None,
        None,
        None,
    ]
    .iter()
    .enumerate()
    .map(|(i, g)| parcel(i as u32 + 1, *g))
    .collect();
    let (l, r) = ok::<Parcelle>(&b.file("p.json", collection(&features)));
    assert_eq!([r.lus, r.gardes, r.rejetes], [13, 8, 5], "{r:?}");
    for (kind, n) in [
        ("auto_intersection", 1),
        ("anneau_referme", 1),
        ("collection_reduite_aux_polygones", 1),
    ] {
        assert_eq!(r.repares.get(kind), Some(&n), "{kind}: {r:?}");
    }
    for (code, n) in [
        ("geometrie_absente", 1),
        ("hors_emprise", 2),
        ("geometrie_degeneree", 1),
        ("geometrie_inadaptee", 1),
    ] {
        assert_eq!(
            r.anomalies.get(code).map(|a| a.nombre),
            Some(n),
            "{code}: {r:?}"
        );
    }
    assert_eq!(l.geoms.get(0).polygons().len(), 2);
}

#[test]
fn reference_systems_are_found_out() {
    let b = Banc::new();
    let (x, y) = Crs::Lambert93.from_lonlat(3.87, 43.61);
    let ring = |x: f64, y: f64| {
        format!(
            r#"{{"type":"Polygon","coordinates":[[[{x},{y}],[{},{y}],[{},{}],[{x},{y}]]]}}"#,
            x + 10.0,
            x + 10.0,
            y + 10.0
        )
    };
    // Lambert-93 numbers in a GeoJSON that does not say so.
    let (l, r) = ok::<Parcelle>(&b.file("l93.json", collection(&[parcel(1, Some(&ring(x, y)))])));
    assert!((l.geoms.get(0).area() - 50.0).abs() < 1e-6);
    assert!(
        r.anomalies.contains_key("crs_contredit") && r.crs.contains("EPSG:2154"),
        "{r:?}"
    );
    assert_eq!(r.source.crs_source, Some(Crs::Lambert93));
    // Latitude first.
    let swapped = r#"{"type":"Polygon","coordinates":[[[43.61,3.87],[43.61,3.8701],[43.6101,3.8701],[43.61,3.87]]]}"#;
    let (l, r) = ok::<Parcelle>(&b.file("ij.json", collection(&[parcel(1, Some(swapped))])));
    assert_eq!(l.len(), 1);
    assert!(r.crs.contains("permutés"), "{}", r.crs);
    // Conic zone 44, declared after the features.
    let (x, y) = Crs::ConiqueConforme(44).from_lonlat(3.87, 43.61);
    let json = collection(&[parcel(1, Some(&ring(x, y)))]);
    let json = format!(
        "{},\"crs\":{{\"type\":\"name\",\"properties\":{{\"name\":\"urn:ogc:def:crs:EPSG::3944\"}}}}}}",
        json.trim_end().strip_suffix('}').unwrap()
    );
    let (l, r) = ok::<Parcelle>(&b.file("cc44.json", json));
    assert_eq!(
        (l.len(), r.source.crs_source),
        (1, Some(Crs::ConiqueConforme(44)))
    );
    let c = l.geoms.get(0).coords()[0];
    let (lon, lat) = Crs::Lambert93.to_lonlat(c.x, c.y);
    assert!((lon - 3.87).abs() < 1e-9 && (lat - 43.61).abs() < 1e-9);
    // Lambert II étendu, not declared at all.
    let (x, y) = Crs::LambertNtf(27572).from_lonlat(3.87, 43.61);
    let (l, r) = ok::<Parcelle>(&b.file("l2e.json", collection(&[parcel(1, Some(&ring(x, y)))])));
    assert_eq!(r.source.crs_source, Some(Crs::LambertNtf(27572)));
    let c = l.geoms.get(0).coords()[0];
    let (lon, lat) = Crs::Lambert93.to_lonlat(c.x, c.y);
    assert!((lon - 3.87).abs() < 1e-6 && (lat - 43.61).abs() < 1e-6);
    // A configured system that is none.
    assert!(
        message::<Parcelle>(&b.file("p.json", collection(&[parcel(1, None)])), |c| c
            .crs =
            Some("EPSG:32631".into()))
        .contains("32631")
    );
}

#[test]
fn empty_collections_are_empty_layers() {
    let b = Banc::new();
    let (l, r) = ok::<Parcelle>(&b.file(
        "vide.json",
        r#"{"type":"FeatureCollection","features":[],"totalFeatures":0,"crs":null}"#,
    ));
    assert!(l.is_empty() && r.lus == 0 && l.is_loaded());
    assert!(matches!(
        try_read::<Parcelle>(&b.file("rien.json", ""), |_| {}),
        Err(Error::Format { .. })
    ));
}

#[test]
fn duplicates_keep_the_newest() {
    let b = Banc::new();
    let old = parcel(1, None);
    let new = parcel(1, None)
        .replace("2020-01-01", "2024-01-01")
        .replace("\"contenance\":90", "\"contenance\":91");
    let (l, r) = ok::<Parcelle>(&b.file("p.json", collection(&[old.clone(), new, old])));
    assert_eq!([r.lus, r.gardes, r.fusionnes], [3, 1, 2]);
    assert_eq!(l.rows[0].contenance_m2, Some(91));
}

#[test]
fn configuration_errors_name_the_nearest() {
    let b = Banc::new();
    let path = b.file("z.csv", "ID_ZONE;NOM_ZAE;geom\n1;x;POLYGON((700000 6600000,700010 6600000,700010 6600010,700000 6600000))\n");
    let m = message::<Zae>(&path, |c| {
        c.correspondance.insert("site_nom".into(), "NOM_ZAC".into());
    });
    assert!(m.contains("NOM_ZAC") && m.contains("« NOM_ZAE »"), "{m}");
    let m = message::<Zae>(&path, |c| {
        c.correspondance
            .insert("site_nomm".into(), "NOM_ZAE".into());
    });
    assert!(m.contains("« site_nom »"), "{m}");
    let m = message::<Zae>(&path, |c| {
        c.valeurs.insert(
            "site_type".into(),
            [("a".to_owned(), "b".to_owned())].into(),
        );
    });
    assert!(m.contains("site_type"), "{m}");
    assert!(matches!(
        try_read::<Zae>(&path, |c| c.couche = Couche::Terrains),
        Err(Error::WrongLayer { .. })
    ));
    let (l, _) = try_read::<Zae>(&path, |c| {
        c.correspondance.insert("site_nom".into(), "nom_zae".into());
        c.correspondance.insert("site_id".into(), "ID_ZONE".into());
        c.constantes
            .insert("site_type".into(), "zone d'activité économique".into());
    })
    .unwrap();
    assert_eq!(
        (l.rows[0].site_id.as_str(), l.rows[0].site_nom.as_deref()),
        ("1", Some("x"))
    );
    assert_eq!(l.rows[0].site_type, Some(codes::TypeSite::Zae));
    assert!((l.geoms.get(0).area() - 50.0).abs() < 1e-9);
}

#[test]
fn tables_by_mapping() {
    let b = Banc::new();
    let bpe = "IDEQUIP,TYPEQU,NOM,LAMBERT_X,LAMBERT_Y\n1,C104,École,770795.5,6279476.1\n2,A101,Police,770795.5,6279476.1\n3,D307,Pharmacie,,\n";
    let (l, r) = try_read::<Equipement>(&b.file("bpe.csv", bpe), |c| {
        c.valeurs.insert(
            "kind".into(),
            [("C104", "ecole"), ("D307", "sante")]
                .map(|(a, b)| (a.to_owned(), b.to_owned()))
                .into(),
        );
    })
    .unwrap();
    assert_eq!(
        [r.lus, r.gardes, r.rejetes, r.fusionnes],
        [3, 1, 1, 1],
        "{r:?}"
    );
    assert_eq!(l.rows[0].kind, KindEquipement::Ecole);
    let gtfs = "stop_id,stop_name,stop_lat,stop_lon,location_type\nA,\"Gare, quai 1\",43.61,3.87,0\nB,Entrée,43.61,3.87,2\n";
    let (l, r) = ok::<Equipement>(&b.file("stops.txt", gtfs));
    assert_eq!([r.lus, r.gardes, r.fusionnes], [2, 1, 1]);
    assert_eq!(
        (l.rows[0].kind, l.rows[0].nom.as_deref()),
        (KindEquipement::Transport, Some("Gare, quai 1"))
    );
    let scots =
        "id_scot;nom_scot;commune\nS1;Alpha;34001\nS1;Alpha;34002\nS2;Bêta;30001\n;;30002\n";
    let (l, r) = ok::<Scot>(&b.file("scot.csv", scots));
    assert_eq!([r.lus, r.gardes, r.fusionnes], [4, 2, 2]);
    assert_eq!(l.rows[0].communes, ["34001", "34002"]);
    let sru = "Code INSEE;Commune;Taux LLS 2023;Situation de la commune 2023;Commune carencée\n1004;A;4,55%;Soumise prélevée;oui\n01007;B;NC;Nous soumise sous seuil pop;0\n";
    let latin: Vec<u8> = sru.chars().map(|c| c as u8).collect();
    let (l, r) = ok::<Logement>(&b.file("sru.csv", latin));
    assert!(r.encodage.contains("1252"));
    assert_eq!(
        (
            l.rows[0].code_insee.as_str(),
            l.rows[0].sru_taux,
            l.rows[0].sru_soumise,
            l.rows[0].carence
        ),
        ("01004", Some(4.55), Some(true), Some(true))
    );
    assert_eq!(
        (l.rows[1].sru_taux, l.rows[1].sru_soumise, l.rows[1].carence),
        (None, Some(false), Some(false))
    );
    let (_, r) = try_read::<Scot>(&b.file("scot2.csv", scots), |c| {
        c.filtre.insert("ID_SCOT".into(), vec!["s2".into()]);
    })
    .unwrap();
    assert_eq!([r.lus, r.gardes, r.fusionnes], [4, 1, 3]);
}

/// A shapefile of one Lambert-93 square, with a CP1252 label.
fn shapefile(b: &Banc) -> PathBuf {
    use shapefile::dbase::{FieldValue, Record, TableWriterBuilder, encoding::EncodingRs};
    use shapefile::{Point, Polygon, PolygonRing};
    let path = b.dir.path().join("zone.shp");
    let table = TableWriterBuilder::with_encoding(EncodingRs::from(encoding_rs::WINDOWS_1252))
        .add_character_field("LIBELONG".try_into().unwrap(), 50)
        .add_character_field("TYPEZONE".try_into().unwrap(), 3);
    let mut w = shapefile::Writer::from_path(&path, table).unwrap();
    let at = |x: f64, y: f64| Point::new(770_000.0 + x, 6_279_000.0 + y);
    let polygon = Polygon::with_rings(vec![
        PolygonRing::Outer(vec![
            at(0., 0.),
            at(0., 100.),
            at(100., 100.),
            at(100., 0.),
            at(0., 0.),
        ]),
        PolygonRing::Inner(vec![
            at(10., 10.),
            at(20., 10.),
            at(20., 20.),
            at(10., 20.),
            at(10., 10.),
        ]),
    ]);
    let mut record = Record::default();
    record.insert(
        "LIBELONG".into(),
        FieldValue::Character(Some("Zone à vocation d’habitat".into())),
    );
    record.insert("TYPEZONE".into(), FieldValue::Character(Some("AUc".into())));
    w.write_shape_and_record(&polygon, &record).unwrap();
    drop(w);
    path
}

#[test]
fn shapefiles_without_their_companions() {
    let b = Banc::new();
    let path = shapefile(&b);
    std::fs::remove_file(path.with_extension("shx")).unwrap();
    let (l, r) = ok::<Zone>(&path);
    assert_eq!(
        l.rows[0].libelong.as_deref(),
        Some("Zone à vocation d’habitat")
    );
    assert!(r.encodage.contains("1252"), "{}", r.encodage);
    assert!(
        r.crs.contains("sans .prj") && r.source.crs_source == Some(Crs::Lambert93),
        "{}",
        r.crs
    );
    assert!((l.geoms.get(0).area() - 9_900.0).abs() < 1e-9);
    // A .shp cut in the middle of its only record.
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() - 40]).unwrap();
    let (l, r) = ok::<Zone>(&path);
    assert!(
        l.is_empty() && r.rejetes == 1 && r.anomalies.contains_key("fichier_tronque"),
        "{r:?}"
    );
    std::fs::remove_file(path.with_extension("dbf")).unwrap();
    assert!(matches!(
        try_read::<Zone>(&path, |_| {}),
        Err(Error::MissingPart { .. })
    ));
}

#[test]
fn the_result_does_not_depend_on_the_number_of_threads() {
    let b = Banc::new();
    let mut json = String::from("{\"type\":\"FeatureCollection\",\"features\":[");
    for n in 1..5000 {
        let g = if n % 97 == 0 { Some("null") } else { None };
        let _ = write!(json, "{}{}", if n > 1 { "," } else { "" }, parcel(n, g));
    }
    json.push_str("]}");
    let path = b.file("p.json", json);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| ok::<Parcelle>(&path))
    };
    let (one, four) = (run(1), run(4));
    assert_eq!(one.1, four.1);
    assert_eq!(one.0.rows, four.0.rows);
    assert_eq!(one.0.geoms, four.0.geoms);
}
