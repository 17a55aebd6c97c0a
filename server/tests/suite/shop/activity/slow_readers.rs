//! Readers that stop reading, beside readers that do not.

use std::time::{Duration, Instant};

use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};

use super::{Owner, PAGE, WINDOW, all_places, move_copies};
use crate::shop::helpers::{open_store, spawn_shop_over, spawn_shop_with};

#[tokio::test(flavor = "multi_thread")]
async fn a_stalled_reader_is_sent_two_pages_and_misses_nothing() {
    let shop = spawn_shop_with(10).await;
    let (ann, ben) = (Owner::of(&shop, "ann").await, Owner::of(&shop, "ben").await);
    move_copies(&shop.store, "drop", 3_000).await;
    let mut stalled = ann.read("").await;
    for page in 1..=WINDOW {
        assert_eq!(stalled.receive().await.1, PAGE);
        assert_eq!(stalled.behind, 3_001 - (page * PAGE) as u64);
    }
    // No other reader waits for the stalled one, which is still told how far behind it is.
    let mut quick = ben.read("").await;
    quick.read(3_001).await;
    move_copies(&shop.store, "drop", 1_000).await;
    quick.read(4_001).await;
    while stalled.behind < 3_001 {
        assert_eq!(stalled.receive().await.1, 0, "no rows beyond the window");
    }
    assert_eq!(stalled.places.len(), WINDOW * PAGE);
    stalled.acknowledge().await;
    stalled.read(4_001).await;
    assert_eq!(stalled.behind, 0);
    let all = all_places(&shop.store).await;
    assert!(stalled.places == all && quick.places == all);
}

/// Control: a reader that acknowledges what it has not processed is sent everything at once.
#[tokio::test(flavor = "multi_thread")]
async fn without_waiting_for_acknowledgements_everything_is_sent() {
    let shop = spawn_shop_with(10).await;
    let ann = Owner::of(&shop, "ann").await;
    move_copies(&shop.store, "drop", 3_000).await;
    let mut reader = ann.read("").await;
    let mut sent = 0;
    while sent < 3_001 {
        sent += reader.receive().await.1;
        reader.acknowledge().await;
    }
    assert!(sent > WINDOW * PAGE);
}

/// A reader whose network is stuck reconnects with its position.
#[tokio::test(flavor = "multi_thread")]
async fn a_stalled_reader_delays_no_other_and_resumes_where_it_stopped() {
    let shop = spawn_shop_with(10).await;
    let (ann, ben) = (Owner::of(&shop, "ann").await, Owner::of(&shop, "ben").await);
    move_copies(&shop.store, "drop", 700).await;
    let mut stalled = ann.read("").await;
    stalled.receive().await;
    let mut quick = ben.read("").await;
    move_copies(&shop.store, "drop", 5_000).await;
    quick.read(5_701).await;
    // The stalled reader has not read a byte since, and now loses its connection.
    let (place, mut places) = (stalled.next.clone(), stalled.places.clone());
    drop(stalled);
    let mut again = ann.read(&format!("after={place}")).await;
    again.read(5_701 - PAGE).await;
    places.extend(again.places);
    assert_eq!(places, all_places(&shop.store).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_movements_are_replayed_from_the_first() {
    const MOVEMENTS: usize = 100_000;
    let data = tempfile::tempdir().unwrap();
    let books = [store::NewBook {
        slug: "drop",
        copies: 10,
        ..store::opening_catalogue()[0]
    }];
    open_store(data.path(), &books).await.close().await;
    let file = SqliteConnectOptions::new().filename(data.path().join("shop.sqlite"));
    let mut file = file.connect().await.unwrap();
    sqlx::raw_sql(
        "with recursive numbers (n) as (select 2 union all select n + 1 from numbers where n < 100000)
         insert into movement (book_id, version, kind, on_hand, held, allocated, reason, at)
         select 1, n, 'adjusted', iif(n % 2 = 0, 1, -1), 0, 0, 'counted again', 1700000000000 + n
         from numbers;
         update stock set version = 100000, on_hand = 11 where book_id = 1;",
    )
    .execute(&mut file)
    .await
    .unwrap();
    drop(file);
    let shop = spawn_shop_over(open_store(data.path(), &books).await, data).await;
    let ann = Owner::of(&shop, "ann").await;
    let began = Instant::now();
    let mut reader = ann.read("").await;
    let mut behind = u64::MAX;
    while reader.places.len() < MOVEMENTS {
        reader.receive().await;
        reader.acknowledge().await;
        assert!(reader.behind < behind, "every page reduces the backlog");
        behind = reader.behind;
    }
    assert_eq!(behind, 0);
    let took = began.elapsed();
    assert_eq!(reader.places, all_places(&shop.store).await);
    // A pause after each page would make it far slower.
    assert!(took < Duration::from_secs(60), "{took:?}");
    // Afterwards the stream continues live.
    move_copies(&shop.store, "drop", 1).await;
    reader.read(MOVEMENTS + 1).await;
}
