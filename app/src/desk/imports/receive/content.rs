//! Reads a file piece by piece, and computes its digest on the way.

use std::{cell::RefCell, ops::Range};

use js_sys::Uint8Array;
use protocol::PIECE_HEADER;
use sha2::{Digest, Sha256};
use web_sys::File;

use super::reading::settled;

/// The content of a file that is uploaded.
pub(super) struct Content {
    file: File,
    hash: RefCell<Sha256>,
}

impl Content {
    pub(super) fn new(file: File) -> Self {
        Self {
            file,
            hash: RefCell::default(),
        }
    }

    /// Reads bytes of the file into a message: their offset, then the bytes. `None` if they cannot
    /// be read: the file has changed, or its disk is gone.
    pub(super) async fn read(&self, bytes: &Range<u64>) -> Option<Vec<u8>> {
        let (start, end) = (bytes.start as f64, bytes.end as f64);
        let part = self.file.slice_with_f64_and_f64(start, end).ok()?;
        let part = Uint8Array::new(&settled(part.array_buffer()).await?);
        if u64::from(part.length()) != bytes.end - bytes.start {
            return None;
        }
        let mut message = vec![0; PIECE_HEADER + part.length() as usize];
        let (header, piece) = message.split_at_mut(PIECE_HEADER);
        header.copy_from_slice(&bytes.start.to_be_bytes());
        part.copy_to(piece);
        Some(message)
    }

    /// Adds a part of a message's bytes to the digest. The parts must be in the file's order.
    pub(super) fn hash(&self, message: &[u8], part: Range<usize>) {
        let part = part.start + PIECE_HEADER..part.end + PIECE_HEADER;
        self.hash.borrow_mut().update(&message[part]);
    }

    /// The digest so far, in hexadecimal digits.
    pub(super) fn digest(&self) -> String {
        let digest = self.hash.borrow().clone().finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
