//! The catalogue's search and paging, the same for both stores.
//!
//! The words and sort orders of all books are kept in memory (see docs/decisions/0012): a hundred
//! thousand titles take some tens of megabytes, are searched in milliseconds, and give the same
//! results on either database. Stock levels change too often to be kept, so they are read for the
//! books of each page. Before each page the store compares the catalogue's revision with the index.

mod fold;
mod index;
mod search;
mod sql;
#[cfg(test)]
mod tests;

use std::sync::{Arc, PoisonError, RwLock};

use shop::Browse;

pub(crate) use fold::fold;
use index::Index;
pub(crate) use index::IndexedBook;
pub(crate) use sql::{last_number, names};

use crate::{CataloguePage, StoreError, sql::Backend};

/// With more changed books than this, the index is updated on a blocking thread.
const MAX_INLINE_UPDATES: usize = 64;

/// A process's index of the catalogue, read on first use.
#[derive(Debug, Default)]
pub(crate) struct Catalogue {
    known: RwLock<Known>,
    /// Only one task at a time reads changed books.
    reading: tokio::sync::Mutex<()>,
}

#[derive(Debug, Clone)]
struct Known {
    revision: i64,
    index: Arc<Index>,
}

/// The revision of an empty index, before the first one in the database.
const NO_REVISION: i64 = -1;

impl Default for Known {
    fn default() -> Self {
        let index = Arc::default();
        Self {
            revision: NO_REVISION,
            index,
        }
    }
}

impl Catalogue {
    /// A page of the catalogue as it is now.
    pub(crate) async fn page(
        &self,
        backend: &impl Backend,
        request: &Browse,
    ) -> Result<CataloguePage, StoreError> {
        let index = self.index(backend).await?;
        let available = match request.in_stock {
            true => Some(sql::available(backend).await?),
            false => None,
        };
        let page = if request.query.is_empty() {
            index.page(request, available.as_deref())
        } else {
            // A search takes milliseconds, too long for an async thread.
            let request = request.clone();
            run_blocking(move || index.page(&request, available.as_deref())).await?
        };
        let mut read = sql::books(backend, page.ids.clone()).await?;
        let mut books = Vec::with_capacity(page.ids.len());
        for id in &page.ids {
            // A book that was removed in between is left out.
            if let Some(at) = read.iter().position(|(of, _)| of == id) {
                books.push(read.swap_remove(at).1);
            }
        }
        let total = page.total;
        Ok(CataloguePage { books, total })
    }

    /// The index at the catalogue's current revision.
    async fn index(&self, backend: &impl Backend) -> Result<Arc<Index>, StoreError> {
        let newest = sql::revision(backend).await?;
        let known = self.known();
        if known.revision == newest {
            return Ok(known.index);
        }
        let _guard = self.reading.lock().await;
        // Read the revision before the books: a change in between is then read twice, not missed.
        let newest = sql::revision(backend).await?;
        let mut known = self.known();
        if known.revision == newest {
            return Ok(known.index);
        }
        if known.revision > newest {
            // The revision went backwards, after a restore for example, so the index is rebuilt.
            known = Known::default();
        }
        let lines = sql::since(backend, known.revision).await?;
        if lines.len() > MAX_INLINE_UPDATES || known.revision == NO_REVISION {
            let mut index = known.index;
            let index = run_blocking(move || {
                Arc::make_mut(&mut index).upsert(lines);
                index
            })
            .await?;
            *self.known.write().unwrap_or_else(PoisonError::into_inner) = Known {
                revision: newest,
                index: Arc::clone(&index),
            };
            return Ok(index);
        }
        drop(known);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        // Updates in place, or on a copy while a search still uses the old index.
        Arc::make_mut(&mut known.index).upsert(lines);
        known.revision = newest;
        Ok(Arc::clone(&known.index))
    }

    fn known(&self) -> Known {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }
}

/// Runs slow work on a blocking thread.
async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| StoreError::Inconsistent("the catalogue could not be searched".to_owned()))
}
