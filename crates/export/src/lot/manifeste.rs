//! What is in a pack, and how to know that it is whole.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::composition::FICHES;
use super::{Lot, Resume, pretty, put};
use crate::{Error, Result};

/// Name of the manifest.
pub(super) const NAME: &str = "manifeste.json";

impl Lot<'_> {
    /// Title of the pack.
    pub(super) fn title(&self) -> String {
        format!(
            "{}, {}",
            self.text("/publication/titre"),
            self.text("/territoire/nom")
        )
    }

    /// A text of the figures, empty when it is not there.
    pub(super) fn text(&self, pointer: &str) -> &str {
        let found = self.donnees.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_default()
    }
}

/// Writes the manifest of the files that lie in a folder.
pub(super) fn write(dossier: &Path, lot: &Lot<'_>, absents: Vec<&'static str>) -> Result<Resume> {
    let mut files = Vec::new();
    walk(dossier, &mut files)?;
    files.sort();
    let mut listed = Vec::new();
    let mut octets = 0;
    let mut names = Vec::new();
    for path in &files {
        let bytes = fs::read(path).map_err(Error::io(path))?;
        octets += bytes.len() as u64;
        let name = path
            .strip_prefix(dossier)
            .unwrap_or(path)
            .to_string_lossy()
            .replace('\\', "/");
        let hash = Sha256::digest(&bytes);
        let hash = hash.iter().fold(String::new(), |mut text, byte| {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
            text
        });
        listed.push(json!({ "nom": name, "octets": bytes.len(), "sha256": hash }));
        names.push(name);
    }
    let m = lot.edition;
    let d = &lot.donnees;
    put(
        &dossier.join(NAME),
        &pretty(&json!({
            "titre": lot.title(),
            "observatoire": m.nom,
            "edition": m.id,
            "date": m.date,
            "territoire": format!("{}:{}", lot.territoire[0], lot.territoire[1]),
            "diffusion": d["publication"]["diffusion"],
            "fictif": m.fictif,
            "bareme": m.bareme,
            "programme": m.programme,
            "licence": d["publication"]["licence"],
            "fichiers": listed,
            "absents": absents,
            "sources": d["sources"],
            "controles": d["controles"],
        })),
    )?;
    names.push(NAME.to_owned());
    Ok(Resume {
        fichiers: names,
        octets,
        absents,
    })
}

fn walk(dossier: &Path, out: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(dossier).map_err(Error::io(dossier))? {
        let path = entry.map_err(Error::io(dossier))?.path();
        if path.is_dir() {
            walk(&path, out)?;
        } else {
            out.push(path);
        }
    }
    Ok(())
}

/// `LISEZMOI.txt`.
pub(super) fn readme(lot: &Lot<'_>, absents: &[&str]) -> String {
    let m = lot.edition;
    let text = |p: &str| {
        lot.donnees
            .pointer(p)
            .and_then(Value::as_str)
            .unwrap_or("non renseigné")
    };
    let mut out = format!(
        "{}\r\n\r\nÉdition {} du {}, règles {}, Gisement {}.\r\nPublié par {}. Contact : {}. Licence : {}.\r\n",
        lot.title(),
        m.id,
        m.date,
        m.bareme,
        m.programme,
        text("/publication/organisme"),
        text("/publication/contact"),
        text("/publication/licence"),
    );
    if m.fictif {
        out.push_str("\r\nTERRITOIRE FICTIF : toutes ces données sont inventées.\r\n");
    }
    for (name, what) in [
        ("rapport.pdf", "le rapport de l’observatoire"),
        ("note-methode.pdf", "la note de méthode"),
        (
            FICHES,
            "une fiche par commune, appui du rapport local (CGCT, article L. 2231-1)",
        ),
        ("tableaux.xlsx", "les tableaux, avec leur dictionnaire"),
        (
            "csv/",
            "les mêmes tableaux, un fichier par feuille (UTF-8, « ; », virgule décimale)",
        ),
        (
            super::LAYERS,
            "les couches géographiques, avec leurs styles QGIS",
        ),
        (
            super::projet::NAME,
            "le projet QGIS qui ouvre ces couches : groupes, thèmes et mises en page",
        ),
        ("donnees.json", "tous les chiffres, pour les programmes"),
        ("bareme.toml", "les règles appliquées"),
        (NAME, "la liste des fichiers et leurs empreintes SHA-256"),
    ] {
        let lacks = if absents.contains(&name) {
            " (absent : le programme Typst n’était pas installé)"
        } else if name == FICHES && lot.publication.fiches(&lot.donnees).is_empty() {
            " (non écrites : « fiches_communales = true » les demande)"
        } else {
            ""
        };
        let _ = write!(out, "\r\n{name} : {what}{lacks}");
    }
    out.push_str("\r\n\r\nUne valeur absente est inconnue : elle ne vaut jamais zéro.\r\nLa consommation d’ENAF (Cerema) et l’artificialisation nette (OCS GE) sont deux registres : ils ne s’additionnent pas.\r\n");
    out
}
