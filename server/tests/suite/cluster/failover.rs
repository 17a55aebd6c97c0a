//! Several instances on one PostgreSQL are killed, restarted and added.
//!
//! Shoppers notice nothing, and no copy is sold twice.

use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use serde_json::Value;

use crate::{
    cluster::{
        full_cluster::{Cluster, PORTS},
        harness::PATIENCE,
        load::{Buyers, GUIDE, Pages},
    },
    common::{output_of, said},
};

/// The longest a request may take while PostgreSQL is down. An instance gives up after four
/// seconds, and nginx may try two instances.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);

/// Asserts that the audit finds nothing, and that there are as many orders as were confirmed.
pub fn assert_sound(cluster: &Cluster, orders: usize) {
    let audit = cluster.audit();
    assert!(audit.status.success(), "{}", said(&audit));
    let kept = cluster.ask("select count(*) from shop_order");
    assert_eq!(kept, orders.to_string(), "no order is lost or doubled");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_is_the_same_through_every_instance() {
    let cluster = Cluster::open(4, &[]);
    let shopper = Client::builder().cookie_store(true).build().unwrap();
    let page = shopper.get(cluster.to("/cart")).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    for (added, port) in PORTS.into_iter().enumerate() {
        let add = shopper.post(cluster.instance(port) + "/api/add_to_cart");
        let add = add.form(&[("book", GUIDE)]).send().await.unwrap();
        assert_eq!(add.status(), StatusCode::OK);
        for other in PORTS {
            let cart = shopper.get(cluster.instance(other) + "/api/cart");
            let cart: Value = cart.send().await.unwrap().json().await.unwrap();
            assert_eq!(cart["lines"][0]["quantity"], added + 1, "{other}: {cart}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_right_after_instances_are_killed() {
    let cluster = Cluster::open(4, &[]);
    let pages = Pages::open(&cluster, 40);
    pages.all_show(10).await;
    let buyers = Buyers::send(&cluster, 8);
    for port in PORTS {
        buyers.place_more(30).await;
        cluster.signal(port, "KILL");
    }
    buyers.place_more(30).await;
    let (orders, _) = buyers.finish().await;

    pages.all_show(10).await;
    assert_sound(&cluster, orders);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rolling_restart_stops_at_an_instance_that_does_not_come_back() {
    let cluster = Cluster::open(4, &[]);
    std::fs::write(cluster.files_of(3002).join("down"), "").unwrap();
    let restart = cluster
        .rolling_restart(&["--pause", "0", "--timeout", "2"])
        .output();
    let stopped = restart.unwrap();
    assert!(!stopped.status.success());
    let sentence = "3002 is not ready after 2 s; its log says why. Not restarted: 3003 3004.";
    assert!(said(&stopped).contains(sentence), "{}", said(&stopped));

    let again = output_of(&mut cluster.rolling_restart(&[]));
    let sentence = "is not ready; nothing was restarted.";
    assert!(said(&again).contains(sentence), "{}", said(&again));
    let page = reqwest::get(cluster.to("/")).await.unwrap();
    assert_eq!(page.status(), StatusCode::OK, "the others continue");
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_are_added_and_removed_under_load() {
    let cluster = Cluster::open(1, &[]);
    let pages = Pages::open(&cluster, 20);
    pages.all_show(10).await;
    let buyers = Buyers::send(&cluster, 4);
    for instances in [3, 1, 2] {
        cluster.set_instances(instances);
        while cluster.upstream().lines().count() != instances {
            buyers.place_more(1).await;
        }
        buyers.place_more(30).await;
    }
    let (orders, _) = buyers.finish().await;
    pages.all_show(10).await;
    assert_sound(&cluster, orders);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_right_after_postgresql_restarts() {
    let cluster = Cluster::open(2, &[]);
    let pages = Pages::open(&cluster, 20);
    pages.all_show(10).await;
    let buyers = Buyers::send(&cluster, 4);
    buyers.place_more(20).await;
    let started = "select pg_postmaster_start_time()";
    let before = cluster.ask(started);
    cluster.restart_postgres();
    while cluster.try_ask(started).is_none_or(|now| now == before) {
        tokio::task::yield_now().await;
    }
    let back = Instant::now();
    buyers.place_more(1).await;
    println!("orders again {:.1?} after PostgreSQL", back.elapsed());
    buyers.place_more(20).await;
    // Requests during the outage got “try again” in time instead of waiting.
    let slowest = buyers.slowest();
    assert!(slowest < ANSWERED_WITHIN, "{slowest:?}");
    let (orders, _) = buyers.finish().await;
    let quiet = Instant::now();
    pages.all_show(10).await;
    println!(
        "all pages right {:.1?} after the last order",
        quiet.elapsed()
    );
    assert_sound(&cluster, orders);
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx_restarts_and_a_killed_cluster_leaves_no_processes() {
    let mut cluster = Cluster::open(1, &[]);
    let before = cluster.nginx();
    cluster.kill_nginx();
    while [None, before.clone()].contains(&cluster.nginx()) {
        tokio::task::yield_now().await;
    }
    // nginx's workers are not children of this process, nor of the killed one.
    cluster.kill();
    for port in [8080, 3001, 5433] {
        let url = cluster.instance(port);
        let address = url.trim_start_matches("http://");
        let began = std::time::Instant::now();
        while tokio::net::TcpStream::connect(address).await.is_ok() {
            assert!(began.elapsed() < PATIENCE, "{address}");
            tokio::task::yield_now().await;
        }
    }
}
