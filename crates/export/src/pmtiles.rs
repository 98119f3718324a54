//! Tiles of an edition as one archive (PMTiles 3), which a map reads piece by piece from any host that answers ranges.

use std::fs::File;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use gisement_model::crs::lonlat_to_world;
use pmtiles::{Compression, PmTilesStreamWriter, PmTilesWriter, TileCoord, TileType};

use crate::mvt::TileId;
use crate::{Error, Result};

/// What an archive says of its tiles.
#[derive(Debug)]
pub struct Description {
    /// West, south, east, north. Degrees.
    pub bounds: [f64; 4],
    /// Longitude and latitude of the first view, and its zoom.
    pub start: ([f64; 2], u8),
    /// Levels that have tiles.
    pub zooms: RangeInclusive<u8>,
    /// A JSON object, with `vector_layers` as TileJSON 3.0 has them.
    pub metadata: String,
}

/// An archive being written.
pub struct Archive {
    path: PathBuf,
    writer: PmTilesStreamWriter<File>,
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Archive").field(&self.path).finish()
    }
}

impl Archive {
    /// Begins an archive.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn create(path: &Path, d: &Description) -> Result<Self> {
        let file = File::create(path).map_err(Error::io(path))?;
        let [west, south, east, north] = d.bounds;
        let ([lon, lat], zoom) = d.start;
        let writer = PmTilesWriter::new(TileType::Mvt)
            .precompressed(Compression::Gzip)
            .bounds(west, south, east, north)
            .center(lon, lat)
            .center_zoom(zoom)
            .min_zoom(*d.zooms.start())
            .max_zoom(*d.zooms.end())
            .metadata(d.metadata.clone())
            .create(file)
            .map_err(Error::of("PMTiles"))?;
        Ok(Self {
            path: path.to_owned(),
            writer,
        })
    }

    /// Adds a tile, compressed with gzip. An empty one is left out; the same bytes are kept once.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn add(&mut self, tile: TileId, gzip: &[u8]) -> Result<()> {
        let place = TileCoord::new(tile.z(), tile.x(), tile.y()).map_err(Error::of("PMTiles"))?;
        self.writer
            .add_tile(place, gzip)
            .map_err(Error::of("PMTiles"))
    }

    /// Bytes on the disk by now.
    pub fn size(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |m| m.len())
    }

    /// Ends the archive.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn finish(self) -> Result<()> {
        self.writer.finalize().map_err(Error::of("PMTiles"))
    }
}

/// The tiles that meet a box of degrees, in the order in which an archive keeps them.
pub fn covering([west, south, east, north]: [f64; 4], zooms: RangeInclusive<u8>) -> Vec<TileId> {
    let (x0, y0) = lonlat_to_world(west, north);
    let (x1, y1) = lonlat_to_world(east, south);
    let mut all = Vec::new();
    for z in zooms {
        let index = |world: u32| (u64::from(world) >> (32 - u32::from(z))) as u32;
        let mut level: Vec<(u64, TileId)> = (index(x0)..=index(x1))
            .flat_map(|x| (index(y0)..=index(y1)).map(move |y| (x, y)))
            .filter_map(|(x, y)| {
                let place = TileCoord::new(z, x, y).ok()?;
                Some((pmtiles::TileId::from(place).value(), TileId::new(z, x, y)?))
            })
            .collect();
        level.sort_unstable_by_key(|(rank, _)| *rank);
        all.extend(level.into_iter().map(|(_, tile)| tile));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_covered_level_by_level_in_the_order_of_archives() {
        let all = covering([3.0, 43.0, 4.0, 44.0], 0..=9);
        let ranks: Vec<u64> = all
            .iter()
            .map(|t| {
                let place = TileCoord::new(t.z(), t.x(), t.y()).unwrap();
                pmtiles::TileId::from(place).value()
            })
            .collect();
        assert!(ranks.is_sorted());
        assert_eq!(all.first(), TileId::new(0, 0, 0).as_ref());
        // Column 260 is from 2.8125° E, column 261 ends at 4.21875° E.
        let last: Vec<u32> = all.iter().filter(|t| t.z() == 9).map(|t| t.x()).collect();
        assert_eq!(
            (last.iter().min(), last.iter().max()),
            (Some(&260), Some(&261))
        );
    }

    #[test]
    fn an_archive_says_what_it_holds() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("t.pmtiles");
        let d = Description {
            bounds: [3.0, 43.0, 4.0, 44.0],
            start: ([3.5, 43.5], 9),
            zooms: 5..=16,
            metadata: r#"{"vector_layers":[]}"#.to_owned(),
        };
        let mut archive = Archive::create(&path, &d).unwrap();
        archive
            .add(TileId::new(5, 16, 11).unwrap(), b"tile")
            .unwrap();
        archive.add(TileId::new(6, 32, 23).unwrap(), b"").unwrap();
        archive.finish().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(&bytes[..8], b"PMTiles\x03");
        let number = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
        // Addressed tiles, entries, contents; then clustered, gzip twice, MVT, zooms.
        assert_eq!([number(72), number(80), number(88)], [1, 1, 1]);
        assert_eq!(bytes[96..102], [1, 2, 2, 1, 5, 16]);
    }
}
