//! A table of a known number of rows, filled by several threads, each a run of it.
//!
//! Columns of a fixed width stand in memory once: a run writes its values where they stay. Kept as arrays and joined in
//! the end, a million parcels were held twice. Texts, whose lengths nobody knows before, are joined.

use std::marker::PhantomData;
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowPrimitiveType, Date32Type, Float64Type, Int64Type};
use arrow_array::{
    Array, ArrayRef, BooleanArray, PrimitiveArray, RecordBatch, RecordBatchOptions, StringArray,
};
use arrow_buffer::{
    ArrowNativeType, BooleanBuffer, BooleanBufferBuilder, NullBuffer, ScalarBuffer,
};
use arrow_schema::Schema;
use gisement_model::field::Value;
use gisement_model::{Crs, FieldKind, GeometryKind, LayerRow};
use rayon::prelude::*;

use crate::columns::days;
use crate::layer::{arrow_fields, element};
use crate::{Geometries, Result, Table};

/// The columns of `T`, being filled.
#[derive(Debug)]
pub struct Filling<T> {
    rows: usize,
    columns: Vec<Column>,
    of: PhantomData<fn() -> T>,
}

/// Values of a fixed width. What nobody writes stays as the system gives it: untouched zeros cost nothing.
#[derive(Debug)]
enum Column {
    Integer(Vec<i64>),
    Real(Vec<f64>),
    Date(Vec<i32>),
    Boolean(Vec<bool>),
    Text,
    TextList,
}

/// The values of each run.
fn places<'a, V>(values: &'a mut [V], lengths: &[usize]) -> Vec<Place<'a, V>> {
    let mut rest = values;
    let place = |n: &usize| {
        let (values, after) = std::mem::take(&mut rest).split_at_mut(*n);
        rest = after;
        Place {
            values,
            known: BooleanBufferBuilder::new(*n),
        }
    };
    lengths.iter().map(place).collect()
}

/// Which values are known, from those of each run; nothing when all are.
fn nulls(rows: usize, pieces: Vec<Piece>) -> Option<NullBuffer> {
    let mut known = BooleanBufferBuilder::new(rows);
    for piece in pieces {
        if let Piece::Known(run) = piece {
            known.append_buffer(&run);
        }
    }
    let nulls = NullBuffer::new(known.finish());
    (nulls.null_count() > 0).then_some(nulls)
}

fn primitive<A: ArrowPrimitiveType>(values: Vec<A::Native>, pieces: Vec<Piece>) -> ArrayRef {
    let nulls = nulls(values.len(), pieces);
    Arc::new(PrimitiveArray::<A>::new(ScalarBuffer::from(values), nulls))
}

/// Some rows that follow one another, to be filled in order.
#[derive(Debug)]
pub struct Run<'a, T> {
    columns: Vec<Slot<'a>>,
    of: PhantomData<fn() -> T>,
}

#[derive(Debug)]
enum Slot<'a> {
    Integer(Place<'a, i64>),
    Real(Place<'a, f64>),
    Date(Place<'a, i32>),
    Boolean(Place<'a, bool>),
    Text(StringBuilder),
    TextList(ListBuilder<StringBuilder>),
}

#[derive(Debug)]
struct Place<'a, V> {
    values: &'a mut [V],
    /// Of the rows filled, those whose value is known.
    known: BooleanBufferBuilder,
}

impl<V> Place<'_, V> {
    fn push(&mut self, value: Option<V>) {
        let at = self.known.len();
        self.known.append(value.is_some());
        if let Some(value) = value {
            self.values[at] = value;
        }
    }
}

impl<V: ArrowNativeType> Place<'_, V> {
    fn copy<A: ArrowPrimitiveType<Native = V>>(&mut self, from: &PrimitiveArray<A>) {
        let (at, n) = (self.known.len(), from.len());
        self.values[at..at + n].copy_from_slice(from.values());
        match from.nulls() {
            None => self.known.append_n(n, true),
            Some(nulls) => self.known.append_buffer(nulls.inner()),
        }
    }
}

/// What of a run stands in no fixed place: which values are known, and texts.
#[derive(Debug)]
pub struct Rest(Vec<Piece>);

#[derive(Debug)]
enum Piece {
    Known(BooleanBuffer),
    Texts(ArrayRef),
}

impl<T: LayerRow> Filling<T> {
    /// So many rows of which nothing is known.
    pub fn new(rows: usize) -> Self {
        let column = |kind| match kind {
            FieldKind::Integer => Column::Integer(vec![0; rows]),
            FieldKind::Real => Column::Real(vec![0.0; rows]),
            FieldKind::Date => Column::Date(vec![0; rows]),
            FieldKind::Boolean => Column::Boolean(vec![false; rows]),
            FieldKind::Text => Column::Text,
            FieldKind::TextList => Column::TextList,
        };
        Self {
            rows,
            // In parallel: the system may have to find the memory.
            columns: T::FIELDS.par_iter().map(|f| column(f.kind)).collect(),
            of: PhantomData,
        }
    }

    /// The runs of these lengths, one after the other from the first row.
    ///
    /// # Panics
    /// They are longer than the table.
    pub fn runs(&mut self, lengths: &[usize]) -> Vec<Run<'_, T>> {
        let mut runs: Vec<Run<'_, T>> = lengths
            .iter()
            .map(|_| Run {
                columns: Vec::with_capacity(self.columns.len()),
                of: PhantomData,
            })
            .collect();
        for column in &mut self.columns {
            macro_rules! spread {
                ($slots:expr) => {
                    for (run, slot) in runs.iter_mut().zip($slots) {
                        run.columns.push(slot);
                    }
                };
            }
            match column {
                Column::Integer(c) => spread!(places(c, lengths).into_iter().map(Slot::Integer)),
                Column::Real(c) => spread!(places(c, lengths).into_iter().map(Slot::Real)),
                Column::Date(c) => spread!(places(c, lengths).into_iter().map(Slot::Date)),
                Column::Boolean(c) => spread!(places(c, lengths).into_iter().map(Slot::Boolean)),
                Column::Text => spread!(lengths.iter().map(|_| Slot::Text(StringBuilder::new()))),
                Column::TextList => spread!(lengths.iter().map(|_| {
                    let lists = ListBuilder::new(StringBuilder::new());
                    Slot::TextList(lists.with_field(element()))
                })),
            }
        }
        runs
    }

    /// The table, given the rest of its runs in order.
    ///
    /// # Errors
    /// A column that must be known is not everywhere.
    pub fn finish(
        self,
        name: &str,
        rest: Vec<Rest>,
        geometry: GeometryKind,
        geoms: Geometries,
        crs: Crs,
    ) -> Result<Table> {
        let mut pieces: Vec<Vec<Piece>> = self.columns.iter().map(|_| Vec::new()).collect();
        for run in rest {
            for (of, piece) in pieces.iter_mut().zip(run.0) {
                of.push(piece);
            }
        }
        let rows = self.rows;
        let columns = self
            .columns
            .into_par_iter()
            .zip(pieces)
            .map(|(column, pieces)| {
                Ok(match column {
                    Column::Integer(values) => primitive::<Int64Type>(values, pieces),
                    Column::Real(values) => primitive::<Float64Type>(values, pieces),
                    Column::Date(values) => primitive::<Date32Type>(values, pieces),
                    Column::Boolean(values) => Arc::new(BooleanArray::new(
                        BooleanBuffer::from(values),
                        nulls(rows, pieces),
                    )),
                    Column::Text if pieces.is_empty() => Arc::new(StringArray::new_null(0)),
                    Column::TextList if pieces.is_empty() => {
                        let lists = ListBuilder::new(StringBuilder::new());
                        Arc::new(lists.with_field(element()).finish())
                    }
                    Column::Text | Column::TextList => {
                        let texts = pieces.iter().filter_map(|piece| match piece {
                            Piece::Texts(texts) => Some(texts.as_ref()),
                            Piece::Known(_) => None,
                        });
                        arrow_select::concat::concat(&texts.collect::<Vec<&dyn Array>>())?
                    }
                })
            })
            .collect::<Result<Vec<ArrayRef>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let schema = Arc::new(Schema::new(arrow_fields(T::FIELDS)));
        Ok(Table {
            name: name.to_owned(),
            fields: T::FIELDS.to_vec(),
            batch: RecordBatch::try_new_with_options(schema, columns, &options)?,
            geoms,
            geometry,
            crs,
        })
    }
}

impl<T: LayerRow> Run<'_, T> {
    /// Fills the next rows.
    pub fn rows(&mut self, rows: &[T]) {
        for (slot, value) in self.columns.iter_mut().zip(T::VALUES) {
            macro_rules! each {
                ($to:ident.$push:ident, $variant:ident, |$v:ident| $converted:expr) => {
                    for row in rows {
                        $to.$push(match value(row) {
                            Value::$variant($v) => Some($converted),
                            _ => None,
                        });
                    }
                };
            }
            match slot {
                Slot::Integer(place) => each!(place.push, Integer, |v| v),
                Slot::Real(place) => each!(place.push, Real, |v| v),
                Slot::Date(place) => each!(place.push, Date, |v| days(v)),
                Slot::Boolean(place) => each!(place.push, Boolean, |v| v),
                Slot::Text(builder) => each!(builder.append_option, Text, |v| v),
                Slot::TextList(builder) => {
                    each!(builder.append_option, TextList, |v| v.iter().map(Some));
                }
            }
        }
    }

    /// Fills the next rows with those of a table of the same columns.
    pub fn table(&mut self, table: &Table) {
        for (slot, column) in self.columns.iter_mut().zip(table.batch.columns()) {
            match slot {
                Slot::Integer(place) => place.copy(column.as_primitive::<Int64Type>()),
                Slot::Real(place) => place.copy(column.as_primitive::<Float64Type>()),
                Slot::Date(place) => place.copy(column.as_primitive::<Date32Type>()),
                Slot::Boolean(place) => column.as_boolean().iter().for_each(|v| place.push(v)),
                Slot::Text(builder) => builder.extend(column.as_string::<i32>()),
                Slot::TextList(builder) => {
                    for list in column.as_list::<i32>() {
                        let texts = list.as_ref().map(AsArray::as_string::<i32>);
                        builder.append_option(texts);
                    }
                }
            }
        }
    }

    /// What stands in no fixed place, once every row is filled.
    pub fn finish(self) -> Rest {
        let known = |mut known: BooleanBufferBuilder| Piece::Known(known.finish());
        let pieces = self.columns.into_iter().map(|slot| match slot {
            Slot::Integer(place) => known(place.known),
            Slot::Real(place) => known(place.known),
            Slot::Date(place) => known(place.known),
            Slot::Boolean(place) => known(place.known),
            Slot::Text(mut builder) => Piece::Texts(Arc::new(builder.finish())),
            Slot::TextList(mut builder) => Piece::Texts(Arc::new(builder.finish())),
        });
        Rest(pieces.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::{batch, tests::friche};
    use gisement_model::{Friche, Parcelle};
    use jiff::civil::date;
    use proptest::prelude::*;

    /// Filled in runs, each of which takes some rows as they are and the others from a table of them.
    fn filled<T: LayerRow>(rows: &[T], lengths: &[usize]) -> RecordBatch {
        let mut filling = Filling::<T>::new(rows.len());
        let mut rest = rows;
        let rest_of_runs = filling
            .runs(lengths)
            .into_iter()
            .zip(lengths)
            .map(|(mut run, n)| {
                let (own, after) = rest.split_at(*n);
                rest = after;
                let (a, b) = own.split_at(n / 2);
                run.rows(a);
                let none = Geometries::new();
                run.table(&Table::from_rows("t", T::GEOMETRY, b, none, Crs::Lambert93).unwrap());
                run.finish()
            })
            .collect();
        let kind = T::GEOMETRY;
        let table = filling.finish("t", rest_of_runs, kind, Geometries::new(), Crs::Lambert93);
        table.unwrap().batch
    }

    proptest! {
        #[test]
        fn a_table_filled_in_runs_is_the_table_of_its_rows(
            days in prop::collection::vec(prop::option::of(1i8..28), 0..40), cut in 0usize..41,
        ) {
            let cut = cut.min(days.len());
            let lengths = [cut, days.len() - cut];
            let seen = |d: &Option<i8>| d.map(|d| date(2026, 2, d));
            let friches: Vec<Friche> = days
                .iter()
                .map(|d| friche("a", if d.is_some() { &["x", "é"] } else { &[] }, seen(d)))
                .collect();
            prop_assert_eq!(filled(&friches, &lengths), batch(&friches).unwrap());
            let parcelles: Vec<Parcelle> = days
                .iter()
                .map(|d| Parcelle {
                    idu: "34901000AB0001".parse().unwrap(),
                    contenance_m2: d.map(i64::from),
                    arpente: d.map(|d| d % 2 == 0),
                    created: seen(d),
                    updated: None,
                })
                .collect();
            prop_assert_eq!(filled(&parcelles, &lengths), batch(&parcelles).unwrap());
        }
    }

    #[test]
    fn a_table_without_rows_has_its_columns() {
        assert_eq!(filled::<Friche>(&[], &[]), batch::<Friche>(&[]).unwrap());
    }
}
