//! A shop that is created without a look at what is there already.

use shop::{Command, Quantity, ShopperId, Slug};

use super::*;
use crate::{Options, Store, opening_catalogue, sqlite::SqliteStore};

/// Control: only `open` looks for traces of a shop before it creates one.
#[tokio::test]
async fn without_looking_for_traces_a_shop_whose_file_is_missing_is_made_anew() {
    let data = tempfile::tempdir().unwrap();
    let (file, backup) = (
        data.path().join(FILE_NAME),
        data.path().join("sunday.backup"),
    );
    let (book, books) = (
        Slug::parse("drop").unwrap(),
        [NewBook {
            slug: "drop",
            copies: 1,
            ..opening_catalogue()[0]
        }],
    );
    let open = || SqliteStore::open(data.path(), &books, Options::default());
    let shop = open().await.unwrap();
    let last_copy = Command::Add {
        shopper: ShopperId::from_bytes([1; 16]),
        book: book.clone(),
        quantity: Quantity::ONE,
        key: None,
    };
    shop.submit(last_copy).await.unwrap();
    shop.close().await;
    drop(shop);
    fs::rename(&file, backup).unwrap();
    let refused = open().await;
    assert!(
        matches!(refused, Err(OpenError::Missing { .. })),
        "{refused:?}"
    );

    let now = Timestamp::from_millis(1_700_000_000_000);
    create(data.path(), &file, &books, now).await.unwrap();
    let shop = open().await.unwrap();
    let available = shop.book(&book).await.unwrap().level.available;
    assert_eq!(available, 1, "the copy that was sold is for sale again");
    shop.close().await;
}
