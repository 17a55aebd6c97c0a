//! A pack: a folder of pictures in one file, as the page's script packs it.

use store::catalogue_file::NoList;

/// The first line of a pack.
pub(super) const MARK: &[u8] = b"BURTS COVERS 1\n";
/// The largest picture, in bytes.
pub(super) const LARGEST_PICTURE: usize = 10 * 1024 * 1024;
const LONGEST_NAME: usize = 1_024;
/// The most pictures in a pack.
pub(super) const MOST_PICTURES: u32 = 20_000;

/// A picture from a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Picture {
    /// Its number in the pack, from 1.
    pub(super) row: u32,
    /// The name of its file.
    pub(super) name: String,
    /// `None` if it is larger than [`LARGEST_PICTURE`].
    pub(super) bytes: Option<Vec<u8>>,
}

/// A pack that is being read.
///
/// A pack begins with a line that names the format. Then each picture has the length of its name
/// (four bytes, big-endian), the name, the length of its content (four bytes), and the content. A
/// pack is read piece by piece, and only the unfinished picture is kept.
#[derive(Debug, Default)]
pub(super) struct Unpacking {
    held: Vec<u8>,
    begun: bool,
    row: u32,
    /// The number of bytes still to be skipped of a picture that is too large.
    skipping: usize,
}

impl Unpacking {
    /// Reads a piece, and returns the pictures that end in it.
    pub(super) fn push(&mut self, mut piece: &[u8]) -> Result<Vec<Picture>, NoList> {
        let skipped = self.skipping.min(piece.len());
        self.skipping -= skipped;
        piece = &piece[skipped..];
        self.held.extend_from_slice(piece);
        let mut pictures = Vec::new();
        let mut at = 0;
        if !self.begun {
            if self.held.len() < MARK.len() {
                return Ok(pictures);
            }
            if !self.held.starts_with(MARK) {
                return Err(NoList::NoPack);
            }
            (self.begun, at) = (true, MARK.len());
        }
        while let Some((picture, end)) = self.next(at)? {
            pictures.push(picture);
            at = end;
        }
        self.held.drain(..at.min(self.held.len()));
        Ok(pictures)
    }

    /// Checks that the pack ends here. Returns the number of pictures.
    pub(super) fn finish(&self) -> Result<u32, NoList> {
        let whole = self.begun && self.held.is_empty() && self.skipping == 0;
        whole.then_some(self.row).ok_or(NoList::NoPack)
    }

    fn next(&mut self, at: usize) -> Result<Option<(Picture, usize)>, NoList> {
        let Some((name, at)) = self.part(at, LONGEST_NAME)? else {
            return Ok(None);
        };
        let name = std::str::from_utf8(name).map_err(|_| NoList::NoPack)?;
        let name = name.to_owned();
        let Some(length) = self.length(at) else {
            return Ok(None);
        };
        let (from, end) = (at + 4, at + 4 + length);
        let bytes = if length > LARGEST_PICTURE {
            self.skipping = end.saturating_sub(self.held.len());
            None
        } else if end <= self.held.len() {
            Some(self.held[from..end].to_vec())
        } else {
            return Ok(None);
        };
        self.row += 1;
        if self.row > MOST_PICTURES {
            let most = MOST_PICTURES;
            return Err(NoList::TooManyRows { most });
        }
        let row = self.row;
        Ok(Some((Picture { row, name, bytes }, end)))
    }

    fn part(&self, at: usize, most: usize) -> Result<Option<(&[u8], usize)>, NoList> {
        let Some(length) = self.length(at) else {
            return Ok(None);
        };
        if length == 0 || length > most {
            return Err(NoList::NoPack);
        }
        let end = at + 4 + length;
        Ok(self.held.get(at + 4..end).map(|part| (part, end)))
    }

    fn length(&self, at: usize) -> Option<usize> {
        let bytes = self.held.get(at..)?.first_chunk()?;
        usize::try_from(u32::from_be_bytes(*bytes)).ok()
    }
}

impl Picture {
    /// The book that the file name refers to: the name without folder and extension. An ISBN may
    /// have hyphens.
    pub(super) fn book(&self) -> String {
        let file = self.name.rsplit(['/', '\\']).next().unwrap_or_default();
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        match shop::Isbn::parse(stem) {
            Ok(isbn) => isbn.to_string(),
            Err(_) => stem.to_lowercase(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(pictures: &[(&str, &[u8])]) -> Vec<u8> {
        let mut pack = MARK.to_vec();
        for (name, bytes) in pictures {
            for part in [name.as_bytes(), bytes] {
                pack.extend(u32::try_from(part.len()).unwrap().to_be_bytes());
                pack.extend(part);
            }
        }
        pack
    }

    fn unpack(pack: &[u8], piece: usize) -> Result<Vec<Picture>, NoList> {
        let mut unpacking = Unpacking::default();
        let mut pictures = Vec::new();
        for piece in pack.chunks(piece) {
            pictures.extend(unpacking.push(piece)?);
        }
        assert_eq!(unpacking.finish()?, u32::try_from(pictures.len()).unwrap());
        Ok(pictures)
    }

    #[test]
    fn pictures_are_unpacked_from_pieces_of_any_size() {
        let packed = pack(&[
            ("covers/A-Book.PNG", b"one"),
            ("979-9-999-00007-8.jpg", b""),
            ("x", b"3"),
        ]);
        for piece in [1, 2, 7, 1_000] {
            let pictures = unpack(&packed, piece).unwrap();
            let books: Vec<_> = pictures.iter().map(Picture::book).collect();
            assert_eq!(books, ["a-book", "9799999000078", "x"]);
            assert_eq!(pictures[0].bytes.as_deref(), Some(&b"one"[..]));
            assert_eq!(pictures[2].row, 3);
        }
    }

    #[test]
    fn a_picture_that_is_too_large_is_skipped_and_never_held() {
        let large = vec![7; LARGEST_PICTURE + 1];
        let packed = pack(&[("a.png", &large), ("b.png", b"fine")]);
        let mut unpacking = Unpacking::default();
        let mut pictures = Vec::new();
        for piece in packed.chunks(65_536) {
            pictures.extend(unpacking.push(piece).unwrap());
            assert!(unpacking.held.len() <= 2 * 65_536);
        }
        let bytes: Vec<_> = pictures.iter().map(|one| one.bytes.clone()).collect();
        assert_eq!(bytes, [None, Some(b"fine".to_vec())]);
    }

    #[test]
    fn an_invalid_or_truncated_pack_is_refused() {
        let whole = pack(&[("a.png", b"bytes")]);
        for bad in [
            &whole[..whole.len() - 1],
            &whole[..20],
            b"PK\x03\x04 an archive of pictures",
            b"",
            b"BURTS COVERS 1\n\0\0\0\0",
            b"BURTS COVERS 1\n\xff\xff\xff\xff",
            b"BURTS COVERS 1\n\0\0\0\x02\xff\xfe\0\0\0\0",
        ] {
            assert_eq!(
                unpack(bad, 64),
                Err(NoList::NoPack),
                "{}",
                bad.escape_ascii()
            );
        }
    }
}
