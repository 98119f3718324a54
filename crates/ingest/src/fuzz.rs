//! Entry points of the fuzz targets, for what no public function reaches alone.

use crate::normalise::{Read, date, number, refcad, text, yes_no};
use crate::reader::coords::parse_geometry;
use crate::shape::Shape;
use crate::{prj, wkb, wkt};

/// Reads a cell in every way. What is read once reads the same from its own printing.
pub fn values(cell: &str) {
    let clean = text(cell).0.into_owned();
    assert_eq!(text(&clean).0, clean);
    if let Read::Value((x, _)) = number(cell) {
        assert!(x.is_finite());
        assert_eq!(number(&x.to_string()), Read::Value((x, false)));
    }
    if let Read::Value(d) = date(cell) {
        assert_eq!(date(&d.to_string()), Read::Value(d));
    }
    let _ = yes_no(cell);
    let refs = refcad([cell], "34172".parse().ok());
    assert_eq!(
        refcad([refs.parcelles.join("|").as_str()], None).parcelles,
        refs.parcelles
    );
    let mut shape = Shape::default();
    let _ = wkt::parse(cell, &mut shape);
    let _ = parse_geometry(cell, &mut shape);
    let _ = wkb::parse(cell.as_bytes(), &mut shape);
    let _ = prj::recognise(cell);
}

#[cfg(test)]
#[path = "../../../tests/fuzz/changes.rs"]
mod changes;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_may_be_a_cell() {
        changes::each("valeurs", 500, |bytes| {
            values(&String::from_utf8_lossy(bytes));
        });
    }
}
