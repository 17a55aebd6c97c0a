//! How several instances open a shop, and what they require of the server.

use futures_util::future::join_all;
use shop::Browse;
use store::postgres::PostgresStore;

use super::{insist, shopper};
use crate::contract::{
    harness::{DROP, Opening, Premises, add},
    postgres::Database,
};

#[tokio::test(flavor = "multi_thread")]
async fn instances_that_start_at_once_create_one_shop() {
    let database = Database::bare(Opening::of(&[(DROP, 3), ("rest", 3)])).await;
    let starting = (0..4).map(|_| database.open());
    let stores = join_all(starting).await;
    for store in &stores {
        assert_eq!(store.browse(&Browse::default()).await.unwrap().total, 2);
        assert_eq!(
            store.cookie_secret().await.unwrap(),
            stores[0].cookie_secret().await.unwrap()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn commits_are_durable_whatever_the_servers_setting() {
    let database = Database::bare(Opening::of(&[(DROP, 3)])).await;
    database
        .prepare("alter database :db set synchronous_commit = off")
        .await;
    let store = database.open().await;
    database
        .prepare(
            "create table seen (setting text);
             create function see() returns trigger language plpgsql as $$
             begin
                 insert into seen values (current_setting('synchronous_commit'));
                 return null;
             end $$;
             create trigger see after insert on movement for each row execute function see();
             create trigger see after insert on import_chunk for each row execute function see()",
        )
        .await;
    insist(&*store, add(shopper(0, 0), DROP, 1)).await.unwrap();
    let imports = store.imports().unwrap();
    let import = imports
        .begin(crate::contract::imports::new(1, 9))
        .await
        .unwrap();
    let id = import.unwrap().id;
    imports.take_over(id, 1).await.unwrap();
    imports.append(id, 1, 0, vec![1; 9]).await.unwrap();
    let seen: Vec<String> = sqlx::query_scalar("select setting from seen")
        .fetch_all(database.pool().await)
        .await
        .unwrap();
    assert_eq!(seen, ["on", "on"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsuitable_database_is_refused_with_a_message() {
    let cases = [
        (
            "create table setting (name text)",
            "tables of another program",
        ),
        ("create table books (id int)", "tables of another program"),
        (
            "alter database :db set default_transaction_read_only = on",
            "read-only replica",
        ),
        (
            "create role weak login password 'weak'; revoke create on schema public from public",
            "privileges",
        ),
    ];
    for (preparation, sentence) in cases {
        let database = Database::bare(Opening::of(&[(DROP, 3)])).await;
        database.prepare(preparation).await;
        let url = if sentence == "privileges" {
            database.url_as("weak", "weak")
        } else {
            database.url()
        };
        let refused = PostgresStore::open(&url, &[], store::Options::default()).await;
        let error = refused.unwrap_err().to_string();
        assert!(error.contains(sentence), "{preparation}: {error}");
    }
}
