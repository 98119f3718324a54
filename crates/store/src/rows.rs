//! Rows of the serving form as the structs they were written from.

use arrow_array::{ArrayRef, UInt32Array};
use arrow_select::take::take;
use gisement_model::LayerRow;

use crate::{Collection, Error, Result};

impl Collection {
    /// A row.
    pub fn row<T: LayerRow>(&self, row: usize) -> Result<T> {
        let rows = self.read(|column| Ok(column.slice(row, 1)))?;
        rows.into_iter()
            .next()
            .ok_or_else(|| Error::corrupt(self.name(), "ligne absente"))
    }

    /// Rows by rank, in the order asked: columns are decoded once for all of them.
    pub fn rows<T: LayerRow>(&self, rows: &[u32]) -> Result<Vec<T>> {
        let ranks = UInt32Array::from_iter_values(rows.iter().copied());
        self.read(|column| Ok(take(column, &ranks, None)?))
    }

    fn read<T: LayerRow>(&self, part: impl Fn(&ArrayRef) -> Result<ArrayRef>) -> Result<Vec<T>> {
        let columns: Vec<ArrayRef> = T::FIELDS
            .iter()
            .map(|f| {
                let column = self.column(f.name);
                part(column.ok_or_else(|| Error::corrupt(self.name(), f.name))?)
            })
            .collect::<Result<_>>()?;
        serde_arrow::from_arrow(&crate::layer::arrow_fields(T::FIELDS), &columns).map_err(|e| {
            Error::Columns {
                couche: self.name().to_owned(),
                source: Box::new(e),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use geo_types::Coord;
    use gisement_model::codes::KindEquipement;
    use gisement_model::{Crs, Equipement, LayerRow as _};

    use super::*;
    use crate::{Geometries, Table, serving};

    #[test]
    fn rows_come_back_in_the_order_asked() {
        let mut geoms = Geometries::new();
        let written: Vec<Equipement> = ["a", "b", "c"]
            .map(|id| {
                geoms.push_point(Coord { x: 0.0, y: 0.0 });
                Equipement {
                    id: id.into(),
                    kind: KindEquipement::Transport,
                    nom: (id == "b").then(|| "Gare".into()),
                }
            })
            .into();
        let table = Table::from_rows(
            "equipements",
            Equipement::GEOMETRY,
            &written,
            geoms,
            Crs::Lambert93,
        )
        .unwrap();
        let dir = tempfile::tempdir().unwrap();
        serving::write(
            dir.path(),
            &table.name,
            &table.batch,
            &table.geoms,
            table.crs,
        )
        .unwrap();
        let c = Collection::open(dir.path(), "equipements").unwrap();
        let read: Vec<Equipement> = c.rows(&[2, 1, 2]).unwrap();
        let want = [2, 1, 2].map(|i| written[i].clone());
        assert_eq!(read, want);
        assert_eq!(c.row::<Equipement>(1).unwrap(), written[1]);
        assert!(c.rows::<Equipement>(&[]).unwrap().is_empty());
    }
}
