//! Friches: the Cartofriches standard CSV (points) and an outline file of another producer that overlaps it.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use gisement_model::crs::lambert93_to_lonlat;

use super::alea::{Alea, Objet};
use super::commune::Document;
use super::fiches::{COLONNES, Fiche, fiche};
use super::geojson::{Collection, Geometrie, texte};
use super::plan::Pt;
use super::sol::{Parcelle, Sol, Surface, dissoudre};
use super::texte::{SIMPLE, csv};
use super::usages::{Friche, Lot, Usage};

/// What a commune adds to the two files.
#[derive(Debug, Default)]
pub(super) struct Apport {
    points: Vec<Vec<String>>,
    emprises: Vec<(String, Vec<Surface>, String)>,
}

/// Gathers the friches of a commune.
pub(super) fn recueillir(sol: &Sol, graine: u64) -> Apport {
    let mut a = Alea::nouveau(graine, sol.commune.rang + 1_000_000, Objet::Sites);
    let mut r = Apport::default();
    let mut numero = 0;
    for (i, site) in sol.sites.iter().enumerate() {
        let Usage::Friche(f) = site.usage else {
            continue;
        };
        let parcelles: Vec<&Parcelle> =
            sol.parcelles.iter().filter(|p| p.site == Some(i)).collect();
        numero += 1;
        r.ajouter(
            sol,
            numero,
            &site.nom,
            &parcelles,
            &fiche(f, sol.commune.rang % 2 == 1),
            &mut a,
        );
        // Half of them are in the observatory's outline file too, under another identifier.
        if numero % 2 == 1 {
            r.tracer(sol, numero, &site.nom, &parcelles, &fiche(f, true));
        }
    }
    for p in sol
        .parcelles
        .iter()
        .filter(|p| p.usage == Usage::Zae(Lot::Friche))
        .take(3)
    {
        numero += 1;
        let f = Fiche {
            genre: "friche logistique",
            activite: "Entreposage",
            fin: "2017",
            ..fiche(Friche::Briqueterie, true)
        };
        r.ajouter(sol, numero, "Ancien entrepôt", &[p], &f, &mut a);
    }
    // Old industrial sites from the BASIAS list, never checked on the ground: more than half of a real file.
    let anciens: Vec<&Parcelle> = sol
        .parcelles
        .iter()
        .filter(|p| matches!(p.usage, Usage::Faubourg | Usage::Centre) && p.aire > 180.0)
        .collect();
    let n = (anciens.len() / 130).clamp(1, 7);
    for k in 0..n {
        numero += 1;
        let activite = a.parmi(&[
            "Serrurerie",
            "Dépôt de liquides inflammables",
            "Blanchisserie",
            "Mécanique générale",
            "Scierie",
            "Imprimerie",
        ]);
        let f = Fiche {
            activite,
            ..fiche(Friche::Garage, false)
        };
        r.ajouter(
            sol,
            numero,
            activite,
            &[anciens[(k * 127 + 31) % anciens.len()]],
            &f,
            &mut a,
        );
    }
    if let Some(p) = sol
        .parcelles
        .iter()
        .find(|p| p.usage == Usage::Mas && p.aire > 1800.0)
    {
        // Known to the observatory only.
        let f = Fiche {
            genre: "agro-industrielle",
            ..fiche(Friche::Moulin, true)
        };
        r.tracer(sol, 90, "Ancien domaine viticole", &[p], &f);
    }
    if sol.commune.rang == 0 {
        r.abimer();
    }
    r
}

impl Apport {
    fn ajouter(
        &mut self,
        sol: &Sol,
        numero: usize,
        nom: &str,
        parcelles: &[&Parcelle],
        f: &Fiche,
        a: &mut Alea,
    ) {
        let Some(premiere) = parcelles.first() else {
            return;
        };
        let surface: f64 = parcelles.iter().map(|p| p.aire).sum();
        let refcad = parcelles
            .iter()
            .map(|p| p.idu.as_str())
            .collect::<Vec<_>>()
            .join("|");
        let bati: f64 = parcelles
            .iter()
            .flat_map(|p| &p.batis)
            .map(|b| super::plan::aire(&b.anneau))
            .sum();
        let nombre: usize = parcelles.iter().map(|p| p.batis.len()).sum();
        let (zone, lib, doc) = match sol.commune.document {
            Document::Rnu => ("RNU", "NA", "RNU"),
            Document::CarteCommunale(_) => (
                if premiere.zone.typezone() == "U" {
                    "Zc"
                } else {
                    "ZnC"
                },
                "NA",
                "CC",
            ),
            Document::Plu(..) => (premiere.zone.typezone(), premiere.zone.libelle(), "PLU"),
        };
        let jour =
            |a: &mut Alea, an: i64| format!("{:02}/{:02}/{an}", a.entier(1, 28), a.entier(1, 12));
        let (identifie, actualise) = (jour(a, 2020 + numero as i64 % 4), jour(a, 2024));
        let proprietaire = if f.proprietaire.2 == "COMMUNE" {
            format!("COMMUNE DE {}", sol.commune.nom_cadastre())
        } else {
            f.proprietaire.2.to_owned()
        };
        let (code, commune) = (sol.commune.code.clone(), sol.commune.nom_cadastre());
        let na = || "NA".to_owned();
        let s = str::to_owned;
        self.points.push(vec![
            format!("{code}_{}", 20_400 + numero * 7),
            s(nom),
            s(f.genre),
            na(),
            identifie,
            actualise,
            na(),
            na(),
            s("inconnu"),
            s(f.occupation),
            s(f.statut),
            na(),
            s(if f.statut == "friche reconvertie" {
                "2019"
            } else {
                "NA"
            }),
            s(if f.statut == "friche reconvertie" {
                "équipement public"
            } else {
                "NA"
            }),
            s(f.activite),
            na(),
            s(f.fin),
            commune,
            code.clone(),
            s(if f.genre.contains("industrielle") {
                "industriel"
            } else {
                "inconnu"
            }),
            nombre.to_string(),
            if bati > 0.0 {
                format!("{bati:.0}")
            } else {
                na()
            },
            s("inconnu"),
            s(f.vacance),
            s("inconnu"),
            s(f.etat),
            s("1974"),
            s("1974"),
            s(f.proprietaire.0),
            s(f.proprietaire.1),
            proprietaire,
            na(),
            s(f.pollution),
            s("inconnu"),
            na(),
            na(),
            format!("{surface:.0}"),
            refcad,
            s(zone),
            s(lib),
            na(),
            s(doc),
            na(),
            na(),
            s("Observatoire des friches (fictif)"),
            na(),
            s("SCoT de démonstration"),
            na(),
            point(premiere),
            na(),
        ]);
    }

    fn tracer(&mut self, sol: &Sol, numero: usize, nom: &str, parcelles: &[&Parcelle], f: &Fiche) {
        let anneaux: Vec<&[Pt]> = parcelles.iter().map(|p| p.anneau.as_slice()).collect();
        let surface: f64 = parcelles.iter().map(|p| p.aire).sum();
        let liste = parcelles
            .iter()
            .map(|p| p.idu.as_str())
            .collect::<Vec<_>>()
            .join(",");
        let id = format!("{}_E{numero:02}", sol.commune.code);
        let proprietes = format!(
            "\"site_id\":\"{id}\",\"site_nom\":{},\"site_type\":{},\"site_statut\":{},\"site_occupation\":{},\"site_actu_date\":\"2025-03-14\",\"comm_nom\":{},\"comm_insee\":\"{}\",\"site_surface\":{surface:.0},\"unite_fonciere_refcad\":\"{{{liste}}}\",\"sol_pollution_existe\":\"inconnu\",\"urba_datappro\":\"03/2022\",\"nature\":\"observatoire local\\n\"",
            texte(nom),
            texte(f.genre),
            texte(f.statut),
            texte(f.occupation),
            texte(&sol.commune.nom),
            sol.commune.code
        );
        self.emprises.push((id, dissoudre(&anneaux), proprietes));
    }

    /// The corruptions that real rows carry, in the main town; listed in `SOURCES.md`.
    fn abimer(&mut self) {
        let colonne = |nom: &str| COLONNES.iter().position(|c| *c == nom).unwrap_or(0);
        let (refcad, commentaire) = (
            colonne("unite_fonciere_refcad"),
            colonne("sol_pollution_commentaire"),
        );
        for l in &mut self.points {
            match l[1].as_str() {
                "Ancienne briqueterie Marcou" => l[refcad].push('|'),
                "Ancienne cour aux marchandises" => {
                    "Diagnostic de 2012 :\ntraces d'hydrocarbures, à confirmer"
                        .clone_into(&mut l[commentaire]);
                }
                _ => {}
            }
        }
        if let Some(l) = self.points.last_mut() {
            // What a spreadsheet makes of 57480000… read as a number.
            "5,748E+13".clone_into(&mut l[refcad]);
            "-3600".clone_into(&mut l[colonne("local_recent_annee")]);
        }
    }
}

/// A point inside a parcel as WKT, longitude first.
fn point(p: &Parcelle) -> String {
    let c = super::sol::point_interieur(&p.anneau);
    let (lon, lat) = lambert93_to_lonlat(c.x, c.y);
    format!("POINT ({lon:.6} {lat:.6})")
}

/// Writes both files.
pub(super) fn ecrire(dossier: &Path, apports: &[Apport]) -> io::Result<Vec<PathBuf>> {
    let dossier = dossier.join("friches");
    fs::create_dir_all(&dossier)?;
    let lignes: Vec<Vec<String>> = apports
        .iter()
        .flat_map(|a| a.points.iter().cloned())
        .collect();
    let points = csv(
        &dossier.join("friches-standard.csv"),
        SIMPLE,
        &COLONNES,
        &lignes,
    )?;
    let chemin = dossier.join("friches_emprises.geojson");
    let mut c = Collection::nouvelle(BufWriter::new(File::create(&chemin)?))?;
    for (id, surfaces, proprietes) in apports.iter().flat_map(|a| &a.emprises) {
        c.ajouter(Some(id), Geometrie::Surfaces(surfaces), proprietes)?;
    }
    c.clore()?.flush()?;
    Ok(vec![points, chemin])
}
