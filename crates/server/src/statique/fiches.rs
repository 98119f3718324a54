//! The sheets: those of the parcels of a cadastral section in one file, those of sites by hundreds.

use std::collections::BTreeMap;
use std::path::Path;

use gisement_export::Progress;
use gisement_export::geojson::Features;
use gisement_store::Collection;
use rayon::prelude::*;
use serde_json::{Map, Value, json};

use super::{gzip_file, json_file, make, refused};
use crate::editions::Edition;
use crate::problem::Problem;
use crate::system::System;
use crate::{Error, fiche};

/// Characters of an IDU that name its section: commune, prefix, section.
const SECTION: usize = 10;
/// Sites in a file.
const SITES: usize = 200;
/// Files made between two looks at whether to go on.
const CHUNK: usize = 32;

/// A row that has a sheet, with its identifier.
type Named<'e> = (&'e str, &'e Collection, usize);

/// What is to be written.
pub(super) struct Fiches<'e> {
    edition: &'e Edition,
    sections: Vec<(&'e str, Vec<Named<'e>>)>,
    sites: Vec<Named<'e>>,
}

impl<'e> Fiches<'e> {
    pub(super) fn of(edition: &'e Edition) -> Self {
        let named = |name: &str| -> Vec<Named<'e>> {
            let found = edition.collection(name);
            let keyed = found.and_then(|c| Some((c, edition.keys(c)?)));
            let rows = keyed
                .into_iter()
                .flat_map(|(c, keys)| keys.from(c, "").map(move |(id, row)| (id, c, row)));
            rows.collect()
        };
        let mut sections: Vec<(&str, Vec<Named<'e>>)> = Vec::new();
        for parcel in named("parcelles") {
            let section = parcel.0.get(..SECTION).unwrap_or(parcel.0);
            match sections.last_mut() {
                Some((last, rows)) if *last == section => rows.push(parcel),
                _ => sections.push((section, vec![parcel])),
            }
        }
        Self {
            edition,
            sections,
            sites: fiche::ASSEMBLED.into_iter().flat_map(named).collect(),
        }
    }

    /// Number of sheets.
    pub(super) fn len(&self) -> usize {
        let parcels: usize = self.sections.iter().map(|(_, rows)| rows.len()).sum();
        parcels + self.sites.len()
    }

    pub(super) fn write(&self, folder: &Path, progress: &mut Progress<'_>) -> Result<(), Error> {
        make(folder)?;
        let names: Vec<&str> = self.sections.iter().map(|(name, _)| *name).collect();
        json_file(&folder.join("sections.json"), &json!(names))?;
        for chunk in self.sections.chunks(CHUNK) {
            chunk.par_iter().try_for_each(|(name, rows)| {
                let mut v = self.sheets(rows)?;
                v["proprietaires"] = self.owners(rows).map_err(|p| refused(&p))?;
                gzip_file(&folder.join(format!("{name}.json.gz")), &v)
            })?;
            progress.rows(chunk.iter().map(|(_, rows)| rows.len()).sum(), 0)?;
        }
        let shards = folder.join("sites");
        make(&shards)?;
        let mut index = BTreeMap::new();
        for (n, rows) in self.sites.chunks(SITES).enumerate() {
            index.extend(rows.iter().map(|(id, ..)| (*id, n)));
            gzip_file(&shards.join(format!("{n}.json.gz")), &self.sheets(rows)?)?;
            progress.rows(rows.len(), 0)?;
        }
        json_file(&folder.join("sites.json"), &json!(index))
    }

    fn sheets(&self, rows: &[Named<'_>]) -> Result<Value, Error> {
        let mut sheets = Map::new();
        for (id, collection, row) in rows {
            let sheet = fiche::of_row(self.edition, collection, *row).map_err(|p| refused(&p))?;
            sheets.insert((*id).to_owned(), sheet);
        }
        Ok(json!({ "fiches": sheets }))
    }

    /// The legal persons that own these parcels.
    fn owners(&self, rows: &[Named<'_>]) -> Result<Value, Problem> {
        let mut owners = Map::new();
        let edition = self.edition;
        let shown = edition.public().any(|c| c.id == "proprietaires");
        let Some(c) = edition.collection("proprietaires").filter(|_| shown) else {
            return Ok(owners.into());
        };
        let features = Features::new(c, None, System::CRS84);
        for (idu, ..) in rows {
            let Some(row) = edition.find(c, idu) else {
                continue;
            };
            let mut text = Vec::new();
            features.feature(&mut text, row);
            let mut feature: Value = serde_json::from_slice(&text).map_err(Problem::internal)?;
            owners.insert((*idu).to_owned(), feature["properties"].take());
        }
        Ok(owners.into())
    }
}
