//! dBASE III tables in UTF-8. Columns are as wide as what they hold.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use super::{NAME, SIZE_MAX, names, too_large};
use crate::column::Cell;
use crate::{Error, Result, Selection};

/// Widest text, in bytes.
const TEXT_MAX: usize = 254;
/// Widest number.
const NUMBER_MAX: usize = 20;
/// Decimals of numbers that have some.
const DECIMALS: usize = 6;
/// Most columns that readers take.
const FIELDS_MAX: usize = 255;

/// A column of the table.
#[derive(Debug)]
pub(super) struct Field<'a> {
    /// Its short name.
    pub(super) name: String,
    /// The column it stands for.
    pub(super) column: &'a str,
    kind: u8,
    width: usize,
    decimals: usize,
}

/// The columns of a selection, as wide as its values need: a first pass over them.
pub(super) fn fields<'a>(selection: &Selection<'a>) -> Vec<Field<'a>> {
    let columns: Vec<&str> = selection
        .columns
        .iter()
        .map(|c| c.champ.nom.as_str())
        .collect();
    names::short(&columns)
        .into_iter()
        .zip(&selection.columns)
        .map(|(name, c)| {
            let cells = (0..selection.len()).map(|place| c.values.cell(selection.row(place)));
            let (kind, decimals) = match c.champ.genre.as_str() {
                "integer" => (b'N', 0),
                "real" => (b'N', DECIMALS),
                "boolean" => (b'L', 0),
                "date" => (b'D', 0),
                _ => (b'C', 0),
            };
            let width = match kind {
                b'L' => 1,
                b'D' => 8,
                _ => {
                    let mut text = String::new();
                    let most = if kind == b'C' { TEXT_MAX } else { NUMBER_MAX };
                    let widest = cells.map(|cell| {
                        text.clear();
                        write(&cell, decimals, &mut text);
                        text.len()
                    });
                    widest.max().unwrap_or(0).clamp(1, most)
                }
            };
            Field {
                name,
                column: &c.champ.nom,
                kind,
                // A reader takes the decimals with the point out of the width.
                width: width.max(if decimals > 0 { decimals + 2 } else { 1 }),
                decimals,
            }
        })
        .collect()
}

/// A value as the table has it, not yet padded; nothing when it is unknown.
fn write(cell: &Cell<'_>, decimals: usize, out: &mut String) {
    use std::fmt::Write as _;
    let _ = match cell {
        Cell::Null => Ok(()),
        Cell::Text(t) => out.write_str(t),
        Cell::Texts(t) => out.write_str(t),
        Cell::Integer(v) => write!(out, "{v}"),
        Cell::Real(v) => write!(out, "{v:.decimals$}"),
        Cell::Boolean(v) => out.write_str(if *v { "T" } else { "F" }),
        Cell::Date(d) => write!(out, "{:04}{:02}{:02}", d.year(), d.month(), d.day()),
    };
}

/// A table being written.
pub(super) struct Table {
    path: PathBuf,
    file: BufWriter<File>,
    /// Width, kind and decimals of each column.
    columns: Vec<(usize, u8, usize)>,
    size: u64,
    cut: usize,
    text: String,
    record: Vec<u8>,
}

impl Table {
    /// A table of this many rows.
    pub(super) fn create(path: &Path, fields: &[Field<'_>], rows: usize) -> Result<Self> {
        if fields.len() > FIELDS_MAX {
            return Err(Error::Limit {
                format: NAME,
                limit: format!("{FIELDS_MAX} colonnes au plus"),
                advice: "choisissez des propriétés, ou le GeoPackage",
            });
        }
        let record = 1 + fields.iter().map(|f| f.width).sum::<usize>();
        let head = 32 * (fields.len() + 1) + 1;
        let size = head as u64 + record as u64 * rows as u64;
        if size > SIZE_MAX {
            return Err(too_large());
        }
        let file = File::create(path).map_err(Error::io(path))?;
        let mut out = Vec::with_capacity(head);
        // The date of a table is of no use, and would make two files of the same rows differ.
        out.extend_from_slice(&[3, 126, 1, 1]);
        out.extend_from_slice(&(rows as u32).to_le_bytes());
        // 255 columns of 254 bytes, and as many descriptions of 32: both fit in sixteen bits.
        out.extend_from_slice(&(head as u16).to_le_bytes());
        out.extend_from_slice(&(record as u16).to_le_bytes());
        out.resize(32, 0);
        for f in fields {
            let mut d = [0; 32];
            d[..f.name.len()].copy_from_slice(f.name.as_bytes());
            d[11] = f.kind;
            d[16] = f.width as u8;
            d[17] = f.decimals as u8;
            out.extend_from_slice(&d);
        }
        out.push(b'\r');
        let mut file = BufWriter::new(file);
        file.write_all(&out).map_err(Error::io(path))?;
        Ok(Self {
            path: path.to_owned(),
            file,
            columns: fields
                .iter()
                .map(|f| (f.width, f.kind, f.decimals))
                .collect(),
            size: head as u64,
            cut: 0,
            text: String::new(),
            record: Vec::new(),
        })
    }

    pub(super) fn push<'c>(&mut self, cells: impl Iterator<Item = Cell<'c>>) -> Result<()> {
        self.record.clear();
        self.record.push(b' ');
        for (cell, &(width, kind, decimals)) in cells.zip(&self.columns) {
            self.text.clear();
            write(&cell, decimals, &mut self.text);
            // Between two characters: half of one is no text.
            let end = self.text.floor_char_boundary(width);
            if kind == b'C' {
                self.cut += usize::from(end < self.text.len());
                self.record.extend_from_slice(&self.text.as_bytes()[..end]);
                self.record.resize(self.record.len() + width - end, b' ');
            } else if kind == b'L' && self.text.is_empty() {
                self.record.push(b'?');
            } else if self.text.len() > width {
                // A number with more digits than a column can have: unknown rather than another number.
                self.record.resize(self.record.len() + width, b'*');
            } else {
                let pad = width - self.text.len();
                self.record.resize(self.record.len() + pad, b' ');
                self.record.extend_from_slice(self.text.as_bytes());
            }
        }
        self.size += self.record.len() as u64;
        self.file
            .write_all(&self.record)
            .map_err(Error::io(&self.path))
    }

    /// Bytes written.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Ends the table; gives how many texts were cut.
    pub(super) fn finish(mut self) -> Result<usize> {
        self.file
            .write_all(&[0x1a])
            .and_then(|()| self.file.flush())
            .map_err(Error::io(&self.path))?;
        Ok(self.cut)
    }
}
