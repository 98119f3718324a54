//! The configuration ready to run: files found, rule set read, territory parsed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gisement_export::lot::Publication;
use gisement_index::Territoire;
use gisement_ingest::{SourceConfig, SourceFile};
use gisement_model::Crs;
use gisement_model::bareme::Bareme;
use gisement_store::Geometries;
use jiff::civil::Date;

use super::{ConfigError, RawConfig, RawTerritoire, projection};

/// An observatory ready to be built.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) nom: String,
    pub(crate) date: Date,
    pub(crate) fictif: bool,
    pub(crate) territoire: Territoire,
    /// SIREN of the organisation that the observatory is for.
    pub(crate) organisation: Vec<String>,
    /// The legal projection, when the configuration tells it: in so many words, or by its communes or départements.
    pub(crate) projection: Option<Crs>,
    pub(crate) bareme: Bareme,
    /// The rule set as written: it is frozen into the edition.
    pub(crate) bareme_text: String,
    pub(crate) rejets_max: f64,
    pub(crate) sources: Vec<ResolvedSource>,
    /// Who publishes packs of it.
    pub(crate) publication: Publication,
    /// The configuration file.
    pub(crate) path: PathBuf,
    /// Its folder.
    pub(crate) dir: PathBuf,
}

/// One `[[source]]` with the files that its path matches, in name order.
#[derive(Debug)]
pub(crate) struct ResolvedSource {
    pub(crate) config: SourceConfig,
    pub(crate) files: Vec<PathBuf>,
    /// Line of its key `couverture`.
    line: usize,
}

impl Config {
    /// Reads the polygons inside which sources say that they are complete, in the legal projection, by the hash of
    /// their file. From then on the sources carry that hash.
    pub(crate) fn load_coverages(
        &mut self,
        legal: Crs,
    ) -> Result<BTreeMap<String, Geometries>, ConfigError> {
        let mut out = BTreeMap::new();
        for (i, source) in self.sources.iter_mut().enumerate() {
            let loaded = source.config.load_coverage(&self.dir, legal);
            let loaded = loaded.map_err(|e| ConfigError::Syntax {
                path: self.path.clone(),
                line: source.line,
                message: format!("source[{i}].couverture.fichier : {e}"),
            })?;
            out.extend(loaded.map(|e| (e.empreinte, e.polygones)));
        }
        Ok(out)
    }
}

impl ResolvedSource {
    pub(crate) fn file<'a>(&'a self, path: &Path, dir: &Path) -> SourceFile<'a> {
        let name = path.strip_prefix(dir).unwrap_or(path).display().to_string();
        SourceFile {
            path: path.to_owned(),
            name,
            config: &self.config,
        }
    }
}

/// `line` is that of a key of the n-th source.
pub(super) fn resolve(
    path: &Path,
    raw: RawConfig,
    line: &dyn Fn(usize, &str) -> usize,
) -> Result<Config, ConfigError> {
    let invalid = |message: String| ConfigError::Invalid {
        path: path.to_owned(),
        message,
    };
    let dir = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
        .to_owned();
    if !(0.0..=1.0).contains(&raw.tolerance.rejets) {
        return Err(invalid(format!(
            "[tolerance] rejets = {} : une part entre 0 et 1 est attendue",
            raw.tolerance.rejets
        )));
    }
    if let Some(odd) = raw
        .observatoire
        .organisation
        .iter()
        .find(|s| s.len() != 9 || !s.bytes().all(|b| b.is_ascii_digit()))
    {
        return Err(invalid(format!(
            "[observatoire] organisation : « {odd} » n’est pas un SIREN (neuf chiffres)"
        )));
    }
    let bareme_text = match &raw.observatoire.baremes {
        Some(file) => {
            let file = dir.join(file);
            std::fs::read_to_string(&file)
                .map_err(|source| ConfigError::Unreadable { path: file, source })?
        }
        None => gisement_model::bareme::DEFAUT.to_owned(),
    };
    let bareme = Bareme::parse(&bareme_text).map_err(|e| invalid(format!("barème : {e}")))?;
    let sources = raw
        .source
        .into_iter()
        .enumerate()
        .map(|(i, config)| {
            if let Some(r) = config.rejets_max
                && !(0.0..=1.0).contains(&r)
            {
                return Err(ConfigError::Syntax {
                    path: path.to_owned(),
                    line: line(i, "rejets_max"),
                    message: format!(
                        "source[{i}].rejets_max = {r} : une part entre 0 et 1 est attendue"
                    ),
                });
            }
            let line = line(i, "couverture");
            let files = find(&dir, &config.chemin).map_err(&invalid)?;
            Ok(ResolvedSource {
                config,
                files,
                line,
            })
        })
        .collect::<Result<_, ConfigError>>()?;
    let territoire = territoire(raw.observatoire.territoire).map_err(&invalid)?;
    Ok(Config {
        organisation: raw.observatoire.organisation,
        projection: projection::of(raw.observatoire.projection.as_deref(), &territoire)
            .map_err(invalid)?,
        territoire,
        nom: raw.observatoire.nom,
        date: raw.observatoire.date,
        fictif: raw.observatoire.fictif,
        rejets_max: raw.tolerance.rejets,
        bareme,
        bareme_text,
        publication: raw.publication,
        sources,
        path: path.to_owned(),
        dir,
    })
}

/// The files a path or glob names. None at all is an error: a source that silently matches nothing would turn
/// into "no such object anywhere".
fn find(dir: &Path, pattern: &str) -> Result<Vec<PathBuf>, String> {
    // Taken literally first: real folders hold brackets and spaces.
    let literal = dir.join(pattern);
    if literal.exists() {
        return Ok(vec![literal]);
    }
    let full = Path::new(&glob::Pattern::escape(&dir.display().to_string())).join(pattern);
    let matches = glob::glob(&full.display().to_string())
        .map_err(|e| format!("chemin « {pattern} » : {e}"))?;
    let mut files: Vec<PathBuf> = matches
        .collect::<Result<_, _>>()
        .map_err(|e| format!("chemin « {pattern} » : {e}"))?;
    files.sort();
    if files.is_empty() {
        return Err(format!(
            "chemin « {pattern} » : aucun fichier trouvé (cherché dans {})",
            dir.display()
        ));
    }
    Ok(files)
}

fn territoire(raw: Option<RawTerritoire>) -> Result<Territoire, String> {
    let Some(raw) = raw else {
        return Ok(Territoire::Tout);
    };
    match (raw.scot, raw.epci, raw.communes, raw.departements) {
        (Some(s), None, None, None) => Ok(Territoire::Scot(s)),
        (None, Some(e), None, None) => Ok(Territoire::Epci(e)),
        (None, None, Some(c), None) => c
            .iter()
            .map(|c| {
                c.parse()
                    .map_err(|e: gisement_model::insee::InvalidCodeInsee| {
                        format!("territoire : {e}")
                    })
            })
            .collect::<Result<_, _>>()
            .map(Territoire::Communes),
        (None, None, None, Some(d)) => Ok(Territoire::Departements(d)),
        (None, None, None, None) => Ok(Territoire::Tout),
        _ => Err("territoire : un seul de scot, epci, communes, departements".to_owned()),
    }
}
