//! Finds the books that a scanner has named.

use shop::{Refusal, Scan, Slug};
use store::{Store, StoreError};

/// The books that were named, one for each copy. `None` if one of them is not known.
///
/// # Errors
/// [`StoreError`] if the books cannot be read.
pub async fn scanned_books(
    store: &dyn Store,
    scan: &Scan,
) -> Result<Option<Vec<Slug>>, StoreError> {
    match scan {
        Scan::Slug(slug) => match store.book(slug).await {
            Ok(found) => Ok(Some(vec![found.book.slug])),
            Err(StoreError::Refused(Refusal::NoSuchBook(_))) => Ok(None),
            Err(error) => Err(error),
        },
        Scan::Isbns(isbns) => {
            let mut books = Vec::with_capacity(isbns.len());
            for isbn in isbns {
                match store.book_desk().with_isbn(isbn).await? {
                    Some(book) => books.push(book),
                    None => return Ok(None),
                }
            }
            Ok(Some(books))
        }
    }
}
