//! The serving form: Arrow IPC, memory-mapped, with coordinates as outputs need them and a packed R-tree.
//!
//! A collection is two files of `cache/<edition>/`: `<name>.arrow`, one record batch of the attributes and of a
//! `geometrie` column (list of polygons of rings of vertices, each vertex `lon` and `lat` in 10⁻⁷ degree, `x`, `y` in
//! 2⁻³² of the Web Mercator world, and `dx`, `dy`, the millimetres from those degrees to the legal position), and `<name>.rtree`, a `geo-index` tree of the boxes in the latter.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, Int8Array, Int32Array, ListArray, RecordBatch, StructArray, UInt8Array,
    UInt32Array,
};
use arrow::buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field as ArrowField, Fields, Schema};
use arrow::ipc::reader::FileDecoder;
use arrow::ipc::writer::FileWriter;
use bytes::Bytes;
use geo_index::rtree::sort::HilbertSort;
use geo_index::rtree::{RTreeBuilder, RTreeIndex as _, RTreeRef};
use gisement_model::{Crs, crs};
use rayon::prelude::*;

use crate::{Error, GeomKind, Geometries, Result, mmap};

const GEOMETRY: &str = "geometrie";
const KIND: &str = "genre_geometrie";

/// A collection open for service. Cheap to clone; every accessor is a view of the mapped file.
#[derive(Debug, Clone)]
pub struct Collection {
    name: String,
    batch: RecordBatch,
    kinds: ScalarBuffer<u8>,
    features: OffsetBuffer<i32>,
    polygons: OffsetBuffer<i32>,
    rings: OffsetBuffer<i32>,
    lon: ScalarBuffer<i32>,
    lat: ScalarBuffer<i32>,
    x: ScalarBuffer<u32>,
    y: ScalarBuffer<u32>,
    dx: ScalarBuffer<i8>,
    dy: ScalarBuffer<i8>,
    tree: Bytes,
    /// Row of each item of the tree, when some rows have no geometry and so no item.
    located: Option<Arc<[u32]>>,
}

/// One closed ring: parallel slices, one entry per vertex.
#[derive(Debug, Clone, Copy)]
pub struct Ring<'a> {
    /// Longitude, 10⁻⁷ degree.
    pub lon: &'a [i32],
    /// Latitude, 10⁻⁷ degree.
    pub lat: &'a [i32],
    /// Web Mercator abscissa, 2⁻³² of the world, eastward.
    pub x: &'a [u32],
    /// Web Mercator ordinate, 2⁻³² of the world, southward.
    pub y: &'a [u32],
    /// Eastward millimetres from the degrees, projected legally and rounded so, to the vertex as the layer has it.
    pub dx: &'a [i8],
    /// The same, northward.
    pub dy: &'a [i8],
}

impl Collection {
    /// Opens `<dir>/<name>.arrow` and its tree.
    pub fn open(dir: &Path, name: &str) -> Result<Self> {
        let path = dir.join(format!("{name}.arrow"));
        let batch = decode(&path, mmap::map(&path)?)?;
        let corrupt = || Error::corrupt(&path, "colonne de géométrie absente ou d’un autre type");
        let kinds = batch
            .column_by_name(KIND)
            .and_then(|c| c.as_any().downcast_ref::<UInt8Array>())
            .ok_or_else(corrupt)?;
        let list = |a: &ArrayRef| {
            a.as_any()
                .downcast_ref::<ListArray>()
                .cloned()
                .ok_or_else(corrupt)
        };
        let features = list(batch.column_by_name(GEOMETRY).ok_or_else(corrupt)?)?;
        let polygons = list(features.values())?;
        let rings = list(polygons.values())?;
        let vertices = rings
            .values()
            .as_any()
            .downcast_ref::<StructArray>()
            .ok_or_else(corrupt)?;
        let signed = |i: usize| {
            vertices
                .column(i)
                .as_any()
                .downcast_ref::<Int32Array>()
                .map(|a| a.values().clone())
                .ok_or_else(corrupt)
        };
        let unsigned = |i: usize| {
            vertices
                .column(i)
                .as_any()
                .downcast_ref::<UInt32Array>()
                .map(|a| a.values().clone())
                .ok_or_else(corrupt)
        };
        let small = |i: usize| {
            vertices
                .columns()
                .get(i)
                .and_then(|c| c.as_any().downcast_ref::<Int8Array>())
                .map(|a| a.values().clone())
                .ok_or_else(corrupt)
        };
        let tree = mmap::map(&dir.join(format!("{name}.rtree")))?;
        if !tree.is_empty() {
            RTreeRef::<i32>::try_new(&tree).map_err(|e| Error::corrupt(dir.join(name), e))?;
        }
        let located = kinds.values().contains(&0).then(|| {
            (0..)
                .zip(kinds.values())
                .filter(|(_, k)| **k != 0)
                .map(|(row, _)| row)
                .collect()
        });
        Ok(Self {
            name: name.to_owned(),
            located,
            kinds: kinds.values().clone(),
            features: features.offsets().clone(),
            polygons: polygons.offsets().clone(),
            rings: rings.offsets().clone(),
            lon: signed(0)?,
            lat: signed(1)?,
            x: unsigned(2)?,
            y: unsigned(3)?,
            dx: small(4)?,
            dy: small(5)?,
            tree,
            batch,
        })
    }

    /// Name of the collection.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.batch.num_rows()
    }

    /// Whether the collection has no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A column by name.
    pub fn column(&self, name: &str) -> Option<&ArrayRef> {
        self.batch.column_by_name(name)
    }

    /// The attribute columns (geometry left out) as Arrow arrays, with their names.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &ArrayRef)> {
        let schema = self.batch.schema_ref();
        schema
            .fields()
            .iter()
            .zip(self.batch.columns())
            .map(|(f, c)| (f.name().as_str(), c))
            .filter(|(n, _)| *n != GEOMETRY && *n != KIND)
    }

    /// What the feature of a row is.
    pub fn kind(&self, row: usize) -> GeomKind {
        match self.kinds[row] {
            1 => GeomKind::Point,
            2 => GeomKind::Line,
            3 => GeomKind::Surface,
            _ => GeomKind::Null,
        }
    }

    /// The polygons of a row, each an iterator of rings (the outer one first). A point is one ring of one
    /// vertex; a multi-line is one polygon whose rings are its lines, not closed.
    pub fn polygons(
        &self,
        row: usize,
    ) -> impl ExactSizeIterator<Item = impl ExactSizeIterator<Item = Ring<'_>>> {
        (self.features[row] as usize..self.features[row + 1] as usize).map(move |p| {
            (self.polygons[p] as usize..self.polygons[p + 1] as usize).map(move |r| {
                let span = self.rings[r] as usize..self.rings[r + 1] as usize;
                Ring {
                    lon: &self.lon[span.clone()],
                    lat: &self.lat[span.clone()],
                    x: &self.x[span.clone()],
                    y: &self.y[span.clone()],
                    dx: &self.dx[span.clone()],
                    dy: &self.dy[span],
                }
            })
        })
    }

    /// Box of a row in degrees: west, south, east, north. `None` without geometry.
    pub fn bbox(&self, row: usize) -> Option<[f64; 4]> {
        let mut b: Option<[i32; 4]> = None;
        for ring in self.polygons(row).flatten() {
            for (lon, lat) in ring.lon.iter().zip(ring.lat) {
                let c = b.get_or_insert([*lon, *lat, *lon, *lat]);
                *c = [
                    c[0].min(*lon),
                    c[1].min(*lat),
                    c[2].max(*lon),
                    c[3].max(*lat),
                ];
            }
        }
        b.map(|b| b.map(|v| f64::from(v) / 1e7))
    }

    /// The rows whose box meets a box of Web Mercator units (xmin, ymin, xmax, ymax, edges included), in row order.
    pub fn search(&self, world: [u32; 4]) -> Vec<u32> {
        // The tree holds only rows with a geometry, numbered in their order; see `write`.
        let Ok(tree) = RTreeRef::<i32>::try_new(&self.tree) else {
            return Vec::new();
        };
        let [x0, y0, x1, y1] = world.map(centred);
        let mut found = tree.search(x0, y0, x1, y1);
        found.sort_unstable();
        if let Some(rows) = &self.located {
            for i in &mut found {
                *i = rows[*i as usize];
            }
        }
        found
    }

    /// The rows whose box meets a box in degrees (west, south, east, north, edges included), in row order.
    pub fn search_degrees(&self, bbox: [f64; 4]) -> Vec<u32> {
        let (x0, y1) = crs::lonlat_to_world(bbox[0], bbox[1]);
        let (x1, y0) = crs::lonlat_to_world(bbox[2], bbox[3]);
        self.search([x0, y0, x1, y1])
    }
}

/// Writes the serving form of some columns: the files with their hashes. They are not synced: they are derived, and
/// known by their hashes after a power cut ([`crate::served`]).
pub(crate) fn write(
    dir: &Path,
    name: &str,
    attributes: &RecordBatch,
    geoms: &Geometries,
    crs: Crs,
) -> Result<[(String, String); 2]> {
    let (kinds, geometry) = geometry_columns(geoms, crs);
    let mut fields: Vec<_> = attributes.schema().fields().iter().cloned().collect();
    fields.push(Arc::new(ArrowField::new(KIND, DataType::UInt8, false)));
    fields.push(Arc::new(ArrowField::new(
        GEOMETRY,
        geometry.data_type().clone(),
        false,
    )));
    let mut columns = attributes.columns().to_vec();
    columns.push(kinds);
    columns.push(geometry.clone());
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?;

    let columns = format!("{name}.arrow");
    let path = dir.join(&columns);
    let file = File::create(&path).map_err(Error::io(&path))?;
    let mut writer = FileWriter::try_new(
        std::io::BufWriter::with_capacity(1 << 17, Hashed::new(file)),
        batch.schema_ref(),
    )?;
    writer.write(&batch)?;
    writer.finish()?;
    let written = writer
        .into_inner()?
        .into_inner()
        .map_err(|e| Error::io(&path)(e.into_error()))?;
    drop(batch);

    let bytes = build_tree(geoms, &geometry);
    let tree = format!("{name}.rtree");
    let path = dir.join(&tree);
    fs::write(&path, &bytes).map_err(Error::io(&path))?;
    let hash = blake3::hash(&bytes).to_hex().to_string();
    Ok([(columns, written.hash()), (tree, hash)])
}

/// A file that knows the hash of what was written to it.
struct Hashed {
    file: File,
    hasher: blake3::Hasher,
}

impl Hashed {
    fn new(file: File) -> Self {
        Self {
            file,
            hasher: blake3::Hasher::new(),
        }
    }

    fn hash(&self) -> String {
        self.hasher.finalize().to_hex().to_string()
    }
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let n = self.file.write(bytes)?;
        self.hasher.update(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

fn geometry_columns(geoms: &Geometries, crs: Crs) -> (ArrayRef, ArrayRef) {
    let mut features = vec![0i32];
    let mut polygons = vec![0i32];
    let mut rings = vec![0i32];
    for g in geoms.iter() {
        for p in g.polygons() {
            for r in p.rings() {
                rings.push(rings[rings.len() - 1] + r.len() as i32);
            }
            polygons.push(rings.len() as i32 - 1);
        }
        features.push(polygons.len() as i32 - 1);
    }
    let all = geoms.vertices_of_all();
    let n = all.len();
    let (mut lon, mut lat, mut x, mut y) = (vec![0; n], vec![0; n], vec![0; n], vec![0; n]);
    let (mut dx, mut dy) = (vec![0; n], vec![0; n]);
    (&mut lon, &mut lat, &mut x, &mut y, &mut dx, &mut dy, all)
        .into_par_iter()
        .with_min_len(4096)
        .for_each(|(lon, lat, x, y, dx, dy, c)| {
            let degrees = crs.to_lonlat(c.x, c.y);
            let (lon7, lat7) = ((degrees.0 * 1e7).round(), (degrees.1 * 1e7).round());
            (*lon, *lat) = (lon7 as i32, lat7 as i32);
            // The world position is taken from the rounded degrees, so that every output shows one position.
            (*x, *y) = crs::lonlat_to_world(lon7 / 1e7, lat7 / 1e7);
            if crs != Crs::LonLat {
                let back = crs.from_lonlat(lon7 / 1e7, lat7 / 1e7);
                let lack = |kept: f64, back: f64| {
                    let mm = (kept * 1e3).round() - (back * 1e3).round();
                    // A unit is eleven of them, so half of one always fits.
                    mm.clamp(f64::from(i8::MIN), f64::from(i8::MAX)) as i8
                };
                (*dx, *dy) = (lack(c.x, back.0), lack(c.y, back.1));
            }
        });
    let fields: Fields = [
        ("lon", DataType::Int32),
        ("lat", DataType::Int32),
        ("x", DataType::UInt32),
        ("y", DataType::UInt32),
        ("dx", DataType::Int8),
        ("dy", DataType::Int8),
    ]
    .into_iter()
    .map(|(n, t)| ArrowField::new(n, t, false))
    .collect();
    let vertices: ArrayRef = Arc::new(StructArray::new(
        fields,
        vec![
            Arc::new(Int32Array::from(lon)),
            Arc::new(Int32Array::from(lat)),
            Arc::new(UInt32Array::from(x)),
            Arc::new(UInt32Array::from(y)),
            Arc::new(Int8Array::from(dx)),
            Arc::new(Int8Array::from(dy)),
        ],
        None,
    ));
    let wrap = |values: ArrayRef, offsets: Vec<i32>, name: &str| -> ArrayRef {
        let field = Arc::new(ArrowField::new(name, values.data_type().clone(), false));
        Arc::new(ListArray::new(
            field,
            OffsetBuffer::new(offsets.into()),
            values,
            None,
        ))
    };
    let geometry = wrap(
        wrap(wrap(vertices, rings, "vertices"), polygons, "rings"),
        features,
        "polygons",
    );
    let kinds = UInt8Array::from_iter_values(geoms.iter().map(|g| g.kind() as u8));
    (Arc::new(kinds), geometry)
}

/// The tree of the boxes of the features that have a geometry; empty when none has.
fn build_tree(geoms: &Geometries, geometry: &ArrayRef) -> Vec<u8> {
    let located = geoms.iter().filter(|g| g.kind() != GeomKind::Null).count();
    let vertices = || -> Option<(ScalarBuffer<u32>, ScalarBuffer<u32>)> {
        let list = |a: &ArrayRef| {
            a.as_any()
                .downcast_ref::<ListArray>()
                .map(|l| l.values().clone())
        };
        let v = list(&list(&list(geometry)?)?)?;
        let v = v.as_any().downcast_ref::<StructArray>()?;
        let col = |i: usize| {
            v.column(i)
                .as_any()
                .downcast_ref::<UInt32Array>()
                .map(|a| a.values().clone())
        };
        Some((col(2)?, col(3)?))
    };
    let (Some((xs, ys)), true) = (vertices(), located > 0) else {
        return Vec::new();
    };
    let mut builder = RTreeBuilder::<i32>::new(located as u32);
    let mut start = 0;
    for g in geoms.iter() {
        let span = start..start + g.coords().len();
        start = span.end;
        if g.kind() != GeomKind::Null {
            let (x, y) = (&xs[span.clone()], &ys[span]);
            let bounds = |v: &[u32]| {
                v.iter()
                    .fold((u32::MAX, 0), |(lo, hi), c| (lo.min(*c), hi.max(*c)))
            };
            let ((x0, x1), (y0, y1)) = (bounds(x), bounds(y));
            builder.add(centred(x0), centred(y0), centred(x1), centred(y1));
        }
    }
    builder.finish::<HilbertSort>().into_inner()
}

/// A Web Mercator coordinate counted from the middle of the world: the tree orders boxes by the sum of their sides,
/// which overflows east of Greenwich when counted from the edge.
fn centred(world: u32) -> i32 {
    (i64::from(world) - (1 << 31)) as i32
}

/// The single record batch of an Arrow file, without copying it out of the mapping.
fn decode(path: &Path, bytes: Bytes) -> Result<RecordBatch> {
    let corrupt = |d: &str| Error::corrupt(path, d);
    let buffer = Buffer::from(bytes);
    let trailer = buffer
        .len()
        .checked_sub(10)
        .ok_or_else(|| corrupt("fichier Arrow tronqué"))?;
    let tail: [u8; 10] = buffer[trailer..]
        .try_into()
        .map_err(|_| corrupt("fichier Arrow tronqué"))?;
    let footer_len = arrow::ipc::reader::read_footer_length(tail)?;
    let start = trailer
        .checked_sub(footer_len)
        .ok_or_else(|| corrupt("pied de fichier Arrow impossible"))?;
    let footer =
        arrow::ipc::root_as_footer(&buffer[start..trailer]).map_err(|e| Error::corrupt(path, e))?;
    let schema = arrow::ipc::convert::try_fb_to_schema(
        footer
            .schema()
            .ok_or_else(|| corrupt("schéma Arrow absent"))?,
    )?;
    let decoder = FileDecoder::new(Arc::new(schema), footer.version());
    let block = footer
        .recordBatches()
        .filter(|b| b.len() == 1)
        .ok_or_else(|| corrupt("un seul lot attendu"))?
        .get(0);
    let (offset, len) = (
        block.offset() as usize,
        block.metaDataLength() as usize + block.bodyLength() as usize,
    );
    if offset.checked_add(len).is_none_or(|end| end > buffer.len()) {
        return Err(corrupt("lot Arrow hors du fichier"));
    }
    decoder
        .read_record_batch(block, &buffer.slice_with_length(offset, len))?
        .ok_or_else(|| corrupt("lot Arrow vide"))
}

#[cfg(test)]
mod tests;
