//! `kill -9` under load, over and over, on the same data.

use std::{env, fs, path::Path, process::Command, time::Duration};

use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::{
    common::Running,
    crash::{
        crowd::Crowd,
        ledger,
        shopper::{Keys, Trouble},
    },
};

const SHOPPERS: u64 = 24;
/// Kills of a run that nobody has asked to be longer.
const CYCLES: u64 = 12;

#[tokio::test(flavor = "multi_thread")]
async fn killed_under_load_it_keeps_every_promise_once() {
    let cycles = setting("CRASH_CYCLES").unwrap_or(CYCLES);
    let seed = setting("CRASH_SEED").unwrap_or_else(rand::random);
    println!("CRASH_CYCLES={cycles} CRASH_SEED={seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let mut crowd = Crowd::new(SHOPPERS, seed, Keys::OnePerSubmission);
    let (mut answers, mut open, mut done) = (0, 0, 0);

    let mut shop = start(&data);
    for cycle in 0..cycles {
        let mut shopping = crowd.go_shopping(&shop);
        shopping.answered(rng.random_range(1..400)).await;
        // Anywhere between two answers, and anywhere in a commit.
        std::thread::sleep(Duration::from_micros(rng.random_range(0..3_000)));
        shop.child.kill().unwrap();
        shop.child.wait().unwrap();
        answers += shopping.tally().answers;
        crowd = shopping.end().await.unwrap();
        ledger::audit(&data).unwrap();

        shop = start(&data);
        open += crowd.open();
        done += crowd.settle(&shop).await.unwrap();
        let checked = crowd.check(&shop, &data).await;
        checked.unwrap_or_else(|wrong| panic!("after kill {}: {wrong}", cycle + 1));
    }
    println!(
        "{cycles} kills: {answers} answers, {} movements; {open} submissions were cut off, {done} of them done",
        crowd.moved()
    );
}

/// The guard taken away: without what was synced, the promises are seen to be broken.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_log_on_disk_what_was_promised_is_seen_to_be_lost() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    close_in_order(start(&data));
    let mut shop = start(&data);
    let crowd = Crowd::new(SHOPPERS, 1, Keys::OnePerSubmission);
    let mut shopping = crowd.go_shopping(&shop);
    shopping.answered(100).await;
    shop.child.kill().unwrap();
    shop.child.wait().unwrap();
    let mut crowd = shopping.end().await.unwrap();

    fs::remove_file(data.join("shop.sqlite-wal")).unwrap();
    ledger::audit(&data).expect("what is left is in order");
    let shop = start(&data);
    let seen = match crowd.settle(&shop).await {
        Ok(_) => crowd.check(&shop, &data).await.unwrap_err(),
        Err(seen) => seen,
    };
    assert!(matches!(seen, Trouble::Wrong(_)), "{seen:?}");
}

/// The guard taken away: without its key, a submission sent twice is seen to be done twice.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_what_is_sent_twice_is_seen_to_be_done_twice() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let shop = start(&data);
    let crowd = Crowd::new(SHOPPERS, 1, Keys::OnePerSending);
    let mut shopping = crowd.go_shopping(&shop);
    shopping.answered(400).await;
    let seen = match shopping.leave().await {
        Ok(mut crowd) => crowd.check(&shop, &data).await.unwrap_err(),
        Err(seen) => seen,
    };
    assert!(matches!(seen, Trouble::Wrong(_)), "{seen:?}");
}

/// With holds that outlast the longest run.
pub fn start(data: &Path) -> Running {
    Running::start(data, &["--hold-minutes", "1440"])
}

/// All that it has written is in one file then.
pub fn close_in_order(mut shop: Running) {
    let pid = shop.child.id().to_string();
    let kill = Command::new("kill").args(["-TERM", &pid]).status();
    assert!(kill.unwrap().success());
    assert!(shop.child.wait().unwrap().success());
}

fn setting(name: &str) -> Option<u64> {
    let value = env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name}={value}")))
}
