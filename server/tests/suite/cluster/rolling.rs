//! All instances restart one after the other while pages are open and shoppers buy.
//!
//! A run opens few pages by default; for more:
//! `ROLLING_PAGES=5000 ROLLING_BUYERS=200 scripts/with-postgres cargo test --release -p burts-books --test suite -- cluster::rolling --nocapture`.

use std::{process::Command, time::Instant};

use crate::{
    cluster::{
        failover::assert_sound,
        full_cluster::Cluster,
        load::{Buyers, GUIDE, Pages},
    },
    common::{output_of, said},
};

/// The fraction of pages that must be right within five seconds.
const RIGHT: f64 = 0.999;

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |value| value.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rolling_restart_fails_no_order() {
    let (pages, buyers) = (setting("ROLLING_PAGES", 40), setting("ROLLING_BUYERS", 8));
    let cluster = Cluster::open(4, &[]);
    // A copy for each buyer, and some that stay available.
    let copies = u32::try_from(buyers).unwrap() + 10;
    let delivery = (copies - 10).to_string();
    let mut restock = Command::new(env!("CARGO_BIN_EXE_burts-books"));
    restock
        .env("DATABASE_URL", cluster.database_url())
        .args(["restock", "--book", GUIDE, "--reason", "delivery"])
        .args(["--copies", &delivery]);
    let restocked = output_of(&mut restock);
    assert!(restocked.status.success(), "{}", said(&restocked));

    let open = Pages::open(&cluster, pages);
    while open.fraction_that_shows(copies).await < 1.0 {}
    let people = Buyers::send(&cluster, buyers);
    people.place_more(2 * buyers).await;
    let began = Instant::now();
    let mut command = cluster.rolling_restart(&["--pause", "1"]);
    let restarting = tokio::task::spawn_blocking(move || command.output().unwrap());
    let restarted = restarting.await.unwrap();
    let took = began.elapsed();
    assert!(restarted.status.success(), "{}", said(&restarted));
    assert_eq!(said(&restarted).matches("ready after").count(), 4);
    people.place_more(2 * buyers).await;
    let (orders, troubles) = people.finish().await;
    let said = cluster.nginx_errors();
    assert!(troubles.is_empty(), "no retries: {troubles:#?}\n{said}");

    let right = open.fraction_that_shows(copies).await;
    let (came, busiest) = open.connections_since(began);
    println!(
        "{pages} pages and {buyers} people buying, four instances restarted in {took:.1?}: \
         {orders} orders, none failed; {:.2} % of the pages right within 5 s; {came} sockets came \
         back, {busiest} in the busiest second ({:.0} if spread evenly)",
        right * 100.0,
        came as f64 / took.as_secs_f64(),
    );
    assert!(right >= RIGHT, "{right}");
    assert_sound(&cluster, orders);
}
