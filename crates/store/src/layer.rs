//! A layer in memory: typed rows beside flat geometries, each row knowing its source.

use std::sync::Arc;

use arrow_array::{Array, BooleanArray, RecordBatch, UInt32Array};
use arrow_schema::{DataType, Field as ArrowField, FieldRef, Schema};
use gisement_model::{Couche, Crs, Field, FieldKind, GeometryKind, LayerRow, Provenance};
use rayon::prelude::*;

use crate::{Error, Geometries, Result, columns};

/// The column that says which source a row comes from: its rank among those of its layer in the manifest.
pub(crate) const SOURCE: Field =
    Field::required("source", FieldKind::Integer, "", "Rang de la source");

/// A canonical layer. `rows`, `geoms` and `source` have one entry per row.
#[derive(Debug, Clone)]
pub struct Layer<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Their geometries, in `crs`; all null for a layer without geometry.
    pub geoms: Geometries,
    /// For each row, the rank of its source in `sources`.
    pub source: Vec<u16>,
    /// The files that the layer comes from.
    pub sources: Vec<Provenance>,
    /// Projection of the geometries.
    pub crs: Crs,
}

impl<T: LayerRow> Layer<T> {
    /// An empty layer.
    pub fn empty(crs: Crs) -> Self {
        Self {
            rows: Vec::new(),
            geoms: Geometries::new(),
            source: Vec::new(),
            sources: Vec::new(),
            crs,
        }
    }

    /// A layer read from one file.
    pub fn from_source(rows: Vec<T>, geoms: Geometries, provenance: Provenance, crs: Crs) -> Self {
        assert_eq!(rows.len(), geoms.len(), "one geometry per row");
        let source = vec![0; rows.len()];
        Self {
            rows,
            geoms,
            source,
            sources: vec![provenance],
            crs,
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether the layer has no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether any file fed the layer, even an empty one.
    pub fn is_loaded(&self) -> bool {
        !self.sources.is_empty()
    }

    /// The parts of a layer one after the other.
    #[must_use]
    pub fn join(crs: Crs, parts: Vec<Self>) -> Self {
        let mut out = Self::empty(crs);
        let n = parts.iter().map(Self::len).sum();
        out.rows.reserve_exact(n);
        out.source.reserve_exact(n);
        out.geoms.reserve(parts.iter().map(|p| &p.geoms));
        for part in parts {
            out.append(part);
        }
        out
    }

    /// Appends another part of the same layer.
    pub fn append(&mut self, other: Self) {
        let shift = self.sources.len() as u16;
        self.rows.extend(other.rows);
        self.geoms.extend(&other.geoms);
        self.source.extend(other.source.iter().map(|s| s + shift));
        self.sources.extend(other.sources);
    }

    /// The rows in another order, or a selection of them: each rank once at most.
    #[must_use]
    pub fn reordered(self, order: &[u32]) -> Self {
        let mut rows: Vec<Option<T>> = self.rows.into_iter().map(Some).collect();
        let mut take = |i: &u32| rows[*i as usize].take();
        let (rows, geoms) = rayon::join(
            || order.iter().filter_map(&mut take).collect(),
            || self.geoms.reordered(order),
        );
        Self {
            rows,
            geoms,
            source: order.iter().map(|&i| self.source[i as usize]).collect(),
            sources: self.sources,
            crs: self.crs,
        }
    }

    /// The rows along a Hilbert curve, ties by key: the order in which editions are written, whatever the
    /// order of the files.
    #[must_use]
    pub fn hilbert_sorted(self) -> Self {
        let order = hilbert_order(&self.geoms, |a, b| {
            self.rows[a].key().cmp(&self.rows[b].key())
        });
        self.reordered(&order)
    }

    /// The layer as columns.
    pub fn into_table(self) -> Result<Table> {
        let (name, kind) = (T::COUCHE.code(), T::GEOMETRY);
        let mut table = Table::from_rows(name, kind, &self.rows, self.geoms, self.crs)?;
        table.push_source(&self.source)?;
        Ok(table)
    }

    /// The layer.
    pub fn couche(&self) -> Couche {
        T::COUCHE
    }
}

/// Columns ready to be written: what a layer, or any computed collection, becomes.
#[derive(Debug, Clone)]
pub struct Table {
    /// Name of the collection and of its file.
    pub name: String,
    /// Columns, geometry apart.
    pub fields: Vec<Field>,
    /// Their values.
    pub batch: RecordBatch,
    /// The geometries, one per row.
    pub geoms: Geometries,
    /// Kind of the geometries.
    pub geometry: GeometryKind,
    /// Projection of the geometries.
    pub crs: Crs,
}

impl Table {
    /// The columns of rows, under the name of a collection.
    pub fn from_rows<T: LayerRow>(
        name: &str,
        geometry: GeometryKind,
        rows: &[T],
        geoms: Geometries,
        crs: Crs,
    ) -> Result<Self> {
        Ok(Self {
            name: name.to_owned(),
            fields: T::FIELDS.to_vec(),
            batch: columns::batch(rows)?,
            geoms,
            geometry,
            crs,
        })
    }

    /// Tables of the same columns one after the other, with the geometries of all: what a collection computed in
    /// parts becomes. A column at a time, whose parts are then dropped, so that the whole never stands twice in memory.
    pub fn concat(
        name: &str,
        parts: Vec<Self>,
        geometry: GeometryKind,
        geoms: Geometries,
        crs: Crs,
    ) -> Result<Self> {
        let Some(first) = parts.first() else {
            return Err(Error::corrupt(name, "aucune partie"));
        };
        let (fields, schema) = (first.fields.clone(), first.batch.schema());
        let mut columns = vec![Vec::with_capacity(parts.len()); fields.len()];
        for part in parts {
            let (_, arrays, _) = part.batch.into_parts();
            for (column, array) in columns.iter_mut().zip(arrays) {
                column.push(array);
            }
        }
        let columns = columns
            .into_par_iter()
            .map(|parts| {
                let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
                arrow_select::concat::concat(&parts)
            })
            .collect::<std::result::Result<_, _>>()?;
        Ok(Self {
            name: name.to_owned(),
            fields,
            batch: RecordBatch::try_new(schema, columns)?,
            geoms,
            geometry,
            crs,
        })
    }

    /// Rows `first..first + n` of the columns, without geometry: a view, nothing is copied.
    #[must_use]
    pub fn slice(&self, first: usize, n: usize) -> Self {
        Self {
            name: self.name.clone(),
            fields: self.fields.clone(),
            batch: self.batch.slice(first, n),
            geoms: Geometries::new(),
            ..*self
        }
    }

    /// Adds the column that says which source each row comes from, as [`Layer::into_table`] does.
    pub fn push_source(&mut self, ranks: &[u16]) -> Result<()> {
        let values: arrow_array::Int64Array = ranks.iter().map(|s| Some(i64::from(*s))).collect();
        self.push_column(SOURCE, Arc::new(values))
    }

    /// Adds the columns of another table of as many rows, but those of a name that is already there.
    pub fn push_columns_of(&mut self, other: &Self) -> Result<()> {
        for (field, values) in other.fields.iter().zip(other.batch.columns()) {
            if self.fields.iter().all(|f| f.name != field.name) {
                self.push_column(*field, Arc::clone(values))?;
            }
        }
        Ok(())
    }

    /// Some of the rows, in the order asked.
    pub fn select(&self, rows: &[u32]) -> Result<Self> {
        let ranks = UInt32Array::from_iter_values(rows.iter().copied());
        Ok(Self {
            name: self.name.clone(),
            fields: self.fields.clone(),
            batch: arrow_select::take::take_record_batch(&self.batch, &ranks)?,
            geoms: self.geoms.reordered(rows),
            ..*self
        })
    }

    /// Makes every column unknown in some rows, but those kept. The values are gone, not only said to be unknown.
    pub fn withhold(
        &mut self,
        rows: &BooleanArray,
        kept: impl Fn(&str) -> bool + Sync,
    ) -> Result<()> {
        let ranks: UInt32Array = (0..)
            .zip(rows)
            .map(|(row, hidden)| (hidden == Some(false)).then_some(row))
            .collect();
        let columns = self.batch.columns().to_vec();
        let (fields, columns): (Vec<Field>, Vec<_>) = self
            .fields
            .par_iter()
            .zip(columns)
            .map(|(field, column)| {
                if kept(field.name) {
                    return Ok((*field, column));
                }
                let nullable = Field {
                    nullable: true,
                    ..*field
                };
                Ok((nullable, arrow_select::take::take(&column, &ranks, None)?))
            })
            .collect::<Result<Vec<_>>>()?
            .into_iter()
            .unzip();
        self.batch = RecordBatch::try_new(Arc::new(Schema::new(arrow_fields(&fields))), columns)?;
        self.fields = fields;
        Ok(())
    }

    /// Adds a column.
    pub fn push_column(&mut self, field: Field, values: arrow_array::ArrayRef) -> Result<()> {
        let mut fields: Vec<FieldRef> = self.batch.schema().fields().iter().cloned().collect();
        fields.push(arrow_field(&field));
        let mut columns = self.batch.columns().to_vec();
        columns.push(values);
        self.batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?;
        self.fields.push(field);
        Ok(())
    }
}

/// The Arrow form of a column definition.
pub(crate) fn arrow_field(f: &Field) -> FieldRef {
    let data_type = match f.kind {
        FieldKind::Text => DataType::Utf8,
        FieldKind::Integer => DataType::Int64,
        FieldKind::Real => DataType::Float64,
        FieldKind::Boolean => DataType::Boolean,
        FieldKind::Date => DataType::Date32,
        FieldKind::TextList => DataType::List(element()),
    };
    Arc::new(ArrowField::new(f.name, data_type, f.nullable))
}

/// What a list of texts holds.
pub(crate) fn element() -> FieldRef {
    Arc::new(ArrowField::new("element", DataType::Utf8, false))
}

pub(crate) fn arrow_fields(fields: &[Field]) -> Vec<FieldRef> {
    fields.iter().map(arrow_field).collect()
}

/// The order of features along a Hilbert curve over their common extent. Features at one place are ordered
/// by `tie`; features without geometry come last.
pub fn hilbert_order(
    geoms: &Geometries,
    tie: impl Fn(usize, usize) -> std::cmp::Ordering + Sync,
) -> Vec<u32> {
    let centre = |i: usize| geoms.get(i).bbox().map(|b| (b.center().x, b.center().y));
    let centres: Vec<Option<(f64, f64)>> = (0..geoms.len()).into_par_iter().map(centre).collect();
    let (mut lo, mut hi) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
    for (x, y) in centres.iter().flatten() {
        lo = (lo.0.min(*x), lo.1.min(*y));
        hi = (hi.0.max(*x), hi.1.max(*y));
    }
    let side = (hi.0 - lo.0).max(hi.1 - lo.1).max(f64::MIN_POSITIVE);
    let cell = |v: f64, min: f64| ((v - min) / side * 65_535.0) as u32;
    let mut keyed: Vec<(u64, u32)> = centres
        .par_iter()
        .enumerate()
        .map(|(i, c)| {
            (
                c.map_or(u64::MAX, |(x, y)| {
                    u64::from(hilbert(cell(x, lo.0), cell(y, lo.1)))
                }),
                i as u32,
            )
        })
        .collect();
    keyed.par_sort_by(|a, b| a.0.cmp(&b.0).then_with(|| tie(a.1 as usize, b.1 as usize)));
    keyed.into_iter().map(|(_, i)| i).collect()
}

/// Position of a cell of a 2¹⁶ × 2¹⁶ grid on the Hilbert curve.
fn hilbert(mut x: u32, mut y: u32) -> u32 {
    const N: u32 = 1 << 16;
    let mut d = 0u32;
    let mut s = N / 2;
    while s > 0 {
        let (rx, ry) = (u32::from(x & s > 0), u32::from(y & s > 0));
        d = d.wrapping_add(s.wrapping_mul(s).wrapping_mul((3 * rx) ^ ry));
        if ry == 0 {
            if rx == 1 {
                x = (N - 1).wrapping_sub(x);
                y = (N - 1).wrapping_sub(y);
            }
            std::mem::swap(&mut x, &mut y);
        }
        s /= 2;
    }
    d
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::Coord;
    use gisement_model::{Couverture, Equipement, codes::KindEquipement};

    pub(crate) fn provenance(couche: Couche) -> Provenance {
        Provenance {
            couche,
            fichier: "essai.geojson".into(),
            empreinte: "00".into(),
            producteur: None,
            licence: None,
            millesime: None,
            crs_source: Some(Crs::Lambert93),
            couverture: Couverture::Inconnue,
        }
    }

    fn stops(ids: &[(&str, f64, f64)]) -> Layer<Equipement> {
        let mut geoms = Geometries::new();
        let rows = ids
            .iter()
            .map(|(id, x, y)| {
                geoms.push_point(Coord { x: *x, y: *y });
                Equipement {
                    id: (*id).into(),
                    kind: KindEquipement::Transport,
                    nom: None,
                }
            })
            .collect();
        Layer::from_source(rows, geoms, provenance(Couche::Equipements), Crs::Lambert93)
    }

    #[test]
    fn order_does_not_depend_on_the_order_of_files() {
        let pts = [
            ("a", 0.0, 0.0),
            ("b", 0.0, 0.0),
            ("c", 9.0, 9.0),
            ("d", 9.0, 0.0),
        ];
        let mut rev = pts;
        rev.reverse();
        assert_eq!(
            stops(&pts).hilbert_sorted().rows,
            stops(&rev).hilbert_sorted().rows
        );
    }

    #[test]
    fn appended_parts_keep_their_source() {
        let mut l = stops(&[("a", 0.0, 0.0)]);
        l.append(stops(&[("b", 1.0, 1.0), ("c", 2.0, 2.0)]));
        assert_eq!(l.source, [0, 1, 1]);
        assert_eq!((l.len(), l.geoms.len(), l.sources.len()), (3, 3, 2));
        assert_eq!(
            l.into_table().unwrap().batch.num_columns(),
            Equipement::FIELDS.len() + 1
        );
    }

    #[test]
    fn hilbert_curve_visits_every_cell_once_and_moves_one_step() {
        let mut cells: Vec<(u32, u32, u32)> = (0..32)
            .flat_map(|x| (0..32).map(move |y| (hilbert(x, y), x, y)))
            .collect();
        cells.sort_unstable();
        for w in cells.windows(2) {
            assert_ne!(w[0].0, w[1].0);
            assert_eq!(w[0].1.abs_diff(w[1].1) + w[0].2.abs_diff(w[1].2), 1);
        }
    }
}
