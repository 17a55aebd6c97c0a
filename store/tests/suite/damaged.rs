//! The store neither opens nor changes a file that is damaged or of a newer version.

use std::{fs, path::Path};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use shop::{Command, Contact, OrderCode, Quantity, ShopperId, Slug};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use store::{
    OpenError, Options, Store, opening_catalogue,
    sqlite::{Inspection, SqliteStore},
};
use tempfile::TempDir;

const PAGE: usize = 4_096;

async fn open(data: &Path) -> Result<SqliteStore, OpenError> {
    SqliteStore::open(data, opening_catalogue(), Options::default()).await
}

async fn run_sql(data: &Path, statement: &'static str) {
    let file = SqliteConnectOptions::new().filename(data.join("shop.sqlite"));
    let mut db = SqliteConnection::connect_with(&file).await.unwrap();
    sqlx::raw_sql(statement).execute(&mut db).await.unwrap();
    db.close().await.unwrap();
}

/// A closed shop with holds and orders, and without unused pages.
async fn data() -> TempDir {
    let data = tempfile::tempdir().unwrap();
    let shop = open(data.path()).await.unwrap();
    for number in 0..40 {
        let shopper = ShopperId::from_bytes([number; 16]);
        let book: Slug = opening_catalogue()[usize::from(number) % 4]
            .slug
            .parse()
            .unwrap();
        let add = Command::Add {
            shopper,
            book,
            quantity: Quantity::ONE,
            key: Some(format!("key-of-click-{number}").parse().unwrap()),
        };
        let order = Command::PlaceOrder {
            shopper,
            code: OrderCode::from_bits(number.into()),
            contact: Contact::parse("Ann", "ann@example.org").unwrap(),
            total: None,
            key: None,
        };
        // Some are refused when the copies run out, which does not matter here.
        let _ = shop.submit(add).await;
        if number % 2 == 0 {
            let _ = shop.submit(order).await;
        }
    }
    shop.close().await;
    run_sql(data.path(), "vacuum").await;
    data
}

#[tokio::test]
async fn a_shop_with_any_page_damaged_is_refused_and_left_alone() {
    let data = data().await;
    let file = data.path().join("shop.sqlite");
    let whole = fs::read(&file).unwrap();
    let mut rng = StdRng::seed_from_u64(7);
    let pages = whole.len() / PAGE;
    assert!(pages > 20, "{pages} pages");
    for page in 0..pages {
        let mut damaged = whole.clone();
        rng.fill(&mut damaged[page * PAGE..(page + 1) * PAGE]);
        fs::write(&file, &damaged).unwrap();
        let opened = open(data.path()).await;
        let named = matches!(&opened, Err(OpenError::Damaged { path, .. }) if *path == file);
        assert!(named, "page {page}: {opened:?}");
        assert!(
            fs::read(&file).unwrap() == damaged,
            "page {page}: the file should not be touched"
        );
        let files = fs::read_dir(data.path()).unwrap().count();
        assert_eq!(files, 2, "only the file and the lock should be there");
    }
    fs::write(&file, &whole).unwrap();
    open(data.path()).await.unwrap().close().await;
}

#[tokio::test]
async fn a_shop_whose_end_is_missing_is_refused() {
    let data = data().await;
    let file = data.path().join("shop.sqlite");
    let whole = fs::read(&file).unwrap();
    for left in [PAGE / 2, PAGE, whole.len() / 2, whole.len() - PAGE] {
        fs::write(&file, &whole[..left]).unwrap();
        let opened = open(data.path()).await;
        assert!(
            matches!(opened, Err(OpenError::Damaged { .. })),
            "{left}: {opened:?}"
        );
        assert!(fs::read(&file).unwrap() == whole[..left]);
    }
}

#[tokio::test]
async fn data_of_a_newer_version_is_refused_and_left_alone() {
    let data = data().await;
    let file = data.path().join("shop.sqlite");
    // Opening this file for writing would change its journal mode.
    let newer = "pragma journal_mode = delete;
        insert into _sqlx_migrations (version, description, installed_on, success, checksum, execution_time)
        values (9999, 'of tomorrow', current_timestamp, true, x'00', 0)";
    run_sql(data.path(), newer).await;
    let before = fs::read(&file).unwrap();
    let opened = open(data.path()).await;
    assert!(matches!(opened, Err(OpenError::Newer(_))), "{opened:?}");
    let inspected = Inspection::open(data.path()).await;
    assert!(
        matches!(inspected, Err(OpenError::Newer(_))),
        "{inspected:?}"
    );
    assert!(fs::read(&file).unwrap() == before);
    assert_eq!(fs::read_dir(data.path()).unwrap().count(), 2);
}
