//! `gisement construire`: source files → canonical layers → scored edition → published.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::Result;
use gisement_index::{Layers, Precedent};
use gisement_ingest::{Chunk, Ingest, Kept, fingerprint};
use gisement_model::{Couche, Crs, Effet, ParcelleNotee, RapportFichier, Recouvrement};
use gisement_store::{DataFolder, Diffusion, Layer, Lock, Manifest};
use jiff::civil::Date;
use serde_json::json;

use super::PROGRAMME;
use super::projection;
use crate::Outcome;
use crate::config::{self, Config, ResolvedSource};
use crate::parallel;
use crate::progress::{self, Progress};

pub(crate) fn run(
    path: &Path,
    donnees: Option<PathBuf>,
    date: Option<Date>,
    complete: bool,
) -> Result<Outcome> {
    let started = Instant::now();
    let mut config = config::load(path)?;
    config.date = date.unwrap_or(config.date);
    let folder = DataFolder::new(donnees.unwrap_or_else(|| config.dir.join("donnees")));
    let lock = folder.lock()?;
    let bar = Progress::new();

    let legal = projection::choose(&config)?;
    let emprises = config.load_coverages(legal)?;
    let mut reading = Reading {
        folder: &folder,
        lock: &lock,
        config: &config,
        legal,
        bar: &bar,
        rapports: Vec::new(),
        keys: Vec::new(),
    };
    let layers = Layers {
        emprises,
        ..reading.layers()?
    };
    let Reading { rapports, keys, .. } = reading;
    let outcome = summarise(&rapports, &bar);

    let id = edition_id(&config, legal, &keys, &rapports);
    if folder.edition_dir(&id).is_ok() {
        bar.finish();
        folder.set_courant(&lock, &id)?;
        progress::result(&format!(
            "Édition {id} déjà publiée : rien n’a changé depuis."
        ));
        return Ok(outcome);
    }
    let absent: Vec<Couche> = Couche::ALL
        .iter()
        .copied()
        .filter(|c| config.sources.iter().all(|s| s.config.couche != *c))
        .collect();
    let precedent = (!complete).then(|| precedent(&folder)).flatten();
    let contenu = gisement_index::construire(
        layers,
        &gisement_index::Demande {
            territoire: &config.territoire,
            organisation: &config.organisation,
            bareme: &config.bareme,
            date: config.date,
        },
        precedent.as_ref(),
        &|step, done, total| {
            bar.at(step, done, total);
        },
    )?;

    let mut builder = folder.begin_edition(&lock, &id)?;
    let tables = contenu.tables.len() as u64;
    let written = AtomicU64::new(0);
    bar.at("Écriture de l’édition", 0, tables);
    builder.add_all(contenu.tables, &|| {
        let done = written.fetch_add(1, Ordering::Relaxed) + 1;
        bar.at("Écriture de l’édition", done, tables);
    })?;
    builder.add_json(
        "rapport.json",
        &json!({
            "fichiers": rapports,
            "edition": contenu.rapport,
            "tolerance": { "rejets": config.rejets_max },
        }),
    )?;
    builder.add_text("bareme.toml", &config.bareme_text)?;
    builder.add_traces(&contenu.traces)?;
    let manifest = Manifest {
        id: id.clone(),
        nom: config.nom.clone(),
        date: config.date,
        diffusion: Diffusion::Interne,
        fictif: config.fictif,
        programme: PROGRAMME.to_owned(),
        crs: legal,
        bbox: contenu.bbox,
        depart: contenu.depart,
        bareme: blake3::hash(config.bareme_text.as_bytes())
            .to_hex()
            .to_string(),
        collections: Vec::new(),
        sources: contenu.sources,
        couches_absentes: absent,
        comptes: contenu.comptes,
        empreintes: BTreeMap::new(),
    };
    let journal = json!({
        "construite_le": jiff::Timestamp::now().to_string(),
        "configuration": path.display().to_string(),
        "duree_s": started.elapsed().as_secs_f64(),
        "coeurs": rayon::current_num_threads(),
        "parcelles_reprises": contenu.reprises,
    });
    let manifest = builder.publish(&lock, manifest, &journal)?;
    folder.set_courant(&lock, &id)?;
    bar.finish();
    announce(&folder, &manifest, contenu.reprises, started);
    Ok(outcome)
}

/// The edition served, when this very program built it: whatever it scored from the same inputs stands.
fn precedent(folder: &DataFolder) -> Option<Precedent> {
    let id = folder.courant().ok()?;
    if folder.manifest(&id).ok()?.programme != PROGRAMME {
        return None;
    }
    let edition = folder.open_kept(&id)?;
    let crs = edition.manifest.crs;
    Some(Precedent {
        traces: edition.traces()?,
        parcelles: edition
            .collection("parcelles")?
            .table::<ParcelleNotee>(crs)?,
        recouvrements: edition
            .collection("recouvrements")?
            .table::<Recouvrement>(crs)?,
    })
}

/// Reads the sources layer by layer, from the data folder when their content has not changed.
struct Reading<'a> {
    folder: &'a DataFolder,
    lock: &'a Lock,
    config: &'a Config,
    legal: Crs,
    bar: &'a Progress,
    rapports: Vec<RapportFichier>,
    keys: Vec<String>,
}

impl Reading<'_> {
    fn layers(&mut self) -> Result<Layers> {
        let parcelles = self.layer()?;
        projection::check(&parcelles, self.legal)?;
        Ok(Layers {
            emprises: BTreeMap::new(),
            parcelles,
            sections: self.layer()?,
            feuilles: self.layer()?,
            lieux_dits: self.layer()?,
            batiments: self.layer()?,
            communes: self.layer()?,
            epci: self.layer()?,
            scots: self.layer()?,
            zonage: self.layer()?,
            prescriptions: self.layer()?,
            prescriptions_lin: self.layer()?,
            prescriptions_pct: self.layer()?,
            informations: self.layer()?,
            informations_lin: self.layer()?,
            informations_pct: self.layer()?,
            documents: self.layer()?,
            trajectoires: self.layer()?,
            declarations: self.layer()?,
            perimetres: self.layer()?,
            friches: self.layer()?,
            zae: self.layer()?,
            terrains: self.layer()?,
            contraintes: self.layer()?,
            enaf: self.layer()?,
            logement: self.layer()?,
            equipements: self.layer()?,
            activite: self.layer()?,
            occupation: self.layer()?,
            proprietaires: self.layer()?,
        })
    }

    /// Every file of one layer, in the order of the configuration, read in parallel.
    fn layer<T: Ingest>(&mut self) -> Result<Layer<T>> {
        let couche = T::COUCHE;
        let files: Vec<(&ResolvedSource, &PathBuf, u64)> = self
            .config
            .sources
            .iter()
            .filter(|s| s.config.couche == couche)
            .flat_map(|s| s.files.iter().map(move |f| (s, f)))
            .map(|(s, f)| (s, f, f.metadata().map_or(1, |m| m.len().max(1))))
            .collect();
        let step = format!("Lecture : {}", lower_first(couche.libelle()));
        let (total, done) = (files.iter().map(|f| f.2).sum(), AtomicU64::new(0));
        let parts = parallel::map(&files, |(source, path, size)| {
            // A reader counts in its own unit (bytes, rows); the step counts in bytes over all files.
            let said = AtomicU64::new(0);
            let advance = |at: u64, of: u64| {
                let now = size * at.min(of) / of.max(1);
                let before = said.fetch_max(now, Ordering::Relaxed);
                let more = now.saturating_sub(before);
                let sum = done.fetch_add(more, Ordering::Relaxed) + more;
                self.bar.at(&step, sum, total);
            };
            let part = self.part::<T>(source, path, &advance)?;
            advance(1, 1);
            Ok::<_, anyhow::Error>(part)
        })?;
        let mut layers = Vec::with_capacity(parts.len());
        for ((source, ..), (key, part, mut rapport)) in files.iter().zip(parts) {
            layers.push(part);
            self.keys.push(key);
            let general = self.config.rejets_max;
            rapport.tolerance = Some(source.config.rejets_max.unwrap_or(general));
            self.rapports.push(rapport);
        }
        Ok(Layer::join(self.legal, layers))
    }

    fn part<T: Ingest>(
        &self,
        source: &ResolvedSource,
        path: &Path,
        progress: &(dyn Fn(u64, u64) + Sync),
    ) -> Result<(String, Layer<T>, RapportFichier)> {
        let file = source.file(path, &self.config.dir);
        let mut print = fingerprint(&file, self.legal)?;
        print.cle = blake3::hash(format!("{}{}", env!("GISEMENT_LECTURE"), print.cle).as_bytes())
            .to_hex()
            .to_string();
        if let Some((layer, rapport)) = self.folder.part::<T>(&print.cle, self.legal) {
            return Ok((print.cle, layer, rapport));
        }
        let kept = |e: gisement_store::Error| {
            anyhow::Error::new(e).context(format!("{} : couche lue mais non conservée", file.name))
        };
        let part = self
            .folder
            .begin_part(self.lock, &print.cle, self.legal)
            .map_err(kept)?;
        let rows = Kept::<T>::new(&part);
        let rapport = T::read_into(&file, &print, self.legal, &rows, progress)?;
        let Chunk { rows, geoms } = rows.into_chunk();
        part.publish(&rapport).map_err(kept)?;
        let layer = Layer::from_source(rows, geoms, rapport.source.clone(), self.legal);
        Ok((print.cle, layer, rapport))
    }
}

/// A label inside a sentence: its first letter in lower case, unless it begins an acronym (« SCoT »).
fn lower_first(label: &str) -> String {
    let mut chars = label.chars();
    match (chars.next(), chars.next()) {
        (Some(a), Some(b)) if b.is_lowercase() => {
            a.to_lowercase().collect::<String>() + &label[a.len_utf8()..]
        }
        _ => label.to_owned(),
    }
}

/// Identifies an edition by its date and everything that went into it: same inputs, same identifier.
fn edition_id(config: &Config, legal: Crs, keys: &[String], rapports: &[RapportFichier]) -> String {
    let mut hasher = blake3::Hasher::new();
    let head = format!(
        "{}\n{}\n{}\n{}\n{:?}\n{:?}\n{legal}\n{}\n",
        env!("GISEMENT_PROGRAMME"),
        config.nom,
        config.date,
        config.fictif,
        config.territoire,
        config.organisation,
        // Tolerances are said in the report.
        config.rejets_max,
    );
    hasher.update(head.as_bytes());
    hasher.update(config.bareme_text.as_bytes());
    for (key, r) in keys.iter().zip(rapports) {
        hasher.update(key.as_bytes());
        hasher.update(&r.tolerance.unwrap_or_default().to_le_bytes());
    }
    format!("{}-{}", config.date, &hasher.finalize().to_hex()[..8])
}

/// Says what was refused, and whether it is more than the configuration tolerates.
fn summarise(rapports: &[RapportFichier], bar: &Progress) -> Outcome {
    let mut outcome = Outcome::Fine;
    for r in rapports {
        let truncated = r.anomalies.contains_key("fichier_tronque");
        if r.rejetes > 0 || truncated {
            let end = if truncated {
                " ; fichier tronqué, la fin manque"
            } else {
                ""
            };
            bar.say(&format!(
                "  ! {} : {} lignes lues, {} rejetées{end}",
                r.source.fichier, r.lus, r.rejetes
            ));
            for a in r.anomalies.values().filter(|a| a.effet == Effet::Rejete) {
                let example = a.exemples.first().map(describe).unwrap_or_default();
                bar.say(&format!("      {} ({}){example}", a.libelle, a.nombre));
            }
        }
        if truncated || r.is_beyond_tolerance() {
            let tolerance = r.tolerance.unwrap_or_default() * 100.0;
            bar.say(&format!(
                "  ! {} : au-delà de la tolérance ({} %)",
                r.source.fichier,
                format!("{tolerance:.2}")
                    .trim_end_matches('0')
                    .trim_end_matches('.')
                    .replace('.', ",")
            ));
            outcome = Outcome::TooManyRejected;
        }
    }
    outcome
}

pub(super) fn describe(e: &gisement_model::Exemple) -> String {
    let mut parts = Vec::new();
    parts.extend(e.ligne.map(|l| format!("ligne {l}")));
    parts.extend(e.champ.as_ref().map(|c| format!("champ {c}")));
    parts.extend(e.valeur.as_ref().map(|v| format!("« {v} »")));
    if parts.is_empty() {
        String::new()
    } else {
        format!(", ex. {}", parts.join(", "))
    }
}

fn announce(folder: &DataFolder, manifest: &Manifest, taken: u64, started: Instant) {
    let count = |k: &str| manifest.comptes.get(k).copied().unwrap_or(0);
    if taken > 0 {
        progress::result(&format!(
            "{taken} parcelles reprises de l’édition précédente : rien n’a changé de ce dont elles dépendent."
        ));
    }
    progress::result(&format!(
        "Édition {} publiée dans {} en {} s\n  {} parcelles : {} prioritaires, {} à étudier, {} en réserve, {} écartées, {} non évaluées, {} sans objet\nÀ servir par : gisement servir {}",
        manifest.id,
        folder.root().display(),
        format!("{:.1}", started.elapsed().as_secs_f64()).replace('.', ","),
        count("parcelles"),
        count("prioritaire"),
        count("a_etudier"),
        count("reserve"),
        count("ecarte"),
        count("non_evalue"),
        count("sans_objet"),
        folder.root().display(),
    ));
}
