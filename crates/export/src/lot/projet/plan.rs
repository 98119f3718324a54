//! What the project shows: groups and layers from the top down, and the themes they make up.

/// A table of the GeoPackage, drawn in one way.
pub(super) struct Layer {
    pub(super) id: &'static str,
    pub(super) table: &'static str,
    /// Its name; that of its collection when `None`.
    pub(super) name: Option<&'static str>,
    pub(super) drawn: Drawn,
    /// Denominators of the smallest scale and of the largest at which it is drawn, 0 for no limit.
    pub(super) scales: Option<[u32; 2]>,
}

/// How a layer is drawn.
pub(super) enum Drawn {
    /// By the style of its collection, which lies in the GeoPackage too.
    AsCollection,
    /// By a style of the project alone.
    As(&'static str),
    /// Communes, merged by intercommunalité.
    Members,
}

/// From this scale on parcels are drawn; below it, a dot for each.
const PARCELS: u32 = 25_000;

const fn collection(id: &'static str, scales: Option<[u32; 2]>) -> Layer {
    Layer {
        id,
        table: id,
        name: None,
        drawn: Drawn::AsCollection,
        scales,
    }
}

const fn parcels(id: &'static str, name: &'static str, drawn: Drawn, scales: [u32; 2]) -> Layer {
    Layer {
        id,
        table: "parcelles",
        name: Some(name),
        drawn,
        scales: Some(scales),
    }
}

const fn communes(id: &'static str, name: Option<&'static str>, drawn: Drawn) -> Layer {
    Layer {
        id,
        table: "communes",
        name,
        drawn,
        scales: None,
    }
}

/// Groups and their layers, in the order in which they cover one another.
pub(super) const GROUPS: &[(&str, &[Layer])] = &[
    (
        "Friches",
        &[
            collection("friches", None),
            collection("friches_emprises", Some([50_000, 0])),
        ],
    ),
    (
        "Zones d’activité",
        &[
            collection("zae", None),
            collection("terrains", Some([100_000, 0])),
        ],
    ),
    (
        "Gisements",
        &[
            parcels(
                "gisements",
                "Gisements par verdict",
                Drawn::AsCollection,
                [PARCELS, 0],
            ),
            parcels(
                "gisements_apercu",
                "Gisements par verdict (vue d’ensemble)",
                Drawn::As(include_str!("apercu-verdicts.qml")),
                [0, PARCELS],
            ),
            parcels(
                "gisements_types",
                "Gisements par type",
                Drawn::As(include_str!("types.qml")),
                [PARCELS, 0],
            ),
            parcels(
                "gisements_types_apercu",
                "Gisements par type (vue d’ensemble)",
                Drawn::As(include_str!("apercu-types.qml")),
                [0, PARCELS],
            ),
        ],
    ),
    (
        "Urbanisme et contraintes",
        &[collection("contraintes", None), collection("zonage", None)],
    ),
    (
        "Territoires",
        &[
            communes("communes", None, Drawn::AsCollection),
            communes("epci", Some("Intercommunalités"), Drawn::Members),
            communes(
                "territoire",
                Some("Territoire"),
                Drawn::As(include_str!("territoire.qml")),
            ),
        ],
    ),
];

/// The group of what has no geometry.
pub(super) const TABLES: &str = "Tableaux";

/// Themes, each a page to print: what it is about first. The first is what the project opens on.
pub(super) const THEMES: &[(&str, &[&str])] = &[
    (
        "Gisements par verdict",
        &[
            "gisements",
            "gisements_apercu",
            "friches",
            "friches_emprises",
            "zae",
            "communes",
            "epci",
            "territoire",
        ],
    ),
    (
        "Gisements par type",
        &[
            "gisements_types",
            "gisements_types_apercu",
            "zae",
            "communes",
            "epci",
            "territoire",
        ],
    ),
    (
        "Friches et zones d’activité",
        &[
            "friches",
            "friches_emprises",
            "zae",
            "terrains",
            "communes",
            "epci",
            "territoire",
        ],
    ),
    (
        "Urbanisme et contraintes",
        &[
            "contraintes",
            "zonage",
            "zae",
            "communes",
            "epci",
            "territoire",
        ],
    ),
];
