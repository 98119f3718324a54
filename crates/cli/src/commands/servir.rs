//! `gisement servir`: the HTTP server.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Result;
use gisement_server::ServerConfig;
use gisement_store::DataFolder;

use crate::args::DiffusionArg;
use crate::{Outcome, progress};

pub(crate) fn run(
    donnees: PathBuf,
    address: SocketAddr,
    diffusion: Option<DiffusionArg>,
) -> Result<Outcome> {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("GISEMENT_LOG").unwrap_or_else(|_| {
                tracing_subscriber::EnvFilter::new("warn,gisement=info,gisement_server=info")
            }),
        )
        .with_writer(std::io::stderr)
        .init();
    let folder = DataFolder::new(donnees);
    tokio::runtime::Runtime::new()?.block_on(gisement_server::serve(
        folder,
        ServerConfig {
            address,
            diffusion: diffusion.map(Into::into),
            programme: super::PROGRAMME.to_owned(),
            metrics_key: std::env::var("GISEMENT_CLE_METRIQUES").ok().filter(|k| !k.is_empty()),
        },
        |at| progress::result(&format!("Gisement est servi sur http://{at}/ (carte : http://{at}/carte). Ctrl-C pour arrêter.")),
    ))?;
    Ok(Outcome::Fine)
}
