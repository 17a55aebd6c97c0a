//! A shop for each test, and its shoppers.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use burts_books::{
    Server, Site,
    config::{
        BuzzUrl, Settings,
        data_source::{DataArgs, SecretUrl},
    },
    run,
};
use futures::{SinkExt, StreamExt};
use protocol::LiveMessage;
use reqwest::{Client, Response, StatusCode};
use shop::{Slug, Terms};
use store::{NewBook, Options, Store, opening_catalogue, sqlite::SqliteStore};
use tempfile::TempDir;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::timeout,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{self, Message, client::IntoClientRequest},
};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

/// The first book of the opening catalogue, with ten copies.
pub const GUIDE: &str = "definitive-guide-to-the-internet";

/// Files that a shop opens besides connections.
const OTHER_FILES: u64 = 200;

/// The default wait of a long poll.
const LONG_WAIT: Duration = Duration::from_secs(25);

/// Far longer than anything here takes; a test that waits this long has failed.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A shop that listens on a port of its own.
pub struct TestShop {
    pub address: SocketAddr,
    pub store: Arc<dyn Store>,
    pub stop: CancellationToken,
    pub running: JoinHandle<anyhow::Result<()>>,
    pub data: TempDir,
}

/// A shop with the opening catalogue.
pub async fn spawn_shop() -> TestShop {
    let data = tempfile::tempdir().unwrap();
    let store = open_store(data.path(), opening_catalogue()).await;
    spawn_shop_over(store, data).await
}

/// A shop with this many copies of one book, `drop`.
pub async fn spawn_shop_with(copies: u32) -> TestShop {
    let data = tempfile::tempdir().unwrap();
    let book = NewBook {
        slug: "drop",
        copies,
        ..opening_catalogue()[0]
    };
    let store = open_store(data.path(), &[book]).await;
    spawn_shop_over(store, data).await
}

pub async fn open_store(data: &Path, books: &[NewBook]) -> Arc<dyn Store> {
    Arc::new(
        SqliteStore::open(data, books, Options::default())
            .await
            .unwrap(),
    )
}

/// A shop with the opening catalogue and these settings.
pub async fn spawn_shop_with_settings(set: impl FnOnce(&mut Settings)) -> TestShop {
    let data = tempfile::tempdir().unwrap();
    let store = open_store(data.path(), opening_catalogue()).await;
    spawn(store, data, set).await
}

/// A shop with the opening catalogue and an unreachable mail server.
pub async fn spawn_shop_that_mails() -> TestShop {
    let data = tempfile::tempdir().unwrap();
    let options = Options {
        terms: Terms {
            mail: true,
            ..Terms::default()
        },
        ..Options::default()
    };
    let store = SqliteStore::open(data.path(), opening_catalogue(), options);
    let store = Arc::new(store.await.unwrap());
    let set = |settings: &mut Settings| {
        settings.smtp_url = Some(SecretUrl::new("smtp://127.0.0.1:9"));
        settings.mail_from = Some("shop@books.example".to_owned());
    };
    spawn(store, data, set).await
}

/// A shop on this store.
pub async fn spawn_shop_over(store: Arc<dyn Store>, data: TempDir) -> TestShop {
    spawn(store, data, |_| {}).await
}

/// A shop with the opening catalogue and this many connections.
pub async fn spawn_shop_for(connections: u64) -> TestShop {
    let data = tempfile::tempdir().unwrap();
    let store = open_store(data.path(), opening_catalogue()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let files = OTHER_FILES + connections;
    spawn_on(listener, store, data, files, |_| {}).await
}

/// A shop on this store with these settings.
pub async fn spawn_shop_with_settings_over(
    store: Arc<dyn Store>,
    data: TempDir,
    set: impl FnOnce(&mut Settings),
) -> TestShop {
    spawn(store, data, set).await
}

async fn spawn(store: Arc<dyn Store>, data: TempDir, set: impl FnOnce(&mut Settings)) -> TestShop {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    spawn_on(listener, store, data, 1_024, set).await
}

/// A shop on this listener that may open this many files.
pub async fn spawn_on(
    listener: TcpListener,
    store: Arc<dyn Store>,
    data: TempDir,
    files: u64,
    set: impl FnOnce(&mut Settings),
) -> TestShop {
    let address = listener.local_addr().unwrap();
    let mut settings = Settings {
        listen: address.to_string().parse().unwrap(),
        public_url: None,
        trusted_proxies: Vec::new(),
        ipv4_prefix: 32,
        ipv6_prefix: 64,
        data: DataArgs {
            data_dir: data.path().to_owned(),
            database_url: None,
        },
        hold_minutes: Duration::from_secs(15 * 60),
        offer_minutes: Duration::from_secs(5 * 60),
        limit_per_shopper: 5,
        holds_per_minute: 30.try_into().unwrap(),
        // Tests use no outside service.
        buzz_url: BuzzUrl::Off,
        buzz_key: None,
        buzz_seconds: Duration::from_secs(5),
        connections: 100_000.try_into().unwrap(),
        connections_per_address: 500.try_into().unwrap(),
        collect_days: 7,
        keep_contact_days: 90,
        keep_journal_days: 730,
        smtp_url: None,
        mail_from: None,
        wait_seconds: LONG_WAIT,
        accept_clock: false,
        log: EnvFilter::default(),
    };
    set(&mut settings);
    let site = Site::in_directory(data.path());
    let server = Server::new(Arc::clone(&store), &settings, site, address, files)
        .await
        .unwrap();
    let stop = CancellationToken::new();
    TestShop {
        address,
        store,
        running: tokio::spawn(run(listener, server, stop.clone())),
        stop,
        data,
    }
}

impl TestShop {
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A shopper with a cookie jar.
    pub fn shopper(&self) -> Shopper {
        let client = Client::builder().cookie_store(true).build().unwrap();
        Shopper {
            client,
            origin: self.url(""),
        }
    }

    pub async fn version(&self, book: &str) -> u64 {
        self.store.book(&slug(book)).await.unwrap().level.version
    }

    /// Waits until this many clients follow the book.
    pub async fn until_watched_by(&self, watchers: usize, book: &str) {
        let book = slug(book);
        let watched = async {
            while self.store.feed().watchers(book.clone()) != watchers {
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, watched)
            .await
            .expect("enough clients follow the book");
    }

    /// Opens a stream of a client that knows the epoch, without reading from it.
    pub async fn stream(&self, seen: &str) -> Stream {
        let epoch = self.store.feed().epoch();
        self.stream_of(&format!("{seen}&epoch={epoch}")).await
    }

    /// Opens a stream with this query, without reading from it.
    pub async fn stream_of(&self, seen: &str) -> Stream {
        let url = format!("ws://{}/live?seen={seen}", self.address);
        let (socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
        Stream(socket)
    }

    /// Tries to open a stream from a page of another site.
    pub async fn stream_from(&self, origin: &str) -> Result<(), StatusCode> {
        let url = format!("ws://{}/live?seen={GUIDE}:0", self.address);
        let mut request = url.into_client_request().unwrap();
        request
            .headers_mut()
            .insert("origin", origin.parse().unwrap());
        match tokio_tungstenite::connect_async(request).await {
            Ok(_) => Ok(()),
            Err(tungstenite::Error::Http(refusal)) => Err(refusal.status()),
            Err(other) => panic!("{other}"),
        }
    }
}

/// A shopper's HTTP client.
pub struct Shopper {
    pub client: Client,
    origin: String,
}

impl Shopper {
    pub async fn add_to_cart(&self, book: &str) -> Response {
        self.post("/api/add_to_cart", &[("book", book)]).await
    }

    pub async fn remove_from_cart(&self, book: &str) -> Response {
        self.post("/api/remove_from_cart", &[("book", book)]).await
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let request = self
            .client
            .post(format!("{}{path}", self.origin))
            .form(form);
        request.send().await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Response {
        self.client
            .get(format!("{}{path}", self.origin))
            .send()
            .await
            .unwrap()
    }

    /// Sends one `GET /live`. Returns the answer, however late it is, without its epoch.
    pub async fn live(&self, seen: &str) -> LiveMessage {
        LiveMessage {
            epoch: None,
            ..self.live_and_epoch(seen).await
        }
    }

    /// Sends one `GET /live`. Returns the answer, however late it is.
    pub async fn live_and_epoch(&self, seen: &str) -> LiveMessage {
        let response = timeout(PATIENCE, self.get(&format!("/live?seen={seen}")))
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        timeout(PATIENCE, response.json()).await.unwrap().unwrap()
    }
}

/// The client's end of a stream.
pub struct Stream(pub WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Stream {
    /// The next message other than a heartbeat.
    pub async fn next(&mut self) -> LiveMessage {
        loop {
            let message = match self.next_frame().await {
                Message::Text(text) => serde_json::from_str(&text).unwrap(),
                other => panic!("a message was expected, not {other:?}"),
            };
            if message != LiveMessage::default() {
                return message;
            }
        }
    }

    pub async fn next_frame(&mut self) -> Message {
        loop {
            let frame = timeout(PATIENCE, self.0.next())
                .await
                .expect("the server sends something");
            match frame.expect("the stream continues").unwrap() {
                Message::Ping(_) => {}
                frame => return frame,
            }
        }
    }

    pub async fn send_text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }
}

pub fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

/// The message that every refusal must have.
pub async fn sentence(response: Response) -> String {
    let body: serde_json::Value = response.json().await.unwrap();
    body["error"]
        .as_str()
        .expect("a refusal has a sentence")
        .to_owned()
}
