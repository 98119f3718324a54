//! The only unsafe code of the project: mapping a published file into memory.

#![allow(unsafe_code)]

use std::fs::File;
use std::path::Path;

use bytes::Bytes;

use crate::{Error, Result};

/// Maps a file read-only. An empty file gives empty bytes.
pub(crate) fn map(path: &Path) -> Result<Bytes> {
    let file = File::open(path).map_err(Error::io(path))?;
    if file.metadata().map_err(Error::io(path))?.len() == 0 {
        return Ok(Bytes::new());
    }
    // SAFETY: the mapping is undefined behaviour only if the file is truncated or written while mapped. Files of
    // `cache/` are written under another name, synced, renamed into place, and never opened for writing again;
    // replacing one renames over it, which leaves the mapped inode untouched.
    let map = unsafe { memmap2::Mmap::map(&file) }.map_err(Error::io(path))?;
    Ok(Bytes::from_owner(map))
}
