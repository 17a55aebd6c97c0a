//! A page of the ledger: what moved, the newest first, and where it goes on.

use protocol::LedgerRow;
use store::{Cursor, Entry, Ledger, Reach, Store, StoreError};

use super::{InvalidQuestion, Question, ledger_row};

/// How many are on a page, and how many are looked through for them.
const PAGE: Reach = Reach {
    most: 50,
    look: 20_000,
};
/// So often at most: whoever looks for what is rarer goes on by a link.
const LOOKS: usize = 10;

/// What is on a page.
pub(crate) struct ActivityView {
    pub(crate) question: Question,
    pub(crate) wrong: Option<InvalidQuestion>,
    /// The newest first.
    pub(crate) rows: Vec<LedgerRow>,
    pub(crate) older: Option<Cursor>,
    pub(crate) newer: Option<Cursor>,
    /// Where the page goes on by itself, if it shows the newest.
    pub(crate) live: Option<Cursor>,
}

impl ActivityView {
    /// Nothing yet.
    fn of(question: Question) -> Self {
        Self {
            question,
            wrong: None,
            rows: Vec::new(),
            older: None,
            newer: None,
            live: None,
        }
    }

    /// Nothing, and why.
    pub(crate) fn refused(wrong: InvalidQuestion) -> Self {
        Self {
            wrong: Some(wrong),
            ..Self::of(Question::default())
        }
    }
}

/// Reads a page of it.
///
/// # Errors
/// As the store has them; a book that is not there is one.
pub(crate) async fn read_activity(
    store: &dyn Store,
    question: Question,
) -> Result<ActivityView, StoreError> {
    if let Some(book) = &question.filter.book {
        store.book(book).await?;
    }
    let ledger = store.ledger();
    let mut view = ActivityView::of(question);
    if let Some(after) = view.question.after {
        let (mut entries, next, ended) = look(&**ledger, Way::Newer(after), &view.question).await?;
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
    let from = match view.question.before {
        Some(before) => before,
        None => {
            let head = ledger.head().await?;
            // What has an end in time does not grow.
            let grows = view.question.filter.until.is_none();
            view.live = grows.then_some(head.place);
            head.place.following()
        }
    };
    let (entries, next, ended) = look(&**ledger, Way::Older(from), &view.question).await?;
    view.older = (!ended).then_some(next);
    view.newer = view
        .question
        .before
        .and_then(|_| entries.first().map(|entry| entry.place));
    view.rows = entries.into_iter().map(ledger_row).collect();
    Ok(view)
}

#[derive(Clone, Copy)]
enum Way {
    Newer(Cursor),
    Older(Cursor),
}

/// A page of what passes, or as much of it as is found soon; where it goes on, and whether
/// there is nothing more.
async fn look(
    ledger: &dyn Ledger,
    mut way: Way,
    question: &Question,
) -> Result<(Vec<Entry>, Cursor, bool), StoreError> {
    let mut found = Vec::new();
    let mut looks = 0;
    loop {
        looks += 1;
        let most = PAGE.most - u32::try_from(found.len()).unwrap_or(PAGE.most);
        let reach = Reach { most, ..PAGE };
        let page = match way {
            Way::Newer(after) => ledger.after(after, &question.filter, reach).await?,
            Way::Older(before) => ledger.before(before, &question.filter, reach).await?,
        };
        found.extend(page.entries);
        if page.ended || found.len() >= PAGE.most as usize || looks == LOOKS {
            return Ok((found, page.next, page.ended));
        }
        way = match way {
            Way::Newer(_) => Way::Newer(page.next),
            Way::Older(_) => Way::Older(page.next),
        };
    }
}
