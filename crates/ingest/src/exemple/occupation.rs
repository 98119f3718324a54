//! OCS GE for the main town: artificialised or not, drawn from the use of parcels.

use std::io;
use std::path::{Path, PathBuf};

use super::plan::Pt;
use super::shp::{self, Champ, Codage, Couche, Ligne};
use super::sol::{Sol, dissoudre};
use super::usages::{Lot, Usage};

const ARTIF: [Champ; 6] = [
    Champ("ID", 'C', 24),
    Champ("CODE_CS", 'C', 10),
    Champ("CODE_US", 'C', 10),
    Champ("MILLESIME", 'C', 4),
    Champ("ARTIF", 'C', 12),
    Champ("CRIT_SEUIL", 'C', 5),
];

/// Cover, use and whether it counts as artificialised.
fn classes(usage: Usage, bati: bool) -> (&'static str, &'static str, bool) {
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

/// Polygons of the main town, merged by class.
pub(super) fn recueillir(sol: &Sol) -> Vec<Ligne> {
    if sol.commune.rang != 0 {
        return Vec::new();
    }
    let mut groupes: std::collections::BTreeMap<(&str, &str, bool), Vec<&[Pt]>> =
        std::collections::BTreeMap::new();
    for p in &sol.parcelles {
        groupes
            .entry(classes(p.usage, !p.batis.is_empty()))
            .or_default()
            .push(&p.anneau);
    }
    let mut lignes = Vec::new();
    for ((cs, us, artif), anneaux) in groupes {
        for s in dissoudre(&anneaux) {
            let id = format!("OCSGE99{:017}", lignes.len() + 1);
            let v = [
                id.as_str(),
                cs,
                us,
                "2024",
                if artif { "artif" } else { "non artif" },
                "false",
            ];
            lignes.push((s, v.into_iter().map(str::to_owned).collect()));
        }
    }
    lignes
}

/// Writes the shapefile.
pub(super) fn ecrire(dossier: &Path, lignes: Vec<Ligne>) -> io::Result<Vec<PathBuf>> {
    shp::ecrire(
        &dossier.join("occupation/ARTIF_34_2024"),
        &Couche {
            champs: &ARTIF,
            lignes,
            codage: Codage::Utf8,
        },
    )
}
