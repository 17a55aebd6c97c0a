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
/// The default number of kills.
const CYCLES: u64 = 12;

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_killed_under_load_keeps_every_acknowledged_change_once() {
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
        let mut shopping = crowd.start_shopping(&shop);
        shopping.answered(rng.random_range(1..400)).await;
        // The kill comes at a random moment between two answers or within a commit.
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
        "{cycles} kills: {answers} answers, {} movements; {open} submissions cut off, {done} done",
        crowd.moved()
    );
}

/// Control: without the synced log, acknowledged changes are lost.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_log_acknowledged_changes_are_lost() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    close_and_wait(start(&data));
    let mut shop = start(&data);
    let crowd = Crowd::new(SHOPPERS, 1, Keys::OnePerSubmission);
    let mut shopping = crowd.start_shopping(&shop);
    shopping.answered(100).await;
    shop.child.kill().unwrap();
    shop.child.wait().unwrap();
    let mut crowd = shopping.end().await.unwrap();

    fs::remove_file(data.join("shop.sqlite-wal")).unwrap();
    ledger::audit(&data).expect("the audit finds nothing");
    let shop = start(&data);
    let seen = match crowd.settle(&shop).await {
        Ok(_) => crowd.check(&shop, &data).await.unwrap_err(),
        Err(seen) => seen,
    };
    assert!(matches!(seen, Trouble::Wrong(_)), "{seen:?}");
}

/// Control: without its key, a submission sent twice is carried out twice.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_a_repeated_submission_is_carried_out_twice() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let shop = start(&data);
    let crowd = Crowd::new(SHOPPERS, 1, Keys::OnePerAttempt);
    let mut shopping = crowd.start_shopping(&shop);
    shopping.answered(400).await;
    let seen = match shopping.leave().await {
        Ok(mut crowd) => crowd.check(&shop, &data).await.unwrap_err(),
        Err(seen) => seen,
    };
    assert!(matches!(seen, Trouble::Wrong(_)), "{seen:?}");
}

/// Starts a shop whose holds outlast the longest run.
pub fn start(data: &Path) -> Running {
    Running::start(data, &["--hold-minutes", "1440"])
}

/// Closes the shop, so that all data is in one file.
pub fn close_and_wait(mut shop: Running) {
    let pid = shop.child.id().to_string();
    let kill = Command::new("kill").args(["-TERM", &pid]).status();
    assert!(kill.unwrap().success());
    assert!(shop.child.wait().unwrap().success());
}

fn setting(name: &str) -> Option<u64> {
    let value = env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name}={value}")))
}
