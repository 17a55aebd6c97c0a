//! Migrations of a shop that has data: what they write anew is as it was.

use std::ops::Range;

use sqlx::{Connection, SqliteConnection, query_as, query_scalar, raw_sql};

use super::open::MIGRATIONS;

/// The version that writes the ledger anew.
const LEDGER_ANEW: i64 = 31;

async fn migrate(connection: &mut SqliteConnection, versions: Range<i64>) {
    let chosen = MIGRATIONS.iter();
    for migration in chosen.filter(|one| versions.contains(&one.version)) {
        let done = raw_sql(migration.sql.clone()).execute(&mut *connection);
        done.await.unwrap();
    }
}

type Row = (
    i64,
    i64,
    i64,
    String,
    i64,
    Option<i64>,
    Option<i64>,
    Option<String>,
    i64,
    Option<i64>,
);

async fn ledger(connection: &mut SqliteConnection) -> Vec<Row> {
    let rows = query_as(
        "select id, book_id, version, kind, on_hand, hold_id, order_id, reason, at, counted_at
         from movement order by id",
    );
    rows.fetch_all(connection).await.unwrap()
}

/// The indexes and triggers of the ledger.
async fn guards(connection: &mut SqliteConnection) -> Vec<String> {
    let names = query_scalar(
        "select name || ': ' || coalesce(sql, '') from sqlite_master
         where tbl_name = 'movement' and type in ('index', 'trigger') order by name",
    );
    names.fetch_all(connection).await.unwrap()
}

#[tokio::test]
async fn the_ledger_keeps_its_rows_and_its_guards_when_it_is_written_anew() {
    let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    migrate(&mut connection, 0..LEDGER_ANEW).await;
    raw_sql(
        "insert into book (id, slug, title, author, description, cover_alt, price_cents)
         values (1, 'drop', 'Drop', 'Ann', '', '', 2000);
         insert into stock (book_id, on_hand, held, allocated, version) values (1, 4, 0, 0, 4);
         insert into movement (book_id, version, kind, on_hand, held, allocated, hold_id, order_id, reason, at,
                               counted_at)
         values (1, 1, 'opened', 5, 0, 0, null, null, null, 10, null),
                (1, 2, 'held', 0, 1, 0, 7, null, null, 20, null),
                (1, 3, 'ordered', 0, -1, 1, 7, 3, null, 30, null),
                (1, 4, 'adjusted', -1, 0, 0, null, null, 'lost', 40, 35);",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    let (rows, guards_before) = (ledger(&mut connection).await, guards(&mut connection).await);
    assert_eq!((rows.len(), guards_before.len()), (4, 6));

    migrate(&mut connection, LEDGER_ANEW..i64::MAX).await;
    assert_eq!(ledger(&mut connection).await, rows);
    assert_eq!(guards(&mut connection).await, guards_before);
    for refused in [
        "update movement set at = 0",
        "delete from movement",
        "insert or replace into movement (book_id, version, kind, on_hand, held, allocated, at)
         values (1, 4, 'adjusted', 9, 0, 0, 50)",
    ] {
        let changed = raw_sql(refused).execute(&mut connection).await;
        assert!(changed.is_err(), "{refused}");
    }
    raw_sql(
        "insert into movement (book_id, version, kind, on_hand, held, allocated, at)
         values (1, 5, 'sold', -1, 0, 0, 50)",
    )
    .execute(&mut connection)
    .await
    .unwrap();
}
