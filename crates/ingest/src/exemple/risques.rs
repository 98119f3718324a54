//! Risk plans: a flood plan with classes along the river, and another plan of which only the perimeter is known.

use std::io;
use std::path::{Path, PathBuf};

use super::plan::{Pt, unitaire};
use super::shp::{self, Champ, Codage, Couche};
use super::sol::{Sol, Surface};

/// The commune covered by the plan without classes.
const RANG_SANS_CLASSE: usize = 5;
/// A shapefile cuts `typereglementurba` to 10 characters.
const ZONES: [Champ; 9] = [
    Champ("id_zone", 'C', 30),
    Champ("id_gaspar", 'C', 20),
    Champ("nom", 'C', 100),
    Champ("codezone", 'C', 10),
    Champ("typereglem", 'C', 2),
    Champ("coderisque", 'C', 7),
    Champ("etat", 'C', 2),
    Champ("dateappro", 'C', 10),
    Champ("urlfic", 'C', 100),
];
const PERIMETRE: [Champ; 8] = [
    Champ("ID_GASPAR", 'C', 20),
    Champ("NOM", 'C', 100),
    Champ("ETAT", 'C', 2),
    Champ("DATEAPPRO", 'C', 10),
    Champ("DATEFINVAL", 'C', 10),
    Champ("CODERISQUE", 'C', 7),
    Champ("NOMRISQUE", 'C', 80),
    Champ("PRODUCTEUR", 'C', 60),
];
const GASPAR: &str = "34DDTM99990001";

/// Zones of a commune: class, letter and surface; and the outline of the plan without classes.
#[derive(Debug, Default)]
pub(super) struct Apport {
    zones: Vec<(&'static str, &'static str, Surface)>,
    perimetre: Vec<Surface>,
    code: String,
}

/// Gathers the risk zones of a commune.
pub(super) fn recueillir(sol: &Sol) -> Apport {
    let mut zones = Vec::new();
    // 03 and 04 near the water (04 in the bed's own strip), 02 on the wider plain, 01 on its edge.
    zones.extend(
        sol.bande_de_riviere(10.0, 44.0)
            .into_iter()
            .map(|s| ("04", "RU", s)),
    );
    zones.extend(
        sol.bande_de_riviere(44.0, 82.0)
            .into_iter()
            .map(|s| ("03", "R", s)),
    );
    zones.extend(
        sol.bande_de_riviere(82.0, 150.0)
            .into_iter()
            .map(|s| ("02", "B", s)),
    );
    let perimetre = if sol.commune.rang == RANG_SANS_CLASSE {
        vec![vec![tache(sol)]]
    } else {
        Vec::new()
    };
    Apport {
        zones,
        perimetre,
        code: sol.commune.code.clone(),
    }
}

/// A blob over one side of the village (ground movements of clay slopes).
fn tache(sol: &Sol) -> Vec<Pt> {
    let c = sol.centre + Pt { x: 260.0, y: 190.0 };
    // Sixteen directions without a sine: the four diagonals of a square, twice refined.
    let base = [(1.0, 0.0), (0.92, 0.38), (0.71, 0.71), (0.38, 0.92)];
    let tour = base
        .iter()
        .map(|&(x, y)| (x, y))
        .chain(base.iter().map(|&(x, y)| (-y, x)))
        .chain(base.iter().map(|&(x, y)| (-x, -y)))
        .chain(base.iter().map(|&(x, y)| (y, -x)));
    tour.enumerate()
        .map(|(k, (x, y))| {
            let r = 330.0
                * (1.0
                    + 0.4
                        * super::alea::bruit(sol.deformation.graine ^ 0x51, k as f64 * 0.61, 0.5));
            super::deformation::au_centimetre(c + unitaire(Pt { x, y }) * r)
        })
        .collect()
}

/// Writes both plans.
pub(super) fn ecrire(dossier: &Path, apports: &[Apport]) -> io::Result<Vec<PathBuf>> {
    let dossier = dossier.join("risques");
    let mut lignes = Vec::new();
    for a in apports {
        for (classe, lettre, s) in &a.zones {
            let id = format!("{GASPAR}_{}_{}", a.code, lignes.len() + 1);
            let v = [
                &id,
                GASPAR,
                "PPRI de la haute vallée (plan fictif)",
                lettre,
                classe,
                "1110000",
                "02",
                "2017-06-22",
                "",
            ];
            lignes.push((s.clone(), v.into_iter().map(str::to_owned).collect()));
        }
    }
    let zones = Couche {
        champs: &ZONES,
        lignes,
        codage: Codage::Utf8,
    };
    let mut fichiers = shp::ecrire(
        &dossier.join(format!(
            "pprn_{}_zonereglementaireurba_s",
            GASPAR.to_lowercase()
        )),
        &zones,
    )?;
    let ligne: Vec<String> = [
        "34DDTM99990002",
        "PPRN mouvements de terrain (plan fictif)",
        "02",
        "2009-11-03",
        "1899-12-30",
        "1240000",
        "Mouvement de terrain - Tassements différentiels",
        "DDTM 34 (fictif)",
    ]
    .map(str::to_owned)
    .to_vec();
    let lignes: Vec<_> = apports
        .iter()
        .flat_map(|a| &a.perimetre)
        .map(|s| (s.clone(), ligne.clone()))
        .collect();
    if !lignes.is_empty() {
        fichiers.extend(shp::ecrire(
            &dossier.join("N_DOCUMENT_PPRN_99990002_S_034"),
            &Couche {
                champs: &PERIMETRE,
                lignes,
                codage: Codage::Cp1252,
            },
        )?);
    }
    Ok(fichiers)
}
