//! Controls: without a part of the server, the failure that it prevents happens.

use std::future::pending;

use app::server::StaffMember;
use async_trait::async_trait;
use axum::{
    body::{Body, Bytes, to_bytes},
    response::Response,
};
use futures::stream;
use shop::{Command, Contact, OrderCode, Quantity, Role, ShopperId};
use tokio::time::resume;
use tower::ServiceExt;

use self::altered::{Alteration, Altered};
use super::*;
use crate::http::deadlines::TimedBody;

// Makes a broken store, as in the store's own contract tests.
#[path = "../../../../store/tests/suite/contract/altered.rs"]
mod altered;

/// Far longer than anything may take. On the paused clock, waiting a day takes no time.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A request as the router gets it from a connection.
fn request(method: &str, path: &str, body: Body) -> Request<Body> {
    let form = "application/x-www-form-urlencoded";
    let request = Request::builder().method(method).uri(path);
    let request = request.header(header::CONTENT_TYPE, form);
    let request = request.extension(Connection::for_test());
    request.body(body).unwrap()
}

async fn text(answer: Response) -> String {
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(body.into()).unwrap()
}

/// Places an order with a contact that only staff may see.
async fn place_order(store: &dyn Store) {
    let shopper = ShopperId::from_bytes([1; 16]);
    let add = Command::Add {
        shopper,
        book: "small-hours".parse().unwrap(),
        quantity: Quantity::ONE,
        key: None,
    };
    let place = Command::PlaceOrder {
        shopper,
        code: OrderCode::from_bits(1),
        contact: Contact::parse("Ann", "ann@example.org").unwrap(),
        total: None,
        key: None,
    };
    for command in [add, place] {
        store.submit(command).await.unwrap();
    }
}

/// Control: the router matches a path as it is written, but the pages normalize it. The request
/// names a signed-in person, because each page of the desk also checks that itself.
#[tokio::test]
async fn without_the_check_of_the_path_another_spelling_bypasses_the_sign_in() {
    let (_data, _listener, server) = open(&[]).await;
    place_order(&*server.shop.0.store).await;
    let router = router(&server);
    let ask = async |path: &str| {
        let mut request = request("GET", path, Body::empty());
        request.extensions_mut().insert(StaffMember {
            name: "ann".parse().unwrap(),
            role: Role::Owner,
        });
        let answer = router.clone().oneshot(request).await.unwrap();
        (answer.status(), text(answer).await)
    };
    let (status, _) = ask("/desk/orders").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "the gate wants a session");
    for written in ["/x/../desk/orders", "/%2e/desk/orders"] {
        let (status, page) = ask(written).await;
        assert_eq!(status, StatusCode::OK, "{written}");
        assert!(page.contains("Ann"), "{written}: {page}");
    }
    server.live.push.close();
    server.shop.0.store.close().await;
}

/// How long the shop serves a client that requests a page and reads nothing, up to a day.
async fn served_unread(serve: impl FnOnce(DuplexStream) -> JoinHandle<()>) -> Duration {
    let (mut client, stream) = duplex(512);
    let began = Instant::now();
    let serving = serve(stream);
    let page = b"GET /offline HTTP/1.1\r\nHost: x\r\n\r\n";
    client.write_all(page).await.unwrap();
    // The client stays connected meanwhile.
    let _ = timeout(DAY, serving).await;
    began.elapsed()
}

#[tokio::test]
async fn without_deadlines_a_client_that_reads_nothing_keeps_its_connection() {
    let (_data, _listener, server) = open(&[]).await;
    let acceptor = Acceptor::of(&server);
    pause();
    let timed = |stream: DuplexStream| tokio::spawn(acceptor.serve(stream, Connection::for_test()));
    assert_eq!(served_unread(timed).await.as_secs(), 30);
    let untimed = |stream: DuplexStream| {
        let serving = acceptor.serve_http(stream, Connection::for_test(), &Arc::default());
        tokio::spawn(serving)
    };
    assert!(served_unread(untimed).await >= DAY);
    server.live.push.close();
    server.shop.0.store.close().await;
}

#[tokio::test]
async fn without_deadlines_a_body_that_does_not_come_is_awaited_for_ever() {
    let (_data, _listener, server) = open(&[]).await;
    let router = router(&server);
    pause();
    let never = || Body::from_stream(stream::pending::<Result<Bytes, Infallible>>());
    let sign_in = |body| {
        let request = request("POST", "/desk/sign-in", body);
        timeout(DAY, router.clone().oneshot(request))
    };
    let refused = sign_in(Body::new(TimedBody::new(never()))).await;
    let refused = refused.expect("it is answered").unwrap();
    assert_eq!(refused.status(), StatusCode::REQUEST_TIMEOUT);
    assert!(sign_in(never()).await.is_err());
    server.live.push.close();
    server.shop.0.store.close().await;
}

/// A store that does not close.
struct NeverCloses;

#[async_trait]
impl Alteration for NeverCloses {
    async fn close(&self, _: &dyn Store) {
        pending().await
    }
}

/// How long a shop whose store hangs takes to close, up to a day.
async fn closing_takes(limits: ClosingLimits) -> Duration {
    let data = tempfile::tempdir().unwrap();
    let inner = SqliteStore::open(data.path(), opening_catalogue(), Options::default());
    let inner = Arc::new(inner.await.unwrap());
    let by = NeverCloses;
    let (listener, server) = open_over(Arc::new(Altered { inner, by }), &data, &[]).await;
    let shutdown = CancellationToken::new();
    shutdown.cancel();
    pause();
    let began = Instant::now();
    let _ = timeout(DAY, run_within(limits, listener, server, shutdown)).await;
    let took = began.elapsed();
    resume();
    took
}

#[tokio::test]
async fn without_a_limit_a_store_that_hangs_keeps_the_shop_from_closing() {
    assert!(closing_takes(CLOSING_LIMITS).await < EXIT_WITHIN);
    let unlimited = ClosingLimits {
        store: Duration::MAX,
        ..CLOSING_LIMITS
    };
    assert!(closing_takes(unlimited).await >= DAY);
}
