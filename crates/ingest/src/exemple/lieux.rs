//! Places of daily life: stops and services (points), activity areas and large buildings (BD TOPO), a QPV.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use gisement_model::crs::lambert93_to_lonlat;

use super::alea::{Alea, Objet};
use super::commune::Taille;
use super::geojson::{Collection, Geometrie, texte};
use super::plan::{Pt, aire, norme, unitaire};
use super::shp::{self, Champ, Codage, Couche, Ligne};
use super::sol::{Parcelle, Sol, Surface, dissoudre, point_interieur};
use super::texte::{Forme, SIMPLE, csv};
use super::usages::{Friche, Lot, Usage};

const ACTIVITE: [Champ; 6] = [
    Champ("ID", 'C', 24),
    Champ("CATEGORIE", 'C', 40),
    Champ("NATURE", 'C', 50),
    Champ("NAT_DETAIL", 'C', 60),
    Champ("TOPONYME", 'C', 100),
    Champ("ETAT", 'C', 20),
];
const BATIMENT: [Champ; 9] = [
    Champ("ID", 'C', 24),
    Champ("NATURE", 'C', 40),
    Champ("USAGE1", 'C', 40),
    Champ("USAGE2", 'C', 40),
    Champ("LEGER", 'C', 3),
    Champ("ETAT", 'C', 20),
    Champ("NB_LOGTS", 'N', 5),
    Champ("NB_ETAGES", 'N', 3),
    Champ("HAUTEUR", 'N', 6),
];

/// What a commune adds.
#[derive(Debug, Default)]
pub(super) struct Apport {
    arrets: Vec<(String, Pt)>,
    services: Vec<(&'static str, String, Pt, String)>,
    activites: Vec<Ligne>,
    batiments: Vec<Ligne>,
    qpv: Vec<Surface>,
}

/// Gathers the places of a commune.
pub(super) fn recueillir(sol: &Sol, graine: u64) -> Apport {
    let mut a = Alea::nouveau(graine, sol.commune.rang + 3_000_000, Objet::Sites);
    let mut r = Apport {
        arrets: arrets(sol),
        ..Apport::default()
    };
    let code = &sol.commune.code;
    for (i, site) in sol.sites.iter().enumerate() {
        let parcelles: Vec<&Parcelle> =
            sol.parcelles.iter().filter(|p| p.site == Some(i)).collect();
        let Some(p) = parcelles.first() else { continue };
        if let Some(type_equipement) = equipement(site.usage) {
            r.services.push((
                type_equipement,
                site.nom.clone(),
                point_interieur(&p.anneau),
                code.clone(),
            ));
        }
        if let Some((categorie, nature)) = activite(site.usage) {
            let anneaux: Vec<&[Pt]> = parcelles.iter().map(|p| p.anneau.as_slice()).collect();
            for s in dissoudre(&anneaux) {
                let id = format!("SURFACTI99{code}{:05}", r.activites.len() + 1);
                let v = [&id, categorie, nature, "", &site.nom, "En service"];
                r.activites
                    .push((s, v.into_iter().map(str::to_owned).collect()));
            }
        }
    }
    // Shops, doctors and chemists of the old town.
    let centre: Vec<&Parcelle> = sol
        .parcelles
        .iter()
        .filter(|p| p.usage == Usage::Centre && !p.batis.is_empty())
        .collect();
    let commerces = [
        ("B207", "Boulangerie"),
        ("D307", "Pharmacie"),
        ("B204", "Boucherie"),
        ("D265", "Médecin généraliste"),
        ("B202", "Épicerie"),
        ("B201", "Supérette"),
    ];
    let n = match sol.commune.taille {
        Taille::Ville => 14,
        Taille::Bourg => 8,
        Taille::Village => 1 + sol.commune.population as usize / 900,
    };
    for k in 0..n.min(centre.len()) {
        let p = centre[a.entier(0, centre.len() as i64 - 1) as usize];
        let (genre, nom) = commerces[k % commerces.len()];
        r.services.push((
            genre,
            nom.to_owned(),
            point_interieur(&p.anneau),
            code.clone(),
        ));
    }
    if sol.commune.rang == 0 {
        r.batiments = batiments(sol);
        let anneaux: Vec<&[Pt]> = sol
            .parcelles
            .iter()
            .filter(|p| {
                p.usage == Usage::Hlm
                    && p.site == sol.sites.iter().position(|s| s.usage == Usage::Hlm)
            })
            .map(|p| p.anneau.as_slice())
            .collect();
        r.qpv = dissoudre(&anneaux);
    }
    r
}

/// Bus stops: at the centre, along the roads inside the town, and at the places people go to.
fn arrets(sol: &Sol) -> Vec<(String, Pt)> {
    let mut r = vec![(format!("{} - Centre", sol.commune.nom), sol.centre)];
    let pas = if sol.commune.taille == Taille::Village {
        620.0
    } else {
        380.0
    };
    for (k, route) in sol.territoire.routes.iter().enumerate() {
        let vers = route.sortie - sol.territoire.centre;
        let (u, l) = (unitaire(vers), norme(vers));
        let mut d = pas * (0.7 + 0.1 * k as f64);
        let mut rang = 1;
        while d < l.min(sol.commune.rayon * 1.3) {
            r.push((
                format!("{} - Route {} n° {rang}", sol.commune.nom, k + 1),
                sol.deformation.terrain(sol.territoire.centre + u * d),
            ));
            (d, rang) = (d + pas, rang + 1);
        }
    }
    for (i, s) in sol.sites.iter().enumerate().filter(|(_, s)| {
        matches!(
            s.usage,
            Usage::Gare | Usage::Hopital | Usage::College | Usage::Zae(_)
        )
    }) {
        r.extend(
            sol.parcelles
                .iter()
                .find(|p| p.site == Some(i))
                .map(|p| (format!("{} - {}", sol.commune.nom, s.nom), p.anneau[0])),
        );
    }
    r
}

/// BPE type of a site.
fn equipement(usage: Usage) -> Option<&'static str> {
    Some(match usage {
        Usage::Mairie => "A129",
        Usage::Ecole => "C108",
        Usage::College => "C201",
        Usage::Hopital => "D101",
        Usage::Supermarche => "B105",
        _ => return None,
    })
}

/// BD TOPO category and nature of a site.
fn activite(usage: Usage) -> Option<(&'static str, &'static str)> {
    Some(match usage {
        Usage::Hopital => ("Santé", "Hôpital"),
        Usage::Parc => ("Culture et loisirs", "Parc"),
        Usage::Cimetiere => ("Religieux", "Cimetière"),
        Usage::Stade => ("Sport", "Stade"),
        Usage::Ecole => ("Science et enseignement", "Enseignement primaire"),
        Usage::College => ("Science et enseignement", "Collège"),
        Usage::Administration => ("Administratif ou militaire", "Administration"),
        Usage::Mairie => ("Administratif ou militaire", "Mairie"),
        Usage::Gare => ("Transport", "Gare"),
        _ => return None,
    })
}

/// Large non-housing buildings of the main town.
fn batiments(sol: &Sol) -> Vec<Ligne> {
    let mut r = Vec::new();
    for p in &sol.parcelles {
        let (nature, usage) = match p.usage {
            Usage::Zae(Lot::Occupe | Lot::Partiel) | Usage::Supermarche => (
                "Industriel, agricole ou commercial",
                "Commercial et services",
            ),
            Usage::Zae(_)
            | Usage::Friche(
                Friche::Briqueterie | Friche::Ferroviaire | Friche::Garage | Friche::Moulin,
            ) => ("Industriel, agricole ou commercial", "Industriel"),
            Usage::Bureaux | Usage::Friche(Friche::Halle) => {
                ("Indifférenciée", "Commercial et services")
            }
            Usage::Administration
            | Usage::Mairie
            | Usage::Hopital
            | Usage::Ecole
            | Usage::College
            | Usage::Gare
            | Usage::Friche(_) => ("Indifférenciée", "Indifférencié"),
            Usage::Eglise => ("Eglise", "Religieux"),
            Usage::Stade => ("Tribune", "Sportif"),
            _ => continue,
        };
        for b in p
            .batis
            .iter()
            .filter(|b| !b.leger && aire(&b.anneau) > 110.0)
        {
            let id = format!("BATIMENT99{:014}", r.len() + 1);
            let etages = (b.hauteur / 3.2).floor().max(1.0);
            let v = [
                id,
                nature.into(),
                usage.into(),
                String::new(),
                "Non".into(),
                "En service".into(),
                "0".into(),
                format!("{etages:.0}"),
                format!("{:.1}", b.hauteur),
            ];
            r.push((vec![b.anneau.clone()], v.to_vec()));
        }
    }
    r
}

/// Writes the five files.
pub(super) fn ecrire(dossier: &Path, apports: &[Apport]) -> io::Result<Vec<PathBuf>> {
    let arrets: Vec<Vec<String>> = apports
        .iter()
        .flat_map(|a| &a.arrets)
        .enumerate()
        .map(|(k, (nom, p))| {
            let (lon, lat) = lambert93_to_lonlat(p.x, p.y);
            vec![
                format!("FICTIF:{:05}", k + 1),
                nom.clone(),
                format!("{lat:.6}"),
                format!("{lon:.6}"),
                "0".into(),
                String::new(),
            ]
        })
        .collect();
    let gtfs = Forme {
        bom: false,
        crlf: true,
        separateur: b',',
    };
    let entete = [
        "stop_id",
        "stop_name",
        "stop_lat",
        "stop_lon",
        "location_type",
        "parent_station",
    ];
    let mut fichiers = vec![csv(
        &dossier.join("equipements/stops.txt"),
        gtfs,
        &entete,
        &arrets,
    )?];

    let services: Vec<Vec<String>> = apports
        .iter()
        .flat_map(|a| &a.services)
        .enumerate()
        .map(|(k, (genre, nom, p, code))| {
            vec![
                format!("E{:06}", k + 1),
                code.clone(),
                (*genre).into(),
                nom.clone(),
                format!("{:.2}", p.x),
                format!("{:.2}", p.y),
                "BONNE".into(),
            ]
        })
        .collect();
    let entete = [
        "ID",
        "DEPCOM",
        "TYPEQU",
        "nom",
        "LAMBERT_X",
        "LAMBERT_Y",
        "QUALITE_XY",
    ];
    fichiers.push(csv(
        &dossier.join("equipements/services.csv"),
        SIMPLE,
        &entete,
        &services,
    )?);

    let reunies = |champ: fn(&Apport) -> &Vec<Ligne>| {
        apports
            .iter()
            .flat_map(|a| champ(a).iter().cloned())
            .collect::<Vec<_>>()
    };
    let activites = Couche {
        champs: &ACTIVITE,
        lignes: reunies(|a| &a.activites),
        codage: Codage::Utf8,
    };
    fichiers.extend(shp::ecrire(
        &dossier.join("activite/ZONE_D_ACTIVITE_OU_D_INTERET"),
        &activites,
    )?);
    let batiments = Couche {
        champs: &BATIMENT,
        lignes: reunies(|a| &a.batiments),
        codage: Codage::Utf8,
    };
    fichiers.extend(shp::ecrire(&dossier.join("bdtopo/BATIMENT"), &batiments)?);

    fs::create_dir_all(dossier.join("perimetres"))?;
    let chemin = dossier.join("perimetres/qpv.geojson");
    let mut c = Collection::nouvelle(BufWriter::new(File::create(&chemin)?))?;
    for s in apports.iter().filter(|a| !a.qpv.is_empty()) {
        let proprietes = format!(
            "\"code_qp\":\"QN0349901M\",\"lib_qp\":{},\"insee_com\":\"34901\",\"lib_com\":\"Lauzerac\"",
            texte("Les Tilleuls (fictif)")
        );
        c.ajouter(None, Geometrie::Surfaces(&s.qpv), &proprietes)?;
    }
    c.clore()?.flush()?;
    fichiers.push(chemin);
    Ok(fichiers)
}
