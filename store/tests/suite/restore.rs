//! Restoring a backup replaces a shop, and none of the old data remains in it.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use shop::{Command, Epoch, Quantity, ShopperId, Slug};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use store::{
    NewBook, OpenError, Options, Store, opening_catalogue,
    sqlite::{Inspection, SqliteStore, restore},
};
use tempfile::TempDir;

/// A shop that has sold one of two copies, was backed up, and has sold the other since.
struct World {
    _dir: TempDir,
    data: PathBuf,
    backup: PathBuf,
    shop: SqliteStore,
}

impl World {
    async fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (data, backup) = (dir.path().join("data"), dir.path().join("backup.sqlite"));
        // The shop is reopened once, so that the opening stock is no longer in the log.
        open(&data).await.unwrap().close().await;
        let shop = open(&data).await.unwrap();
        shop.submit(add(1)).await.unwrap();
        let mut inspection = Inspection::open(&data).await.unwrap();
        inspection.backup(&backup).await.unwrap();
        shop.submit(add(2)).await.unwrap();
        let _dir = dir;
        Self {
            _dir,
            data,
            backup,
            shop,
        }
    }

    async fn closed(self) -> Closed {
        self.shop.close().await;
        let Self {
            _dir, data, backup, ..
        } = self;
        Closed { _dir, data, backup }
    }

    /// Copies the files as a power loss would leave them, with the last sale only in the log.
    fn after_a_power_loss(&self) -> TempDir {
        let crashed = tempfile::tempdir().unwrap();
        for name in ["shop.sqlite", "shop.sqlite-wal"] {
            fs::copy(self.data.join(name), crashed.path().join(name)).unwrap();
        }
        crashed
    }
}

struct Closed {
    _dir: TempDir,
    data: PathBuf,
    backup: PathBuf,
}

async fn open(data: &Path) -> Result<SqliteStore, OpenError> {
    let drop = NewBook {
        slug: "drop",
        copies: 2,
        ..opening_catalogue()[0]
    };
    SqliteStore::open(data, &[drop], Options::default()).await
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

/// The available copies and the version after opening the shop.
async fn level(data: &Path) -> (u32, u64) {
    let shop = open(data).await.unwrap();
    let level = shop.book(&book()).await.unwrap().level;
    shop.close().await;
    drop(shop);
    let mut inspection = Inspection::open(data).await.unwrap();
    assert_eq!(inspection.audit().await.unwrap(), []);
    (level.available, level.version)
}

const AT_THE_BACKUP: (u32, u64) = (1, 2);

/// A reader from another program.
async fn reader(data: &Path) -> SqliteConnection {
    let file = SqliteConnectOptions::new().filename(data.join("shop.sqlite"));
    SqliteConnection::connect_with(&file).await.unwrap()
}

async fn held(reader: &mut SqliteConnection) -> i64 {
    let held = sqlx::query_scalar("select held from stock");
    held.fetch_one(reader).await.unwrap()
}

fn names(data: &Path) -> Vec<String> {
    let files = fs::read_dir(data).unwrap();
    let mut names: Vec<_> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_backup_of_a_running_shop_can_be_restored() {
    let world = World::open().await;
    let under_a_running_shop = restore(&world.data, &world.backup).await;
    assert!(matches!(under_a_running_shop, Err(OpenError::InUse(_))));
    let shop = world.closed().await;
    let kept = restore(&shop.data, &shop.backup).await.unwrap().unwrap();
    assert_eq!(level(&shop.data).await, AT_THE_BACKUP);
    // The replaced file is kept with its last sale, and can be restored.
    restore(&shop.data, &kept).await.unwrap();
    assert_eq!(level(&shop.data).await, (0, 3));
}

#[tokio::test]
async fn a_shop_that_is_being_read_is_not_replaced() {
    let world = World::open().await;
    let mut reader = reader(&world.data).await;
    let mut reading = reader.begin().await.unwrap();
    held(&mut reading).await;
    world.shop.submit(add(3)).await.unwrap_err();
    let shop = world.closed().await;
    let before = names(&shop.data);
    let refused = restore(&shop.data, &shop.backup).await;
    assert!(
        matches!(refused, Err(OpenError::BeingRead(_))),
        "{refused:?}"
    );
    assert_eq!(names(&shop.data), before, "no file should be left behind");
    reading.rollback().await.unwrap();
    assert!(restore(&shop.data, &shop.backup).await.is_ok());
    assert_eq!(level(&shop.data).await, AT_THE_BACKUP);
}

#[tokio::test]
async fn a_reader_of_the_old_shop_keeps_reading_it() {
    let world = World::open().await;
    let mut reader = reader(&world.data).await;
    assert_eq!(held(&mut reader).await, 2);
    let shop = world.closed().await;
    restore(&shop.data, &shop.backup).await.unwrap();
    let opened = open(&shop.data).await.unwrap();
    assert_eq!(held(&mut reader).await, 2);
    opened.submit(add(3)).await.unwrap();
    assert_eq!(held(&mut reader).await, 2);
    let level = opened.book(&book()).await.unwrap().level;
    assert_eq!((level.available, level.version), (0, 3));
}

#[tokio::test]
async fn a_damaged_shop_is_replaced_and_kept_with_its_log() {
    let world = World::open().await;
    let crashed = world.after_a_power_loss();
    let file = crashed.path().join("shop.sqlite");
    let mut bytes = fs::read(&file).unwrap();
    bytes.fill(0xa5);
    fs::write(&file, &bytes).unwrap();
    let log = fs::read(crashed.path().join("shop.sqlite-wal")).unwrap();
    let opened = open(crashed.path()).await;
    assert!(
        matches!(opened, Err(OpenError::Damaged { .. })),
        "{opened:?}"
    );

    let kept = restore(crashed.path(), &world.backup)
        .await
        .unwrap()
        .unwrap();
    assert!(fs::read(&kept).unwrap() == bytes, "the file should be kept");
    let kept_log = kept.with_extension("sqlite-wal");
    assert!(fs::read(kept_log).unwrap() == log, "the log should be kept");
    assert_eq!(level(crashed.path()).await, AT_THE_BACKUP);
}

#[tokio::test]
async fn a_shop_that_lost_power_is_replaced_and_kept_with_its_log() {
    let world = World::open().await;
    let crashed = world.after_a_power_loss();
    let kept = restore(crashed.path(), &world.backup)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(level(crashed.path()).await, AT_THE_BACKUP);
    restore(crashed.path(), &kept).await.unwrap();
    assert_eq!(level(crashed.path()).await, (0, 3));
}

/// Without the guard, an old log that lies beside the backup is applied to it.
#[tokio::test]
async fn with_the_old_log_beside_it_the_backup_is_not_restored() {
    let world = World::open().await;
    let crashed = world.after_a_power_loss();
    fs::copy(&world.backup, crashed.path().join("shop.sqlite")).unwrap();
    match open(crashed.path()).await {
        Ok(shop) => {
            let level = shop.book(&book()).await.unwrap().level;
            assert_ne!((level.available, level.version), AT_THE_BACKUP);
        }
        Err(error) => assert!(matches!(error, OpenError::Damaged { .. }), "{error:?}"),
    }
}

/// What is wrong with a backup.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    Newer,
    Log,
    Damage,
    Nothing,
}

#[tokio::test]
async fn an_unsuitable_backup_changes_nothing() {
    for (fault, message) in [
        (Fault::Newer, "written by a newer version"),
        (Fault::Log, "is not complete without its log"),
        (Fault::Damage, "is damaged"),
        (Fault::Nothing, "is not a database of Burt's Books"),
    ] {
        let shop = World::open().await.closed().await;
        spoil(&shop.backup, fault).await;
        let file = shop.data.join("shop.sqlite");
        let (files, bytes) = (names(&shop.data), fs::read(&file).unwrap());
        let refused = restore(&shop.data, &shop.backup).await.unwrap_err();
        assert!(
            refused.to_string().contains(message),
            "{fault:?}: {refused}"
        );
        assert_eq!(names(&shop.data), files, "{fault:?}");
        assert!(fs::read(&file).unwrap() == bytes);
    }
}

async fn spoil(backup: &Path, fault: Fault) {
    match fault {
        Fault::Newer => {
            let file = SqliteConnectOptions::new().filename(backup);
            let mut db = SqliteConnection::connect_with(&file).await.unwrap();
            sqlx::query(
                "insert into _sqlx_migrations (version, description, installed_on, success, checksum, execution_time)
                 values (9999, 'of tomorrow', current_timestamp, true, x'00', 0)",
            )
            .execute(&mut db)
            .await
            .unwrap();
            db.close().await.unwrap();
        }
        Fault::Log => {
            fs::write(backup.with_extension("sqlite-wal"), "what was sold last").unwrap();
        }
        Fault::Damage => {
            let mut bytes = fs::read(backup).unwrap();
            let page = bytes.len() - 4_096;
            bytes[page..].fill(0xa5);
            fs::write(backup, bytes).unwrap();
        }
        Fault::Nothing => fs::write(backup, "").unwrap(),
    }
}

async fn epoch(data: &Path) -> Epoch {
    let shop = open(data).await.unwrap();
    let epoch = shop.feed().epoch();
    shop.close().await;
    epoch
}

#[tokio::test]
async fn a_restored_shop_has_another_epoch_and_a_reopened_one_keeps_its_own() {
    let shop = World::open().await.closed().await;
    let before = epoch(&shop.data).await;
    assert_eq!(epoch(&shop.data).await, before);
    let kept = restore(&shop.data, &shop.backup).await.unwrap().unwrap();
    let restored = epoch(&shop.data).await;
    // This restores a shop's own file, which was not made by `backup`.
    restore(&shop.data, &kept).await.unwrap();
    let back = epoch(&shop.data).await;
    // The same backup is copied into place by hand, twice.
    let mut by_hand = Vec::new();
    for _ in 0..2 {
        fs::copy(&shop.backup, shop.data.join("shop.sqlite")).unwrap();
        by_hand.push(epoch(&shop.data).await);
    }
    let mut all = vec![before, restored, back];
    all.append(&mut by_hand);
    let different: HashSet<_> = all.iter().collect();
    assert_eq!(different.len(), all.len(), "{all:?}");
}

/// The journal that an interrupted restore leaves would be applied to the next copy.
#[tokio::test]
async fn a_restore_takes_nothing_from_an_interrupted_one() {
    let shop = World::open().await.closed().await;
    for ending in ["sqlite", "sqlite-wal", "sqlite-journal"] {
        fs::write(shop.data.join("arriving").with_extension(ending), "half").unwrap();
    }
    restore(&shop.data, &shop.backup).await.unwrap();
    assert_eq!(level(&shop.data).await, AT_THE_BACKUP);
    let left = names(&shop.data).into_iter();
    let left: Vec<_> = left.filter(|name| name.starts_with("arriving")).collect();
    assert_eq!(left, [] as [&str; 0]);
}
