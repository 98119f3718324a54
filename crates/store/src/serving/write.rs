//! Writing the serving form.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, Int8Array, Int32Array, ListArray, RecordBatch, StructArray, UInt8Array,
    UInt32Array,
};
use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{DataType, Field as ArrowField, Fields, Schema};
use geo_index::rtree::RTreeBuilder;
use geo_index::rtree::sort::HilbertSort;
use gisement_model::Crs;
use rayon::prelude::*;

use super::hashed::Hashed;
use super::positions::Positions;
use super::{GEOMETRY, KIND, centred};
use crate::{Error, GeomKind, Geometries, Result};

/// Vertices converted together by one thread.
const RUN: usize = 1 << 16;

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
    let hash = written.finish().map_err(Error::io(&path))?;
    drop(batch);

    let bytes = build_tree(geoms, &geometry);
    let tree = format!("{name}.rtree");
    let path = dir.join(&tree);
    fs::write(&path, &bytes).map_err(Error::io(&path))?;
    let of_tree = blake3::hash(&bytes).to_hex().to_string();
    Ok([(columns, hash), (tree, of_tree)])
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
    (
        lon.par_chunks_mut(RUN),
        lat.par_chunks_mut(RUN),
        x.par_chunks_mut(RUN),
        y.par_chunks_mut(RUN),
        dx.par_chunks_mut(RUN),
        dy.par_chunks_mut(RUN),
        all.par_chunks(RUN),
    )
        .into_par_iter()
        .for_each(|(lon, lat, x, y, dx, dy, run)| {
            let mut positions = Positions::new(crs);
            for (i, c) in run.iter().enumerate() {
                let p = positions.of(*c);
                (lon[i], lat[i], x[i], y[i], dx[i], dy[i]) = (p.lon, p.lat, p.x, p.y, p.dx, p.dy);
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
