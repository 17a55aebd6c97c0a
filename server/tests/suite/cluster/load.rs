//! Open pages and shoppers that connect through nginx.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use futures::StreamExt;
use protocol::LiveMessage;
use reqwest::{Client, Response, StatusCode};
use shop::Level;
use tokio::{task::JoinSet, time::sleep};
use tokio_tungstenite::{connect_async, tungstenite::Message};

use crate::cluster::{full_cluster::Cluster, harness::PATIENCE};

/// The shop promises that a page is up to date within this time.
const SOON: Duration = Duration::from_secs(5);

pub const GUIDE: &str = "definitive-guide-to-the-internet";

/// Open pages of one book, and the level that each shows.
pub struct Pages {
    shown: Vec<Arc<Mutex<Option<Level>>>>,
    /// The times at which pages connected.
    connected: Arc<Mutex<Vec<Instant>>>,
    /// Dropping it closes the pages.
    _open: JoinSet<()>,
}

impl Pages {
    /// Opens this many pages, half on sockets and half on long polls.
    pub fn open(cluster: &Cluster, pages: usize) -> Self {
        let (mut open, client) = (JoinSet::new(), Client::new());
        let connected = Arc::default();
        let shown: Vec<_> = (0..pages)
            .map(|page| {
                let shows = Arc::new(Mutex::new(None));
                let url = cluster.to("/live");
                let page = Page {
                    url,
                    client: (page % 2 == 1).then(|| client.clone()),
                    shows: Arc::clone(&shows),
                    connected: Arc::clone(&connected),
                };
                open.spawn(page.follow());
                shows
            })
            .collect();
        Self {
            shown,
            connected,
            _open: open,
        }
    }

    /// Waits until all pages show this many copies, but at most five seconds. Returns the fraction
    /// of pages that do.
    pub async fn fraction_that_shows(&self, available: u32) -> f64 {
        let began = Instant::now();
        loop {
            let right = self.shown.iter().filter(|page| {
                let level = page.lock().unwrap();
                level.as_ref().is_some_and(|it| it.available == available)
            });
            let fraction = right.count() as f64 / self.shown.len() as f64;
            if fraction == 1.0 || began.elapsed() > SOON {
                return fraction;
            }
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// The number of connections since then: in total, and in the busiest second.
    pub fn connections_since(&self, then: Instant) -> (usize, usize) {
        let connected = self.connected.lock().unwrap();
        let mut since: Vec<_> = connected.iter().filter(|at| **at > then).collect();
        since.sort_unstable();
        let busiest = since.iter().enumerate().map(|(number, at)| {
            since[number..].partition_point(|other| **other < **at + Duration::from_secs(1))
        });
        (since.len(), busiest.max().unwrap_or(0))
    }

    /// Waits until all pages show this many copies, which must be within five seconds.
    pub async fn all_show(&self, available: u32) {
        let began = Instant::now();
        let right =
            |level: &Option<Level>| level.as_ref().is_some_and(|it| it.available == available);
        loop {
            let shown = self.shown.iter().map(|page| page.lock().unwrap().clone());
            let wrong: Vec<_> = shown
                .enumerate()
                .filter(|(_, level)| !right(level))
                .collect();
            if wrong.is_empty() {
                return;
            }
            assert!(
                began.elapsed() < SOON,
                "every page shows {available}, except: {wrong:?}"
            );
            sleep(Duration::from_millis(10)).await;
        }
    }
}

/// A page on a socket or on long polls. It reconnects when the shop says, or after a random pause.
struct Page {
    url: String,
    client: Option<Client>,
    shows: Arc<Mutex<Option<Level>>>,
    connected: Arc<Mutex<Vec<Instant>>>,
}

impl Page {
    async fn follow(self) {
        loop {
            let wait = match &self.client {
                Some(client) => self.wait(client).await,
                None => self.listen().await,
            };
            sleep(wait).await;
        }
    }

    fn address(&self) -> String {
        let shows = self.shows.lock().unwrap();
        let version = shows.as_ref().map_or(0, |level| level.version);
        format!("{}?seen={GUIDE}:{version}", self.url)
    }

    /// Follows until the socket ends. Returns the pause before the next connection.
    async fn listen(&self) -> Duration {
        let mut after = None;
        let url = self.address().replace("http:", "ws:");
        if let Ok((mut socket, _)) = connect_async(url).await {
            self.connected.lock().unwrap().push(Instant::now());
            while let Some(Ok(message)) = socket.next().await {
                if let Message::Text(text) = message {
                    after = self.show(&text).retry_ms.or(after);
                }
            }
        }
        Duration::from_millis(after.map_or_else(|| rand::random_range(0..500), u64::from))
    }

    /// Makes one long poll. Returns the pause before the next.
    async fn wait(&self, client: &Client) -> Duration {
        let most = match client.get(self.address()).send().await {
            Ok(answer) if answer.status() == StatusCode::OK => answer
                .text()
                .await
                .ok()
                .map_or(500, |text| self.show(&text).pace_ms.map_or(0, u64::from)),
            _ => 500,
        };
        Duration::from_millis(rand::random_range(0..=most))
    }

    fn show(&self, text: &str) -> LiveMessage {
        let message: LiveMessage = serde_json::from_str(text).unwrap();
        let mut shows = self.shows.lock().unwrap();
        for level in &message.stock {
            let before = shows.as_ref().map_or(0, |level| level.version);
            assert!(level.version > before, "{text} after version {before}");
            *shows = Some(level.clone());
        }
        drop(shows);
        message
    }
}

/// Shoppers who buy a copy and cancel the order, over and over, until they are stopped.
pub struct Buyers {
    stop: Arc<AtomicBool>,
    /// Why each attempt failed: it was answered “try again”, or not at all.
    pub troubles: Arc<Mutex<Vec<String>>>,
    slowest: Arc<Mutex<Duration>>,
    /// The number of orders placed so far.
    pub placed: Arc<AtomicUsize>,
    buying: JoinSet<()>,
}

impl Buyers {
    pub fn send(cluster: &Cluster, people: usize) -> Self {
        let mut buyers = Self {
            stop: Arc::default(),
            troubles: Arc::default(),
            slowest: Arc::default(),
            placed: Arc::default(),
            buying: JoinSet::new(),
        };
        for person in 0..people {
            let client = Client::builder().cookie_store(true).build().unwrap();
            let person = Person {
                client,
                name: format!("{person}"),
                url: cluster.url.clone(),
                troubles: Arc::clone(&buyers.troubles),
                slowest: Arc::clone(&buyers.slowest),
            };
            let (stop, placed) = (Arc::clone(&buyers.stop), Arc::clone(&buyers.placed));
            buyers.buying.spawn(async move {
                let mut round = 0;
                person.arrive().await;
                while !stop.load(SeqCst) {
                    round += 1;
                    person.buy_and_cancel(round).await;
                    placed.fetch_add(1, SeqCst);
                }
            });
        }
        buyers
    }

    /// Waits until this many more orders have been placed.
    pub async fn place_more(&self, orders: usize) {
        let goal = self.placed.load(SeqCst) + orders;
        let began = Instant::now();
        while self.placed.load(SeqCst) < goal {
            assert!(began.elapsed() < PATIENCE, "buyers place orders");
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// The longest time that a request has taken.
    pub fn slowest(&self) -> Duration {
        *self.slowest.lock().unwrap()
    }

    /// Lets the shoppers finish. Returns the number of orders, and why each attempt failed.
    pub async fn finish(mut self) -> (usize, Vec<String>) {
        self.stop.store(true, SeqCst);
        while let Some(person) = self.buying.join_next().await {
            person.unwrap();
        }
        let troubles = std::mem::take(&mut *self.troubles.lock().unwrap());
        (self.placed.load(SeqCst), troubles)
    }
}

struct Person {
    client: Client,
    name: String,
    url: String,
    troubles: Arc<Mutex<Vec<String>>>,
    slowest: Arc<Mutex<Duration>>,
}

impl Person {
    /// Requests the first page, which sets the cookie.
    async fn arrive(&self) {
        self.until_answered(|| self.client.get(format!("{}/cart", self.url)))
            .await;
    }

    async fn buy_and_cancel(&self, round: usize) {
        let add = format!("person-{}-adds-{round}", self.name);
        let added = [("book", GUIDE), ("key", &*add)];
        let added = self.post("add_to_cart", &added).await;
        assert_eq!(added.status(), StatusCode::OK);
        let key = format!("person-{}-orders-{round}", self.name);
        let contact = [
            ("name", "Ann"),
            ("reach", "ann@example.org"),
            ("key", &*key),
        ];
        let placed = self.post("place_order", &contact).await;
        assert_eq!(placed.status(), StatusCode::OK);
        let placed: serde_json::Value = placed.json().await.unwrap();
        let code = placed["code"].as_str().unwrap();
        let cancelled = self.post("cancel_order", &[("code", code)]).await.status();
        // If the first answer was lost, the order may already be closed.
        let closed = [StatusCode::OK, StatusCode::CONFLICT].contains(&cancelled);
        assert!(closed, "{cancelled}");
    }

    async fn post(&self, action: &str, form: &[(&str, &str)]) -> Response {
        let url = format!("{}/api/{action}", self.url);
        self.until_answered(|| self.client.post(&url).form(form))
            .await
    }

    fn note(&self, waited: Duration) {
        let mut slowest = self.slowest.lock().unwrap();
        *slowest = (*slowest).max(waited);
    }

    /// Repeats a request with the same key until it succeeds.
    async fn until_answered(&self, request: impl Fn() -> reqwest::RequestBuilder) -> Response {
        let began = Instant::now();
        loop {
            let asked = Instant::now();
            let answer = request().send().await;
            self.note(asked.elapsed());
            let trouble = match answer {
                Ok(answer) if answer.status() == StatusCode::SERVICE_UNAVAILABLE => {
                    assert!(answer.headers().contains_key("retry-after"));
                    let server = format!("{:?}", answer.headers());
                    format!("{server} {}", answer.text().await.unwrap_or_default())
                }
                Ok(answer) => return answer,
                Err(error) => format!("{error:?}"),
            };
            assert!(began.elapsed() < PATIENCE, "{trouble}");
            self.troubles.lock().unwrap().push(trouble);
            sleep(Duration::from_millis(rand::random_range(20..100))).await;
        }
    }
}
