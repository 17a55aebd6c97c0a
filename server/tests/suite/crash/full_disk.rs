//! A full disk: writes are refused with a message, pages still work, and selling resumes when there
//! is room.

use std::{
    fs,
    time::{Duration, Instant},
};

use reqwest::{Client, StatusCode, header};
use serde_json::Value;
use shop::Slug;
use tokio::time::timeout;

use crate::{
    common::{PATIENCE, Running},
    crash::{
        crowd::{Crowd, available_copies},
        kill::start,
        shopper::Keys,
        strace::Strace,
    },
};

const BOOK: &str = "small-hours";
const NO_ROOM: [&str; 4] = ["-e", "trace=pwrite64", "-e", "inject=pwrite64:error=ENOSPC"];

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_selling_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let shop = start(&data);
    let mut shopping = Crowd::new(12, 1, Keys::OnePerSubmission).start_shopping(&shop);
    shopping.answered(50).await;

    let strace = Strace::attach(&shop, &dir.path().join("strace"), &NO_ROOM);
    shopping.put_off(50).await;
    let (status, retry, said) = add(&Client::new(), &shop).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        (said["code"].as_str(), &*retry),
        (Some("cannot_write"), "30")
    );
    let sentence = said["error"].as_str().unwrap();
    assert!(sentence.contains("Nothing has changed"), "{sentence}");
    let left = available_copies(&shop.address).await.unwrap()[&Slug::parse(BOOK).unwrap()];
    let page = reqwest::get(format!("http://{}/books/{BOOK}", shop.address)).await;
    let page = page.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    let page = page.text().await.unwrap();
    // Look in the island's data, because the text may be “Last copy!”.
    let available = format!("&quot;available&quot;:{left},");
    assert!(page.contains(&available), "{left}: {page}");
    drop(strace);

    shopping.answered(200).await;
    let mut crowd = shopping.leave().await.unwrap();
    crowd.settle(&shop).await.unwrap();
    crowd.check(&shop, &data).await.unwrap();
    let log = fs::read_to_string(data.with_extension("log")).unwrap();
    assert_eq!(log.matches("the disk is full").count(), 1, "once: {log}");
    assert_eq!(log.matches("room on the disk again").count(), 1, "{log}");
    assert_eq!(log.matches("ERROR").count(), 1, "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ending_a_hold_is_retried_slowly_while_the_disk_is_full() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    // Holds expire after 0.6 seconds.
    let shop = Running::start(&data, &["--hold-minutes", "0.01"]);
    let log = dir.path().join("strace");
    let all_copies = available_copies(&shop.address).await.unwrap();
    let (status, ..) = add(&Client::new(), &shop).await;
    assert_eq!(status, StatusCode::OK);

    let strace = Strace::attach(&shop, &log, &NO_ROOM);
    let tries = || fs::read_to_string(&log).unwrap().matches("ENOSPC").count();
    let until = async |count: usize| {
        let enough = async {
            while tries() < count {
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, enough).await.expect("the shop retries");
    };
    until(1).await;
    let begun = Instant::now();
    until(3).await;
    let took = begun.elapsed();
    assert!(took > Duration::from_secs(1), "two more tries in {took:?}");
    drop(strace);

    let back = async {
        while available_copies(&shop.address).await.unwrap() != all_copies {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, back).await.expect("the copy comes back");
}

async fn add(client: &Client, shop: &Running) -> (StatusCode, String, Value) {
    let url = format!("http://{}/api/add_to_cart", shop.address);
    let response = client.post(url).form(&[("book", BOOK)]).send().await;
    let response = response.unwrap();
    let retry = response.headers().get(header::RETRY_AFTER).cloned();
    let retry = retry.map_or_else(String::new, |retry| retry.to_str().unwrap().to_owned());
    (response.status(), retry, response.json().await.unwrap())
}
