//! The formats, and the one function that writes any of them.

use std::path::Path;

use gisement_model::Crs;

use crate::{
    Error, Export, Progress, Result, Summary, System, csv, fgb, geojson, geoparquet, gpkg, shp,
    xlsx,
};

/// A format of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// GeoPackage 1.3.
    Gpkg,
    /// Shapefiles in a zip archive.
    Shp,
    /// GeoJSON (RFC 7946).
    GeoJson,
    /// FlatGeobuf 3.
    FlatGeobuf,
    /// GeoParquet 1.1.
    GeoParquet,
    /// CSV as French spreadsheets read it, in a zip archive.
    Csv,
    /// Workbook (Office Open XML).
    Xlsx,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 7] = [
        Self::Gpkg,
        Self::Shp,
        Self::GeoJson,
        Self::FlatGeobuf,
        Self::GeoParquet,
        Self::Csv,
        Self::Xlsx,
    ];

    /// Its name in requests.
    pub fn code(self) -> &'static str {
        match self {
            Self::Gpkg => "gpkg",
            Self::Shp => "shp",
            Self::GeoJson => "geojson",
            Self::FlatGeobuf => "flatgeobuf",
            Self::GeoParquet => "geoparquet",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// The format of this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.code() == code)
    }

    /// Its name for a reader.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gpkg => "GeoPackage",
            Self::Shp => "Shapefile",
            Self::GeoJson => "GeoJSON",
            Self::FlatGeobuf => "FlatGeobuf",
            Self::GeoParquet => "GeoParquet",
            Self::Csv => "CSV",
            Self::Xlsx => "Classeur XLSX",
        }
    }

    /// What the names of its files end with.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Gpkg => "gpkg",
            Self::Shp => "shp.zip",
            Self::GeoJson => "geojson",
            Self::FlatGeobuf => "fgb",
            Self::GeoParquet => "parquet",
            Self::Csv => "csv.zip",
            Self::Xlsx => "xlsx",
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Gpkg => "application/geopackage+sqlite3",
            Self::Shp | Self::Csv => "application/zip",
            Self::GeoJson => "application/geo+json",
            // Not registered: the one its authors propose.
            Self::FlatGeobuf => "application/vnd.flatgeobuf",
            Self::GeoParquet => "application/vnd.apache.parquet",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// Whether a file holds several collections.
    pub fn many(self) -> bool {
        matches!(self, Self::Gpkg | Self::Shp | Self::Csv | Self::Xlsx)
    }

    /// The system of its coordinates unless told otherwise: the legal one for files of geographic tools, longitude and
    /// latitude where the format or its readers expect them.
    pub fn system(self, legal: Crs) -> System {
        match self {
            Self::GeoJson | Self::Csv | Self::Xlsx => System::CRS84,
            _ => System::stored(legal),
        }
    }
}

/// Writes a file. What stands at `path`, and files beside it whose names begin alike, are replaced; on failure a part
/// of them may remain.
///
/// # Errors
/// What the format cannot hold, what [`Progress`] stops, and failures of the disk.
pub fn write(
    path: &Path,
    format: Format,
    export: &Export<'_>,
    progress: &mut Progress<'_>,
) -> Result<Summary> {
    let n = export.selections.len();
    if n == 0 {
        return Err(Error::Empty);
    }
    if n > 1 && !format.many() {
        return Err(Error::OneCollection(format.name()));
    }
    let rows: usize = export.selections.iter().map(crate::Selection::len).sum();
    progress.begin(rows as u64)?;
    let remarks = match format {
        Format::Gpkg => gpkg::write(path, export, progress),
        Format::Shp => shp::write(path, export, progress),
        Format::GeoJson => geojson::write(path, export, progress),
        Format::FlatGeobuf => fgb::write(path, export, progress),
        Format::GeoParquet => geoparquet::write(path, export, progress),
        Format::Csv => csv::write(path, export, progress),
        Format::Xlsx => xlsx::write(path, export, progress),
    }?;
    let bytes = std::fs::metadata(path).map_err(Error::io(path))?.len();
    progress.bytes(bytes)?;
    Ok(Summary {
        rows: rows as u64,
        bytes,
        remarks,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fixture;

    #[test]
    fn names_are_read_back() {
        for format in Format::ALL {
            assert_eq!(Format::from_code(format.code()), Some(format));
        }
        assert_eq!(Format::from_code("dwg"), None);
    }

    #[test]
    fn a_writer_stops_when_told() {
        let f = Fixture::new();
        for format in Format::ALL {
            let export = f.export(&["parcelles"], Fixture::LEGAL);
            let dir = tempfile::tempdir().unwrap();
            let mut tell = |step: crate::Step| {
                if step.rows > 0 {
                    Err(Error::Cancelled)
                } else {
                    Ok(())
                }
            };
            let path = dir.path().join("x");
            let got = write(&path, format, &export, &mut Progress::new(&mut tell));
            assert!(matches!(got, Err(Error::Cancelled)), "{format:?} : {got:?}");
        }
    }

    #[test]
    fn several_collections_need_a_format_that_holds_them() {
        let f = Fixture::new();
        for format in Format::ALL {
            let export = f.export(&["parcelles", "equipements"], Fixture::LEGAL);
            let dir = tempfile::tempdir().unwrap();
            let mut tell = |_| Ok(());
            let path = dir.path().join("x");
            let got = write(&path, format, &export, &mut Progress::new(&mut tell));
            assert_eq!(got.is_ok(), format.many(), "{format:?} : {got:?}");
        }
    }
}
