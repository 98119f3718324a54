//! The report, the method note and the sheets of communes, typeset by the Typst program from the templates that the
//! binary carries (`docs/decisions/0010`). Without that program a pack has everything else, and says what it lacks.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rust_embed::RustEmbed;

use super::{Lot, pretty, put};
use crate::{Error, Result};

#[derive(RustEmbed)]
#[folder = "src/lot/rapport"]
struct Gabarits;

#[derive(RustEmbed)]
#[folder = "src/lot/polices"]
struct Polices;

/// Names the program, where `typst` of the path is not the one.
const PROGRAM: &str = "GISEMENT_TYPST";
/// Longest time for one document. Sixty communes take two seconds.
const LONGEST: Duration = Duration::from_mins(3);
/// The documents that every pack has: template and file.
const DOCUMENTS: [(&str, &str); 2] = [
    ("rapport.typ", "rapport.pdf"),
    ("note-methode.typ", "note-methode.pdf"),
];
/// Folder of the sheets, one for each commune.
pub(super) const FICHES: &str = "fiches-communales/";
/// Documents typeset at once, at most: each holds the figures of the whole territory.
const WORKERS: usize = 4;

/// A document to typeset.
struct Document {
    template: &'static str,
    file: String,
    /// Code of the commune, for a sheet.
    commune: Option<String>,
}

/// Typesets the documents into a folder. Gives those that could not be for want of the program.
///
/// # Errors
/// The program refuses a document, or takes too long.
pub(super) fn write(dossier: &Path, lot: &Lot<'_>) -> Result<Vec<&'static str>> {
    let place = tempfile::tempdir().map_err(Error::io(Path::new("typst")))?;
    let at = place.path();
    unpack::<Gabarits>(at)?;
    unpack::<Polices>(&at.join("polices"))?;
    put(&at.join("donnees.json"), &pretty(&lot.donnees))?;
    if let Some(logo) = lot.publication.image() {
        put(&at.join(logo.name), &logo.bytes)?;
    }
    let documents = documents(&lot.publication.fiches(&lot.donnees));
    // Same edition, same bytes: the clock has no part in the file.
    let day = lot.edition.date.to_zoned(jiff::tz::TimeZone::UTC);
    let day = day.map_or(0, |d| d.timestamp().as_second()).to_string();
    let workers = std::thread::available_parallelism().map_or(1, |n| n.get().min(WORKERS));
    let sheets = at.join(FICHES);
    fs::create_dir_all(&sheets).map_err(Error::io(&sheets))?;
    for batch in documents.chunks(workers) {
        let children: Vec<_> = batch.iter().map(|d| start(at, d, &day)).collect();
        // All are waited for, even after one has failed: none outlives the call.
        let ended = batch.iter().zip(children);
        let ended: Vec<Result<bool>> = ended.map(|(d, child)| finish(child, d)).collect();
        for (document, ended) in batch.iter().zip(ended) {
            if !ended? {
                return Ok(absents(&documents));
            }
            let target = dossier.join(&document.file);
            let folder = target.parent().unwrap_or(dossier);
            fs::create_dir_all(folder).map_err(Error::io(folder))?;
            fs::copy(at.join(&document.file), &target).map_err(Error::io(&target))?;
        }
    }
    Ok(Vec::new())
}

fn documents(communes: &[&str]) -> Vec<Document> {
    let whole = DOCUMENTS.into_iter().map(|(template, file)| Document {
        template,
        file: file.to_owned(),
        commune: None,
    });
    let sheets = communes.iter().map(|code| Document {
        template: "fiche-communale.typ",
        file: format!("{FICHES}{code}.pdf"),
        commune: Some((*code).to_owned()),
    });
    whole.chain(sheets).collect()
}

/// What a pack lacks without the program: the sheets are named together.
fn absents(documents: &[Document]) -> Vec<&'static str> {
    let whole = DOCUMENTS.into_iter().map(|(_, file)| file);
    let sheets = documents.iter().any(|d| d.commune.is_some());
    whole.chain(sheets.then_some(FICHES)).collect()
}

fn start(at: &Path, document: &Document, day: &str) -> std::io::Result<Child> {
    let program = std::env::var_os(PROGRAM).unwrap_or_else(|| "typst".into());
    let mut command = Command::new(program);
    command
        .current_dir(at)
        .args(["compile", "--root", ".", "--ignore-system-fonts"])
        .args(["--font-path", "polices", "--pdf-standard", "ua-1"])
        .args(["--creation-timestamp", day])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    if let Some(code) = &document.commune {
        command.arg("--input").arg(format!("code={code}"));
    }
    command
        .args([document.template, document.file.as_str()])
        .spawn()
}

fn unpack<F: RustEmbed>(dossier: &Path) -> Result<()> {
    for name in F::iter() {
        let Some(file) = F::get(&name) else { continue };
        let path = dossier.join(name.as_ref());
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(Error::io(parent))?;
        }
        put(&path, &file.data)?;
    }
    Ok(())
}

/// Waits for a document, and no longer than it may take. False when there is no program to wait for.
fn finish(child: std::io::Result<Child>, document: &Document) -> Result<bool> {
    let mut child = match child {
        Ok(child) => child,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(e) => return Err(Error::of("Typst")(e)),
    };
    let since = Instant::now();
    let failed = |why: String| Err(Error::of("Typst")(format!("{} : {why}", document.file)));
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if since.elapsed() > LONGEST => {
                let _ = child.kill();
                let _ = child.wait();
                return failed(format!("plus de {} s", LONGEST.as_secs()));
            }
            Ok(None) => std::thread::sleep(Duration::from_millis(20)),
            Err(e) => return failed(e.to_string()),
        }
    };
    if status.success() {
        return Ok(true);
    }
    let mut said = String::new();
    if let Some(mut pipe) = child.stderr.take() {
        let _ = pipe.read_to_string(&mut said);
    }
    failed(said.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pack_has_its_documents_and_a_sheet_for_each_commune() {
        let files = |communes: &[&str]| -> Vec<String> {
            let all = documents(communes);
            all.into_iter().map(|d| d.file).collect()
        };
        assert_eq!(files(&[]), ["rapport.pdf", "note-methode.pdf"]);
        assert_eq!(files(&["34901"])[2], "fiches-communales/34901.pdf");
        assert_eq!(absents(&documents(&[])).len(), 2);
        assert_eq!(absents(&documents(&["34901", "34902"]))[2..], [FICHES]);
    }

    #[test]
    fn the_templates_of_every_document_are_in_the_program() {
        for d in documents(&["34901"]) {
            assert!(Gabarits::get(d.template).is_some(), "{}", d.template);
        }
    }
}
