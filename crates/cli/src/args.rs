//! What the user typed.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use gisement_server::Diffusion;
use jiff::civil::Date;

const HELP: &str = "\
{about}

Usage : {usage}

Commandes :
{subcommands}

Options :
{options}

Codes de sortie : 0 réussi, 1 échec, 2 mauvais usage ou configuration invalide, 3 terminé avec plus de lignes
rejetées que la configuration n’en tolère.
";

const COMMAND_HELP: &str = "\
{about}

Usage : {usage}

{all-args}
";

/// Observatoire des gisements fonciers pour le logement social.
#[derive(Debug, Parser)]
#[command(name = "gisement", version, help_template = HELP, disable_help_subcommand = true)]
#[command(disable_help_flag = true, disable_version_flag = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Affiche cette aide.
    #[arg(short = 'h', long = "aide", visible_alias = "help", action = clap::ArgAction::Help, global = true)]
    aide: Option<bool>,
    /// Affiche la version.
    #[arg(short = 'V', long = "version", action = clap::ArgAction::Version)]
    version: Option<bool>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Lit les fichiers source d’un territoire, note chaque parcelle et publie une édition.
    #[command(help_template = COMMAND_HELP)]
    Construire {
        /// Fichier de configuration de l’observatoire.
        #[arg(value_name = "OBSERVATOIRE.TOML")]
        config: PathBuf,
        /// Dossier de données où publier l’édition [défaut : « donnees » à côté de la configuration].
        #[arg(long, value_name = "DOSSIER")]
        donnees: Option<PathBuf>,
        /// Date de référence des règles, au lieu de celle de la configuration (AAAA-MM-JJ).
        #[arg(long, value_name = "DATE")]
        date: Option<Date>,
        /// Mesure tout de nouveau, sans rien reprendre de l’édition précédente.
        #[arg(long)]
        complet: bool,
    },
    /// Sert la carte et l’API d’un dossier de données.
    #[command(help_template = COMMAND_HELP)]
    Servir {
        /// Dossier de données publié par « construire ».
        #[arg(value_name = "DOSSIER")]
        donnees: PathBuf,
        /// Adresse d’écoute ; le port 0 laisse le système choisir.
        #[arg(
            long,
            value_name = "ADRESSE",
            default_value = "127.0.0.1:8080",
            env = "GISEMENT_ADRESSE",
            hide_env = true
        )]
        adresse: SocketAddr,
        /// Mode de diffusion, obligatoire hors de la machine locale.
        #[arg(long, value_enum, value_name = "MODE")]
        diffusion: Option<DiffusionArg>,
    },
    /// Écrit une sélection d’une édition dans un fichier, le lot d’un territoire, toute l’édition en un site ou dans une base PostGIS.
    ///
    /// Fichiers : GeoPackage, Shapefile, GeoJSON, FlatGeobuf, GeoParquet, CSV, XLSX (--collection et --sortie).
    /// Lot : rapport, tableaux et couches d’un territoire, prêts à publier (--lot et --territoire).
    /// Site : la carte et ses données, en fichiers que n’importe quel hébergeur sert (--statique).
    /// Base : un schéma par édition, et les vues « courant » sur la dernière publiée (--postgis).
    #[command(help_template = COMMAND_HELP)]
    Exporter(Box<Exporter>),
    /// Dit ce qu’est un fichier : format, colonnes, couche reconnue, anomalies, et l’entrée [[source]] à recopier.
    ///
    /// Un dossier (document d’urbanisme, livraison de fichiers) est inspecté fichier par fichier.
    /// Sortie 0 : reconnu ; 1 : rien de reconnu ; 3 : reconnu, mais plus de 5 % des lignes seraient rejetées.
    #[command(help_template = COMMAND_HELP)]
    Inspecter {
        /// Fichiers ou dossiers à inspecter.
        #[arg(value_name = "FICHIER", required = true)]
        chemins: Vec<PathBuf>,
        /// Écrit le résultat en JSON, pour un autre programme.
        #[arg(long)]
        json: bool,
    },
    /// Écrit un territoire fictif dans les schémas réels, pour essayer Gisement.
    #[command(help_template = COMMAND_HELP)]
    Exemple {
        /// Dossier à remplir ; il doit être vide ou ne pas exister.
        #[arg(value_name = "DOSSIER")]
        dossier: PathBuf,
        /// Nombre de communes (3 500 parcelles environ chacune au-delà de l’exemple par défaut).
        #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u16).range(1..=2970))]
        communes: u16,
        /// Graine du tirage : même graine, mêmes fichiers.
        #[arg(long, value_name = "S", default_value_t = 2026)]
        graine: u64,
    },
    /// Vérifie l’intégrité d’un dossier de données.
    #[command(help_template = COMMAND_HELP)]
    Verifier {
        /// Dossier de données.
        #[arg(value_name = "DOSSIER")]
        donnees: PathBuf,
    },
}

/// What `exporter` is asked: one destination, and what goes with it.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("destination").required(true))]
pub(crate) struct Exporter {
    /// Dossier de données publié par « construire ».
    #[arg(value_name = "DOSSIER")]
    pub(crate) donnees: PathBuf,
    /// Collection à écrire ; à répéter pour en écrire plusieurs (GeoPackage, Shapefile, CSV, XLSX).
    #[arg(long, value_name = "NOM", requires = "sortie")]
    pub(crate) collection: Vec<String>,
    /// Fichier à écrire ; il est remplacé s’il existe.
    #[arg(
        long,
        value_name = "FICHIER",
        group = "destination",
        requires = "collection"
    )]
    pub(crate) sortie: Option<PathBuf>,
    /// Dossier du lot à publier : tableaux, couches, manifeste ; un lot qui s’y trouve est remplacé.
    #[arg(
        long,
        value_name = "DOSSIER",
        group = "destination",
        requires = "territoire"
    )]
    pub(crate) lot: Option<PathBuf>,
    /// Territoire du lot : niveau:code (commune, epci, scot ou departement).
    #[arg(long, value_name = "NIVEAU:CODE", requires = "lot")]
    pub(crate) territoire: Option<String>,
    /// Fichier dont la table [publication] dit qui publie le lot.
    #[arg(long, value_name = "FICHIER", requires = "lot")]
    pub(crate) configuration: Option<PathBuf>,
    /// Format, si l’extension du fichier ne le dit pas : gpkg, shp, geojson, flatgeobuf, geoparquet, csv, xlsx.
    #[arg(long, value_name = "FORMAT", requires = "sortie")]
    pub(crate) format: Option<String>,
    /// Condition sur les lignes, en CQL2, comme dans l’API (par exemple : verdict = 'prioritaire').
    #[arg(long, value_name = "CQL2", requires = "sortie")]
    pub(crate) filtre: Option<String>,
    /// Emprise : ouest,sud,est,nord en degrés.
    #[arg(
        long,
        value_name = "EMPRISE",
        allow_hyphen_values = true,
        requires = "sortie"
    )]
    pub(crate) bbox: Option<String>,
    /// Propriétés à écrire, entre des virgules [défaut : toutes].
    #[arg(long, value_name = "NOMS", requires = "sortie")]
    pub(crate) proprietes: Option<String>,
    /// Système de coordonnées [défaut : le système légal pour les formats géographiques, sinon longitude et latitude].
    #[arg(long, value_name = "EPSG:N", requires = "sortie")]
    pub(crate) crs: Option<String>,
    /// Publie toute l’édition dans une base PostGIS : « postgresql://utilisateur@hôte/base » ou « host=… dbname=… ». Le
    /// mot de passe peut venir de la variable PGPASSWORD.
    #[arg(long, value_name = "ADRESSE", group = "destination")]
    pub(crate) postgis: Option<String>,
    /// Avec --postgis : ne garde dans la base que les N éditions publiées en dernier [défaut : toutes].
    #[arg(long, value_name = "N", requires = "postgis", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) garder: Option<u32>,
    /// Écrit toute l’édition en un site : un dossier que n’importe quel hébergeur de fichiers sert, avec la carte, les
    /// tuiles, les fiches et les fichiers GeoParquet ; un site qui s’y trouve est remplacé.
    #[arg(long, value_name = "DOSSIER", group = "destination")]
    pub(crate) statique: Option<PathBuf>,
    /// Édition [défaut : l’édition courante].
    #[arg(long, value_name = "ÉDITION")]
    pub(crate) edition: Option<String>,
    /// À qui le fichier, le site ou la base est destiné [défaut : publique pour un site, sinon interne].
    #[arg(long, value_enum, value_name = "MODE")]
    pub(crate) diffusion: Option<DiffusionArg>,
}

/// See `gisement_server::Diffusion`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum DiffusionArg {
    /// Tout est servi, aux partenaires.
    Interne,
    /// L’évaluation des parcelles de particuliers est masquée.
    Publique,
}

impl From<DiffusionArg> for Diffusion {
    fn from(mode: DiffusionArg) -> Self {
        match mode {
            DiffusionArg::Interne => Self::Interne,
            DiffusionArg::Publique => Self::Publique,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }
}
