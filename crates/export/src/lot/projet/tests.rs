use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::json;

use super::*;
use crate::lot::Publication;
use crate::testing::{Fixture, unzip};

fn with<T>(does: impl FnOnce(&Lot<'_>, &Export<'_>) -> T) -> T {
    let fixture = Fixture::new();
    let export = fixture.export(&["parcelles", "logement"], Fixture::LEGAL);
    let publication = Publication::default();
    let lot = Lot {
        edition: export.manifest,
        publication: &publication,
        territoire: ["scot", "FICTIF-01"],
        selections: export.selections.clone(),
        bareme: PathBuf::new(),
        donnees: json!({
            "publication": { "titre": "Observatoire", "organisme": "Syndicat \"A\" & B", "mention": "Fictif" },
            "territoire": { "nom": "SCoT <A> & B" },
            "epci": [{ "code": "200000001", "nom": "CC <1>" }, { "code": "200000002", "nom": "CC 2" }],
        }),
    };
    does(&lot, &export)
}

#[test]
fn the_same_pack_gives_the_same_bytes_and_finds_its_layers_beside_it() {
    let dir = tempfile::tempdir().unwrap();
    let bytes = |name: &str| {
        let path = dir.path().join(name);
        with(|lot, export| write(&path, lot, export)).unwrap();
        std::fs::read(&path).unwrap()
    };
    let one = bytes("un.qgz");
    assert_eq!(one, bytes("deux.qgz"));
    let files = unzip(&one);
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].0, "observatoire.qgs");
    let text = String::from_utf8(files[0].1.clone()).unwrap();
    assert!(text.contains("<Absolute type=\"bool\">false</Absolute>"));
    for (at, _) in text.match_indices(LAYERS) {
        assert!(text[..at].ends_with("./"), "{}", &text[at - 40..at]);
    }
    assert!(!text.contains(&*dir.path().to_string_lossy()));
}

#[test]
fn what_a_project_shows_is_what_the_pack_has() {
    let text = with(project).unwrap();
    for there in [
        "name=\"Gisements\"",
        "name=\"Tableaux\"",
        "|layername=logement<",
        "attr=\"type_principal\"",
        "<authid>EPSG:2154</authid>",
        "TERRITOIRE FICTIF",
    ] {
        assert!(text.contains(there), "{there}");
    }
    for absent in ["name=\"Friches\"", "|layername=communes"] {
        assert!(!text.contains(absent), "{absent}");
    }
    // The fields have the names that the other files give them.
    assert!(text.contains("<alias field=\"surface_m2\" name=\"Surface mesurée (m²)\"/>"));
}

#[test]
fn names_are_escaped() {
    let (text, epci) = with(|lot, export| (project(lot, export).unwrap(), members(lot).unwrap()));
    assert!(text.contains("<title>Observatoire, SCoT &lt;A&gt; &amp; B</title>"));
    assert!(text.contains("<author>Syndicat &quot;A&quot; &amp; B</author>"));
    assert!(!text.contains("<A>") && !text.contains("<d’essai>"));
    assert!(epci.contains("symbol=\"0\" label=\"CC &lt;1&gt;\""));
    assert!(epci.contains("<category value=\"200000002\" symbol=\"1\""));
}

#[test]
fn themes_name_layers_of_the_plan_once() {
    let layers = GROUPS.iter().flat_map(|(_, layers)| layers.iter());
    let ids: Vec<&str> = layers.map(|l| l.id).collect();
    let once: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(once.len(), ids.len());
    for (theme, shown) in THEMES {
        let distinct: BTreeSet<&str> = shown.iter().copied().collect();
        assert_eq!(distinct.len(), shown.len(), "{theme}");
        assert!(distinct.is_subset(&once), "{theme}");
    }
    assert!(ids.iter().all(|id| PREFIX.len() + id.len() > 10));
}

#[test]
fn styles_are_taken_whole() {
    let own = GROUPS.iter().flat_map(|(_, layers)| layers.iter());
    let own = own.filter_map(|l| match l.drawn {
        Drawn::As(qml) => Some(qml),
        _ => None,
    });
    for qml in styles::STYLES.iter().map(|(_, qml)| *qml).chain(own) {
        let (labelled, elements) = parts(qml);
        assert!(elements.trim_start().starts_with("<renderer-v2 "), "{qml}");
        assert_eq!(labelled, elements.contains("<labeling"));
        assert!(!elements.contains("qgis>"));
    }
}

#[test]
fn a_page_holds_its_territory_and_has_its_shape() {
    for territory in [[0.0, 0.0, 9000.0, 1000.0], [5.0, 5.0, 6.0, 4000.0]] {
        let [west, south, east, north] = page(territory);
        assert!(west < territory[0] && south < territory[1]);
        assert!(east > territory[2] && north > territory[3]);
        let shape = (east - west) / (north - south);
        assert!((shape - MAP[0] / MAP[1]).abs() < 1e-9);
    }
}
