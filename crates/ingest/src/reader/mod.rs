//! Readers: a file becomes batches of raw rows. Reading is sequential and cheap; parsing a batch is not, and is
//! done in parallel by the caller.

mod archive;
mod classeur;
pub(crate) mod coords;
pub(crate) mod csv;
pub(crate) mod cutter;
pub(crate) mod dbf;
#[cfg(feature = "gdal")]
mod edigeo;
pub(crate) mod feature;
#[cfg(feature = "gdal")]
pub(crate) mod gdal;
pub(crate) mod geojson;
mod plain;
pub(crate) mod shapefile;
pub(crate) mod table;

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use gisement_model::Crs;

use crate::Error;
use crate::open::{Format, Progress};
use crate::shape::Shape;
use crate::{SourceFile, open};

/// One value of a raw row.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Cell<'a> {
    #[default]
    Null,
    Text(Cow<'a, str>),
    Int(i64),
    Real(f64),
    Bool(bool),
    List(Vec<String>),
}

impl Cell<'_> {
    pub(crate) fn text(s: impl Into<String>) -> Cell<'static> {
        Cell::Text(Cow::Owned(s.into()))
    }
}

/// A row as read: its number from 1, the columns asked for, its geometry.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct RawRow<'a> {
    pub(crate) number: u64,
    pub(crate) cells: Vec<Cell<'a>>,
    pub(crate) shape: Shape,
}

impl RawRow<'_> {
    /// Makes room for the row of this number.
    pub(crate) fn clear(&mut self, number: u64, wanted: &Wanted) {
        self.number = number;
        self.shape.clear();
        self.cells.clear();
        self.cells.resize(wanted.names.len(), Cell::Null);
    }
}

/// Part of a file.
pub(crate) enum Batch {
    /// Rows that the format gives one by one.
    Rows(Vec<Raw>),
    /// JSON objects, to be parsed in parallel.
    Objects(cutter::Chunk),
}

/// A row, or why it cannot be one.
pub(crate) enum Raw {
    Row(RawRow<'static>),
    /// A row that the file itself marks as deleted.
    Deleted(u64),
    Broken(u64, String),
}

/// The columns that a layer wants from a file, each at a fixed place in [`RawRow::cells`].
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) names: Vec<String>,
    slots: HashMap<String, usize>,
}

impl Wanted {
    /// The place of a column, added if new.
    pub(crate) fn slot(&mut self, name: &str) -> usize {
        if let Some(&s) = self.slots.get(name) {
            return s;
        }
        let s = self.names.len();
        self.names.push(name.to_owned());
        self.slots.insert(name.to_owned(), s);
        s
    }

    /// The place of a column. `hint` is where it would be if columns came in the same order as before.
    pub(crate) fn find(&self, name: &str, hint: usize) -> Option<usize> {
        if self.names.get(hint).is_some_and(|n| n == name) {
            return Some(hint);
        }
        self.slots.get(name).copied()
    }
}

/// What is known of a file once it is open.
#[derive(Debug, Clone, Default)]
pub(crate) struct Info {
    /// The format, in words.
    pub(crate) format: &'static str,
    /// Column names, as the file spells them.
    pub(crate) columns: Vec<String>,
    /// Columns may appear later in the file (JSON).
    pub(crate) open_columns: bool,
    /// Whether the format carries geometries of its own (a CSV may have some in its cells).
    pub(crate) has_geometry: bool,
    /// The reference system declared by the file, and where.
    pub(crate) crs: Option<Crs>,
    /// The system that the declared one would be taken for, when only its datum is another.
    pub(crate) looks_like: Option<Crs>,
    /// How the file declares its reference system, in words.
    pub(crate) crs_words: String,
    /// How the text encoding was decided.
    pub(crate) encoding: String,
    /// Name of the table inside the file.
    pub(crate) table: String,
}

/// How a file ended.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outcome {
    /// Why it ends before its end.
    pub(crate) truncated: Option<String>,
    /// Unexpected characters between features.
    pub(crate) garbage: u64,
    /// A reference system declared after the rows.
    pub(crate) late_crs: Option<Crs>,
    /// Text that was not in the announced encoding.
    pub(crate) encoding: Option<String>,
}

/// A file open for reading.
pub(crate) trait Reader: Send {
    /// What is known before the rows.
    fn info(&self) -> &Info;
    /// Says which columns are wanted; called once, before the first batch.
    fn want(&mut self, wanted: &Wanted);
    /// The next rows; `None` at the end.
    fn batch(&mut self) -> Result<Option<Batch>, Error>;
    /// How far the reader is.
    fn progress(&self) -> Progress;
    /// How the file ended; called once, after the last batch.
    fn outcome(&self) -> Outcome;
}

/// How well a table suits the layer, from its name and columns.
pub(crate) type Score<'s> = dyn Fn(&str, &[String]) -> i64 + 's;

/// What is asked of a file.
pub(crate) struct Request<'r> {
    pub(crate) file: &'r SourceFile<'r>,
    must_have: &'r [&'r str],
    encoding: Option<&'static encoding_rs::Encoding>,
    pub(crate) score: &'r Score<'r>,
}

/// Opens a file. `must_have` are columns that the configuration names; `score` says how well a list of columns
/// suits the layer, to choose a table among several.
pub(crate) fn open(
    file: &SourceFile<'_>,
    must_have: &[&str],
    score: &Score<'_>,
) -> Result<Box<dyn Reader>, Error> {
    let encoding = match &file.config.encodage {
        None => None,
        Some(label) => Some(open::encoding_named(label).ok_or_else(|| Error::Config {
            cle: "encodage",
            detail: format!("encodage « {label} » inconnu"),
        })?),
    };
    let request = Request {
        file,
        must_have,
        encoding,
        score,
    };
    match open::detect(&file.path)? {
        Format::Archive(kind) => archive::open(&request, kind),
        format => open_plain(&request, &file.path, format, file.config.table.as_deref()),
    }
}

/// Opens a file that is no archive: the source, or what an archive holds.
fn open_plain(
    request: &Request<'_>,
    path: &Path,
    format: Format,
    table: Option<&str>,
) -> Result<Box<dyn Reader>, Error> {
    let one_table = matches!(
        format,
        Format::Json | Format::Csv | Format::Shapefile | Format::MapInfo
    );
    if table.is_some() && one_table {
        return Err(Error::Config {
            cle: "table",
            detail: format!("{} n’a qu’une table", request.file.name),
        });
    }
    match format {
        Format::Json => Ok(Box::new(geojson::JsonReader::open(
            path,
            request.must_have,
        )?)),
        Format::Dbf => Ok(Box::new(table::TableReader::open(path, request.encoding)?)),
        Format::Csv => Ok(Box::new(csv::CsvReader::open(path, request.encoding)?)),
        Format::Shapefile => Ok(Box::new(shapefile::ShapefileReader::open(
            path,
            request.encoding,
        )?)),
        Format::Classeur(kind) => Ok(Box::new(classeur::ClasseurReader::open(path, kind, table)?)),
        // Archives are opened where their depth is known.
        Format::Archive(_) => Err(Error::Archive {
            path: path.into(),
            membre: String::new(),
            detail: "archive dans une archive".into(),
        }),
        #[cfg(feature = "gdal")]
        Format::GeoPackage => Ok(Box::new(gdal::GdalReader::open(
            path,
            "GPKG",
            table,
            request.score,
        )?)),
        #[cfg(feature = "gdal")]
        Format::MapInfo => Ok(Box::new(gdal::GdalReader::open(
            path,
            "MapInfo File",
            None,
            request.score,
        )?)),
        #[cfg(feature = "gdal")]
        Format::Edigeo => {
            let sheets = if path.is_dir() {
                crate::edigeo::sheets_in(path)?
            } else {
                vec![path.to_owned()]
            };
            // Nothing to unpack: the budget is for archives.
            let budget = crate::archive::Budget::new(0);
            Ok(Box::new(edigeo::EdigeoReader::open(
                request, sheets, None, budget,
            )?))
        }
        #[cfg(not(feature = "gdal"))]
        Format::GeoPackage | Format::MapInfo | Format::Edigeo => Err(Error::NeedsGdal {
            path: path.into(),
            format: match format {
                Format::GeoPackage => "GeoPackage",
                Format::Edigeo => "EDIGEO",
                _ => "MapInfo TAB",
            },
        }),
    }
}
