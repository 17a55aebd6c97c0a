//! Notifications between instances, and what the instances read when none arrives.

use std::{sync::Arc, time::Duration};

use shop::{Command, Quantity};
use sqlx::postgres::PgListener;
use store::{Change, Store, Topic};
use tokio::time::{Instant, timeout};

use super::{insist, open, shopper};
use crate::contract::{
    harness::{DROP, PATIENCE, add, slug},
    news::{new, staff, until_published},
    postgres::Database,
};

/// The longest time until a followed topic is read again, with a margin for the read.
const REREAD: Duration = Duration::from_millis(2_500);

/// Waits until this instance knows this version of the book, and returns how long that took.
async fn until_version(store: &dyn Store, watch: &mut store::Watch, version: u64) -> Duration {
    let began = Instant::now();
    let heard = async {
        while watch
            .levels()
            .first()
            .is_none_or(|level| level.version < version)
        {
            watch.changed().await;
        }
    };
    timeout(PATIENCE, heard)
        .await
        .expect("the instance should learn of the version");
    assert!(!store.feed().is_stale());
    began.elapsed()
}

/// The notification channel of all instances.
async fn channel(database: &Database) -> String {
    sqlx::query_scalar("select 'burts_books_' || current_schema()::regnamespace::oid::bigint")
        .fetch_one(database.pool().await)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_without_a_notification_is_read_within_two_seconds() {
    let (database, stores) = open(10).await;
    let mut watch = stores[1].feed().watch([slug(DROP)]);
    until_version(&*stores[1], &mut watch, 1).await;
    // Unlike an instance, this listener reads nothing: it only hears notifications.
    let mut listener = PgListener::connect_with(database.pool().await)
        .await
        .unwrap();
    listener.listen(&channel(&database).await).await.unwrap();
    // This change is committed without a notification, as by an instance that dies in between.
    sqlx::query(
        "with moved as (
            update stock set on_hand = on_hand + 1, version = version + 1
            where book_id = (select id from book where slug = $1) returning book_id, version
         )
         insert into movement (book_id, version, kind, on_hand, held, allocated, reason, at)
         select book_id, version, 'restocked', 1, 0, 0, 'delivery', shop_now() from moved",
    )
    .bind(DROP)
    .execute(database.pool().await)
    .await
    .unwrap();
    let took = until_version(&*stores[1], &mut watch, 2).await;
    assert!(took < REREAD, "{took:?}");
    // The listener's first notification is of the next change, so this one had none.
    insist(&*stores[0], add(shopper(0, 0), DROP, 1))
        .await
        .unwrap();
    let heard = timeout(PATIENCE, listener.recv()).await.unwrap().unwrap();
    assert!(heard.payload().contains("\"version\":3"), "{heard:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_instances_publish_an_announcement_and_its_withdrawal() {
    let (_database, stores) = open(1).await;
    let mut watches = [1, 2].map(|other: usize| stores[other].feed().watch([Topic::News]));
    let signing = stores[0]
        .announcements()
        .announce(new("Signing"))
        .await
        .unwrap();
    for watch in &mut watches {
        assert_eq!(
            until_published(watch, 1).await.items,
            std::slice::from_ref(&signing)
        );
    }
    let withdrawing = stores[1].announcements();
    assert!(
        withdrawing
            .withdraw(signing.id, &staff("ann"))
            .await
            .unwrap()
    );
    for watch in &mut watches {
        assert_eq!(until_published(watch, 2).await.items, []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_announcement_without_a_notification_is_read_within_two_seconds() {
    let (database, stores) = open(1).await;
    let mut watch = stores[1].feed().watch([Topic::News]);
    until_published(&mut watch, 0).await;
    // Unlike an instance, this listener reads nothing: it only hears notifications.
    let mut listener = PgListener::connect_with(database.pool().await)
        .await
        .unwrap();
    listener.listen(&channel(&database).await).await.unwrap();
    // This change is committed without a notification, as by an instance that dies in between.
    let began = Instant::now();
    sqlx::raw_sql(
        "begin;
         update bulletin set changes = changes + 1;
         insert into announcement (number, key, text, made_at, made_by, ends_at)
         select changes, 'key-of-the-dead', 'Signing', shop_now(), 'ann', shop_now() / 1000 * 1000 + 60000
         from bulletin;
         commit",
    )
    .execute(database.pool().await)
    .await
    .unwrap();
    let news = until_published(&mut watch, 1).await;
    assert_eq!(news.items[0].text.as_str(), "Signing");
    assert!(began.elapsed() < REREAD, "{:?}", began.elapsed());
    // The listener's first notification is of the next change, so this one had none.
    stores[0]
        .announcements()
        .announce(new("Tea"))
        .await
        .unwrap();
    let heard = timeout(PATIENCE, listener.recv()).await.unwrap().unwrap();
    assert!(heard.payload().contains("\"version\":2"), "{heard:?}");
}

/// How long notifications are blocked: three seconds, or `DEAF_SECONDS`.
///
/// For example: `DEAF_SECONDS=30 scripts/with-postgres cargo test --release -p store --test suite
/// hearing`.
fn blocked_for() -> Duration {
    let seconds = std::env::var("DEAF_SECONDS").map_or(3, |value| value.parse().unwrap());
    Duration::from_secs(seconds)
}

/// Ends all listening connections, and returns their number.
async fn end_listening(database: &Database) -> i64 {
    sqlx::query_scalar(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity
         where datname = current_database() and query ilike 'listen %'",
    )
    .fetch_one(database.pool().await)
    .await
    .unwrap()
}

/// Makes two changes through the first instance; returns the version after them.
async fn change_twice(stores: &[Arc<dyn Store>; 3], version: u64) -> u64 {
    for copies in [1, 0] {
        let set = Command::SetQuantity {
            shopper: shopper(0, 0),
            book: slug(DROP),
            quantity: Quantity::new(copies).ok(),
        };
        insist(&*stores[0], set).await.unwrap();
    }
    version + 2
}

#[tokio::test(flavor = "multi_thread")]
async fn notifications_arrive_again_after_their_connection_was_ended() {
    let (database, stores) = open(10).await;
    let mut watch = stores[1].feed().watch([slug(DROP)]);
    until_version(&*stores[1], &mut watch, 1).await;
    // Every listener is disconnected again and again until `end`.
    let end = Instant::now() + blocked_for();
    let mut version = 1;
    let mut cut_off = 0;
    while cut_off < 3 || Instant::now() < end {
        cut_off += end_listening(&database).await;
        version = change_twice(&stores, version).await;
        let took = until_version(&*stores[1], &mut watch, version).await;
        assert!(took < REREAD, "while disconnected: {took:?}");
    }
    // Now notifications arrive again, long before the next re-read.
    let quickly = async {
        loop {
            version = change_twice(&stores, version).await;
            let took = until_version(&*stores[1], &mut watch, version).await;
            assert!(took < REREAD, "{took:?}");
            // A tenth of the time between two re-reads.
            if took < Duration::from_millis(200) {
                break;
            }
        }
    };
    timeout(PATIENCE, quickly)
        .await
        .expect("notifications should arrive again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duplicate_late_or_malformed_notification_does_no_harm() {
    let (database, stores) = open(10).await;
    let mut watch = stores[1].feed().watch([slug(DROP)]);
    let level = |version, available| {
        Change::Level(shop::Level {
            book: slug(DROP),
            available,
            in_carts: true,
            price: shop::Price::from_cents(2_000),
            page: 1,
            withdrawn: false,
            version,
        })
    };
    insist(&*stores[0], add(shopper(0, 0), DROP, 1))
        .await
        .unwrap();
    until_version(&*stores[1], &mut watch, 2).await;
    let payload = |epoch: &str, levels: &[Change]| {
        format!("{epoch} {}", serde_json::to_string(levels).unwrap())
    };
    let epoch = stores[0].feed().epoch();
    let late = payload(epoch.as_str(), &[level(1, 10), level(1, 10)]);
    let of_another_epoch = payload("q7", &[level(99, 10)]);
    for payload in [&late, &of_another_epoch, "nonsense", "[]", "{}"] {
        sqlx::query(
            "select pg_notify('burts_books_' || current_schema()::regnamespace::oid::bigint, $1)",
        )
        .bind(payload)
        .execute(database.pool().await)
        .await
        .unwrap();
    }
    insist(&*stores[0], add(shopper(0, 0), DROP, 1))
        .await
        .unwrap();
    until_version(&*stores[1], &mut watch, 3).await;
    assert_eq!(watch.levels()[0].available, 8);
}
