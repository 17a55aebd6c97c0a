//! The shop closes: waits and early connections are answered, streams are told when to reconnect.

use std::{
    io::{Read, Write},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use store::{Change, Store, StoreError, Topic, opening_catalogue};
use tokio::{sync::Semaphore, time::timeout};
use tokio_tungstenite::tungstenite::Message;

use crate::shop::{
    altered::{Alteration, Altered},
    helpers::{GUIDE, PATIENCE, open_store, spawn_shop, spawn_shop_over},
};

#[tokio::test]
async fn waits_are_answered_and_streams_are_told_when_to_reconnect() {
    let shop = spawn_shop().await;
    let waiting = shop.shopper();
    let wait = tokio::spawn(async move { waiting.live(&format!("{GUIDE}:1")).await });
    let mut stream = shop.stream(&format!("{GUIDE}:1")).await;
    shop.until_watched_by(2, GUIDE).await;

    shop.stop.cancel();
    assert!(wait.await.unwrap().stock.is_empty());
    assert!(stream.next().await.retry_ms.is_some());
    let Message::Close(Some(frame)) = stream.next_frame().await else {
        panic!("the stream is closed in order");
    };
    assert_eq!(u16::from(frame.code), 1012);
    timeout(PATIENCE, shop.running)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
}

/// This is what `server/src/serve/shutdown.rs` is for: without that module the connection is reset,
/// as the tests there show.
#[tokio::test]
async fn a_connection_not_yet_accepted_is_answered() {
    let shop = spawn_shop().await;
    // The shop runs on this thread too, so it accepts nothing until the test awaits.
    let mut early = std::net::TcpStream::connect(shop.address).unwrap();
    let request = "POST /api/add_to_cart HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
                   Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 37\r\n\r\n\
                   book=definitive-guide-to-the-internet";
    early.write_all(request.as_bytes()).unwrap();
    shop.stop.cancel();
    let answered = tokio::task::spawn_blocking(move || {
        let mut answer = String::new();
        early.read_to_string(&mut answer).map(|_| answer)
    });
    let closed = timeout(PATIENCE, shop.running).await;
    closed.unwrap().unwrap().unwrap();
    let answer = answered.await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// The handshake may fail, but must not delay the shutdown.
#[tokio::test]
async fn a_handshake_during_shutdown_does_not_delay_it() {
    let data = tempfile::tempdir().unwrap();
    let inner = open_store(data.path(), opening_catalogue()).await;
    let (asked, gate) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let by = Gated {
        asked: Arc::clone(&asked),
        gate: Arc::clone(&gate),
    };
    let shop = spawn_shop_over(Arc::new(Altered { inner, by }), data).await;
    let url = format!("ws://{}/live?seen={GUIDE}:1", shop.address);
    let late = tokio::spawn(tokio_tungstenite::connect_async(url));
    let _ = asked.acquire().await.unwrap();
    shop.stop.cancel();
    // Meanwhile the event loops end, because they have no sockets.
    while tokio::net::TcpStream::connect(shop.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    gate.add_permits(1);
    let closed = timeout(Duration::from_secs(10), shop.running).await;
    closed.expect("the shop closes").unwrap().unwrap();
    let _ = late.await.unwrap();
}

/// A store that answers `newest` only on command.
struct Gated {
    asked: Arc<Semaphore>,
    gate: Arc<Semaphore>,
}

#[async_trait]
impl Alteration for Gated {
    async fn newest(&self, store: &dyn Store, topics: &[Topic]) -> Result<Vec<Change>, StoreError> {
        self.asked.add_permits(1);
        let _ = self.gate.acquire().await;
        store.newest(topics).await
    }
}
