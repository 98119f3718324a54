//! What a writer tells while it works, and what may stop it.

use crate::Result;

/// Where a writer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Rows written.
    pub rows: u64,
    /// Rows to write.
    pub total: u64,
    /// Bytes that the files take by now, temporary ones included; a little late.
    pub bytes: u64,
}

/// Follows a writer. It is told of each chunk, and stops the writer by failing.
pub struct Progress<'a> {
    at: Step,
    tell: &'a mut dyn FnMut(Step) -> Result<()>,
}

impl std::fmt::Debug for Progress<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Progress").field(&self.at).finish()
    }
}

impl<'a> Progress<'a> {
    /// Told by calls of this function.
    pub fn new(tell: &'a mut dyn FnMut(Step) -> Result<()>) -> Self {
        Self {
            at: Step {
                rows: 0,
                total: 0,
                bytes: 0,
            },
            tell,
        }
    }

    /// There are this many rows to write.
    ///
    /// # Errors
    /// Whoever follows stops the writer.
    pub fn begin(&mut self, total: u64) -> Result<()> {
        self.at.total = total;
        (self.tell)(self.at)
    }

    /// This many more rows are written, and files take this many bytes.
    ///
    /// # Errors
    /// Whoever follows stops the writer.
    pub fn rows(&mut self, more: usize, bytes: u64) -> Result<()> {
        self.at.rows += more as u64;
        self.bytes(bytes)
    }

    /// Files take this many bytes.
    pub(crate) fn bytes(&mut self, bytes: u64) -> Result<()> {
        self.at.bytes = bytes;
        (self.tell)(self.at)
    }
}
