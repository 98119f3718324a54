//! The only unsafe code of the project: mapping a published file into memory.

#![allow(unsafe_code)]

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use memmap2::{Mmap, UncheckedAdvice};

use crate::{Error, Result};

/// A file mapped read-only. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Mapped {
    bytes: Bytes,
    /// `None` for an empty file.
    map: Option<Arc<Mmap>>,
}

/// Keeps the mapping alive as long as its bytes are used.
struct Owner(Arc<Mmap>);

impl AsRef<[u8]> for Owner {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Mapped {
    /// Maps a file read-only. An empty file gives empty bytes.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(Error::io(path))?;
        if file.metadata().map_err(Error::io(path))?.len() == 0 {
            return Ok(Self {
                bytes: Bytes::new(),
                map: None,
            });
        }
        // SAFETY: the mapping is undefined behaviour only if the file is truncated or written while mapped. Files of
        // `cache/` are written under another name, synced, renamed into place, and never opened for writing again;
        // replacing one renames over it, which leaves the mapped inode untouched.
        let map = Arc::new(unsafe { Mmap::map(&file) }.map_err(Error::io(path))?);
        Ok(Self {
            bytes: Bytes::from_owner(Owner(Arc::clone(&map))),
            map: Some(map),
        })
    }

    /// The bytes of the file.
    pub(crate) fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Gives back the memory that reading took: the pages stay in the system's cache, and are found there again when
    /// next looked at.
    pub(crate) fn release(&self) {
        if let Some(map) = &self.map {
            // SAFETY: on a read-only mapping of a file no page holds anything that the file does not: what is dropped
            // reads the same afterwards.
            let advice = unsafe { map.unchecked_advise(UncheckedAdvice::DontNeed) };
            // Memory not given back is no fault.
            drop(advice);
        }
    }
}
