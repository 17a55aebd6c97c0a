//! The connection check: its page, its socket, its stream, its wait, and how much of them.

use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use futures::{SinkExt, StreamExt};
use reqwest::{Client, Response, StatusCode, header};
use serde_json::Value;
use tokio::{
    net::TcpStream,
    time::{Instant, timeout},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        self, Message,
        client::IntoClientRequest,
        protocol::frame::{
            Frame,
            coding::{CloseCode, Data, OpCode},
        },
    },
};

use crate::{
    frames::LARGEST,
    helpers::{PATIENCE, TestShop, sentence, spawn_shop, spawn_shop_set},
};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// How often one client may ask in a minute, and how many checks it may have at once.
const A_MINUTE: usize = 120;
const AT_ONCE: usize = 8;

/// A socket, or the status of the refusal.
async fn socket(shop: &TestShop, path: &str, said: &[(&'static str, &str)]) -> Result<Socket, u16> {
    let url = format!("ws://{}{path}", shop.address);
    let mut request = url.into_client_request().unwrap();
    for (name, value) in said {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    match connect_async(request).await {
        Ok((socket, _)) => Ok(socket),
        Err(tungstenite::Error::Http(refusal)) => Err(refusal.status().as_u16()),
        Err(other) => panic!("{other}"),
    }
}

/// The next thing that is said, pings aside.
async fn next(socket: &mut Socket) -> Message {
    loop {
        let said = timeout(PATIENCE, socket.next()).await;
        match said.expect("something is said").unwrap().unwrap() {
            Message::Ping(_) | Message::Pong(_) => {}
            other => return other,
        }
    }
}

/// With which code the server ends it.
async fn end(socket: &mut Socket) -> CloseCode {
    match next(socket).await {
        Message::Close(Some(frame)) => frame.code,
        other => panic!("an end was expected, not {other:?}"),
    }
}

fn part(payload: &[u8], kind: Data, last: bool) -> Message {
    let frame = Frame::message(payload.to_vec(), OpCode::Data(kind), last);
    Message::Frame(frame)
}

/// Behind a proxy on this machine.
async fn spawn_shop_behind_proxy() -> TestShop {
    spawn_shop_set(|settings| {
        settings.trusted_proxies = vec![IpAddr::V4(Ipv4Addr::LOCALHOST).into()];
    })
    .await
}

async fn get(shop: &TestShop, path: &str, said: &[(&'static str, &str)]) -> Response {
    let mut get = Client::new().get(shop.url(path));
    for (name, value) in said {
        get = get.header(*name, *value);
    }
    get.send().await.unwrap()
}

async fn counted(shop: &TestShop, name: &str) -> u64 {
    let metrics = get(shop, "/metrics", &[]).await.text().await.unwrap();
    let line = metrics.lines().find_map(|line| line.strip_prefix(name));
    line.expect(name).trim().parse().unwrap()
}

#[tokio::test]
async fn what_is_said_comes_back_text_and_binary_whole_and_in_parts() {
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
    timeout(PATIENCE, closed).await.expect("it is counted");
    assert_eq!(
        counted(&shop, "burts_checks_total{way=\"socket\"}").await,
        1
    );
}

#[tokio::test]
async fn a_socket_that_asks_for_it_is_told_what_the_server_sees() {
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
async fn who_says_too_much_or_what_is_no_text_is_sent_away() {
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
                // Whoever has been sent away cannot say everything.
                if saying.send(message).await.is_err() {
                    break;
                }
            }
        };
        let hear = async {
            loop {
                match hearing.next().await {
                    Some(Ok(Message::Close(Some(frame)))) => return Some(frame.code),
                    Some(Ok(_)) => {}
                    // The line may break under what nobody reads any more.
                    Some(Err(_)) | None => return None,
                }
            }
        };
        let ((), heard) = timeout(PATIENCE, async { tokio::join!(say, hear) })
            .await
            .expect("it ends");
        assert!(
            heard == Some(code) || heard.is_none() && counter == "too_large",
            "{counter}: {heard:?}"
        );
        let noted = async { while counted(&shop, &name).await != before + 1 {} };
        timeout(PATIENCE, noted).await.expect(counter);
    }
}

#[tokio::test]
async fn a_handshake_is_whole_and_from_a_page_of_ours() {
    let shop = spawn_shop().await;
    let own = shop.url("");
    let status =
        async |said: &[(&'static str, &str)]| match socket(&shop, "/connection", said).await {
            Ok(_) => 101,
            Err(status) => status,
        };
    assert_eq!(status(&[]).await, 101, "a program");
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

/// Time stands still until nobody has anything to do, and then jumps.
#[tokio::test]
async fn a_socket_on_which_nothing_is_said_is_given_up_however_well_it_answers_pings() {
    let shop = spawn_shop().await;
    let mut socket = socket(&shop, "/connection", &[]).await.unwrap();
    socket.send(Message::text("hello")).await.unwrap();
    assert_eq!(next(&mut socket).await, Message::text("hello"));
    tokio::time::pause();
    let began = Instant::now();
    let code = loop {
        // Without a time limit of its own, which would jump as well.
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
async fn a_shop_that_closes_sends_its_checks_away() {
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

#[tokio::test]
async fn a_stream_comes_piece_by_piece_and_nobody_is_to_gather_it() {
    let shop = spawn_shop().await;
    let said = [("accept-encoding", "gzip, br")];
    let mut stream = get(&shop, "/connection/stream", &said).await;
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
    assert!(came.len() >= 5, "{} at once", came.len());
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
    assert!(at_once.content_length().is_some(), "in one piece");
    for wrong in ["25001", "x", "-1", ""] {
        let refused = get(&shop, &format!("/connection/wait?ms={wrong}"), &[]).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{wrong}");
        sentence(refused).await;
    }
}

/// Asks until it is refused; it may again each half second.
async fn until_refused(
    shop: &TestShop,
    path: &str,
    said: &[(&'static str, &str)],
) -> (usize, Response) {
    let asking = async {
        for asked in 0.. {
            let answer = get(shop, path, said).await;
            if answer.status() == StatusCode::TOO_MANY_REQUESTS {
                return (asked, answer);
            }
            assert_eq!(answer.status(), StatusCode::OK, "{path}");
        }
        unreachable!("it is refused at some time")
    };
    timeout(PATIENCE, asking).await.expect("it is refused")
}

#[tokio::test]
async fn one_client_checks_so_often_and_no_more() {
    let shop = spawn_shop_behind_proxy().await;
    let named = [("x-real-ip", "203.0.113.7")];
    let at_once = "/connection/wait?ms=0";
    let began = Instant::now();
    let (asked, _) = until_refused(&shop, at_once, &named).await;
    let meanwhile = began.elapsed().as_millis() as usize / 500 + 1;
    assert!(
        (A_MINUTE..=A_MINUTE + meanwhile).contains(&asked),
        "{asked}"
    );
    for path in [at_once, "/connection/stream", "/connection"] {
        let (_, refused) = until_refused(&shop, path, &named).await;
        let wait = refused.headers()[header::RETRY_AFTER].to_str().unwrap();
        assert!((1..=2).contains(&wait.parse::<u32>().unwrap()), "{wait}");
        assert!(sentence(refused).await.contains("wait a moment"), "{path}");
    }
    let as_person = [named[0], ("accept", "text/html")];
    let (_, refused) = until_refused(&shop, "/connection", &as_person).await;
    let page = refused.text().await.unwrap();
    assert!(page.contains("<h1>One moment, please</h1>"), "{page}");
    let sockets = async {
        loop {
            if let Err(status) = socket(&shop, "/connection", &named).await {
                return status;
            }
        }
    };
    assert_eq!(timeout(PATIENCE, sockets).await.unwrap(), 429);
    let neighbour = get(&shop, at_once, &[("x-real-ip", "203.0.113.8")]).await;
    assert_eq!(neighbour.status(), StatusCode::OK);
    let refused = "burts_checks_refused_total{reason=\"too_often\"}";
    assert!(counted(&shop, refused).await >= 6);
}

/// The guard taken away: where the proxy is not trusted, its header counts for nothing, and
/// this machine is exempt.
#[tokio::test]
async fn without_a_trusted_proxy_nobody_on_this_machine_checks_too_often() {
    let shop = spawn_shop().await;
    for _ in 0..2 * A_MINUTE {
        let said = [("x-real-ip", "203.0.113.7")];
        let answer = get(&shop, "/connection/wait?ms=0", &said).await;
        assert_eq!(answer.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn one_client_has_so_many_checks_at_once_and_others_have_theirs() {
    let shop = spawn_shop_behind_proxy().await;
    let open = async |from: &str| socket(&shop, "/connection", &[("x-real-ip", from)]).await;
    let mut sockets = Vec::new();
    for _ in 0..AT_ONCE {
        sockets.push(open("203.0.113.7").await.unwrap());
    }
    assert_eq!(open("203.0.113.7").await.err(), Some(503));
    let named = [("x-real-ip", "203.0.113.7")];
    let refused = get(&shop, "/connection/stream", &named).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers()[header::RETRY_AFTER], "5");
    sentence(refused).await;
    assert!(open("203.0.113.8").await.is_ok());
    assert_eq!(
        get(&shop, "/connection", &named).await.status(),
        StatusCode::OK,
        "the page"
    );

    // A place is given back, however its socket ends.
    drop(sockets.pop());
    let again = async { while open("203.0.113.7").await.is_err() {} };
    timeout(PATIENCE, again)
        .await
        .expect("there is a place again");
}

#[tokio::test]
async fn there_are_so_many_checks_in_all_and_no_more() {
    let shop = spawn_shop_behind_proxy().await;
    let mut sockets = Vec::new();
    for address in 1..=8 {
        for _ in 0..AT_ONCE {
            let from = format!("203.0.113.{address}");
            let opened = socket(&shop, "/connection", &[("x-real-ip", &from)]).await;
            sockets.push(opened.unwrap());
        }
    }
    let stranger = [("x-real-ip", "198.51.100.1")];
    assert_eq!(
        socket(&shop, "/connection", &stranger).await.err(),
        Some(503)
    );
    let refused = "burts_checks_refused_total{reason=\"no_place\"}";
    assert_eq!(counted(&shop, refused).await, 1);
    let page = get(&shop, "/", &stranger).await;
    assert_eq!(page.status(), StatusCode::OK, "nobody else is kept out");
}

#[tokio::test]
async fn the_page_says_what_the_server_sees_and_what_needs_script() {
    let shop = spawn_shop_behind_proxy().await;
    let said = [
        ("x-real-ip", "203.0.113.7"),
        ("x-client-protocol", "HTTP/2.0"),
        ("x-client-tls", "TLSv1.3"),
        ("via", "1.1 <b>squid</b>"),
    ];
    let page = get(&shop, "/connection", &said).await;
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(page.headers()[header::CACHE_CONTROL], "private, no-cache");
    let page = page.text().await.unwrap();
    for part in [
        "<h1>Connection check</h1>",
        "<dd>203.0.113.7</dd>",
        "<dd>Through the shop’s own proxy</dd>",
        "<dd>HTTP/2.0</dd>",
        "<dd>TLSv1.3</dd>",
        "<dd>1.1 &lt;b&gt;squid&lt;/b&gt;</dd>",
        "Without script only this can be shown",
        "src=\"/scripts/connection.js\"",
        "data-longest-ms=\"25000\"",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let stranger = get(&shop, "/", &[]).await.text().await.unwrap();
    assert!(stranger.contains("href=\"/connection\""), "from every page");
}
