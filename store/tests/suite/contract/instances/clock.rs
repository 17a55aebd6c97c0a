//! A database host whose clock is set while the shop is open.

use std::{sync::Arc, time::Duration};

use shop::Command;
use store::Store;
use tokio::time::timeout;

use super::{insist, open};
use crate::contract::{
    harness::{ANN, DROP, HOUR, MINUTE, PATIENCE, Premises, slug},
    news::staff,
};

/// Makes each instance read the clock, by a command that changes nothing.
async fn read_the_clock(stores: &[Arc<dyn Store>]) {
    for store in stores {
        let (shopper, book) = (ANN, slug(DROP));
        let command = Command::Leave { shopper, book };
        insist(&**store, command).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_instance_notices_when_the_databases_clock_is_set() {
    let (database, stores) = open(1).await;
    read_the_clock(&stores).await;
    // A step of less than a minute could also be a slow answer, so it is ignored.
    database.pass(MINUTE - Duration::from_secs(10)).await;
    read_the_clock(&stores).await;
    for store in &stores {
        assert_eq!(store.clock_trouble().step, None);
    }
    database.pass(2 * HOUR).await;
    for store in &stores {
        let noticed = async {
            loop {
                if let Some(step) = store.clock_trouble().step {
                    return step;
                }
                tokio::task::yield_now().await;
            }
        };
        let step = timeout(PATIENCE, noticed)
            .await
            .expect("a step of the clock should be noticed");
        assert!(step.shown.since(step.expected) >= HOUR, "{step:?}");
        assert_eq!(
            store.clock_trouble().doubt,
            None,
            "a clock should be doubted only at a start"
        );
    }
    stores[0].accept_clock(&staff("olive")).await.unwrap();
    for store in &stores {
        let answered = async {
            while store.clock_trouble().step.is_some() {
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, answered)
            .await
            .expect("the step should be over once the clock is accepted");
    }
    for store in stores {
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_goes_on_although_its_clock_record_is_unreadable() {
    let (database, [store, ..]) = open(1).await;
    database
        .prepare("insert into setting (name, value) values ('clock', '\\x00')")
        .await;
    read_the_clock(&[Arc::clone(&store)]).await;
    let another = database.open().await;
    read_the_clock(&[another, store]).await;
}
