//! Pages that are open, and people who buy, as they come through nginx.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use app::wire::LiveMessage;
use futures::StreamExt;
use reqwest::{Client, Response, StatusCode};
use shop::Level;
use tokio::{task::JoinSet, time::sleep};
use tokio_tungstenite::{connect_async, tungstenite::Message};

use crate::{harness::PATIENCE, whole::Cluster};

pub const GUIDE: &str = "definitive-guide-to-the-internet";

/// Open pages of one book: what each of them shows.
pub struct Pages {
    shown: Vec<Arc<Mutex<Option<Level>>>>,
    /// They are closed when this is dropped.
    _open: JoinSet<()>,
}

impl Pages {
    /// So many, half of them on sockets and half on long polls.
    pub fn open(cluster: &Cluster, pages: usize) -> Self {
        let mut open = JoinSet::new();
        let shown: Vec<_> = (0..pages)
            .map(|page| {
                let shows = Arc::new(Mutex::new(None));
                let url = cluster.to("/live");
                open.spawn(follow(url, page % 2 == 0, Arc::clone(&shows)));
                shows
            })
            .collect();
        Self { shown, _open: open }
    }

    /// Waits until all show so many copies; how long that took.
    pub async fn all_show(&self, available: u32) -> Duration {
        let began = Instant::now();
        loop {
            let shown: Vec<_> = self
                .shown
                .iter()
                .map(|page| page.lock().unwrap().as_ref().map(|level| level.available))
                .collect();
            if shown.iter().all(|shows| *shows == Some(available)) {
                return began.elapsed();
            }
            assert!(
                began.elapsed() < PATIENCE,
                "{available} are left: {shown:?}"
            );
            sleep(Duration::from_millis(10)).await;
        }
    }
}

/// A page: it comes back after a moment, whatever happens to its connection.
async fn follow(url: String, by_socket: bool, shows: Arc<Mutex<Option<Level>>>) {
    let client = Client::new();
    loop {
        let version = shows
            .lock()
            .unwrap()
            .as_ref()
            .map_or(0, |level| level.version);
        let address = format!("{url}?seen={GUIDE}:{version}");
        if by_socket {
            if let Ok((mut socket, _)) = connect_async(address.replace("http:", "ws:")).await {
                while let Some(Ok(message)) = socket.next().await {
                    if let Message::Text(text) = message {
                        show(&shows, &text);
                    }
                }
            }
        } else if let Ok(answer) = client.get(address).send().await
            && answer.status() == StatusCode::OK
            && let Ok(text) = answer.text().await
        {
            show(&shows, &text);
            continue;
        }
        sleep(Duration::from_millis(rand::random_range(0..300))).await;
    }
}

fn show(shows: &Mutex<Option<Level>>, text: &str) {
    let message: LiveMessage = serde_json::from_str(text).unwrap();
    let mut shows = shows.lock().unwrap();
    for level in message.stock {
        let before = shows.as_ref().map_or(0, |level| level.version);
        assert!(level.version > before, "{text} after version {before}");
        *shows = Some(level);
    }
}

/// People who buy a copy and give it back, over and over, until they are told to stop.
pub struct Buyers {
    stop: Arc<AtomicBool>,
    /// How often one was told “try again”, or nothing.
    pub troubles: Arc<AtomicUsize>,
    /// How many orders were placed so far.
    pub placed: Arc<AtomicUsize>,
    buying: JoinSet<()>,
}

impl Buyers {
    pub fn send(cluster: &Cluster, people: usize) -> Self {
        let mut buyers = Self {
            stop: Arc::default(),
            troubles: Arc::default(),
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

    /// Waits until so many more orders have been placed.
    pub async fn place_more(&self, orders: usize) {
        let goal = self.placed.load(SeqCst) + orders;
        let began = Instant::now();
        while self.placed.load(SeqCst) < goal {
            assert!(began.elapsed() < PATIENCE, "nobody can buy any more");
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// They finish what they have begun. How many orders they placed, and how often
    /// one of them had to try again.
    pub async fn finish(mut self) -> (usize, usize) {
        self.stop.store(true, SeqCst);
        while let Some(person) = self.buying.join_next().await {
            person.unwrap();
        }
        (self.placed.load(SeqCst), self.troubles.load(SeqCst))
    }
}

struct Person {
    client: Client,
    name: String,
    url: String,
    troubles: Arc<AtomicUsize>,
}

impl Person {
    /// With the first page comes the cookie.
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
        // Asked again because the first answer was lost, it may be closed already.
        let closed = [StatusCode::OK, StatusCode::CONFLICT].contains(&cancelled);
        assert!(closed, "{cancelled}");
    }

    async fn post(&self, action: &str, form: &[(&str, &str)]) -> Response {
        let url = format!("{}/api/{action}", self.url);
        self.until_answered(|| self.client.post(&url).form(form))
            .await
    }

    /// Asks again, with the same key, until it is neither refused nor broken off.
    async fn until_answered(&self, request: impl Fn() -> reqwest::RequestBuilder) -> Response {
        let began = Instant::now();
        loop {
            let trouble = match request().send().await {
                Ok(answer) if answer.status() == StatusCode::SERVICE_UNAVAILABLE => {
                    assert!(answer.headers().contains_key("retry-after"));
                    answer.text().await.unwrap_or_default()
                }
                Ok(answer) => return answer,
                Err(error) => error.to_string(),
            };
            self.troubles.fetch_add(1, SeqCst);
            assert!(began.elapsed() < PATIENCE, "{trouble}");
            sleep(Duration::from_millis(rand::random_range(20..100))).await;
        }
    }
}
