//! The serving form: Arrow IPC, memory-mapped, with coordinates as outputs need them and a packed R-tree.
//!
//! A collection is two files of `cache/<edition>/`: `<name>.arrow`, one record batch of the attributes and of a
//! `geometrie` column (list of polygons of rings of vertices, each vertex `lon` and `lat` in 10⁻⁷ degree, `x`, `y` in
//! 2⁻³² of the Web Mercator world, and `dx`, `dy`, the millimetres from those degrees to the legal position), and
//! `<name>.rtree`, a `geo-index` tree of the boxes in Web Mercator.

mod hashed;
mod positions;
mod write;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, Int8Array, Int32Array, ListArray, RecordBatch, StructArray, UInt8Array,
    UInt32Array,
};
use arrow_buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use arrow_ipc::reader::FileDecoder;
use arrow_schema::Schema;
use bytes::Bytes;
use geo_index::rtree::{RTreeIndex as _, RTreeRef};
use gisement_model::{Crs, LayerRow, crs};

use crate::layer::arrow_fields;
use crate::mmap::Mapped;
use crate::{Error, GeomKind, Geometries, Result, Table};

pub(crate) use write::write;

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
    tree: Mapped,
    columns: Mapped,
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
        let columns = Mapped::open(&path)?;
        let batch = decode(&path, columns.bytes().clone())?;
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
        let tree = Mapped::open(&dir.join(format!("{name}.rtree")))?;
        if !tree.bytes().is_empty() {
            RTreeRef::<i32>::try_new(tree.bytes())
                .map_err(|e| Error::corrupt(dir.join(name), e))?;
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
            columns,
            batch,
        })
    }

    /// Gives back the memory that reading the whole collection took.
    pub fn release(&self) {
        self.columns.release();
        self.tree.release();
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

    /// The columns of `T`, without geometry and without a copy; `None` when one is missing.
    pub fn table<T: LayerRow>(&self, crs: Crs) -> Option<Table> {
        let columns: Vec<ArrayRef> = T::FIELDS
            .iter()
            .map(|f| self.column(f.name).cloned())
            .collect::<Option<_>>()?;
        let schema = Arc::new(Schema::new(arrow_fields(T::FIELDS)));
        Some(Table {
            name: self.name.clone(),
            fields: T::FIELDS.to_vec(),
            batch: RecordBatch::try_new(schema, columns).ok()?,
            geoms: Geometries::new(),
            geometry: T::GEOMETRY,
            crs,
        })
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
        let Ok(tree) = RTreeRef::<i32>::try_new(self.tree.bytes()) else {
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
    let footer_len = arrow_ipc::reader::read_footer_length(tail)?;
    let start = trailer
        .checked_sub(footer_len)
        .ok_or_else(|| corrupt("pied de fichier Arrow impossible"))?;
    let footer =
        arrow_ipc::root_as_footer(&buffer[start..trailer]).map_err(|e| Error::corrupt(path, e))?;
    let schema = arrow_ipc::convert::try_fb_to_schema(
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
