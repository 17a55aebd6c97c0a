//! A control test: what `create` does without the check for traces of an earlier shop.

use shop::{Command, Quantity, ShopperId, Slug};

use super::*;
use crate::{Options, Store, opening_catalogue, sqlite::SqliteStore};

/// Control: `open` refuses a directory whose shop is missing, but `create` alone does not.
#[tokio::test]
async fn create_alone_makes_a_new_shop_in_place_of_a_missing_one() {
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
