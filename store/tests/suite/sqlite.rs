//! The embedded store's file: who may open it, and what it refuses.

mod batches;

use std::{fs, path::Path};

use shop::{Browse, Command, Quantity, ShopperId, Slug};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use store::{
    NewBook, OpenError, Options, Store, opening_catalogue,
    sqlite::{Inspection, SqliteStaffAccounts, SqliteStore},
};
use tempfile::TempDir;

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

fn add(number: u8) -> Command {
    Command::Add {
        shopper: ShopperId::from_bytes([number; 16]),
        book: book(),
        quantity: Quantity::ONE,
        key: None,
    }
}

async fn raw(data: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(data.join("shop.sqlite"));
    SqliteConnection::connect_with(&options.create_if_missing(true))
        .await
        .unwrap()
}

/// The constraints are a second guard, behind the decisions.
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
        ("update stock set page = 0", "stock_page_positive"),
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
async fn a_shop_that_is_open_cannot_be_opened_again() {
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
async fn another_programs_database_is_refused_and_left_alone() {
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

/// A closed shop whose only copy is held.
async fn closed_shop() -> TempDir {
    let data = tempfile::tempdir().unwrap();
    let shop = SqliteStore::open(data.path(), &drop_of(1), Options::default())
        .await
        .unwrap();
    shop.submit(add(1)).await.unwrap();
    shop.close().await;
    data
}

#[tokio::test]
async fn a_directory_without_a_shop_is_named_by_each_command() {
    let data = tempfile::tempdir().unwrap();
    let inspected = Inspection::open(data.path()).await.unwrap_err();
    let accounts = SqliteStaffAccounts::open(data.path()).await.err().unwrap();
    for refused in [inspected, accounts] {
        assert!(
            matches!(&refused, OpenError::NoShop(directory) if directory == data.path()),
            "{refused:?}"
        );
    }
}

/// The file is empty, as after `: > shop.sqlite`, or after copying it to a full disk.
#[tokio::test]
async fn an_emptied_file_is_refused_and_left_empty() {
    let data = closed_shop().await;
    let file = data.path().join("shop.sqlite");
    fs::write(&file, "").unwrap();
    let opened = SqliteStore::open(data.path(), &drop_of(1), Options::default()).await;
    assert!(
        matches!(&opened, Err(OpenError::Emptied(path)) if *path == file),
        "{opened:?}"
    );
    assert_eq!(
        fs::metadata(&file).unwrap().len(),
        0,
        "the file should stay empty"
    );
    let inspected = Inspection::open(data.path()).await;
    assert!(
        matches!(inspected, Err(OpenError::Emptied(_))),
        "{inspected:?}"
    );
    // Without the file, there is no shop here, and a new one is created.
    fs::remove_file(&file).unwrap();
    let opened = SqliteStore::open(data.path(), &drop_of(1), Options::default()).await;
    assert_eq!(
        opened.unwrap().book(&book()).await.unwrap().level.available,
        1
    );
}

/// The file is a database without a shop.
///
/// An interrupted first start leaves no such file: a new file gets this name once it is complete.
#[tokio::test]
async fn a_file_without_a_shop_is_refused_and_left_alone() {
    for statement in [
        "vacuum",
        "create table _sqlx_migrations (version bigint primary key)",
        "pragma application_id = 0x42555254",
    ] {
        let data = tempfile::tempdir().unwrap();
        let mut file = raw(data.path()).await;
        sqlx::query(statement).execute(&mut file).await.unwrap();
        file.close().await.unwrap();
        let file = data.path().join("shop.sqlite");
        let before = fs::read(&file).unwrap();
        let opened = SqliteStore::open(data.path(), &drop_of(1), Options::default()).await;
        assert!(
            matches!(&opened, Err(OpenError::Emptied(path)) if *path == file),
            "{statement}: {opened:?}"
        );
        assert!(
            fs::read(&file).unwrap() == before,
            "the file should be untouched"
        );
    }
}

#[tokio::test]
async fn a_shop_whose_file_is_missing_is_not_created_again() {
    for trace in [
        "shop.sqlite-wal",
        "shop.sqlite-journal",
        "shop.sqlite-shm",
        "shop.sqlite.old",
        "before-restore-1.sqlite",
        "before-restore-2.sqlite",
        "arriving.sqlite",
        "sunday.backup",
    ] {
        let data = closed_shop().await;
        let (file, trace) = (data.path().join("shop.sqlite"), data.path().join(trace));
        fs::rename(&file, &trace).unwrap();
        let opened = SqliteStore::open(data.path(), &drop_of(1), Options::default()).await;
        let named =
            matches!(&opened, Err(OpenError::Missing { trace: found, .. }) if *found == trace);
        assert!(named, "{opened:?}");
        assert!(!file.exists());
    }
    // Only a damaged file remains, under the name that `restore` gives a replaced one.
    let data = tempfile::tempdir().unwrap();
    fs::write(data.path().join("before-restore-7.sqlite"), "damaged").unwrap();
    let opened = SqliteStore::open(data.path(), &drop_of(1), Options::default()).await;
    assert!(
        matches!(opened, Err(OpenError::Missing { .. })),
        "{opened:?}"
    );
    // The file is a link to a disk that is not mounted.
    let data = closed_shop().await;
    let file = data.path().join("shop.sqlite");
    fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink(data.path().join("mnt/shop.sqlite"), &file).unwrap();
    let opened = SqliteStore::open(data.path(), &drop_of(1), Options::default()).await;
    assert!(
        matches!(opened, Err(OpenError::Directory { .. })),
        "{opened:?}"
    );
    assert!(fs::symlink_metadata(&file).unwrap().is_symlink());
}

#[tokio::test]
async fn files_of_an_interrupted_first_start_are_replaced() {
    let data = tempfile::tempdir().unwrap();
    for left in ["new.sqlite", "new.sqlite-journal"] {
        fs::write(data.path().join(left), "half a shop").unwrap();
    }
    let shop = SqliteStore::open(data.path(), &drop_of(1), Options::default())
        .await
        .unwrap();
    assert_eq!(shop.browse(&Browse::default()).await.unwrap().total, 1);
    shop.close().await;
    let files = fs::read_dir(data.path()).unwrap();
    let mut names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["shop.lock", "shop.sqlite"]);
}
