//! Typed views of a collection's columns.

use arrow::array::{
    Array as _, ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, ListArray,
    StringArray,
};
use gisement_store::Collection;

/// A column as one of the types that editions hold.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Column<'a> {
    Text(&'a StringArray),
    Integer(&'a Int64Array),
    Real(&'a Float64Array),
    Boolean(&'a BooleanArray),
    Date(&'a Date32Array),
    Texts(&'a ListArray),
}

impl<'a> Column<'a> {
    /// `None` for a type that no edition holds.
    pub(crate) fn of(array: &'a ArrayRef) -> Option<Self> {
        let any = array.as_any();
        None.or_else(|| any.downcast_ref().map(Self::Text))
            .or_else(|| any.downcast_ref().map(Self::Integer))
            .or_else(|| any.downcast_ref().map(Self::Real))
            .or_else(|| any.downcast_ref().map(Self::Boolean))
            .or_else(|| any.downcast_ref().map(Self::Date))
            .or_else(|| any.downcast_ref().map(Self::Texts))
    }
}

/// A text column by name, with its values as options. Absent columns read as unknown everywhere.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Texts<'a>(Option<&'a StringArray>);

impl<'a> Texts<'a> {
    pub(crate) fn new(c: &'a Collection, name: &str) -> Self {
        Self(c.column(name).and_then(|a| a.as_any().downcast_ref()))
    }

    pub(crate) fn get(self, row: usize) -> Option<&'a str> {
        self.0.filter(|a| a.is_valid(row)).map(|a| a.value(row))
    }
}

/// A real column by name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reals<'a>(Option<&'a Float64Array>);

impl<'a> Reals<'a> {
    pub(crate) fn new(c: &'a Collection, name: &str) -> Self {
        Self(c.column(name).and_then(|a| a.as_any().downcast_ref()))
    }

    pub(crate) fn get(self, row: usize) -> Option<f64> {
        self.0.filter(|a| a.is_valid(row)).map(|a| a.value(row))
    }
}

/// An integer column by name; a Boolean one reads as 0 and 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Integers<'a>(Option<Column<'a>>);

impl<'a> Integers<'a> {
    pub(crate) fn new(c: &'a Collection, name: &str) -> Self {
        Self(c.column(name).and_then(Column::of))
    }

    pub(crate) fn get(self, row: usize) -> Option<i64> {
        match self.0? {
            Column::Integer(a) => a.is_valid(row).then(|| a.value(row)),
            Column::Boolean(a) => a.is_valid(row).then(|| i64::from(a.value(row))),
            _ => None,
        }
    }
}

/// The name of the column that identifies the rows of a collection: the first one, by construction of the rows.
pub(crate) fn key_name(collection: &Collection) -> Option<&str> {
    collection.attributes().next().map(|(name, _)| name)
}
