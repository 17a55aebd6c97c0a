//! The socket: what it echoes, and when the shop closes it.

use tokio::io::AsyncWriteExt;

use super::*;
use crate::shop::raw_socket::{
    CLOSE, TEXT, TEXT_BEGINS, UPGRADE, ask_for, frame, read_all, unmasked,
};

#[tokio::test]
async fn text_and_binary_messages_are_echoed_whole_and_in_fragments() {
    let shop = spawn_shop().await;
    let mut socket = socket(&shop, "/connection", &[]).await.unwrap();
    for said in [
        Message::text("hello"),
        Message::text(""),
        Message::text("一册 📚"),
        Message::binary(vec![0, 255, 10, 0]),
        Message::binary(vec![]),
        Message::text("x".repeat(LARGEST)),
        Message::binary(vec![7; LARGEST]),
    ] {
        socket.send(said.clone()).await.unwrap();
        assert_eq!(next(&mut socket).await, said);
    }
    let parts = [
        part(b"in ", Data::Text, false),
        part("frag".as_bytes(), Data::Continue, false),
        part(b"ments", Data::Continue, true),
    ];
    for part in parts {
        socket.send(part).await.unwrap();
    }
    assert_eq!(next(&mut socket).await, Message::text("in fragments"));
    socket
        .send(Message::Ping("are you there".into()))
        .await
        .unwrap();
    let answer = timeout(PATIENCE, async {
        loop {
            if let Message::Pong(payload) = socket.next().await.unwrap().unwrap() {
                return payload;
            }
        }
    });
    assert_eq!(&answer.await.unwrap()[..], b"are you there");
    socket.close(None).await.unwrap();
    assert!(matches!(next(&mut socket).await, Message::Close(_)));
    let closed = async { while counted(&shop, "burts_check_sockets_closed_total").await != 1 {} };
    timeout(PATIENCE, closed).await.expect("the close counts");
    assert_eq!(
        counted(&shop, "burts_checks_total{way=\"socket\"}").await,
        1
    );
}

#[tokio::test]
async fn a_socket_can_ask_for_a_report() {
    let shop = spawn_shop_behind_proxy().await;
    let from = [
        ("x-real-ip", "203.0.113.7"),
        ("x-client-protocol", "HTTP/1.1"),
    ];
    let mut socket = socket(&shop, "/connection?report", &from).await.unwrap();
    let mut told = async || match next(&mut socket).await {
        Message::Text(text) => serde_json::from_str::<Value>(&text).unwrap(),
        other => panic!("{other:?}"),
    };
    let seen = &told().await["seen"];
    assert_eq!(seen["address"], "203.0.113.7");
    assert_eq!(seen["way"], "our_proxy");
    assert_eq!(seen["tls"], "none");
    let ping = told().await["ping_ms"].as_f64().unwrap();
    assert!((0.0..20_000.0).contains(&ping), "{ping}");
}

#[tokio::test]
async fn oversized_malformed_and_too_many_messages_close_the_socket() {
    let shop = spawn_shop().await;
    let too_long = "x".repeat(LARGEST + 1);
    let many: Vec<_> = (0..500).map(|_| Message::text("x")).collect();
    for (said, code, counter) in [
        (
            vec![Message::text(&*too_long)],
            CloseCode::Size,
            "too_large",
        ),
        (
            vec![Message::binary(vec![0; LARGEST + 1])],
            CloseCode::Size,
            "too_large",
        ),
        (
            vec![
                part(&[b'x'; LARGEST], Data::Text, false),
                part(b"x", Data::Continue, true),
            ],
            CloseCode::Size,
            "too_large",
        ),
        (
            vec![Message::binary(vec![0; 1_000_000])],
            CloseCode::Size,
            "too_large",
        ),
        (
            vec![part(b"\xff", Data::Text, true)],
            CloseCode::Invalid,
            "not_utf8",
        ),
        (
            vec![part(b"x", Data::Continue, true)],
            CloseCode::Protocol,
            "malformed",
        ),
        (many, CloseCode::Policy, "policy"),
    ] {
        let name = format!("burts_check_sockets_dropped_total{{reason=\"{counter}\"}}");
        let before = counted(&shop, &name).await;
        let socket = socket(&shop, "/connection", &[]).await.unwrap();
        let (mut saying, mut hearing) = socket.split();
        let say = async {
            for message in said {
                // Once the shop has closed the socket, the rest cannot be sent.
                if saying.send(message).await.is_err() {
                    break;
                }
            }
        };
        let hear = async {
            // The limit counts anew at each ping, so the first ping must come before all echoes.
            if counter == "policy" {
                let first = hearing.next().await;
                assert!(matches!(first, Some(Ok(Message::Ping(_)))), "{first:?}");
            }
            loop {
                match hearing.next().await {
                    Some(Ok(Message::Close(Some(frame)))) => return Some(frame.code),
                    Some(Ok(_)) => {}
                    // The connection may break if the shop closes it with unread data.
                    Some(Err(_)) | None => return None,
                }
            }
        };
        let ((), heard) = timeout(PATIENCE, async { tokio::join!(say, hear) })
            .await
            .expect("the socket ends");
        assert!(
            heard == Some(code) || heard.is_none() && counter == "too_large",
            "{counter}: {heard:?}"
        );
        let noted = async { while counted(&shop, &name).await != before + 1 {} };
        timeout(PATIENCE, noted).await.expect(counter);
    }
}

/// The socket is as strict as `/live`, because both use the same reader. Close code 1014 is valid,
/// and echoed.
#[tokio::test]
async fn violations_of_the_protocol_close_the_socket_at_once() {
    let shop = spawn_shop().await;
    for (sent, answer) in [
        (unmasked(TEXT, "x"), "close 1002"),
        (vec![TEXT, 0xfe, 0, 1, 0, 0, 0, 0, b'x'], "close 1002"),
        (frame(TEXT | 0x40, "x"), "close 1002"),
        (frame(TEXT_BEGINS, b"\xff"), "close 1007"),
        (frame(CLOSE, 1014_u16.to_be_bytes()), "close 1014"),
        (frame(CLOSE, 1005_u16.to_be_bytes()), "close 1002"),
    ] {
        let (mut stream, head) = ask_for("/connection", shop.address, &UPGRADE).await;
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        stream.write_all(&sent).await.unwrap();
        assert_eq!(read_all(&mut stream).await, [answer], "{sent:x?}");
    }
}

#[tokio::test]
async fn a_handshake_must_be_complete_and_same_origin() {
    let shop = spawn_shop().await;
    let own = shop.url("");
    let status = async |headers: &[(&'static str, &str)]| match socket(
        &shop,
        "/connection",
        headers,
    )
    .await
    {
        Ok(_) => 101,
        Err(status) => status,
    };
    assert_eq!(status(&[]).await, 101, "a program has no origin");
    assert_eq!(status(&[("origin", &own)]).await, 101);
    assert_eq!(status(&[("origin", "https://evil.example")]).await, 403);
    assert_eq!(
        counted(&shop, "burts_checks_refused_total{reason=\"origin\"}").await,
        1
    );
    let upgrade = [("upgrade", "websocket"), ("connection", "upgrade")];
    let wrong = get(&shop, "/connection", &upgrade).await;
    assert_eq!(wrong.status(), StatusCode::UPGRADE_REQUIRED);
    assert_eq!(wrong.headers()[header::SEC_WEBSOCKET_VERSION], "13");
    sentence(wrong).await;
    let keyless = [upgrade.as_slice(), &[("sec-websocket-version", "13")]].concat();
    let wrong = get(&shop, "/connection", &keyless).await;
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
    sentence(wrong).await;
    for path in ["/connection/stream", "/connection/wait?ms=0"] {
        let foreign = get(&shop, path, &[("origin", "https://evil.example")]).await;
        assert_eq!(foreign.status(), StatusCode::FORBIDDEN, "{path}");
    }
}

/// Runs on paused time: when all tasks are idle, Tokio jumps to the next timer, so that the minute
/// passes at once.
#[tokio::test]
async fn an_idle_socket_is_closed_even_if_it_answers_pings() {
    let shop = spawn_shop().await;
    let mut socket = socket(&shop, "/connection", &[]).await.unwrap();
    socket.send(Message::text("hello")).await.unwrap();
    assert_eq!(next(&mut socket).await, Message::text("hello"));
    tokio::time::pause();
    let began = Instant::now();
    let code = loop {
        // No `timeout` here: it would be one more timer for the paused clock to jump to.
        match socket.next().await.unwrap().unwrap() {
            Message::Close(Some(frame)) => break frame.code,
            Message::Ping(_) => socket.flush().await.unwrap(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(code, CloseCode::Policy);
    let after = began.elapsed();
    assert!(after >= Duration::from_secs(59), "{after:?}");
    assert!(after <= Duration::from_secs(70), "{after:?}");
}

#[tokio::test]
async fn a_closing_shop_ends_its_checks() {
    let shop = spawn_shop().await;
    let mut socket = socket(&shop, "/connection", &[]).await.unwrap();
    let wait = get(&shop, "/connection/wait?ms=25000", &[]).await;
    shop.stop.cancel();
    assert_eq!(end(&mut socket).await, CloseCode::Restart);
    drop(socket);
    let waited: Value = timeout(PATIENCE, wait.json()).await.unwrap().unwrap();
    assert!(waited["waited_ms"].as_u64().unwrap() < 20_000, "{waited}");
    timeout(PATIENCE, shop.running)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
}
