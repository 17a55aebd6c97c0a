//! Tidying needs no book's lock, and no click waits for it.

use std::time::Duration;

use sqlx::PgPool;
use tokio::time::{sleep, timeout};

use super::{insist, keep_locked, locking_books, open, shopper, until_a_click_waits};
use crate::contract::harness::{DAY, DROP, HOLD, HOUR, MINUTE, PATIENCE, Premises, add, keyed};

async fn count(pool: &PgPool, statement: &'static str) -> i64 {
    sqlx::query_scalar(statement).fetch_one(pool).await.unwrap()
}

async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let soon = async {
        while !condition().await {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, soon).await.expect(what);
}

#[tokio::test(flavor = "multi_thread")]
async fn old_rows_are_tidied_while_their_book_is_locked() {
    let (database, stores) = open(10).await;
    let pool = database.pool().await;
    let click = keyed(add(shopper(0, 1), DROP, 1), "key-of-one-click");
    insist(&*stores[0], click).await.unwrap();
    database.pass(HOLD).await;
    let lapsed = "select count(*) from hold where state = 'lapsed'";
    until("the hold lapses", async || count(pool, lapsed).await == 1).await;
    let _selling = keep_locked(&database, DROP).await;
    database.pass(2 * DAY + HOUR).await;
    let kept = "select (select count(*) from hold where state = 'lapsed')
                     + (select count(*) from submission)";
    until("both are deleted", async || count(pool, kept).await == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tidying_goes_on_after_the_clock_was_set_back() {
    let (database, stores) = open(10).await;
    let pool = database.pool().await;
    // After its second click, each instance has tidied.
    for (instance, store) in stores.iter().enumerate() {
        for number in [1, 2] {
            let click = keyed(add(shopper(instance, number), DROP, 1), "key-of-one-click");
            insist(&**store, click).await.unwrap();
        }
    }
    database
        .prepare(
            "update test_clock set now = now - 3600000;
             update submission set at = 0",
        )
        .await;
    let kept = "select count(*) from submission";
    until("the submissions are deleted", async || {
        count(pool, kept).await == 0
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_is_answered_while_tidying_hangs() {
    let (database, stores) = open(10).await;
    let pool = database.pool().await;
    let click = keyed(add(shopper(0, 1), DROP, 1), "key-of-one-click");
    insist(&*stores[0], click).await.unwrap();
    database
        .prepare(
            "create function linger() returns trigger language plpgsql as $$
             begin perform pg_sleep(9); return old; end $$;
             create trigger linger before delete on submission
                 for each row execute function linger()",
        )
        .await;
    let hanging = "select count(*) from pg_stat_activity
        where datname = current_database() and wait_event = 'PgSleep'";
    database.pass(2 * DAY + HOLD + MINUTE).await;
    until("tidying hangs", async || count(pool, hanging).await == 1).await;
    for (number, store) in stores.iter().enumerate() {
        insist(&**store, add(shopper(1, number), DROP, 1))
            .await
            .unwrap();
    }
    assert_eq!(count(pool, hanging).await, 1, "no click should have waited");
}

/// Control: tidying locks the books.
#[tokio::test(flavor = "multi_thread")]
async fn with_the_books_locks_tidying_delays_a_click() {
    let (database, stores) = open(10).await;
    let click = keyed(add(shopper(0, 1), DROP, 1), "key-of-one-click");
    insist(&*stores[0], click).await.unwrap();
    let _tidying = locking_books(&database, "delete on submission").await;
    database.pass(2 * DAY + HOLD + MINUTE).await;
    until_a_click_waits(&database, &stores[1]).await;
}
