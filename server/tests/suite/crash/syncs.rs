//! Syncs that fail, are interrupted or are faked: nothing is acknowledged before it is synced.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tokio::time::timeout;

use crate::{
    common::{PATIENCE, Running},
    crash::{
        crowd::Crowd,
        disk::{Event, events, lose_power},
        kill::{close_and_wait, start},
        shopper::{Keys, Shopper, Trouble},
        strace::{SYNCS, Strace},
    },
};

/// A shop that has been opened once already, so that all further writes go to the log.
struct World {
    _dir: TempDir,
    data: PathBuf,
    log: PathBuf,
    shop: Running,
}

fn world() -> World {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    close_and_wait(start(&data));
    World {
        shop: start(&data),
        log: dir.path().join("strace"),
        data,
        _dir: dir,
    }
}

fn trace(calls: &str) -> String {
    format!("trace={SYNCS}{calls}")
}

fn inject(fault: &str) -> String {
    format!("inject={SYNCS}:{fault}")
}

/// Makes twenty requests one after the other, and returns the `strace` log.
async fn twenty_requests(world: &World, fault: &[&str]) -> String {
    let calls = trace(",pwrite64,recvfrom,writev,sendto,write");
    let arguments = [&["-s", "64", "-e", &calls], fault].concat();
    let strace = Strace::attach(&world.shop, &world.log, &arguments);
    let mut shopper = Shopper::new(0, 1, Keys::OnePerSubmission);
    shopper.enter(&world.shop.address).await.unwrap();
    for _ in 0..20 {
        shopper.act(&world.shop.address).await.unwrap();
    }
    assert!(shopper.model.moved.len() > 5, "copies have moved");
    strace.detach()
}

/// The number of answers sent before the preceding write was synced, and the number sent after.
fn answers_before_and_after_the_sync(log: &str) -> (usize, usize) {
    let (mut early, mut in_time) = (0, 0);
    let (mut written, mut safe) = (false, true);
    for event in events(log) {
        match event {
            Event::Written { .. } => (written, safe) = (true, false),
            Event::Synced => safe = true,
            Event::Asked => written = false,
            Event::Answered if !safe => early += 1,
            Event::Answered => in_time += usize::from(std::mem::take(&mut written)),
            Event::Elsewhere(_) => {}
        }
    }
    (early, in_time)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_is_sent_after_the_disk_has_synced() {
    let world = world();
    let log = twenty_requests(&world, &[]).await;
    let (early, in_time) = answers_before_and_after_the_sync(&log);
    assert_eq!(early, 0, "{log}");
    assert!(in_time > 5, "{log}");
}

/// Control: with a disk that only claims to have synced, answers are sent before the data is safe.
#[tokio::test(flavor = "multi_thread")]
async fn with_faked_syncs_the_answer_is_sent_too_early() {
    let world = world();
    let log = twenty_requests(&world, &["-e", &inject("retval=0")]).await;
    let (early, _) = answers_before_and_after_the_sync(&log);
    assert!(early > 5, "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_changes_survive_a_power_cut_at_any_sync() {
    for sync in [1, 2, 3, 4, 7, 12, 20] {
        let fault = inject(&format!("signal=SIGKILL:when={sync}"));
        let (mut crowd, world) = until_dead(&fault, |_| false).await;
        let shop = start(&world.data);
        crowd.settle(&shop).await.unwrap();
        let checked = crowd.check(&shop, &world.data).await;
        checked.unwrap_or_else(|wrong| panic!("killed at sync {sync}: {wrong}"));
    }
}

/// Control: with a disk that only claims to have synced, acknowledged changes are lost.
#[tokio::test(flavor = "multi_thread")]
async fn with_faked_syncs_acknowledged_changes_are_lost() {
    let (mut crowd, world) = until_dead(&inject("retval=0"), |answers| answers >= 60).await;
    let shop = start(&world.data);
    let seen = match crowd.settle(&shop).await {
        Ok(_) => crowd.check(&shop, &world.data).await.unwrap_err(),
        Err(seen) => seen,
    };
    assert!(matches!(seen, Trouble::Wrong(_)), "{seen}");
}

/// Runs a crowd in a shop with a faulty disk, until the shop dies or is killed, and then removes
/// what was not synced.
async fn until_dead(fault: &str, enough: impl Fn(usize) -> bool) -> (Crowd, World) {
    let mut world = world();
    let calls = trace(",pwrite64");
    let strace = Strace::attach(&world.shop, &world.log, &["-e", &calls, "-e", fault]);
    let mut shopping = Crowd::new(12, 1, Keys::OnePerSubmission).start_shopping(&world.shop);
    shopping.until(|tally| enough(tally.answers)).await;
    world.shop.child.kill().unwrap();
    world.shop.child.wait().unwrap();
    let crowd = timeout(PATIENCE, shopping.end()).await.unwrap().unwrap();
    lose_power(&world.data, &strace.detach());
    (crowd, world)
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_failed_sync_the_outcome_is_unknown_and_the_shop_continues() {
    let mut world = world();
    // Every connection to the file fails at its fifth sync, and is reopened each time.
    let fault = inject("error=EIO:when=5");
    let strace = Strace::attach(&world.shop, &world.log, &["-e", &trace(""), "-e", &fault]);
    let mut shopping = Crowd::new(12, 1, Keys::OnePerSubmission).start_shopping(&world.shop);
    shopping.put_off(30).await;
    shopping.answered(400).await;
    let tally = shopping.tally();
    let crowd = shopping.leave().await.unwrap();
    let log = strace.detach();
    assert!(
        log.matches("EIO").count() >= 5 && tally.put_off >= 30,
        "{tally:?} {log}"
    );
    let crowd = settle_and_check(crowd, &world.shop, &world.data).await;

    world.shop.child.kill().unwrap();
    world.shop.child.wait().unwrap();
    let shop = start(&world.data);
    settle_and_check(crowd, &shop, &world.data).await;
}

async fn settle_and_check(mut crowd: Crowd, shop: &Running, data: &Path) -> Crowd {
    crowd.settle(shop).await.unwrap();
    crowd.check(shop, data).await.unwrap();
    crowd
}
