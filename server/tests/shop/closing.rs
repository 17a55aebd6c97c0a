//! A shop that closes: waits are answered, streams sent away, carts kept.

use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use crate::helpers::{GUIDE, PATIENCE, spawn_shop};

#[tokio::test]
async fn waits_are_answered_and_streams_are_told_when_to_come_back() {
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
