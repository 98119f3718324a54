//! EDIGEO sheets through GDAL, one after the other, as one table.
//!
//! Two columns are added: `CODE_DEP`, which only file names tell, and `CODE_COM`, which the objects of the sheet
//! tell. A name that contradicts the objects is not believed.

use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use gdal::vector::{FieldValue, LayerAccess as _, OwnedFeatureIterator};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};
use geo_types::Coord;
use gisement_model::Crs;

use super::gdal::{ROWS_PER_BATCH, row};
use super::{Batch, Cell, Info, Outcome, Raw, Reader, Request, Wanted};
use crate::archive::{self, Budget, Unpacked};
use crate::edigeo::{entete, lieux};
use crate::error::nearest;
use crate::open::{self, Format, Progress};
use crate::{Error, edigeo};

/// What [`crate::read`] gives at least to a table that makes the layer (1000) and is named after it (100): other
/// objects of a sheet may have the same columns.
const SUITS: i64 = 1100;
const CODE_DEP: &str = "CODE_DEP";
const CODE_COM: &str = "CODE_COM";

/// One sheet to come: a `.THF`, or an archive that holds some.
struct Feuille {
    path: PathBuf,
    /// What messages call it.
    shown: PathBuf,
    /// The folder that it was unpacked into; it goes when its last sheet is read.
    folder: Option<Arc<Unpacked>>,
}

pub(super) struct EdigeoReader {
    // Before the folders it reads from: dropped first.
    current: Option<Sheet>,
    waiting: VecDeque<Feuille>,
    /// The archive given as a source, unpacked.
    _root: Option<Arc<Unpacked>>,
    budget: Budget,
    info: Info,
    wanted: Vec<String>,
    /// The system is the configuration's: sheets are not brought together.
    imposed: bool,
    progress: Progress,
    number: u64,
    /// Sheets that could not be read, to be reported as rows.
    broken: Vec<String>,
}

/// A sheet open for reading.
struct Sheet {
    features: OwnedFeatureIterator,
    feuille: Feuille,
    columns: Vec<String>,
    slots: Vec<Option<usize>>,
    departement: Option<String>,
    commune: Option<String>,
    crs: Option<Crs>,
    crs_words: String,
    table: String,
}

impl EdigeoReader {
    /// `sheets` are `.THF` files or archives of them. `root` is the archive that holds them, and what it is called.
    pub(super) fn open(
        request: &Request<'_>,
        sheets: Vec<PathBuf>,
        root: Option<(Unpacked, PathBuf)>,
        budget: Budget,
    ) -> Result<Self, Error> {
        let several = sheets.len() > 1;
        let (root, archive) = root.map(|(u, a)| (Arc::new(u), a)).unzip();
        let waiting: VecDeque<Feuille> = sheets
            .into_iter()
            .map(|path| {
                let shown = match (&root, &archive) {
                    (Some(u), Some(a)) => a.join(path.strip_prefix(u.dir()).unwrap_or(&path)),
                    _ => path.clone(),
                };
                Feuille {
                    path,
                    shown,
                    folder: root.clone(),
                }
            })
            .collect();
        let mut reader = Self {
            progress: Progress::rows(waiting.len() as u64),
            current: None,
            waiting,
            _root: root,
            budget,
            info: Info::default(),
            wanted: Vec::new(),
            imposed: request.file.config.crs.is_some(),
            number: 0,
            broken: Vec::new(),
        };
        let mut first_error = None;
        let mut seen = BTreeSet::new();
        while let Some(feuille) = reader.next_sheet() {
            let opened = feuille.and_then(|f| {
                let shown = f.shown.clone();
                Sheet::open(f, |tables| pick(request, tables, &mut seen)).map_err(|e| (shown, e))
            });
            match opened {
                Ok(None) => {}
                Ok(Some(sheet)) => {
                    if let (None, false, true) =
                        (sheet.crs, sheet.crs_words.is_empty(), !reader.imposed)
                    {
                        return Err(Error::Crs {
                            fichier: sheet.feuille.shown.display().to_string(),
                            detail: format!("système {}", sheet.crs_words),
                        });
                    }
                    reader.info = sheet.info(several);
                    reader.current = Some(sheet);
                    return Ok(reader);
                }
                // The name of a table is the user's: no other sheet will do better.
                Err((_, e @ Error::Config { .. })) => return Err(e),
                Err((shown, e)) => {
                    reader.broken.push(format!("{} : {e}", shown.display()));
                    first_error.get_or_insert(e);
                }
            }
        }
        Err(first_error.unwrap_or_else(|| Error::Format {
            path: request.file.path.clone(),
            detail: format!(
                "aucun objet EDIGEO ne convient à la couche « {} » ; objets trouvés : {}",
                request.file.config.couche,
                seen.into_iter().collect::<Vec<_>>().join(", ")
            ),
        }))
    }

    /// The next `.THF`; archives are unpacked when their turn comes, so that one sheet at a time is on disk.
    fn next_sheet(&mut self) -> Option<Result<Feuille, (PathBuf, Error)>> {
        loop {
            let f = self.waiting.pop_front()?;
            self.progress.done.fetch_add(1, Ordering::Relaxed);
            if f.path
                .extension()
                .is_some_and(|e| e.eq_ignore_ascii_case("thf"))
            {
                return Some(Ok(f));
            }
            match self.unpack(&f) {
                Ok(sheets) => {
                    // Counted as one: its sheets are counted back.
                    self.progress
                        .done
                        .fetch_sub(sheets.len() as u64, Ordering::Relaxed);
                    for s in sheets.into_iter().rev() {
                        self.waiting.push_front(s);
                    }
                    self.progress.done.fetch_add(1, Ordering::Relaxed);
                }
                Err(e) => return Some(Err((f.shown, e))),
            }
        }
    }

    fn unpack(&mut self, f: &Feuille) -> Result<Vec<Feuille>, Error> {
        let Format::Archive(kind) = open::detect(&f.path)? else {
            return Ok(Vec::new());
        };
        let unpacked = Arc::new(archive::unpack(&f.path, &f.shown, kind, &mut self.budget)?);
        let sheets: Vec<Feuille> = edigeo::sheets_in(unpacked.dir())?
            .into_iter()
            .map(|path| Feuille {
                shown: f
                    .shown
                    .join(path.strip_prefix(unpacked.dir()).unwrap_or(&path)),
                path,
                folder: Some(Arc::clone(&unpacked)),
            })
            .collect();
        if sheets.is_empty() {
            return Err(Error::Archive {
                path: f.shown.clone(),
                membre: String::new(),
                detail: format!(
                    "aucune feuille EDIGEO (.THF) ; {} archives les unes dans les autres au plus",
                    archive::DEPTH_MAX
                ),
            });
        }
        Ok(sheets)
    }

    /// Goes to the next sheet that has the table; false after the last one.
    fn advance(&mut self) -> bool {
        self.current = None;
        while let Some(feuille) = self.next_sheet() {
            let table = self.info.table.clone();
            let opened = feuille.and_then(|f| {
                let shown = f.shown.clone();
                Sheet::open(f, |tables| Ok(tables.iter().position(|t| t.0 == table)))
                    .map_err(|e| (shown, e))
            });
            match opened {
                Ok(None) => {}
                Ok(Some(mut sheet)) => {
                    if sheet.crs.is_none() && !sheet.crs_words.is_empty() && !self.imposed {
                        self.broken.push(format!(
                            "{} : système {}",
                            sheet.feuille.shown.display(),
                            sheet.crs_words
                        ));
                        continue;
                    }
                    sheet.want(&self.wanted);
                    self.current = Some(sheet);
                    return true;
                }
                Err((shown, e)) => self.broken.push(format!("{} : {e}", shown.display())),
            }
        }
        false
    }
}

/// A table of a sheet: name and columns.
type Table = (String, Vec<String>);

/// The table of the first sheet that suits the layer.
fn pick(
    request: &Request<'_>,
    tables: &[Table],
    seen: &mut BTreeSet<String>,
) -> Result<Option<usize>, Error> {
    seen.extend(tables.iter().map(|t| t.0.clone()));
    if let Some(name) = request.file.config.table.as_deref() {
        let found = tables.iter().position(|t| t.0.eq_ignore_ascii_case(name));
        // A sheet without buildings has no such table: only the names of the standard excuse its absence.
        if found.is_none() && !name.to_ascii_lowercase().ends_with("_id") {
            return Err(Error::Config {
                cle: "table",
                detail: format!(
                    "« {name} » n’est pas dans {} ; tables proches : {}",
                    request.file.name,
                    nearest(name, tables.iter().map(|t| t.0.as_str()))
                ),
            });
        }
        return Ok(found);
    }
    Ok(tables
        .iter()
        .enumerate()
        .map(|(i, (name, columns))| ((request.score)(name, columns), i))
        .filter(|(score, i)| *score >= SUITS && !tables[*i].0.ends_with("_LABEL"))
        .max_by_key(|(score, i)| (*score, std::cmp::Reverse(*i)))
        .map(|(_, i)| i))
}

impl Sheet {
    /// Opens a sheet; `None` when it has no table that `choose` accepts.
    fn open(
        feuille: Feuille,
        choose: impl FnOnce(&[Table]) -> Result<Option<usize>, Error>,
    ) -> Result<Option<Self>, Error> {
        let gdal = |e: gdal::errors::GdalError| Error::Gdal {
            path: feuille.shown.clone(),
            detail: e.to_string(),
        };
        let named = |e: Error| match (
            &feuille.folder,
            feuille.shown.parent(),
            feuille.path.parent(),
        ) {
            (Some(_), Some(shown), Some(dir)) => e.within(dir, shown),
            _ => e,
        };
        let head = entete(&feuille.path).map_err(named)?;
        let dataset = Dataset::open_ex(
            &feuille.path,
            DatasetOptions {
                open_flags: GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_READONLY,
                allowed_drivers: Some(&["EDIGEO"]),
                ..DatasetOptions::default()
            },
        )
        .map_err(gdal)?;
        let tables: Vec<Table> = dataset
            .layers()
            .map(|l| {
                let mut columns: Vec<String> = l.defn().fields().map(|f| f.name()).collect();
                columns.extend([CODE_DEP.to_owned(), CODE_COM.to_owned()]);
                (l.name(), columns)
            })
            .collect();
        let Some(index) = choose(&tables)? else {
            return Ok(None);
        };
        let commune = commune(&dataset);
        let departement = deduce(&feuille, commune.as_deref());
        let layer = dataset.into_layer(index).map_err(gdal)?;
        let (crs, crs_words) = match head.crs {
            None => (None, String::new()),
            Some(Ok(crs)) => (Some(crs), head.code),
            Some(Err(why)) => (None, why),
        };
        let (table, columns) = tables[index].clone();
        Ok(Some(Self {
            features: layer.owned_features(),
            feuille,
            columns,
            slots: Vec::new(),
            departement,
            commune,
            crs,
            crs_words,
            table,
        }))
    }

    fn info(&self, several: bool) -> Info {
        Info {
            format: "EDIGEO",
            columns: self.columns.clone(),
            // Sheets of several editions may differ.
            open_columns: several,
            has_geometry: true,
            crs: self.crs,
            looks_like: None,
            crs_words: match self.crs {
                Some(crs) => format!("{} déclaré par le fichier .GEO : {crs}", self.crs_words),
                None if self.crs_words.is_empty() => "sans système déclaré".into(),
                None => format!("système déclaré non reconnu ({})", self.crs_words),
            },
            encoding: "ISO 8859-1 (EDIGEO), lu par GDAL".into(),
            table: self.table.clone(),
        }
    }

    fn want(&mut self, wanted: &[String]) {
        self.slots = wanted
            .iter()
            .map(|n| self.columns.iter().position(|c| c.eq_ignore_ascii_case(n)))
            .collect();
    }

    /// The next row, brought into the system `into`.
    fn next(&mut self, number: u64, into: Option<Crs>) -> Result<Option<Raw>, Error> {
        let Some(feature) = (&mut self.features).next() else {
            return Ok(None);
        };
        let fields = self.columns.len() - 2;
        // The two columns that are not GDAL's.
        let slots: Vec<Option<usize>> = self
            .slots
            .iter()
            .map(|s| s.filter(|i| *i < fields))
            .collect();
        let mut raw = row(&self.feuille.shown, &feature, number, &slots)?;
        if let Raw::Row(r) = &mut raw {
            for (cell, slot) in r.cells.iter_mut().zip(&self.slots) {
                let added = match slot {
                    Some(i) if *i == fields => &self.departement,
                    Some(i) if *i == fields + 1 => &self.commune,
                    _ => continue,
                };
                *cell = added.as_ref().map_or(Cell::Null, |t| Cell::text(t.clone()));
            }
            if let (Some(from), Some(to)) = (self.crs, into)
                && from != to
            {
                for c in &mut r.shape.coords {
                    let (lon, lat) = from.to_lonlat(c.x, c.y);
                    let (x, y) = to.from_lonlat(lon, lat);
                    *c = Coord { x, y };
                }
            }
        }
        Ok(Some(raw))
    }
}

/// The three digits that the objects of a sheet give to its commune, when they agree.
fn commune(dataset: &Dataset) -> Option<String> {
    for table in ["SUBDSECT_id", "SECTION_id", "COMMUNE_id", "PARCELLE_id"] {
        let Ok(mut layer) = dataset.layer_by_name(table) else {
            continue;
        };
        let Ok(field) = layer.defn().field_index("IDU") else {
            continue;
        };
        let found: BTreeSet<String> = layer
            .features()
            .take(100)
            .filter_map(|f| match f.field(field) {
                Ok(Some(FieldValue::StringValue(s))) => s.get(..3).map(str::to_owned),
                _ => None,
            })
            .collect();
        if found.len() == 1 {
            return found.into_iter().next();
        }
    }
    None
}

/// The start of the commune's code, from the names of the sheet, of its folders and of its archives. A name that
/// gives another commune than the objects do is that of something else.
fn deduce(feuille: &Feuille, commune: Option<&str>) -> Option<String> {
    lieux(&feuille.shown)
        .into_iter()
        .find(|l| match (&l.commune, commune) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        })
        .map(|l| l.debut)
}

impl Reader for EdigeoReader {
    fn info(&self) -> &Info {
        &self.info
    }

    fn want(&mut self, wanted: &Wanted) {
        self.wanted.clone_from(&wanted.names);
        if let Some(sheet) = &mut self.current {
            sheet.want(&self.wanted);
        }
    }

    fn batch(&mut self) -> Result<Option<Batch>, Error> {
        let mut rows = Vec::with_capacity(ROWS_PER_BATCH);
        let into = self.info.crs.filter(|_| !self.imposed);
        loop {
            for why in std::mem::take(&mut self.broken) {
                self.number += 1;
                rows.push(Raw::Broken(
                    self.number,
                    format!("feuille illisible : {why}"),
                ));
            }
            let Some(sheet) = &mut self.current else {
                if !self.advance() && self.broken.is_empty() {
                    break;
                }
                continue;
            };
            while rows.len() < ROWS_PER_BATCH {
                let Some(raw) = sheet.next(self.number + 1, into)? else {
                    self.current = None;
                    break;
                };
                self.number += 1;
                rows.push(raw);
            }
            if rows.len() >= ROWS_PER_BATCH {
                break;
            }
        }
        Ok((!rows.is_empty()).then_some(Batch::Rows(rows)))
    }

    fn progress(&self) -> Progress {
        self.progress.clone()
    }

    fn outcome(&self) -> Outcome {
        Outcome::default()
    }
}
