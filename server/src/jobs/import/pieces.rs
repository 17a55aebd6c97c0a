//! Reads an uploaded file piece by piece.

use sha2::{Digest, Sha256};
use store::{
    StoreError,
    imports::{Import, Imports},
};

/// An uploaded file that is being read.
pub(crate) struct Pieces<'a> {
    imports: &'a dyn Imports,
    import: &'a Import,
    at: u64,
}

impl<'a> Pieces<'a> {
    /// Starts at the beginning.
    pub(crate) fn of(imports: &'a dyn Imports, import: &'a Import) -> Self {
        let at = 0;
        Self {
            imports,
            import,
            at,
        }
    }

    /// The next piece, or `None` after the last.
    ///
    /// # Errors
    /// If the store fails, or lacks a piece that it has acknowledged.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        if self.at >= self.import.size {
            return Ok(None);
        }
        let piece = self.imports.piece(self.import.id, self.at).await?;
        let Some(piece) = piece.filter(|piece| !piece.is_empty()) else {
            let (id, at) = (self.import.id, self.at);
            return Err(StoreError::Inconsistent(format!(
                "import {id} has no piece at {at}"
            )));
        };
        self.at += piece.len() as u64;
        Ok(Some(piece))
    }
}

/// The SHA-256 of a complete file.
pub(crate) async fn digest(imports: &dyn Imports, import: &Import) -> Result<[u8; 32], StoreError> {
    let (mut pieces, mut hash) = (Pieces::of(imports, import), Sha256::new());
    while let Some(piece) = pieces.next().await? {
        hash.update(&piece);
        // Hashing a piece takes half a millisecond: let other tasks run in between.
        tokio::task::yield_now().await;
    }
    Ok(hash.finalize().into())
}
