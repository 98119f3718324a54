//! OCS GE for the main town in two editions: artificialised or not, drawn from the use of parcels.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use geo::{Area as _, BooleanOps as _, LineString, MultiPolygon, Polygon};

use super::plan::Pt;
use super::shp::{self, Champ, Codage, Couche, Ligne};
use super::sol::{Parcelle, Sol, Surface, dissoudre};
use super::usages::{Lot, Usage};

const ARTIF: [Champ; 6] = [
    Champ("ID", 'C', 24),
    Champ("CODE_CS", 'C', 10),
    Champ("CODE_US", 'C', 10),
    Champ("MILLESIME", 'C', 4),
    Champ("ARTIF", 'C', 12),
    Champ("CRIT_SEUIL", 'C', 5),
];

fn classes(usage: Usage, bati: bool) -> Classes {
    match usage {
        Usage::Vigne => ("CS2.1.3", "US1.1", false),
        Usage::Champ => ("CS2.2.1", "US1.1", false),
        Usage::Bois => ("CS2.1.1.1", "US1.2", false),
        Usage::Garrigue => ("CS2.1.2", "US6.3", false),
        Usage::Libre | Usage::TerrainCommunal if !bati => ("CS2.2.1", "US6.2", true),
        Usage::Zae(Lot::Inoccupe) => ("CS2.2.1", "US6.3", false),
        Usage::Zae(_) | Usage::Supermarche | Usage::Bureaux => ("CS1.1.1.1", "US3", true),
        Usage::Rail | Usage::Gare => ("CS1.1.2.1", "US4.1.2", true),
        Usage::Parc | Usage::Stade | Usage::Cimetiere => ("CS2.2.1", "US3", true),
        Usage::Friche(_) => ("CS1.1.1.2", "US6.2", true),
        _ => ("CS1.1.1.1", "US5", true),
    }
}

/// What a parcel was three years before: some plots were fields, one paved yard was given back to the soil.
fn classes_avant(p: &Parcelle) -> Classes {
    match p.usage {
        Usage::Zae(Lot::Occupe) if p.numero.is_multiple_of(4) => ("CS2.2.1", "US1.1", false),
        Usage::Zae(Lot::Inoccupe) if p.numero.is_multiple_of(5) => ("CS1.1.1.1", "US3", true),
        usage => classes(usage, !p.batis.is_empty()),
    }
}

/// Polygons of the main town in both editions, merged by class. What is in no parcel is road.
pub(super) fn recueillir(sol: &Sol) -> [Vec<Ligne>; 2] {
    if sol.commune.rang != 0 {
        return [Vec::new(), Vec::new()];
    }
    ["2021", "2024"].map(|millesime| {
        let mut groupes: BTreeMap<Classes, Vec<&[Pt]>> = BTreeMap::new();
        for p in &sol.parcelles {
            let classes = match millesime {
                "2021" => classes_avant(p),
                _ => classes(p.usage, !p.batis.is_empty()),
            };
            groupes.entry(classes).or_default().push(&p.anneau);
        }
        let mut polygones: Vec<(Classes, Surface)> = Vec::new();
        for (classes, anneaux) in groupes {
            polygones.extend(dissoudre(&anneaux).into_iter().map(|s| (classes, s)));
        }
        let voirie = voirie(sol, &polygones);
        polygones.extend(
            voirie
                .into_iter()
                .map(|s| (("CS1.1.1.1", "US4.1.1", true), s)),
        );
        let numbered = polygones.into_iter().enumerate();
        numbered
            .map(|(i, ((cs, us, artif), s))| {
                let id = format!("OCSGE99{:017}", i + 1);
                let artif = if artif { "artif" } else { "non artif" };
                let v = [id.as_str(), cs, us, millesime, artif, "false"];
                (s, v.map(str::to_owned).to_vec())
            })
            .collect()
    })
}

/// Cover, use and whether it counts as artificialised.
type Classes = (&'static str, &'static str, bool);

/// What of the commune is in none of these surfaces.
fn voirie(sol: &Sol, polygones: &[(Classes, Surface)]) -> Vec<Surface> {
    let ring = |r: &Vec<Pt>| r.iter().map(|p| (p.x, p.y)).collect::<LineString>();
    let polygon = |s: &Surface| Polygon::new(ring(&s[0]), s[1..].iter().map(ring).collect());
    let taken = MultiPolygon(polygones.iter().map(|(_, s)| polygon(s)).collect());
    let whole = Polygon::new(ring(&sol.contour), Vec::new());
    let open = |r: &LineString| -> Vec<Pt> {
        let mut pts: Vec<Pt> = r.0.iter().map(|c| Pt { x: c.x, y: c.y }).collect();
        pts.pop();
        pts
    };
    let left = whole.difference(&taken);
    left.iter()
        .filter(|p| p.unsigned_area() > 15.0)
        .map(|p| {
            let rings = std::iter::once(p.exterior()).chain(p.interiors());
            rings.map(open).collect()
        })
        .collect()
}

/// Writes both shapefiles.
pub(super) fn ecrire(dossier: &Path, editions: [Vec<Ligne>; 2]) -> io::Result<Vec<PathBuf>> {
    let mut fichiers = Vec::new();
    for (millesime, lignes) in [2021, 2024].into_iter().zip(editions) {
        fichiers.extend(shp::ecrire(
            &dossier.join(format!("occupation/ARTIF_34_{millesime}")),
            &Couche {
                champs: &ARTIF,
                lignes,
                codage: Codage::Utf8,
            },
        )?);
    }
    Ok(fichiers)
}
