//! The stream and the wait: each part is sent at its time.

use super::*;

#[tokio::test]
async fn a_stream_arrives_piece_by_piece() {
    let shop = spawn_shop().await;
    let headers = [("accept-encoding", "gzip, br")];
    let mut stream = get(&shop, "/connection/stream", &headers).await;
    let headers = stream.headers();
    assert_eq!(headers["x-accel-buffering"], "no");
    assert_eq!(headers[header::CONTENT_TYPE], "application/x-ndjson");
    assert_eq!(headers[header::CACHE_CONTROL], "no-store, no-transform");
    assert!(!headers.contains_key(header::CONTENT_ENCODING));
    let (mut came, mut text) = (Vec::new(), Vec::new());
    while let Some(piece) = timeout(PATIENCE, stream.chunk()).await.unwrap().unwrap() {
        came.push(Instant::now());
        text.extend(piece);
    }
    assert!(came.len() >= 5, "at least five pieces, not {}", came.len());
    let took = *came.last().unwrap() - came[0];
    assert!(took >= Duration::from_secs(1), "{took:?}");
    let text = String::from_utf8(text).unwrap();
    let pieces: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let numbers: Vec<_> = pieces
        .iter()
        .map(|piece| piece["piece"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, (1..=10).collect::<Vec<_>>());
    assert_eq!(pieces[0]["seen"]["address"], "127.0.0.1");
    assert_eq!(pieces[0]["seen"]["way"], "direct");
    assert!(
        pieces[9]["sent_ms"].as_u64().unwrap() >= 1_800,
        "{}",
        pieces[9]
    );
}

#[tokio::test]
async fn a_wait_is_accepted_after_a_second_and_answered_at_its_time() {
    let shop = spawn_shop().await;
    let began = Instant::now();
    let wait = get(&shop, "/connection/wait?ms=2500", &[]).await;
    let accepted = began.elapsed();
    assert_eq!(wait.status(), StatusCode::OK);
    assert_eq!(wait.headers()["x-accel-buffering"], "no");
    assert!(accepted < Duration::from_millis(2_400), "{accepted:?}");
    let answer: Value = wait.json().await.unwrap();
    assert!(began.elapsed() >= Duration::from_millis(2_500));
    assert!(answer["waited_ms"].as_u64().unwrap() >= 2_500, "{answer}");
    let at_once = get(&shop, "/connection/wait?ms=0", &[]).await;
    assert_eq!(at_once.headers()[header::CONTENT_TYPE], "application/json");
    assert!(at_once.content_length().is_some(), "it is in one piece");
    for wrong in ["25001", "x", "-1", ""] {
        let refused = get(&shop, &format!("/connection/wait?ms={wrong}"), &[]).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{wrong}");
        sentence(refused).await;
    }
}
