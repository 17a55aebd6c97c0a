//! Reads a page of the ledger: its movements, and where the next and previous pages begin.

use protocol::LedgerRow;
use store::{Cursor, Ledger, LedgerEntry, PageLimits, Store, StoreError};

use super::{
    query::{InvalidLedgerQuery, LedgerQuery},
    row::ledger_row,
};

/// The most movements on a page, and how many one search looks through.
const PAGE: PageLimits = PageLimits {
    most: 50,
    look: 20_000,
};
/// The most searches for one page. If they find too few movements, a link continues the search.
const SEARCHES: usize = 10;

/// A page of movements, and where the pages next to it begin.
pub(crate) struct ActivityView {
    pub(crate) query: LedgerQuery,
    pub(crate) wrong: Option<InvalidLedgerQuery>,
    /// The movements, newest first.
    pub(crate) rows: Vec<LedgerRow>,
    pub(crate) older: Option<Cursor>,
    pub(crate) newer: Option<Cursor>,
    /// The place from which the page continues live, if it shows the newest movements.
    pub(crate) live: Option<Cursor>,
}

impl ActivityView {
    /// An empty page.
    fn of(query: LedgerQuery) -> Self {
        Self {
            query,
            wrong: None,
            rows: Vec::new(),
            older: None,
            newer: None,
            live: None,
        }
    }

    /// An empty page with the error in the query.
    pub(crate) fn refused(wrong: InvalidLedgerQuery) -> Self {
        Self {
            wrong: Some(wrong),
            ..Self::of(LedgerQuery::default())
        }
    }
}

/// Reads a page of the ledger.
///
/// # Errors
/// [`StoreError`] if the store fails, or does not know the book in the filter.
pub(crate) async fn read_activity(
    store: &dyn Store,
    query: LedgerQuery,
) -> Result<ActivityView, StoreError> {
    if let Some(book) = &query.filter.book {
        store.book(book).await?;
    }
    let ledger = store.ledger();
    let mut view = ActivityView::of(query);
    if let Some(after) = view.query.after {
        let (mut entries, next, ended) =
            search(&**ledger, Direction::Newer(after), &view.query).await?;
        entries.reverse();
        view.older = Some(
            entries
                .last()
                .map_or(after.following(), |entry| entry.place),
        );
        view.newer = (!ended).then_some(next);
        view.rows = entries.into_iter().map(ledger_row).collect();
        return Ok(view);
    }
    let from = match view.query.before {
        Some(before) => before,
        None => {
            let head = ledger.head().await?;
            // A query with an end does not match new movements.
            let grows = view.query.filter.until.is_none();
            view.live = grows.then_some(head.place);
            head.place.following()
        }
    };
    let (entries, next, ended) = search(&**ledger, Direction::Older(from), &view.query).await?;
    view.older = (!ended).then_some(next);
    view.newer = view
        .query
        .before
        .and_then(|_| entries.first().map(|entry| entry.place));
    view.rows = entries.into_iter().map(ledger_row).collect();
    Ok(view)
}

#[derive(Clone, Copy)]
enum Direction {
    Newer(Cursor),
    Older(Cursor),
}

/// The movements of one page, or fewer if [`SEARCHES`] searches find no more.
///
/// Also returns the place to continue from, and whether the ledger ends there.
async fn search(
    ledger: &dyn Ledger,
    mut direction: Direction,
    query: &LedgerQuery,
) -> Result<(Vec<LedgerEntry>, Cursor, bool), StoreError> {
    let mut found = Vec::new();
    let mut searches = 0;
    loop {
        searches += 1;
        let most = PAGE.most - u32::try_from(found.len()).unwrap_or(PAGE.most);
        let reach = PageLimits { most, ..PAGE };
        let page = match direction {
            Direction::Newer(after) => ledger.after(after, &query.filter, reach).await?,
            Direction::Older(before) => ledger.before(before, &query.filter, reach).await?,
        };
        found.extend(page.entries);
        if page.ended || found.len() >= PAGE.most as usize || searches == SEARCHES {
            return Ok((found, page.next, page.ended));
        }
        direction = match direction {
            Direction::Newer(_) => Direction::Newer(page.next),
            Direction::Older(_) => Direction::Older(page.next),
        };
    }
}
