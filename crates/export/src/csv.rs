//! CSV as French spreadsheets read it by a double click: UTF-8 with a byte order mark, semicolons, decimal commas; in a
//! zip archive with what explains it.
//!
//! Instead of an outline, which no spreadsheet reads, each row has a point that lies on its feature.

use std::fmt::Write as _;

use geo::InteriorPoint as _;
use gisement_model::Crs;
use gisement_store::{GeomKind, GeomRef};

use crate::archive::Archive;
use crate::column::Cell;
use crate::notice::counted;
use crate::selection::{Attribute, CHUNK};
use crate::{Error, Export, Progress, Result, Selection};

/// What makes Excel read UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();
const NAME: &str = "CSV";

/// A text that no spreadsheet takes for a formula: an apostrophe before what Excel, LibreOffice and Google Sheets may
/// run makes it text for all three.
pub fn neutral(text: &str) -> std::borrow::Cow<'_, str> {
    const RISKY: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(RISKY) {
        format!("'{text}").into()
    } else {
        text.into()
    }
}

/// A point on the feature, in the system of the selection.
pub(crate) fn point_on(g: GeomRef<'_>) -> Option<(f64, f64)> {
    let p = match g.kind() {
        GeomKind::Null => return None,
        GeomKind::Point => g.point()?,
        GeomKind::Line => {
            let first = g.coords();
            *first.get(first.len() / 2)?
        }
        GeomKind::Surface => g.to_multi_polygon().interior_point()?.0,
    };
    Some((p.x, p.y))
}

/// The heads of the two columns of that point, and how many decimals they take.
pub(crate) fn axes(crs: Crs) -> ([String; 2], usize) {
    match crs {
        Crs::LonLat => (["Longitude (°)", "Latitude (°)"].map(str::to_owned), 7),
        other => (["X", "Y"].map(|axis| format!("{axis} (m, {other})")), 2),
    }
}

/// The heads of the columns of a selection, each once: French labels with units, the name of the column added where
/// two labels are alike.
pub(crate) fn headings(selection: &Selection<'_>) -> Vec<String> {
    let labels: Vec<String> = selection.columns.iter().map(Attribute::heading).collect();
    let twice = |label: &String| labels.iter().filter(|l| *l == label).count() > 1;
    let mut all: Vec<String> = labels
        .iter()
        .zip(&selection.columns)
        .map(|(label, c)| {
            if twice(label) {
                format!("{label} [{}]", c.champ.nom)
            } else {
                label.clone()
            }
        })
        .collect();
    if selection.located() {
        all.extend(axes(selection.crs()).0);
    }
    all
}

/// A table of texts.
pub(crate) fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>> {
    let mut out = MARK.to_vec();
    let mut writer = writer(&mut out);
    let failed = Error::of::<csv::Error>;
    writer.write_record(head).map_err(failed(NAME))?;
    for row in rows {
        let cells: Vec<_> = row.iter().map(|c| neutral(c)).collect();
        writer
            .write_record(cells.iter().map(|c| c.as_bytes()))
            .map_err(failed(NAME))?;
    }
    writer.flush().map_err(Error::of(NAME))?;
    drop(writer);
    Ok(out)
}

fn writer<W: std::io::Write>(out: W) -> csv::Writer<W> {
    csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer(out)
}

pub(crate) fn write(
    path: &std::path::Path,
    export: &Export<'_>,
    progress: &mut Progress<'_>,
) -> Result<Vec<String>> {
    let mut archive = Archive::create(path, export.manifest.date)?;
    let mut neutralised = 0;
    let mut columns = String::new();
    for selection in &export.selections {
        let name = format!("{}.csv", selection.info.id);
        archive.begin(&name)?;
        neutralised += one(&mut archive, selection, progress)?;
        let _ = writeln!(columns, "{name}");
        for (heading, c) in headings(selection).iter().zip(&selection.columns) {
            let _ = writeln!(columns, "  {heading} = {}", c.champ.nom);
        }
    }
    let mut remarks = vec![
        "UTF-8 avec marque d’ordre, point-virgule entre les colonnes, virgule décimale, dates AAAA-MM-JJ, oui ou non ; \
         les listes ont une virgule entre leurs valeurs."
            .to_owned(),
        "Longitude et latitude (ou X et Y) sont celles d’un point situé sur l’objet ; les contours sont dans les autres formats."
            .to_owned(),
    ];
    if neutralised > 0 {
        remarks.push(format!(
            "{}, qu’un tableur aurait pu prendre pour une formule.",
            counted(
                neutralised,
                "texte est précédé d’une apostrophe",
                "textes sont précédés d’une apostrophe"
            )
        ));
    }
    archive.finish(export, &remarks, &columns)?;
    Ok(remarks)
}

/// Writes a selection; gives how many texts were neutralised.
fn one(
    archive: &mut Archive,
    selection: &Selection<'_>,
    progress: &mut Progress<'_>,
) -> Result<usize> {
    std::io::Write::write_all(archive, MARK).map_err(Error::of(NAME))?;
    let failed = Error::of::<csv::Error>;
    let mut neutralised = 0;
    let decimals = axes(selection.crs()).1;
    let mut out = writer(&mut *archive);
    out.write_record(headings(selection))
        .map_err(failed(NAME))?;
    let mut text = String::new();
    for places in selection.chunks(CHUNK) {
        let n = places.len();
        let geoms = selection
            .located()
            .then(|| selection.geometries(places.clone()));
        for (i, place) in places.enumerate() {
            for cell in selection.cells(place) {
                text.clear();
                written(&cell, &mut text);
                let safe = match cell.text() {
                    Some(_) => neutral(&text),
                    None => text.as_str().into(),
                };
                neutralised += usize::from(safe.len() > text.len());
                out.write_field(safe.as_bytes()).map_err(failed(NAME))?;
            }
            if let Some(geoms) = &geoms {
                let point = point_on(geoms.get(i));
                for v in [point.map(|p| p.0), point.map(|p| p.1)] {
                    text.clear();
                    if let Some(v) = v {
                        let _ = write!(text, "{v:.decimals$}");
                    }
                    out.write_field(text.replace('.', ","))
                        .map_err(failed(NAME))?;
                }
            }
            out.write_record(None::<&[u8]>).map_err(failed(NAME))?;
        }
        out.flush().map_err(Error::of(NAME))?;
        progress.rows(n, out.get_ref().size())?;
    }
    Ok(neutralised)
}

/// A value as a French reader writes it; nothing when it is unknown.
fn written(cell: &Cell<'_>, out: &mut String) {
    match cell {
        Cell::Null => {}
        Cell::Text(t) => out.push_str(t),
        Cell::Texts(t) => out.push_str(t),
        Cell::Integer(v) => {
            let _ = write!(out, "{v}");
        }
        Cell::Real(v) => {
            let _ = write!(out, "{v}");
            if let Some(at) = out.find('.') {
                out.replace_range(at..=at, ",");
            }
        }
        Cell::Boolean(v) => out.push_str(if *v { "oui" } else { "non" }),
        Cell::Date(d) => {
            let _ = write!(out, "{d}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Format;
    use crate::testing::{Fixture, unzip, written as file};

    #[test]
    fn texts_are_no_formulas() {
        for (raw, cell) in [
            ("Lauzerac", "Lauzerac"),
            ("", ""),
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2", "'-2"),
            ("+33", "'+33"),
            ("\tx", "'\tx"),
            ("\r=1", "'\r=1"),
            ("\n=1", "'\n=1"),
            ("＝1", "'＝1"),
            ("L’Isle-Adam", "L’Isle-Adam"),
        ] {
            assert_eq!(neutral(raw), cell);
        }
    }

    #[test]
    fn a_spreadsheet_reads_it_without_a_question() {
        let f = Fixture::new();
        let system = Format::Csv.system(gisement_model::Crs::Lambert93);
        let (bytes, summary) = file(
            Format::Csv,
            &f.export(&["parcelles", "equipements"], system),
        );
        let files = unzip(&bytes);
        let names: Vec<&str> = files.iter().map(|(n, _)| n.as_str()).collect();
        assert_eq!(
            names,
            [
                "parcelles.csv",
                "equipements.csv",
                "sources.csv",
                "LISEZMOI.txt"
            ]
        );
        let parcels = &files[0].1;
        assert!(parcels.starts_with(MARK));
        let mut rows = csv::ReaderBuilder::new()
            .delimiter(b';')
            .from_reader(&parcels[MARK.len()..]);
        let head = rows.headers().unwrap().clone();
        let at = |name: &str| head.iter().position(|h| h == name).unwrap();
        let rows: Vec<csv::StringRecord> = rows.records().map(|r| r.unwrap()).collect();
        assert_eq!(rows.len(), 3);
        let contenance = at("Contenance cadastrale (m²)");
        assert_eq!(&rows[0][contenance], "900");
        assert_eq!(&rows[1][contenance], "", "unknown is not zero");
        assert_eq!(&rows[0][at("Surface mesurée (m²)")], "900,5");
        assert_eq!(&rows[0][at("Parcelle arpentée")], "oui");
        assert_eq!(&rows[0][at("Longitude (°)")][..2], "3,");
        assert_eq!(&rows[2][at("Longitude (°)")], "", "without geometry");
        assert_eq!(&rows[0][at("Types de gisement")], "friche,zae_vacante");
        // The name of the first owner is a formula.
        assert_eq!(
            &rows[0][at("Propriétaire principal, personne morale")],
            "'=HYPERLINK(\"http://x\")"
        );
        assert!(summary.remarks.iter().any(|r| r.starts_with("1 texte ")));
        let readme = String::from_utf8(files[3].1.clone()).unwrap();
        assert!(readme.contains("Licence Ouverte 2.0") && readme.contains("jamais zéro"));
        let sources = String::from_utf8(files[2].1.clone()).unwrap();
        assert!(sources.contains("DGFiP / Etalab"));
    }

    #[test]
    fn labels_that_are_alike_are_told_apart() {
        let f = Fixture::new();
        let export = f.export(&["parcelles"], crate::System::CRS84);
        let mut all = headings(&export.selections[0]);
        let n = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), n);
    }
}
