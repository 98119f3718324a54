//! Styles of QGIS (QML) for the collections, and one of MapLibre for the tiles.

use axum::extract;
use axum::http::HeaderMap;
use axum::response::Response;
use gisement_export::styles::{CARTE, find};
use serde_json::{Value, json};

use crate::answer::{self, JSON, Keep, Link};
use crate::editions::Edition;
use crate::problem::Problem;
use crate::request::{Base, PathOf};
use crate::state::State;
use crate::tiles;

/// Media type of a style of QGIS. None is registered; other servers of styles use this one.
pub(crate) const QML: &str = "application/vnd.qgis.qml";

/// Where the style of a collection is; `None` when it has none.
pub(crate) fn path(collection: &str) -> Option<String> {
    find(collection).map(|_| format!("/styles/{collection}.qml"))
}

/// The link to the style of a collection, if it has one.
pub(crate) fn link(base: &str, collection: &str) -> Option<Link> {
    let path = path(collection)?;
    Some(Link::new("stylesheet", QML, format!("{base}{path}")).titled("Style pour QGIS"))
}

/// Media type of a style of MapLibre (draft of OGC API – Styles).
pub(crate) const MAPBOX: &str = "application/vnd.mapbox.style+json";
/// The file of the style of the tiles.
const CARTE_FILE: &str = "carte.json";

/// `/styles`: that of the tiles, and those of the collections that the served edition holds, laid out as in the draft of OGC API – Styles.
pub(crate) async fn list(
    extract::State(state): extract::State<State>,
    Base(base): Base,
) -> Result<Response, Problem> {
    let edition = state.edition();
    let tiles = Link::new("stylesheet", MAPBOX, format!("{base}/styles/{CARTE_FILE}"));
    let mut styles = vec![json!({
        "id": "carte",
        "title": "Tuiles vectorielles (MapLibre, QGIS)",
        "links": [tiles],
    })];
    styles.extend(edition.public().filter_map(|c| {
        let link = link(&base, &c.id)?;
        Some(json!({ "id": c.id, "title": c.titre, "links": [link] }))
    }));
    answer::json(&json!({
        "links": [Link::new("self", JSON, format!("{base}/styles"))],
        "styles": styles,
    }))
}

/// `/styles/{collection}.qml`, `/styles/carte.json`.
pub(crate) async fn one(
    extract::State(state): extract::State<State>,
    Base(base): Base,
    PathOf(file): PathOf<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if file == CARTE_FILE {
        let edition = state.edition();
        let body = serde_json::to_vec(&carte(&edition, &base)?).map_err(Problem::internal)?;
        return Ok(answer::typed(MAPBOX, body));
    }
    let qml = file.strip_suffix(".qml").and_then(find).ok_or_else(|| {
        Problem::not_found(format!("Aucun style « {file} » : /styles les liste."))
    })?;
    let etag = answer::validator(&[qml]);
    if let Some(same) = answer::unchanged(&headers, &etag, Keep::Check) {
        return Ok(same);
    }
    let mut response = answer::typed(QML, qml.as_bytes().to_vec());
    answer::mark(&mut response, &etag, Keep::Check);
    Ok(response)
}

/// The style of the tiles of the served edition: the layers that it can show, over its tiles.
fn carte(edition: &Edition, base: &str) -> Result<Value, Problem> {
    let mut style: Value = serde_json::from_str(CARTE).map_err(Problem::internal)?;
    let shown: Vec<&str> = tiles::layers(edition).collect();
    if let Some(layers) = style["layers"].as_array_mut() {
        layers.retain(|l| {
            l["source-layer"]
                .as_str()
                .is_none_or(|l| shown.contains(&l))
        });
    }
    style["sources"]["gisement"] = json!({
        "type": "vector",
        "url": format!("{base}/tiles/WebMercatorQuad/tilejson.json"),
    });
    let m = edition.manifest();
    if let Some([w, s, e, n]) = m.bbox {
        style["center"] = json!([f64::midpoint(w, e), f64::midpoint(s, n)]);
        style["zoom"] = json!(10);
    }
    if let Some(at) = m.depart {
        style["center"] = json!(at.centre);
        style["zoom"] = json!(at.zoom);
    }
    style["name"] = json!(m.nom);
    Ok(style)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use gisement_index::Verdict;
    use gisement_model::codes::{ClasseContrainte, EtatTerrain, StatutFriche, TypeZone};
    use gisement_model::{Contrainte, Friche, LayerRow, ParcelleNotee, Terrain, Zone};

    use gisement_export::styles::STYLES;

    use super::*;

    /// What stands in the attribute of an element, the first of this text.
    fn attribute<'t>(element: &'t str, name: &str) -> &'t str {
        let (tag, _) = element.split_once('>').unwrap();
        let (_, rest) = tag.split_once(&format!(" {name}=\"")).unwrap();
        rest.split_once('"').unwrap().0
    }

    /// The elements of this name: their text from their first attribute on.
    fn elements<'t>(qml: &'t str, name: &str) -> Vec<&'t str> {
        let opening = format!("<{name} ");
        let starts = qml
            .match_indices(&opening)
            .map(|(at, _)| at + opening.len() - 1);
        starts.map(|at| &qml[at..]).collect()
    }

    /// Values and labels of the categories, in the order of the legend.
    fn categories(collection: &str) -> Vec<(&'static str, &'static str)> {
        elements(find(collection).unwrap(), "category")
            .into_iter()
            .map(|c| (attribute(c, "value"), attribute(c, "label")))
            .collect()
    }

    /// Each code has one category and each category a code, plus one for what is unknown where it may be.
    fn agree<R: LayerRow>(
        collection: &str,
        column: &str,
        codes: impl IntoIterator<Item = &'static str>,
    ) {
        let qml = find(collection).unwrap();
        assert_eq!(attribute(elements(qml, "renderer-v2")[0], "attr"), column);
        let field = R::FIELDS.iter().find(|f| f.name == column).unwrap();
        let mut expected: BTreeSet<&str> = codes.into_iter().collect();
        if field.nullable {
            expected.insert("");
        }
        let found = categories(collection);
        let values: BTreeSet<&str> = found.iter().map(|(v, _)| *v).collect();
        assert_eq!(values, expected, "{collection}");
        assert_eq!(values.len(), found.len(), "{collection} : doublon");
        assert!(found.iter().all(|(_, label)| !label.is_empty()));
        // The symbols that categories name exist.
        let symbols: BTreeSet<&str> = elements(qml, "symbol")
            .iter()
            .map(|s| attribute(s, "name"))
            .collect();
        let used = elements(qml, "category");
        let used: BTreeSet<&str> = used.iter().map(|c| attribute(c, "symbol")).collect();
        assert_eq!(used, symbols, "{collection}");
    }

    #[test]
    fn categories_are_those_of_the_code_lists() {
        agree::<ParcelleNotee>(
            "parcelles",
            "verdict",
            Verdict::ALL.iter().map(|v| v.code()),
        );
        agree::<Zone>("zonage", "typezone", TypeZone::ALL.iter().map(|v| v.code()));
        agree::<Contrainte>(
            "contraintes",
            "classe",
            ClasseContrainte::ALL.iter().map(|v| v.code()),
        );
        agree::<Terrain>(
            "terrains",
            "etat",
            EtatTerrain::ALL.iter().map(|v| v.code()),
        );
        for collection in ["friches", "friches_emprises"] {
            let codes = StatutFriche::ALL.iter().map(|v| v.code());
            agree::<Friche>(collection, "site_statut", codes);
        }
        // No categorised style is left out of this test.
        let all = STYLES.iter().filter(|(_, q)| q.contains("<category "));
        assert_eq!(all.count(), 6);
    }

    #[test]
    fn verdicts_are_named_as_everywhere() {
        for (code, label) in categories("parcelles") {
            assert_eq!(label, Verdict::from_code(code).unwrap().libelle());
        }
    }

    /// The map says which verdicts carry a colour, and which: the style says the same.
    #[test]
    fn ranked_verdicts_have_the_colours_of_the_map() {
        let map = include_str!("../../../web/src/map/colours.ts");
        let (_, ramp) = map.split_once("const INDICE: Ramp = [").unwrap();
        let ramp: Vec<&str> = ramp.split_once(']').unwrap().0.split(", ").collect();
        let (_, verdicts) = map.split_once("export const VERDICTS").unwrap();
        let verdicts = verdicts.split_once("];").unwrap().0;
        let qml = find("parcelles").unwrap();
        let symbols = elements(qml, "symbol");
        let mut seen = 0;
        for line in verdicts.split("{ code: \"").skip(1) {
            let (code, rest) = line.split_once('"').unwrap();
            let Some((_, rank)) = rest.split_once("couleur: INDICE[") else {
                continue;
            };
            let rank: usize = rank.split_once(']').unwrap().0.parse().unwrap();
            let hex = ramp[rank].trim_matches('"').trim_start_matches('#');
            let part = |i: usize| u8::from_str_radix(&hex[i..i + 2], 16).unwrap();
            let colour = format!("{},{},{},255", part(0), part(2), part(4));
            let place = categories("parcelles")
                .iter()
                .position(|(v, _)| *v == code)
                .unwrap();
            // The colour of the first layer of the symbol.
            let fill = symbols[place].split_once("name=\"color\"").unwrap().1;
            assert_eq!(attribute(fill, "value"), colour, "{code}");
            assert!(Verdict::from_code(code).unwrap().classe());
            seen += 1;
        }
        assert_eq!(seen, Verdict::ALL.iter().filter(|v| v.classe()).count());
    }
}
