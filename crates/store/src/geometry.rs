//! Geometries as flat coordinate columns (the GeoArrow multi-polygon layout): no allocation per feature.

use geo_types::{Coord, Geometry, LineString, MultiLineString, MultiPolygon, Point, Polygon, Rect};

use crate::{Error, Result};

/// What a feature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum GeomKind {
    /// No geometry.
    Null = 0,
    /// One point.
    Point = 1,
    /// One or more lines.
    Line = 2,
    /// One or more polygons.
    Surface = 3,
}

/// A column of geometries in one projection. A point is stored as one polygon of one ring of one vertex, a
/// multi-line as one polygon whose rings are its lines. Rings of surfaces are closed (first vertex repeated).
#[derive(Debug, Clone, PartialEq)]
pub struct Geometries {
    kinds: Vec<GeomKind>,
    features: Vec<u32>,
    polygons: Vec<u32>,
    rings: Vec<u32>,
    coords: Vec<Coord<f64>>,
}

impl Default for Geometries {
    fn default() -> Self {
        Self {
            kinds: Vec::new(),
            features: vec![0],
            polygons: vec![0],
            rings: vec![0],
            coords: Vec::new(),
        }
    }
}

/// One feature of a [`Geometries`] column.
#[derive(Debug, Clone, Copy)]
pub struct GeomRef<'a> {
    all: &'a Geometries,
    index: usize,
}

/// One polygon of a feature: an outer ring, then holes.
#[derive(Debug, Clone, Copy)]
pub struct PolygonRef<'a> {
    all: &'a Geometries,
    index: usize,
}

impl Geometries {
    /// An empty column.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of features.
    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    /// Whether there is no feature.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// Number of vertices over all features.
    pub fn vertices(&self) -> usize {
        self.coords.len()
    }

    /// The vertices of every feature, in order.
    pub(crate) fn vertices_of_all(&self) -> &[Coord<f64>] {
        &self.coords
    }

    /// The feature at `index`.
    pub fn get(&self, index: usize) -> GeomRef<'_> {
        assert!(index < self.len(), "feature {index} of {}", self.len());
        GeomRef { all: self, index }
    }

    /// Every feature in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = GeomRef<'_>> {
        (0..self.len()).map(|index| GeomRef { all: self, index })
    }

    /// Appends a feature without geometry.
    pub fn push_null(&mut self) {
        self.end_feature(GeomKind::Null);
    }

    /// Appends a point.
    pub fn push_point(&mut self, c: Coord<f64>) {
        self.push_ring([c]);
        self.end_polygon();
        self.end_feature(GeomKind::Point);
    }

    /// Appends a multi-polygon; one without polygon is stored as no geometry.
    pub fn push_multi_polygon(&mut self, mp: &MultiPolygon<f64>) {
        for p in mp {
            self.push_ring(p.exterior().coords().copied());
            for hole in p.interiors() {
                self.push_ring(hole.coords().copied());
            }
            self.end_polygon();
        }
        self.end_feature(if mp.0.is_empty() {
            GeomKind::Null
        } else {
            GeomKind::Surface
        });
    }

    /// Appends a multi-line; one without line is stored as no geometry.
    pub fn push_lines(&mut self, lines: &MultiLineString<f64>) {
        for l in lines {
            self.push_ring(l.coords().copied());
        }
        if lines.0.is_empty() {
            self.push_null();
        } else {
            self.end_polygon();
            self.end_feature(GeomKind::Line);
        }
    }

    /// Appends any supported geometry.
    pub fn push(&mut self, g: &Geometry<f64>) -> Result<()> {
        match g {
            Geometry::Point(p) => self.push_point(p.0),
            Geometry::Polygon(p) => self.push_multi_polygon(&MultiPolygon(vec![p.clone()])),
            Geometry::MultiPolygon(mp) => self.push_multi_polygon(mp),
            Geometry::MultiPoint(_) => return Err(Error::Geometry("MultiPoint")),
            Geometry::Line(l) => self.push_lines(&MultiLineString(vec![(*l).into()])),
            Geometry::LineString(l) => self.push_lines(&MultiLineString(vec![l.clone()])),
            Geometry::MultiLineString(ml) => self.push_lines(ml),
            _ => return Err(Error::Geometry("GeometryCollection")),
        }
        Ok(())
    }

    /// Appends a copy of a feature of another column.
    pub fn push_ref(&mut self, g: GeomRef<'_>) {
        for p in g.polygons() {
            for r in p.rings() {
                self.push_ring(r.iter().copied());
            }
            self.end_polygon();
        }
        self.end_feature(g.kind());
    }

    /// Makes room for the features of other columns.
    pub fn reserve<'a>(&mut self, others: impl Iterator<Item = &'a Self>) {
        let mut more = [0; 4];
        for o in others {
            let lengths = [
                o.kinds.len(),
                o.polygons.len(),
                o.rings.len(),
                o.coords.len(),
            ];
            for (sum, n) in more.iter_mut().zip(lengths) {
                *sum += n;
            }
        }
        let [features, polygons, rings, coords] = more;
        self.kinds.reserve_exact(features);
        self.features.reserve_exact(features);
        self.polygons.reserve_exact(polygons);
        self.rings.reserve_exact(rings);
        self.coords.reserve_exact(coords);
    }

    /// Appends every feature of another column.
    pub fn extend(&mut self, other: &Self) {
        let shift = |v: &mut Vec<u32>, add: &[u32], by: usize| {
            v.extend(add[1..].iter().map(|o| o + by as u32));
        };
        shift(&mut self.features, &other.features, self.polygons.len() - 1);
        shift(&mut self.polygons, &other.polygons, self.rings.len() - 1);
        shift(&mut self.rings, &other.rings, self.coords.len());
        self.coords.extend_from_slice(&other.coords);
        self.kinds.extend_from_slice(&other.kinds);
    }

    /// The features in another order (or a selection of them).
    #[must_use]
    pub fn reordered(&self, order: &[u32]) -> Self {
        let mut out = Self::new();
        if order.len() == self.len() {
            out.reserve(std::iter::once(self));
        }
        for &i in order {
            out.push_ref(self.get(i as usize));
        }
        out
    }

    /// Changes every coordinate, for reprojection.
    pub fn map_coords(&mut self, f: impl Fn(Coord<f64>) -> Coord<f64>) {
        for c in &mut self.coords {
            *c = f(*c);
        }
    }

    /// Starts building a feature ring by ring: rings, then [`Self::end_polygon`], then [`Self::end_feature`].
    pub fn push_ring(&mut self, ring: impl IntoIterator<Item = Coord<f64>>) {
        self.coords.extend(ring);
        self.rings.push(
            u32::try_from(self.coords.len())
                .unwrap_or_else(|_| unreachable!("over 4 billion vertices")),
        );
    }

    /// Ends the current polygon.
    pub fn end_polygon(&mut self) {
        self.polygons.push((self.rings.len() - 1) as u32);
    }

    /// Ends the current feature.
    pub fn end_feature(&mut self, kind: GeomKind) {
        self.features.push((self.polygons.len() - 1) as u32);
        self.kinds.push(kind);
    }
}

impl<'a> GeomRef<'a> {
    /// What the feature is.
    pub fn kind(&self) -> GeomKind {
        self.all.kinds[self.index]
    }

    /// Its polygons.
    pub fn polygons(&self) -> impl ExactSizeIterator<Item = PolygonRef<'a>> + use<'a> {
        let all = self.all;
        (all.features[self.index] as usize..all.features[self.index + 1] as usize)
            .map(move |index| PolygonRef { all, index })
    }

    /// Every vertex, ring after ring.
    pub fn coords(&self) -> &'a [Coord<f64>] {
        let a = self.all;
        let polygon = |f: usize| a.polygons[a.features[f] as usize] as usize;
        &a.coords[a.rings[polygon(self.index)] as usize..a.rings[polygon(self.index + 1)] as usize]
    }

    /// The vertex of a point feature.
    pub fn point(&self) -> Option<Coord<f64>> {
        (self.kind() == GeomKind::Point).then(|| self.coords()[0])
    }

    /// Bounding box; `None` without geometry.
    pub fn bbox(&self) -> Option<Rect<f64>> {
        let (first, rest) = self.coords().split_first()?;
        let (mut lo, mut hi) = (*first, *first);
        for c in rest {
            lo = Coord {
                x: lo.x.min(c.x),
                y: lo.y.min(c.y),
            };
            hi = Coord {
                x: hi.x.max(c.x),
                y: hi.y.max(c.y),
            };
        }
        Some(Rect::new(lo, hi))
    }

    /// Planar area in the column's projection (m² in a metric one); 0 for points and lines.
    pub fn area(&self) -> f64 {
        if self.kind() != GeomKind::Surface {
            return 0.0;
        }
        self.polygons()
            .map(|p| {
                let mut rings = p.rings().map(ring_area);
                rings.next().unwrap_or(0.0) - rings.sum::<f64>()
            })
            .sum()
    }

    /// Perimeter over all rings, or length over all lines, in the column's unit.
    pub fn perimeter(&self) -> f64 {
        self.polygons()
            .flat_map(|p| p.rings())
            .flat_map(|r| r.windows(2))
            .map(|w| (w[1].x - w[0].x).hypot(w[1].y - w[0].y))
            .sum()
    }

    /// An owned multi-polygon for the algorithms of `geo`; empty for points, lines and missing geometries.
    pub fn to_multi_polygon(&self) -> MultiPolygon<f64> {
        if self.kind() != GeomKind::Surface {
            return MultiPolygon(Vec::new());
        }
        MultiPolygon(self.polygons().map(|p| p.to_polygon()).collect())
    }

    /// An owned geometry.
    pub fn to_geometry(&self) -> Option<Geometry<f64>> {
        match self.kind() {
            GeomKind::Null => None,
            GeomKind::Point => self.point().map(|c| Geometry::Point(Point(c))),
            GeomKind::Line => Some(Geometry::MultiLineString(MultiLineString(
                self.polygons()
                    .flat_map(|p| p.rings())
                    .map(|l| LineString(l.to_vec()))
                    .collect(),
            ))),
            GeomKind::Surface => Some(Geometry::MultiPolygon(self.to_multi_polygon())),
        }
    }
}

impl<'a> PolygonRef<'a> {
    /// The outer ring, then the holes.
    pub fn rings(&self) -> impl ExactSizeIterator<Item = &'a [Coord<f64>]> + use<'a> {
        let a = self.all;
        (a.polygons[self.index] as usize..a.polygons[self.index + 1] as usize)
            .map(move |r| &a.coords[a.rings[r] as usize..a.rings[r + 1] as usize])
    }

    /// An owned polygon.
    pub fn to_polygon(&self) -> Polygon<f64> {
        let mut rings = self.rings().map(|r| LineString(r.to_vec()));
        let exterior = rings.next().unwrap_or(LineString(Vec::new()));
        Polygon::new(exterior, rings.collect())
    }
}

/// Unsigned shoelace area of a closed ring, computed around its first vertex so that Lambert-93 magnitudes
/// (10⁶ m) do not eat the digits.
fn ring_area(ring: &[Coord<f64>]) -> f64 {
    let Some(o) = ring.first() else { return 0.0 };
    let twice: f64 = ring
        .windows(2)
        .map(|w| (w[0].x - o.x) * (w[1].y - o.y) - (w[1].x - o.x) * (w[0].y - o.y))
        .sum();
    twice.abs() / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::{Geometry, point, polygon};

    fn two_lines() -> MultiLineString<f64> {
        MultiLineString(vec![
            LineString::from(vec![(0.0, 0.0), (3.0, 4.0)]),
            LineString::from(vec![(9.0, 9.0), (9.0, 11.0), (10.0, 11.0)]),
        ])
    }

    fn sample() -> Geometries {
        let mut g = Geometries::new();
        let square =
            polygon![(x: 0.0, y: 0.0), (x: 10.0, y: 0.0), (x: 10.0, y: 10.0), (x: 0.0, y: 10.0)];
        let holed = Polygon::new(
            square.exterior().clone(),
            vec![LineString::from(vec![
                (2.0, 2.0),
                (4.0, 2.0),
                (4.0, 4.0),
                (2.0, 4.0),
                (2.0, 2.0),
            ])],
        );
        g.push(&Geometry::Polygon(square)).unwrap();
        g.push_null();
        g.push(&Geometry::Point(point!(x: 3.0, y: 4.0))).unwrap();
        g.push_multi_polygon(&MultiPolygon(vec![holed.clone(), holed]));
        g.push(&Geometry::MultiLineString(two_lines())).unwrap();
        g
    }

    #[test]
    fn features_come_back_as_they_went_in() {
        let g = sample();
        assert_eq!(
            g.iter().map(|f| f.area()).collect::<Vec<_>>(),
            [100.0, 0.0, 0.0, 192.0, 0.0]
        );
        assert_eq!(g.get(0).perimeter(), 40.0);
        assert_eq!(g.get(1).to_geometry(), None);
        assert_eq!(g.get(1).bbox(), None);
        assert_eq!(g.get(2).point(), Some(Coord { x: 3.0, y: 4.0 }));
        assert_eq!(g.get(3).polygons().len(), 2);
        assert_eq!(g.get(4).perimeter(), 8.0);
        assert_eq!(
            g.get(4).to_geometry(),
            Some(Geometry::MultiLineString(two_lines()))
        );
        let mut none = Geometries::new();
        none.push_lines(&MultiLineString(Vec::new()));
        assert_eq!(none.get(0).kind(), GeomKind::Null);
    }

    #[test]
    fn extending_and_reordering_keep_features() {
        let mut g = sample();
        let twin = g.clone();
        g.extend(&twin);
        let back = g.reordered(&[5, 6, 7, 8, 9]);
        assert_eq!(back, twin);
        assert!(
            Geometries::new()
                .push(&Geometry::MultiPoint(geo_types::MultiPoint(Vec::new())))
                .is_err()
        );
    }
}
