//! The mark of the body that publishes, which its configuration names.

use std::fs;
use std::path::Path;

use crate::{Error, Result};

/// Largest file, in bytes: the box is 40 × 15 mm, and the report holds it whole.
const LARGEST: u64 = 1_000_000;

/// A picture for the cover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Logo {
    /// Its name beside the templates, whatever it was called.
    pub(super) name: &'static str,
    pub(super) bytes: Vec<u8>,
}

impl Logo {
    /// Reads the file that a configuration of this folder names. Links are followed before anything is believed.
    pub(super) fn read(folder: &Path, named: &Path) -> Result<Self> {
        let refused = |reason| Error::Logo {
            path: named.to_owned(),
            reason,
        };
        let root = folder.canonicalize().map_err(Error::io(folder))?;
        let path = folder.join(named);
        let path = path.canonicalize().map_err(Error::io(path))?;
        if !path.starts_with(&root) {
            return Err(refused(
                "il doit être dans le dossier de la configuration, ou plus bas",
            ));
        }
        if fs::metadata(&path).map_err(Error::io(&path))?.len() > LARGEST {
            return Err(refused("il dépasse 1 Mo"));
        }
        let extension = path.extension().and_then(|e| e.to_str());
        let name = match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("svg") => "logo.svg",
            Some("png") => "logo.png",
            _ => return Err(refused("il doit être un fichier .svg ou .png")),
        };
        let bytes = fs::read(&path).map_err(Error::io(&path))?;
        let is_what_it_says = match name {
            "logo.png" => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
            _ => std::str::from_utf8(&bytes).is_ok_and(|text| text.contains("<svg")),
        };
        if !is_what_it_says {
            return Err(refused("son contenu n’est pas celui de son extension"));
        }
        Ok(Self { name, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SVG: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg' width='4' height='4'/>";

    fn why(folder: &Path, named: &str) -> String {
        Logo::read(folder, Path::new(named))
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn a_mark_is_read_beside_its_configuration_only() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("observatoire");
        fs::create_dir_all(folder.join("images")).unwrap();
        fs::write(folder.join("images/Marque.SVG"), SVG).unwrap();
        fs::write(dir.path().join("dehors.svg"), SVG).unwrap();
        let read = Logo::read(&folder, Path::new("images/Marque.SVG")).unwrap();
        assert_eq!((read.name, read.bytes.as_slice()), ("logo.svg", SVG));
        let outside = dir.path().join("dehors.svg");
        for named in ["../dehors.svg", outside.to_str().unwrap()] {
            assert!(why(&folder, named).contains("dossier de la configuration"));
        }
        assert!(why(&folder, "absent.svg").contains("absent.svg"));
    }

    #[test]
    fn a_mark_is_a_small_svg_or_png() {
        let dir = tempfile::tempdir().unwrap();
        let put = |name: &str, bytes: &[u8]| fs::write(dir.path().join(name), bytes).unwrap();
        put("a.jpg", b"\xff\xd8\xff");
        put("b.png", SVG);
        put("c.svg", b"\x89PNG\r\n\x1a\n");
        put("d.svg", &vec![b' '; 1_000_001]);
        assert!(why(dir.path(), "a.jpg").contains(".svg ou .png"));
        assert!(why(dir.path(), "b.png").contains("extension"));
        assert!(why(dir.path(), "c.svg").contains("extension"));
        assert!(why(dir.path(), "d.svg").contains("1 Mo"));
    }
}
