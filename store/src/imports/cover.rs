//! Pictures of covers, as they are kept.

use std::fmt;

use shop::Slug;

use super::words::words;

/// A book that was called by its name or number, and the picture that it has.
pub type Called = Option<(Slug, Option<[u8; 32]>)>;

/// A picture of a cover, in the sizes in which it is shown.
#[derive(Clone, PartialEq, Eq)]
pub struct NewCover {
    /// SHA-256 of the picture as it was sent.
    pub source: [u8; 32],
    /// How both are kept.
    pub format: CoverFormat,
    /// At most 320 pixels wide.
    pub small: Vec<u8>,
    /// At most 640 pixels wide.
    pub large: Vec<u8>,
}

impl fmt::Debug for NewCover {
    /// Without the pictures.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (small, large) = (self.small.len(), self.large.len());
        write!(f, "NewCover({:?}, {small} and {large} bytes)", self.format)
    }
}

/// How a cover is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoverFormat {
    /// WebP.
    Webp,
    /// JPEG.
    Jpeg,
}

/// A cover as it is shown in one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverImage {
    /// SHA-256 of the picture as it was sent: another picture, another number.
    pub source: [u8; 32],
    /// How it is kept.
    pub format: CoverFormat,
    /// The picture.
    pub bytes: Vec<u8>,
}

words!(CoverFormat: Webp = "webp", Jpeg = "jpeg",);
