//! A workbook: a sheet of typed cells for each collection, then sources, columns and what to read first.
//!
//! Texts are written as texts, so none is a formula. Sheets are written row by row to temporary files beside the
//! workbook: memory does not grow with them.

use std::path::Path;

use gisement_model::Crs;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format as Style, Workbook, Worksheet, XlsxError,
};

use crate::column::Cell;
use crate::csv::{axes, headings, point_on};
use crate::notice::{SOURCE_COLUMNS, counted, named};
use crate::selection::CHUNK;
use crate::{Error, Export, Progress, Result, Selection};

const NAME: &str = "Classeur XLSX";
/// Rows of a sheet, its head included.
const ROWS_MAX: usize = 1_048_576;
/// Characters of a cell, in UTF-16 units.
const TEXT_MAX: usize = 32_767;
/// Characters of the name of a sheet.
const NAME_MAX: usize = 31;
/// Narrowest and widest column, in characters.
const WIDTHS: (f64, f64) = (10.0, 42.0);
/// About what a cell takes in its temporary file.
const CELL_SIZE: u64 = 40;

fn failed(e: XlsxError) -> Error {
    Error::of(NAME)(e)
}

/// How cells look.
struct Styles {
    head: Style,
    integer: Style,
    real: Style,
    share: Style,
    date: Style,
    degree: Style,
    wrapped: Style,
    title: Style,
}

impl Styles {
    fn new() -> Self {
        let numbers = |format: &str| Style::new().set_num_format(format);
        Self {
            head: Style::new().set_bold().set_text_wrap(),
            integer: numbers("#,##0"),
            real: numbers("#,##0.0"),
            share: numbers("0.0%"),
            date: numbers("yyyy-mm-dd"),
            degree: numbers("0.0000000"),
            wrapped: Style::new().set_text_wrap(),
            title: Style::new().set_bold().set_font_size(14),
        }
    }
}

pub(crate) fn write(
    path: &Path,
    export: &Export<'_>,
    progress: &mut Progress<'_>,
) -> Result<Vec<String>> {
    let beside = path.parent().unwrap_or(Path::new("."));
    if let Some(s) = export.selections.iter().find(|s| s.len() >= ROWS_MAX) {
        return Err(Error::Limit {
            format: NAME,
            limit: format!(
                "une feuille a {} lignes au plus, et « {} » en a {}",
                ROWS_MAX - 1,
                s.info.id,
                s.len()
            ),
            advice: "restreignez la sélection, ou choisissez CSV ou GeoPackage",
        });
    }
    let mut book = Workbook::new();
    book.set_tempdir(beside).map_err(failed)?;
    let d = export.manifest.date;
    let day = ExcelDateTime::from_ymd(d.year().unsigned_abs(), d.month() as u8, d.day() as u8)
        .map_err(failed)?;
    book.set_properties(
        &DocProperties::new()
            .set_title(export.title())
            .set_comment(export.description())
            .set_creation_datetime(&day),
    );
    let styles = Styles::new();
    let mut cut = 0;
    let mut bytes = 0;
    for s in &export.selections {
        let sheet = book.add_worksheet_with_constant_memory().map_err(failed)?;
        sheet.set_name(short(&s.info.id)).map_err(failed)?;
        cut += data(sheet, s, &styles, &mut bytes, progress)?;
    }
    let mut remarks = vec![
        "Longitude et latitude (ou X et Y) sont celles d’un point situé sur l’objet ; les contours sont dans les autres formats."
            .to_owned(),
        "Les listes ont une virgule entre leurs valeurs.".to_owned(),
    ];
    if cut > 0 {
        remarks.push(format!(
            "{} à {TEXT_MAX} caractères, limite d’une cellule.",
            counted(cut, "texte est coupé", "textes sont coupés")
        ));
    }
    about(&mut book, export, &remarks, &styles).map_err(failed)?;
    book.save(path).map_err(failed)?;
    Ok(remarks)
}

fn short(name: &str) -> String {
    name.chars().take(NAME_MAX).collect()
}

/// Writes the sheet of a collection; gives how many texts were cut.
fn data(
    sheet: &mut Worksheet,
    s: &Selection<'_>,
    styles: &Styles,
    bytes: &mut u64,
    progress: &mut Progress<'_>,
) -> Result<usize> {
    let head = headings(s);
    let last = head.len().saturating_sub(1) as u16;
    for (i, text) in head.iter().enumerate() {
        let width = (text.chars().count() as f64 * 0.6).clamp(WIDTHS.0, WIDTHS.1);
        sheet.set_column_width(i as u16, width).map_err(failed)?;
        sheet
            .write_string_with_format(0, i as u16, text, &styles.head)
            .map_err(failed)?;
    }
    sheet.set_freeze_panes(1, 1).map_err(failed)?;
    sheet
        .autofilter(0, 0, s.len() as u32, last)
        .map_err(failed)?;
    sheet
        .set_landscape()
        .set_repeat_rows(0, 0)
        .map_err(failed)?;
    let place_style = if s.crs() == Crs::LonLat {
        &styles.degree
    } else {
        &styles.real
    };
    let round = 10_f64.powi(axes(s.crs()).1 as i32);
    let mut cut = 0;
    for places in s.chunks(CHUNK) {
        let n = places.len();
        let geoms = s.located().then(|| s.geometries(places.clone()));
        for (i, place) in places.enumerate() {
            let row = place as u32 + 1;
            for (column, (cell, attribute)) in s.cells(place).zip(&s.columns).enumerate() {
                let share = attribute.champ.unite == "part";
                cut += usize::from(
                    value(sheet, row, column as u16, &cell, share, styles).map_err(failed)?,
                );
            }
            if let Some((x, y)) = geoms.as_ref().and_then(|g| point_on(g.get(i))) {
                for (column, v) in [(last - 1, x), (last, y)] {
                    let v = (v * round).round() / round;
                    sheet
                        .write_number_with_format(row, column, v, place_style)
                        .map_err(failed)?;
                }
            }
        }
        *bytes += (n * head.len()) as u64 * CELL_SIZE;
        progress.rows(n, *bytes)?;
    }
    Ok(cut)
}

/// Writes a cell, nothing when its value is unknown; says whether its text was cut.
fn value(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell<'_>,
    share: bool,
    styles: &Styles,
) -> std::result::Result<bool, XlsxError> {
    match cell {
        Cell::Null => {}
        Cell::Text(_) | Cell::Texts(_) => {
            let text = cell.text().unwrap_or_default();
            let kept = cut(text);
            sheet.write_string(row, column, kept)?;
            return Ok(kept.len() < text.len());
        }
        Cell::Integer(v) => {
            sheet.write_number_with_format(row, column, *v as f64, &styles.integer)?;
        }
        Cell::Real(v) => {
            let style = if share { &styles.share } else { &styles.real };
            sheet.write_number_with_format(row, column, *v, style)?;
        }
        Cell::Boolean(v) => {
            sheet.write_boolean(row, column, *v)?;
        }
        Cell::Date(d) => {
            let day = u16::try_from(d.year()).ok();
            let day = day.map(|y| ExcelDateTime::from_ymd(y, d.month() as u8, d.day() as u8));
            match day {
                Some(Ok(day)) => {
                    sheet.write_datetime_with_format(row, column, &day, &styles.date)?
                }
                // Before 1900 a sheet has no dates.
                _ => sheet.write_string(row, column, d.to_string())?,
            };
        }
    }
    Ok(false)
}

/// The beginning of a text, as long as a cell takes.
fn cut(text: &str) -> &str {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > TEXT_MAX {
            return &text[..at];
        }
    }
    text
}

/// The sheets that explain the others.
fn about(book: &mut Workbook, export: &Export<'_>, remarks: &[String], styles: &Styles) -> Written {
    sources(book.add_worksheet_with_constant_memory()?, export, styles)?;
    dictionary(book.add_worksheet_with_constant_memory()?, export, styles)?;
    readme(
        book.add_worksheet_with_constant_memory()?,
        export,
        remarks,
        styles,
    )
}

type Written = std::result::Result<(), XlsxError>;

fn sources(sheet: &mut Worksheet, export: &Export<'_>, styles: &Styles) -> Written {
    sheet.set_name("Sources")?;
    let rows = export.sources().map(|s| s.to_vec());
    table(
        sheet,
        &SOURCE_COLUMNS,
        &[16.0, 6.0, 44.0, 26.0, 24.0, 12.0, 16.0, 20.0],
        rows,
        styles,
    )
}

fn dictionary(sheet: &mut Worksheet, export: &Export<'_>, styles: &Styles) -> Written {
    sheet.set_name("Dictionnaire")?;
    let rows = export.selections.iter().flat_map(|s| {
        let heads = headings(s);
        let columns: Vec<Vec<String>> = heads
            .into_iter()
            .zip(&s.columns)
            .map(|(head, c)| {
                vec![
                    s.info.id.clone(),
                    head,
                    c.champ.nom.clone(),
                    c.champ.genre.clone(),
                    c.champ.unite.clone(),
                ]
            })
            .collect();
        columns
    });
    table(
        sheet,
        &[
            "Feuille",
            "Colonne",
            "Nom dans l’API et les autres formats",
            "Type",
            "Unité",
        ],
        &[20.0, 52.0, 34.0, 12.0, 10.0],
        rows,
        styles,
    )
}

fn table(
    sheet: &mut Worksheet,
    head: &[&str],
    widths: &[f64],
    rows: impl Iterator<Item = Vec<String>>,
    styles: &Styles,
) -> Written {
    for (i, (text, width)) in head.iter().zip(widths).enumerate() {
        sheet.set_column_width(i as u16, *width)?;
        sheet.write_string_with_format(0, i as u16, *text, &styles.head)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (row, cells) in (1..).zip(rows) {
        for (i, text) in cells.iter().enumerate() {
            if !text.is_empty() {
                sheet.write_string(row, i as u16, cut(text))?;
            }
        }
    }
    Ok(())
}

fn readme(
    sheet: &mut Worksheet,
    export: &Export<'_>,
    remarks: &[String],
    styles: &Styles,
) -> Written {
    sheet.set_name("Lisez-moi")?;
    sheet.set_column_width(0, 100)?;
    let mut lines = vec![export.description(), crate::notice::UNKNOWN.to_owned()];
    lines.extend(export.selections.iter().map(|s| {
        format!(
            "Feuille « {} » : {}, {} lignes, points en {}.",
            short(&s.info.id),
            s.info.titre,
            s.len(),
            named(s.crs())
        )
    }));
    lines.extend(remarks.iter().cloned());
    lines.push(format!("Licences des sources : {}.", export.licences()));
    sheet.write_string_with_format(0, 0, export.title(), &styles.title)?;
    for (row, line) in (2..).zip(&lines) {
        sheet.write_string_with_format(row, 0, cut(line), &styles.wrapped)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fixture, written};
    use crate::{Format, System};
    use calamine::{Data, Reader as _, Xlsx, open_workbook_from_rs};

    #[test]
    fn another_reader_finds_typed_cells_and_no_formula() {
        let f = Fixture::new();
        let (bytes, _) = written(
            Format::Xlsx,
            &f.export(&["parcelles", "logement"], System::CRS84),
        );
        let mut book: Xlsx<_> = open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
        assert_eq!(
            book.sheet_names(),
            [
                "parcelles",
                "logement",
                "Sources",
                "Dictionnaire",
                "Lisez-moi"
            ]
        );
        let sheet = book.worksheet_range("parcelles").unwrap();
        let head: Vec<String> = sheet
            .rows()
            .next()
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect();
        let at = |name: &str| head.iter().position(|h| h == name).unwrap();
        let row: Vec<&[Data]> = sheet.rows().skip(1).collect();
        assert_eq!(row.len(), 3);
        let contenance = at("Contenance cadastrale (m²)");
        assert_eq!(row[0][contenance], Data::Float(900.0));
        assert_eq!(row[1][contenance], Data::Empty, "unknown is not zero");
        assert_eq!(row[0][at("Parcelle arpentée")], Data::Bool(true));
        assert!(matches!(row[0][at("Date de création")], Data::DateTime(_)));
        let code = at("Code INSEE de la commune");
        assert_eq!(
            row[0][code],
            Data::String("34901".into()),
            "an identifier is a text"
        );
        let owner = at("Propriétaire principal, personne morale");
        assert_eq!(
            row[0][owner],
            Data::String("=HYPERLINK(\"http://x\")".into())
        );
        assert!(matches!(row[0][at("Longitude (°)")], Data::Float(v) if (3.0..4.0).contains(&v)));
        let formulas = book.worksheet_formula("parcelles").unwrap();
        assert!(formulas.cells().all(|(_, _, f)| f.is_empty()));
        let sources = book.worksheet_range("Sources").unwrap();
        let licence = Data::String("Licence Ouverte 2.0".into());
        assert!(sources.rows().any(|r| r.contains(&licence)));
    }

    #[test]
    fn texts_are_cut_by_whole_characters() {
        let long = "é😀".repeat(TEXT_MAX / 3 + 10);
        let kept = cut(&long);
        assert!(kept.encode_utf16().count() <= TEXT_MAX && long.starts_with(kept));
        assert!(kept.encode_utf16().count() > TEXT_MAX - 2);
        assert_eq!(cut("court"), "court");
    }
}
