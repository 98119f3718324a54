//! A folder that appears whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::{Error, Result};

/// A folder being written beside the place that it will take.
#[derive(Debug)]
pub struct Folder {
    place: PathBuf,
    parent: PathBuf,
    aside: TempDir,
}

impl Folder {
    /// Begins a folder. What is at its place is replaced if it holds a file named `mark`, which says that it is one of
    /// ours; `kind` names it in French, with its article.
    ///
    /// # Errors
    /// Something else is there, or its parent cannot be written.
    pub fn create(place: &Path, mark: &str, kind: &'static str) -> Result<Self> {
        if place.exists() && !place.join(mark).is_file() {
            return Err(Error::Foreign {
                path: place.to_owned(),
                kind,
            });
        }
        let parent = place.parent().filter(|p| !p.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(Error::io(parent))?;
        Ok(Self {
            place: place.to_owned(),
            parent: parent.to_owned(),
            aside: beside(parent)?,
        })
    }

    /// Where to write meanwhile.
    pub fn path(&self) -> &Path {
        self.aside.path()
    }

    /// Puts it in place. What was there is moved aside first, and comes back when that fails.
    ///
    /// # Errors
    /// Failures of the disk.
    pub fn publish(self) -> Result<()> {
        let Self {
            place,
            parent,
            aside,
        } = self;
        let former = beside(&parent)?;
        let kept = former.path().join("ancien");
        let there = place.exists();
        if there {
            fs::rename(&place, &kept).map_err(Error::io(&place))?;
        }
        if let Err(e) = fs::rename(aside.path(), &place) {
            if there {
                // Nothing more can be done when this fails too; the former folder is then found under its other name.
                let _ = fs::rename(&kept, &place).map_err(|_| former.keep());
            }
            return Err(Error::io(&place)(e));
        }
        // The folder has another name now: there is nothing left to remove.
        let _ = aside.keep();
        Ok(())
    }
}

fn beside(parent: &Path) -> Result<TempDir> {
    let folder = tempfile::Builder::new()
        .prefix(".gisement-")
        .tempdir_in(parent)
        .map_err(Error::io(parent))?;
    readable(folder.path())?;
    Ok(folder)
}

/// Temporary folders are their owner's alone; one that is published is as any other.
#[cfg(unix)]
fn readable(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).map_err(Error::io(path))
}

#[cfg(not(unix))]
fn readable(_: &Path) -> Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let mut all: Vec<String> = fs::read_dir(dir)
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        all.sort();
        all
    }

    #[test]
    fn a_folder_appears_whole_and_replaces_only_its_like() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("lot");
        let write = |content: &str, publish: bool| {
            let f = Folder::create(&place, "marque", "un lot").unwrap();
            fs::write(f.path().join("marque"), content).unwrap();
            if publish {
                f.publish().unwrap();
            }
        };
        write("abandonné", false);
        assert!(names(dir.path()).is_empty());
        write("un", true);
        write("deux", true);
        write("trois", false);
        assert_eq!(names(dir.path()), ["lot"]);
        assert_eq!(fs::read_to_string(place.join("marque")).unwrap(), "deux");

        fs::remove_file(place.join("marque")).unwrap();
        fs::write(place.join("autre"), "").unwrap();
        let refused = Folder::create(&place, "marque", "un lot").unwrap_err();
        assert!(
            refused.to_string().contains("n’est pas un lot"),
            "{refused}"
        );
        assert_eq!(names(&place), ["autre"]);
    }
}
