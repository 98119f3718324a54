//! Archives and spreadsheets: what they hold reads as it would outside; hostile ones are refused with a clear
//! error, and write nothing but in their own temporary folder.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "test helpers: a failure is the message"
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};

use gisement_ingest::Error;
use gisement_model::*;
use gisement_store::Layer;
use zip::write::SimpleFileOptions;

use crate::harness::try_read;

fn ids(l: &Layer<Parcelle>) -> Vec<String> {
    l.rows.iter().map(LayerRow::key).collect()
}

fn refused(path: &Path) -> Error {
    try_read::<Parcelle>(path, |_| {})
        .map(|(_, r)| r)
        .unwrap_err()
}

fn zip_of(path: &Path, members: &[(&str, &[u8])]) -> PathBuf {
    let mut zip = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    for (name, bytes) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
    path.into()
}

/// A tar of one entry, whose name is written as given: the library would refuse to.
fn tar_entry(name: &str, kind: tar::EntryType, bytes: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_ustar();
    header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    if kind != tar::EntryType::Regular {
        header.set_link_name("/etc/passwd").unwrap();
    }
    header.set_cksum();
    let mut out = header.as_bytes().to_vec();
    out.extend_from_slice(bytes);
    out.resize(out.len().next_multiple_of(512) + 1024, 0);
    out
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gz.write_all(bytes).unwrap();
    gz.finish().unwrap()
}

const CSV: &str = "idu;contenance;x;y\n340010000A0001;90;770000;6280000\n";
const GEOJSON: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"id":"340010000A0001","commune":"34001","section":"A","numero":"1"},"geometry":{"type":"Polygon","coordinates":[[[3.87,43.61],[3.871,43.61],[3.871,43.611],[3.87,43.61]]]}}
]}"#;

#[test]
fn a_geojson_reads_the_same_in_every_archive() {
    let dir = tempfile::tempdir().unwrap();
    let at = |n: &str| dir.path().join(n);
    std::fs::write(at("p.geojson"), GEOJSON).unwrap();
    let (plain, _) = try_read::<Parcelle>(&at("p.geojson"), |_| {}).unwrap();
    let tar = tar_entry("d/p.geojson", tar::EntryType::Regular, GEOJSON.as_bytes());
    std::fs::write(at("a.tar"), &tar).unwrap();
    // The extension lies: content decides.
    std::fs::write(at("a.bin"), gz(&tar)).unwrap();
    zip_of(
        &at("a.zip"),
        &[
            ("d\\p.geojson", GEOJSON.as_bytes()),
            ("LISEZMOI.txt", b"bonjour"),
        ],
    );
    let inner = std::fs::read(at("a.zip")).unwrap();
    zip_of(&at("b.zip"), &[("a.zip", &inner)]);
    for name in ["a.tar", "a.bin", "a.zip", "b.zip"] {
        let (l, r) =
            try_read::<Parcelle>(&at(name), |_| {}).unwrap_or_else(|e| panic!("{name} : {e}"));
        assert_eq!(ids(&l), ids(&plain), "{name}");
        assert_eq!(l.geoms.get(0).coords(), plain.geoms.get(0).coords());
        assert_eq!(r.gardes, 1);
    }
    // Beyond two levels.
    let inner = std::fs::read(at("b.zip")).unwrap();
    let e = refused(&zip_of(&at("c.zip"), &[("b.zip", &inner)]));
    assert!(
        matches!(&e, Error::Archive { detail, .. } if detail.contains("les unes dans les autres")),
        "{e}"
    );
}

#[test]
fn a_shapefile_reads_the_same_in_a_zip() {
    let dir = tempfile::tempdir().unwrap();
    let shp = dir.path().join("parcelles.shp");
    let table = shapefile::dbase::TableWriterBuilder::new()
        .add_character_field("IDU".try_into().unwrap(), 14)
        .add_character_field("NOM".try_into().unwrap(), 20);
    let mut writer = shapefile::Writer::from_path(&shp, table).unwrap();
    for n in 1..=3 {
        let x = 770_000.0 + f64::from(n) * 20.0;
        let ring = [
            (x, 0.0),
            (x, 10.0),
            (x + 10.0, 10.0),
            (x + 10.0, 0.0),
            (x, 0.0),
        ];
        let points = ring
            .map(|(x, y)| shapefile::Point::new(x, 6_280_000.0 + y))
            .to_vec();
        let mut record = shapefile::dbase::Record::default();
        record.insert(
            "IDU".into(),
            shapefile::dbase::FieldValue::Character(Some(format!("340010000A{n:04}"))),
        );
        record.insert(
            "NOM".into(),
            shapefile::dbase::FieldValue::Character(Some("x".into())),
        );
        writer
            .write_shape_and_record(
                &shapefile::Polygon::new(shapefile::PolygonRing::Outer(points)),
                &record,
            )
            .unwrap();
    }
    drop(writer);
    let (plain, _) = try_read::<Parcelle>(&shp, |_| {}).unwrap();
    assert_eq!(plain.rows.len(), 3);
    let bytes = |e: &str| std::fs::read(shp.with_extension(e)).unwrap();
    let (a, b, c) = (bytes("shp"), bytes("dbf"), bytes("shx"));
    let zip = zip_of(
        &dir.path().join("p.zip"),
        &[
            ("d/parcelles.shp", &a),
            ("d/parcelles.dbf", &b),
            ("d/parcelles.shx", &c),
        ],
    );
    let (l, r) = try_read::<Parcelle>(&zip, |_| {}).unwrap();
    assert_eq!(ids(&l), ids(&plain));
    assert!(r.dialecte.contains("shapefile"));
    // Without its table: the message names the archive, not the temporary folder.
    let e = refused(&zip_of(&dir.path().join("q.zip"), &[("parcelles.shp", &a)]));
    assert!(e.to_string().contains("q.zip/parcelles.shp"), "{e}");
}

#[test]
fn several_files_are_chosen_among_or_listed() {
    let dir = tempfile::tempdir().unwrap();
    let two = zip_of(
        &dir.path().join("deux.zip"),
        &[
            ("parcelles.geojson", GEOJSON.as_bytes()),
            ("autre.csv", b"a;b\n1;2\n"),
        ],
    );
    assert_eq!(try_read::<Parcelle>(&two, |_| {}).unwrap().0.rows.len(), 1);
    let same = zip_of(
        &dir.path().join("memes.zip"),
        &[
            ("a.geojson", GEOJSON.as_bytes()),
            ("b.geojson", GEOJSON.as_bytes()),
        ],
    );
    let e = refused(&same).to_string();
    assert!(e.contains("a.geojson") && e.contains("`table`"), "{e}");
    let one = |t: &str| {
        let t = t.to_owned();
        try_read::<Parcelle>(&same, |c| c.table = Some(t))
    };
    assert!(one("b").is_ok() && one("B.geojson").is_ok());
    assert!(matches!(one("c"), Err(Error::Config { cle: "table", .. })));
}

#[test]
fn hostile_archives_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let at = |n: &str| dir.path().join("depot").join(n);
    std::fs::create_dir(dir.path().join("depot")).unwrap();
    let csv = CSV.as_bytes();
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(at(name), bytes).unwrap();
        at(name)
    };
    let regular = tar::EntryType::Regular;
    let zip = std::fs::read(zip_of(&at("bon.zip"), &[("p.csv", csv)])).unwrap();
    let tar = tar_entry("p.csv", regular, &[b'x'; 4000]);
    let mut links = zip::ZipWriter::new(std::fs::File::create(at("lien.zip")).unwrap());
    links
        .add_symlink("p.csv", "/etc/passwd", SimpleFileOptions::default())
        .unwrap();
    links.finish().unwrap();
    let cases = [
        (
            write("sort.tar", &tar_entry("../../sorti.csv", regular, csv)),
            "..",
        ),
        (
            write(
                "absolu.tar",
                &tar_entry("/tmp/gisement-sorti.csv", regular, csv),
            ),
            "absolu",
        ),
        (zip_of(&at("sort.zip"), &[("../sorti.csv", csv)]), ".."),
        (zip_of(&at("win.zip"), &[("..\\sorti.csv", csv)]), ".."),
        (
            zip_of(&at("absolu.zip"), &[("/tmp/gisement-sorti.csv", csv)]),
            "absolu",
        ),
        (at("lien.zip"), "lien"),
        (
            write(
                "lien.tar",
                &tar_entry("p.csv", tar::EntryType::Symlink, b""),
            ),
            "lien",
        ),
        (
            write("dur.tar", &tar_entry("p.csv", tar::EntryType::Link, b"")),
            "lien",
        ),
        (
            write("tube.tar", &tar_entry("p.csv", tar::EntryType::Fifo, b"")),
            "spécial",
        ),
        (write("coupe.zip", &zip[..zip.len() - 30]), "tronqué"),
        (write("coupe.tar", &tar[..1500]), "tronqué"),
        (
            write(
                "vide.zip",
                b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
            ),
            "vide",
        ),
        (write("abime.bz2", b"BZh91AY&SY-------"), "tronqué"),
        (
            zip_of(&at("conflit.zip"), &[("a", csv), ("a/b.csv", csv)]),
            "fichier et de dossier",
        ),
    ];
    for (path, word) in cases {
        let e = refused(&path);
        assert!(
            matches!(e, Error::Archive { .. }),
            "{} : {e:?}",
            path.display()
        );
        assert!(e.to_string().contains(word), "{} : {e}", path.display());
    }
    for outside in [
        dir.path().join("sorti.csv"),
        at("sorti.csv"),
        PathBuf::from("/tmp/gisement-sorti.csv"),
    ] {
        assert!(!outside.exists(), "{}", outside.display());
    }
}

#[test]
fn bombs_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let zeros = vec![b' '; 20 << 20];
    let zip = zip_of(&dir.path().join("bombe.zip"), &[("p.csv", &zeros)]);
    let tgz = dir.path().join("bombe.tgz");
    std::fs::write(
        &tgz,
        gz(&tar_entry("p.csv", tar::EntryType::Regular, &zeros)),
    )
    .unwrap();
    // The same in bzip2, whose ratio reaches 45 000.
    let tbz = dir.path().join("bombe.tar.bz2");
    std::fs::write(&tbz, include!("bombe_tar_bz2.in")).unwrap();
    for path in [zip, tgz, tbz] {
        let e = refused(&path);
        assert!(
            matches!(&e, Error::Limit { detail, .. } if detail.contains("taux de compression")),
            "{e:?}"
        );
    }
}

#[test]
fn a_workbook_reads_as_a_csv() {
    let dir = tempfile::tempdir().unwrap();
    let at = |n: &str| dir.path().join(n);
    let sheet = |rows: &str| {
        format!(
            r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
        )
    };
    let text = |r: &str, t: &str| format!(r#"<c r="{r}" t="inlineStr"><is><t>{t}</t></is></c>"#);
    // The first row is empty; a date is a number with a format; a lone cell lies in the last corner.
    let rows = format!(
        r#"<row r="2">{}{}{}{}{}</row><row r="3">{}<c r="B3"><v>90</v></c><c r="C3"><v>770000.5</v></c><c r="D3"><v>6280000</v></c><c r="E3" s="1"><v>40179</v></c></row>"#,
        text("A2", "idu"),
        text("B2", "contenance"),
        text("C2", "x"),
        text("D2", "y"),
        text("E2", "created"),
        text("A3", "340010000A0001"),
    );
    let (main, rel) = (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    );
    let book = format!(
        r#"<?xml version="1.0"?><workbook xmlns="{main}" xmlns:r="{rel}"><sheets><sheet name="Parcelles" sheetId="1" r:id="rId1"/></sheets></workbook>"#
    );
    let rels = format!(
        r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#
    );
    let root = format!(
        r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
    );
    let styles = format!(
        r#"<?xml version="1.0"?><styleSheet xmlns="{main}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#
    );
    let write = |name: &str, rows: &str| {
        zip_of(
            &at(name),
            &[
                ("_rels/.rels", root.as_bytes()),
                ("xl/workbook.xml", book.as_bytes()),
                ("xl/_rels/workbook.xml.rels", rels.as_bytes()),
                ("xl/styles.xml", styles.as_bytes()),
                ("xl/worksheets/sheet1.xml", sheet(rows).as_bytes()),
            ],
        )
    };
    let csv = at("p.csv");
    std::fs::write(
        &csv,
        "idu;contenance;x;y;created\n340010000A0001;90;770000.5;6280000;2010-01-01\n",
    )
    .unwrap();
    // Parcels are surfaces: a layer of points is read with these columns.
    let read = |p: &Path, table: Option<&str>| {
        let table = table.map(str::to_owned);
        try_read::<Equipement>(p, |c| {
            c.table = table;
            c.correspondance.insert("nom".into(), "idu".into());
            c.constantes.insert("kind".into(), "ecole".into());
        })
    };
    let (a, _) = read(&csv, None).unwrap_or_else(|e| panic!("{e}"));
    let (b, r) = read(&write("p.xlsx", &rows), None).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((a.rows.len(), b.rows.len()), (1, 1));
    assert_eq!(a.geoms.get(0).coords(), b.geoms.get(0).coords());
    assert_eq!(format!("{:?}", a.rows[0]), format!("{:?}", b.rows[0]));
    assert!(r.dialecte.contains("XLSX"), "{}", r.dialecte);
    assert!(read(&at("p.xlsx"), Some("parcelles")).is_ok());
    assert!(matches!(
        read(&at("p.xlsx"), Some("autre")),
        Err(Error::Config { cle: "table", .. })
    ));
    // A cell in the last corner is out of limits, not 17 billion cells.
    let corner = format!("{rows}<row r=\"1048576\">{}</row>", text("XFD1048576", "x"));
    assert!(matches!(
        read(&write("coin.xlsx", &corner), None),
        Err(Error::Limit { .. })
    ));
    std::fs::write(at("n.xlsx"), &std::fs::read(at("p.xlsx")).unwrap()[..400]).unwrap();
    assert!(matches!(
        read(&at("n.xlsx"), None),
        Err(Error::Archive { .. })
    ));
}
