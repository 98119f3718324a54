//! The QGIS project of a pack: its layers in groups with their styles, themes, and pages to print.
//!
//! It holds the least that QGIS 3.22 reads back whole, and later versions too; what is left out they fill in. Layers are
//! found beside the project: a pack that is moved still opens.

mod plan;

use std::fmt::Write as _;
use std::path::Path;

use self::plan::{Drawn, GROUPS, Layer, TABLES, THEMES};
use super::{LAYERS, Lot};
use crate::archive::Archive;
use crate::csv::headings;
use crate::selection::CHUNK;
use crate::wkt::Definition;
use crate::xml::escape;
use crate::{Export, Result, Selection, gpkg, styles};

/// Name of the project.
pub(super) const NAME: &str = "observatoire.qgz";
/// QGIS gives another identifier to a layer whose own has ten characters or fewer.
const PREFIX: &str = "observatoire_";
/// The map of a page. mm.
const MAP: [f64; 2] = [200.0, 150.0];
/// Kept free around the territory, on each side, as a share of it.
const MARGIN: f64 = 0.03;

/// Writes the project that opens the layers of a pack.
pub(super) fn write(path: &Path, lot: &Lot<'_>, export: &Export<'_>) -> Result<()> {
    let mut zip = Archive::create(path, lot.edition.date)?;
    zip.add("observatoire.qgs", project(lot, export)?.as_bytes())?;
    zip.end()
}

/// A layer of the project and what it shows.
struct Shown<'a> {
    id: &'a str,
    /// Escaped, as every text from here on.
    name: String,
    selection: &'a Selection<'a>,
    scales: Option<[u32; 2]>,
    labelled: bool,
    style: String,
}

fn project(lot: &Lot<'_>, export: &Export<'_>) -> Result<String> {
    let groups = groups(lot, export);
    let m = lot.edition;
    let system = Definition::of(m.crs)?.qgis();
    let bounds = export.selections.iter().find_map(bounds);
    // Without any geometry there is nowhere to open: the tables are there all the same.
    let [west, south, east, north] = page(bounds.unwrap_or([0.0, 0.0, 1.0, 1.0]));
    let mut layers = String::new();
    for shown in groups.iter().flat_map(|(_, layers)| layers) {
        layer(&mut layers, export, shown)?;
    }
    let mut pages = String::new();
    for (rank, (theme, ids)) in THEMES.iter().enumerate() {
        let mention = lot.text("/publication/mention");
        let dash = if mention.is_empty() { "" } else { " – " };
        // Writing to a string does not fail.
        let _ = write!(
            pages,
            include_str!("projet/carte.xml"),
            nom = escape(theme),
            theme = escape(theme),
            cle = format_args!("page{}", rank + 1),
            largeur = MAP[0],
            hauteur = MAP[1],
            xmin = format_args!("{west:.1}"),
            ymin = format_args!("{south:.1}"),
            xmax = format_args!("{east:.1}"),
            ymax = format_args!("{north:.1}"),
            titre = escape(&lot.title()),
            sous_titre = escape(&format!("{theme}{dash}{mention}")),
            legende = legend(&groups, ids),
            sources = escape(&sources(lot)),
        );
    }
    Ok(format!(
        include_str!("projet/projet.xml"),
        titre = escape(&lot.title()),
        systeme = system,
        arbre = tree(&groups),
        xmin = format_args!("{west:.1}"),
        ymin = format_args!("{south:.1}"),
        xmax = format_args!("{east:.1}"),
        ymax = format_args!("{north:.1}"),
        couches = layers,
        themes = themes(&groups),
        identifiant = escape(&format!("{}/{}", m.id, lot.territoire.join(":"))),
        // The metadata of a project have no element for a licence.
        resume = escape(&format!(
            "{} Licence du lot : {}.",
            export.description(),
            lot.text("/publication/licence")
        )),
        organisme = escape(lot.text("/publication/organisme")),
        contact = escape(lot.text("/publication/contact")),
        date = m.date,
        cartes = pages,
    ))
}

/// The layers that the pack has, by group.
fn groups<'a>(lot: &Lot<'_>, export: &'a Export<'a>) -> Vec<(&'static str, Vec<Shown<'a>>)> {
    let mut out: Vec<(&str, Vec<Shown<'a>>)> = GROUPS
        .iter()
        .map(|(group, layers)| {
            let kept = layers.iter().filter_map(|l| shown(lot, export, l));
            (*group, kept.collect())
        })
        .collect();
    let tables = export.selections.iter().filter(|s| !s.located());
    let table = |s: &'a Selection<'a>| Shown {
        id: &s.info.id,
        name: escape(&s.info.titre),
        selection: s,
        scales: None,
        labelled: false,
        style: String::new(),
    };
    out.push((TABLES, tables.map(table).collect()));
    out.retain(|(_, layers)| !layers.is_empty());
    out
}

/// A layer of the plan; `None` when the pack has nothing to show in it.
fn shown<'a>(lot: &Lot<'_>, export: &'a Export<'a>, layer: &'a Layer) -> Option<Shown<'a>> {
    let selection = export
        .selections
        .iter()
        .find(|s| s.info.id == layer.table && s.located())?;
    let (labelled, style) = match layer.drawn {
        Drawn::AsCollection => parts(styles::find(layer.table)?),
        Drawn::As(qml) => parts(qml),
        Drawn::Members => (false, members(lot)?),
    };
    Some(Shown {
        id: layer.id,
        name: escape(layer.name.unwrap_or(&selection.info.titre)),
        selection,
        scales: layer.scales,
        labelled,
        style,
    })
}

/// What a style file says of a layer: whether it has labels, and its elements.
fn parts(qml: &str) -> (bool, String) {
    let (_, root) = qml.split_once("<qgis").unwrap_or_default();
    let (head, rest) = root.split_once('>').unwrap_or_default();
    let (elements, _) = rest.rsplit_once("</qgis>").unwrap_or_default();
    let elements = elements.trim_start_matches('\n').to_owned();
    (head.contains("labelsEnabled=\"1\""), elements)
}

/// The limits of the intercommunalités, each around its communes; `None` in a territory that makes up one at most.
fn members(lot: &Lot<'_>) -> Option<String> {
    let all = lot.donnees["epci"].as_array().filter(|a| !a.is_empty())?;
    if ["commune", "epci"].contains(&lot.territoire[0]) {
        return None;
    }
    let (mut categories, mut symbols) = (String::new(), String::new());
    for (rank, one) in all.iter().enumerate() {
        let text = |key: &str| escape(one[key].as_str().unwrap_or_default());
        let _ = writeln!(
            categories,
            "      <category value=\"{}\" symbol=\"{rank}\" label=\"{}\" render=\"true\"/>",
            text("code"),
            text("nom")
        );
        let _ = write!(
            symbols,
            include_str!("projet/intercommunalite.xml"),
            rang = rank
        );
    }
    Some(format!(
        include_str!("projet/intercommunalites.xml"),
        categories = categories,
        symboles = symbols
    ))
}

fn layer(out: &mut String, export: &Export<'_>, l: &Shown<'_>) -> Result<()> {
    let s = l.selection;
    let mut attributes = String::new();
    if l.labelled {
        attributes.push_str(" labelsEnabled=\"1\"");
    }
    if let Some([smallest, largest]) = l.scales {
        let _ = write!(
            attributes,
            " hasScaleBasedVisibilityFlag=\"1\" minScale=\"{smallest}\" maxScale=\"{largest}\""
        );
    }
    let mut aliases = String::new();
    for (heading, c) in headings(s).iter().zip(&s.columns) {
        let _ = writeln!(
            aliases,
            "        <alias field=\"{}\" name=\"{}\"/>",
            escape(&c.champ.nom),
            escape(heading)
        );
    }
    let _ = write!(
        out,
        include_str!("projet/couche.xml"),
        geometrie = geometry(s),
        attributs = attributes,
        id = format_args!("{PREFIX}{}", l.id),
        fichier = LAYERS,
        table = escape(&s.info.id),
        nom = l.name,
        systeme = Definition::of(s.crs())?.qgis(),
        metadonnees = gpkg::metadata(export, s)?,
        alias = aliases,
        style = l.style,
    );
    Ok(())
}

fn geometry(s: &Selection<'_>) -> &'static str {
    match s.info.geometrie.as_str() {
        "none" => "No geometry",
        "point" => "Point",
        "line" => "Line",
        _ => "Polygon",
    }
}

/// Whether a layer is on when the project opens: the first theme is what is seen.
fn opened(l: &Shown<'_>) -> bool {
    THEMES.first().is_some_and(|(_, ids)| ids.contains(&l.id))
}

fn tree(groups: &[(&str, Vec<Shown<'_>>)]) -> String {
    let mut out = String::new();
    for (group, layers) in groups {
        let _ = writeln!(
            out,
            "    <layer-tree-group name=\"{}\" checked=\"Qt::Checked\" expanded=\"1\">",
            escape(group)
        );
        for l in layers {
            let _ = writeln!(
                out,
                "      <layer-tree-layer id=\"{PREFIX}{}\" name=\"{}\" source=\"./{LAYERS}|layername={}\" \
                 providerKey=\"ogr\" checked=\"{}\" expanded=\"{}\"/>",
                l.id,
                l.name,
                escape(&l.selection.info.id),
                if opened(l) {
                    "Qt::Checked"
                } else {
                    "Qt::Unchecked"
                },
                u8::from(opened(l))
            );
        }
        out.push_str("    </layer-tree-group>\n");
    }
    out
}

fn themes(groups: &[(&str, Vec<Shown<'_>>)]) -> String {
    let mut out = String::new();
    for (theme, ids) in THEMES {
        let _ = writeln!(out, "    <visibility-preset name=\"{}\">", escape(theme));
        for l in among(groups, ids) {
            let _ = writeln!(
                out,
                "      <layer id=\"{PREFIX}{}\" style=\"default\" visible=\"1\" expanded=\"1\"/>",
                l.id
            );
        }
        out.push_str("    </visibility-preset>\n");
    }
    out
}

/// The layers of a theme, its own subject first.
fn legend(groups: &[(&str, Vec<Shown<'_>>)], ids: &[&str]) -> String {
    let mut out = String::new();
    for l in among(groups, ids) {
        let _ = writeln!(
            out,
            "          <layer-tree-layer id=\"{PREFIX}{}\" name=\"{}\" source=\"\" providerKey=\"ogr\" \
             checked=\"Qt::Checked\" expanded=\"1\"/>",
            l.id, l.name
        );
    }
    out
}

/// The layers of these identifiers, in their order.
fn among<'g>(
    groups: &'g [(&str, Vec<Shown<'g>>)],
    ids: &'g [&str],
) -> impl Iterator<Item = &'g Shown<'g>> {
    let all = move || groups.iter().flat_map(|(_, layers)| layers);
    ids.iter().filter_map(move |id| all().find(|l| l.id == *id))
}

/// Who made what is shown, in which edition.
fn sources(lot: &Lot<'_>) -> String {
    let m = lot.edition;
    let mut makers: Vec<&str> = Vec::new();
    for maker in m.sources.iter().filter_map(|s| s.producteur.as_deref()) {
        if !makers.contains(&maker) {
            makers.push(maker);
        }
    }
    // The hash of the program's sources is in the manifest: a page has the number alone.
    let (program, _) = m
        .programme
        .split_once('+')
        .unwrap_or((m.programme.as_str(), ""));
    let mut out = format!(
        "Sources : {}. Édition {} du {}, Gisement {program}. {}, {}.",
        makers.join(" ; "),
        m.id,
        m.date,
        lot.text("/publication/organisme"),
        lot.text("/publication/licence"),
    );
    if m.fictif {
        out.push_str(" TERRITOIRE FICTIF : toutes ces données sont inventées.");
    }
    out
}

/// West, south, east and north of a selection, in its system.
fn bounds(s: &Selection<'_>) -> Option<[f64; 4]> {
    let mut all: Option<[f64; 4]> = None;
    for places in s.chunks(CHUNK) {
        let n = places.len();
        let geoms = s.geometries(places);
        for b in (0..n).filter_map(|i| geoms.get(i).bbox()) {
            let a = all.unwrap_or([b.min().x, b.min().y, b.max().x, b.max().y]);
            all = Some([
                a[0].min(b.min().x),
                a[1].min(b.min().y),
                a[2].max(b.max().x),
                a[3].max(b.max().y),
            ]);
        }
    }
    all
}

/// A box in the shape of the map of a page, around another.
fn page([west, south, east, north]: [f64; 4]) -> [f64; 4] {
    let centre = [f64::midpoint(west, east), f64::midpoint(south, north)];
    let sides = [east - west, north - south];
    // Ground for one millimetre of the page.
    let scale = (sides[0] / MAP[0]).max(sides[1] / MAP[1]) * (1.0 + 2.0 * MARGIN);
    let half = [MAP[0] * scale / 2.0, MAP[1] * scale / 2.0];
    [
        centre[0] - half[0],
        centre[1] - half[1],
        centre[0] + half[0],
        centre[1] + half[1],
    ]
}

#[cfg(test)]
mod tests;
