//! What the map reads of an edition: the answers of the service, and the table from which it filters and ranks by itself.

use std::path::Path;

use gisement_export::{Export, Format, Progress, Selection};
use gisement_index::{TypeGisement, Verdict};
use serde_json::json;

use super::{json_file, make, refused};
use crate::columns::Texts;
use crate::editions::Edition;
use crate::request::encode;
use crate::system::System;
use crate::territoires::Level;
use crate::{Error, assets, landing, territoires};

/// Addresses in answers are those of the service: here they lead nowhere, and the map reads none of them.
const BASE: &str = "";

pub(super) fn write(edition: &Edition, folder: &Path) -> Result<(), Error> {
    make(folder)?;
    json_file(&folder.join("edition.json"), &landing::describe(edition))?;
    json_file(
        &folder.join("tilejson.json"),
        &crate::tiles::describe(edition, BASE),
    )?;
    json_file(
        &folder.join("recherche.json"),
        &json!({ "noms": edition.search().names(edition) }),
    )?;
    let bareme = edition.bareme().map_err(|p| refused(&p))?;
    let types: Vec<&str> = TypeGisement::ALL
        .iter()
        .map(|t| t.code())
        .filter(|code| {
            !bareme
                .verdict
                .types_hors_classement
                .iter()
                .any(|out| out == code)
        })
        .collect();
    json_file(
        &folder.join("classement.json"),
        &json!({ "types_par_defaut": types }),
    )?;
    all_territories(edition, folder)?;
    collection(
        edition,
        "communes",
        None,
        None,
        Format::GeoJson,
        &folder.join("communes.geojson"),
    )?;
    let needed = assets::columns_of_the_map().map_err(Error::Demande)?;
    collection(
        edition,
        "parcelles",
        Some(gisements(edition)),
        Some(&needed),
        Format::GeoParquet,
        &folder.join("gisements.parquet"),
    )
}

fn all_territories(edition: &Edition, folder: &Path) -> Result<(), Error> {
    json_file(
        &folder.join("territoires.json"),
        &territoires::every(edition, BASE),
    )?;
    for level in Level::ALL {
        let of = folder.join("territoires").join(level.code());
        make(&of)?;
        for t in territoires::all(edition, level) {
            let found = territoires::describe(edition, &t, BASE).map_err(|p| refused(&p))?;
            json_file(&of.join(format!("{}.json", encode(t.code))), &found)?;
        }
    }
    Ok(())
}

/// The rows that lists, filters and counts look at: parcels that have a type, and those without one that the list counts
/// among what it leaves out.
fn gisements(edition: &Edition) -> Vec<u32> {
    let Some(parcelles) = edition.collection("parcelles") else {
        return Vec::new();
    };
    let [kind, verdict] = ["type_principal", "verdict"].map(|n| Texts::new(parcelles, n));
    let aside = [Verdict::ParcSocial, Verdict::NonEvalue].map(Verdict::code);
    let kept = |row: &usize| match kind.get(*row) {
        Some(code) => TypeGisement::ALL.iter().any(|t| t.code() == code),
        None => verdict.get(*row).is_some_and(|v| aside.contains(&v)),
    };
    (0..parcelles.len())
        .filter(kept)
        .map(|row| row as u32)
        .collect()
}

/// Rows of a collection in degrees, with those of the columns that it has.
fn collection(
    edition: &Edition,
    name: &str,
    rows: Option<Vec<u32>>,
    columns: Option<&[String]>,
    format: Format,
    path: &Path,
) -> Result<(), Error> {
    let found = edition.public().find(|c| c.id == name);
    let Some((info, collection)) = found.and_then(|i| Some((i, edition.collection(name)?))) else {
        return Ok(());
    };
    let columns = columns.map(|names| {
        let there = |n: &&String| info.champs.iter().any(|c| c.nom == **n);
        names.iter().filter(there).cloned().collect::<Vec<_>>()
    });
    let export = Export {
        manifest: edition.manifest(),
        selections: vec![Selection::new(
            info,
            collection,
            rows,
            columns.as_deref(),
            System::CRS84,
        )?],
        conditions: Vec::new(),
    };
    let mut silent = |_| Ok(());
    gisement_export::write(path, format, &export, &mut Progress::new(&mut silent))?;
    Ok(())
}
