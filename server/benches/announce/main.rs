//! Time until every page has an announcement: `cargo bench -p burts-books --bench announce`.

#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot go on has failed"
)]

mod board;
mod desk;
mod page;
mod server;

use std::{
    sync::{Arc, Mutex, atomic::AtomicUsize},
    time::{Duration, Instant},
};

use tokio::{sync::Semaphore, task::JoinSet};

use board::{Board, Way};
use desk::{announce, make_shop, withdraw};
use page::{OPENING, Page};
use server::Server;

const PAGES: usize = 5_000;
/// Each is one announcement and its withdrawal.
const ROUNDS: usize = 5;
/// The last page must have the announcement within this time.
const SOON: Duration = Duration::from_secs(1);

/// Runs the real binary with many pages open (`PAGES` sets how many, 5,000 by default), half of
/// them on sockets and half on long polls. Somebody at the desk announces something and withdraws
/// it again, several times over.
///
/// Measures the time from sending the form until each page has the message. Fails if any page takes
/// longer than [`SOON`].
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let pages = std::env::var("PAGES").map_or(PAGES, |pages| pages.parse().unwrap());
    let files = rlimit::increase_nofile_limit(u64::MAX).unwrap();
    assert!(files > pages as u64 + 100, "{files} files are enough");
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let data = place.path().join("data");
    make_shop(&data).await;
    let (server, address) = Server::start(&data);
    println!(
        "{pages} pages, half by socket and half by long poll, over loopback; one instance, SQLite;\n\
         {} cores for the shop and the pages together; {}",
        std::thread::available_parallelism().unwrap(),
        if cfg!(debug_assertions) {
            "not optimised"
        } else {
            "optimised"
        },
    );

    let versions = 2 * ROUNDS;
    let board = Arc::new(Board {
        waiting: (0..=versions).map(|_| AtomicUsize::new(0)).collect(),
        told: (0..=versions)
            .map(|_| Mutex::new(Vec::with_capacity(pages)))
            .collect(),
    });
    let opening = Arc::new(Semaphore::new(OPENING));
    let mut open = JoinSet::new();
    for number in 0..pages {
        let page = Page {
            address: address.clone(),
            board: Arc::clone(&board),
            version: 0,
            waits_at: None,
        };
        let opening = Arc::clone(&opening);
        open.spawn(async move {
            match number % 2 {
                0 => page.follow_by_socket(&opening).await,
                _ => page.follow_by_poll(&opening).await,
            }
        });
    }

    println!("what           way      pages   median      99 %      last");
    let mut worst = Duration::ZERO;
    for version in 1..=versions {
        board.until_all_wait(pages, version - 1).await;
        let announces = version % 2 == 1;
        let began = Instant::now();
        let answered = match announces {
            true => announce(&address, version).await,
            false => withdraw(&address, version - 1).await,
        };
        let told = board.all_told(pages, version).await;
        let what = if announces { "announced" } else { "withdrawn" };
        for way in [Way::Socket, Way::Poll] {
            let delays = told.iter().filter(|(by, _)| *by == way);
            let mut delays: Vec<_> = delays.map(|(_, at)| at.duration_since(began)).collect();
            delays.sort_unstable();
            let at = |percent| delays[(delays.len() - 1) * percent / 100];
            println!(
                "{what:<14} {way:<8} {:>5} {:>8.1?} {:>9.1?} {:>9.1?}",
                delays.len(),
                at(50),
                at(99),
                at(100),
                way = format!("{way:?}"),
            );
            worst = worst.max(at(100));
        }
        println!(
            "{:<14} the form was answered after {:.1?}",
            "",
            answered.duration_since(began)
        );
    }
    open.abort_all();
    server.stop();
    println!("the last page was told {worst:.1?} after the form was sent; {SOON:?} are allowed");
    assert!(worst < SOON);
}
