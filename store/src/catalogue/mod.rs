//! The catalogue, to be searched and leafed through: the same for every store.
//!
//! The words and orders of all books are kept in memory (see docs/decisions/0012):
//! a hundred thousand titles are some tens of megabytes, are searched in milliseconds,
//! and are found alike whatever database keeps them. What can change from one moment to
//! the next is not kept: levels are read for the books of a page, and before each page
//! the store is asked whether the catalogue is at another revision than what is here.

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
pub(crate) use index::Line;
pub(crate) use sql::{last_number, names};

use crate::{CataloguePage, StoreError, sql::Backend};

/// More changed books than are taken in while others wait for the index.
const AT_ONCE: usize = 64;

/// What a process knows of the catalogue. It is read when it is first asked for.
#[derive(Debug, Default)]
pub(crate) struct Catalogue {
    known: RwLock<Known>,
    /// One reader of what is new is enough.
    reading: tokio::sync::Mutex<()>,
}

#[derive(Debug, Clone)]
struct Known {
    revision: i64,
    index: Arc<Index>,
}

/// Before the first revision there is nothing.
const NOTHING: i64 = -1;

impl Default for Known {
    fn default() -> Self {
        let index = Arc::default();
        Self {
            revision: NOTHING,
            index,
        }
    }
}

impl Catalogue {
    /// A page of the catalogue as it is now.
    pub(crate) async fn page(
        &self,
        backend: &impl Backend,
        wish: &Browse,
    ) -> Result<CataloguePage, StoreError> {
        let index = self.index(backend).await?;
        let available = match wish.in_stock {
            true => Some(sql::available(backend).await?),
            false => None,
        };
        let page = if wish.query.is_empty() {
            index.page(wish, available.as_deref())
        } else {
            // Milliseconds, which nobody else on this thread should wait for.
            let wish = wish.clone();
            in_the_background(move || index.page(&wish, available.as_deref())).await?
        };
        let mut read = sql::books(backend, page.ids.clone()).await?;
        let mut books = Vec::with_capacity(page.ids.len());
        for id in &page.ids {
            // A book that has gone in between leaves a gap and no error.
            if let Some(at) = read.iter().position(|(of, _)| of == id) {
                books.push(read.swap_remove(at).1);
            }
        }
        let total = page.total;
        Ok(CataloguePage { books, total })
    }

    /// The index, at the revision that the catalogue has now.
    async fn index(&self, backend: &impl Backend) -> Result<Arc<Index>, StoreError> {
        let newest = sql::revision(backend).await?;
        let known = self.known();
        if known.revision == newest {
            return Ok(known.index);
        }
        let _alone = self.reading.lock().await;
        // Asked before the books are read: what changes meanwhile is read once more.
        let newest = sql::revision(backend).await?;
        let mut known = self.known();
        if known.revision == newest {
            return Ok(known.index);
        }
        if known.revision > newest {
            // An older state of the data has come back: nothing here is sure.
            known = Known::default();
        }
        let lines = sql::since(backend, known.revision).await?;
        if lines.len() > AT_ONCE || known.revision == NOTHING {
            let mut index = known.index;
            let index = in_the_background(move || {
                Arc::make_mut(&mut index).take_in(lines);
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
        // In its place, unless somebody is searching it just now.
        Arc::make_mut(&mut known.index).take_in(lines);
        known.revision = newest;
        Ok(Arc::clone(&known.index))
    }

    fn known(&self) -> Known {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }
}

/// What takes a while, on a thread of its own.
async fn in_the_background<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| StoreError::Inconsistent("the catalogue could not be searched".to_owned()))
}
