//! FlatGeobuf 3 with its spatial index.
//!
//! The index has no place for a feature without geometry: those are left out and told, as GDAL leaves them out.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};
use geozero::{ColumnValue, GeomProcessor, GeozeroGeometry, PropertyProcessor as _};
use gisement_store::{GeomKind, GeomRef};

use crate::column::Cell;
use crate::notice::counted;
use crate::selection::CHUNK;
use crate::wkt::Definition;
use crate::{Error, Export, Progress, Result};

const NAME: &str = "FlatGeobuf";

pub(crate) fn write(
    path: &Path,
    export: &Export<'_>,
    progress: &mut Progress<'_>,
) -> Result<Vec<String>> {
    let s = export.selections.first().ok_or(Error::Empty)?;
    if !s.located() {
        return Err(Error::NoGeometry {
            collection: s.info.id.clone(),
            format: NAME,
        });
    }
    let definition = Definition::of(s.crs())?;
    let title = export.title();
    let description = export.description();
    let metadata = export.json().to_string();
    let options = FgbWriterOptions {
        crs: FgbCrs {
            org: Some("EPSG"),
            code: definition.epsg as i32,
            name: Some(definition.name()),
            wkt: Some(definition.wkt),
            ..FgbCrs::default()
        },
        title: Some(&title),
        description: Some(&description),
        metadata: Some(&metadata),
        detect_type: false,
        ..FgbWriterOptions::default()
    };
    let kind = match s.kind() {
        GeomKind::Point => GeometryType::Point,
        GeomKind::Line => GeometryType::MultiLineString,
        GeomKind::Surface | GeomKind::Null => GeometryType::MultiPolygon,
    };
    let mut fgb =
        FgbWriter::create_with_options(&s.info.id, kind, options).map_err(Error::of(NAME))?;
    for c in &s.columns {
        let heading = c.heading();
        fgb.add_column(
            &c.champ.nom,
            column_type(&c.champ.genre),
            |texts, column| {
                column.nullable = c.champ.nullable;
                column.title = Some(texts.create_string(&heading));
            },
        );
    }
    // The library keeps features in an anonymous file until the index is known: counted here.
    let mut bytes = 0;
    for places in s.chunks(CHUNK) {
        let n = places.len();
        let geoms = s.geometries(places.clone());
        for (g, place) in geoms.iter().zip(places) {
            if g.kind() == GeomKind::Null {
                continue;
            }
            bytes += 16 * g.coords().len() as u64 + 64;
            let mut refused = None;
            fgb.add_feature_geom(Shape(g), |feature| {
                for (i, cell) in s.cells(place).enumerate() {
                    let day;
                    let value = match &cell {
                        Cell::Null => continue,
                        Cell::Text(t) => ColumnValue::String(t),
                        Cell::Texts(t) => ColumnValue::String(t),
                        Cell::Integer(v) => ColumnValue::Long(*v),
                        Cell::Real(v) => ColumnValue::Double(*v),
                        Cell::Boolean(v) => ColumnValue::Bool(*v),
                        Cell::Date(d) => {
                            day = d.to_string();
                            ColumnValue::DateTime(&day)
                        }
                    };
                    bytes += cell.text().map_or(10, |t| t.len() as u64 + 6);
                    if let Err(e) = feature.property(i, "", &value) {
                        refused = Some(e);
                    }
                }
            })
            .map_err(Error::of(NAME))?;
            if let Some(e) = refused {
                return Err(Error::of(NAME)(e));
            }
        }
        progress.rows(n, bytes)?;
    }
    let mut out = Watched {
        file: BufWriter::new(File::create(path).map_err(Error::io(path))?),
        bytes,
        progress,
        stopped: None,
    };
    let written = fgb.write(&mut out).map_err(Error::of(NAME));
    if let Some(stopped) = out.stopped {
        return Err(stopped);
    }
    written?;
    out.file.flush().map_err(Error::io(path))?;
    Ok(match s.unlocated() {
        0 => Vec::new(),
        n => vec![format!(
            "{} : FlatGeobuf ne les contient pas.",
            counted(n, "objet est sans géométrie", "objets sont sans géométrie")
        )],
    })
}

fn column_type(genre: &str) -> ColumnType {
    match genre {
        "integer" => ColumnType::Long,
        "real" => ColumnType::Double,
        "boolean" => ColumnType::Bool,
        "date" => ColumnType::DateTime,
        _ => ColumnType::String,
    }
}

/// A file that can be stopped while the library copies features into it.
struct Watched<'w, 'p> {
    file: BufWriter<File>,
    bytes: u64,
    progress: &'w mut Progress<'p>,
    stopped: Option<Error>,
}

impl Write for Watched<'_, '_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let n = self.file.write(buffer)?;
        let before = self.bytes >> 20;
        self.bytes += n as u64;
        if self.bytes >> 20 != before
            && let Err(e) = self.progress.bytes(self.bytes)
        {
            self.stopped = Some(e);
            return Err(io::Error::other("arrêté"));
        }
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A feature as the library takes it.
struct Shape<'a>(GeomRef<'a>);

impl GeozeroGeometry for Shape<'_> {
    fn process_geom<P: GeomProcessor>(&self, out: &mut P) -> geozero::error::Result<()> {
        let vertices = |out: &mut P, ring: &[geo_types::Coord<f64>]| {
            ring.iter()
                .enumerate()
                .try_for_each(|(i, c)| out.xy(c.x, c.y, i))
        };
        match self.0.kind() {
            GeomKind::Null => Ok(()),
            GeomKind::Point => {
                out.point_begin(0)?;
                vertices(out, self.0.coords())?;
                out.point_end(0)
            }
            GeomKind::Line => {
                let lines = || self.0.polygons().flat_map(|p| p.rings());
                out.multilinestring_begin(lines().count(), 0)?;
                for (i, line) in lines().enumerate() {
                    out.linestring_begin(false, line.len(), i)?;
                    vertices(out, line)?;
                    out.linestring_end(false, i)?;
                }
                out.multilinestring_end(0)
            }
            GeomKind::Surface => {
                let polygons = self.0.polygons();
                out.multipolygon_begin(polygons.len(), 0)?;
                for (i, polygon) in polygons.enumerate() {
                    let rings = polygon.rings();
                    out.polygon_begin(false, rings.len(), i)?;
                    for (r, ring) in rings.enumerate() {
                        out.linestring_begin(false, ring.len(), r)?;
                        vertices(out, ring)?;
                        out.linestring_end(false, r)?;
                    }
                    out.polygon_end(false, i)?;
                }
                out.multipolygon_end(0)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Format;
    use crate::testing::{Fixture, written};
    use flatgeobuf::{FallibleStreamingIterator as _, FeatureProperties as _, FgbReader};

    #[test]
    fn another_reader_finds_features_by_their_place() {
        let f = Fixture::new();
        let (bytes, summary) = written(
            Format::FlatGeobuf,
            &f.export(&["parcelles"], Fixture::LEGAL),
        );
        assert_eq!(
            summary.remarks,
            ["1 objet est sans géométrie : FlatGeobuf ne les contient pas."]
        );
        let reader = FgbReader::open(io::Cursor::new(&bytes)).unwrap();
        let header = reader.header();
        assert_eq!(header.features_count(), 2);
        assert_eq!(header.crs().unwrap().code(), 2154);
        assert!(header.metadata().unwrap().contains("Licence Ouverte 2.0"));
        assert!(header.index_node_size() > 0);
        let first = header.columns().unwrap().get(5);
        assert_eq!(
            (first.name(), first.title()),
            ("contenance_m2", Some("Contenance cadastrale (m²)"))
        );
        let mut found = reader
            .select_bbox(770_001.0, 6_280_001.0, 770_002.0, 6_280_002.0)
            .unwrap();
        let feature = found.next().unwrap().unwrap();
        assert_eq!(feature.property::<String>("idu").unwrap(), "34901000AB0001");
        assert_eq!(feature.property::<i64>("contenance_m2").unwrap(), 900);
        assert!(found.next().unwrap().is_none());
    }

    #[test]
    fn what_is_nowhere_is_refused() {
        let f = Fixture::new();
        let export = f.export(&["logement"], Fixture::LEGAL);
        let dir = tempfile::tempdir().unwrap();
        let mut tell = |_| Ok(());
        let got = crate::write(
            &dir.path().join("x"),
            Format::FlatGeobuf,
            &export,
            &mut Progress::new(&mut tell),
        );
        assert!(matches!(got, Err(Error::NoGeometry { .. })));
    }
}
