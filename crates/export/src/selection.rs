//! Rows and columns of a collection, as every writer takes them.

use std::ops::Range;

use geo_types::Coord;
use gisement_model::Crs;
use gisement_store::{Champ, Collection, CollectionInfo, GeomKind, Geometries};

use crate::column::{Cell, Column};
use crate::{Error, Result, System};

/// Rows that writers take at once: what stands in memory twice.
pub(crate) const CHUNK: usize = 1024;

/// Rows and columns of a collection, in a reference system.
#[derive(Debug, Clone)]
pub struct Selection<'a> {
    pub(crate) info: &'a CollectionInfo,
    collection: &'a Collection,
    pub(crate) columns: Vec<Attribute<'a>>,
    rows: Option<Vec<u32>>,
    pub(crate) system: System,
}

/// A column with what it is called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attribute<'a> {
    pub(crate) champ: &'a Champ,
    pub(crate) values: Column<'a>,
}

impl Attribute<'_> {
    /// Its label with its unit, for the head of a column.
    pub(crate) fn heading(&self) -> String {
        match self.champ.unite.as_str() {
            "" => self.champ.libelle.clone(),
            // A share is a number between 0 and 1 in every format.
            "part" => format!("{} (de 0 à 1)", self.champ.libelle),
            unit => format!("{} ({unit})", self.champ.libelle),
        }
    }
}

impl<'a> Selection<'a> {
    /// These rows of a collection, in this order, all when `None`; these columns, in the order of the collection, all
    /// when `None`.
    ///
    /// # Errors
    /// A column that the collection does not have.
    pub fn new(
        info: &'a CollectionInfo,
        collection: &'a Collection,
        rows: Option<Vec<u32>>,
        shown: Option<&[String]>,
        system: System,
    ) -> Result<Self> {
        let unknown = |name: &str| Error::UnknownColumn {
            collection: info.id.clone(),
            name: name.to_owned(),
        };
        for name in shown.unwrap_or_default() {
            if !info.champs.iter().any(|c| c.nom == *name) {
                return Err(unknown(name));
            }
        }
        let columns = info
            .champs
            .iter()
            .filter(|c| shown.is_none_or(|s| s.contains(&c.nom)))
            .map(|champ| {
                let values = collection.column(&champ.nom).and_then(Column::of);
                let values = values.ok_or_else(|| unknown(&champ.nom))?;
                Ok(Attribute { champ, values })
            })
            .collect::<Result<_>>()?;
        Ok(Self {
            info,
            collection,
            columns,
            rows,
            system: system.of_files(),
        })
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows
            .as_ref()
            .map_or_else(|| self.collection.len(), Vec::len)
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether its features have a geometry.
    pub(crate) fn located(&self) -> bool {
        self.info.geometrie != "none"
    }

    /// What its features are.
    pub(crate) fn kind(&self) -> GeomKind {
        match self.info.geometrie.as_str() {
            "point" => GeomKind::Point,
            "line" => GeomKind::Line,
            "none" => GeomKind::Null,
            _ => GeomKind::Surface,
        }
    }

    pub(crate) fn collection(&self) -> &'a Collection {
        self.collection
    }

    pub(crate) fn crs(&self) -> Crs {
        self.system.crs
    }

    /// The row of the collection at a place of the selection.
    pub(crate) fn row(&self, place: usize) -> usize {
        self.rows
            .as_ref()
            .map_or(place, |rows| rows[place] as usize)
    }

    /// How many rows have no geometry.
    pub(crate) fn unlocated(&self) -> usize {
        (0..self.len())
            .filter(|place| self.collection.kind(self.row(*place)) == GeomKind::Null)
            .count()
    }

    /// The places of the selection, a chunk at a time.
    pub(crate) fn chunks(&self, size: usize) -> impl Iterator<Item = Range<usize>> + use<> {
        let n = self.len();
        (0..n)
            .step_by(size)
            .map(move |start| start..n.min(start + size))
    }

    /// The values of a place, column by column.
    pub(crate) fn cells(&self, place: usize) -> impl Iterator<Item = Cell<'a>> {
        let row = self.row(place);
        self.columns.iter().map(move |c| c.values.cell(row))
    }

    /// The geometries of some places, in the system of the selection: longitude or easting first, outer rings
    /// anticlockwise and holes clockwise, as RFC 7946 and OGC say.
    pub(crate) fn geometries(&self, places: Range<usize>) -> Geometries {
        let degrees = self.crs() == Crs::LonLat;
        let mut out = Geometries::new();
        let mut vertices: Vec<Coord<f64>> = Vec::new();
        for place in places {
            let row = self.row(place);
            let kind = self.collection.kind(row);
            let surface = kind == GeomKind::Surface;
            for polygon in self.collection.polygons(row) {
                for (r, ring) in polygon.enumerate() {
                    vertices.clear();
                    vertices.extend((0..ring.lon.len()).map(|i| {
                        let (x, y) = self.system.position(ring, i);
                        if degrees {
                            Coord {
                                x: x / 1e7,
                                y: y / 1e7,
                            }
                        } else {
                            Coord { x, y }
                        }
                    }));
                    if surface && (twice_area(&vertices) > 0.0) != (r == 0) {
                        vertices.reverse();
                    }
                    out.push_ring(vertices.iter().copied());
                }
                out.end_polygon();
            }
            out.end_feature(kind);
        }
        out
    }
}

/// Twice the area of a closed ring, positive when it turns anticlockwise.
fn twice_area(ring: &[Coord<f64>]) -> f64 {
    let Some(o) = ring.first() else { return 0.0 };
    ring.windows(2)
        .map(|w| (w[0].x - o.x) * (w[1].y - o.y) - (w[1].x - o.x) * (w[0].y - o.y))
        .sum()
}
