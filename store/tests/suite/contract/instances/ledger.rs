//! The ledger that several instances write.
//!
//! Movements get their numbers before they are committed. A reader must not miss a late commit.

use std::sync::Arc;

use sqlx::{PgPool, Postgres, Transaction};
use store::{Cursor, Filter, Ledger, LedgerEntry, PageLimits, Store};
use tokio::time::timeout;

use super::{insist, open, shopper};
use crate::contract::{
    harness::{DROP, PATIENCE, Premises, add},
    ledger::read,
    postgres::Database,
};

const MANY: PageLimits = PageLimits {
    most: 100,
    look: 100,
};

/// Begins a transaction that writes a movement of the other book, and leaves it open.
async fn begin_movement(database: &Database) -> Transaction<'static, Postgres> {
    let mut transaction = database.pool().await.begin().await.unwrap();
    sqlx::query(
        "with moved as (
            update stock set on_hand = on_hand + 1, version = version + 1
            where book_id = (select id from book where slug = 'rest') returning book_id, version
         )
         insert into movement (book_id, version, kind, on_hand, held, allocated, reason, at)
         select book_id, version, 'restocked', 1, 0, 0, 'delivery', shop_now() from moved",
    )
    .execute(&mut *transaction)
    .await
    .unwrap();
    transaction
}

/// A reader that returns the numbers of the movements since it last read.
#[async_trait::async_trait(?Send)]
trait Reading {
    async fn read_next(&mut self) -> Vec<i64>;
}

/// Reads by position.
struct ByPlace {
    ledger: Arc<dyn Ledger>,
    place: Cursor,
}

#[async_trait::async_trait(?Send)]
impl Reading for ByPlace {
    async fn read_next(&mut self) -> Vec<i64> {
        let all = Filter::default();
        let page = self.ledger.after(self.place, &all, MANY).await.unwrap();
        self.place = page.next;
        page.entries.iter().map(number).collect()
    }
}

/// The movement's number in the table, the second part of its position.
fn number(entry: &LedgerEntry) -> i64 {
    let place = entry.place.to_string();
    place.rsplit_once('-').unwrap().1.parse().unwrap()
}

/// Reads without the guard: after the highest number that it has seen.
struct ByNumber {
    pool: PgPool,
    last: i64,
}

#[async_trait::async_trait(?Send)]
impl Reading for ByNumber {
    async fn read_next(&mut self) -> Vec<i64> {
        let seen: Vec<i64> =
            sqlx::query_scalar("select id from movement where id > $1 order by id")
                .bind(self.last)
                .fetch_all(&self.pool)
                .await
                .unwrap();
        self.last = seen.last().copied().unwrap_or(self.last);
        seen
    }
}

/// Reads while a transaction stays open and a later one commits. No movement may be missed.
async fn read_during_a_long_transaction(
    database: &Database,
    stores: &[Arc<dyn Store>; 3],
    reading: &mut impl Reading,
) {
    let mut seen = reading.read_next().await;
    let long = begin_movement(database).await;
    insist(&*stores[1], add(shopper(1, 0), DROP, 1))
        .await
        .unwrap();
    seen.extend(reading.read_next().await);
    long.commit().await.unwrap();
    let all: Vec<i64> = sqlx::query_scalar("select id from movement order by id")
        .fetch_all(database.pool().await)
        .await
        .unwrap();
    // Other tests' transactions in the cluster may still delay the last movements.
    until_read(&**stores[0].ledger(), all.len()).await;
    seen.extend(reading.read_next().await);
    let lost: Vec<_> = all.iter().filter(|id| !seen.contains(id)).collect();
    assert!(lost.is_empty(), "a movement was missed: {lost:?}");
    assert_eq!(seen.len(), all.len(), "no movement should come twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_movement_is_missed_during_a_long_transaction() {
    let (database, stores) = open(10).await;
    let (ledger, place) = (Arc::clone(stores[0].ledger()), Cursor::START);
    let mut reading = ByPlace { ledger, place };
    read_during_a_long_transaction(&database, &stores, &mut reading).await;
    assert_eq!(database.audit().await, Vec::<String>::new());
}

/// Movements are readable once no transaction that began earlier is open.
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_stops_at_the_oldest_open_transaction_and_is_not_behind() {
    let (database, stores) = open(10).await;
    let ledger = Arc::clone(stores[0].ledger());
    let opened = until_read(&*ledger, 2).await;
    let place = opened.last().unwrap().place;
    let long = begin_movement(&database).await;
    insist(&*stores[1], add(shopper(1, 0), DROP, 1))
        .await
        .unwrap();
    let page = ledger.after(place, &Filter::default(), MANY).await.unwrap();
    assert_eq!(
        (page.entries.len(), page.next, page.ended),
        (0, place, true)
    );
    // A reader at the end of the readable part is not behind.
    assert_eq!(ledger.head().await.unwrap().behind(place), 0);
    assert!(ledger.head().await.unwrap().behind(opened[0].place) >= 1);
    long.commit().await.unwrap();
    let all = until_read(&*ledger, 4).await;
    assert!(all.is_sorted_by(|one, next| one.place < next.place));
    let kinds: Vec<_> = all[2..]
        .iter()
        .map(|entry| entry.movement.kind.as_str())
        .collect();
    assert_eq!(
        kinds,
        ["restocked", "held"],
        "movements should be in the order in which their transactions began"
    );
}

#[tokio::test(flavor = "multi_thread")]
#[should_panic(expected = "a movement was missed")]
async fn reading_by_number_alone_misses_a_movement() {
    let (database, stores) = open(10).await;
    let pool = database.pool().await.clone();
    let mut reading = ByNumber { pool, last: 0 };
    read_during_a_long_transaction(&database, &stores, &mut reading).await;
}

/// A reader follows the ledger while three instances sell two books to many shoppers.
#[tokio::test(flavor = "multi_thread")]
async fn no_movement_is_missed_while_three_instances_sell() {
    const EACH: usize = 60;
    let (database, stores) = open(400).await;
    let ledger = Arc::clone(stores[0].ledger());
    let reader = tokio::spawn(async move {
        let (mut growth, mut all) = (ledger.growth(), Vec::new());
        let mut place = Cursor::START;
        while all.len() < 2 + 2 * 3 * EACH {
            let page = ledger.after(place, &Filter::default(), MANY).await.unwrap();
            place = page.next;
            all.extend(page.entries);
            if page.ended {
                growth.more().await;
            }
        }
        all
    });
    let selling = (0..3 * EACH).map(|number| {
        let store = Arc::clone(&stores[number % 3]);
        tokio::spawn(async move {
            let who = shopper(number % 3, number);
            // The order alternates, so that transactions wait for each other.
            let books = [["rest", DROP], [DROP, "rest"]][number % 2];
            for book in books {
                insist(&*store, add(who, book, 1)).await.unwrap();
            }
        })
    });
    for sold in selling.collect::<Vec<_>>() {
        sold.await.unwrap();
    }
    let read_live = timeout(PATIENCE, reader)
        .await
        .expect("the reader should read everything")
        .unwrap();
    assert!(read_live.is_sorted_by(|one, next| one.place < next.place));
    let ledger = Arc::clone(stores[2].ledger());
    assert_eq!(read(&*ledger, &Filter::default(), MANY).await, read_live);
    assert_eq!(database.audit().await, Vec::<String>::new());
}

/// Movements written before the ledger recorded transactions come first, by number.
#[tokio::test(flavor = "multi_thread")]
async fn movements_without_a_recorded_transaction_come_first() {
    let (database, stores) = open(10).await;
    database
        .prepare(
            "alter table movement drop column written_by;
             alter table movement add column written_by xid8;
             alter table movement alter column written_by set default pg_current_xact_id();
             create index movement_in_order on movement (coalesce(written_by, '0'::xid8), id)",
        )
        .await;
    let ledger = Arc::clone(stores[0].ledger());
    insist(&*stores[1], add(shopper(1, 0), DROP, 1))
        .await
        .unwrap();
    let all = until_read(&*ledger, 3).await;
    let places: Vec<_> = all[..2]
        .iter()
        .map(|entry| entry.place.to_string())
        .collect();
    assert_eq!(places, ["0-1", "0-2"]);
    let page = ledger
        .after(all[1].place, &Filter::default(), MANY)
        .await
        .unwrap();
    assert_eq!(page.entries, all[2..]);
    assert_eq!(database.audit().await, Vec::<String>::new());
}

/// A dump contains the transaction ids of the cluster that it was made from.
#[tokio::test(flavor = "multi_thread")]
async fn a_shop_restored_from_another_cluster_can_be_read() {
    let (database, stores) = open(10).await;
    for store in stores {
        store.close().await;
    }
    database
        .prepare(
            "alter table movement drop column written_by;
             alter table movement add column written_by xid8 default '8000000000000';
             alter table movement alter column written_by set default pg_current_xact_id();
             create index movement_in_order on movement (coalesce(written_by, '0'::xid8), id)",
        )
        .await;
    let store = database.open().await;
    insist(&*store, add(shopper(0, 0), DROP, 1)).await.unwrap();
    let all = until_read(&**store.ledger(), 3).await;
    assert_eq!(
        all[2].movement.kind.as_str(),
        "held",
        "a new movement should come last"
    );
    assert_eq!(database.audit().await, Vec::<String>::new());
    // A movement still cannot be changed.
    let changed = sqlx::query("update movement set reason = 'another'")
        .execute(database.pool().await)
        .await;
    assert!(changed.is_err());
}

/// Waits until this many movements can be read, because other tests' transactions may delay them.
async fn until_read(ledger: &dyn Ledger, movements: usize) -> Vec<LedgerEntry> {
    let reading = async {
        loop {
            let all = read(ledger, &Filter::default(), MANY).await;
            if all.len() == movements {
                return all;
            }
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, reading)
        .await
        .expect("all movements should be readable")
}
