//! The presence of waiting shoppers is recorded without the lock of any book.

use std::sync::Arc;

use shop::{Command, Wait};
use store::{ATTEND_EVERY, Topic};

use super::{insist, keep_locked, locking_books, open, shopper, until_a_click_waits};
use crate::contract::{
    harness::{DROP, Premises, add, slug},
    postgres::Database,
    waits::wait,
};

/// Counts the waits of shoppers who are thought to have a page open.
async fn reachable(database: &Database) -> i64 {
    sqlx::query_scalar("select count(*) from wait where reachable_until > shop_now()")
        .fetch_one(database.pool().await)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_presence_is_recorded_while_another_instance_sells_the_book() {
    let (database, stores) = open(0).await;
    let (ann, ben) = (shopper(0, 1), shopper(0, 2));
    for (who, book) in [(ann, DROP), (ann, "rest"), (ben, "rest")] {
        insist(&*stores[1], wait(who, book)).await.unwrap();
    }
    database.pass(Wait::PRESENCE_TTL).await;
    assert_eq!(reachable(&database).await, 0);
    let _pages = stores[0].feed().watch([Topic::Mine(ann), Topic::Mine(ben)]);
    let _selling = keep_locked(&database, DROP).await;
    stores[0].attend().await.unwrap();
    assert_eq!(reachable(&database).await, 3);
}

/// Each of two books has a copy that could not be offered. Another instance has locked one of them.
#[tokio::test(flavor = "multi_thread")]
async fn a_locked_book_delays_neither_other_offers_nor_clicks() {
    let (database, stores) = open(1).await;
    let (ann, ben, cat) = (shopper(0, 1), shopper(0, 2), shopper(0, 3));
    for book in [DROP, "rest"] {
        insist(&*stores[1], add(ann, book, 1)).await.unwrap();
        insist(&*stores[1], wait(ben, book)).await.unwrap();
    }
    database.pass(Wait::PRESENCE_TTL).await;
    for book in [DROP, "rest"] {
        let give_back = Command::SetQuantity {
            shopper: ann,
            book: slug(book),
            quantity: None,
        };
        insist(&*stores[1], give_back).await.unwrap();
        assert_eq!(
            stores[0].book(&slug(book)).await.unwrap().level.available,
            1
        );
    }
    let _page = stores[0].feed().watch([Topic::Mine(ben)]);
    let selling = keep_locked(&database, DROP).await;
    // A click at the same time.
    let remove = Command::SetQuantity {
        shopper: cat,
        book: slug("rest"),
        quantity: None,
    };
    let (attended, removed) = tokio::join!(stores[0].attend(), stores[0].submit(remove));
    attended.unwrap();
    removed.unwrap();
    let offered = async || {
        let cart = stores[0].cart(ben).await.unwrap();
        let lines = cart.lines.into_iter().filter(|line| line.offered);
        let mut books: Vec<_> = lines.map(|line| line.book.slug.to_string()).collect();
        books.sort();
        books
    };
    assert_eq!(offered().await, ["rest"]);
    selling.rollback().await.unwrap();
    database.pass(ATTEND_EVERY).await;
    stores[0].attend().await.unwrap();
    assert_eq!(offered().await, [DROP, "rest"]);
    assert_eq!(database.audit().await, Vec::<String>::new());
}

/// Control: recording a presence locks the books.
#[tokio::test(flavor = "multi_thread")]
async fn with_the_books_locks_recording_a_presence_delays_a_click() {
    let (database, stores) = open(0).await;
    let ann = shopper(0, 1);
    insist(&*stores[1], wait(ann, DROP)).await.unwrap();
    database.pass(Wait::PRESENCE_TTL).await;
    let _page = stores[0].feed().watch([Topic::Mine(ann)]);
    let _recording = locking_books(&database, "update on wait").await;
    let store = Arc::clone(&stores[0]);
    let attending = tokio::spawn(async move { store.attend().await });
    until_a_click_waits(&database, &stores[1]).await;
    attending.abort();
}
