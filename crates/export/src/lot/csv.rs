//! The tables as CSV for French spreadsheets: UTF-8 with its mark, semicolons, decimal commas.

use std::fs;
use std::path::Path;

use super::feuille::{Cellule, Feuille};
use crate::csv::neutral;
use crate::{Error, Result};

const BOM: &[u8] = "\u{feff}".as_bytes();

pub(super) fn write(dossier: &Path, feuilles: &[Feuille]) -> Result<()> {
    fs::create_dir_all(dossier).map_err(Error::io(dossier))?;
    for f in feuilles {
        let path = dossier.join(format!("{}.csv", f.nom));
        let mut bytes = BOM.to_vec();
        let mut out = ::csv::WriterBuilder::new()
            .delimiter(b';')
            .terminator(::csv::Terminator::CRLF)
            .from_writer(&mut bytes);
        let failed = |e: ::csv::Error| Error::of("CSV")(e);
        out.write_record(head(f)).map_err(failed)?;
        for l in &f.lignes {
            let mut record = Vec::new();
            for c in &f.colonnes {
                let (text, status) = match c.cellule(l) {
                    Cellule::Nombre(v) => (decimal(v), "renseigne"),
                    Cellule::Texte(t) => (neutral(t).into_owned(), "renseigne"),
                    Cellule::Booleen(b) => (if b { "oui" } else { "non" }.to_owned(), "renseigne"),
                    Cellule::Absente(why) => (String::new(), why),
                };
                record.push(text);
                if !c.is_text() {
                    record.push(status.to_owned());
                }
            }
            out.write_record(record).map_err(failed)?;
        }
        out.flush().map_err(Error::io(&path))?;
        drop(out);
        fs::write(&path, bytes).map_err(Error::io(&path))?;
    }
    Ok(())
}

/// Names of figures, each number followed by its status.
fn head(f: &Feuille) -> Vec<String> {
    let mut out = Vec::new();
    for c in &f.colonnes {
        out.push(c.entete());
        if !c.is_text() {
            out.push(format!("{}_statut", c.indicateur.id));
        }
    }
    out
}

fn decimal(v: f64) -> String {
    format!("{v}").replace('.', ",")
}
