//! Sockets that outlive their request, slow clients, and event loops that fail. In `unguarded`, a
//! part of the server is taken away.

mod unguarded;

use std::net::Ipv4Addr;

use clap::Parser;
use store::{Options, Store, Topic, opening_catalogue, sqlite::SqliteStore};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    task::JoinHandle,
    time::{Instant, pause},
};

use super::*;
use crate::{config::Settings, http::site::Site};

#[derive(Parser)]
struct CommandLine {
    #[command(flatten)]
    settings: Settings,
}

async fn open(arguments: &[&str]) -> (tempfile::TempDir, TcpListener, Server) {
    let data = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(data.path(), opening_catalogue(), Options::default());
    let store = Arc::new(store.await.unwrap());
    let (listener, server) = open_over(store, &data, arguments).await;
    (data, listener, server)
}

async fn open_over(
    store: Arc<dyn Store>,
    data: &tempfile::TempDir,
    arguments: &[&str],
) -> (TcpListener, Server) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let settings = CommandLine::parse_from([&[""], arguments].concat()).settings;
    let site = Site::in_directory(data.path());
    let server = Server::new(store, &settings, site, address, 1_024)
        .await
        .unwrap();
    (listener, server)
}

/// A socket outlives the HTTP library's connection.
#[tokio::test]
async fn an_open_socket_counts_for_its_address_until_it_closes() {
    const STREAM: &str = "GET /live?seen=small-hours:1 HTTP/1.1\r\nHost: x\r\n\
        Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    let (_data, listener, server) = open(&["--connections-per-address", "1"]).await;
    let acceptor = Acceptor::of(&server);
    let visitor = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7));
    let ask = async |request: &str| {
        let mut stream = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        let (accepted, _) = listener.accept().await.unwrap();
        acceptor.admit(accepted, visitor);
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        let read = timeout(FINISH_WITHIN, stream.read_exact(&mut answer)).await;
        read.unwrap().unwrap();
        (stream, String::from_utf8_lossy(&answer).into_owned())
    };
    let (socket, answer) = ask(STREAM).await;
    assert_eq!(answer, "HTTP/1.1 101");
    let plain = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    assert_eq!(ask(plain).await.1, "HTTP/1.1 503");
    drop(socket);
    let again = async { while ask(plain).await.1 != "HTTP/1.1 200" {} };
    timeout(FINISH_WITHIN, again).await.unwrap();
    server.live.push.close();
    server.shop.0.store.close().await;
}

/// The error makes the supervisor restart the process.
#[tokio::test]
async fn a_failed_event_loop_closes_the_shop_with_an_error() {
    let (_data, listener, server) = open(&[]).await;
    let failure = server.live.push.failure();
    let running = tokio::spawn(run(listener, server, CancellationToken::new()));
    failure.cancel();
    let outcome = timeout(FINISH_WITHIN, running).await.unwrap().unwrap();
    assert!(
        outcome
            .unwrap_err()
            .to_string()
            .contains("an event loop has failed")
    );
}

/// Connects a client to this acceptor. `room` is how many bytes each direction can buffer. Returns
/// the client, and the task that serves it.
fn connect(acceptor: &Acceptor<'_>, room: usize) -> (DuplexStream, JoinHandle<()>) {
    let (client, stream) = duplex(room);
    let serving = acceptor.serve(stream, Connection::for_test());
    (client, tokio::spawn(serving))
}

/// Sends a request, and reads until the connection ends. Returns what was read, and how many
/// seconds that took.
async fn until_the_end(acceptor: &Acceptor<'_>, request: &str) -> (String, u64) {
    let (mut client, serving) = connect(acceptor, 64 * 1024);
    let began = Instant::now();
    client.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    serving.await.unwrap();
    (answer, began.elapsed().as_secs())
}

const HEALTHZ: &str = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

#[tokio::test]
async fn a_slow_head_ends_the_connection_and_an_idle_one_is_kept_longer() {
    let (_data, _listener, server) = open(&[]).await;
    let acceptor = Acceptor::of(&server);
    pause();
    assert_eq!(until_the_end(&acceptor, "").await, (String::new(), 10));
    let half = "GET /healthz HTTP/1.1\r\nHost:";
    assert_eq!(until_the_end(&acceptor, half).await, (String::new(), 10));
    let (answer, seconds) = until_the_end(&acceptor, HEALTHZ).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert_eq!(seconds, 75);

    // The second head begins after a minute.
    let (mut client, serving) = connect(&acceptor, 64 * 1024);
    client.write_all(HEALTHZ.as_bytes()).await.unwrap();
    sleep(Duration::from_secs(60)).await;
    client.write_all(half.as_bytes()).await.unwrap();
    let began = Instant::now();
    serving.await.unwrap();
    assert_eq!(began.elapsed().as_secs(), 10);
    server.live.push.close();
    server.shop.0.store.close().await;
}

#[tokio::test]
async fn a_body_that_does_not_come_is_refused_after_fifteen_seconds() {
    let (_data, _listener, server) = open(&[]).await;
    let acceptor = Acceptor::of(&server);
    pause();
    for (path, status) in [
        ("/desk/sign-in", 408),
        ("/api/add_to_cart", 422),
        ("/api/place_order", 422),
    ] {
        let post = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n\r\nname="
        );
        let (answer, seconds) = until_the_end(&acceptor, &post).await;
        let begins = format!("HTTP/1.1 {status} ");
        assert!(answer.starts_with(&begins), "{path}: {answer}");
        assert!(answer.contains("took too long"), "{path}: {answer}");
        assert_eq!(seconds, 15, "{path}");
    }
    server.live.push.close();
    server.shop.0.store.close().await;
}

#[tokio::test]
async fn a_client_that_reads_no_answers_is_given_up_after_thirty_seconds() {
    let (_data, _listener, server) = open(&[]).await;
    let acceptor = Acceptor::of(&server);
    pause();
    let (mut client, serving) = connect(&acceptor, 512);
    let began = Instant::now();
    // The shop stops reading requests when the client does not read the answers.
    let requests = async { client.write_all(HEALTHZ.repeat(4_000).as_bytes()).await };
    let (sent, served) = tokio::join!(requests, serving);
    assert!(sent.is_err());
    served.unwrap();
    assert_eq!(began.elapsed().as_secs(), 30);
    server.live.push.close();
    server.shop.0.store.close().await;
}

/// Neither a wait nor a request that is pipelined behind it has a deadline.
#[tokio::test]
async fn a_wait_is_answered_however_long_it_lasts() {
    let (_data, _listener, server) = open(&[]).await;
    let acceptor = Acceptor::of(&server);
    // The level is read now, because the paused clock does not wait for the store.
    let book = Topic::Book("small-hours".parse().unwrap());
    let _watch = server.shop.0.store.feed().watch([book]);
    let read = "GET /live?seen=small-hours:0 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let (answer, _) = until_the_end(&acceptor, read).await;
    assert!(answer.contains("\"version\":1"), "{answer}");
    pause();
    let wait = "GET /live?seen=small-hours:1 HTTP/1.1\r\nHost: x\r\n\r\n";
    let (answer, seconds) = until_the_end(&acceptor, &format!("{wait}{HEALTHZ}")).await;
    assert!(answer.contains("{\"epoch\":"), "{answer}");
    assert!(answer.ends_with("\r\n\r\nok"), "{answer}");
    assert_eq!(seconds, 25 + 75);
    server.live.push.close();
    server.shop.0.store.close().await;
}
