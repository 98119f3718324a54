//! OpenDocument spreadsheets: what one says reads as the same table in CSV; what one could say is bounded.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "test helpers: a failure is the message"
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use gisement_ingest::{Error, SourceConfig, SourceFile, fingerprint, read};
use gisement_model::*;
use gisement_store::Layer;
use zip::write::SimpleFileOptions;

const MIMETYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";

/// A workbook around these sheets, stored or compressed.
fn workbook(path: &Path, mimetype: &str, sheets: &str) -> PathBuf {
    let content = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version="1.3"><office:automatic-styles/><office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body></office:document-content>"#
    );
    let mut zip = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    for (name, text) in [
        ("mimetype", mimetype),
        ("content.xml", &content),
        ("META-INF/manifest.xml", "<manifest/>"),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
    path.into()
}

fn sheet(name: &str, rows: &str) -> String {
    format!(r#"<table:table table:name="{name}"><table:table-column/>{rows}</table:table>"#)
}

fn row(cells: &str) -> String {
    format!("<table:table-row>{cells}</table:table-row>")
}

fn text(t: &str) -> String {
    format!(
        r#"<table:table-cell office:value-type="string"><text:p>{t}</text:p></table:table-cell>"#
    )
}

fn number(v: &str) -> String {
    format!(
        r#"<table:table-cell office:value-type="float" office:value="{v}"><text:p>1 234,5 affiché</text:p></table:table-cell>"#
    )
}

fn repeated(attributes: &str, what: &str) -> String {
    format!("<table:table-cell {attributes}>{what}</table:table-cell>")
}

/// Schools, from a file of any format.
fn ecoles(path: &Path, table: Option<&str>) -> Result<(Layer<Equipement>, RapportFichier), Error> {
    let mut config = SourceConfig::new(Couche::Equipements, "x");
    config.table = table.map(str::to_owned);
    config.constantes.insert("kind".into(), "ecole".into());
    let file = SourceFile {
        path: path.into(),
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        config: &config,
    };
    let fp = fingerprint(&file, Crs::Lambert93)?;
    read::<Equipement>(&file, &fp, Crs::Lambert93, &|_, _| {})
}

fn header() -> String {
    row(&["id", "nom", "x", "y"].map(text).concat())
}

fn names(l: &Layer<Equipement>) -> Vec<&str> {
    l.rows.iter().filter_map(|r| r.nom.as_deref()).collect()
}

#[test]
fn an_ods_reads_as_a_csv() {
    let dir = tempfile::tempdir().unwrap();
    let csv = dir.path().join("e.csv");
    std::fs::write(
        &csv,
        "id;nom;x;y\n0034;\"Jules  Ferry & fils\nannexe\";770000.5;6280000\n12;Été;770010;6280010\n12b;Été;770010;6280010\n",
    )
    .unwrap();
    // Empty rows before the header and after the end of the data, empty cells to the last column, a comment, a
    // drawing beside the cells, rows in a group, a name cut by a span, values that are not what is shown.
    let blank = r#"<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#;
    let rest = r#"<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#;
    let ferry = repeated(
        r#"office:value-type="string""#,
        "<office:annotation><text:p>un commentaire</text:p></office:annotation><text:p>Jules<text:s text:c=\"2\"/><text:span>Fer</text:span>ry &amp; fils</text:p><text:p>annexe</text:p>",
    );
    let first = row(&[text("0034"), ferry, number("770000.5"), number("6280000")].concat());
    let ete = |id: &str| {
        row(&[
            id.to_owned(),
            text("&#201;té"),
            number("770010"),
            number("6280010"),
        ]
        .concat())
    };
    let rows = format!(
        "<table:shapes><text:p>dessin</text:p></table:shapes>{blank}<table:table-header-rows>{}</table:table-header-rows><table:table-row-group>{first}{}</table:table-row-group>{}{rest}",
        header(),
        ete(&number("12")),
        ete(&text("12b")),
    );
    let sheets = format!(
        "<table:tracked-changes><table:table table:name=\"Ecoles\"/></table:tracked-changes>{}{}",
        sheet("Ecoles", &rows),
        sheet("Notes", &row(&text("rien"))),
    );
    let (a, _) = ecoles(&csv, None).unwrap();
    let path = workbook(&dir.path().join("e.bin"), MIMETYPE, &sheets);
    let (b, r) = ecoles(&path, None).unwrap();
    assert_eq!(b.rows.len(), 3);
    assert_eq!(format!("{:?}", a.rows), format!("{:?}", b.rows));
    for i in 0..3 {
        assert_eq!(a.geoms.get(i).coords(), b.geoms.get(i).coords());
    }
    assert!(r.dialecte.contains("classeur ODS"), "{}", r.dialecte);
    assert_eq!((r.lus, r.gardes), (3, 3));
    // A sheet is chosen by name, whatever its case.
    assert!(ecoles(&path, Some("ECOLES")).is_ok());
    let e = ecoles(&path, Some("Collèges")).map(|(_, r)| r).unwrap_err();
    assert!(matches!(e, Error::Config { cle: "table", .. }), "{e}");
    // So is an ODS inside an archive.
    let zip = dir.path().join("envoi.zip");
    let mut w = zip::ZipWriter::new(std::fs::File::create(&zip).unwrap());
    w.start_file("ecoles.ods", SimpleFileOptions::default())
        .unwrap();
    w.write_all(&std::fs::read(&path).unwrap()).unwrap();
    w.finish().unwrap();
    assert_eq!(names(&ecoles(&zip, None).unwrap().0), names(&b));
}

#[test]
fn values_keep_their_type() {
    let dir = tempfile::tempdir().unwrap();
    let cells = [
        repeated(
            r#"office:value-type="date" office:date-value="2019-03-25T10:00:00""#,
            "<text:p>25/03/19</text:p>",
        ),
        repeated(
            r#"office:value-type="string" calcext:value-type="error" office:string-value="""#,
            "<text:p>#DIV/0!</text:p>",
        ),
        repeated(r#"office:value-type="float" office:value="34172""#, ""),
    ];
    let rows = [
        row(&["site_id", "site_nom", "comm_insee", "site_actu_date"]
            .map(text)
            .concat()),
        row(&[&text("34172_1"), &cells[1], &cells[2], &cells[0]]
            .map(String::as_str)
            .concat()),
    ]
    .concat();
    let path = workbook(&dir.path().join("f.ods"), MIMETYPE, &sheet("F", &rows));
    let config = SourceConfig::new(Couche::Friches, "f.ods");
    let file = SourceFile {
        path,
        name: "f.ods".into(),
        config: &config,
    };
    let fp = fingerprint(&file, Crs::Lambert93).unwrap();
    let (l, _) = read::<Friche>(&file, &fp, Crs::Lambert93, &|_, _| {}).unwrap();
    let f = &l.rows[0];
    assert_eq!(f.site_nom, None);
    assert_eq!(f.code_insee.unwrap().as_str(), "34172");
    assert_eq!(f.site_actu_date, Some(jiff::civil::date(2019, 3, 25)));
}

/// A few hundred bytes that mean more cells, or more text, than memory holds.
#[test]
fn repetitions_are_bounded() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bombe.ods");
    let x = "<text:p>x</text:p>";
    let long = format!("<text:p>{}</text:p>", "x".repeat(1 << 20));
    for rows in [
        // Every cell of a row, then every row, says something.
        row(&repeated(
            r#"office:value-type="string" table:number-columns-repeated="16384""#,
            x,
        )),
        format!(
            r#"<table:table-row table:number-rows-repeated="1048576">{}</table:table-row>"#,
            text("x").repeat(40)
        ),
        format!(
            r#"<table:table-row table:number-rows-repeated="18446744073709551615">{}</table:table-row>"#,
            text("x")
        ),
        // One text, a thousand times.
        row(&repeated(
            r#"office:value-type="string" table:number-columns-repeated="1000""#,
            &long,
        )),
        // A lone cell past the last column.
        row(&format!(
            r#"<table:table-cell table:number-columns-repeated="18446744073709551615"/>{}"#,
            text("x")
        )),
    ] {
        let sheets = sheet("S", &format!("{}{rows}", header()));
        let e = ecoles(&workbook(&path, MIMETYPE, &sheets), None)
            .map(|(_, r)| r)
            .unwrap_err();
        assert!(matches!(e, Error::Limit { .. }), "{e}");
    }
    // The zip itself: 64 MiB of spaces in 64 KiB.
    let bomb = sheet("S", &" ".repeat(64 << 20));
    let e = ecoles(&workbook(&path, MIMETYPE, &bomb), None)
        .map(|(_, r)| r)
        .unwrap_err();
    assert!(
        matches!(&e, Error::Limit { detail, .. } if detail.contains("taux")),
        "{e}"
    );
}

#[test]
fn what_is_no_workbook_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.ods");
    let text_document = MIMETYPE.replace("spreadsheet", "text");
    let e = ecoles(&workbook(&path, &text_document, ""), None)
        .map(|(_, r)| r)
        .unwrap_err();
    assert!(e.to_string().contains("OpenDocument (text)"), "{e}");
    for (sheets, expected) in [
        ("", "sans feuille"),
        (&*sheet("Vide", ""), "« Vide » vide"),
        (
            "<table:table table:name=\"S\"><table:table-row>",
            "illisible",
        ),
        ("<table:table table:name=\"&inconnu;\"/>", "illisible"),
    ] {
        let e = ecoles(&workbook(&path, MIMETYPE, sheets), None)
            .map(|(_, r)| r)
            .unwrap_err();
        assert!(e.to_string().contains(expected), "{expected} : {e}");
    }
    // Cut in the middle.
    let whole = workbook(&path, MIMETYPE, &sheet("S", &header()));
    std::fs::write(&path, &std::fs::read(whole).unwrap()[..300]).unwrap();
    assert!(ecoles(&path, None).is_err());
}

/// What another program writes.
#[test]
fn what_gdal_writes_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let (csv, ods) = (dir.path().join("e.csv"), dir.path().join("e.ods"));
    std::fs::write(
        &csv,
        "id,nom,x,y\n034,Jules Ferry,770000.5,6280000\n,Été & <hiver>,770010,6280010\n",
    )
    .unwrap();
    let written = Command::new("ogr2ogr")
        .args(["-f", "ODS"])
        .args([&ods, &csv])
        .status();
    if !written.is_ok_and(|s| s.success()) {
        eprintln!("PASSÉ SANS ÊTRE EXÉCUTÉ : ogr2ogr absent, ou sans ODS");
        return;
    }
    let (a, _) = ecoles(&csv, None).unwrap();
    let (b, _) = ecoles(&ods, None).unwrap();
    assert_eq!(format!("{:?}", a.rows), format!("{:?}", b.rows));
    assert_eq!(a.geoms.get(0).coords(), b.geoms.get(0).coords());
}
