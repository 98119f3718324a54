//! Land that is bought together, measured and marked by the same code as parcels.

use gisement_model::{CommuneNotee, GeometryKind, ParcelleNotee};
use gisement_store::{Geometries, Table};
use rayon::prelude::*;

use crate::build::Demande;
use crate::facts::{BLOCK, Compteurs, Context};
use crate::report::RapportEdition;
use crate::score::measure;
use crate::unites::{UNITE, assemble};
use crate::{Error, inscrire_notes};

/// Sites and unités foncières, marked.
pub(crate) struct Sites {
    /// Unités foncières, then brownfields and plots of business parks, each with its title; those that there are.
    pub(crate) tables: Vec<(&'static str, Table)>,
    units: Vec<Unit>,
    unit_of: Vec<Option<u32>>,
}

/// What parcels say of the unité foncière that they belong to.
pub(crate) struct Unit {
    pub(crate) id: String,
    pub(crate) utile_m2: f64,
    pub(crate) verdict: String,
}

impl Sites {
    /// Assembles what can be, and marks it.
    pub(crate) fn new(
        ctx: &Context<'_>,
        communes: &[CommuneNotee],
        demande: &Demande<'_>,
        rapport: &mut RapportEdition,
    ) -> Result<Self, Error> {
        let all = assemble(ctx, &mut rapport.assemblages);
        let unit_of = all.unit_of(ctx.layers.parcelles.len());
        let n = all.sites.len();
        let marked: Vec<ParcelleNotee> = (0..n.div_ceil(BLOCK))
            .into_par_iter()
            .flat_map_iter(|i| {
                let range = i * BLOCK..n.min((i + 1) * BLOCK);
                let subjects = (&all.layer, &all.subjects);
                let mut rows = Vec::with_capacity(range.len());
                let aside = (&mut rows, &mut Vec::new(), &mut Compteurs::default());
                measure(ctx, subjects, range.clone(), aside);
                for (row, i) in rows.iter_mut().zip(range) {
                    let commune = &communes[all.subjects.commune_of[i] as usize];
                    inscrire_notes(row, Some(commune), demande.bareme, demande.date);
                }
                rows
            })
            .collect();
        let units = all
            .sites
            .iter()
            .zip(&marked)
            .map(|(s, r)| Unit {
                id: s.id.clone(),
                utile_m2: r.utile_m2,
                verdict: r.verdict.clone(),
            })
            .collect();
        let crs = all.layer.crs;
        let none = (0..n).fold(Geometries::new(), |mut g, _| {
            g.push_null();
            g
        });
        let kind = GeometryKind::Surface;
        let marks = Table::from_rows("sites", kind, &marked, none, crs)?;
        let mut table = Table::from_rows("sites", kind, &all.sites, all.layer.geoms, crs)?;
        table.push_columns_of(&marks)?;
        let (of_units, of_sites): (Vec<u32>, Vec<u32>) =
            (0..n as u32).partition(|i| all.sites[*i as usize].genre == UNITE);
        let mut tables = Vec::new();
        for (title, name, rows) in [
            ("Unités foncières", "unites_foncieres", of_units),
            ("Friches et terrains de zone d’activité", "sites", of_sites),
        ] {
            if !rows.is_empty() {
                let mut part = table.select(&rows)?;
                name.clone_into(&mut part.name);
                tables.push((title, part));
            }
        }
        Ok(Self {
            tables,
            units,
            unit_of,
        })
    }

    /// The unité foncière of a parcel.
    pub(crate) fn unit_of(&self, parcel: usize) -> Option<&Unit> {
        self.unit_of[parcel].map(|u| &self.units[u as usize])
    }
}
