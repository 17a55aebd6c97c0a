//! One turn of a shop: holds at a fixed rate, and what they cost.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use shop::{Command, Quantity, ShopperId};
use store::StoreError;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep_until},
};

use super::{BOOK, Premises};

const WARM_UP: Duration = Duration::from_secs(2);

/// The figures of all turns of one shop.
#[derive(Default)]
pub(super) struct Figures {
    /// Holds granted, holds refused because the store was busy, and submissions deleted.
    pub(super) holds: u64,
    pub(super) busy: u64,
    pub(super) deleted: u64,
    pub(super) took: Duration,
    /// The percentiles of each turn, in milliseconds.
    pub(super) p50: Vec<f64>,
    pub(super) p99: Vec<f64>,
}

/// Opens a shop, takes holds at this rate, and closes it.
///
/// Each hold is for a new shopper and has a key, so that it writes a submission of its own. Its
/// time counts from when it was due to be sent. Times in the first two seconds are not recorded.
pub(super) async fn take_turn(
    premises: &dyn Premises,
    rate: u64,
    turn: Duration,
    figures: &mut Figures,
) {
    let due = premises.due().await;
    let store = premises.open().await;
    let begin = Instant::now();
    let measured_from = begin + WARM_UP;
    let end = measured_from + turn;
    let mut crowd = JoinSet::new();
    for number in 0.. {
        let at = begin + Duration::from_nanos(number * 1_000_000_000 / rate);
        if at >= end {
            break;
        }
        sleep_until(at).await;
        let store = Arc::clone(&store);
        crowd.spawn(async move {
            let held = store.submit(add()).await;
            (at, at.elapsed(), held)
        });
    }
    let mut times = Vec::new();
    while let Some(done) = crowd.join_next().await {
        let (at, took, held) = done.unwrap();
        match held {
            Ok(_) => {
                figures.holds += 1;
                if at >= measured_from {
                    times.push(took);
                }
            }
            Err(StoreError::Busy) => figures.busy += 1,
            Err(error) => panic!("{error}: {error:?}"),
        }
    }
    figures.took += begin.elapsed();
    store.close().await;
    figures.deleted += due - premises.due().await;
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    figures.p50.push(at(0.5));
    figures.p99.push(at(0.99));
}

/// A hold for a new shopper.
fn add() -> Command {
    static TAKEN: AtomicU64 = AtomicU64::new(1);
    let number = TAKEN.fetch_add(1, Relaxed);
    // Spreads the shoppers over the index, as random ids would.
    let spread = u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    Command::Add {
        shopper: ShopperId::from_bytes(spread.to_be_bytes()),
        book: BOOK.parse().unwrap(),
        quantity: Quantity::ONE,
        key: Some(format!("key-{number:016x}").parse().unwrap()),
    }
}
