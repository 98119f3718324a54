//! `observatoire.toml`, ready for `gisement construire`, and `SOURCES.md`, which says that all of it is invented.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Options, Resume};

const LICENCE: &str = "Licence Ouverte 2.0";

/// One `[[source]]` block.
struct Source {
    couche: &'static str,
    chemin: &'static str,
    millesime: &'static str,
    producteur: &'static str,
    /// Further keys, already TOML.
    reste: &'static [&'static str],
}

const fn source(
    couche: &'static str,
    chemin: &'static str,
    millesime: &'static str,
    producteur: &'static str,
    reste: &'static [&'static str],
) -> Source {
    Source {
        couche,
        chemin,
        millesime,
        producteur,
        reste,
    }
}

const ETALAB: &str = "DGFiP / Etalab (imité)";
const GPU: &str = "Géoportail de l'urbanisme (imité)";

const SOURCES: [Source; 30] = [
    source(
        "parcelles",
        "cadastre/cadastre-*-parcelles.json*",
        "2026-10-01",
        ETALAB,
        &[],
    ),
    source(
        "batiments",
        "cadastre/cadastre-*-batiments.json*",
        "2026-10-01",
        ETALAB,
        &[],
    ),
    source(
        "communes",
        "cadastre/cadastre-*-communes.json*",
        "2026-10-01",
        ETALAB,
        &[],
    ),
    source(
        "epci",
        "territoires/epci.json",
        "2026-01-01",
        "Etalab, découpage administratif (imité)",
        &[],
    ),
    source(
        "scots",
        "territoires/scots.csv",
        "2026-01-01",
        "DHUP, SuDocUH (imité)",
        &[],
    ),
    source(
        "trajectoires",
        "territoires/trajectoires.csv",
        "2026-06-01",
        "Syndicat mixte du SCoT (fictif)",
        &[],
    ),
    source(
        "declarations",
        "territoires/declarations.csv",
        "2025-06-01",
        "Communes (fictives)",
        &[],
    ),
    source(
        "zonage",
        "plu/*/Donnees_geographiques/*_ZONE_URBA_*.shp",
        "2026-09-15",
        GPU,
        &[],
    ),
    source(
        "zonage",
        "plu/*/Donnees_geographiques/*_SECTEUR_CC_*.shp",
        "2026-09-15",
        GPU,
        &[],
    ),
    source(
        "prescriptions",
        "plu/*/Donnees_geographiques/*_PRESCRIPTION_SURF_*.shp",
        "2026-09-15",
        GPU,
        &[],
    ),
    source(
        "friches",
        "friches/friches-standard.csv",
        "2026-06-30",
        "Cerema, Cartofriches (imité)",
        &[],
    ),
    source(
        "friches",
        "friches/friches_emprises.geojson",
        "2026-03-14",
        "Observatoire local des friches (imité)",
        &[],
    ),
    source(
        "zae",
        "zae/sites_economiques.gpkg",
        "2025-11-18",
        "EPCI, standard CNIG Sites économiques (imité)",
        &["table = \"site_eco\""],
    ),
    source(
        "terrains",
        "zae/sites_economiques.gpkg",
        "2025-11-18",
        "EPCI, standard CNIG Sites économiques (imité)",
        &["table = \"terrain_eco\""],
    ),
    source(
        "zae",
        "zae/zae_local.shp",
        "2024-06-01",
        "Communauté de communes, couche locale (imitée)",
        &[
            "correspondance = { site_id = \"ID\", site_nom = \"NOM_ZAE\", site_etat = \"STATUT\", surface_brute_ha = \"SURF_HA\" }",
            "constantes = { site_type = \"zone d'activité économique\", code_insee = \"34903\" }",
        ],
    ),
    source(
        "contraintes",
        "risques/pprn_*_zonereglementaireurba_s.shp",
        "2026-09-15",
        "DDTM (imitée)",
        &[
            "# Un shapefile coupe `typereglementurba` à dix caractères.",
            "correspondance = { typereglementurba = \"typereglem\" }",
            "# Tous les plans de prévention du territoire sont dans ces fichiers : hors de leurs zones, aucun risque réglementé.",
            "# Sans cette clé, chaque parcelle hors zone garderait la condition « risques à vérifier ».",
            "couverture = \"territoire\"",
        ],
    ),
    source(
        "contraintes",
        "risques/N_DOCUMENT_PPRN_*.shp",
        "2026-09-15",
        "DDTM (imitée)",
        &[
            "# Périmètre d'un plan dont les zones ne sont pas publiées : sans classe, donc jamais une interdiction.",
        ],
    ),
    source(
        "enaf",
        "enaf/conso_com.csv",
        "2025-06-01",
        "Cerema (imité)",
        &[],
    ),
    source(
        "activite",
        "activite/ZONE_D_ACTIVITE_OU_D_INTERET.shp",
        "2026-06-15",
        "IGN, BD TOPO (imitée)",
        &[],
    ),
    source(
        "batiments",
        "bdtopo/BATIMENT.shp",
        "2026-06-15",
        "IGN, BD TOPO (imitée)",
        &[
            "# Grands bâtiments hors logement d'une seule commune : leur usage et leur hauteur.",
            "couverture = \"inconnue\"",
        ],
    ),
    source(
        "equipements",
        "equipements/stops.txt",
        "2026-09-01",
        "Réseau de bus (imité)",
        &[],
    ),
    source(
        "equipements",
        "equipements/services.csv",
        "2025-01-01",
        "INSEE, BPE (imitée)",
        &[
            "valeurs = { kind = { A129 = \"mairie\", C108 = \"ecole\", C201 = \"ecole\", B105 = \"commerce\", B201 = \"commerce\", B202 = \"commerce\", B204 = \"commerce\", B207 = \"commerce\", D101 = \"sante\", D265 = \"sante\", D307 = \"sante\" } }",
            "crs = \"EPSG:2154\"",
        ],
    ),
    source(
        "logement",
        "logement/zonage-abc.csv",
        "2026-06-26",
        "DHUP (imitée)",
        &[],
    ),
    source(
        "logement",
        "logement/sru.csv",
        "2025-12-31",
        "DHUP, inventaire SRU (imité)",
        &[],
    ),
    source(
        "logement",
        "logement/demande.csv",
        "2025-12-31",
        "SNE et LOVAC (imités)",
        &[
            "correspondance = { code_insee = \"code_insee\", tension = \"pression\", vacance = \"taux_vacance\", part_lls = \"part_lls\" }",
        ],
    ),
    source(
        "proprietaires",
        "proprietaires/parcelles_personnes_morales_*.csv",
        "2025-01-01",
        "DGFiP (imitée)",
        &[],
    ),
    source(
        "occupation",
        "occupation/ARTIF_34_2024.shp",
        "2024-07-01",
        "IGN, OCS GE (imitée)",
        &[],
    ),
    source(
        "occupation",
        "occupation/ARTIF_34_2021.shp",
        "2021-07-01",
        "IGN, OCS GE (imitée)",
        &[],
    ),
    source(
        "perimetres",
        "perimetres/qpv.geojson",
        "2024-01-01",
        "ANCT (imitée)",
        &["constantes = { genre = \"QPV\" }"],
    ),
    source(
        "documents",
        "plu/*/*_DOC_URBA_*.dbf",
        "2026-09-15",
        GPU,
        &[],
    ),
];

/// Writes both texts.
pub(super) fn ecrire(
    dossier: &Path,
    options: &Options,
    resume: &Resume,
) -> io::Result<Vec<PathBuf>> {
    let toml = dossier.join("observatoire.toml");
    fs::write(&toml, configuration(dossier, options))?;
    let sources = dossier.join("SOURCES.md");
    fs::write(&sources, provenance(options, resume))?;
    Ok(vec![toml, sources])
}

fn configuration(dossier: &Path, options: &Options) -> String {
    let mut t = format!(
        "# Territoire fictif écrit par `gisement exemple --communes {} --graine {}` : voir SOURCES.md.\n\n[observatoire]\nnom = \"SCoT de démonstration (territoire fictif)\"\ndate = 2026-11-01\nfictif = true\n# Une commune n'appartient à aucun SCoT : sans cette clé elle reste dans le territoire, avec elle on sert le SCoT seul.\n# territoire = {{ scot = \"FICTIF-01\" }}\n",
        options.communes, options.graine
    );
    for s in &SOURCES {
        // Some files exist only from a given commune on, or with the `gdal` feature.
        if !existe(dossier, s.chemin) {
            continue;
        }
        let mut bloc = vec![
            "[[source]]".to_owned(),
            format!("couche = \"{}\"", s.couche),
            format!("chemin = \"{}\"", s.chemin),
            format!("millesime = {}", s.millesime),
            format!("producteur = \"{}\"", s.producteur),
            format!("licence = \"{LICENCE}\""),
        ];
        bloc.extend(s.reste.iter().map(|l| (*l).to_owned()));
        t.push('\n');
        for l in bloc {
            t.push_str(&l);
            t.push('\n');
        }
    }
    t
}

/// Whether a path, or a glob with `*`, names something that was written.
fn existe(dossier: &Path, chemin: &str) -> bool {
    let Some(i) = chemin.find('*') else {
        return dossier.join(chemin).exists();
    };
    let fin = chemin.rsplit('*').find(|f| !f.is_empty()).unwrap_or("");
    let milieu: Vec<&str> = chemin[i..].split('*').filter(|m| !m.is_empty()).collect();
    let racine = dossier.join(chemin[..i].rsplit_once('/').map_or("", |r| r.0));
    let debut = dossier.join(&chemin[..i]);
    let debut = debut.to_string_lossy().replace('\\', "/");
    parcourir(&racine).iter().any(|c| {
        let c = c.to_string_lossy().replace('\\', "/");
        // Several patterns share a folder: the beginning of the file's name counts as much as its end.
        c.strip_prefix(&debut).is_some_and(|suite| {
            milieu.iter().all(|m| suite.contains(m))
                && (chemin.ends_with('*') || suite.ends_with(fin))
        })
    })
}

fn parcourir(racine: &Path) -> Vec<PathBuf> {
    let mut r = Vec::new();
    for e in fs::read_dir(racine).into_iter().flatten().flatten() {
        let c = e.path();
        if c.is_dir() {
            r.extend(parcourir(&c));
        } else {
            r.push(c);
        }
    }
    r
}

fn provenance(options: &Options, resume: &Resume) -> String {
    format!(
        "# Where these data come from

Nowhere: every file here is generated and every place, person and number is fictional.
The communes (34901, 34902, …) do not exist; they are laid on real Lambert-93 ground in Hérault only so that projections and tiles work.
Company and office names end with « (FICTIF) »; SIREN numbers begin with 99, which no real one does.
Schemas, column names, vocabularies and flaws imitate the published files; the licence named in `observatoire.toml` is that of the real feed.

Written by `gisement exemple DOSSIER --communes {communes} --graine {graine}`: {communes} communes, {parcelles} parcels, {batiments} buildings. The same command gives the same bytes.

## What to look for
- 34901 Lauzerac: the town, local plan with destinations (UTF-8); 34902 Bordeneuve: plan of the 2013 standard (`DESTDOMI`, a zone `Nh`), carence; 34903 Le Coustou: plan in Windows-1252 with no `.cpg`, business park in a local dialect; 34904 Montcalvel: carte communale; 34905 Peyrelade-les-Vignes: RNU, uncompressed cadastre; 34906 Puech-Merlet: no SCoT, another EPCI, a risk plan without classes.
- One QPV, one flood plan along the river (classes 02, 03, 04), friches of all four statuses.

## Flaws put in on purpose
| file | flaw |
|---|---|
| cadastre/cadastre-34901-parcelles.json.gz | parcel `34901000AA9002` crosses itself; `34901000AA9001` has a null geometry; two rows appear twice |
| cadastre/*-parcelles.json* | about 2 in 1 000 parcels without `contenance`; about 1 in 50 whose contenance is off by several percent |
| friches/friches-standard.csv | a refcad ending with `|`; a refcad turned into `5,748E+13`; a newline inside a quoted cell; `local_recent_annee` −3600; « friche d’équipement public » with U+2019; « degradation moyenne » without accent; `NA` for missing; dates dd/mm/yyyy |
| friches/friches_emprises.geojson | other identifiers for friches of the first file; `nature` ending with a newline; refcad as a PostgreSQL array; « agro-industrielle » without « friche » |
| plu/34902_PLU_*/ | `TYPEZONE` « Nh », outside the list since 2014 |
| plu/*/ | a few zones touch or cross themselves by a metre or two (two in 34902 with the default seed), as one or two in 200 do in real plans |
| plu/34903_PLU_*/ | Windows-1252 tables, no `.cpg`, language byte 0 |
| risques/pprn_*.shp | column name cut to `typereglem` |
| risques/N_DOCUMENT_PPRN_*.shp | a perimeter without class; end date 1899-12-30 for none |
| enaf/conso_com.csv | byte order mark; residues of −1 and −2 m² |
| logement/sru.csv | « 17,42% », « NC », thousands separated by a space |
| proprietaires/*.csv | several rows per parcel (SUF, second right); « U… » instead of a SIREN for copropriétés; empty prefix for 000 |
",
        communes = options.communes,
        graine = options.graine,
        parcelles = resume.parcelles,
        batiments = resume.batiments
    )
}
