//! The cells of an OpenDocument sheet, streamed out of `content.xml`.
//!
//! A cell or a row may say that it is repeated, up to filling the sheet: a few bytes can mean 17 billion cells.
//! Repetitions of nothing are skipped, those of something are counted before they are written. Hence no
//! library: calamine holds a sheet as a full grid, GDAL (3.6) leaves repeated rows out beyond a limit and says nothing.

use std::io::{BufRead, BufReader};
use std::path::Path;

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::{COLUMNS_MAX, Counter, Rows, unknown_sheet};
use crate::reader::Cell;
use crate::{Error, archive};

/// The cells of a sheet, row by row, as those of an XLSX one.
pub(super) fn ods(path: &Path, table: Option<&str>) -> Result<(String, Rows), Error> {
    let mut zip = archive::zip_list(path)?;
    let corrupt = |detail: String| Error::Corrupt {
        path: path.into(),
        ligne: 0,
        detail: format!("classeur illisible ({detail})"),
    };
    let content = zip
        .by_name("content.xml")
        .map_err(|e| corrupt(e.to_string()))?;
    let mut reading = Reading {
        xml: Reader::from_reader(BufReader::with_capacity(1 << 16, content)),
        buf: Vec::new(),
        path,
    };
    let mut names: Vec<String> = Vec::new();
    let mut spreadsheet = false;
    while let Some(tag) = reading.child()? {
        match tag.name.as_str() {
            // What leads to the sheets: their children come next.
            "office:document-content" | "office:body" => {}
            "office:spreadsheet" => spreadsheet = true,
            // Not those of a linked file: they stand in an element of their own, which is skipped.
            "table:table" if spreadsheet => {
                let name = tag.get("table:name").unwrap_or_default().to_owned();
                if table.is_none_or(|t| t.eq_ignore_ascii_case(&name)) {
                    let mut sheet = Sheet {
                        rows: Vec::new(),
                        counter: Counter::new(path),
                    };
                    if !tag.empty {
                        reading.rows(&mut sheet)?;
                    }
                    return Ok((name, sheet.rows));
                }
                names.push(name);
                reading.skip(&tag)?;
            }
            _ => reading.skip(&tag)?,
        }
    }
    match table {
        Some(wanted) if !names.is_empty() => Err(unknown_sheet(path, wanted, &names)),
        _ => Err(Error::Format {
            path: path.into(),
            detail: "classeur sans feuille".into(),
        }),
    }
}

/// A sheet as it fills.
struct Sheet<'p> {
    rows: Rows,
    counter: Counter<'p>,
}

/// The start of an element.
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
    /// `<x/>`: nothing inside, and no end.
    empty: bool,
}

impl Tag {
    fn get(&self, key: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(k, _)| k == key)
            .map(|(_, v)| v.as_str())
    }

    /// How many times the element stands for itself.
    fn times(&self, key: &str) -> usize {
        self.get(key)
            .and_then(|n| n.parse().ok())
            .unwrap_or(1)
            .max(1)
    }
}

struct Reading<'p, R> {
    xml: Reader<R>,
    buf: Vec<u8>,
    path: &'p Path,
}

/// What comes next inside an element.
enum Next {
    Start(Tag),
    Text(String),
    End,
    Eof,
}

impl<R: BufRead> Reading<'_, R> {
    fn corrupt(&self, detail: impl ToString) -> Error {
        Error::Corrupt {
            path: self.path.into(),
            ligne: 0,
            detail: format!("classeur illisible ({})", detail.to_string()),
        }
    }

    fn next(&mut self) -> Result<Next, Error> {
        loop {
            self.buf.clear();
            let read = match self.xml.read_event_into(&mut self.buf) {
                Ok(Event::Start(e)) => tag(&e, false).map(Next::Start),
                Ok(Event::Empty(e)) => tag(&e, true).map(Next::Start),
                Ok(Event::End(_)) => Ok(Next::End),
                Ok(Event::Eof) => Ok(Next::Eof),
                Ok(Event::Text(t)) => Ok(Next::Text(t.xml10_content().into_owned())),
                Ok(Event::CData(t)) => Ok(Next::Text(t.xml10_content().into_owned())),
                Ok(Event::GeneralRef(r)) => Ok(Next::Text(reference(&r))),
                Ok(_) => continue,
                Err(e) => Err(e.to_string()),
            };
            return read.map_err(|e| self.corrupt(e));
        }
    }

    /// The next element at this level or, after it, at the levels above; `None` at the end of the document.
    fn child(&mut self) -> Result<Option<Tag>, Error> {
        loop {
            match self.next()? {
                Next::Start(tag) => return Ok(Some(tag)),
                Next::Eof => return Ok(None),
                Next::Text(_) | Next::End => {}
            }
        }
    }

    /// Leaves an element out, with all that it holds.
    fn skip(&mut self, tag: &Tag) -> Result<(), Error> {
        let mut depth = u64::from(!tag.empty);
        while depth > 0 {
            match self.next()? {
                Next::Start(t) => depth += u64::from(!t.empty),
                Next::End => depth -= 1,
                Next::Text(_) => {}
                Next::Eof => return Err(self.corrupt("fin du document au milieu d’un élément")),
            }
        }
        Ok(())
    }

    /// The rows of a sheet, to its end. Groups and headers of rows hold rows.
    fn rows(&mut self, sheet: &mut Sheet<'_>) -> Result<(), Error> {
        const GROUPS: [&str; 4] = [
            "table:table-row-group",
            "table:table-rows",
            "table:table-header-rows",
            "text:soft-page-break",
        ];
        let mut depth = 1_u64;
        while depth > 0 {
            match self.next()? {
                Next::Start(tag) if tag.name == "table:table-row" => {
                    if !tag.empty {
                        let row = self.row(&mut sheet.counter)?;
                        if !row.is_empty() {
                            let times = tag.times("table:number-rows-repeated");
                            for (_, c) in &row {
                                sheet.counter.add(c, times - 1)?;
                            }
                            sheet.rows.extend(std::iter::repeat_n(row, times));
                        }
                    }
                }
                Next::Start(tag) if GROUPS.contains(&tag.name.as_str()) => {
                    depth += u64::from(!tag.empty);
                }
                Next::Start(tag) => self.skip(&tag)?,
                Next::End => depth -= 1,
                Next::Text(_) => {}
                Next::Eof => return Err(self.corrupt("fin du document au milieu d’une feuille")),
            }
        }
        Ok(())
    }

    /// The cells of a row that hold something, with their columns.
    fn row(&mut self, counter: &mut Counter<'_>) -> Result<Vec<(usize, Cell<'static>)>, Error> {
        let mut row = Vec::new();
        let mut column = 0_usize;
        loop {
            match self.next()? {
                Next::Start(tag)
                    if tag.name == "table:table-cell" || tag.name == "table:covered-table-cell" =>
                {
                    let text = if tag.empty {
                        String::new()
                    } else {
                        self.text()?
                    };
                    let times = tag.times("table:number-columns-repeated");
                    let next = column.saturating_add(times);
                    if let Some(value) = cell(&tag, text) {
                        counter.add(&value, times)?;
                        if next > COLUMNS_MAX {
                            return Err(counter.limit());
                        }
                        row.extend((column..next).map(|i| (i, value.clone())));
                    }
                    column = next;
                }
                Next::Start(tag) => self.skip(&tag)?,
                Next::End => return Ok(row),
                Next::Text(_) => {}
                Next::Eof => return Err(self.corrupt("fin du document au milieu d’une ligne")),
            }
        }
    }

    /// The text of a cell, one line for each paragraph. Comments and drawings of the cell are not its text.
    fn text(&mut self) -> Result<String, Error> {
        let mut out = String::new();
        let mut first = true;
        loop {
            match self.next()? {
                Next::Start(tag) if tag.name == "text:p" => {
                    if !std::mem::take(&mut first) {
                        out.push('\n');
                    }
                    if !tag.empty {
                        self.paragraph(&mut out)?;
                    }
                }
                Next::Start(tag) => self.skip(&tag)?,
                Next::End => return Ok(out),
                Next::Text(_) => {}
                Next::Eof => return Err(self.corrupt("fin du document au milieu d’une cellule")),
            }
        }
    }

    /// The text of a paragraph, with that of its spans and links.
    fn paragraph(&mut self, out: &mut String) -> Result<(), Error> {
        let mut depth = 1_u64;
        while depth > 0 {
            match self.next()? {
                Next::Start(tag) => match tag.name.as_str() {
                    "text:s" => {
                        // More means nothing, and would make much of a short file.
                        let n = tag.times("text:c").min(16);
                        out.extend(std::iter::repeat_n(' ', n));
                        self.skip(&tag)?;
                    }
                    "text:tab" | "text:line-break" => {
                        out.push(' ');
                        self.skip(&tag)?;
                    }
                    "office:annotation" | "text:note" | "text:ruby-text" => self.skip(&tag)?,
                    _ => depth += u64::from(!tag.empty),
                },
                Next::Text(t) => out.push_str(&t),
                Next::End => depth -= 1,
                Next::Eof => return Err(self.corrupt("fin du document au milieu d’un texte")),
            }
        }
        Ok(())
    }
}

fn tag(e: &BytesStart<'_>, empty: bool) -> Result<Tag, String> {
    let mut attributes = Vec::new();
    for a in e.attributes().with_checks(false) {
        let a = a.map_err(|e| e.to_string())?;
        let value = a
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|e| e.to_string())?;
        attributes.push((a.key.as_ref().to_owned(), value.into_owned()));
    }
    Ok(Tag {
        name: e.name().as_ref().to_owned(),
        attributes,
        empty,
    })
}

/// The character that a reference means. Entities that the document defines itself are never expanded.
fn reference(r: &BytesRef<'_>) -> String {
    match r.resolve_char_ref() {
        Ok(Some(c)) => c.to_string(),
        _ => resolve_predefined_entity(r).unwrap_or_default().to_owned(),
    }
}

/// The value of a cell: typed where it says so, else its text.
fn cell(tag: &Tag, text: String) -> Option<Cell<'static>> {
    // `#DIV/0!` is the text of an error.
    if tag.get("calcext:value-type") == Some("error") {
        return None;
    }
    let number = || tag.get("office:value")?.trim().parse::<f64>().ok();
    let typed = match tag.get("office:value-type") {
        Some("float" | "currency" | "percentage") => number().map(super::number),
        // The time of day matters to nobody here.
        Some("date") => tag
            .get("office:date-value")
            .and_then(|d| d.split('T').next())
            .map(Cell::text),
        Some("boolean") => tag
            .get("office:boolean-value")
            .map(|b| Cell::Bool(b == "true")),
        Some("time") => tag.get("office:time-value").map(Cell::text),
        _ => tag.get("office:string-value").map(Cell::text),
    };
    match typed {
        Some(Cell::Text(t)) if t.trim().is_empty() => None,
        Some(c) => Some(c),
        None => (!text.trim().is_empty()).then(|| Cell::text(text)),
    }
}
