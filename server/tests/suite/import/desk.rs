//! An owner's client that imports lists, and the lists.

#![allow(dead_code, reason = "the measurement uses a part of this")]

use std::{path::Path, time::Duration};

use futures::{SinkExt, StreamExt};
use reqwest::{Client, StatusCode, redirect::Policy};
use serde_json::Value;
use sha2::{Digest, Sha256};
use store::{StaffAccounts, sqlite::SqliteStaffAccounts};
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{Message, client::IntoClientRequest},
};

use crate::common::{PATIENCE, Running, run, said};

pub const PASSWORD: &str = "correct horse battery";
/// The size of a piece: small, so that even a short list has many pieces.
pub const PIECE: usize = 4_096;
const HEARTBEAT: &str = "{}";

/// Creates an account, whether or not the shop is running.
pub async fn add_account(data: &Path, name: &str) {
    let mut register = SqliteStaffAccounts::open(data).await.unwrap();
    let hashed = burts_books::desk::passwords::hash(PASSWORD).unwrap();
    let name = name.parse().unwrap();
    let owner = Some(shop::Role::Owner);
    assert!(register.add(&name, owner, &hashed).await.unwrap().is_some());
}

/// Removes the account.
pub async fn remove_account(data: &Path, name: &str) {
    let mut register = SqliteStaffAccounts::open(data).await.unwrap();
    assert!(register.remove(&name.parse().unwrap()).await.unwrap());
}

/// A signed-in owner.
pub struct Desk {
    client: Client,
    address: String,
    cookie: String,
}

impl Desk {
    pub async fn sign_in(shop: &Running, name: &str) -> Self {
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        let address = shop.address.clone();
        let form = [("name", name), ("password", PASSWORD)];
        let signing = client.post(format!("http://{address}/desk/sign-in"));
        let answer = signing.form(&form).send().await.unwrap();
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        assert!(cookie.starts_with("staff="), "{cookie}");
        Self {
            client,
            address,
            cookie,
        }
    }

    /// The same session, after the shop was restarted.
    pub fn at(&self, shop: &Running) -> Self {
        Self {
            client: self.client.clone(),
            address: shop.address.clone(),
            cookie: self.cookie.clone(),
        }
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> (StatusCode, Value) {
        let request = self.client.post(format!("http://{}{path}", self.address));
        let request = request.header("cookie", &self.cookie).form(form);
        let answer = request.send().await.unwrap();
        (answer.status(), answer.json().await.unwrap_or_default())
    }

    /// Requests a public page.
    pub async fn get(&self, path: &str, header: (&str, &str)) -> reqwest::Response {
        let request = self.client.get(format!("http://{}{path}", self.address));
        request.header(header.0, header.1).send().await.unwrap()
    }

    pub async fn page(&self, path: &str) -> String {
        let request = self.client.get(format!("http://{}{path}", self.address));
        let request = request.header("cookie", &self.cookie);
        let request = request.header("accept", "text/html");
        request.send().await.unwrap().text().await.unwrap()
    }

    /// Gives a book a cover, as its page at the desk does.
    pub async fn set_cover(&self, book: &str, picture: &[u8]) {
        let head = "--boundary\r\ncontent-disposition: form-data; name=\"file\"; \
                    filename=\"cover.png\"\r\n\r\n";
        let body = [head.as_bytes(), picture, b"\r\n--boundary--\r\n"].concat();
        let url = format!("http://{}/desk/stock/{book}/cover", self.address);
        let request = self.client.post(url).header("cookie", &self.cookie);
        let request = request.header("content-type", "multipart/form-data; boundary=boundary");
        let answer = request.body(body).send().await.unwrap();
        let page = answer.headers()["location"].to_str().unwrap();
        assert!(page.ends_with("notice=cover_set"), "{page}");
    }

    /// Announces a list, and returns the id of its import.
    pub async fn announce(&self, list: &[u8]) -> String {
        self.announce_as("books", list).await
    }

    pub async fn announce_as(&self, kind: &str, list: &[u8]) -> String {
        let size = list.len().to_string();
        let form = [("name", "list.csv"), ("size", &size), ("kind", kind)];
        let (status, said) = self.post("/desk/imports", &form).await;
        assert_eq!(status, StatusCode::OK, "{said}");
        said["id"].as_str().unwrap().to_owned()
    }

    pub async fn socket(&self, id: &str) -> Result<Socket, StatusCode> {
        let url = format!("ws://{}/desk/imports/{id}/upload", self.address);
        let mut request = url.into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert("cookie", self.cookie.parse().unwrap());
        let origin = format!("http://{}", self.address);
        headers.insert("origin", origin.parse().unwrap());
        match tokio_tungstenite::connect_async(request).await {
            Ok((socket, _)) => Ok(Socket(socket, PIECE)),
            Err(tokio_tungstenite::tungstenite::Error::Http(refusal)) => Err(refusal.status()),
            Err(other) => panic!("{other}"),
        }
    }

    /// Sends the part of a list that the shop does not have yet.
    pub async fn send(&self, id: &str, list: &[u8]) {
        let mut socket = self.socket(id).await.unwrap();
        let offset = socket.offset().await;
        socket.send(list, offset, list.len()).await;
        socket.finish(list).await;
        assert_eq!(socket.next().await["state"], "checking");
    }

    pub async fn standing(&self, id: &str) -> Value {
        let url = format!("http://{}/desk/imports/{id}/standing", self.address);
        let request = self.client.get(url).header("cookie", &self.cookie);
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Waits until an import meets a condition, and returns its state.
    pub async fn until(&self, id: &str, condition: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        let waiting = async {
            loop {
                last = self.standing(id).await;
                if condition(&last) {
                    return last.clone();
                }
                sleep(Duration::from_millis(5)).await;
            }
        };
        let state = timeout(PATIENCE * 6, waiting).await;
        state.unwrap_or_else(|_| panic!("the condition is not met"))
    }

    pub async fn until_state(&self, id: &str, state: &str) -> Value {
        self.until(id, |now| now["state"] == state).await
    }

    /// Sends a list, and waits until it is checked. Returns the id of its import.
    pub async fn checked(&self, list: &[u8]) -> String {
        let id = self.announce(list).await;
        self.send(&id, list).await;
        self.until_state(&id, "ready").await;
        id
    }

    /// Applies a checked list, and returns the final state.
    pub async fn apply_and_wait(&self, id: &str) -> Value {
        self.apply(id).await;
        self.until_state(id, "applied").await
    }

    pub async fn apply(&self, id: &str) {
        let (status, said) = self.post(&format!("/desk/imports/{id}/apply"), &[]).await;
        assert_eq!(status, StatusCode::OK, "{said}");
    }
}

/// The sender's end of the socket, and the size of the pieces that it sends.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>, usize);

impl Socket {
    /// The next message that is not a heartbeat.
    pub async fn next(&mut self) -> Value {
        loop {
            match self.next_frame().await {
                Message::Text(text) if text == HEARTBEAT => {}
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                other => panic!("a text message was expected, not {other:?}"),
            }
        }
    }

    /// Waits for a heartbeat, which the shop sends every 20 seconds.
    pub async fn heartbeat(&mut self) {
        let frames = async {
            while let Some(frame) = self.0.next().await {
                match frame.unwrap() {
                    Message::Ping(_) => {}
                    frame => return frame,
                }
            }
            panic!("the connection has ended");
        };
        let frame = timeout(PATIENCE * 2, frames).await;
        assert_eq!(frame.expect("a heartbeat"), Message::text(HEARTBEAT));
    }

    async fn next_frame(&mut self) -> Message {
        loop {
            let frame = timeout(PATIENCE, self.0.next()).await;
            let frame = frame.expect("the shop sends something");
            match frame.expect("the connection stays open").unwrap() {
                Message::Ping(_) => {}
                frame => return frame,
            }
        }
    }

    /// The close code, after any other messages.
    pub async fn end(self) -> u16 {
        self.end_and_reason().await.0
    }

    /// The close code and its reason, after any other messages.
    pub async fn end_and_reason(mut self) -> (u16, String) {
        loop {
            if let Message::Close(why) = self.next_frame().await {
                let why = why.unwrap();
                return (why.code.into(), why.reason.to_string());
            }
        }
    }

    /// Sets the size of the pieces.
    pub fn in_pieces_of(mut self, bytes: usize) -> Self {
        self.1 = bytes;
        self
    }

    /// The offset at which the shop wants the list to continue.
    pub async fn offset(&mut self) -> usize {
        let hello = self.next().await;
        assert!(hello["window"].as_u64().unwrap() >= 1, "{hello}");
        usize::try_from(hello["offset"].as_u64().unwrap()).unwrap()
    }

    /// Sends a part of a list, without exceeding the window.
    pub async fn send(&mut self, list: &[u8], from: usize, to: usize) {
        let (mut sent, mut acked) = (from, from);
        while acked < to {
            while sent < to && sent - acked < 8 * self.1 {
                let end = to.min(sent + self.1);
                self.piece(sent, &list[sent..end]).await;
                sent = end;
            }
            let told = self.next().await;
            acked = usize::try_from(told["acked"].as_u64().unwrap()).unwrap();
        }
    }

    pub async fn piece(&mut self, start: usize, bytes: &[u8]) {
        let frame = [&(start as u64).to_be_bytes(), bytes].concat();
        self.0.send(Message::binary(frame)).await.unwrap();
    }

    pub async fn finish(&mut self, list: &[u8]) {
        let digest = Sha256::digest(list);
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        self.send_text(&format!(r#"{{"sha256":"{digest}"}}"#)).await;
    }

    pub async fn send_text(&mut self, words: &str) {
        self.0.send(Message::text(words)).await.unwrap();
    }

    /// Disconnects without a close frame.
    pub fn cut(self) {
        drop(self.0);
    }
}

/// A list of this many new books, each with two copies.
pub fn list(rows: usize) -> Vec<u8> {
    let mut list = String::from("slug,title,author,description,price,stock\n");
    for row in 0..rows {
        let words = "words and more words ".repeat(4);
        list.push_str(&format!(
            "imported-{row},\"Title, {row}\",Author {row},{words},{}.50,+2\n",
            row % 50
        ));
    }
    list.into_bytes()
}

/// Asserts that the audit finds nothing.
pub fn audit(data: &Path) {
    let audit = run(&["audit"], data);
    assert!(audit.status.success(), "{}", said(&audit));
}
