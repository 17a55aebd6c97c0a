//! `/desk/activity`: the ledger for the owner.
//!
//! `streams`: what a reader is sent, and how a stream ends; `slow_readers`: readers that stop
//! reading; `export`: the ledger as a file and as a page.

mod export;
mod slow_readers;
mod streams;

use std::{num::NonZeroI32, sync::Arc};

use futures::{SinkExt, StreamExt, future::join_all};
use reqwest::{Client, Response};
use serde_json::Value;
use sha2::{Digest, Sha256};
use shop::{Command, Done, Role};
use store::{
    Cursor, Filter, PageLimits, SessionToken, StaffAccounts, Store, sqlite::SqliteStaffAccounts,
};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{self, Message, client::IntoClientRequest},
};

use crate::shop::helpers::{PATIENCE, TestShop, slug};

/// The server's page size, and the number of pages that may be unacknowledged.
const PAGE: usize = 500;
const WINDOW: usize = 2;

const HASHED: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA";

/// A signed-in owner.
pub struct Owner {
    pub session: SessionToken,
    pub cookie: String,
    origin: String,
}

impl Owner {
    /// Signs in without a password.
    pub async fn of(shop: &TestShop, name: &str) -> Self {
        let mut register = SqliteStaffAccounts::open(shop.data.path()).await.unwrap();
        let name = name.parse().unwrap();
        // The account may already exist.
        register
            .add(&name, Some(Role::Owner), HASHED)
            .await
            .unwrap();
        let value = format!("{:064x}", rand::random::<u128>());
        let session = SessionToken(Sha256::digest(&value).into());
        let staff = shop.store.staff_directory();
        let credential = staff.credential(&name).await.unwrap().unwrap();
        let signed_in = staff.sign_in(&name, &credential, session, None, PATIENCE * 10);
        assert!(signed_in.await.unwrap());
        Self {
            session,
            cookie: format!("staff={value}"),
            origin: shop.url(""),
        }
    }

    pub async fn get(&self, path: &str) -> Response {
        Client::new()
            .get(format!("{}{path}", self.origin))
            .header("cookie", &self.cookie)
            .send()
            .await
            .unwrap()
    }

    /// Opens a stream, or returns the status of the refusal.
    pub async fn try_read(&self, query: &str) -> Result<Reader, u16> {
        let url = format!("{}/desk/activity/stream?{query}", self.origin);
        let url = url.replacen("http", "ws", 1);
        let mut request = url.into_client_request().unwrap();
        let cookie = self.cookie.parse().unwrap();
        request.headers_mut().insert("cookie", cookie);
        match tokio_tungstenite::connect_async(request).await {
            Ok((socket, _)) => Ok(Reader::new(socket)),
            Err(tungstenite::Error::Http(refusal)) => Err(refusal.status().as_u16()),
            Err(other) => panic!("{other}"),
        }
    }

    pub async fn read(&self, query: &str) -> Reader {
        self.try_read(query).await.unwrap()
    }
}

/// The client's end of a stream.
pub struct Reader {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The positions of all rows it was sent.
    pub places: Vec<String>,
    pub kinds: Vec<String>,
    /// The position from which it continues.
    pub next: String,
    /// The number of rows that the server has yet to send.
    pub behind: u64,
}

impl Reader {
    fn new(socket: WebSocketStream<MaybeTlsStream<TcpStream>>) -> Self {
        Self {
            socket,
            places: Vec::new(),
            kinds: Vec::new(),
            next: String::new(),
            behind: 0,
        }
    }

    /// The next message, and the number of rows in it.
    pub async fn receive(&mut self) -> (Value, usize) {
        loop {
            let heard = timeout(PATIENCE, self.socket.next()).await;
            let heard = heard.expect("the server sends something");
            let Message::Text(text) = heard.expect("the stream continues").unwrap() else {
                continue;
            };
            let told: Value = serde_json::from_str(&text).unwrap();
            let Some(next) = told["next"].as_str() else {
                assert_eq!(text.as_str(), "{}", "a heartbeat");
                continue;
            };
            self.next = next.to_owned();
            self.behind = told["behind"].as_u64().unwrap();
            let rows = told["rows"].as_array().cloned().unwrap_or_default();
            let text = |row: &Value, name| row[name].as_str().unwrap().to_owned();
            self.places
                .extend(rows.iter().map(|row| text(row, "place")));
            self.kinds.extend(rows.iter().map(|row| text(row, "kind")));
            return (told, rows.len());
        }
    }

    pub async fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    pub async fn acknowledge(&mut self) {
        let next = self.next.clone();
        self.send_text(&format!(r#"{{"next":"{next}"}}"#)).await;
    }

    /// Reads and acknowledges until it has this many rows.
    pub async fn read(&mut self, rows: usize) {
        while self.places.len() < rows {
            let (_, came) = self.receive().await;
            if came > 0 {
                self.acknowledge().await;
            }
        }
        assert_eq!(self.places.len(), rows);
    }

    /// The code with which the server closes the stream.
    pub async fn closed_with(&mut self) -> u16 {
        loop {
            let heard = timeout(PATIENCE, self.socket.next()).await;
            let heard = heard.expect("the server closes").unwrap().unwrap();
            if let Message::Close(Some(frame)) = heard {
                return frame.code.into();
            }
        }
    }
}

/// Makes this many movements of a book, up to 500 at once.
pub async fn move_copies(store: &Arc<dyn Store>, book: &str, times: usize) {
    let mut left = times;
    while left > 0 {
        let now = left.min(500);
        let moves = (0..now).map(|number| {
            let command = Command::Restock {
                book: slug(book),
                change: NonZeroI32::new(if number % 2 == 0 { 1 } else { -1 }).unwrap(),
                reason: "counted again".parse().unwrap(),
                submission: None,
            };
            store.submit(command)
        });
        for done in join_all(moves).await {
            assert!(matches!(done.unwrap(), Done::StockChanged(_)));
        }
        left -= now;
    }
}

/// The positions of all movements in the ledger, in order.
pub async fn all_places(store: &Arc<dyn Store>) -> Vec<String> {
    let reach = PageLimits {
        most: 1_000_000,
        look: 1_000_000,
    };
    let page = store
        .ledger()
        .after(Cursor::START, &Filter::default(), reach)
        .await
        .unwrap();
    let places = page.entries.iter();
    places.map(|entry| entry.place.to_string()).collect()
}
