//! Commands that wait together, in a full queue or in a batch that cannot be written.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use futures_util::future::join_all;
use shop::{Command, Done, Refusal, ShopperId};
use sqlx::Connection;
use store::{Options, Store, StoreError, sqlite::SqliteStore};

use super::{add, book, drop_of, raw};

/// A command that finds the queue full is answered at once. No accepted command is lost.
#[tokio::test]
async fn a_command_that_finds_the_queue_full_is_busy_at_once() {
    let data = tempfile::tempdir().unwrap();
    let shop = SqliteStore::open(data.path(), &drop_of(1), Options::default())
        .await
        .unwrap();
    let mut file = raw(data.path()).await;
    // Another connection holds the write lock, so that the writer cannot write.
    let writing = file.begin_with("begin immediate").await.unwrap();
    let extend = || Command::Extend {
        shopper: ShopperId::from_bytes([1; 16]),
        book: book(),
    };
    let (mut accepted, mut busy) = (Vec::new(), 0);
    while busy < 100 {
        assert!(accepted.len() < 100_000, "the queue should be bounded");
        let mut submitted = Box::pin(shop.submit(extend()));
        match pin!(&mut submitted).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => accepted.push(submitted),
            Poll::Ready(Err(StoreError::Busy)) => busy += 1,
            Poll::Ready(answer) => panic!("{answer:?}"),
        }
    }
    writing.rollback().await.unwrap();
    for answer in join_all(accepted).await {
        assert!(matches!(
            answer,
            Err(StoreError::Refused(Refusal::NotInCart))
        ));
    }
    assert!(
        shop.submit(add(1)).await.is_ok(),
        "the shop should sell again"
    );
}

#[tokio::test]
async fn a_batch_that_cannot_be_written_fails_and_publishes_nothing() {
    let data = tempfile::tempdir().unwrap();
    let shop = SqliteStore::open(data.path(), &drop_of(3), Options::default())
        .await
        .unwrap();
    let mut file = raw(data.path()).await;
    let watch = shop.feed().watch(vec![book()]);
    sqlx::query(
        "create trigger broken before insert on movement begin select raise(abort, 'broken'); end",
    )
    .execute(&mut file)
    .await
    .unwrap();
    for answer in join_all([shop.submit(add(1)), shop.submit(add(2))]).await {
        assert!(matches!(answer, Err(StoreError::Failed(_))), "{answer:?}");
    }
    assert_eq!(shop.book(&book()).await.unwrap().level.version, 1);
    let published: Vec<_> = watch.levels().iter().map(|level| level.version).collect();
    assert!(
        published.iter().all(|version| *version == 1),
        "{published:?}"
    );

    sqlx::query("drop trigger broken")
        .execute(&mut file)
        .await
        .unwrap();
    let Ok(Done::Line(line)) = shop.submit(add(1)).await else {
        panic!("the writer should recover");
    };
    assert_eq!((line.level.available, line.level.version), (2, 2));
}

/// Of the commands in a batch, only those whose rows cannot be read or written fail.
#[tokio::test]
async fn a_command_that_cannot_be_written_or_read_fails_alone() {
    const SHOPPERS: u8 = 100;
    let data = tempfile::tempdir().unwrap();
    let shop = SqliteStore::open(data.path(), &drop_of(1_000), Options::default())
        .await
        .unwrap();
    shop.submit(add(30)).await.unwrap();
    let mut file = raw(data.path()).await;
    // One hold has more copies than a quantity may have, and another hold cannot be written.
    sqlx::raw_sql(
        "update hold set quantity = 5000;
         create trigger broken before insert on hold when new.shopper = zeroblob(16)
         begin select raise(abort, 'broken'); end",
    )
    .execute(&mut file)
    .await
    .unwrap();
    // Another connection holds the write lock, so that all of these commands wait together.
    let writing = file.begin_with("begin immediate").await.unwrap();
    let mut submitted: Vec<_> = (0..SHOPPERS)
        .map(|n| Box::pin(shop.submit(add(n))))
        .collect();
    for one in &mut submitted {
        let mut context = Context::from_waker(Waker::noop());
        assert!(pin!(one).poll(&mut context).is_pending());
    }
    writing.rollback().await.unwrap();
    for (number, answer) in join_all(submitted).await.into_iter().enumerate() {
        match number {
            0 => assert!(matches!(answer, Err(StoreError::Failed(_))), "{answer:?}"),
            30 => assert!(
                matches!(answer, Err(StoreError::Inconsistent(_))),
                "{answer:?}"
            ),
            _ => assert!(answer.is_ok(), "{number}: {answer:?}"),
        }
    }
    let level = shop.book(&book()).await.unwrap().level;
    assert_eq!(level.available, 1_000 - 1 - u32::from(SHOPPERS - 2));
}
