//! Cover pictures as they are stored.

use std::fmt;

use shop::Slug;

use super::sql_names::sql_names;

/// A book found by its slug or ISBN, with the cover that it has.
pub type Called = Option<(Slug, Option<KnownCover>)>;

/// The cover that a book has, without its pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownCover {
    /// SHA-256 of the uploaded picture.
    pub source: [u8; 32],
    /// Whether staff have set it at the desk. Imports leave such a cover as it is.
    pub is_from_desk: bool,
}

/// A cover picture in the sizes that the shop shows.
#[derive(Clone, PartialEq, Eq)]
pub struct NewCover {
    /// SHA-256 of the uploaded picture.
    pub source: [u8; 32],
    /// The format of both sizes.
    pub format: CoverFormat,
    /// At most 320 pixels wide.
    pub small: Vec<u8>,
    /// At most 640 pixels wide.
    pub large: Vec<u8>,
}

impl fmt::Debug for NewCover {
    /// Leaves out the pictures.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (small, large) = (self.small.len(), self.large.len());
        write!(f, "NewCover({:?}, {small} and {large} bytes)", self.format)
    }
}

/// The format of a stored cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoverFormat {
    /// WebP.
    Webp,
    /// JPEG.
    Jpeg,
}

/// A cover in one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverImage {
    /// SHA-256 of the uploaded picture, which identifies it.
    pub source: [u8; 32],
    /// The format.
    pub format: CoverFormat,
    /// The picture.
    pub bytes: Vec<u8>,
}

sql_names!(CoverFormat: Webp = "webp", Jpeg = "jpeg",);
