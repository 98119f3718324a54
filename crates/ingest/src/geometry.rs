//! The geometry room: projection, closing, cleaning, orientation, validity and repair of what readers give.

use geo::BooleanOps as _;
use geo::bool_ops::{FillRule, OpType};
use geo::{Area as _, InteriorPoint as _};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use gisement_model::GeometryKind;
use gisement_store::{GeomKind, Geometries};

use crate::frame::Frame;
use crate::notes::{Notes, Rejet};
use crate::shape::{Shape, ShapeKind, signed_area};
use crate::validity;

/// A repaired surface may differ from the sum of its rings by this share, or by one square metre.
const AREA_TOLERANCE: f64 = 0.01;
/// More vertices than any real feature has (the largest commune and risk zone have a tenth of it).
const VERTICES_MAX: usize = 1_000_000;
/// Pieces of a repair below this area (m²) are dust of rounding.
const DUST: f64 = 1e-4;

/// What a layer wants of its geometries.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wish {
    pub(crate) kind: GeometryKind,
    /// Whether a row without geometry is refused.
    pub(crate) required: bool,
}

/// Scratch of the geometry room, reused from row to row.
#[derive(Debug, Default)]
pub(crate) struct Room {
    polygons: Vec<Vec<Vec<Coord<f64>>>>,
}

impl Room {
    /// Appends the geometry of a row to `out`, or refuses the row; `out` gets exactly one feature, or none.
    pub(crate) fn settle(
        &mut self,
        shape: &Shape,
        frame: &Frame,
        wish: Wish,
        out: &mut Geometries,
        notes: &mut Notes,
    ) -> Result<(), Rejet> {
        if wish.kind == GeometryKind::None {
            out.push_null();
            return Ok(());
        }
        let missing = |why: &'static str, out: &mut Geometries, notes: &mut Notes| {
            if wish.required {
                Err(Rejet::new(
                    "geometrie_absente",
                    "Entité sans géométrie",
                    "",
                    why,
                ))
            } else {
                notes.warn("sans_geometrie", "Entité conservée sans géométrie", "", why);
                out.push_null();
                Ok(())
            }
        };
        match (shape.kind, wish.kind) {
            (ShapeKind::Null, _) => missing("", out, notes),
            (ShapeKind::Point, GeometryKind::Point | GeometryKind::Mixed) => {
                let Some(c) = shape.coords.first() else {
                    return missing("point sans coordonnées", out, notes);
                };
                let p = match (frame.project(*c), frame.project_swapped(*c)) {
                    (Some(p), _) => p,
                    (None, Some(p)) => {
                        notes.repaired("axes_permutes");
                        p
                    }
                    (None, None) => return outside(*c, wish, out, notes),
                };
                if shape.coords.len() > 1 {
                    notes.warn(
                        "multipoint",
                        "Plusieurs points : seul le premier est conservé",
                        "",
                        &shape.coords.len().to_string(),
                    );
                }
                out.push_point(p);
                Ok(())
            }
            (ShapeKind::Line, GeometryKind::Line) => lines(shape, frame, wish, out, notes),
            (ShapeKind::Surface, GeometryKind::Line) => Err(Rejet::new(
                "geometrie_inadaptee",
                "Géométrie d’un autre genre que celui de la couche",
                "",
                "surface",
            )),
            (ShapeKind::Surface, _) => self.surface(shape, frame, wish, out, notes),
            (ShapeKind::Point | ShapeKind::Line, _) => {
                let what = if shape.kind == ShapeKind::Line {
                    "ligne"
                } else {
                    "point"
                };
                if wish.required || wish.kind != GeometryKind::Mixed {
                    Err(Rejet::new(
                        "geometrie_inadaptee",
                        "Géométrie d’un autre genre que celui de la couche",
                        "",
                        what,
                    ))
                } else {
                    missing(what, out, notes)
                }
            }
        }
    }

    fn surface(
        &mut self,
        shape: &Shape,
        frame: &Frame,
        wish: Wish,
        out: &mut Geometries,
        notes: &mut Notes,
    ) -> Result<(), Rejet> {
        if shape.coords.len() > VERTICES_MAX {
            return Err(Rejet::new(
                "trop_de_sommets",
                "Géométrie de plus d’un million de sommets",
                "",
                shape.coords.len().to_string(),
            ));
        }
        if let Err(c) = self.load(shape, frame, notes) {
            return outside(c, wish, out, notes);
        }
        if shape.dropped > 0 {
            notes.repaired("collection_reduite_aux_polygones");
        }
        if self.polygons.is_empty() {
            return Err(Rejet::new(
                "geometrie_degeneree",
                "Polygone de moins de trois sommets ou sans surface",
                "",
                "",
            ));
        }
        let repaired = match validity::check(&self.polygons) {
            Ok(()) => None,
            Err(defect) => Some(self.repair(defect, notes)?),
        };
        if wish.kind == GeometryKind::Point {
            notes.repaired("surface_ramenee_a_un_point");
            let mp = repaired.unwrap_or_else(|| self.multi_polygon());
            match mp.interior_point() {
                Some(p) => out.push_point(p.0),
                None => {
                    return Err(Rejet::new(
                        "geometrie_degeneree",
                        "Surface sans point intérieur",
                        "",
                        "",
                    ));
                }
            }
            return Ok(());
        }
        if let Some(mp) = repaired {
            out.push_multi_polygon(&mp);
        } else {
            for rings in &self.polygons {
                for r in rings {
                    out.push_ring(r.iter().copied());
                }
                out.end_polygon();
            }
            out.end_feature(GeomKind::Surface);
        }
        Ok(())
    }

    /// Projects, closes, removes repeated vertices and empty rings, orients. The error is a coordinate outside
    /// France.
    fn load(&mut self, shape: &Shape, frame: &Frame, notes: &mut Notes) -> Result<(), Coord<f64>> {
        self.polygons.clear();
        let swapped = match shape.coords.first() {
            Some(c) if frame.project(*c).is_none() && frame.project_swapped(*c).is_some() => {
                notes.repaired("axes_permutes");
                true
            }
            _ => false,
        };
        let (mut unclosed, mut repeated, mut dropped) = (false, false, false);
        for p in 0..shape.polygons.len() {
            let mut rings: Vec<Vec<Coord<f64>>> = Vec::new();
            for (i, r) in shape.rings_of(p).enumerate() {
                let raw = shape.ring(r);
                let mut ring: Vec<Coord<f64>> = Vec::with_capacity(raw.len() + 1);
                for c in raw {
                    let q = if swapped {
                        frame.project_swapped(*c)
                    } else {
                        frame.project(*c)
                    }
                    .ok_or(*c)?;
                    if ring.last() == Some(&q) {
                        repeated = true;
                    } else {
                        ring.push(q);
                    }
                }
                if ring.len() > 1 && ring.first() == ring.last() {
                    ring.pop();
                } else {
                    unclosed = true;
                }
                if ring.len() < 3 {
                    dropped = true;
                    if i == 0 {
                        break;
                    }
                    continue;
                }
                ring.push(ring[0]);
                let area = signed_area(&ring);
                if area == 0.0 && is_flat(&ring) {
                    dropped = true;
                    if i == 0 {
                        break;
                    }
                    continue;
                }
                // Orientation is a convention, and the shapefile's is the opposite one: nothing to report.
                if (area > 0.0) != (i == 0) {
                    ring.reverse();
                }
                rings.push(ring);
            }
            if !rings.is_empty() {
                self.polygons.push(rings);
            }
        }
        for (happened, kind) in [
            (unclosed, "anneau_referme"),
            (repeated, "sommets_repetes_retires"),
            (dropped, "anneau_degenere_retire"),
        ] {
            if happened {
                notes.repaired(kind);
            }
        }
        Ok(())
    }

    fn multi_polygon(&self) -> MultiPolygon<f64> {
        MultiPolygon(
            self.polygons
                .iter()
                .map(|rings| {
                    let mut rings = rings.iter().map(|r| LineString(r.clone()));
                    let outer = rings.next().unwrap_or(LineString(Vec::new()));
                    Polygon::new(outer, rings.collect())
                })
                .collect(),
        )
    }

    /// Rebuilds an invalid surface: each polygon by the even-odd rule (what `ST_MakeValid` does), then their union.
    fn repair(
        &self,
        defect: validity::Defect,
        notes: &mut Notes,
    ) -> Result<MultiPolygon<f64>, Rejet> {
        let before: f64 = self
            .polygons
            .iter()
            .map(|rings| {
                rings
                    .iter()
                    .enumerate()
                    .map(|(i, r)| {
                        if i == 0 {
                            signed_area(r).abs()
                        } else {
                            -signed_area(r).abs()
                        }
                    })
                    .sum::<f64>()
            })
            .sum();
        let nothing = MultiPolygon::<f64>(Vec::new());
        let original = self.multi_polygon();
        let mut mended = nothing.clone();
        for p in &original {
            let one = MultiPolygon(vec![p.clone()]);
            let valid = one.boolean_op_with_fill_rule(&nothing, OpType::Union, FillRule::EvenOdd);
            mended = if mended.0.is_empty() {
                valid
            } else {
                mended.boolean_op_with_fill_rule(&valid, OpType::Union, FillRule::NonZero)
            };
        }
        mended.0.retain(|p| p.unsigned_area() > DUST);
        let mut mended = clean(mended);
        if validity::check_multi_polygon(&mended).is_err() {
            // Rounding can leave a contact: a second pass works on a coarser picture of the same thing.
            let again =
                mended.boolean_op_with_fill_rule(&nothing, OpType::Union, FillRule::NonZero);
            mended = clean(again);
            mended.0.retain(|p| p.unsigned_area() > DUST);
        }
        if mended.0.is_empty() {
            return Err(Rejet::new(
                "geometrie_degeneree",
                "Polygone sans surface",
                "",
                "",
            ));
        }
        if validity::check_multi_polygon(&mended).is_err() {
            return Err(Rejet::new(
                "geometrie_irreparable",
                "Géométrie invalide que la réparation n’a pas rendue valide",
                "",
                format!("{defect:?}"),
            ));
        }
        notes.repaired(match defect {
            validity::Defect::SelfIntersection => "auto_intersection",
            validity::Defect::RingsCross => "anneaux_secants",
            validity::Defect::Nesting => "anneaux_mal_imbriques",
        });
        let after = mended.unsigned_area();
        if (after - before).abs() > (AREA_TOLERANCE * before).max(1.0) {
            notes.warn(
                "surface_changee",
                "La réparation change la surface de plus de 1 %",
                "",
                &format!("{before:.1} m² → {after:.1} m²"),
            );
        }
        Ok(mended)
    }
}

/// Projects lines, without repeated vertices and without lines of one vertex. A line may cross itself.
fn lines(
    shape: &Shape,
    frame: &Frame,
    wish: Wish,
    out: &mut Geometries,
    notes: &mut Notes,
) -> Result<(), Rejet> {
    let swapped = shape
        .coords
        .first()
        .is_some_and(|c| frame.project(*c).is_none() && frame.project_swapped(*c).is_some());
    let project = |c: Coord<f64>| {
        if swapped {
            frame.project_swapped(c)
        } else {
            frame.project(c)
        }
    };
    let mut kept: Vec<Vec<Coord<f64>>> = Vec::with_capacity(shape.rings.len());
    let mut repeated = false;
    for r in 0..shape.rings.len() {
        let mut line: Vec<Coord<f64>> = Vec::with_capacity(shape.ring(r).len());
        for c in shape.ring(r) {
            let Some(q) = project(*c) else {
                return outside(*c, wish, out, notes);
            };
            if line.last() == Some(&q) {
                repeated = true;
            } else {
                line.push(q);
            }
        }
        if line.len() > 1 {
            kept.push(line);
        }
    }
    if kept.is_empty() {
        return Err(Rejet::new(
            "geometrie_degeneree",
            "Ligne de moins de deux sommets",
            "",
            "",
        ));
    }
    for (happened, kind) in [
        (swapped, "axes_permutes"),
        (repeated, "sommets_repetes_retires"),
        (kept.len() < shape.rings.len(), "ligne_degeneree_retiree"),
        (shape.dropped > 0, "collection_reduite_aux_lignes"),
    ] {
        if happened {
            notes.repaired(kind);
        }
    }
    for line in kept {
        out.push_ring(line);
    }
    out.end_polygon();
    out.end_feature(GeomKind::Line);
    Ok(())
}

/// Whether every vertex is on one line. A bow tie of two equal triangles has no signed area either, and is no line.
fn is_flat(ring: &[Coord<f64>]) -> bool {
    let (a, b) = (ring[0], ring[1]);
    ring.iter()
        .all(|c| (b.x - a.x) * (c.y - a.y) == (c.x - a.x) * (b.y - a.y))
}

/// Removes what boolean operations may leave: repeated vertices, rings of fewer than three vertices.
fn clean(mp: MultiPolygon<f64>) -> MultiPolygon<f64> {
    let ring = |r: &LineString<f64>| {
        let mut c = r.0.clone();
        c.dedup();
        (c.len() >= 4).then_some(LineString(c))
    };
    MultiPolygon(
        mp.0.iter()
            .filter_map(|p| {
                let outer = ring(p.exterior())?;
                Some(Polygon::new(
                    outer,
                    p.interiors().iter().filter_map(ring).collect(),
                ))
            })
            .collect(),
    )
}

fn outside(
    c: Coord<f64>,
    wish: Wish,
    out: &mut Geometries,
    notes: &mut Notes,
) -> Result<(), Rejet> {
    let value = format!("{} {}", c.x, c.y);
    let label = "Coordonnées absurdes ou hors de l’emprise de la projection légale";
    if wish.required {
        Err(Rejet::new("hors_emprise", label, "", value))
    } else {
        notes.warn("hors_emprise", label, "", &value);
        out.push_null();
        Ok(())
    }
}

#[cfg(test)]
mod tests;
