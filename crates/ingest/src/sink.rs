//! Where the rows of a layer go, chunk after chunk: files for a build, memory for a look.

use std::sync::{Mutex, PoisonError};

use gisement_model::LayerRow;
use gisement_store::{Geometries, PartWriter};

use crate::Error;

/// Consecutive rows of a layer with their geometries.
#[derive(Debug, Clone)]
pub struct Chunk<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// One geometry per row.
    pub geoms: Geometries,
}

impl<T> Default for Chunk<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            geoms: Geometries::new(),
        }
    }
}

/// Takes the chunks of a layer in file order. A chunk may be asked for again and replaced, when a later row of the
/// file has the same identity as one of its rows.
pub trait Sink<T>: Sync {
    /// Keeps the `n`-th chunk, in the place of the one already there.
    fn put(&self, n: usize, chunk: Chunk<T>) -> Result<(), Error>;
    /// Gives a chunk back.
    fn get(&self, n: usize) -> Result<Chunk<T>, Error>;
    /// Forgets everything: the file will be read again.
    fn clear(&self) -> Result<(), Error>;
}

impl<T: LayerRow> Sink<T> for PartWriter {
    fn put(&self, n: usize, chunk: Chunk<T>) -> Result<(), Error> {
        self.write(n, &chunk.rows, chunk.geoms)?;
        Ok(())
    }

    fn get(&self, n: usize) -> Result<Chunk<T>, Error> {
        let (rows, geoms) = self.read(n)?;
        Ok(Chunk { rows, geoms })
    }

    fn clear(&self) -> Result<(), Error> {
        Ok(Self::clear(self)?)
    }
}

/// Writes a part, and keeps in memory what was written: reading it back would cost as much as writing it.
pub struct Kept<'p, T> {
    part: &'p PartWriter,
    memory: Memory<T>,
}

impl<'p, T> Kept<'p, T> {
    /// Keeps what goes to a part.
    pub fn new(part: &'p PartWriter) -> Self {
        Self {
            part,
            memory: Memory::new(),
        }
    }

    /// Every row that was written.
    pub fn into_chunk(self) -> Chunk<T> {
        self.memory.into_chunk()
    }
}

impl<T> std::fmt::Debug for Kept<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Kept").field(&self.part).finish()
    }
}

impl<T: LayerRow> Sink<T> for Kept<'_, T> {
    fn put(&self, n: usize, chunk: Chunk<T>) -> Result<(), Error> {
        let Chunk { rows, geoms } = chunk;
        let geoms = self.part.write(n, &rows, geoms)?;
        self.memory.put(n, Chunk { rows, geoms })
    }

    fn get(&self, n: usize) -> Result<Chunk<T>, Error> {
        self.memory.get(n)
    }

    fn clear(&self) -> Result<(), Error> {
        self.part.clear()?;
        self.memory.clear()
    }
}

/// Keeps everything in memory.
pub(crate) struct Memory<T>(Mutex<Vec<Chunk<T>>>);

impl<T> Memory<T> {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// Every chunk, as one.
    pub(crate) fn into_chunk(self) -> Chunk<T> {
        let mut chunks = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        if chunks.len() == 1 {
            return chunks.remove(0);
        }
        let mut all = Chunk::default();
        for c in chunks {
            all.rows.extend(c.rows);
            all.geoms.extend(&c.geoms);
        }
        all
    }
}

impl<T: Clone + Send> Sink<T> for Memory<T> {
    fn put(&self, n: usize, chunk: Chunk<T>) -> Result<(), Error> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if n >= all.len() {
            all.resize_with(n + 1, Chunk::default);
        }
        all[n] = chunk;
        Ok(())
    }

    fn get(&self, n: usize) -> Result<Chunk<T>, Error> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(all.get(n).cloned().unwrap_or_default())
    }

    fn clear(&self) -> Result<(), Error> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        Ok(())
    }
}
