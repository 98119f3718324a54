//! Styles, the files of `styles/` embedded in the program: those of QGIS (QML) for the collections, and one of MapLibre
//! for the tiles.

macro_rules! styles {
    ($($id:literal),+ $(,)?) => { &[$(($id, include_str!(concat!("../styles/", $id, ".qml")))),+] };
}

/// The collections that have a style, and its text.
pub const STYLES: &[(&str, &str)] = styles![
    "communes",
    "contraintes",
    "friches",
    "friches_emprises",
    "parcelles",
    "terrains",
    "zae",
    "zonage",
];

/// The style of the tiles (MapLibre Style Specification 8), whose source `gisement` is to be filled in.
pub const CARTE: &str = include_str!("../styles/carte.json");

/// The style of a collection; `None` when it has none.
pub fn find(collection: &str) -> Option<&'static str> {
    let found = STYLES.iter().find(|(id, _)| *id == collection);
    found.map(|(_, qml)| *qml)
}
