//! Thousands of pages converge to the true level, and none ever goes backward. They disconnect,
//! reconnect and change between sockets and long polls while the stock changes and the shop
//! restarts.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use futures::StreamExt;
use protocol::{LiveMessage, Seen};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use shop::{Command, Level, Quantity, ShopperId, Slug};
use store::{Change, Store, Topic, opening_catalogue};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_tungstenite::tungstenite::{Message, protocol::WebSocketConfig};

use crate::shop::helpers::{TestShop, open_store, slug, spawn_on};

/// Far longer than the test takes.
const PATIENCE: Duration = Duration::from_secs(60);
/// A run has two halves; in between, the shop restarts.
const HALVES: usize = 2;

/// What the pages of a run share.
#[derive(Clone)]
struct Run {
    address: SocketAddr,
    books: Arc<[&'static str]>,
    /// The final levels, once nothing changes any more.
    truth: watch::Receiver<Option<HashMap<String, Level>>>,
    half: watch::Receiver<usize>,
    /// The number of pages that have received something in each half.
    heard: Arc<[AtomicUsize; HALVES]>,
    /// How often a page has replaced a level by an older one.
    backward: Arc<AtomicUsize>,
}

/// A page, and the levels that it shows.
struct Page {
    shows: HashMap<String, Level>,
    /// Whether a level replaces another, given the shown version, the received one, and whether a
    /// backup was restored.
    replaces: fn(u64, u64, bool) -> bool,
    /// A copy of an answer that was applied, to be delivered again after the next one.
    late: Option<LiveMessage>,
    random: StdRng,
    heard_in: [bool; HALVES],
}

impl Page {
    /// Processes an answer, and sometimes an old one after it.
    fn receive(&mut self, message: LiveMessage, run: &Run) {
        let half = *run.half.borrow();
        if !message.stock.is_empty() && !std::mem::replace(&mut self.heard_in[half], true) {
            run.heard[half].fetch_add(1, SeqCst);
        }
        let keep = self.random.random_bool(0.2).then(|| message.clone());
        self.apply(message, run);
        if let Some(late) = self.late.take() {
            self.apply(late, run);
        }
        self.late = keep;
    }

    fn apply(&mut self, message: LiveMessage, run: &Run) {
        for level in message.stock {
            let shown = self.shows.get(level.book.as_str());
            if let Some(shown) = shown.map(|shown| shown.version) {
                if !(self.replaces)(shown, level.version, message.rewound) {
                    continue;
                }
                let backward = level.version < shown;
                run.backward.fetch_add(backward.into(), SeqCst);
            }
            self.shows.insert(level.book.to_string(), level);
        }
    }

    fn seen(&self, books: &[&str]) -> String {
        let version = |book: &str| self.shows.get(book).map_or(0, |level| level.version);
        let seen = books
            .iter()
            .map(|book| (protocol::Topic::Book(slug(book)), version(book)));
        seen.collect::<Seen>().to_string()
    }

    fn shows_the_truth(&self, books: &[&str], run: &Run) -> bool {
        let truth = run.truth.borrow();
        let Some(truth) = &*truth else {
            return false;
        };
        let mut books = books.iter();
        books.all(|book| self.shows.get(*book) == truth.get(*book))
    }

    /// Connects and disconnects, by socket or by poll, until it shows the final levels.
    async fn live(mut self, number: usize, mut run: Run) {
        let some = run.books.iter().skip(number % run.books.len());
        let books: Vec<_> = some.copied().take(3).collect();
        loop {
            // Marked before the comparison, so that a change is not missed while waiting.
            run.truth.mark_unchanged();
            if self.shows_the_truth(&books, &run) {
                return;
            }
            let by_socket = self.random.random_bool(0.6);
            let seen = self.seen(&books);
            let visit = match by_socket {
                true => self.stay_on_socket(number, &seen, &books, &run).await,
                false => self.poll(number, &seen, &run).await,
            };
            // Waits a random time (full jitter) before the next visit, less after a success.
            let most = if visit.is_some() { 40 } else { 400 };
            sleep(Duration::from_millis(self.random.random_range(0..most))).await;
        }
    }

    /// Reads some messages, and disconnects without a close frame.
    async fn stay_on_socket(
        &mut self,
        number: usize,
        seen: &str,
        books: &[&str],
        run: &Run,
    ) -> Option<()> {
        let stream = connect(number, run.address).await?;
        let url = format!("ws://{}/live?seen={seen}", run.address);
        let config = WebSocketConfig::default().read_buffer_size(1_024);
        let opening = tokio_tungstenite::client_async_with_config(url, stream, Some(config));
        let (mut socket, _) = opening.await.ok()?;
        let mut truth = run.truth.clone();
        let mut told = HashMap::new();
        for _ in 0..self.random.random_range(1..20) {
            if self.shows_the_truth(books, run) {
                break;
            }
            tokio::select! {
                message = socket.next() => match message?.ok()? {
                    Message::Text(text) => {
                        let message = serde_json::from_str(&text).unwrap();
                        assert_in_order(&message, &mut told);
                        self.receive(message, run);
                    }
                    Message::Close(_) => return None,
                    _ => {}
                },
                _ = truth.changed() => {}
            }
        }
        Some(())
    }

    async fn poll(&mut self, number: usize, seen: &str, run: &Run) -> Option<()> {
        let mut stream = connect(number, run.address).await?;
        let request = format!(
            "GET /live?seen={seen} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            run.address
        );
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut answer = String::new();
        let answered = stream.read_to_string(&mut answer);
        if self.random.random_bool(0.1) {
            // The page disconnects while it waits.
            let _ = timeout(Duration::from_millis(200), answered).await;
            return None;
        }
        let mut truth = run.truth.clone();
        tokio::select! {
            outcome = answered => outcome.ok()?,
            _ = truth.changed() => return None,
        };
        let (head, body) = answer.split_once("\r\n\r\n")?;
        head.starts_with("HTTP/1.1 200").then_some(())?;
        // After a wait the body is chunked, so find the JSON in it.
        let json = &body[body.find('{')?..=body.rfind('}')?];
        self.receive(serde_json::from_str(json).unwrap(), run);
        Some(())
    }
}

/// Asserts that on one socket nothing arrives twice, and nothing older after something newer.
fn assert_in_order(message: &LiveMessage, told: &mut HashMap<Slug, u64>) {
    for level in &message.stock {
        let before = told.insert(level.book.clone(), level.version);
        assert!(before < Some(level.version), "{level:?} after {before:?}");
    }
}

/// Connects from one of several loopback addresses, so that ports do not run out.
async fn connect(number: usize, to: SocketAddr) -> Option<TcpStream> {
    let socket = TcpSocket::new_v4().unwrap();
    let from = [127, 0, 0, 2 + u8::try_from(number % 8).unwrap()];
    socket.bind((from, 0).into()).ok()?;
    socket.connect(to).await.ok()
}

/// Tries to move copies at least 300 times, and until this many pages have received something in
/// this half.
async fn move_copies(store: &dyn Store, run: &Run, half: usize, pages: usize, random: &mut StdRng) {
    let mut movements = 0;
    while run.heard[half].load(SeqCst) < pages || movements < 300 {
        let shopper = ShopperId::from_bytes([random.random_range(0..50); 16]);
        let book = slug(run.books.choose(random).unwrap());
        let quantity = Quantity::ONE;
        let key = None;
        // A refusal does not matter: the book is sold out, or there is nothing to give back.
        let _ = match random.random_bool(0.5) {
            true => {
                let add = Command::Add {
                    shopper,
                    book,
                    quantity,
                    key,
                };
                store.submit(add).await
            }
            false => {
                let none = Command::SetQuantity {
                    shopper,
                    book,
                    quantity: None,
                };
                store.submit(none).await
            }
        };
        movements += 1;
        sleep(Duration::from_millis(2)).await;
    }
}

async fn open(listener: TcpListener, data: tempfile::TempDir, files: u64) -> TestShop {
    let store = open_store(data.path(), opening_catalogue()).await;
    spawn_on(listener, store, data, files, |_| {}).await
}

/// Runs `pages` pages, which use `replaces` to decide whether to take a level. With `converge`, the
/// run ends when all show the final levels. Returns how often a page went backward.
async fn run_pages(pages: usize, replaces: fn(u64, u64, bool) -> bool, converge: bool) -> usize {
    let files = rlimit::increase_nofile_limit(u64::MAX).unwrap();
    assert!(
        files > 2 * pages as u64 + 1_000,
        "{files} open files are too few for {pages} pages"
    );
    let mut random = StdRng::seed_from_u64(7);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let shop = open(listener, tempfile::tempdir().unwrap(), files).await;
    let (tell_truth, truth) = watch::channel(None);
    let (tell_half, half) = watch::channel(0);
    let run = Run {
        address: shop.address,
        books: opening_catalogue().iter().map(|book| book.slug).collect(),
        truth,
        half,
        heard: Arc::default(),
        backward: Arc::default(),
    };
    let mut all = JoinSet::new();
    for number in 0..pages {
        let page = Page {
            shows: HashMap::new(),
            replaces,
            late: None,
            random: StdRng::seed_from_u64(number as u64),
            heard_in: [false; HALVES],
        };
        all.spawn(page.live(number, run.clone()));
    }

    move_copies(&*shop.store, &run, 0, pages, &mut random).await;
    shop.stop.cancel();
    shop.running.await.unwrap().unwrap();
    drop(shop.store);
    tell_half.send_replace(1);
    let listener = TcpListener::bind(run.address).await.unwrap();
    let shop = open(listener, shop.data, files).await;
    move_copies(&*shop.store, &run, 1, pages, &mut random).await;

    let topics: Vec<Topic> = run.books.iter().map(|book| slug(book).into()).collect();
    let newest = shop.store.newest(&topics).await.unwrap();
    let levels = newest.into_iter().map(|change| match change {
        Change::Level(level) => (level.book.to_string(), level),
        other => unreachable!("{other:?}"),
    });
    tell_truth.send_replace(Some(levels.collect()));
    // Without the comparison, a page may keep an old level for ever: the control does not wait.
    if converge {
        all.join_all().await;
    }
    run.backward.load(SeqCst)
}

/// Two thousand pages by default; for more (each takes two files): `CONVERGING_CLIENTS=9000 cargo
/// test --release -p burts-books --test suite -- convergence`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_pages_converge_and_none_goes_backward() {
    let clients = std::env::var("CONVERGING_CLIENTS").ok();
    let clients = clients.map_or(2_000, |clients| clients.parse().unwrap());
    let backward = timeout(PATIENCE, run_pages(clients, protocol::replaces, true)).await;
    assert_eq!(backward.expect("all pages show the final levels"), 0);
}

/// Control: pages that accept every level go backward.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_version_comparison_some_pages_go_backward() {
    let backward = timeout(PATIENCE, run_pages(100, |_, _, _| true, false)).await;
    let backward = backward.expect("the run ends");
    assert!(backward > 100, "{backward} times");
}
