//! Each history of the data has an epoch of its own: new databases, copies, and failovers.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use shop::{Browse, Query};
use sqlx::Connection;
use store::{
    Options, Store, StoreError,
    postgres::{DatabaseUrl, PostgresStore, copy_shop},
    sqlite::SqliteStore,
};
use tokio::time::{sleep, timeout};

use super::{open, shopper};
use crate::contract::{
    harness::{DROP, Opening, PATIENCE, Premises, add, slug},
    postgres::Database,
};

/// Waits until an instance notices that the epoch has changed.
async fn until_epoch_changes(store: &dyn Store, before: &shop::Epoch) {
    let noticed = async {
        while store.feed().epoch() == *before {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, noticed)
        .await
        .expect("the instance should notice the new epoch");
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_share_the_epoch_of_their_database_and_no_other() {
    let ((_one, [a, b, c]), (_other, [d, ..])) = (open(1).await, open(1).await);
    for instance in [&b, &c] {
        assert_eq!(instance.feed().epoch(), a.feed().epoch());
        assert_eq!(instance.epoch().await.unwrap(), a.feed().epoch());
    }
    // Both databases were copied from one template.
    assert_ne!(d.feed().epoch(), a.feed().epoch());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_notices_that_its_data_has_another_epoch() {
    let (database, [store, ..]) = open(3).await;
    let (before, mut watch) = (store.feed().epoch(), store.feed().watch([slug(DROP)]));
    for version in [1, 2] {
        while watch.levels().iter().all(|level| level.version < version) {
            watch.changed().await;
        }
        if version == 1 {
            store.submit(add(shopper(0, 0), DROP, 1)).await.unwrap();
        }
    }
    // The data goes back to the opening stock, in another epoch.
    database
        .prepare(
            "delete from hold;
             update stock set held = 0, version = 1;
             update setting set value = '\\x07' where name = 'epoch'",
        )
        .await;
    until_epoch_changes(&*store, &before).await;
    let lower = async {
        while watch.levels().iter().all(|level| level.version != 1) {
            watch.changed().await;
        }
    };
    timeout(PATIENCE, lower)
        .await
        .expect("the instance should read the level again");
}

/// A restored catalogue may have the same revision as the one that it replaced.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_change_of_epoch_a_search_reads_the_catalogue_again() {
    let (database, [store, ..]) = open(3).await;
    let search = async |query: &str| {
        let query = Query::new(query);
        let request = Browse {
            query,
            ..Browse::default()
        };
        store.browse(&request).await.unwrap().total
    };
    assert_eq!(search("Nightfall").await, 0);
    let before = store.feed().epoch();
    database
        .prepare(
            "update book set title = 'Nightfall' where slug = 'drop';
             update catalogue set revision = revision - 1;
             update setting set value = '\\x08' where name = 'epoch'",
        )
        .await;
    until_epoch_changes(&*store, &before).await;
    assert_eq!(search("Nightfall").await, 1);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_shop_has_another_epoch_than_the_original() {
    let directory = tempfile::tempdir().unwrap();
    let opening = Opening::of(&[(DROP, 3)]);
    let original = SqliteStore::open(directory.path(), &opening.books, Options::default());
    let original = original.await.unwrap();
    let before = original.feed().epoch();
    original.close().await;
    drop(original);
    let database = Database::bare(opening).await;
    copy_shop(directory.path(), &database.url(), |_| {})
        .await
        .unwrap();
    let copy = database.open().await;
    assert_ne!(copy.feed().epoch(), before);
}

/// A PostgreSQL server that only this test uses, and can stop and restart.
struct Server {
    directory: PathBuf,
    port: u16,
    process: Child,
}

impl Server {
    fn start(directory: &Path) -> Self {
        shell(&format!("create_postgres '{}' s3cret", directory.display()));
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = port.local_addr().unwrap().port();
        Self {
            process: run(directory, port),
            directory: directory.to_owned(),
            port,
        }
    }

    fn url(&self) -> String {
        let port = self.port;
        format!("postgres://postgres:s3cret@127.0.0.1:{port}/postgres")
    }

    /// Waits until the server accepts clients, which may be after a recovery.
    async fn until_ready(&self) {
        let ready = async {
            while sqlx::PgConnection::connect(&self.url()).await.is_err() {
                sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(PATIENCE, ready)
            .await
            .expect("PostgreSQL should start");
    }

    fn stop(&mut self) {
        shell(&format!("kill -INT {}", self.process.id()));
        self.process.wait().unwrap();
    }

    fn restart(&mut self) {
        self.process = run(&self.directory, self.port);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn bash(script: &str) -> Command {
    let parts = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/parts/postgres.sh");
    let mut bash = Command::new("bash");
    bash.args(["-c", &format!("set -e; . '{parts}'; {script}")]);
    bash
}

fn shell(script: &str) {
    let output = bash(script).output().unwrap();
    assert!(output.status.success(), "{script}: {output:?}");
}

fn run(directory: &Path, port: u16) -> Child {
    let script = format!(
        "run_postgres '{}' {port} -c fsync=off -c max_wal_senders=0 -c restore_command=false",
        directory.display()
    );
    let mut postgres = bash(&script);
    postgres.stdout(Stdio::null()).stderr(Stdio::null());
    postgres.spawn().unwrap()
}

/// Sells copies, and tries again while PostgreSQL is unavailable.
async fn sell(store: &dyn Store, shopper: shop::ShopperId, copies: u32) {
    let selling = async {
        loop {
            match store.submit(add(shopper, DROP, copies)).await {
                Ok(_) => return,
                Err(StoreError::Refused(refusal)) => panic!("{refusal}"),
                Err(_) => sleep(Duration::from_millis(50)).await,
            }
        }
    };
    timeout(PATIENCE, selling)
        .await
        .expect("the copies should be sold");
}

/// A standby that lacks the last three sales takes over, and three other sales follow.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_failover_that_lost_sales_an_instance_shows_the_new_sales() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path().display();
    shell(&format!("chmod 755 '{place}'"));
    let mut server = Server::start(directory.path());
    server.until_ready().await;
    let url: DatabaseUrl = server.url().parse().unwrap();
    let opening = Opening::of(&[(DROP, 20)]);
    let store = PostgresStore::open(&url, &opening.books, Options::default());
    let store = store.await.unwrap();
    for number in 0..6 {
        sell(&store, shopper(0, number), 1).await;
    }
    server.stop();
    shell(&format!("cp -a '{place}/data' '{place}/standby'"));
    server.restart();
    server.until_ready().await;
    for number in 6..9 {
        sell(&store, shopper(0, number), 1).await;
    }
    let before = store.epoch().await.unwrap();
    let lost = store.newest(&[slug(DROP).into()]).await.unwrap();
    assert_eq!(lost[0].version(), 10);

    server.stop();
    shell(&format!(
        "cd '{place}' && mv data lost && mv standby data && install -o $(stat -c %u data) -m 600 /dev/null data/recovery.signal"
    ));
    server.restart();
    server.until_ready().await;
    until_epoch_changes(&store, &before).await;
    for number in 6..9 {
        sell(&store, shopper(0, number), 2).await;
    }
    let watch = store.feed().watch([slug(DROP)]);
    assert!(
        watch.levels().is_empty(),
        "the feed should know nothing of the lost sales"
    );
    let now = store.newest(&[slug(DROP).into()]).await.unwrap();
    assert_eq!(now[0].version(), 10);
    assert_ne!(now, lost);
    store.close().await;
}
