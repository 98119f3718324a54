//! `--postgis`: an edition in a database.

use anyhow::Result;
use gisement_export::Step;
use gisement_export::postgis::Target;
use gisement_server::Error;

use super::open;
use crate::Outcome;
use crate::args::Exporter;
use crate::progress::{self, Progress};

pub(super) fn run(d: &Exporter, address: &str) -> Result<Outcome> {
    let password = std::env::var("PGPASSWORD").ok();
    let target =
        Target::parse(address, password.as_deref()).map_err(|e| Error::Demande(e.to_string()))?;
    let edition = open(d)?;
    let id = edition.manifest.id.clone();
    let bar = Progress::new();
    let mut tell = |step: Step| {
        bar.at("Publication (PostGIS)", step.rows, step.total);
        Ok(())
    };
    let published = gisement_server::publish(
        edition,
        &target,
        d.garder,
        &mut gisement_export::Progress::new(&mut tell),
    )?;
    bar.finish();
    for remark in &published.remarks {
        bar.say(&format!("  {remark}"));
    }
    for schema in &published.removed {
        bar.say(&format!("  {schema} est supprimé"));
    }
    progress::result(&format!(
        "Édition {id} publiée dans la base {target} : schéma {}, {} tables, {} lignes ; « courant » la montre",
        published.schema, published.tables, published.rows
    ));
    Ok(Outcome::Fine)
}
