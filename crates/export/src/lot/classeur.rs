//! The workbook: a sheet for each table, with what to read first and a dictionary.

use std::path::Path;

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format as Style, Table, TableColumn, TableStyle, Workbook,
    Worksheet, XlsxError,
};

use super::Lot;
use super::feuille::{Cellule, Colonne, Feuille};
use crate::{Error, Result};

const NAME: &str = "Classeur XLSX";
/// Square metres in a hectare.
const HECTARE: f64 = 10_000.0;
/// Paper of the tables, and of the sheets of text.
const A3: u8 = 8;
const A4: u8 = 9;
/// Scale of the tables on paper, in per cent: letters of seven points.
const PRINTED: u16 = 60;
/// Name of the sheet and number of the page.
const FOOTER: &str = "&L&A&R&P / &N";
/// Width of a column of sentences, in characters, and height of one of their lines, in points.
const READ: f64 = 90.0;
const LINE: f64 = 15.0;
/// Widest column, in characters.
const WIDEST: f64 = 42.0;

fn failed(e: XlsxError) -> Error {
    Error::of(NAME)(e)
}

struct Styles {
    integer: Style,
    tenth: Style,
    share: Style,
    date: Style,
    title: Style,
    wrapped: Style,
}

impl Styles {
    fn new() -> Self {
        let numbers = |format: &str| Style::new().set_num_format(format);
        Self {
            integer: numbers("#,##0"),
            tenth: numbers("#,##0.0"),
            share: numbers("0.0%"),
            date: numbers("dd/mm/yyyy"),
            title: Style::new().set_bold().set_font_size(14),
            wrapped: Style::new()
                .set_text_wrap()
                .set_align(rust_xlsxwriter::FormatAlign::Top),
        }
    }
}

pub(super) fn write(path: &Path, lot: &Lot<'_>, feuilles: &[Feuille]) -> Result<()> {
    let mut book = Workbook::new();
    let d = lot.edition.date;
    let day = ExcelDateTime::from_ymd(d.year().unsigned_abs(), d.month() as u8, d.day() as u8)
        .map_err(failed)?;
    book.set_properties(
        &DocProperties::new()
            .set_title(lot.title())
            .set_creation_datetime(&day),
    );
    let styles = Styles::new();
    first(book.add_worksheet(), lot, feuilles, &styles).map_err(failed)?;
    for f in feuilles {
        sheet(book.add_worksheet(), f, lot, &styles).map_err(failed)?;
    }
    dictionary(book.add_worksheet(), feuilles, &styles).map_err(failed)?;
    book.save(path).map_err(failed)
}

/// A column of the sheet: a figure of a row, in the unit that is stored or in the one that is read.
enum Part<'a> {
    Value(&'a Colonne),
    Hectares(&'a Colonne),
    Status(&'a Colonne),
}

fn parts(f: &Feuille) -> Vec<(String, Part<'_>)> {
    let mut out = Vec::new();
    for c in &f.colonnes {
        out.push((c.entete(), Part::Value(c)));
        if c.indicateur.unite == "m²" {
            out.push((format!("{} (ha)", c.indicateur.libelle), Part::Hectares(c)));
        }
        if !c.is_text() {
            out.push((format!("{}_statut", c.indicateur.id), Part::Status(c)));
        }
    }
    out
}

fn sheet(
    sheet: &mut Worksheet,
    f: &Feuille,
    lot: &Lot<'_>,
    styles: &Styles,
) -> std::result::Result<(), XlsxError> {
    sheet.set_name(&f.nom)?;
    let parts = parts(f);
    let provenance = ["Édition", "Règles"];
    for (r, l) in f.lignes.iter().enumerate() {
        let row = r as u32 + 1;
        for (i, (_, part)) in parts.iter().enumerate() {
            cell(sheet, row, i as u16, part, l, styles)?;
        }
        let at = parts.len() as u16;
        sheet.write_string(row, at, &lot.edition.id)?;
        sheet.write_string(row, at + 1, &lot.edition.bareme)?;
    }
    let heads: Vec<&str> = parts
        .iter()
        .map(|(head, _)| head.as_str())
        .chain(provenance)
        .collect();
    for (i, head) in heads.iter().enumerate() {
        let content = match parts.get(i) {
            Some((_, Part::Value(c))) => longest(c, f),
            _ => 0,
        };
        let width = (head.chars().count() as f64 * 0.8).max(content as f64 + 1.0);
        let width = width.clamp(10.0, WIDEST);
        sheet.set_column_width(i as u16, width)?;
    }
    let columns: Vec<TableColumn> = heads
        .iter()
        .map(|h| TableColumn::new().set_header(*h))
        .collect();
    let table = Table::new()
        .set_name(format!("t_{}", f.nom.to_lowercase()))
        .set_columns(&columns)
        .set_style(TableStyle::Light1);
    // A table without rows still has its head.
    let last = f.lignes.len().max(1) as u32;
    sheet.add_table(0, 0, last, heads.len() as u16 - 1, &table)?;
    sheet.set_freeze_panes(1, 2)?;
    // Fifty columns on the width of one page cannot be read: they go over several, each with what names the rows.
    sheet
        .set_landscape()
        .set_paper_size(A3)
        .set_print_scale(PRINTED)
        .set_repeat_rows(0, 0)?
        .set_repeat_columns(0, 1)?
        .set_footer(FOOTER);
    Ok(())
}

/// Characters of the longest text of a column.
fn longest(c: &Colonne, f: &Feuille) -> usize {
    let length = |ligne| match c.cellule(ligne) {
        Cellule::Texte(t) => t.chars().count(),
        _ => 0,
    };
    f.lignes.iter().map(length).max().unwrap_or_default()
}

fn cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    part: &Part<'_>,
    ligne: &serde_json::Map<String, serde_json::Value>,
    styles: &Styles,
) -> std::result::Result<(), XlsxError> {
    match part {
        Part::Value(c) => match c.cellule(ligne) {
            Cellule::Nombre(v) => {
                let style = match c.indicateur.unite.as_str() {
                    "part" => &styles.share,
                    "an" => return sheet.write_number(row, column, v).map(drop),
                    "ratio" => &styles.tenth,
                    _ => &styles.integer,
                };
                sheet.write_number_with_format(row, column, v, style)?;
            }
            Cellule::Texte(t) if c.indicateur.unite == "date" => {
                match t.parse::<jiff::civil::Date>().ok().and_then(excel) {
                    Some(day) => {
                        sheet.write_datetime_with_format(row, column, &day, &styles.date)?
                    }
                    None => sheet.write_string(row, column, t)?,
                };
            }
            Cellule::Texte(t) => {
                sheet.write_string(row, column, t)?;
            }
            Cellule::Booleen(b) => {
                sheet.write_string(row, column, if b { "oui" } else { "non" })?;
            }
            Cellule::Absente(_) => {}
        },
        Part::Hectares(c) => {
            if let Cellule::Nombre(v) = c.cellule(ligne) {
                sheet.write_number_with_format(row, column, v / HECTARE, &styles.tenth)?;
            }
        }
        Part::Status(c) => {
            let status = match c.cellule(ligne) {
                Cellule::Absente(why) => why,
                _ => "renseigne",
            };
            sheet.write_string(row, column, status)?;
        }
    }
    Ok(())
}

/// Before 1900 a sheet has no dates.
fn excel(d: jiff::civil::Date) -> Option<ExcelDateTime> {
    ExcelDateTime::from_ymd(
        u16::try_from(d.year()).ok()?,
        d.month() as u8,
        d.day() as u8,
    )
    .ok()
}

fn first(
    sheet: &mut Worksheet,
    lot: &Lot<'_>,
    feuilles: &[Feuille],
    styles: &Styles,
) -> std::result::Result<(), XlsxError> {
    sheet.set_name("Lisez-moi")?;
    sheet.set_column_width(0, 26)?;
    sheet.set_column_width(1, READ)?;
    sheet.write_string_with_format(0, 0, lot.title(), &styles.title)?;
    let m = lot.edition;
    let mut lines = vec![
        ("Observatoire", m.nom.clone()),
        ("Édition", format!("{} (règles et fraîcheur au {})", m.id, m.date)),
        ("Règles", m.bareme.clone()),
        ("Programme", format!("Gisement {}", m.programme)),
        ("Valeur absente", "Une cellule vide est inconnue, jamais zéro ; la colonne « _statut » dit pourquoi : non_renseigne, sans_objet (division par une enveloppe nulle), secret.".to_owned()),
        ("Surfaces", "En m² (entiers) et en hectares ; surfaces planes de la projection légale.".to_owned()),
        ("Deux registres", "La consommation d’ENAF (Cerema) et l’artificialisation nette (OCS GE) ne s’additionnent jamais.".to_owned()),
    ];
    if m.fictif {
        lines.push((
            "Territoire fictif",
            "Toutes ces données sont inventées.".to_owned(),
        ));
    }
    for (i, (name, text)) in lines.iter().enumerate() {
        let row = i as u32 + 2;
        sheet.write_string_with_format(row, 0, *name, &styles.wrapped)?;
        sheet.write_string_with_format(row, 1, text, &styles.wrapped)?;
        // Not every reader makes room by itself for a text of several lines.
        let needed = (text.chars().count() as f64 / READ).ceil();
        sheet.set_row_height(row, LINE * needed)?;
    }
    let start = lines.len() as u32 + 3;
    for (i, f) in feuilles.iter().enumerate() {
        let row = start + i as u32;
        let link = rust_xlsxwriter::Url::new(format!("internal:'{}'!A1", f.nom)).set_text(&f.nom);
        sheet.write_url(row, 0, link)?;
        sheet.write_string(row, 1, &f.titre)?;
    }
    sheet
        .set_landscape()
        .set_paper_size(A4)
        .set_print_fit_to_pages(1, 0);
    Ok(())
}

fn dictionary(
    sheet: &mut Worksheet,
    feuilles: &[Feuille],
    styles: &Styles,
) -> std::result::Result<(), XlsxError> {
    sheet.set_name("Dictionnaire")?;
    let heads = ["Feuille", "Colonne", "Libellé", "Définition", "Unité"];
    for (i, width) in [18.0, 26.0, 34.0, 80.0, 12.0].into_iter().enumerate() {
        sheet.set_column_width(i as u16, width)?;
    }
    let mut row = 1;
    for f in feuilles {
        for c in &f.colonnes {
            let i = c.indicateur;
            for (column, text) in [&f.nom, &i.id, &i.libelle, &i.definition, &i.unite]
                .into_iter()
                .enumerate()
            {
                sheet.write_string_with_format(row, column as u16, text, &styles.wrapped)?;
            }
            row += 1;
        }
    }
    let columns: Vec<TableColumn> = heads
        .iter()
        .map(|h| TableColumn::new().set_header(*h))
        .collect();
    let table = Table::new()
        .set_name("t_dictionnaire")
        .set_columns(&columns)
        .set_style(TableStyle::Light1);
    sheet.add_table(0, 0, row.max(2) - 1, heads.len() as u16 - 1, &table)?;
    sheet.set_freeze_panes(1, 2)?;
    sheet
        .set_landscape()
        .set_paper_size(A4)
        .set_print_fit_to_pages(1, 0)
        .set_repeat_rows(0, 0)?
        .set_footer(FOOTER);
    Ok(())
}
