//! What an instance reads of a book after waiting for another instance's lock.

use std::time::Duration;

use shop::{Command, Done, Price, PriceConversion, SettingField, ShopProfile};
use sqlx::{Connection, PgConnection, PgPool};
use store::{SettingsChange, SettingsOutcome};
use tokio::time::{sleep, timeout};

use super::{insist, open, shopper};
use crate::contract::{
    harness::{DROP, PATIENCE, Premises, add, slug},
    news::staff,
};

/// Waits until this many connections wait for a lock in this database.
async fn until_waiting(pool: &PgPool, many: i64) {
    let waiting = async {
        loop {
            let now: i64 = sqlx::query_scalar(
                "select count(*) from pg_stat_activity
                 where datname = current_database() and wait_event_type = 'Lock'",
            )
            .fetch_one(pool)
            .await
            .unwrap();
            if now >= many {
                return;
            }
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, waiting)
        .await
        .expect("the connections should wait");
}

const LOCK_THE_ROW: &str = "select 1 from stock
    where book_id = (select id from book where slug = 'drop') for no key update";

/// One instance withdraws or reprices a book while another waits for the book's lock.
#[tokio::test(flavor = "multi_thread")]
async fn after_waiting_for_a_lock_a_book_is_read_as_it_is_now() {
    let (database, stores) = open(10).await;
    let pool = database.pool().await;
    let (ann, ben) = (shopper(1, 1), shopper(2, 1));
    insist(&*stores[1], add(ann, DROP, 1)).await.unwrap();
    insist(&*stores[2], add(ben, DROP, 1)).await.unwrap();
    let give_back = |shopper| Command::SetQuantity {
        shopper,
        book: slug(DROP),
        quantity: None,
    };
    let mut lock = pool.begin().await.unwrap();
    sqlx::query(LOCK_THE_ROW).execute(&mut *lock).await.unwrap();
    let withdraw = Command::Withdraw {
        book: slug(DROP),
        withdrawn: true,
        reason: "recalled".parse().unwrap(),
    };
    let submit = |store: usize, command| {
        let store = std::sync::Arc::clone(&stores[store]);
        tokio::spawn(async move { store.submit(command).await })
    };
    // Locks are granted in order of arrival. Both commands wait before either changes anything.
    let first = submit(0, withdraw);
    until_waiting(pool, 1).await;
    let second = submit(1, give_back(ann));
    until_waiting(pool, 2).await;
    lock.commit().await.unwrap();
    first.await.unwrap().unwrap();
    second.await.unwrap().unwrap();
    let level = stores[2].book(&slug(DROP)).await.unwrap().level;
    assert_eq!(
        level.available, 0,
        "a withdrawn book should have no copies available"
    );

    let put_back = Command::Withdraw {
        book: slug(DROP),
        withdrawn: false,
        reason: "allowed again".parse().unwrap(),
    };
    insist(&*stores[0], put_back).await.unwrap();
    insist(&*stores[0], give_back(ben)).await.unwrap();
    let mut lock = pool.begin().await.unwrap();
    sqlx::query(LOCK_THE_ROW).execute(&mut *lock).await.unwrap();
    let price = Price::from_cents(123);
    let book = slug(DROP);
    let first = submit(0, Command::SetPrice { book, price });
    until_waiting(pool, 1).await;
    let second = submit(1, add(ann, DROP, 1));
    until_waiting(pool, 2).await;
    lock.commit().await.unwrap();
    first.await.unwrap().unwrap();
    match second.await.unwrap().unwrap() {
        Done::Line(line) => assert_eq!(line.price, price),
        other => panic!("{other:?}"),
    }
    assert_eq!(database.audit().await, Vec::<String>::new());
}

/// One instance adds a book while another changes the currency of all prices.
#[tokio::test(flavor = "multi_thread")]
async fn another_currency_waits_for_a_book_that_is_being_added() {
    let (database, stores) = open(10).await;
    let pool = database.pool().await;
    let mut adding = pool.begin().await.unwrap();
    // The lock for the names of books, which a batch takes before it adds one.
    sqlx::query("select pg_advisory_xact_lock(7205759403792795)")
        .execute(&mut *adding)
        .await
        .unwrap();
    sqlx::query(
        "with b as (
            insert into book (slug, title, author, description, cover_alt, price_cents)
            values ('late', 'Late', '', '', '', 1650) returning id
         ), s as (
            insert into stock (book_id, on_hand, held, allocated, version)
            select id, 1, 0, 0, 1 from b
         ), m as (
            insert into movement (book_id, version, kind, on_hand, held, allocated, at)
            select id, 1, 'opened', 1, 0, 0, shop_now() from b
         )
         insert into price (book_id, since, price_cents) select id, shop_now(), 1650 from b",
    )
    .execute(&mut *adding)
    .await
    .unwrap();
    let mut profile = ShopProfile::default();
    profile.set(SettingField::Currency, "JPY").unwrap();
    let change = SettingsChange {
        profile,
        made_from: 0,
        prices: Some(PriceConversion::Round),
        by: staff("ann"),
    };
    let settings = stores[0].owner_settings();
    let saving = tokio::spawn(async move { settings.save(change).await });
    until_waiting(pool, 1).await;
    adding.commit().await.unwrap();
    let saved = saving.await.unwrap().unwrap();
    assert!(matches!(saved, SettingsOutcome::Saved(_)), "{saved:?}");
    let level = stores[1].book(&slug("late")).await.unwrap().level;
    assert_eq!((level.price, level.version), (Price::from_cents(17), 2));
    assert_eq!(database.audit().await, Vec::<String>::new());
}

/// Reads whether a book is withdrawn, and its stock's version, after waiting for its lock.
///
/// The lock's owner has just withdrawn the book. `after_the_lock` says whether the withdrawal is
/// read in a later statement than the one that waits for the lock.
async fn seen_after_waiting(after_the_lock: bool) -> (i64, i64) {
    let (database, _stores) = open(10).await;
    let pool = database.pool().await;
    let mut first = pool.begin().await.unwrap();
    sqlx::query(LOCK_THE_ROW)
        .execute(&mut *first)
        .await
        .unwrap();
    let mut second = PgConnection::connect(database.text()).await.unwrap();
    let waiting = tokio::spawn(async move {
        let mut second = second.begin().await.unwrap();
        let mut seen: (i64, i64) = sqlx::query_as(
            "with locked as materialized (
                select stock.* from stock
                where book_id = (select id from book where slug = 'drop') for no key update
             )
             select withdrawn, version from locked join book on book.id = book_id",
        )
        .fetch_one(&mut *second)
        .await
        .unwrap();
        if after_the_lock {
            seen.0 = sqlx::query_scalar("select withdrawn from book where slug = 'drop'")
                .fetch_one(&mut *second)
                .await
                .unwrap();
        }
        seen
    });
    until_waiting(pool, 1).await;
    sqlx::query("update stock set version = version + 1")
        .execute(&mut *first)
        .await
        .unwrap();
    sqlx::query("update book set withdrawn = 1")
        .execute(&mut *first)
        .await
        .unwrap();
    first.commit().await.unwrap();
    waiting.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_book_read_in_the_locking_statement_is_as_before_the_wait() {
    assert_eq!(seen_after_waiting(true).await, (1, 2));
    let torn = (0, 2);
    assert_eq!(seen_after_waiting(false).await, torn);
}
