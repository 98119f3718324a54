//! In which projection `construire` works.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Result, bail};
use gisement_ingest::locate;
use gisement_model::{Couche, Crs, Parcelle};
use gisement_store::Layer;

use crate::config::Config;

/// The legal projection: said by the configuration, else that of the land where the parcels lie. The first and last
/// files of each source are looked at, since a list sorted by name ends overseas.
pub(super) fn choose(config: &Config) -> Result<Crs> {
    if let Some(crs) = config.projection {
        return Ok(crs);
    }
    let mut found: Option<(Crs, String)> = None;
    for source in &config.sources {
        if source.config.couche != Couche::Parcelles {
            continue;
        }
        let ends: BTreeSet<&PathBuf> = [source.files.first(), source.files.last()]
            .into_iter()
            .flatten()
            .collect();
        for path in ends {
            let file = source.file(path, &config.dir);
            // A file that cannot be read is for the reading to report.
            let Ok(Some(crs)) = locate::<Parcelle>(&file) else {
                continue;
            };
            match &found {
                Some((other, name)) if *other != crs => bail!(
                    "{name} ({other}) et {} ({crs}) n’ont pas la même projection légale : faites deux observatoires",
                    file.name
                ),
                _ => found = Some((crs, file.name)),
            }
        }
    }
    Ok(found.map_or(Crs::Lambert93, |(crs, _)| crs))
}

/// Refuses parcels whose number says another territory than their coordinates: undeclared metres of the Antilles
/// look like Lambert II étendu.
pub(super) fn check(parcelles: &Layer<Parcelle>, legal: Crs) -> Result<()> {
    for p in &parcelles.rows {
        let commune = p.idu.commune();
        if let Some(own) = Crs::legale(commune.departement()).filter(|c| *c != legal) {
            bail!(
                "la parcelle {} est d’un territoire de projection légale {own}, et l’édition est en {legal} : dites `projection` dans [observatoire], ou faites deux observatoires",
                p.idu
            );
        }
    }
    Ok(())
}
