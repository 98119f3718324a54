//! The observatory pack: what an agency publishes unchanged. Every figure is worked out here, once, from the edition
//! (`/territoires` says the same); `gisement_export::lot` only writes them down.

mod besoin;
mod contours;
mod controles;
mod portee;
mod rubriques;
mod sites;
mod sources;
mod stock;
mod zae;

use std::path::Path;

use gisement_export::lot::{Lot, Publication, Resume};
use gisement_export::{Progress, Summary};
use gisement_store::ServedEdition;
use serde_json::{Value, json};

use crate::Error;
use crate::editions::Edition;
use crate::problem::Problem;
use crate::territoires::{self, Level};
use portee::Portee;

/// Version of the document that the report's templates read.
const SCHEMA: u32 = 1;

/// Writes the pack of a territory of an edition (`scot:FICTIF-01`) into a folder.
///
/// # Errors
/// No such territory, an edition that cannot be read, a check that does not hold, a file that cannot be written.
pub fn lot(
    edition: ServedEdition,
    territoire: &str,
    publication: &Publication,
    dossier: &Path,
) -> Result<Resume, Error> {
    write(&Edition::new(edition), territoire, publication, dossier)
}

/// Whether an edition has a territory of this name.
pub(crate) fn exists(edition: &Edition, territoire: &str) -> Result<(), Problem> {
    Portee::find(edition, territoire).map(drop)
}

/// The pack of a territory as one archive, published by the observatory itself.
///
/// # Errors
/// Those of [`lot`], and what stops the writer.
pub(crate) fn archive(
    edition: &Edition,
    territoire: &str,
    path: &Path,
    progress: &mut Progress<'_>,
) -> Result<Summary, gisement_export::Error> {
    let beside = path.parent().unwrap_or(Path::new("."));
    let place = tempfile::tempdir_in(beside).map_err(|source| gisement_export::Error::Io {
        path: beside.to_owned(),
        source,
    })?;
    let dossier = place.path().join("lot");
    let resume =
        write(edition, territoire, &Publication::default(), &dossier).map_err(|e| match e {
            Error::Export(e) => e,
            other => gisement_export::Error::Format {
                format: "Lot",
                cause: other.to_string().into(),
            },
        })?;
    let day = edition.manifest().date;
    gisement_export::lot::archive(&dossier, &resume, path, day, progress)
}

fn write(
    edition: &Edition,
    territoire: &str,
    publication: &Publication,
    dossier: &Path,
) -> Result<Resume, Error> {
    let refused = |p: Problem| Error::Demande(p.reason());
    let portee = Portee::find(edition, territoire).map_err(refused)?;
    let donnees = donnees(&portee, publication).map_err(refused)?;
    let lot = Lot {
        edition: edition.manifest(),
        publication,
        territoire: [portee.territoire.level.code(), portee.territoire.code],
        selections: portee.selections()?,
        bareme: edition.file("bareme.toml"),
        donnees,
    };
    Ok(gisement_export::lot::write(&lot, dossier)?)
}

/// The document that tables and templates are made from (`crates/export/src/lot/rapport/CONTRAT.md`).
fn donnees(p: &Portee<'_>, publication: &Publication) -> Result<Value, Problem> {
    let m = p.edition.manifest();
    let bareme = p.edition.bareme()?;
    let mut d = json!({
        "schema": SCHEMA,
        "publication": publication.describe(m),
        "edition": {
            "id": m.id,
            "nom": m.id,
            "date": m.date,
            "regles": bareme.version,
            "empreinte_regles": m.bareme,
            "programme": format!("gisement {}", m.programme),
        },
    });
    let contours = contours::Contours::of(p)?;
    d["territoire"] = contours.territoire(p);
    d["epci"] = contours.epci(p).into();
    d["communes"] = contours.communes(p).into();
    d["registre"] = registre(p)?;
    d["artificialisation"] = p.artificialisation()?;
    d["stock"] = stock::bloc(p, publication)?;
    d["friches"] = sites::friches(p, &contours)?;
    d["zae"] = zae::bloc(p)?;
    d["foncier_public"] = sites::foncier_public(p, &contours);
    d["besoin"] = besoin::bloc(p);
    d["rubriques"] = rubriques::bloc(p);
    d["evolutions"] = portee::missing(
        "comparaison de deux éditions non publiée",
        "édition précédente du même territoire",
    );
    d["marches"] = portee::missing("couche non chargée", "valeurs foncières (DVF)");
    d["sources"] = sources::list(p)?.into();
    d["ohf"] = rubriques::ohf(&d).into();
    d["indicateurs"] = gisement_export::lot::indicateurs();
    d["bareme"] = without_nulls(serde_json::to_value(bareme).map_err(Problem::internal)?);
    d["commentaires"] = json!(publication.textes());
    d["note"] = json!({
        "systeme": m.crs.to_string(),
        "enaf_negatives": p.residues(),
        "enaf_absentes": p.communes.iter().filter(|c| p.line(c).is_none_or(|l| l.conso_m2.is_none())).count(),
        "sensibilite": null,
    });
    d["reproduction"] = json!({
        "commande": format!("gisement exporter DOSSIER --edition {} --territoire {}:{} --lot DOSSIER_DU_LOT", m.id, p.territoire.level.code(), p.territoire.code),
        "fichiers": m.sources.iter().map(|s| json!({ "nom": s.fichier, "sha256": s.empreinte })).collect::<Vec<_>>(),
    });
    let checks = controles::all(&d);
    controles::hold(&checks)?;
    d["controles"] = checks.into();
    Ok(d)
}

/// A rule set as its file has it: what is not said is not there.
fn without_nulls(v: Value) -> Value {
    match v {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, v)| !v.is_null())
            .map(|(k, v)| (k, without_nulls(v)))
            .collect(),
        Value::Array(list) => list.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

/// The ledger of the territory, of its EPCI and of its communes, as `/territoires` says it.
fn registre(p: &Portee<'_>) -> Result<Value, Problem> {
    let ledger = |level: Level, code: &str| -> Result<Value, Problem> {
        let Some(t) = territoires::find(p.edition, level, code) else {
            return Ok(Value::Null);
        };
        let mut found = territoires::ledger(p.edition, &t)?;
        if found.is_object() {
            found["code"] = code.into();
        }
        Ok(found)
    };
    let own = ledger(p.territoire.level, p.territoire.code)?;
    if own.is_null() {
        return Ok(portee::missing(
            "couche non chargée",
            "consommation d’ENAF (Cerema)",
        ));
    }
    let all_of =
        |level: Level, codes: &mut dyn Iterator<Item = &str>| -> Result<Vec<Value>, Problem> {
            let found: Vec<Value> = codes.map(|c| ledger(level, c)).collect::<Result<_, _>>()?;
            Ok(found.into_iter().filter(Value::is_object).collect())
        };
    let whole = own["communes"]["renseignees"] == own["communes"]["nombre"];
    Ok(json!({
        "statut": if whole { "renseigne" } else { "partiel" },
        "motif": (!whole).then_some("commune non couverte par la source"),
        "couche_attendue": null,
        "sources": ["enaf", "trajectoires", "declarations", "documents"],
        "territoire": own,
        "epci": all_of(Level::Epci, &mut p.epci().into_iter().map(|(code, _)| code))?,
        "communes": all_of(Level::Commune, &mut p.communes.iter().map(|c| c.code_insee.as_str()))?,
    }))
}
