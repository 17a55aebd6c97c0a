//! Two instances write the reminder of one order at the same time.

use std::time::Duration;

use shop::Terms;
use sqlx::PgPool;
use tokio::time::{sleep, timeout};

use crate::contract::{
    harness::{ANN, DROP, HOUR, Opening, PATIENCE, Premises, add, place},
    postgres::Database,
};

/// Waits until a statement waits for another transaction.
async fn until_waiting(pool: &PgPool) {
    let waiting = async || -> bool {
        sqlx::query_scalar(
            "select exists (select from pg_stat_activity
             where datname = current_database() and wait_event_type = 'Lock')",
        )
        .fetch_one(pool)
        .await
        .unwrap()
    };
    let soon = async {
        while !waiting().await {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, soon).await.expect("it should wait");
}

/// An instance decides to remind a customer while another has not yet committed the reminder.
/// Returns how many reminders there are in the end.
async fn reminders(guarded: bool) -> i64 {
    let terms = Terms {
        mail: true,
        ..Terms::default()
    };
    let database = Database::new(Opening {
        terms,
        ..Opening::of(&[(DROP, 1)])
    });
    let store = database.open().await;
    for command in [add(ANN, DROP, 1), place(ANN, 1)] {
        store.submit(command).await.unwrap();
    }
    database.pass(terms.collect_within - HOUR).await;
    let pool = database.pool().await;
    if !guarded {
        for statement in [
            "drop index mail_reminder_once",
            "drop index mail_waiting_once",
        ] {
            sqlx::query(statement).execute(pool).await.unwrap();
        }
    }
    let mut other = pool.begin().await.unwrap();
    sqlx::query(
        "insert into mail (token, recipient, letter, language, created_at, due_at, tries, state,
                           order_id, about)
         select 'other', reach, '{}', 'en', shop_now(), shop_now(), 0, 'waiting', id, 'reminder'
         from shop_order",
    )
    .execute(&mut *other)
    .await
    .unwrap();
    let outbox = store.outbox().unwrap();
    let writing = tokio::spawn(async move { outbox.write_reminders().await });
    if guarded {
        until_waiting(pool).await;
        other.commit().await.unwrap();
        assert_eq!(writing.await.unwrap().unwrap(), 0);
    } else {
        assert_eq!(writing.await.unwrap().unwrap(), 1);
        other.commit().await.unwrap();
    }
    let count = "select count(*) from mail where about = 'reminder'";
    let count = sqlx::query_scalar(count).fetch_one(pool).await.unwrap();
    store.close().await;
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_remind_a_customer_once() {
    assert_eq!(reminders(true).await, 1);
}

/// Control: the same without the indexes.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_index_two_instances_remind_a_customer_twice() {
    assert_eq!(reminders(false).await, 2);
}
