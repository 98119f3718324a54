//! Spatial conditions: the geometry of a feature beside one given in the filter.

use cql2::Expr;
use geo::{BoundingRect as _, Intersects as _, LinesIter as _, Relate as _, Validation as _};
use geo_types::{
    Coord, Geometry, GeometryCollection, Line, LineString, MultiLineString, MultiPoint,
    MultiPolygon, Point, Polygon, Rect,
};
use gisement_store::{Collection, GeomKind};
use serde_json::Value;

use super::Fault;
use crate::collections::Window;
use crate::system::System;

/// Vertices of a geometry given in a filter: more than an address holds when they are written with some care.
const VERTICES_MAX: usize = 500;

/// A relation of the feature to what is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Intersects,
    Disjoint,
    Within,
    Contains,
    Touches,
    Overlaps,
    Crosses,
    Equals,
}

impl Relation {
    /// The same, said from the other side.
    pub(super) fn converse(self) -> Self {
        match self {
            Self::Within => Self::Contains,
            Self::Contains => Self::Within,
            same => same,
        }
    }
}

/// A condition on the geometry of a row.
#[derive(Debug)]
pub(super) struct Shape<'a> {
    collection: &'a Collection,
    relation: Relation,
    /// Its planes and lines are those of the system in which it was given: rows are brought there.
    system: System,
    given: Geometry<f64>,
    /// The sides of what is given, when it is a surface.
    sides: Vec<Line<f64>>,
    /// What is given, when it is a box.
    window: Option<Window>,
    /// Rows whose box meets that of what is given, in order: others are disjoint from it.
    near: Vec<u32>,
}

impl<'a> Shape<'a> {
    pub(super) fn new(
        collection: &'a Collection,
        relation: Relation,
        given: &Expr,
        system: System,
    ) -> Result<Self, Fault> {
        let (given, b, is_box) = read(given, system)?;
        // The other relations are not defined on what may overlap itself.
        let simple = matches!(relation, Relation::Intersects | Relation::Disjoint);
        if !simple && matches!(given, Geometry::GeometryCollection(_)) {
            return Err(Fault::new(
                "GEOMETRYCOLLECTION ne va qu’avec S_INTERSECTS et S_DISJOINT.",
            ));
        }
        Ok(Self {
            collection,
            relation,
            system,
            sides: match &given {
                Geometry::Polygon(p) => p.lines_iter().collect(),
                Geometry::MultiPolygon(p) => p.lines_iter().collect(),
                _ => Vec::new(),
            },
            given,
            window: is_box.then(|| Window::new(b, system)),
            near: collection.search_degrees(system.envelope(b)),
        })
    }

    /// `None` for a feature without geometry: nothing is known of where it lies.
    pub(super) fn of(&self, row: usize) -> Option<bool> {
        if self.collection.kind(row) == GeomKind::Null {
            return None;
        }
        if self.near.binary_search(&(row as u32)).is_err() {
            return Some(self.relation == Relation::Disjoint);
        }
        if let (Some(w), Relation::Intersects | Relation::Disjoint) = (self.window, self.relation) {
            return Some(w.meets(self.collection, row) == (self.relation == Relation::Intersects));
        }
        let feature = geometry_of(self.collection, row, self.system)?;
        if let Some(inside) = self.aside(&feature) {
            return Some(match self.relation {
                Relation::Intersects | Relation::Within => inside,
                Relation::Disjoint => !inside,
                _ => false,
            });
        }
        Some(match self.relation {
            Relation::Intersects => feature.intersects(&self.given),
            Relation::Disjoint => !feature.intersects(&self.given),
            Relation::Within => feature.relate(&self.given).is_within(),
            Relation::Contains => feature.relate(&self.given).is_contains(),
            Relation::Touches => feature.relate(&self.given).is_touches(),
            Relation::Overlaps => feature.relate(&self.given).is_overlaps(),
            Relation::Crosses => feature.relate(&self.given).is_crosses(),
            Relation::Equals => feature.relate(&self.given).is_equal_topo(),
        })
    }

    /// Whether a feature lies wholly inside the surface given (true) or wholly outside (false), when no side of that
    /// surface comes near it: nearly all features, and far less work than relating two geometries.
    fn aside(&self, feature: &Geometry<f64>) -> Option<bool> {
        let around = feature.bounding_rect()?;
        if self.sides.is_empty() || self.sides.iter().any(|s| around.intersects(s)) {
            return None;
        }
        Some(self.given.intersects(&around.min()))
    }

    /// The only rows for which the condition may be true.
    pub(super) fn candidates(&self) -> Option<&[u32]> {
        (self.relation != Relation::Disjoint).then_some(&self.near)
    }
}

/// The geometry of a row in a system.
fn geometry_of(c: &Collection, row: usize, system: System) -> Option<Geometry<f64>> {
    let mut polygons = c.polygons(row).map(|rings| {
        rings
            .map(|r| {
                (0..r.lon.len())
                    .map(|i| Coord::from(system.position(r, i)))
                    .collect::<LineString<f64>>()
            })
            .collect::<Vec<_>>()
    });
    match c.kind(row) {
        GeomKind::Null => None,
        GeomKind::Point => {
            let at = polygons.next()?.first()?.0.first().copied()?;
            Some(Point(at).into())
        }
        GeomKind::Line => Some(MultiLineString(polygons.flatten().collect()).into()),
        GeomKind::Surface => Some(
            MultiPolygon(
                polygons
                    .filter_map(|mut rings| {
                        let holes = rings.split_off(rings.len().min(1));
                        Some(Polygon::new(rings.pop()?, holes))
                    })
                    .collect(),
            )
            .into(),
        ),
    }
}

/// A geometry of a filter, in the units of its system; its box as written, abscissa first; whether it is that box.
fn read(e: &Expr, system: System) -> Result<(Geometry<f64>, [f64; 4], bool), Fault> {
    if let Expr::BBox { bbox } = e {
        let numbers: Vec<f64> = bbox
            .iter()
            .filter_map(|n| match n.as_ref() {
                Expr::Float(v) => Some(*v),
                _ => None,
            })
            .collect();
        let b = match numbers[..] {
            [a, b, c, d] | [a, b, _, c, d, _] if bbox.len() == numbers.len() => [a, b, c, d],
            _ => return Err(Fault::new("BBOX attend quatre ou six nombres.")),
        };
        let [x0, y0, x1, y1] = if system.flipped {
            [b[1], b[0], b[3], b[2]]
        } else {
            b
        };
        if x0 > x1 || y0 > y1 {
            return Err(Fault::new("BBOX : le minimum doit précéder le maximum."));
        }
        for (x, y) in [(x0, y0), (x1, y1)] {
            on_earth(x, y, system)?;
        }
        let corner = |x, y| Coord {
            x: system.scaled(x),
            y: system.scaled(y),
        };
        let given = Rect::new(corner(x0, y0), corner(x1, y1)).to_polygon();
        return Ok((given.into(), [x0, y0, x1, y1], true));
    }
    let json = serde_json::to_value(e).map_err(|_| Fault::new("La géométrie est illisible."))?;
    let mut reader = Reader {
        system,
        bounds: [f64::MAX, f64::MAX, f64::MIN, f64::MIN],
        vertices: 0,
    };
    let given = reader.geometry(&json)?;
    if reader.vertices == 0 {
        return Err(Fault::new("La géométrie est vide."));
    }
    if let Err(why) = given.check_validation() {
        return Err(Fault::new(format!("La géométrie est invalide : {why}.")));
    }
    Ok((given, reader.bounds, false))
}

fn on_earth(x: f64, y: f64, system: System) -> Result<(), Fault> {
    if system.holds(x, y) {
        Ok(())
    } else {
        Err(Fault::new(format!(
            "Coordonnée hors du domaine de {}.",
            system.uri()
        )))
    }
}

/// Reads GeoJSON, which cql2 makes of every geometry.
struct Reader {
    system: System,
    bounds: [f64; 4],
    vertices: usize,
}

impl Reader {
    fn geometry(&mut self, v: &Value) -> Result<Geometry<f64>, Fault> {
        let at = &v["coordinates"];
        Ok(match v["type"].as_str().unwrap_or_default() {
            "Point" => Point(self.position(at)?).into(),
            "MultiPoint" => {
                let points = self.list(at, |r, p| r.position(p).map(Point))?;
                MultiPoint(points).into()
            }
            "LineString" => self.line(at, 2)?.into(),
            "MultiLineString" => MultiLineString(self.list(at, |r, l| r.line(l, 2))?).into(),
            "Polygon" => self.polygon(at)?.into(),
            "MultiPolygon" => MultiPolygon(self.list(at, Self::polygon)?).into(),
            "GeometryCollection" => {
                let all = self.list(&v["geometries"], Self::geometry)?;
                Geometry::GeometryCollection(GeometryCollection(all))
            }
            _ => return Err(Fault::new("Une géométrie est attendue.")),
        })
    }

    fn list<T>(
        &mut self,
        v: &Value,
        mut one: impl FnMut(&mut Self, &Value) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let all = v.as_array().map_or(&[][..], Vec::as_slice);
        all.iter().map(|x| one(self, x)).collect()
    }

    fn polygon(&mut self, v: &Value) -> Result<Polygon<f64>, Fault> {
        let mut rings = self.list(v, |r, l| r.line(l, 4))?.into_iter();
        let Some(outer) = rings.next() else {
            return Err(Fault::new("La géométrie est vide."));
        };
        let rings: Vec<_> = rings.collect();
        if rings.iter().chain([&outer]).any(|r| !r.is_closed()) {
            return Err(Fault::new("Un anneau de polygone n’est pas fermé."));
        }
        Ok(Polygon::new(outer, rings))
    }

    fn line(&mut self, v: &Value, least: usize) -> Result<LineString<f64>, Fault> {
        let line = LineString(self.list(v, Self::position)?);
        if line.0.len() < least {
            return Err(Fault::new(format!(
                "Une ligne compte au moins 2 sommets, un anneau 4 ({} donnés).",
                line.0.len()
            )));
        }
        Ok(line)
    }

    /// Heights are left aside: features have none.
    fn position(&mut self, v: &Value) -> Result<Coord<f64>, Fault> {
        self.vertices += 1;
        if self.vertices > VERTICES_MAX {
            return Err(Fault::new(format!(
                "Une géométrie compte au plus {VERTICES_MAX} sommets."
            )));
        }
        let (Some(a), Some(b)) = (v[0].as_f64(), v[1].as_f64()) else {
            return Err(Fault::new("Une coordonnée est illisible."));
        };
        let (x, y) = if self.system.flipped { (b, a) } else { (a, b) };
        on_earth(x, y, self.system)?;
        let b = &mut self.bounds;
        *b = [b[0].min(x), b[1].min(y), b[2].max(x), b[3].max(y)];
        Ok(Coord {
            x: self.system.scaled(x),
            y: self.system.scaled(y),
        })
    }
}
