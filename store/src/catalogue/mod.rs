//! The catalogue's search and paging, the same for both stores.

mod fold;
mod index;
mod search;
mod sql;
/// The list of stock, sorted by a column.
mod stock;
#[cfg(test)]
mod tests;

use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};

use shop::{Browse, Epoch};

pub(crate) use fold::fold;
use index::Index;
pub(crate) use index::IndexedBook;
use search::PageOfIds;
pub(crate) use sql::{last_book_number, numbered_slugs};
pub use stock::{StockColumn, StockOrder};

use crate::{CataloguePage, Feed, StoreError, sql::Backend};

/// A process's index of the catalogue, read on first use.
///
/// The words and sort orders of all books are kept in memory (see docs/decisions/0012): a hundred
/// thousand titles take some tens of megabytes, are searched in milliseconds, and give the same
/// results on either database. Stock levels change too often to be kept, so they are read for the
/// books of each page.
#[derive(Debug, Default)]
pub(crate) struct Catalogue {
    /// Locked only for a moment, to copy or replace the value.
    known: Arc<RwLock<Known>>,
    /// Only one task at a time reads changed books and updates the index.
    updating: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Debug, Clone)]
struct Known {
    /// The epoch of the data from which the index was read.
    epoch: Epoch,
    revision: i64,
    index: Arc<Index>,
}

/// The revision of an empty index, lower than any in the database.
const NO_REVISION: i64 = -1;

impl Default for Known {
    fn default() -> Self {
        Self {
            epoch: Epoch::default(),
            revision: NO_REVISION,
            index: Arc::default(),
        }
    }
}

impl Known {
    fn index_of(&self, epoch: &Epoch, revision: i64) -> Option<Arc<Index>> {
        let is_current = self.epoch == *epoch && self.revision == revision;
        is_current.then(|| Arc::clone(&self.index))
    }
}

impl Catalogue {
    /// A page of the catalogue as it is now.
    pub(crate) async fn page(
        &self,
        backend: &impl Backend,
        feed: &Feed,
        request: &Browse,
    ) -> Result<CataloguePage, StoreError> {
        let available = match request.in_stock {
            true => Some(sql::available(backend).await?),
            false => None,
        };
        let index = self.index(backend, feed).await?;
        let page = if request.query.is_empty() && available.is_none() {
            // The index is dropped before the next await, because an update has to copy an index
            // that is in use.
            let page = index.page(request, None);
            drop(index);
            page
        } else {
            // A search or a filter takes milliseconds, too long for an async thread.
            let request = request.clone();
            run_blocking(move || index.page(&request, available.as_deref())).await?
        };
        with_levels(backend, page).await
    }

    /// The index at the catalogue's current revision.
    ///
    /// Before each page the index is compared with the catalogue's revision and the data's epoch.
    /// The revision alone is not enough: a restored catalogue may have the same one as the
    /// catalogue that it replaced.
    async fn index(&self, backend: &impl Backend, feed: &Feed) -> Result<Arc<Index>, StoreError> {
        let (epoch, newest) = (feed.epoch(), sql::revision(backend).await?);
        if let Some(index) = self.known().index_of(&epoch, newest) {
            return Ok(index);
        }
        let updating = Arc::clone(&self.updating).lock_owned().await;
        // Read the epoch and the revision before the books: a change in between is then read twice,
        // not missed.
        let (epoch, newest) = (feed.epoch(), sql::revision(backend).await?);
        let known = self.known();
        if let Some(index) = known.index_of(&epoch, newest) {
            return Ok(index);
        }
        // In another epoch, or if the revision went backwards, the index is rebuilt.
        let since = if known.epoch == epoch && known.revision < newest {
            known.revision
        } else {
            NO_REVISION
        };
        drop(known);
        let lines = sql::since(backend, since).await?;
        let known = Arc::clone(&self.known);
        // This runs on a blocking thread, because copying a large index takes a tenth of a second.
        // The old index is taken out of `known`, so that it is copied only if a search still uses
        // it; later requests wait for the new one. The update finishes even if the caller is
        // dropped.
        run_blocking(move || {
            let old = std::mem::take(&mut *write(&known));
            let mut index = match since {
                NO_REVISION => Arc::default(),
                _ => old.index,
            };
            Arc::make_mut(&mut index).upsert(lines);
            *write(&known) = Known {
                epoch,
                revision: newest,
                index: Arc::clone(&index),
            };
            drop(updating);
            index
        })
        .await
    }

    fn known(&self) -> Known {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }
}

fn write(known: &RwLock<Known>) -> RwLockWriteGuard<'_, Known> {
    // Code that holds the lock cannot panic halfway through a change.
    known.write().unwrap_or_else(PoisonError::into_inner)
}

/// The books of a page, with their levels as they are now.
async fn with_levels(backend: &impl Backend, page: PageOfIds) -> Result<CataloguePage, StoreError> {
    let mut read = sql::books(backend, page.ids.clone()).await?;
    let mut books = Vec::with_capacity(page.ids.len());
    for id in &page.ids {
        // A book that a restore has removed meanwhile is left out.
        if let Some(at) = read.iter().position(|(of, _)| of == id) {
            books.push(read.swap_remove(at).1);
        }
    }
    let total = page.total;
    Ok(CataloguePage { books, total })
}

/// Runs slow work on a blocking thread.
async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| {
        StoreError::Inconsistent(format!("the catalogue could not be searched: {error}"))
    })
}
