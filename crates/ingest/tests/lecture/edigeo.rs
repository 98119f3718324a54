//! EDIGEO sheets of the PCI, against what Etalab's own converter made of the same sheet.
//!
//! The real files are found by `harness::donnees`; without them the tests say so and pass.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "test helpers: a failure is the message"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use gisement_ingest::{Error, Ingest, SourceConfig, SourceFile, fingerprint};
use gisement_model::*;
use gisement_store::Layer;

use crate::harness::{donnees, try_read};

const FEUILLE: &str = "cadastre/edigeo/13029/edigeo-130290000A01.tar.bz2";

fn ok<T: Ingest>(path: &Path) -> (Layer<T>, RapportFichier) {
    try_read(path, |_| {}).unwrap_or_else(|e| panic!("{e}"))
}

fn areas<T: LayerRow>(l: &Layer<T>) -> BTreeMap<String, f64> {
    l.rows
        .iter()
        .zip(l.geoms.iter())
        .map(|(r, g)| (r.key(), g.area()))
        .collect()
}

fn etalab(root: &Path, couche: &str) -> PathBuf {
    root.join(format!(
        "cadastre/etalab_derived_from_edigeo/cadastre-13029-{couche}.json"
    ))
}

#[test]
fn parcelles_are_those_of_etalab() {
    let Some(root) = donnees() else { return };
    let (l, r) = ok::<Parcelle>(&root.join(FEUILLE));
    let (e, _) = ok::<Parcelle>(&etalab(&root, "parcelles"));
    assert!(
        r.dialecte.starts_with("EDIGEO (PCI, DGFiP)"),
        "{}",
        r.dialecte
    );
    assert_eq!([r.lus, r.gardes, r.rejetes], [389, 389, 0], "{r:?}");
    let fields = |l: &Layer<Parcelle>| -> BTreeSet<String> {
        l.rows
            .iter()
            .map(|p| {
                format!(
                    "{} {:?} {:?} {:?} {:?}",
                    p.idu, p.contenance_m2, p.arpente, p.created, p.updated
                )
            })
            .collect()
    };
    assert_eq!(fields(&l), fields(&e));
    assert_close(&areas(&l), &areas(&e));
}

/// Same keys, areas within 1 %.
fn assert_close(a: &BTreeMap<String, f64>, b: &BTreeMap<String, f64>) {
    assert!(a.keys().eq(b.keys()));
    for (k, x) in a {
        let y = b[k];
        // Seven decimals of a degree are a centimetre: that is more than 1 % of a parcel of a square metre.
        assert!((x - y).abs() <= 0.01 * y.max(1.0), "{k} : {x} et {y}");
    }
}

/// Centre, area, light or not, commune.
type Bati = (f64, f64, f64, Option<bool>, Option<String>);

#[test]
fn batiments_are_those_of_etalab() {
    let Some(root) = donnees() else { return };
    let (l, r) = ok::<Batiment>(&root.join(FEUILLE));
    let (e, _) = ok::<Batiment>(&etalab(&root, "batiments"));
    assert_eq!(r.lus, 239);
    assert_eq!(r.rejetes, 0, "{r:?}");
    assert_eq!(l.rows.len(), e.rows.len());
    // Buildings have no identifier: they are matched by where they are.
    let list = |l: &Layer<Batiment>| {
        let mut v: Vec<Bati> = l
            .rows
            .iter()
            .zip(l.geoms.iter())
            .map(|(b, g)| {
                let c = g.bbox().unwrap().center();
                (
                    c.x,
                    c.y,
                    g.area(),
                    b.leger,
                    b.code_insee.map(|i| i.to_string()),
                )
            })
            .collect();
        v.sort_by(|a, b| a.0.total_cmp(&b.0));
        v
    };
    let expected = list(&e);
    for (x, y, area, leger, insee) in list(&l) {
        let same = expected.iter().any(|b| {
            (b.0 - x).abs() < 0.05
                && (b.1 - y).abs() < 0.05
                // Seven decimals of a degree move a wall of 1 m by a centimetre.
                && (b.2 - area).abs() <= area.max(1.0) * 0.01
                && b.3 == leger
                && b.4 == insee
        });
        assert!(same, "bâtiment en {x} {y}, {area} m², {leger:?}, {insee:?}");
    }
}

#[test]
fn communes_are_those_of_etalab() {
    let Some(root) = donnees() else { return };
    let (l, r) = ok::<Commune>(&root.join(FEUILLE));
    let (e, _) = ok::<Commune>(&etalab(&root, "communes"));
    assert_eq!([r.lus, r.gardes], [1, 1]);
    assert_eq!(l.rows[0].nom, e.rows[0].nom);
    assert_eq!(l.rows[0].code_insee, e.rows[0].code_insee);
    assert_close(&areas(&l), &areas(&e));
}

#[test]
fn a_folder_and_its_thf_are_the_same_sheet() {
    let Some(root) = donnees() else { return };
    let folder = root.join("cadastre/edigeo/75103000AO01");
    let (l, r) = ok::<Parcelle>(&folder);
    let (m, _) = ok::<Parcelle>(&folder.join("E000AO01.THF"));
    assert!(r.crs.contains("LAMB93"), "{}", r.crs);
    // ogrinfo counts 50 parcels, and 67 buildings.
    assert_eq!(l.rows.len(), 50);
    assert!(
        l.rows
            .iter()
            .all(|p| p.idu.as_str().starts_with("75103000AO"))
    );
    assert_eq!(areas(&l), areas(&m));
    let (c, _) = ok::<Commune>(&folder);
    assert_eq!(c.rows[0].code_insee.as_str(), "75103");
    let (b, _) = ok::<Batiment>(&folder);
    assert_eq!(b.rows.len(), 67);
    assert!(
        b.rows
            .iter()
            .all(|b| b.code_insee.is_some() && b.leger.is_some())
    );
    // Other objects are reached by name.
    let e = try_read::<Parcelle>(&folder, |c| c.table = Some("LIEUX".into())).map(|(_, r)| r);
    assert!(
        matches!(e, Err(Error::Config { cle: "table", .. })),
        "{e:?}"
    );
}

fn zip(path: &Path, members: &[(&str, Vec<u8>)]) {
    let mut zip = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    for (name, bytes) in members {
        zip.start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
}

/// The parts of a folder, as members of an archive.
fn members(folder: &Path, prefix: &str) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.sort();
    files
        .iter()
        .map(|p| {
            let name = p.file_name().unwrap().to_string_lossy();
            (format!("{prefix}{name}"), std::fs::read(p).unwrap())
        })
        .collect()
}

#[test]
fn sheets_of_a_zip_are_one_source() {
    let Some(root) = donnees() else { return };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("envoi.zip");
    let sheet = std::fs::read(root.join(FEUILLE)).unwrap();
    let mut damaged = sheet.clone();
    damaged.truncate(sheet.len() / 2);
    // The same sheet twice: parcels and communes are merged. A damaged one is counted, and loses only itself.
    zip(
        &path,
        &[
            ("13029/edigeo-130290000A01.tar.bz2", sheet.clone()),
            ("13029/edigeo-130290000A02.tar.bz2", damaged),
            ("13029/edigeo-130290000A03.tar.bz2", sheet),
        ],
    );
    let (l, r) = ok::<Parcelle>(&path);
    assert_eq!(
        [r.lus, r.gardes, r.rejetes, r.fusionnes],
        [779, 389, 1, 389]
    );
    assert_eq!(l.rows.len(), 389);
    let (c, r) = ok::<Commune>(&path);
    assert_eq!(c.rows.len(), 1);
    assert_eq!(r.fusionnes, 1);
}

#[test]
fn the_commune_comes_from_names_or_from_the_configuration() {
    let Some(root) = donnees() else { return };
    let dir = tempfile::tempdir().unwrap();
    let folder = root.join("cadastre/edigeo/75103000AO01");
    let write = |name: &str, prefix: &str| {
        let path = dir.path().join(name);
        let m = members(&folder, prefix);
        let m: Vec<(&str, Vec<u8>)> = m.iter().map(|(n, b)| (n.as_str(), b.clone())).collect();
        zip(&path, &m);
        path
    };
    // Nothing tells the département: rows are refused with the key to set, not guessed.
    let bare = write("envoi.zip", "");
    let (l, r) = ok::<Parcelle>(&bare);
    assert_eq!(l.rows.len(), 0);
    assert!(format!("{r:?}").contains("constantes"), "{r:?}");
    let said = |c: &mut SourceConfig| {
        c.constantes.insert("departement".into(), "75".into());
    };
    let (l, _) = try_read::<Parcelle>(&bare, said).unwrap();
    assert!(!l.rows.is_empty());
    let (b, _) = try_read::<Batiment>(&bare, said).unwrap();
    assert_eq!(b.rows[0].code_insee.unwrap().as_str(), "75103");
    let (c, _) = try_read::<Commune>(&bare, said).unwrap();
    assert_eq!(c.rows[0].code_insee.as_str(), "75103");
    // A folder of the archive tells it; a name that contradicts the objects does not.
    let (l, _) = ok::<Parcelle>(&write("a.zip", "75103000AO01/"));
    assert!(l.rows.iter().all(|p| p.idu.as_str().starts_with("75103")));
    let (l, _) = ok::<Parcelle>(&write("b.zip", "13029/"));
    assert!(l.rows.is_empty());
    // So does a folder above the configured path, and the key follows.
    let key = |folder: &str| {
        let folder = dir.path().join(folder).join("envoi");
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("envoi.zip");
        std::fs::copy(&bare, &path).unwrap();
        let (l, _) = ok::<Parcelle>(&path);
        let config = SourceConfig::new(Couche::Parcelles, "x");
        let file = SourceFile {
            path,
            name: "envoi.zip".into(),
            config: &config,
        };
        let commune = l.rows[0].idu.commune().to_string();
        (fingerprint(&file, Crs::Lambert93).unwrap().cle, commune)
    };
    let ((a, paris), (b, nievre)) = (key("dep75"), key("dep58"));
    assert_eq!((&*paris, &*nievre), ("75103", "58103"));
    assert_ne!(a, b);
}

/// The sheet 75103000AO01, with another system said in its `.GEO` file.
fn sheet_said_in(root: &std::path::Path, dir: &std::path::Path, system: &str) -> PathBuf {
    let sheet = dir.join("75103000AO01");
    std::fs::create_dir_all(&sheet).unwrap();
    let field = format!("RELSA{:02}:{system}", system.len());
    for (name, mut bytes) in members(&root.join("cadastre/edigeo/75103000AO01"), "") {
        if name.ends_with("GEO") {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains("RELSA06:LAMB93"));
            bytes = text.replace("RELSA06:LAMB93", &field).into_bytes();
        }
        std::fs::write(sheet.join(name), bytes).unwrap();
    }
    sheet
}

#[test]
fn a_system_that_nobody_knows_is_an_error() {
    let Some(root) = donnees() else { return };
    let dir = tempfile::tempdir().unwrap();
    let sheet = sheet_said_in(&root, dir.path(), "RGF93CC51");
    let e = try_read::<Parcelle>(&sheet, |_| {})
        .map(|(_, r)| r)
        .unwrap_err();
    assert!(
        matches!(&e, Error::Crs { detail, .. } if detail.contains("RGF93CC51")),
        "{e}"
    );
    // The user knows better.
    let (l, _) = try_read::<Parcelle>(&sheet, |c| c.crs = Some("EPSG:2154".into())).unwrap();
    assert!(!l.rows.is_empty());
}

#[test]
fn a_system_that_the_coordinates_contradict_is_reported() {
    let Some(root) = donnees() else { return };
    let dir = tempfile::tempdir().unwrap();
    let said = ok::<Parcelle>(&root.join("cadastre/edigeo/75103000AO01")).0;
    let (l, r) = ok::<Parcelle>(&sheet_said_in(&root, dir.path(), "LAMB1"));
    assert_eq!(l.rows.len(), said.rows.len());
    assert_eq!(r.anomalies["crs_contredit"].nombre, 1);
    assert!(
        r.crs.contains("LAMB1") && r.crs.contains("EPSG:2154"),
        "{}",
        r.crs
    );
}

/// Rewrites the coordinates of a sheet in another system, and its section `AO` in `AP`.
fn converted(bytes: Vec<u8>, to: Crs) -> Vec<u8> {
    // Latin-1, one byte for a character.
    let text: String = bytes.iter().map(|b| char::from(*b)).collect();
    let mut out = String::with_capacity(text.len());
    for line in text.replace("103000AO", "103000AP").split_inclusive("\r\n") {
        let numbers: Vec<f64> = match line.split_once("CORCC") {
            Some(("", rest)) => rest[3..]
                .split(';')
                .filter_map(|n| n.trim().parse().ok())
                .collect(),
            _ => Vec::new(),
        };
        if let [x, y] = numbers[..] {
            let (lon, lat) = Crs::Lambert93.to_lonlat(x, y);
            let (x, y) = to.from_lonlat(lon, lat);
            let value = format!("{x:+.4};{y:+.4};");
            let _ = write!(out, "CORCC{}:{value}\r\n", value.len());
        } else {
            out.push_str(line);
        }
    }
    out.chars().map(|c| c as u8).collect()
}

/// Two sheets of one source, each in a system of its own, whichever comes first.
#[test]
fn sheets_of_one_source_may_be_in_different_systems() {
    let Some(root) = donnees() else { return };
    let cc49 = Crs::ConiqueConforme(49);
    for (own, other) in [("1", "2"), ("2", "1")] {
        let dir = tempfile::tempdir().unwrap();
        for (name, bytes) in members(&root.join("cadastre/edigeo/75103000AO01"), "") {
            let to = |folder: &str| {
                let folder = dir.path().join("dep75").join(folder);
                std::fs::create_dir_all(&folder).unwrap();
                folder.join(&name)
            };
            std::fs::write(to(own), &bytes).unwrap();
            let bytes = if name.ends_with("GEO") {
                String::from_utf8(bytes)
                    .unwrap()
                    .replace("RELSA06:LAMB93", "RELSA09:RGF93CC49")
                    .into_bytes()
            } else if name.ends_with("VEC") {
                converted(bytes, cc49)
            } else {
                bytes
            };
            std::fs::write(to(other), bytes).unwrap();
        }
        let (l, r) = ok::<Parcelle>(&dir.path().join("dep75"));
        assert_eq!([r.lus, r.gardes], [100, 100], "{r:?}");
        let of = |key: &str| l.rows.iter().position(|p| p.idu.as_str() == key).unwrap();
        for p in l.rows.iter().filter(|p| p.idu.section() == "AO") {
            let twin = of(&p.idu.as_str().replace("AO", "AP"));
            let (a, b) = (l.geoms.get(of(p.idu.as_str())), l.geoms.get(twin));
            let (a, b) = (a.coords(), b.coords());
            assert_eq!(a.len(), b.len());
            for (a, b) in a.iter().zip(b) {
                assert!(
                    (a.x - b.x).hypot(a.y - b.y) < 1e-3,
                    "{} : {a:?} {b:?}",
                    p.idu
                );
            }
        }
    }
}

#[test]
fn text_is_latin_1() {
    let Some(root) = donnees() else { return };
    let dir = tempfile::tempdir().unwrap();
    let sheet = dir.path().join("75103000AO01");
    std::fs::create_dir(&sheet).unwrap();
    for (name, mut bytes) in members(&root.join("cadastre/edigeo/75103000AO01"), "") {
        let old = b":PARIS 03";
        if let Some(at) = bytes.windows(old.len()).position(|w| w == old) {
            bytes[at + 4] = 0xCF;
        }
        std::fs::write(sheet.join(name), bytes).unwrap();
    }
    let (l, _) = ok::<Commune>(&sheet);
    assert!(l.rows[0].nom.contains('Ï'), "{}", l.rows[0].nom);
}

#[test]
fn a_sheet_that_is_no_sheet_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let e = try_read::<Parcelle>(dir.path(), |_| {})
        .map(|(_, r)| r)
        .unwrap_err();
    assert!(e.to_string().contains("THF"), "{e}");
    let thf = dir.path().join("E.THF");
    for text in [
        "BOMT 05:E.THF\r\n",
        "BOMT 05:E.THF\r\nLONSA05:../x1\r\n",
        "BOMT 05:E.THF\r\nCSET 03:IRV\r\n\r\nRTYSA03:GTL\r\nLONSA04:ED01\r\nGNNSA02:SE\r\n",
    ] {
        std::fs::write(&thf, text).unwrap();
        assert!(try_read::<Parcelle>(&thf, |_| {}).is_err(), "{text}");
    }
}

/// Raw PCI in GeoJSON: three digits, no département.
#[test]
fn raw_pci_communes() {
    let Some(root) = donnees() else { return };
    for (code, nom) in [("72181", "LE MANS"), ("72187", "MARIGNE LAILLE")] {
        let path = root.join(format!(
            "cadastre/etalab_raw_pci/pci-{code}-commune.json.gz"
        ));
        let (l, r) = ok::<Commune>(&path);
        assert!(l.rows.is_empty());
        assert!(format!("{r:?}").contains("constantes"), "{r:?}");
        let (l, r) = try_read::<Commune>(&path, |c| {
            c.constantes.insert("departement".into(), "72".into());
        })
        .unwrap();
        assert_eq!(r.gardes, 1, "{r:?}");
        assert_eq!(l.rows[0].code_insee.as_str(), code);
        assert_eq!(l.rows[0].nom, nom);
    }
}
