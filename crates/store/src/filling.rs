//! A table of a known number of rows, filled by several threads, each a run of it.
//!
//! Columns of a fixed width stand in memory once: a run writes its values where they stay. Kept as arrays and joined in
//! the end, a million parcels were held twice. Texts, whose lengths nobody knows before, are joined.

use std::marker::PhantomData;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray as _, BooleanArray, ListBuilder, PrimitiveArray,
    RecordBatch, RecordBatchOptions, StringArray, StringBuilder,
};
use arrow::buffer::{BooleanBuffer, NullBuffer, ScalarBuffer};
use arrow::datatypes::{ArrowNativeType, Date32Type, Float64Type, Int64Type, Schema};
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

#[derive(Debug)]
enum Column {
    Integer(Fixed<i64>),
    Real(Fixed<f64>),
    Date(Fixed<i32>),
    Boolean(Fixed<bool>),
    Text,
    TextList,
}

/// Values, and whether each is known. What nobody writes stays as the system gives it: untouched zeros cost nothing.
#[derive(Debug)]
struct Fixed<V> {
    values: Vec<V>,
    known: Vec<bool>,
}

impl<V: Default + Copy> Fixed<V> {
    fn new(rows: usize) -> Self {
        Self {
            values: vec![V::default(); rows],
            known: vec![false; rows],
        }
    }

    fn places<'a>(&'a mut self, lengths: &[usize]) -> Vec<Place<'a, V>> {
        let (mut values, mut known) = (&mut self.values[..], &mut self.known[..]);
        let mut out = Vec::with_capacity(lengths.len());
        for n in lengths {
            let place;
            (place, values) = std::mem::take(&mut values).split_at_mut(*n);
            let marks;
            (marks, known) = std::mem::take(&mut known).split_at_mut(*n);
            out.push(Place {
                values: place,
                known: marks,
            });
        }
        out
    }

    fn nulls(known: &[bool]) -> Option<NullBuffer> {
        let nulls = NullBuffer::new(BooleanBuffer::collect_bool(known.len(), |i| known[i]));
        (nulls.null_count() > 0).then_some(nulls)
    }
}

fn primitive<A: ArrowPrimitiveType>(column: Fixed<A::Native>) -> ArrayRef
where
    A::Native: Default,
{
    let nulls = Fixed::<A::Native>::nulls(&column.known);
    let values = ScalarBuffer::from(column.values);
    Arc::new(PrimitiveArray::<A>::new(values, nulls))
}

/// Some rows that follow one another, to be filled in order.
#[derive(Debug)]
pub struct Run<'a, T> {
    /// Rows filled.
    at: usize,
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
    known: &'a mut [bool],
}

impl<V> Place<'_, V> {
    fn set(&mut self, at: usize, value: V) {
        self.values[at] = value;
        self.known[at] = true;
    }
}

impl<V: ArrowNativeType> Place<'_, V> {
    fn copy<A: ArrowPrimitiveType<Native = V>>(&mut self, at: usize, from: &PrimitiveArray<A>) {
        let n = from.len();
        self.values[at..at + n].copy_from_slice(from.values());
        match from.nulls() {
            None => self.known[at..at + n].fill(true),
            Some(nulls) => {
                for (known, valid) in self.known[at..].iter_mut().zip(nulls) {
                    *known = valid;
                }
            }
        }
    }
}

/// The texts of a run.
#[derive(Debug)]
pub struct Texts(Vec<Option<ArrayRef>>);

impl<T: LayerRow> Filling<T> {
    /// So many rows of which nothing is known.
    pub fn new(rows: usize) -> Self {
        let column = |kind| match kind {
            FieldKind::Integer => Column::Integer(Fixed::new(rows)),
            FieldKind::Real => Column::Real(Fixed::new(rows)),
            FieldKind::Date => Column::Date(Fixed::new(rows)),
            FieldKind::Boolean => Column::Boolean(Fixed::new(rows)),
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
                at: 0,
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
                Column::Integer(c) => spread!(c.places(lengths).into_iter().map(Slot::Integer)),
                Column::Real(c) => spread!(c.places(lengths).into_iter().map(Slot::Real)),
                Column::Date(c) => spread!(c.places(lengths).into_iter().map(Slot::Date)),
                Column::Boolean(c) => spread!(c.places(lengths).into_iter().map(Slot::Boolean)),
                Column::Text => spread!(lengths.iter().map(|_| Slot::Text(StringBuilder::new()))),
                Column::TextList => spread!(lengths.iter().map(|_| {
                    let lists = ListBuilder::new(StringBuilder::new());
                    Slot::TextList(lists.with_field(element()))
                })),
            }
        }
        runs
    }

    /// The table, given the texts of its runs in order.
    ///
    /// # Errors
    /// A column that must be known is not everywhere.
    pub fn finish(
        self,
        name: &str,
        texts: Vec<Texts>,
        geometry: GeometryKind,
        geoms: Geometries,
        crs: Crs,
    ) -> Result<Table> {
        let mut pieces: Vec<Vec<ArrayRef>> = self.columns.iter().map(|_| Vec::new()).collect();
        for run in texts {
            for (of, piece) in pieces.iter_mut().zip(run.0) {
                of.extend(piece);
            }
        }
        let join = |parts: Vec<ArrayRef>| -> Result<ArrayRef> {
            let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
            Ok(arrow::compute::concat(&parts)?)
        };
        let columns = self
            .columns
            .into_par_iter()
            .zip(pieces)
            .map(|(column, pieces)| {
                Ok(match column {
                    Column::Integer(c) => primitive::<Int64Type>(c),
                    Column::Real(c) => primitive::<Float64Type>(c),
                    Column::Date(c) => primitive::<Date32Type>(c),
                    Column::Boolean(c) => {
                        let values = BooleanBuffer::from(c.values);
                        Arc::new(BooleanArray::new(values, Fixed::<bool>::nulls(&c.known)))
                    }
                    Column::Text if pieces.is_empty() => Arc::new(StringArray::new_null(0)),
                    Column::TextList if pieces.is_empty() => {
                        let lists = ListBuilder::new(StringBuilder::new());
                        Arc::new(lists.with_field(element()).finish())
                    }
                    Column::Text | Column::TextList => join(pieces)?,
                })
            })
            .collect::<Result<Vec<ArrayRef>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
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
        let at = self.at;
        for (slot, value) in self.columns.iter_mut().zip(T::VALUES) {
            macro_rules! set {
                ($place:expr, $variant:ident, |$v:ident| $converted:expr) => {
                    for (i, row) in rows.iter().enumerate() {
                        if let Value::$variant($v) = value(row) {
                            $place.set(at + i, $converted);
                        }
                    }
                };
            }
            macro_rules! append {
                ($builder:expr, $variant:ident, |$v:ident| $converted:expr) => {
                    for row in rows {
                        $builder.append_option(match value(row) {
                            Value::$variant($v) => Some($converted),
                            _ => None,
                        });
                    }
                };
            }
            match slot {
                Slot::Integer(place) => set!(place, Integer, |v| v),
                Slot::Real(place) => set!(place, Real, |v| v),
                Slot::Date(place) => set!(place, Date, |v| days(v)),
                Slot::Boolean(place) => set!(place, Boolean, |v| v),
                Slot::Text(builder) => append!(builder, Text, |v| v),
                Slot::TextList(builder) => append!(builder, TextList, |v| v.iter().map(Some)),
            }
        }
        self.at += rows.len();
    }

    /// Fills the next rows with those of a table of the same columns.
    pub fn table(&mut self, table: &Table) {
        let at = self.at;
        for (slot, column) in self.columns.iter_mut().zip(table.batch.columns()) {
            match slot {
                Slot::Integer(place) => place.copy(at, column.as_primitive::<Int64Type>()),
                Slot::Real(place) => place.copy(at, column.as_primitive::<Float64Type>()),
                Slot::Date(place) => place.copy(at, column.as_primitive::<Date32Type>()),
                Slot::Boolean(place) => {
                    for (i, v) in column.as_boolean().iter().enumerate() {
                        if let Some(v) = v {
                            place.set(at + i, v);
                        }
                    }
                }
                Slot::Text(builder) => builder.extend(column.as_string::<i32>()),
                Slot::TextList(builder) => {
                    for list in column.as_list::<i32>().iter() {
                        let list = list.as_ref().map(|l| l.as_string::<i32>());
                        builder.append_option(list);
                    }
                }
            }
        }
        self.at += table.batch.num_rows();
    }

    /// The texts, once every row is filled.
    pub fn finish(self) -> Texts {
        let texts = self.columns.into_iter().map(|slot| match slot {
            Slot::Text(mut builder) => Some(Arc::new(builder.finish()) as ArrayRef),
            Slot::TextList(mut builder) => Some(Arc::new(builder.finish()) as ArrayRef),
            _ => None,
        });
        Texts(texts.collect())
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
        let texts = filling
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
        let table = filling.finish("t", texts, kind, Geometries::new(), Crs::Lambert93);
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
