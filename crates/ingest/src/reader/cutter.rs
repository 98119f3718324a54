//! Cuts the objects of a JSON array out of a stream without parsing them, so that one corrupt object loses only
//! itself and so that objects can be parsed in parallel.
//!
//! The array is the root, or the member `features` of the root object. Strings and escapes are followed, so that
//! neither line breaks nor braces in texts matter (splitting by lines breaks three real files out of four).

use std::io::{self, Read};

use memchr::{memchr2, memchr3};

/// An object may not be larger than this: the largest communes and risk plans stay under 20 MB.
pub(crate) const FEATURE_MAX: usize = 64 << 20;
/// Bytes read at a time, and about the size of a chunk.
const BLOCK: usize = 1 << 18;

/// Some consecutive objects, cut but not parsed.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    pub(crate) bytes: Vec<u8>,
    /// `start..end` of each object in `bytes`; a broken one is an `Err` with what was found.
    pub(crate) spans: Vec<Span>,
    /// Number of the first object, from 1.
    pub(crate) first: u64,
}

/// One object of a [`Chunk`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) broken: Option<&'static str>,
}

/// Where the objects are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// The root is an array.
    RootArray,
    /// `{"type":"FeatureCollection", …, "features": […]}`.
    Features,
    /// The root is the only object.
    Single,
}

/// How the stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The array was closed.
    Complete,
    /// The stream stopped before.
    Truncated,
}

/// Why cutting cannot even start.
#[derive(Debug)]
pub(crate) enum CutError {
    Io(io::Error),
    NotJson(String),
}

pub(crate) struct Cutter<R> {
    input: R,
    buf: Vec<u8>,
    /// Next byte to look at.
    pos: usize,
    eof: bool,
    /// The error that stopped the stream, if any.
    failure: Option<io::Error>,
    pub(crate) layout: Layout,
    /// Members of the root object other than `features`: `(key, raw value)`.
    pub(crate) members: Vec<(String, Vec<u8>)>,
    /// How an object starts in this file (`{"type"`), to find the next one after a corrupt one.
    opening: Vec<u8>,
    count: u64,
    pub(crate) end: Option<End>,
    pub(crate) garbage: u64,
}

impl<R: Read> Cutter<R> {
    /// Reads up to the first object.
    pub(crate) fn open(input: R) -> Result<Self, CutError> {
        let mut c = Self {
            input,
            buf: Vec::with_capacity(2 * BLOCK),
            pos: 0,
            eof: false,
            failure: None,
            layout: Layout::RootArray,
            members: Vec::new(),
            opening: Vec::new(),
            count: 0,
            end: None,
            garbage: 0,
        };
        c.fill();
        if c.buf.starts_with(b"\xEF\xBB\xBF") {
            c.pos = 3;
        }
        match c.next_byte() {
            Some(b'[') => {
                c.pos += 1;
                Ok(c)
            }
            Some(b'{') => {
                let start = c.pos;
                c.pos += 1;
                if c.find_features()? {
                    c.layout = Layout::Features;
                } else {
                    // No such member: the whole document is one object, if it still is in the buffer.
                    c.layout = Layout::Single;
                    c.pos = start;
                    c.members.clear();
                }
                Ok(c)
            }
            _ => Err(match c.failure.take() {
                Some(e) => CutError::Io(e),
                None => CutError::NotJson("le document ne commence ni par { ni par [".into()),
            }),
        }
    }

    /// The next objects, about `BLOCK` bytes of them; `None` after the last.
    pub(crate) fn next_chunk(&mut self) -> Option<Chunk> {
        if self.end.is_some() {
            return None;
        }
        let mut chunk = Chunk {
            first: self.count + 1,
            ..Chunk::default()
        };
        let from = self.pos;
        while let Some(span) = self.cut_one() {
            self.count += 1;
            chunk.spans.push(span);
            if self.pos - from >= BLOCK {
                break;
            }
        }
        if chunk.spans.is_empty() {
            return None;
        }
        // The chunk takes the buffer; only what comes after it is copied.
        let mut next = Vec::with_capacity(2 * BLOCK);
        next.extend_from_slice(&self.buf[self.pos..]);
        chunk.bytes = std::mem::replace(&mut self.buf, next);
        chunk.bytes.truncate(self.pos);
        self.pos = 0;
        Some(chunk)
    }

    /// The error that stopped the stream before its end.
    pub(crate) fn failure(&self) -> Option<&io::Error> {
        self.failure.as_ref()
    }

    /// Cuts one object; positions are in `buf`. Never discards bytes, so that the chunk stays whole.
    fn cut_one(&mut self) -> Option<Span> {
        loop {
            match self.next_byte() {
                None => {
                    self.end = Some(if self.layout == Layout::Single && self.count > 0 {
                        End::Complete
                    } else {
                        End::Truncated
                    });
                    return None;
                }
                Some(b',') => self.pos += 1,
                Some(b'{') => break,
                Some(b']') if self.layout != Layout::Single => {
                    self.pos += 1;
                    self.read_tail();
                    self.end = Some(End::Complete);
                    return None;
                }
                Some(_) if self.layout == Layout::Single => {
                    self.end = Some(End::Complete);
                    return None;
                }
                Some(_) => {
                    // Between two objects nothing else is allowed: skip to something that can be one.
                    self.garbage += 1;
                    self.pos += 1;
                    while !matches!(self.next_byte(), None | Some(b'{' | b']' | b',')) {
                        self.pos += 1;
                    }
                }
            }
        }
        let start = self.pos;
        self.learn_opening(start);
        match self.balance(start) {
            Ok(end) => {
                self.pos = end;
                Some(Span {
                    start,
                    end,
                    broken: None,
                })
            }
            Err(reason) => {
                self.resynchronise(start + 1);
                Some(Span {
                    start,
                    end: self.pos,
                    broken: Some(reason),
                })
            }
        }
    }

    /// The end of the object that starts at `start`.
    fn balance(&mut self, start: usize) -> Result<usize, &'static str> {
        let mut depth = 0u32;
        let mut i = start;
        let mut in_string = false;
        loop {
            let found = if in_string {
                memchr3(b'"', b'\\', b'\n', &self.buf[i..])
            } else {
                memchr3(b'"', b'{', b'}', &self.buf[i..])
            };
            let Some(offset) = found else {
                i = self.buf.len();
                if i - start > FEATURE_MAX {
                    return Err("entité de plus de 64 Mo");
                }
                if !self.fill() {
                    return Err("entité inachevée");
                }
                continue;
            };
            i += offset;
            match (self.buf[i], in_string) {
                (b'"', _) => in_string = !in_string,
                (b'\\', true) => i += 1,
                (b'\n', true) => return Err("texte sans guillemet fermant"),
                (b'{', false) => {
                    if depth > 0 && self.is_feature_start(i) {
                        return Err("accolades non refermées");
                    }
                    depth += 1;
                    if depth > 64 {
                        return Err("plus de 64 niveaux d’objets");
                    }
                }
                (b'}', false) => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(i + 1);
                    }
                }
                _ => {}
            }
            i += 1;
            while i >= self.buf.len() {
                if !self.fill() {
                    return Err("entité inachevée");
                }
            }
        }
    }

    /// Whether a nested `{` is in truth the start of the next feature: `{"type":"Feature"` cannot occur inside one.
    fn is_feature_start(&mut self, at: usize) -> bool {
        while self.buf.len() < at + 64 && self.fill() {}
        let mut rest = &self.buf[at + 1..];
        for part in [&b"\"type\""[..], b":", b"\"Feature\""] {
            rest = rest.trim_ascii_start();
            match rest.strip_prefix(part) {
                Some(r) => rest = r,
                None => return false,
            }
        }
        true
    }

    /// Moves to the next place where an object can start, looking at raw bytes only.
    fn resynchronise(&mut self, from: usize) {
        let mut i = from;
        loop {
            let Some(offset) = memchr2(b'{', b'{', &self.buf[i..]) else {
                i = self.buf.len();
                if !self.fill() {
                    self.pos = i;
                    return;
                }
                continue;
            };
            i += offset;
            while self.buf.len() < i + self.opening.len().max(64) && self.fill() {}
            let before = self.buf[..i]
                .iter()
                .rev()
                .find(|b| !b.is_ascii_whitespace());
            let separated = matches!(before, Some(b',' | b'['));
            if self.is_feature_start(i)
                || separated && !self.opening.is_empty() && self.buf[i..].starts_with(&self.opening)
            {
                self.pos = i;
                return;
            }
            i += 1;
        }
    }

    /// Remembers `{"firstkey"` of the first object.
    fn learn_opening(&mut self, start: usize) {
        if !self.opening.is_empty() || self.count > 0 {
            return;
        }
        while self.buf.len() < start + 128 && self.fill() {}
        let head = &self.buf[start..self.buf.len().min(start + 128)];
        let mut quotes = head.iter().enumerate().filter(|(_, b)| **b == b'"');
        if let (Some(_), Some((second, _))) = (quotes.next(), quotes.next()) {
            let opening = head[..=second].to_vec();
            // `{"type"` also starts every geometry: `is_feature_start` is the test for those files.
            if !opening.ends_with(b"\"type\"") {
                self.opening = opening;
            }
        }
    }

    /// Reads the members of the root object up to the array `features`. False when there is none.
    fn find_features(&mut self) -> Result<bool, CutError> {
        loop {
            match self.next_byte() {
                Some(b',') => self.pos += 1,
                Some(b'"') => {
                    let Some(key) = self.take_string() else {
                        return Ok(false);
                    };
                    if self.next_byte() != Some(b':') {
                        return Err(CutError::NotJson(format!(
                            "« : » attendu après la clé « {key} »"
                        )));
                    }
                    self.pos += 1;
                    if key == "features" && self.next_byte() == Some(b'[') {
                        self.pos += 1;
                        return Ok(true);
                    }
                    let Some(value) = self.take_value() else {
                        return Ok(false);
                    };
                    self.members.push((key, value));
                }
                _ => return Ok(false),
            }
        }
    }

    /// Members after the array (API Carto puts `crs` there). Anything unexpected ends the reading, silently:
    /// every object has been read.
    fn read_tail(&mut self) {
        if self.layout != Layout::Features {
            return;
        }
        while let Some(b) = self.next_byte() {
            match b {
                b',' => self.pos += 1,
                b'"' => {
                    let Some(key) = self.take_string() else {
                        return;
                    };
                    if self.next_byte() != Some(b':') {
                        return;
                    }
                    self.pos += 1;
                    let Some(value) = self.take_value() else {
                        return;
                    };
                    self.members.push((key, value));
                }
                _ => return,
            }
        }
    }

    /// The raw value at the cursor; `None` when it does not end, or is beyond the limit.
    fn take_value(&mut self) -> Option<Vec<u8>> {
        self.next_byte()?;
        let start = self.pos;
        let (mut depth, mut in_string) = (0u32, false);
        loop {
            match self.byte_at(self.pos)? {
                b'\\' if in_string => self.pos += 1,
                b'"' => in_string = !in_string,
                b'{' | b'[' if !in_string => depth += 1,
                b'}' | b']' if !in_string && depth > 0 => depth -= 1,
                b',' | b'}' | b']' if !in_string && depth == 0 => {
                    return Some(self.buf[start..self.pos].to_vec());
                }
                _ => {}
            }
            self.pos += 1;
            if self.pos - start > FEATURE_MAX {
                return None;
            }
        }
    }

    fn take_string(&mut self) -> Option<String> {
        let start = self.pos;
        self.pos += 1;
        loop {
            match self.byte_at(self.pos)? {
                b'\\' => self.pos += 2,
                b'"' => {
                    self.pos += 1;
                    return serde_json::from_slice(&self.buf[start..self.pos]).ok();
                }
                _ => self.pos += 1,
            }
            if self.pos - start > 4096 {
                return None;
            }
        }
    }

    /// The next byte that is no white space, without consuming it.
    fn next_byte(&mut self) -> Option<u8> {
        loop {
            let b = self.byte_at(self.pos)?;
            if !b.is_ascii_whitespace() {
                return Some(b);
            }
            self.pos += 1;
        }
    }

    fn byte_at(&mut self, at: usize) -> Option<u8> {
        while at >= self.buf.len() {
            if !self.fill() {
                return None;
            }
        }
        Some(self.buf[at])
    }

    /// Reads a block more. False at the end, whether clean or not.
    fn fill(&mut self) -> bool {
        if self.eof {
            return false;
        }
        let old = self.buf.len();
        self.buf.resize(old + BLOCK, 0);
        let mut filled = old;
        while filled < self.buf.len() {
            match self.input.read(&mut self.buf[filled..]) {
                Ok(0) => {
                    self.eof = true;
                    break;
                }
                Ok(n) => filled += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => {
                    self.eof = true;
                    self.failure = Some(e);
                    break;
                }
            }
        }
        self.buf.truncate(filled);
        filled > old
    }
}

#[cfg(test)]
mod tests;
