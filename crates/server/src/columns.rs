//! Typed views of a collection's columns.

use arrow_array::{Array as _, Float64Array, StringArray};
use gisement_store::Collection;

pub(crate) use gisement_export::{Column, key_name};

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
    /// Whether the collection has such a column.
    pub(crate) fn is_there(self) -> bool {
        self.0.is_some()
    }

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
    /// Whether the collection has such a column.
    pub(crate) fn is_there(self) -> bool {
        matches!(self.0, Some(Column::Integer(_) | Column::Boolean(_)))
    }

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
