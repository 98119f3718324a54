//! The layers of a tile: which collection, from which zoom, with which properties (docs/api.md).

use std::ops::RangeInclusive;

use gisement_export::mvt::{self, LayerWriter, Shape, TileId};
use gisement_store::Collection;

use crate::columns::{Integers, Reals, Texts};
use crate::editions::Edition;
use crate::tiles::gisements::Gisements;

/// A layer of the tiles.
pub(super) struct LayerInfo {
    pub(super) name: &'static str,
    /// The collection that it shows.
    collection: &'static str,
    pub(super) zooms: RangeInclusive<u8>,
    /// Its properties and what they mean, in the order of the keys below.
    pub(super) fields: &'static [(&'static str, &'static str)],
    keys: &'static [&'static str],
    fill: Fill,
}

/// Puts the features of a layer that fall in a tile into it.
type Fill = for<'a> fn(&'a Edition, &'a Collection, &mut LayerWriter<'a>, &mut Shape, Place);

/// Which tile, and how much of it.
#[derive(Debug, Clone, Copy)]
struct Place {
    tile: TileId,
    detail: Detail,
}

/// How much a tile holds: less when the whole would be too heavy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    Full,
    /// Without buildings.
    Light,
    /// Parcels, communes and sites only; at zoom 13, where they are not drawn, without the parcels that are no gisement.
    Least,
}

impl Detail {
    pub(super) const ALL: [Self; 3] = [Self::Full, Self::Light, Self::Least];

    fn drops(self, layer: &str) -> bool {
        match self {
            Self::Full => false,
            Self::Light => layer == "batiments",
            Self::Least => ["batiments", "zonage", "equipements", "contraintes"].contains(&layer),
        }
    }
}

macro_rules! layers {
    ($($name:literal from $collection:literal, $zooms:expr, $fill:expr, { $($key:literal: $what:literal),* $(,)? };)+) => {
        /// Every layer, bottom first.
        static LAYERS: &[LayerInfo] = &[$(LayerInfo {
            name: $name, collection: $collection, zooms: $zooms, fill: $fill,
            fields: &[$(($key, $what)),*], keys: &[$($key),*],
        },)+];
    };
}

layers! {
    "communes" from "communes", 5..=16, communes,
        { "code": "Code INSEE", "nom": "Nom", "n": "Gisements classés (sous le niveau 13)", "i": "Indice médian des dix meilleurs (sous le niveau 13)" };
    "carreaux" from "parcelles", 10..=12, |e, _, l, s, p| e.carreaux().draw(p.tile.world_box(), l, s),
        { "id": "Carreau de 1 km : coin sud-ouest en kilomètres", "n": "Gisements classés", "i": "Indice médian des dix meilleurs", "ix": "Meilleur indice",
          "p": "Potentiel moyen", "d": "Dureté moyenne", "b": "Besoin moyen", "s": "Sobriété moyenne",
          "px": "Meilleur Potentiel", "dx": "Dureté la plus faible", "bx": "Meilleur Besoin", "sx": "Meilleure Sobriété" };
    "zonage" from "zonage", 12..=16, |_, c, l, s, t| texts(c, l, s, t, ["id", "libelle", "typezone"]),
        { "id": "Identifiant", "libelle": "Libellé", "typezone": "Type de zone" };
    "contraintes" from "contraintes", 12..=16, |_, c, l, s, t| texts(c, l, s, t, ["id", "classe", "nom"]),
        { "id": "Identifiant", "classe": "Classe", "nom": "Nom" };
    "parcelles" from "parcelles", 13..=16, parcelles,
        { "idu": "Identifiant cadastral", "n": "Numéro", "v": "Verdict (absent si l’évaluation n’est pas publiée)", "t": "Type principal", "u": "Surface utile, m²",
          "p": "Potentiel", "d": "Dureté", "b": "Besoin", "s": "Sobriété", "f": "Fiabilité", "m": "Axes pris au milieu de leur intervalle" };
    "batiments" from "batiments", 14..=16, batiments, { "g": "1 sur une parcelle qui a un type de gisement" };
    "zae" from "zae", 11..=16, |_, c, l, s, t| texts(c, l, s, t, ["site_id", "site_nom"]),
        { "id": "Identifiant", "nom": "Nom" };
    "terrains" from "terrains", 13..=16, |_, c, l, s, t| texts(c, l, s, t, ["terr_id", "etat"]),
        { "id": "Identifiant", "etat": "État d’occupation" };
    "friches" from "friches_emprises", 12..=16, |_, c, l, s, t| texts(c, l, s, t, ["site_id", "site_nom", "site_statut"]),
        { "id": "Identifiant", "nom": "Nom", "statut": "Statut" };
    "friches_points" from "friches", 8..=16, friches_points,
        { "id": "Identifiant", "nom": "Nom", "statut": "Statut" };
    "equipements" from "equipements", 14..=16, equipements, { "kind": "Genre", "nom": "Nom" };
}

/// The layers that an edition can show.
pub(super) fn present(edition: &Edition) -> impl Iterator<Item = &'static LayerInfo> {
    LAYERS
        .iter()
        .filter(|l| edition.collection(l.collection).is_some())
}

/// A tile, uncompressed; empty when nothing lies there.
pub(super) fn encode(edition: &Edition, tile: TileId, detail: Detail) -> Vec<u8> {
    let mut shape = Shape::new(tile);
    let mut written = Vec::new();
    for layer in LAYERS {
        let Some(collection) = edition.collection(layer.collection) else {
            continue;
        };
        if layer.zooms.contains(&tile.z()) && !detail.drops(layer.name) {
            let mut writer = LayerWriter::new(layer.name, layer.keys);
            (layer.fill)(
                edition,
                collection,
                &mut writer,
                &mut shape,
                Place { tile, detail },
            );
            written.push(writer);
        }
    }
    mvt::encode(&written)
}

/// Cuts the polygons of a row to the tile. False when nothing of it is to be drawn.
fn polygons(collection: &Collection, row: usize, shape: &mut Shape) -> bool {
    shape.clear();
    for polygon in collection.polygons(row) {
        shape.polygon(polygon.map(|r| (r.x, r.y)));
    }
    shape.or_dust()
}

fn point(collection: &Collection, row: usize, shape: &mut Shape) -> bool {
    shape.clear();
    for r in collection.polygons(row).flatten() {
        if let (Some(x), Some(y)) = (r.x.first(), r.y.first()) {
            shape.point(*x, *y);
        }
    }
    !shape.is_empty()
}

fn rows(collection: &Collection, place: Place) -> impl Iterator<Item = usize> {
    collection
        .search(place.tile.world_box())
        .into_iter()
        .map(|r| r as usize)
}

/// A layer whose properties are texts: the first, which identifies, then others.
fn texts<'a, const N: usize>(
    c: &'a Collection,
    layer: &mut LayerWriter<'a>,
    shape: &mut Shape,
    place: Place,
    names: [&str; N],
) {
    let columns = names.map(|n| Texts::new(c, n));
    for row in rows(c, place) {
        if polygons(c, row, shape) {
            for (key, column) in columns.iter().enumerate() {
                if let Some(v) = column.get(row) {
                    layer.text(key, v);
                }
            }
            layer.polygon(shape);
        }
    }
}

fn communes<'a>(
    _: &Edition,
    c: &'a Collection,
    layer: &mut LayerWriter<'a>,
    shape: &mut Shape,
    place: Place,
) {
    let (code, nom) = (Texts::new(c, "code_insee"), Texts::new(c, "nom"));
    let (n, i) = (
        Integers::new(c, "nb_classes"),
        Reals::new(c, "indice_dix_meilleurs"),
    );
    for row in rows(c, place) {
        if !polygons(c, row, shape) {
            continue;
        }
        layer.unique_text(0, code.get(row).unwrap_or_default());
        layer.text(1, nom.get(row).unwrap_or_default());
        if place.tile.z() < 13 {
            if let Some(v) = n.get(row) {
                layer.integer(2, v.max(0) as u64);
            }
            if let Some(v) = i.get(row) {
                layer.integer(3, percent(v));
            }
        }
        layer.polygon(shape);
    }
}

fn parcelles<'a>(
    _: &Edition,
    c: &'a Collection,
    layer: &mut LayerWriter<'a>,
    shape: &mut Shape,
    place: Place,
) {
    let [idu, numero, verdict, kind] =
        ["idu", "numero", "verdict", "type_principal"].map(|n| Texts::new(c, n));
    let utile = Reals::new(c, "utile_m2");
    let fiabilite = Reals::new(c, "fiabilite");
    // In the order of the bits of `m`.
    let axes = [
        ["potentiel", "potentiel_min", "potentiel_max"],
        ["durete", "durete_min", "durete_max"],
        ["besoin", "besoin_min", "besoin_max"],
        ["sobriete", "sobriete_min", "sobriete_max"],
    ]
    .map(|names| names.map(|n| Reals::new(c, n)));
    let only_gisements = place.detail == Detail::Least && place.tile.z() == 13;
    for row in rows(c, place) {
        // A parcel whose evaluation is withheld has no verdict.
        if only_gisements && verdict.get(row).is_none_or(|v| v == "sans_objet") {
            continue;
        }
        if !polygons(c, row, shape) {
            continue;
        }
        layer.unique_text(0, idu.get(row).unwrap_or_default());
        let n = numero.get(row).unwrap_or_default();
        layer.text(1, n.trim_start_matches('0'));
        if let Some(v) = verdict.get(row) {
            layer.text(2, v);
        }
        if let Some(v) = utile.get(row) {
            layer.integer(4, v.max(0.0).round() as u64);
        }
        if let Some(t) = kind.get(row).filter(|t| *t != "aucun") {
            layer.text(3, t);
            let mut middles = 0;
            for (bit, [central, min, max]) in axes.iter().enumerate() {
                let value = central.get(row).or_else(|| {
                    let middle = f64::midpoint(min.get(row)?, max.get(row)?);
                    middles |= 1 << bit;
                    Some(middle)
                });
                if let Some(v) = value {
                    layer.integer(5 + bit, percent(v));
                }
            }
            if let Some(v) = fiabilite.get(row) {
                layer.integer(9, percent(v));
            }
            if middles > 0 {
                layer.integer(10, middles);
            }
        }
        layer.polygon(shape);
    }
}

fn batiments<'a>(
    edition: &'a Edition,
    c: &'a Collection,
    layer: &mut LayerWriter<'a>,
    shape: &mut Shape,
    place: Place,
) {
    let gisements = Gisements::within(edition, place.tile.world_box());
    for row in rows(c, place) {
        if polygons(c, row, shape) {
            if gisements.hold(c, row) {
                layer.integer(0, 1);
            }
            layer.polygon(shape);
        }
    }
}

fn friches_points<'a>(
    edition: &'a Edition,
    c: &'a Collection,
    layer: &mut LayerWriter<'a>,
    shape: &mut Shape,
    place: Place,
) {
    let [id, nom, statut] = ["site_id", "site_nom", "site_statut"].map(|n| Texts::new(c, n));
    let only = edition.points_only();
    for row in rows(c, place).filter(|r| only.binary_search(&(*r as u32)).is_ok()) {
        if point(c, row, shape) {
            for (key, value) in [id, nom, statut].iter().enumerate() {
                if let Some(v) = value.get(row) {
                    layer.text(key, v);
                }
            }
            layer.point(shape);
        }
    }
}

fn equipements<'a>(
    _: &Edition,
    c: &'a Collection,
    layer: &mut LayerWriter<'a>,
    shape: &mut Shape,
    place: Place,
) {
    let [kind, nom] = ["kind", "nom"].map(|n| Texts::new(c, n));
    for row in rows(c, place) {
        if point(c, row, shape) {
            for (key, value) in [kind, nom].iter().enumerate() {
                if let Some(v) = value.get(row) {
                    layer.text(key, v);
                }
            }
            layer.point(shape);
        }
    }
}

/// A value of an axis as the integer that tiles carry.
pub(super) fn percent(v: f64) -> u64 {
    v.round().clamp(0.0, 100.0) as u64
}
