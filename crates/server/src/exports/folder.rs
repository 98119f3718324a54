//! Where files wait to be taken: a folder of the data folder that only this process and its user read.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// A folder of mode 0700 with a name nobody guesses, held by a lock; gone with the value.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    lock_path: PathBuf,
    _lock: File,
}

const LOCK: &str = "verrou";

impl Folder {
    /// A new folder in `parent`.
    pub(crate) fn create(parent: &Path) -> io::Result<Self> {
        private(parent)?;
        let name = random_name()?;
        let path = parent.join(&name);
        // Locked before it is there: a server that starts now does not take it for one that was left behind.
        let lock_path = path.with_extension(LOCK);
        let lock = File::create(&lock_path)?;
        lock.try_lock()?;
        private(&path)?;
        Ok(Self {
            path,
            lock_path,
            _lock: lock,
        })
    }

    /// A folder for one file, inside.
    pub(crate) fn inner(&self, name: &str) -> io::Result<PathBuf> {
        let path = self.path.join(name);
        private(&path)?;
        Ok(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
        let _ = fs::remove_file(&self.lock_path);
    }
}

/// Removes the folders that servers which were killed left in `parent`.
pub(crate) fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let lock_path = entry.path();
        if lock_path.extension().is_none_or(|e| e != LOCK) {
            continue;
        }
        let Ok(lock) = File::open(&lock_path) else {
            continue;
        };
        // Held by a server that lives.
        if lock.try_lock().is_err() {
            continue;
        }
        let _ = fs::remove_dir_all(lock_path.with_extension(""));
        let _ = fs::remove_file(&lock_path);
    }
}

fn private(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// 128 bits of the system's randomness, in hexadecimal.
pub(crate) fn random_name() -> io::Result<String> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).map_err(io::Error::other)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bits)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_private_and_goes_with_its_server() {
        let dir = tempfile::tempdir().unwrap();
        let parent = dir.path().join("exports");
        let f = Folder::create(&parent).unwrap();
        let inner = f.inner("x").unwrap();
        #[cfg(unix)]
        for path in [&parent, &f.path, &inner] {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700, "{}", path.display());
        }
        fs::write(inner.join("e"), "x").unwrap();
        drop(f);
        assert_eq!(fs::read_dir(&parent).unwrap().count(), 0);
    }

    #[test]
    fn what_a_killed_server_left_is_removed_and_what_another_holds_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let alive = Folder::create(dir.path()).unwrap();
        let dead = dir.path().join("0123");
        fs::create_dir(&dead).unwrap();
        fs::write(dead.join("e"), "x").unwrap();
        fs::write(dir.path().join("0123.verrou"), "").unwrap();
        sweep(dir.path());
        assert!(!dead.exists() && alive.path.exists());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
    }

    #[test]
    fn names_have_no_order() {
        let (a, b) = (random_name().unwrap(), random_name().unwrap());
        assert_eq!((a.len(), b.len()), (32, 32));
        assert_ne!(a, b);
    }
}
