//! One-kilometre squares with what is ranked in each: where the gisements are, when parcels are too small to be seen.
//!
//! Made from the served columns, so a public edition's squares hold nothing that its parcels do not show.

use std::collections::BTreeMap;

use gisement_export::mvt::{LayerWriter, Shape};
use gisement_model::Crs;
use gisement_model::bareme::Bareme;
use gisement_model::crs::lonlat_to_world;

use super::layers::percent;
use crate::classement::{AXES, DURETE, Stock};
use crate::columns::Reals;
use crate::editions::Edition;

/// Side of a square in metres of the edition's legal projection.
const SIDE: f64 = 1_000.0;
/// Gisements of which the median index tells of a square, as it tells of a commune.
const BEST: usize = 10;
/// Rank of the first axis among the keys of the layer: their means, then their best values, in the order of [`AXES`].
const FIRST_AXIS: usize = 4;

/// The squares that hold a ranked gisement.
#[derive(Debug, Default)]
pub(crate) struct Carreaux(Vec<Carreau>);

/// A square of the legal projection, and what is ranked in it.
#[derive(Debug)]
struct Carreau {
    /// South-west corner in kilometres.
    corner: (i64, i64),
    /// Closed ring in world units.
    ring: [[u32; 5]; 2],
    count: u64,
    /// Median index of the ten best, then the best.
    index: [f64; 2],
    /// Mean of each axis over those of which it is known, even as an interval; `None` when it is of none.
    means: [Option<f64>; 4],
    /// The best value of each axis: the least Dureté, the most of the others.
    best: [Option<f64>; 4],
}

/// What is gathered of a square.
#[derive(Default)]
struct Gathered {
    indices: Vec<f64>,
    axes: [Vec<f64>; 4],
}

impl Carreaux {
    /// Puts each gisement that the default profile ranks in the square where the middle of its box lies.
    pub(crate) fn build(edition: &Edition, stock: &Stock, bareme: &Bareme) -> Self {
        let Some(parcelles) = edition.collection("parcelles") else {
            return Self::default();
        };
        let crs = edition.manifest().crs;
        let left_out = &bareme.verdict.types_hors_classement;
        let columns = AXES.map(|axis| {
            ["", "_min", "_max"].map(|suffix| Reals::new(parcelles, &format!("{axis}{suffix}")))
        });
        let mut squares: BTreeMap<(i64, i64), Gathered> = BTreeMap::new();
        for (g, index) in stock.indices(bareme.profil().poids) {
            let row = g.row as usize;
            let Some(bbox) = parcelles.bbox(row) else {
                continue;
            };
            if left_out.iter().any(|code| code == g.kind.code()) {
                continue;
            }
            let [lon, lat] = crate::search::centre(bbox);
            let (x, y) = crs.from_lonlat(lon, lat);
            let corner = ((x / SIDE).floor() as i64, (y / SIDE).floor() as i64);
            let square = squares.entry(corner).or_default();
            square.indices.push(index);
            for (values, [central, min, max]) in square.axes.iter_mut().zip(columns) {
                let middle = || Some(f64::midpoint(min.get(row)?, max.get(row)?));
                values.extend(central.get(row).or_else(middle));
            }
        }
        let made = squares.into_iter().map(|(at, g)| Carreau::new(crs, at, g));
        Self(made.collect())
    }

    /// Draws the squares that meet a box of world units.
    pub(super) fn draw(&self, world: [u32; 4], layer: &mut LayerWriter<'_>, shape: &mut Shape) {
        for square in self.0.iter().filter(|s| s.meets(world)) {
            shape.clear();
            let [x, y] = &square.ring;
            shape.polygon(std::iter::once((&x[..], &y[..])));
            if shape.is_empty() {
                continue;
            }
            let (east, north) = square.corner;
            layer.unique_text(0, &format!("1kmE{east}N{north}"));
            layer.integer(1, square.count);
            layer.integer(2, percent(square.index[0]));
            layer.integer(3, percent(square.index[1]));
            let axes = square.means.iter().chain(&square.best);
            for (key, value) in (FIRST_AXIS..).zip(axes) {
                if let Some(v) = value {
                    layer.integer(key, percent(*v));
                }
            }
            layer.polygon(shape);
        }
    }
}

impl Carreau {
    fn new(crs: Crs, corner: (i64, i64), mut gathered: Gathered) -> Self {
        let (west, south) = (corner.0 as f64 * SIDE, corner.1 as f64 * SIDE);
        let mut ring = [[0; 5]; 2];
        let corners = [
            (0.0, 0.0),
            (0.0, SIDE),
            (SIDE, SIDE),
            (SIDE, 0.0),
            (0.0, 0.0),
        ];
        for (i, (dx, dy)) in corners.into_iter().enumerate() {
            let (lon, lat) = crs.to_lonlat(west + dx, south + dy);
            (ring[0][i], ring[1][i]) = lonlat_to_world(lon, lat);
        }
        gathered.indices.sort_unstable_by(|a, b| b.total_cmp(a));
        let first = gathered.indices.first().copied().unwrap_or_default();
        let top = &gathered.indices[..gathered.indices.len().min(BEST)];
        let (low, high) = (top.len().saturating_sub(1) / 2, top.len() / 2);
        let median = f64::midpoint(
            top.get(low).copied().unwrap_or_default(),
            top.get(high).copied().unwrap_or_default(),
        );
        let mean = |v: &Vec<f64>| (!v.is_empty()).then(|| v.iter().sum::<f64>() / v.len() as f64);
        let mut best = gathered
            .axes
            .each_ref()
            .map(|v| v.iter().copied().reduce(f64::max));
        best[DURETE] = gathered.axes[DURETE].iter().copied().reduce(f64::min);
        Self {
            corner,
            ring,
            count: gathered.indices.len() as u64,
            index: [median, first],
            means: gathered.axes.each_ref().map(mean),
            best,
        }
    }

    fn meets(&self, [x0, y0, x1, y1]: [u32; 4]) -> bool {
        let within = |v: &[u32; 5], low: u32, high: u32| {
            v.iter().any(|c| *c >= low) && v.iter().any(|c| *c <= high)
        };
        within(&self.ring[0], x0, x1) && within(&self.ring[1], y0, y1)
    }
}
