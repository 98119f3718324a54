//! Every tile of an edition, in one archive.

use std::path::Path;

use gisement_export::Progress;
use gisement_export::mvt::TileId;
use gisement_export::pmtiles::{Archive, Description, covering};
use rayon::prelude::*;
use serde_json::json;

use super::refused;
use crate::editions::Edition;
use crate::{Error, landing, tiles};

/// Tiles made before they are written, in order.
const CHUNK: usize = 512;

/// The tiles over the territory, in the order of the archive.
pub(super) fn places(edition: &Edition) -> Vec<TileId> {
    covering(landing::bounds(edition), tiles::ZOOMS)
}

pub(super) fn write(
    edition: &Edition,
    places: &[TileId],
    path: &Path,
    progress: &mut Progress<'_>,
) -> Result<(), Error> {
    let start = landing::start(edition);
    let mut archive = Archive::create(
        path,
        &Description {
            bounds: landing::bounds(edition),
            start: (start.centre, start.zoom.round().clamp(0.0, 16.0) as u8),
            zooms: tiles::ZOOMS,
            metadata: json!({
                "name": edition.manifest().nom,
                "attribution": landing::attribution(&edition.manifest().sources).join(" · "),
                "vector_layers": tiles::vector_layers(edition),
            })
            .to_string(),
        },
    )?;
    for chunk in places.chunks(CHUNK) {
        let made: Vec<_> = chunk
            .par_iter()
            .map(|tile| tiles::gzipped(edition, *tile))
            .collect();
        for (tile, bytes) in chunk.iter().zip(made) {
            archive.add(*tile, &bytes.map_err(|p| refused(&p))?)?;
        }
        progress.rows(chunk.len(), archive.size())?;
    }
    Ok(archive.finish()?)
}
