//! What several of these tests need.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "test helpers: a failure is the message"
)]

use std::path::{Path, PathBuf};

use gisement_ingest::{Error, Ingest, SourceConfig, SourceFile, fingerprint, read};
use gisement_model::{Crs, RapportFichier};
use gisement_store::Layer;

/// The reference data set (`GISEMENT_DONNEES`, else `../shared/data`); `None`, and said, where it is absent.
pub(super) fn donnees() -> Option<PathBuf> {
    let root = std::env::var_os("GISEMENT_DONNEES").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    // A git worktree lies one folder deeper.
    let deeper = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data");
    let found = [root.clone(), deeper]
        .into_iter()
        .find(|r| r.join("cadastre").is_dir());
    if found.is_none() {
        eprintln!(
            "PASSÉ SANS ÊTRE EXÉCUTÉ : données réelles absentes ({}) ; donnez GISEMENT_DONNEES",
            root.display()
        );
    }
    found
}

/// Reads a file as a layer. Whatever it holds, every row is accounted for.
pub(super) fn try_read<T: Ingest>(
    path: &Path,
    setup: impl FnOnce(&mut SourceConfig),
) -> Result<(Layer<T>, RapportFichier), Error> {
    let mut config = SourceConfig::new(T::COUCHE, "x");
    setup(&mut config);
    let file = SourceFile {
        path: path.into(),
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        config: &config,
    };
    let fp = fingerprint(&file, Crs::Lambert93)?;
    let (layer, report) = read::<T>(&file, &fp, Crs::Lambert93, &|_, _| {})?;
    assert!(report.is_balanced(), "{report:?}");
    assert_eq!(layer.rows.len(), layer.geoms.len());
    layer.clone().into_table().unwrap();
    Ok((layer, report))
}
