//! The report and the method note, typeset by the Typst program from the templates that the binary carries
//! (`docs/decisions/0010`). Without that program a pack has everything else, and says what it lacks.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
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
/// The documents of a pack: template and file.
const DOCUMENTS: [(&str, &str); 2] = [
    ("rapport.typ", "rapport.pdf"),
    ("note-methode.typ", "note-methode.pdf"),
];

/// Typesets the documents into a folder. Gives those that could not be for want of the program.
///
/// # Errors
/// The program refuses a document, or takes too long.
pub(super) fn write(dossier: &Path, lot: &Lot<'_>) -> Result<Vec<&'static str>> {
    let place = tempfile::tempdir().map_err(Error::io(Path::new("typst")))?;
    let at = place.path();
    unpack::<Gabarits>(at)?;
    let fonts = at.join("polices");
    unpack::<Polices>(&fonts)?;
    put(&at.join("donnees.json"), &pretty(&lot.donnees))?;
    // Same edition, same bytes: the clock has no part in the file.
    let day = lot.edition.date.to_zoned(jiff::tz::TimeZone::UTC);
    let day = day.map_or(0, |d| d.timestamp().as_second()).to_string();
    let program = std::env::var_os(PROGRAM).unwrap_or_else(|| "typst".into());
    for (template, file) in DOCUMENTS {
        let mut command = Command::new(&program);
        command
            .current_dir(at)
            .args(["compile", "--root", ".", "--ignore-system-fonts"])
            .args(["--font-path", "polices", "--pdf-standard", "ua-1"])
            .args(["--creation-timestamp", &day, template, file])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        match command.spawn() {
            Ok(child) => finish(child, template)?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                return Ok(DOCUMENTS.map(|(_, file)| file).to_vec());
            }
            Err(e) => return Err(Error::of("Typst")(e)),
        }
        let target = dossier.join(file);
        fs::copy(at.join(file), &target).map_err(Error::io(&target))?;
    }
    Ok(Vec::new())
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

/// Waits for a document, and no longer than it may take.
fn finish(mut child: std::process::Child, template: &str) -> Result<()> {
    let start = Instant::now();
    let failed = |why: String| Err(Error::of("Typst")(format!("{template} : {why}")));
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if start.elapsed() > LONGEST => {
                let _ = child.kill();
                let _ = child.wait();
                return failed(format!("plus de {} s", LONGEST.as_secs()));
            }
            Ok(None) => std::thread::sleep(Duration::from_millis(20)),
            Err(e) => return failed(e.to_string()),
        }
    };
    if status.success() {
        return Ok(());
    }
    let mut said = String::new();
    if let Some(mut pipe) = child.stderr.take() {
        let _ = pipe.read_to_string(&mut said);
    }
    failed(said.trim().to_owned())
}
