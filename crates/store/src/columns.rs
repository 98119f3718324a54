//! Rows → Arrow columns, one column after the other.

use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, ListBuilder, StringBuilder,
};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::Schema;
use gisement_model::field::Value;
use gisement_model::{Field, FieldKind, LayerRow};
use jiff::civil::date;

use crate::Result;
use crate::layer::{arrow_fields, element};

/// The columns of `T::FIELDS`, with the values of `rows`.
pub(crate) fn batch<T: LayerRow>(rows: &[T]) -> Result<RecordBatch> {
    let columns = T::FIELDS
        .iter()
        .zip(T::VALUES)
        .map(|(field, value)| column(field, rows, *value))
        .collect();
    let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
    let schema = Arc::new(Schema::new(arrow_fields(T::FIELDS)));
    Ok(RecordBatch::try_new_with_options(
        schema, columns, &options,
    )?)
}

/// A value of another type than its column's would be a fault of the `row!` macro: it is written as unknown, which
/// Arrow then refuses where a value is required.
fn column<T>(field: &Field, rows: &[T], value: fn(&T) -> Value<'_>) -> ArrayRef {
    macro_rules! build {
        ($builder:expr, $variant:ident, |$v:ident| $converted:expr) => {{
            let mut column = $builder;
            for row in rows {
                column.append_option(match value(row) {
                    Value::$variant($v) => Some($converted),
                    _ => None,
                });
            }
            Arc::new(column.finish())
        }};
    }
    let n = rows.len();
    match field.kind {
        FieldKind::Text => build!(StringBuilder::with_capacity(n, 0), Text, |v| v),
        FieldKind::Integer => build!(Int64Builder::with_capacity(n), Integer, |v| v),
        FieldKind::Real => build!(Float64Builder::with_capacity(n), Real, |v| v),
        FieldKind::Boolean => build!(BooleanBuilder::with_capacity(n), Boolean, |v| v),
        FieldKind::Date => {
            build!(Date32Builder::with_capacity(n), Date, |v| days(v))
        }
        FieldKind::TextList => {
            build!(
                ListBuilder::with_capacity(StringBuilder::new(), n).with_field(element()),
                TextList,
                |v| v.iter().map(Some)
            )
        }
    }
}

/// Days since 1970-01-01.
pub(crate) fn days(d: jiff::civil::Date) -> i32 {
    (d - date(1970, 1, 1)).get_days()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use gisement_model::codes::StatutFriche;
    use gisement_model::{CommuneNotee, Friche, ParcelleNotee};

    pub(crate) fn friche(id: &str, refcad: &[&str], seen: Option<jiff::civil::Date>) -> Friche {
        Friche {
            site_id: id.into(),
            site_nom: (!refcad.is_empty()).then(|| "Briqueterie".into()),
            site_type: None,
            site_statut: Some(StatutFriche::SansProjet),
            site_occupation: None,
            sol_pollution: None,
            code_insee: None,
            refcad: refcad.iter().map(|s| (*s).to_owned()).collect(),
            surface_m2: Some(12),
            site_identif_date: seen,
            site_actu_date: None,
            site_url: None,
        }
    }

    /// Layers are read back with serde: what is written must be what serde would write.
    #[test]
    fn columns_are_those_of_serde() {
        let rows = [
            friche("a", &["34901000AB0001", "é"], Some(date(1969, 12, 31))),
            friche("b", &[], Some(date(2026, 2, 28))),
            friche("c", &["x"], None),
        ];
        let oracle = serde_arrow::to_record_batch(&arrow_fields(Friche::FIELDS), &rows).unwrap();
        assert_eq!(batch(&rows).unwrap(), oracle);
        assert_eq!(
            batch::<Friche>(&[]).unwrap().num_columns(),
            Friche::FIELDS.len()
        );
    }

    #[test]
    fn every_column_has_its_value() {
        assert_eq!(ParcelleNotee::FIELDS.len(), ParcelleNotee::VALUES.len());
        assert_eq!(CommuneNotee::FIELDS.len(), CommuneNotee::VALUES.len());
    }
}
