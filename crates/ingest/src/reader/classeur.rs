//! Spreadsheets as tables: one sheet, whose first row that is not empty names the columns.
//!
//! Cells are those that a CSV of the sheet would give: dates are ISO text, numbers are numbers.

mod ods;

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use calamine::{Data, DataRef, ExcelDateTime, Reader as _, Xlsx, open_workbook};

use super::{Batch, Cell, Info, Outcome, Raw, RawRow, Reader, Wanted};
use crate::Error;
use crate::error::nearest;
use crate::open::{Classeur, Progress};
use crate::shape::Shape;

const ROWS_PER_BATCH: usize = 2000;
/// Bytes of a workbook once decompressed, and of the texts of its cells: it is read in memory, and one text may be
/// that of many cells.
const BYTES_MAX: u64 = 512 << 20;
/// Cells that hold something, and columns.
const CELLS_MAX: usize = 20_000_000;
const COLUMNS_MAX: usize = 4096;

pub(super) struct ClasseurReader {
    info: Info,
    rows: std::vec::IntoIter<Vec<(usize, Cell<'static>)>>,
    slots: Vec<Option<usize>>,
    progress: Progress,
    number: u64,
}

impl ClasseurReader {
    /// Reads the first sheet, or the one that `table` names.
    pub(super) fn open(path: &Path, kind: Classeur, table: Option<&str>) -> Result<Self, Error> {
        crate::archive::check_zip(path, BYTES_MAX)?;
        let (name, mut rows) = match kind {
            Classeur::Xlsx => xlsx(path, table)?,
            Classeur::Ods => ods::ods(path, table)?,
        };
        rows.retain(|r| !r.is_empty());
        let mut rows = rows.into_iter();
        let header = rows.next().ok_or_else(|| Error::Format {
            path: path.into(),
            detail: format!("feuille « {name} » vide"),
        })?;
        let width = header.last().map_or(0, |(i, _)| i + 1);
        let mut columns = vec![String::new(); width];
        for (i, cell) in &header {
            if let Some(text) = crate::columns::as_text(cell) {
                text.trim().clone_into(&mut columns[*i]);
            }
        }
        Ok(Self {
            info: Info {
                format: match kind {
                    Classeur::Xlsx => "classeur XLSX",
                    Classeur::Ods => "classeur ODS",
                },
                columns,
                encoding: match kind {
                    Classeur::Xlsx => "UTF-8 (XLSX)",
                    Classeur::Ods => "UTF-8 (ODS)",
                }
                .into(),
                table: name,
                ..Info::default()
            },
            progress: Progress::rows(rows.len() as u64),
            rows,
            slots: Vec::new(),
            number: 0,
        })
    }
}

/// The cells of a sheet that hold something, row by row, with their columns: a lone one in the last corner of a
/// sheet costs nothing.
type Rows = Vec<Vec<(usize, Cell<'static>)>>;

/// Counts the cells of a workbook against the limit.
struct Counter<'p> {
    path: &'p Path,
    cells: usize,
    bytes: u64,
}

impl<'p> Counter<'p> {
    fn new(path: &'p Path) -> Self {
        Self {
            path,
            cells: 0,
            bytes: 0,
        }
    }

    /// Counts a cell `n` times more, before it is kept.
    fn add(&mut self, cell: &Cell<'_>, n: usize) -> Result<(), Error> {
        self.cells = self.cells.saturating_add(n);
        if let Cell::Text(t) = cell {
            self.bytes = self
                .bytes
                .saturating_add((t.len() as u64).saturating_mul(n as u64));
        }
        if self.cells > CELLS_MAX || self.bytes > BYTES_MAX {
            return Err(self.limit());
        }
        Ok(())
    }

    fn limit(&self) -> Error {
        Error::Limit {
            path: self.path.into(),
            detail: format!(
                "classeur de plus de {CELLS_MAX} cellules, de {COLUMNS_MAX} colonnes ou de {} Mio de texte : enregistrez-le en CSV",
                BYTES_MAX >> 20
            ),
        }
    }
}

fn unknown_sheet(path: &Path, wanted: &str, names: &[String]) -> Error {
    Error::Config {
        cle: "table",
        detail: format!(
            "« {wanted} » n’est pas dans {} ; feuilles proches : {}",
            path.display(),
            nearest(wanted, names.iter().map(String::as_str))
        ),
    }
}

/// The cells of an XLSX sheet.
fn xlsx(path: &Path, table: Option<&str>) -> Result<(String, Rows), Error> {
    let owned: PathBuf = path.into();
    let corrupt = |e: calamine::XlsxError| Error::Corrupt {
        path: owned.clone(),
        ligne: 0,
        detail: format!("classeur illisible ({e})"),
    };
    let mut book: Xlsx<_> = open_workbook(path).map_err(corrupt)?;
    let names = book.sheet_names();
    let name = match table {
        None => names.first().cloned().ok_or_else(|| Error::Format {
            path: path.into(),
            detail: "classeur sans feuille".into(),
        })?,
        Some(wanted) => names
            .iter()
            .find(|n| n.eq_ignore_ascii_case(wanted))
            .cloned()
            .ok_or_else(|| unknown_sheet(path, wanted, &names))?,
    };
    let mut cells = book.worksheet_cells_reader(&name).map_err(corrupt)?;
    let mut rows: Rows = Vec::new();
    let (mut at, mut counter) = (None, Counter::new(path));
    while let Some(c) = cells.next_cell().map_err(corrupt)? {
        let (row, column) = c.get_position();
        let Some(value) = cell(c.get_value()) else {
            continue;
        };
        counter.add(&value, 1)?;
        if column as usize >= COLUMNS_MAX {
            return Err(counter.limit());
        }
        if at != Some(row) {
            at = Some(row);
            rows.push(Vec::new());
        }
        if let Some(r) = rows.last_mut() {
            r.push((column as usize, value));
        }
    }
    Ok((name, rows))
}

fn cell(value: &DataRef<'_>) -> Option<Cell<'static>> {
    match Data::from(value.clone()) {
        Data::Empty | Data::Error(_) => None,
        Data::String(s) | Data::DateTimeIso(s) | Data::DurationIso(s) => {
            (!s.trim().is_empty()).then(|| Cell::text(s))
        }
        Data::Int(n) => Some(Cell::Int(n)),
        Data::Float(x) => Some(number(x)),
        Data::Bool(b) => Some(Cell::Bool(b)),
        Data::DateTime(d) => Some(date(d)),
    }
}

/// A workbook has one kind of number: codes are whole ones.
fn number(x: f64) -> Cell<'static> {
    if x.fract() == 0.0 && x.abs() < 9e15 {
        Cell::Int(x as i64)
    } else {
        Cell::Real(x)
    }
}

/// A date as CSV would have it; the time of day matters to nobody here.
fn date(d: ExcelDateTime) -> Cell<'static> {
    if d.is_duration() {
        return Cell::Real(d.as_f64());
    }
    let (year, month, day, ..) = d.to_ymd_hms_milli();
    Cell::text(format!("{year:04}-{month:02}-{day:02}"))
}

impl Reader for ClasseurReader {
    fn info(&self) -> &Info {
        &self.info
    }

    fn want(&mut self, wanted: &Wanted) {
        self.slots = wanted
            .names
            .iter()
            .map(|n| self.info.columns.iter().position(|c| c == n))
            .collect();
    }

    fn batch(&mut self) -> Result<Option<Batch>, Error> {
        let mut out = Vec::with_capacity(ROWS_PER_BATCH);
        for row in self.rows.by_ref().take(ROWS_PER_BATCH) {
            self.number += 1;
            out.push(Raw::Row(RawRow {
                number: self.number,
                cells: self
                    .slots
                    .iter()
                    .map(|s| {
                        s.and_then(|i| row.iter().find(|(c, _)| *c == i))
                            .map_or(Cell::Null, |(_, cell)| cell.clone())
                    })
                    .collect(),
                shape: Shape::default(),
            }));
        }
        self.progress.done.store(self.number, Ordering::Relaxed);
        Ok((!out.is_empty()).then_some(Batch::Rows(out)))
    }

    fn progress(&self) -> Progress {
        self.progress.clone()
    }

    fn outcome(&self) -> Outcome {
        Outcome::default()
    }
}
