//! Detects a file's type and encoding from its bytes, not its name.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::NoList;

/// The magic numbers of zip (and so of current workbooks), older workbooks, gzip, bzip2, xz, zstd,
/// 7z and RAR.
const ARCHIVES: [&[u8]; 8] = [
    b"PK",
    b"\xd0\xcf\x11\xe0",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
    b"7z\xbc\xaf",
    b"Rar!",
];
/// The magic numbers of other files that are not text.
const BINARIES: [&[u8]; 6] = [
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x7fELF",
    b"SQLite format 3\0",
];
const LONGEST_MAGIC: usize = 16;

/// What must be known about a text before it is parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nature {
    /// The text's encoding.
    pub encoding: &'static Encoding,
}

/// Determines a file's type and encoding in a first pass over all of it.
///
/// A text without a byte order mark is UTF-8 if it contains any valid multi-byte character; its
/// invalid rows are then refused one by one. A text with bytes beyond ASCII but no such character
/// is Windows-1252, which older programs write in Europe and America.
#[derive(Debug, Default)]
pub struct Sniff {
    head: Vec<u8>,
    /// An incomplete character at the end of the last piece.
    incomplete: Vec<u8>,
    multibyte: bool,
    invalid: bool,
    nul: bool,
}

impl Sniff {
    /// Adds the next piece.
    pub fn push(&mut self, bytes: &[u8]) {
        let wanted = LONGEST_MAGIC.saturating_sub(self.head.len());
        self.head.extend(&bytes[..bytes.len().min(wanted)]);
        self.nul |= bytes.contains(&0);
        let joined;
        let mut rest = bytes;
        if !self.incomplete.is_empty() {
            joined = [&std::mem::take(&mut self.incomplete), bytes].concat();
            rest = &joined;
        }
        loop {
            match std::str::from_utf8(rest) {
                Ok(text) => {
                    self.multibyte |= !text.is_ascii();
                    return;
                }
                Err(error) => {
                    let (good, bad) = rest.split_at(error.valid_up_to());
                    self.multibyte |= !good.is_ascii();
                    let Some(length) = error.error_len() else {
                        self.incomplete = bad.to_vec();
                        return;
                    };
                    self.invalid = true;
                    rest = &bad[length..];
                }
            }
        }
    }

    /// Returns what was found.
    ///
    /// # Errors
    /// [`NoList`] if the file is empty or not text.
    pub fn finish(self) -> Result<Nature, NoList> {
        let begins = |marks: &[&[u8]]| marks.iter().any(|mark| self.head.starts_with(mark));
        if self.head.is_empty() {
            return Err(NoList::Empty);
        }
        if begins(&ARCHIVES) {
            return Err(NoList::Archive);
        }
        if begins(&BINARIES) {
            return Err(NoList::Binary);
        }
        let encoding = match Encoding::for_bom(&self.head) {
            Some((encoding, _)) => encoding,
            None if (self.invalid || !self.incomplete.is_empty()) && !self.multibyte => {
                WINDOWS_1252
            }
            None => UTF_8,
        };
        let wide = encoding == UTF_16LE || encoding == UTF_16BE;
        if self.nul && !wide {
            return Err(NoList::Binary);
        }
        Ok(Nature { encoding })
    }
}
