//! A file that knows the hash of what was written to it, with holes where that is zeros.
//!
//! A quarter of the columns of parcels is: what is unknown nearly everywhere. A hole reads as zeros, and takes no disk, no
//! memory of the system and no time.

use std::fs::File;
use std::io::{Result, Write};
use std::os::unix::fs::FileExt as _;

/// What is left out at once: shorter holes would cut the file into too many pieces.
const HOLE: usize = 1 << 14;
static EMPTY: [u8; HOLE] = [0; HOLE];

pub(super) struct Hashed {
    file: File,
    hasher: blake3::Hasher,
    /// Bytes written.
    at: u64,
}

impl Hashed {
    pub(super) fn new(file: File) -> Self {
        Self {
            file,
            hasher: blake3::Hasher::new(),
            at: 0,
        }
    }

    /// The hash, once everything is written.
    pub(super) fn finish(self) -> Result<String> {
        // The file may end with a hole.
        self.file.set_len(self.at)?;
        Ok(self.hasher.finalize().to_hex().to_string())
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<()> {
        if !bytes.is_empty() {
            self.file.write_all_at(bytes, self.at)?;
            self.at += bytes.len() as u64;
        }
        Ok(())
    }
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.hasher.update(bytes);
        let to_block = (HOLE - self.at as usize % HOLE) % HOLE;
        let (head, blocks) = bytes.split_at(to_block.min(bytes.len()));
        self.keep(head)?;
        let mut rest = blocks;
        while !rest.is_empty() {
            let zeros = HOLE
                * rest
                    .chunks(HOLE)
                    .take_while(|block| *block == EMPTY)
                    .count();
            self.at += zeros as u64;
            rest = &rest[zeros..];
            let others = rest.chunks(HOLE).take_while(|block| *block != EMPTY);
            let (kept, after) = rest.split_at(others.map(<[u8]>::len).sum());
            self.keep(kept)?;
            rest = after;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn what_is_read_back_is_what_was_written(
            pieces in prop::collection::vec((prop::bool::ANY, 0usize..6 * HOLE), 0..6),
        ) {
            let mut all = Vec::new();
            let file = tempfile::NamedTempFile::new().unwrap();
            let mut hashed = Hashed::new(file.reopen().unwrap());
            for (zeros, n) in pieces {
                let piece = vec![if zeros { 0 } else { 7 }; n];
                hashed.write_all(&piece).unwrap();
                all.extend(piece);
            }
            let hash = hashed.finish().unwrap();
            prop_assert!(std::fs::read(file.path()).unwrap() == all);
            prop_assert_eq!(hash, blake3::hash(&all).to_hex().to_string());
        }
    }

    #[test]
    fn zeros_take_no_disk() {
        use std::os::unix::fs::MetadataExt as _;
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut hashed = Hashed::new(file.reopen().unwrap());
        hashed.write_all(b"a").unwrap();
        hashed.write_all(&vec![0; 64 * HOLE]).unwrap();
        hashed.finish().unwrap();
        let meta = file.path().metadata().unwrap();
        assert_eq!(meta.len() as usize, 1 + 64 * HOLE);
        assert!(
            (meta.blocks() * 512) as usize <= 4 * HOLE,
            "{}",
            meta.blocks()
        );
    }
}
