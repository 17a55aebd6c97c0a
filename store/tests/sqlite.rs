//! The embedded store, on real files.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;

use shop::{Command, Done, Level, Quantity, Refusal, ShopperId, Slug};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use store::{
    NewBook, OpenError, Store, StoreError, opening_catalogue,
    sqlite::{Options, SqliteStore},
};

fn drop_of(copies: u32) -> [NewBook; 1] {
    [NewBook {
        slug: "drop",
        copies,
        ..opening_catalogue()[0]
    }]
}

fn book() -> Slug {
    Slug::parse("drop").unwrap()
}

fn shopper(number: u8) -> ShopperId {
    ShopperId::from_bytes([number; 16])
}

/// Takes one copy and returns the level then.
async fn hold(shop: &SqliteStore, number: u8) -> Result<Level, StoreError> {
    let (shopper, quantity, key) = (shopper(number), Quantity::ONE, None);
    match shop
        .submit(Command::Add {
            shopper,
            book: book(),
            quantity,
            key,
        })
        .await?
    {
        Done::Line(line) => Ok(line.level),
        other => panic!("{other:?}"),
    }
}

async fn in_cart(shop: &SqliteStore, number: u8) -> u32 {
    let cart = shop.cart(shopper(number)).await.unwrap();
    cart.lines.iter().map(|line| line.quantity.get()).sum()
}

async fn raw(data: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(data.join("shop.sqlite"));
    SqliteConnection::connect_with(&options.create_if_missing(true))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_hold_is_still_there_after_the_shop_was_closed() {
    let data = tempfile::tempdir().unwrap();
    let shop = SqliteStore::open(data.path(), &drop_of(2), Options::default())
        .await
        .unwrap();
    let secret = shop.cookie_secret().await.unwrap();
    hold(&shop, 1).await.unwrap();
    shop.close().await;
    drop(shop);

    let shop = SqliteStore::open(data.path(), opening_catalogue(), Options::default())
        .await
        .unwrap();
    assert_eq!(in_cart(&shop, 1).await, 1);
    let shelf = shop.shelf().await.unwrap();
    assert_eq!(shelf.len(), 1, "the opening catalogue is for new shops");
    assert_eq!((shelf[0].level.available, shelf[0].level.version), (1, 2));
    assert_eq!(shop.cookie_secret().await.unwrap(), secret);
}

#[tokio::test]
async fn a_change_is_published_and_a_refusal_is_not() {
    let data = tempfile::tempdir().unwrap();
    let shop = SqliteStore::open(data.path(), &drop_of(1), Options::default())
        .await
        .unwrap();
    let watch = shop.feed().watch(vec![book()]);
    let held = vec![hold(&shop, 1).await.unwrap()];
    watch.changed().await;
    assert_eq!(watch.levels(), held);
    let refused = hold(&shop, 2).await;
    assert!(matches!(
        refused,
        Err(StoreError::Refused(Refusal::SoldOut { available: 0 }))
    ));
    assert_eq!(watch.levels(), held);
}

#[tokio::test]
async fn a_shopper_who_leaves_in_the_middle_leaves_nothing_half_done() {
    let data = tempfile::tempdir().unwrap();
    let shop = SqliteStore::open(data.path(), &drop_of(50), Options::default())
        .await
        .unwrap();
    for number in 0..50 {
        // Dropped after its first step, wherever that got it.
        let _ = tokio::time::timeout(std::time::Duration::ZERO, hold(&shop, number)).await;
    }
    // Behind everything that was taken up.
    let quantity = None;
    let remove = Command::SetQuantity {
        shopper: shopper(99),
        book: book(),
        quantity,
    };
    let Done::Line(line) = shop.submit(remove).await.unwrap() else {
        panic!("a line was asked for");
    };
    let mut held = 0;
    for number in 0..50 {
        held += in_cart(&shop, number).await;
    }
    assert_eq!(line.level.available, 50 - held);
    assert!(line.level.version > 1, "and some were taken up");
}

/// The guard behind the guard: what the decision would never write, the
/// database does not take.
#[tokio::test]
async fn the_database_itself_refuses_to_oversell() {
    let data = tempfile::tempdir().unwrap();
    SqliteStore::open(data.path(), &drop_of(3), Options::default())
        .await
        .unwrap()
        .close()
        .await;
    let mut db = raw(data.path()).await;
    for (statement, constraint) in [
        ("update stock set held = 4", "stock_available_not_negative"),
        ("update stock set held = -1", "stock_held_not_negative"),
        ("update stock set version = 0", "stock_version_positive"),
    ] {
        let refused = sqlx::query(statement)
            .execute(&mut db)
            .await
            .unwrap_err()
            .to_string();
        assert!(refused.contains(constraint), "{refused}");
    }
}

#[tokio::test]
async fn a_second_opening_is_refused_while_the_first_lasts() {
    let data = tempfile::tempdir().unwrap();
    let first = SqliteStore::open(data.path(), &drop_of(1), Options::default())
        .await
        .unwrap();
    let second = SqliteStore::open(data.path(), &drop_of(1), Options::default()).await;
    assert!(matches!(second, Err(OpenError::InUse(_))));
    first.close().await;
    drop(first);
    SqliteStore::open(data.path(), &drop_of(1), Options::default())
        .await
        .unwrap();
}

#[tokio::test]
async fn anothers_database_is_refused_and_left_alone() {
    let data = tempfile::tempdir().unwrap();
    let mut theirs = raw(data.path()).await;
    sqlx::query("create table recipe (name text)")
        .execute(&mut theirs)
        .await
        .unwrap();
    theirs.close().await.unwrap();
    let before = std::fs::read(data.path().join("shop.sqlite")).unwrap();
    let opened = SqliteStore::open(data.path(), &drop_of(1), Options::default()).await;
    assert!(matches!(opened, Err(OpenError::NotOurs(_))), "{opened:?}");
    assert_eq!(
        std::fs::read(data.path().join("shop.sqlite")).unwrap(),
        before
    );
}

#[tokio::test]
async fn a_first_start_that_was_cut_off_is_taken_up_again() {
    let data = tempfile::tempdir().unwrap();
    let mut db = raw(data.path()).await;
    sqlx::query("create table _sqlx_migrations (version bigint primary key, description text not null, installed_on timestamp not null default current_timestamp, success boolean not null, checksum blob not null, execution_time bigint not null)")
        .execute(&mut db)
        .await
        .unwrap();
    db.close().await.unwrap();
    let shop = SqliteStore::open(data.path(), &drop_of(1), Options::default())
        .await
        .unwrap();
    assert_eq!(shop.shelf().await.unwrap().len(), 1);
}

#[tokio::test]
async fn data_of_a_newer_version_is_refused() {
    let data = tempfile::tempdir().unwrap();
    SqliteStore::open(data.path(), &drop_of(1), Options::default())
        .await
        .unwrap()
        .close()
        .await;
    let mut db = raw(data.path()).await;
    sqlx::query(
        "insert into _sqlx_migrations (version, description, installed_on, success, checksum, execution_time)
         values (9999, 'of tomorrow', current_timestamp, true, x'00', 0)",
    )
    .execute(&mut db)
    .await
    .unwrap();
    db.close().await.unwrap();
    let opened = SqliteStore::open(data.path(), &drop_of(1), Options::default()).await;
    assert!(matches!(opened, Err(OpenError::Newer(_))), "{opened:?}");
}
