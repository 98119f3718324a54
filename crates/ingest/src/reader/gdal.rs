//! GeoPackage and MapInfo TAB through GDAL: one explicit driver, local files only.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use gdal::vector::{Feature, FieldValue, LayerAccess, OwnedFeatureIterator};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};

use super::{Batch, Cell, Info, Outcome, Raw, RawRow, Reader, Wanted};
use crate::Error;
use crate::error::nearest;
use crate::open::Progress;
use crate::shape::Shape;
use crate::{prj, wkb};

pub(super) const ROWS_PER_BATCH: usize = 1000;

pub(crate) struct GdalReader {
    path: PathBuf,
    features: OwnedFeatureIterator,
    info: Info,
    slots: Vec<Option<usize>>,
    progress: Progress,
    number: u64,
}

impl GdalReader {
    pub(crate) fn open(
        path: &Path,
        driver: &str,
        table: Option<&str>,
        score: &dyn Fn(&str, &[String]) -> i64,
    ) -> Result<Self, Error> {
        let gdal = |e: gdal::errors::GdalError| Error::Gdal {
            path: path.into(),
            detail: e.to_string(),
        };
        let dataset = Dataset::open_ex(
            path,
            DatasetOptions {
                open_flags: GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_READONLY,
                allowed_drivers: Some(&[driver]),
                ..DatasetOptions::default()
            },
        )
        .map_err(gdal)?;
        let tables: Vec<(String, Vec<String>, u64)> = dataset
            .layers()
            .map(|l| {
                let columns = l.defn().fields().map(|f| f.name()).collect();
                (l.name(), columns, l.feature_count())
            })
            .collect();
        let index = match table {
            Some(name) => tables
                .iter()
                .position(|t| t.0.eq_ignore_ascii_case(name))
                .ok_or_else(|| Error::Config {
                    cle: "table",
                    detail: format!(
                        "« {name} » n’est pas dans {} ; tables proches : {}",
                        path.display(),
                        nearest(name, tables.iter().map(|t| t.0.as_str()))
                    ),
                })?,
            // The table that suits the layer best; the first of equals.
            None => (0..tables.len())
                .max_by_key(|&i| (score(&tables[i].0, &tables[i].1), std::cmp::Reverse(i)))
                .ok_or_else(|| Error::Format {
                    path: path.into(),
                    detail: "aucune table".into(),
                })?,
        };
        let (name, columns, count) = tables[index].clone();
        let layer = dataset.into_layer(index).map_err(gdal)?;
        let wkt = layer
            .spatial_ref()
            .and_then(|s| s.to_wkt().ok())
            .unwrap_or_default();
        let (crs, looks_like, crs_words) = if wkt.is_empty() {
            (None, None, "sans système déclaré".to_owned())
        } else {
            match prj::recognise(&wkt) {
                Ok(crs) => (Some(crs), None, format!("déclaré par le fichier : {crs}")),
                Err(e) => (
                    None,
                    e.looks_like,
                    format!("système déclaré non reconnu ({})", e.why),
                ),
            }
        };
        Ok(Self {
            path: path.into(),
            features: layer.owned_features(),
            info: Info {
                format: if driver == "GPKG" {
                    "GeoPackage"
                } else {
                    "MapInfo TAB"
                },
                columns,
                has_geometry: true,
                crs,
                looks_like,
                crs_words,
                encoding: if driver == "GPKG" {
                    "UTF-8 (GeoPackage)"
                } else {
                    "jeu de caractères du .TAB, lu par GDAL"
                }
                .into(),
                table: name,
                open_columns: false,
            },
            slots: Vec::new(),
            progress: Progress::rows(count),
            number: 0,
        })
    }
}

impl Reader for GdalReader {
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
        let mut rows = Vec::with_capacity(ROWS_PER_BATCH);
        for feature in &mut self.features {
            self.number += 1;
            let number = self.number;
            rows.push(row(&self.path, &feature, number, &self.slots)?);
            if rows.len() >= ROWS_PER_BATCH {
                break;
            }
        }
        self.progress.done.store(self.number, Ordering::Relaxed);
        Ok((!rows.is_empty()).then_some(Batch::Rows(rows)))
    }

    fn progress(&self) -> Progress {
        self.progress.clone()
    }

    fn outcome(&self) -> Outcome {
        Outcome::default()
    }
}

/// A feature as a row. `slots` are the fields of the wanted columns.
pub(super) fn row(
    path: &Path,
    feature: &Feature<'_>,
    number: u64,
    slots: &[Option<usize>],
) -> Result<Raw, Error> {
    let mut shape = Shape::default();
    let geometry = match feature
        .geometry()
        .filter(|g| !g.is_empty())
        .map(gdal::vector::Geometry::wkb)
    {
        None => Ok(()),
        Some(Ok(bytes)) => wkb::parse(&bytes, &mut shape),
        Some(Err(e)) => Err(e.to_string()),
    };
    if let Err(why) = geometry {
        return Ok(Raw::Broken(number, why));
    }
    let mut cells = Vec::with_capacity(slots.len());
    for s in slots {
        cells.push(match s {
            None => Cell::Null,
            Some(i) => match feature.field(*i) {
                Ok(v) => cell(v),
                // Times such as 09:59:60 are no value of the binding's types: the text still is one.
                Err(_) => text(feature, *i, path)?,
            },
        });
    }
    Ok(Raw::Row(RawRow {
        number,
        cells,
        shape,
    }))
}

fn text(feature: &Feature<'_>, field: usize, path: &Path) -> Result<Cell<'static>, Error> {
    let text = feature.field_as_string(field).map_err(|e| Error::Gdal {
        path: path.into(),
        detail: e.to_string(),
    })?;
    Ok(text.map_or(Cell::Null, Cell::text))
}

fn cell(v: Option<FieldValue>) -> Cell<'static> {
    match v {
        None => Cell::Null,
        Some(FieldValue::StringValue(s)) => Cell::text(s),
        Some(FieldValue::IntegerValue(n)) => Cell::Int(n.into()),
        Some(FieldValue::Integer64Value(n)) => Cell::Int(n),
        Some(FieldValue::RealValue(x)) => Cell::Real(x),
        Some(FieldValue::DateValue(d)) => Cell::text(d.to_string()),
        Some(FieldValue::DateTimeValue(d)) => Cell::text(d.date_naive().to_string()),
        Some(FieldValue::StringListValue(l)) => Cell::List(l),
        Some(FieldValue::IntegerListValue(l)) => {
            Cell::List(l.iter().map(ToString::to_string).collect())
        }
        Some(FieldValue::Integer64ListValue(l)) => {
            Cell::List(l.iter().map(ToString::to_string).collect())
        }
        Some(FieldValue::RealListValue(l)) => {
            Cell::List(l.iter().map(ToString::to_string).collect())
        }
    }
}

/// The tables of a GeoPackage, in the order of the file.
pub(crate) fn tables(path: &Path) -> Result<Vec<String>, Error> {
    let dataset = Dataset::open_ex(
        path,
        DatasetOptions {
            open_flags: GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_READONLY,
            allowed_drivers: Some(&["GPKG"]),
            ..DatasetOptions::default()
        },
    )
    .map_err(|e| Error::Gdal {
        path: path.into(),
        detail: e.to_string(),
    })?;
    Ok(dataset.layers().map(|l| l.name()).collect())
}
