//! Typed views of a collection's columns, and of their values.

use arrow_array::{
    Array as _, ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, ListArray,
    StringArray,
};
use gisement_store::Collection;
use jiff::civil::{Date, date};

/// A column as one of the types that editions hold.
#[derive(Debug, Clone, Copy)]
pub enum Column<'a> {
    /// Text, codes and identifiers included.
    Text(&'a StringArray),
    /// Whole numbers.
    Integer(&'a Int64Array),
    /// Numbers.
    Real(&'a Float64Array),
    /// True or false.
    Boolean(&'a BooleanArray),
    /// Days.
    Date(&'a Date32Array),
    /// Lists of texts.
    Texts(&'a ListArray),
}

impl<'a> Column<'a> {
    /// `None` for a type that no edition holds.
    pub fn of(array: &'a ArrayRef) -> Option<Self> {
        let any = array.as_any();
        None.or_else(|| any.downcast_ref().map(Self::Text))
            .or_else(|| any.downcast_ref().map(Self::Integer))
            .or_else(|| any.downcast_ref().map(Self::Real))
            .or_else(|| any.downcast_ref().map(Self::Boolean))
            .or_else(|| any.downcast_ref().map(Self::Date))
            .or_else(|| any.downcast_ref().map(Self::Texts))
    }

    /// The value of a row; what is unknown, or no number at all, is null.
    pub(crate) fn cell(self, row: usize) -> Cell<'a> {
        match self {
            Self::Text(a) if a.is_valid(row) => Cell::Text(a.value(row)),
            Self::Integer(a) if a.is_valid(row) => Cell::Integer(a.value(row)),
            Self::Real(a) if a.is_valid(row) && a.value(row).is_finite() => {
                Cell::Real(a.value(row))
            }
            Self::Boolean(a) if a.is_valid(row) => Cell::Boolean(a.value(row)),
            Self::Date(a) if a.is_valid(row) => day(a.value(row)).map_or(Cell::Null, Cell::Date),
            Self::Texts(a) => texts(a, row).map_or(Cell::Null, |t| Cell::Texts(t.join(","))),
            _ => Cell::Null,
        }
    }
}

/// What a column holds in one row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell<'a> {
    /// Unknown.
    Null,
    Text(&'a str),
    Integer(i64),
    Real(f64),
    Boolean(bool),
    Date(Date),
    /// The texts of a list between commas: they are codes and identifiers, which hold none.
    Texts(String),
}

impl Cell<'_> {
    /// The text of a text or of a list.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(t) => Some(t),
            Self::Texts(t) => Some(t),
            _ => None,
        }
    }
}

/// The texts of a list; `None` when it is unknown.
pub(crate) fn texts(list: &ListArray, row: usize) -> Option<Vec<&str>> {
    let (values, offsets) = (list.values(), list.value_offsets());
    let values: &StringArray = values.as_any().downcast_ref()?;
    let places = *offsets.get(row)? as usize..*offsets.get(row + 1)? as usize;
    list.is_valid(row).then(|| {
        places
            .filter(|i| values.is_valid(*i))
            .map(|i| values.value(i))
            .collect()
    })
}

/// The civil date of a number of days since 1970.
pub(crate) fn day(days: i32) -> Option<Date> {
    date(1970, 1, 1)
        .checked_add(jiff::Span::new().try_days(days).ok()?)
        .ok()
}

/// The name of the column that identifies the rows of a collection: the first one, by construction of the rows.
pub fn key_name(collection: &Collection) -> Option<&str> {
    collection.attributes().next().map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dates() {
        assert_eq!(day(0), Some(date(1970, 1, 1)));
        assert_eq!(day(-1), Some(date(1969, 12, 31)));
        assert_eq!(day(i32::MAX), None);
    }

    #[test]
    fn what_is_no_number_is_unknown() {
        let reals = Float64Array::from(vec![Some(1.5), None, Some(f64::NAN), Some(f64::INFINITY)]);
        let cells: Vec<Cell<'_>> = (0..4).map(|i| Column::Real(&reals).cell(i)).collect();
        assert_eq!(cells, [Cell::Real(1.5), Cell::Null, Cell::Null, Cell::Null]);
    }
}
