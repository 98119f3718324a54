//! GeoParquet 1.1: the public at-rest form. WKB geometries, a bounding-box column, rows in Hilbert order.

mod located;

use std::collections::HashSet;
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::BinaryBuilder;
use arrow_array::cast::AsArray as _;
use arrow_array::types::Float64Type;
use arrow_array::{
    Array, ArrayRef, BinaryArray, Float64Array, Int64Array, RecordBatch, StructArray,
};
use arrow_schema::{DataType, Field as ArrowField, Fields, Schema};
use gisement_model::{Crs, GeometryKind, LayerRow, Provenance};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::arrow_writer::{ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use rayon::prelude::*;

pub use self::located::Located;
use self::located::geo_metadata;
use crate::layer::{SOURCE, arrow_fields};
use crate::{Error, Geometries, Layer, Result, Table, wkb};

/// Rows by which a column is judged.
const SAMPLE: usize = 4096;

/// Rows that readers find together.
pub const ROWS_PER_GROUP: usize = 65_536;

/// How hard a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// Written once, read by many: an edition. Small, and with the box of every feature.
    Published,
    /// Written and read back whole by this program: a canonical layer. Quick to write and to read.
    Kept,
}

/// Writes a table, and gives the file for the caller to sync. The same table gives the same bytes.
pub fn write(path: &Path, table: &Table, effort: Effort) -> Result<File> {
    let present = |kind| table.geoms.iter().any(|g| g.kind() == kind);
    let geometry = (table.geometry != GeometryKind::None).then(|| Located::new(table.crs, present));
    let schema = table.batch.schema();
    let varied = match effort {
        Effort::Published => varied(&table.batch),
        Effort::Kept => Vec::new(),
    };
    let mut writer = Writer::create(path, schema.fields(), geometry, effort, Vec::new(), &varied)?;
    let n = table.batch.num_rows();
    for start in (0..n).step_by(ROWS_PER_GROUP) {
        let rows = start..n.min(start + ROWS_PER_GROUP);
        let batch = table.batch.slice(start, rows.len());
        writer.push(batch.columns(), &table.geoms, rows)?;
    }
    writer.finish()
}

/// The columns whose values mostly differ, by the first rows: a dictionary of them would be larger than they are.
fn varied(batch: &RecordBatch) -> Vec<String> {
    let first = batch.slice(0, batch.num_rows().min(SAMPLE));
    let fields = batch.schema_ref().fields().iter();
    let different = |column: &ArrayRef| match column.data_type() {
        DataType::Float64 => {
            let values = column.as_primitive::<Float64Type>();
            values
                .iter()
                .flatten()
                .map(f64::to_bits)
                .collect::<HashSet<_>>()
                .len()
        }
        DataType::Utf8 => {
            let values = column.as_string::<i32>();
            values.iter().flatten().collect::<HashSet<_>>().len()
        }
        _ => 0,
    };
    fields
        .zip(first.columns())
        .filter(|(_, column)| different(column) > SAMPLE / 4)
        .map(|(field, _)| field.name().clone())
        .collect()
}

/// A file written a row group at a time.
pub struct Writer {
    path: PathBuf,
    file: SerializedFileWriter<File>,
    groups: ArrowRowGroupWriterFactory,
    schema: Arc<Schema>,
    group: usize,
    located: bool,
    boxed: bool,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Writer").field(&self.path).finish()
    }
}

impl Writer {
    /// Begins a file of these columns, and of a geometry when `geometry` says of what kind; `notes` are kept in it
    /// under their keys. A column of `varied` has no dictionary.
    pub fn create(
        path: &Path,
        columns: &Fields,
        geometry: Option<Located>,
        effort: Effort,
        notes: Vec<(String, String)>,
        varied: &[String],
    ) -> Result<Self> {
        let corrupt = |e| Error::corrupt(path, e);
        let located = geometry.is_some();
        let boxed = located && effort == Effort::Published;
        let mut fields: Vec<_> = columns.iter().cloned().collect();
        if boxed {
            let boxes = DataType::Struct(box_fields());
            fields.push(Arc::new(ArrowField::new("bbox", boxes, true)));
        }
        if located {
            let geometry = ArrowField::new("geometry", DataType::Binary, true);
            fields.push(Arc::new(geometry));
        }
        let schema = Arc::new(Schema::new(fields));
        let properties = properties(geometry.as_ref(), effort, notes, varied).map_err(corrupt)?;
        let file = File::create(path).map_err(Error::io(path))?;
        let (file, groups) = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties))
            .and_then(ArrowWriter::into_serialized_writer)
            .map_err(corrupt)?;
        Ok(Self {
            path: path.to_owned(),
            file,
            groups,
            schema,
            group: 0,
            located,
            boxed,
        })
    }

    /// Writes a row group: its columns, and these rows of a column of geometries. At most [`ROWS_PER_GROUP`] rows.
    pub fn push(
        &mut self,
        columns: &[ArrayRef],
        geoms: &Geometries,
        rows: Range<usize>,
    ) -> Result<()> {
        let mut columns = columns.to_vec();
        if self.boxed {
            columns.push(bbox_column(geoms, rows.clone()));
        }
        if self.located {
            columns.push(geometry_column(geoms, rows));
        }
        write_group(
            &mut self.file,
            &self.groups,
            self.group,
            &self.schema,
            &columns,
        )
        .map_err(|e| Error::corrupt(&self.path, e))?;
        self.group += 1;
        Ok(())
    }

    /// Ends the file, and gives it for the caller to sync.
    pub fn finish(self) -> Result<File> {
        self.file
            .into_inner()
            .map_err(|e| Error::corrupt(&self.path, e))
    }
}

/// Encodes the columns of a row group in all threads, and writes them in order.
fn write_group(
    writer: &mut SerializedFileWriter<File>,
    groups: &ArrowRowGroupWriterFactory,
    group: usize,
    schema: &Schema,
    columns: &[ArrayRef],
) -> parquet::errors::Result<()> {
    let mut leaves = Vec::new();
    for (field, column) in schema.fields().iter().zip(columns) {
        leaves.extend(compute_leaves(field, column)?);
    }
    let chunks = groups
        .create_column_writers(group)?
        .into_par_iter()
        .zip(leaves)
        .map(|(mut writer, leaf)| {
            writer.write(&leaf)?;
            writer.close()
        })
        .collect::<parquet::errors::Result<Vec<_>>>()?;
    let mut group = writer.next_row_group()?;
    for chunk in chunks {
        chunk.append_to_row_group(&mut group)?;
    }
    group.close()?;
    Ok(())
}

fn properties(
    geometry: Option<&Located>,
    effort: Effort,
    notes: Vec<(String, String)>,
    varied: &[String],
) -> parquet::errors::Result<WriterProperties> {
    let compression = match effort {
        // The first level takes a quarter less time than the third, for 3 % more bytes.
        Effort::Published => Compression::ZSTD(ZstdLevel::try_new(1)?),
        Effort::Kept => Compression::LZ4_RAW,
    };
    let mut properties = WriterProperties::builder()
        .set_compression(compression)
        .set_max_row_group_row_count(Some(ROWS_PER_GROUP));
    // Every value differs: a dictionary is built, found too large and thrown away.
    for column in [
        &["geometry"][..],
        &["bbox", "xmin"],
        &["bbox", "ymin"],
        &["bbox", "xmax"],
        &["bbox", "ymax"],
    ] {
        let column = ColumnPath::new(column.iter().map(ToString::to_string).collect());
        properties = properties.set_column_dictionary_enabled(column, false);
    }
    for column in varied {
        let column = ColumnPath::from(column.as_str());
        properties = properties.set_column_dictionary_enabled(column, false);
    }
    let mut notes: Vec<KeyValue> = notes
        .into_iter()
        .map(|(key, value)| KeyValue::new(key, value))
        .collect();
    if let Some(geometry) = geometry {
        let boxed = effort == Effort::Published;
        let geo = geo_metadata(geometry, boxed).to_string();
        notes.insert(0, KeyValue::new("geo".to_owned(), geo));
    }
    if !notes.is_empty() {
        properties = properties.set_key_value_metadata(Some(notes));
    }
    Ok(properties.build())
}

/// Reads back a layer that [`write`] wrote from a [`Layer`], given the sources its `source` column refers to.
pub fn read_layer<T: LayerRow>(
    path: &Path,
    sources: Vec<Provenance>,
    crs: Crs,
) -> Result<Layer<T>> {
    let batches = read_batches(path)?;
    let mut layer = Layer::empty(crs);
    layer.sources = sources;
    let corrupt = |detail: &str| Error::corrupt(path, detail);
    for batch in &batches {
        let names: Vec<&str> = T::FIELDS.iter().map(|f| f.name).collect();
        let indices: Vec<usize> = names
            .iter()
            .map(|n| {
                batch
                    .schema()
                    .index_of(n)
                    .map_err(|_| corrupt(&format!("colonne « {n} » absente")))
            })
            .collect::<Result<_>>()?;
        let attributes = batch.project(&indices)?;
        let rows: Vec<T> = serde_arrow::from_arrow(&arrow_fields(T::FIELDS), attributes.columns())
            .map_err(|e| Error::Columns {
                couche: T::COUCHE.code().to_owned(),
                source: Box::new(e),
            })?;
        let source = batch
            .column_by_name(SOURCE.name)
            .and_then(|c| c.as_any().downcast_ref::<Int64Array>())
            .ok_or_else(|| corrupt("colonne « source » absente"))?;
        layer
            .source
            .extend(source.values().iter().map(|s| *s as u16));
        match batch.column_by_name("geometry") {
            Some(column) => decode_geometries(column, &mut layer.geoms)
                .ok_or_else(|| corrupt("géométrie illisible"))?,
            None => (0..batch.num_rows()).for_each(|_| layer.geoms.push_null()),
        }
        layer.rows.extend(rows);
    }
    Ok(layer)
}

/// The attributes and the geometries of a file that [`write`] wrote.
pub(crate) fn read_table(path: &Path) -> Result<(RecordBatch, Geometries)> {
    let batches = read_batches(path)?;
    let mut geoms = Geometries::new();
    for batch in &batches {
        match batch.column_by_name("geometry") {
            Some(column) => {
                decode_geometries(column, &mut geoms)
                    .ok_or_else(|| Error::corrupt(path, "géométrie illisible"))?;
            }
            None => (0..batch.num_rows()).for_each(|_| geoms.push_null()),
        }
    }
    let schema = schema_of(path)?;
    let attributes: Vec<usize> = (0..schema.fields().len())
        .filter(|i| !["bbox", "geometry"].contains(&schema.field(*i).name().as_str()))
        .collect();
    let all = arrow_select::concat::concat_batches(&schema, &batches)?;
    Ok((all.project(&attributes)?, geoms))
}

fn schema_of(path: &Path) -> Result<arrow_schema::SchemaRef> {
    let file = File::open(path).map_err(Error::io(path))?;
    Ok(ParquetRecordBatchReaderBuilder::try_new(file)
        .map_err(|e| Error::corrupt(path, e))?
        .schema()
        .clone())
}

/// Every record batch of a Parquet file.
pub fn read_batches(path: &Path) -> Result<Vec<RecordBatch>> {
    let file = File::open(path).map_err(Error::io(path))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .map_err(|e| Error::corrupt(path, e))?
        .with_batch_size(ROWS_PER_GROUP)
        .build()
        .map_err(|e| Error::corrupt(path, e))?;
    Ok(reader.collect::<std::result::Result<_, _>>()?)
}

fn decode_geometries(column: &ArrayRef, into: &mut Geometries) -> Option<()> {
    let column = column.as_any().downcast_ref::<BinaryArray>()?;
    for value in column {
        match value {
            Some(bytes) => wkb::decode(bytes, into)?,
            None => into.push_null(),
        }
    }
    Some(())
}

fn geometry_column(geoms: &Geometries, rows: Range<usize>) -> ArrayRef {
    let mut column = BinaryBuilder::with_capacity(rows.len(), 0);
    let mut one = Vec::new();
    for row in rows {
        column.append_option(wkb::encode(geoms.get(row), &mut one).then_some(one.as_slice()));
    }
    Arc::new(column.finish())
}

fn box_fields() -> Fields {
    ["xmin", "ymin", "xmax", "ymax"]
        .iter()
        .map(|n| ArrowField::new(*n, DataType::Float64, true))
        .collect()
}

fn bbox_column(geoms: &Geometries, rows: Range<usize>) -> ArrayRef {
    let boxes: Vec<_> = rows.map(|row| geoms.get(row).bbox()).collect();
    let column = |f: fn(&geo_types::Rect<f64>) -> f64| -> ArrayRef {
        Arc::new(
            boxes
                .iter()
                .map(|b| b.as_ref().map(f))
                .collect::<Float64Array>(),
        )
    };
    Arc::new(StructArray::new(
        box_fields(),
        vec![
            column(|b| b.min().x),
            column(|b| b.min().y),
            column(|b| b.max().x),
            column(|b| b.max().y),
        ],
        None,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::GeomKind;
    use crate::columns::tests::friche;
    use geo_types::Coord;
    use gisement_model::{Couche, Couverture, Idu, Parcelle};

    fn provenance(couche: Couche) -> Provenance {
        Provenance {
            couche,
            fichier: "f".into(),
            empreinte: "0".into(),
            producteur: None,
            licence: None,
            millesime: None,
            crs_source: None,
            couverture: Couverture::Inconnue,
        }
    }

    fn check<T: LayerRow + PartialEq + std::fmt::Debug>(rows: Vec<T>, geoms: Geometries) {
        let dir = tempfile::tempdir().unwrap();
        let layer = Layer::from_source(rows, geoms, provenance(T::COUCHE), Crs::Lambert93);
        let path = dir.path().join("l.parquet");
        write(&path, &layer.clone().into_table().unwrap(), Effort::Kept).unwrap();
        let first = std::fs::read(&path).unwrap();
        let back: Layer<T> = read_layer(&path, layer.sources.clone(), Crs::Lambert93).unwrap();
        assert_eq!(
            (&back.rows, &back.geoms, &back.source),
            (&layer.rows, &layer.geoms, &layer.source)
        );
        write(&path, &layer.clone().into_table().unwrap(), Effort::Kept).unwrap();
        assert_eq!(
            std::fs::read(&path).unwrap(),
            first,
            "same layer, same bytes"
        );
    }

    #[test]
    fn layers_round_trip() {
        let mut geoms = Geometries::new();
        geoms.push_ring(
            [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)].map(|(x, y)| Coord { x, y }),
        );
        geoms.end_polygon();
        geoms.end_feature(GeomKind::Surface);
        let idu: Idu = "34901000AB0001".parse().unwrap();
        check(
            vec![Parcelle {
                idu,
                contenance_m2: None,
                arpente: Some(true),
                created: Some(jiff::civil::date(2020, 2, 29)),
                updated: None,
            }],
            geoms.clone(),
        );
        geoms.push_point(Coord { x: 3.0, y: 4.0 });
        geoms.push_null();
        check(
            vec![
                friche("a", &["34901000AB0001", "34901000AB0002"], None),
                friche("b", &[], None),
                friche("c", &[], None),
            ],
            geoms,
        );
        check(Vec::<Parcelle>::new(), Geometries::new());
    }
}
