//! What staff see and set of a book beside its stock: its description with the sources of the
//! fields, its cover, and when it is to be ordered again.

mod sql;

use std::fmt;

use async_trait::async_trait;
use shop::{Book, BookSources, Isbn, Slug, StaffName};

pub(crate) use self::sql::SqlBookDesk;
use crate::{StoreError, imports::NewCover};

/// A book as staff edit it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribedBook {
    /// The book.
    pub book: Book,
    /// Where its fields come from.
    pub sources: BookSources,
    /// The number of available copies at which it is to be ordered again.
    pub reorder_point: Option<u32>,
}

/// A book on sale with no more copies available than its reorder point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LowStock {
    /// The book.
    pub book: Slug,
    /// The book's title.
    pub title: String,
    /// Copies available now.
    pub available: u32,
    /// The number at which it is to be ordered again.
    pub reorder_point: u32,
}

/// Reads and changes books for their pages at the desk. Their texts are changed by commands
/// ([`shop::Command::EditBook`]).
#[async_trait]
pub trait BookDesk: Send + Sync + 'static {
    /// A book with the sources of its fields.
    ///
    /// # Errors
    /// [`shop::Refusal::NoSuchBook`].
    async fn described(&self, book: &Slug) -> Result<DescribedBook, StoreError>;

    /// The book with this ISBN, withdrawn or not.
    async fn with_isbn(&self, isbn: &Isbn) -> Result<Option<Slug>, StoreError>;

    /// The reorder points of those of these books that have one.
    async fn reorder_points(&self, books: &[Slug]) -> Result<Vec<(Slug, u32)>, StoreError>;

    /// At most `most` books that are to be ordered again, those furthest below first.
    async fn low_stock(&self, most: u32) -> Result<Vec<LowStock>, StoreError>;

    /// Sets the number of available copies at which a book is to be ordered again. Recorded in the
    /// journal if it changes anything.
    ///
    /// # Errors
    /// [`shop::Refusal::NoSuchBook`].
    async fn set_reorder_point(
        &self,
        book: &Slug,
        copies: Option<u32>,
        by: &StaffName,
    ) -> Result<(), StoreError>;

    /// Gives a book another cover, which imports then leave as it is, and publishes the new revision
    /// of its page. Recorded in the journal. The picture that was set last changes nothing.
    ///
    /// # Errors
    /// [`shop::Refusal::NoSuchBook`].
    async fn set_cover(
        &self,
        book: &Slug,
        cover: NewCover,
        by: &StaffName,
    ) -> Result<(), StoreError>;
}

impl fmt::Debug for dyn BookDesk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BookDesk")
    }
}
