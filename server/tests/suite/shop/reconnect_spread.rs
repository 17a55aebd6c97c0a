//! Clients that were answered because of one change do not all return at once.

use futures::future::join_all;
use protocol::LiveMessage;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::shop::helpers::{GUIDE, PATIENCE, TestShop, slug, spawn_shop_for};

const WAITS: usize = 600;
const STREAMS: usize = 300;

/// Starts this many waits for a change of the book.
async fn start_waits(shop: &TestShop, waits: usize) -> Vec<TcpStream> {
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    // All streams on one event loop count as one watcher.
    let before = shop.store.feed().watchers(slug(GUIDE));
    let mut all = Vec::new();
    for _ in 0..waits {
        let mut wait = TcpStream::connect(shop.address).await.unwrap();
        let request =
            format!("GET /live?seen={GUIDE}:1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        wait.write_all(request.as_bytes()).await.unwrap();
        all.push(wait);
    }
    shop.until_watched_by(before + waits, GUIDE).await;
    all
}

async fn answer(mut wait: TcpStream) -> LiveMessage {
    let mut answer = String::new();
    let answered = timeout(PATIENCE, wait.read_to_string(&mut answer)).await;
    answered.expect("the wait is answered").unwrap();
    let json = &answer[answer.find('{').unwrap()..=answer.rfind('}').unwrap()];
    serde_json::from_str(json).unwrap()
}

/// The most clients that return within the same ten milliseconds, if each waits a random part of
/// its time.
fn peak(times: &[u32]) -> usize {
    let mut random = StdRng::seed_from_u64(7);
    let mut counts = [0; 300];
    for time in times {
        counts[(random.random_range(0..=*time) / 10) as usize] += 1;
    }
    counts.into_iter().max().unwrap_or(0)
}

#[tokio::test]
async fn a_few_clients_may_return_at_once() {
    let shop = spawn_shop_for(2_000).await;
    let few = start_waits(&shop, 50).await;
    shop.shopper().add_to_cart(GUIDE).await;
    for message in join_all(few.into_iter().map(answer)).await {
        assert_eq!((message.stock.len(), message.pace_ms), (1, None));
    }
}

#[tokio::test]
async fn the_spread_is_proportional_to_the_waiting_clients() {
    let shop = spawn_shop_for(2_000).await;
    let many = start_waits(&shop, WAITS).await;
    shop.shopper().add_to_cart(GUIDE).await;
    let answers = join_all(many.into_iter().map(answer)).await;
    assert!(answers.iter().all(|message| message.stock.len() == 1));
    let paces: Vec<u32> = answers.iter().map(|m| m.pace_ms.unwrap_or(0)).collect();
    // All get the same pace: a tenth of a millisecond for each client beyond a hundred.
    assert_eq!(paces, [50; WAITS]);
    let peak_of_paced = peak(&paces);
    assert!(peak_of_paced < WAITS / 2, "{peak_of_paced} at once");

    // Control: clients that ignore the pace all return at once.
    assert_eq!(peak(&[0; WAITS]), WAITS);
}

#[tokio::test]
async fn a_closing_shop_spreads_the_return_of_its_streams() {
    let shop = spawn_shop_for(2_000).await;
    let mut streams = Vec::new();
    for _ in 0..STREAMS {
        streams.push(shop.stream(&format!("{GUIDE}:1")).await);
    }
    // Once a client is answered, it follows its topics, so every event loop is counted.
    for stream in &mut streams {
        stream.send_text(r#"{"ping":1}"#).await;
        assert!(stream.next().await.pong.is_some());
    }
    let polls = start_waits(&shop, 10).await.into_iter().map(answer);
    shop.stop.cancel();
    let mut retries = Vec::new();
    for stream in &mut streams {
        retries.push(stream.next().await.retry_ms.unwrap());
    }
    // The range is half a second, plus a quarter of a millisecond for each stream.
    let range = 500 + u32::try_from(STREAMS).unwrap() / 4;
    for quarter in 0..4 {
        let (from, to) = (range * quarter / 4, range * (quarter + 1) / 4);
        let within = retries.iter().filter(|retry| (from..to).contains(retry));
        let within = within.count();
        // 75 are expected, give or take 8.
        assert!((35..=115).contains(&within), "{within} in {from}..{to} ms");
    }
    assert!(peak(&retries) < STREAMS / 4);
    for message in join_all(polls).await {
        assert_eq!(message.pace_ms, Some(2_000));
    }
}
