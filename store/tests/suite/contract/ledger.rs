//! The ledger: every movement once and in order, from any position, in pages of any size.

use std::{collections::BTreeMap, sync::Arc};

use shop::{Closing, MovementKind, Slug};
use store::{Cursor, Filter, Ledger, LedgerEntry, PageLimits};
use tokio::time::timeout;

use crate::contract::harness::{
    ANN, BEN, DROP, HOLD, Kind, MINUTE, Opening, PATIENCE, TestShop, slug,
};

const BOOKS: [(&str, u32); 3] = [(DROP, 20), ("rest", 20), ("still", 1)];

/// More movements than any of these shops has.
const ALL: PageLimits = PageLimits {
    most: 10_000,
    look: 10_000,
};

/// Pages of this many movements.
pub fn few(most: u32) -> PageLimits {
    PageLimits { most, look: 20_000 }
}

/// A shop with movements of several kinds.
async fn busy(kind: Kind) -> (TestShop, Arc<dyn Ledger>) {
    let shop = TestShop::open(kind, Opening::of(&BOOKS)).await;
    for copies in 1..=4 {
        shop.set(ANN, DROP, copies).await.unwrap();
        shop.set(BEN, "rest", copies).await.unwrap();
    }
    shop.place(ANN, 1).await.unwrap();
    shop.set(BEN, "rest", 0).await.unwrap();
    shop.add(BEN, DROP, 2).await.unwrap();
    shop.pass(MINUTE).await;
    shop.place(BEN, 2).await.unwrap();
    shop.close_order(1, Closing::Collected).await.unwrap();
    shop.restock("rest", 5, "a delivery").await.unwrap();
    let ledger = Arc::clone(shop.store.ledger());
    until_readable(&shop, &*ledger).await;
    (shop, ledger)
}

/// Waits until no transaction of another test in the cluster holds back the end of the ledger.
async fn until_readable(shop: &TestShop, ledger: &dyn Ledger) {
    let mut written = 0;
    for (book, _) in BOOKS {
        written += shop.premises.ledger(&slug(book)).await.len();
    }
    shop.until("all movements can be read", async |_| {
        read(ledger, &Filter::default(), ALL).await.len() == written
    })
    .await;
}

/// Reads every movement that passes the filter, page by page from the first.
pub async fn read(ledger: &dyn Ledger, filter: &Filter, limits: PageLimits) -> Vec<LedgerEntry> {
    let (mut place, mut all) = (Cursor::START, Vec::new());
    loop {
        let page = ledger.after(place, filter, limits).await.unwrap();
        assert!(page.entries.len() <= limits.most as usize);
        assert!(
            page.next > place || page.ended,
            "a page should make progress unless it is the last"
        );
        all.extend(page.entries);
        place = page.next;
        if page.ended {
            return all;
        }
    }
}

/// Reads the same movements backwards from the last.
async fn read_back(ledger: &dyn Ledger, filter: &Filter, limits: PageLimits) -> Vec<LedgerEntry> {
    let head = ledger.head().await.unwrap();
    let (mut place, mut all) = (head.place.following(), Vec::new());
    loop {
        let page = ledger.before(place, filter, limits).await.unwrap();
        assert!(page.entries.len() <= limits.most as usize);
        all.extend(page.entries);
        place = page.next;
        if page.ended {
            return all;
        }
    }
}

pub async fn every_movement_is_read_once_and_in_order(kind: Kind) -> TestShop {
    let (shop, ledger) = busy(kind).await;
    let all = read(&*ledger, &Filter::default(), ALL).await;
    assert!(all.is_sorted_by(|one, next| one.place < next.place));
    let mut of_books: BTreeMap<&Slug, Vec<_>> = BTreeMap::new();
    for entry in &all {
        let movement = &entry.movement;
        of_books
            .entry(&movement.book)
            .or_default()
            .push(movement.clone());
    }
    assert_eq!(of_books.len(), BOOKS.len());
    for (book, movements) in of_books {
        assert_eq!(movements, shop.premises.ledger(book).await, "{book}");
    }
    for most in [1, 2, 7] {
        let in_pages = read(&*ledger, &Filter::default(), few(most)).await;
        assert_eq!(in_pages, all, "{most} at a time");
    }
    // Reading from any position returns the rest.
    for (number, entry) in all.iter().enumerate() {
        let rest = ledger
            .after(entry.place, &Filter::default(), ALL)
            .await
            .unwrap();
        assert_eq!(rest.entries, all[number + 1..]);
        let name = entry.place.to_string();
        assert_eq!(name.parse(), Ok(entry.place));
    }
    shop
}

pub async fn a_ledger_can_be_read_backwards(kind: Kind) -> TestShop {
    let (shop, ledger) = busy(kind).await;
    let filters = [
        Filter::default(),
        Filter {
            book: Some(slug("rest")),
            ..Filter::default()
        },
    ];
    for filter in filters {
        let mut all = read(&*ledger, &filter, ALL).await;
        all.reverse();
        for most in [1, 3, 10_000] {
            assert_eq!(read_back(&*ledger, &filter, few(most)).await, all);
        }
    }
    shop
}

pub async fn a_filter_selects_movements(kind: Kind) -> TestShop {
    let (shop, ledger) = busy(kind).await;
    let all = read(&*ledger, &Filter::default(), ALL).await;
    let opened_at = all[0].movement.at;
    type Case = (Filter, fn(&LedgerEntry) -> bool);
    let cases: [Case; 6] = [
        (
            Filter {
                book: Some(slug("rest")),
                ..Filter::default()
            },
            |entry| entry.movement.book.as_str() == "rest",
        ),
        (
            Filter {
                kinds: vec![MovementKind::Ordered, MovementKind::Restocked],
                ..Filter::default()
            },
            |entry| {
                matches!(
                    entry.movement.kind,
                    MovementKind::Ordered | MovementKind::Restocked
                )
            },
        ),
        (
            Filter {
                order: Some(crate::contract::harness::code(1)),
                ..Filter::default()
            },
            |entry| entry.order == Some(crate::contract::harness::code(1)),
        ),
        (
            Filter {
                from: Some(opened_at + MINUTE),
                ..Filter::default()
            },
            |entry| {
                let kinds = [
                    MovementKind::Ordered,
                    MovementKind::Collected,
                    MovementKind::Restocked,
                ];
                kinds.contains(&entry.movement.kind)
                    && entry.order != Some(crate::contract::harness::code(1))
                    || entry.movement.kind == MovementKind::Collected
            },
        ),
        (
            Filter {
                until: Some(opened_at),
                ..Filter::default()
            },
            |_| false,
        ),
        (
            Filter {
                book: Some(slug(DROP)),
                kinds: vec![MovementKind::Collected],
                from: Some(opened_at),
                ..Filter::default()
            },
            |entry| entry.movement.kind == MovementKind::Collected,
        ),
    ];
    for (number, (filter, is_wanted)) in cases.into_iter().enumerate() {
        let expected: Vec<_> = all
            .iter()
            .filter(|entry| is_wanted(entry))
            .cloned()
            .collect();
        assert_eq!(expected.is_empty(), number == 4);
        for most in [1, 10_000] {
            let passed = read(&*ledger, &filter, few(most)).await;
            assert_eq!(passed, expected, "{filter:?}");
        }
    }
    shop
}

/// A page ends after a limited number of movements, even if few of them pass the filter. The next
/// page continues there.
pub async fn a_page_examines_a_limited_number_of_movements(kind: Kind) -> TestShop {
    let (shop, ledger) = busy(kind).await;
    let all = read(&*ledger, &Filter::default(), ALL).await;
    let filter = Filter {
        kinds: vec![MovementKind::Restocked],
        ..Filter::default()
    };
    let limits = PageLimits { most: 2, look: 5 };
    let first = ledger.after(Cursor::START, &filter, limits).await.unwrap();
    assert_eq!((first.entries.len(), first.ended), (0, false));
    assert_eq!(first.next, all[4].place);
    let passed = read(&*ledger, &filter, limits).await;
    assert_eq!(passed.len(), 1);
    assert_eq!(read_back(&*ledger, &filter, limits).await, passed);
    // A full page continues right after its last movement.
    let filter = Filter {
        book: Some(slug(DROP)),
        ..Filter::default()
    };
    let page = ledger.after(Cursor::START, &filter, few(1)).await.unwrap();
    assert_eq!(page.next, page.entries[0].place);
    shop
}

pub async fn a_reader_knows_how_much_is_left(kind: Kind) -> TestShop {
    let (shop, ledger) = busy(kind).await;
    let all = read(&*ledger, &Filter::default(), ALL).await;
    let head = ledger.head().await.unwrap();
    assert_eq!(head.place, all.last().unwrap().place);
    assert_eq!(head.behind(Cursor::START), all.len() as u64);
    for (number, entry) in all.iter().enumerate() {
        let left = (all.len() - number - 1) as u64;
        assert_eq!(head.behind(entry.place), left);
    }
    shop.add(BEN, "still", 1).await.unwrap();
    until_readable(&shop, &*ledger).await;
    let later = ledger.head().await.unwrap();
    assert_eq!(later.behind(head.place), 1);
    shop
}

/// The first movement is caused by a command, the second by the passing of time.
pub async fn a_waiting_reader_is_told_of_the_next_movement(kind: Kind) -> TestShop {
    let (shop, ledger) = busy(kind).await;
    let mut growth = ledger.growth();
    let mut place = ledger.head().await.unwrap().place;
    let all = Filter::default();
    for wanted in [MovementKind::Held, MovementKind::Expired] {
        match wanted {
            MovementKind::Held => drop(shop.add(BEN, "still", 1).await.unwrap()),
            _ => shop.pass(HOLD).await,
        }
        let next = async {
            loop {
                growth.more().await;
                let page = ledger.after(place, &all, few(10)).await.unwrap();
                if let Some(entry) = page.entries.into_iter().next() {
                    return entry;
                }
            }
        };
        let entry = timeout(PATIENCE, next)
            .await
            .expect("the reader should be told");
        assert_eq!(entry.movement.kind, wanted);
        place = entry.place;
    }
    shop
}
