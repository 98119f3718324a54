//! The map, as a page that finds its answers in files.

use std::path::Path;

use super::{make, put};
use crate::{Error, assets};

/// What tells the map where its answers are.
const META: &str = "<meta name=\"gisement-statique\" content=\"donnees/\" />";
const AFTER: &str = "<meta charset=\"utf-8\" />";

pub(super) fn write(at: &Path) -> Result<(), Error> {
    let absent = || {
        Error::Demande(
            "la carte n’est pas dans cet exécutable : construisez-la (dossier web/, commande « npm run build »), puis \
             recompilez le programme"
                .to_owned(),
        )
    };
    let page = assets::page().ok_or_else(absent)?;
    put(
        &at.join(assets::INDEX),
        page.replacen(AFTER, &format!("{AFTER}\n    {META}"), 1),
    )?;
    for (name, bytes) in assets::others() {
        let path = at.join(&*name);
        if let Some(folder) = path.parent() {
            make(folder)?;
        }
        put(&path, bytes)?;
    }
    Ok(())
}
