//! Actions whose client hangs up before the answer.

use std::sync::Arc;

use app::cart::AddToCart;
use clap::Parser;
use futures::future::Either;
use shop::Slug;
use store::{Options, Watch, opening_catalogue, sqlite::SqliteStore};

use super::*;
use crate::{config::Settings, http::site::Site};

const BOOK: &str = "small-hours";

#[derive(Parser)]
struct CommandLine {
    #[command(flatten)]
    settings: Settings,
}

/// A shop in which a client may take copies once a minute.
async fn open() -> (tempfile::TempDir, Shop) {
    let data = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(data.path(), opening_catalogue(), Options::default());
    let store = Arc::new(store.await.unwrap());
    let settings = CommandLine::parse_from(["", "--holds-per-minute", "1"]).settings;
    let site = Site::in_directory(data.path());
    let public_url = "http://127.0.0.1:3000".parse().unwrap();
    let shop = Shop::open(store, &settings, site, public_url).await;
    (data, shop.unwrap())
}

/// Waits until the book's level has changed.
async fn is_held(book: &mut Watch) {
    while book.levels().is_empty() {
        book.changed().await;
    }
}

/// Puts a copy into a cart. The client hangs up when the copy is held, before it has the answer.
/// Returns whether the hold limit allows it to repeat the submission.
async fn may_repeat(in_a_task: bool) -> bool {
    let (_data, shop) = open().await;
    let form = format!("book={BOOK}&key=key-of-one-click");
    let function: AddToCart = decode_form(form.into()).await.unwrap();
    let asked = function.hold_request();
    let client = Client::Network([203, 0, 113, 7].into());
    let shopper = ShopperId::from_bytes([1; 16]);
    let (limit, store) = (&shop.0.hold_limit, &*shop.0.store);
    let ask = || limit.allow(&asked, store, client, Some(shopper));
    ask().await.unwrap();

    let (mut parts, ()) = http::Request::new(()).into_parts();
    parts.extensions.insert(shopper);
    let mut book = store.feed().watch([Slug::parse(BOOK).unwrap()]);
    let noted = function.hold_request();
    let carried_out = carry_out(shop.clone(), parts, function, noted, Some(shopper));
    let answer = match in_a_task {
        true => Either::Left(to_its_end(&shop.0.connections, carried_out)),
        false => Either::Right(carried_out),
    };
    tokio::select! {
        biased;
        () = is_held(&mut book) => {}
        _ = answer => panic!("it is answered before the client hangs up"),
    }
    shop.0.connections.close();
    shop.0.connections.wait().await;
    let may_repeat = ask().await.is_ok();
    store.close().await;
    may_repeat
}

#[tokio::test]
async fn an_action_is_noted_even_if_its_client_hangs_up() {
    assert!(may_repeat(true).await);
}

/// Control: the action ends with its request.
#[tokio::test]
async fn without_a_task_of_its_own_a_repeated_submission_counts_again() {
    assert!(!may_repeat(false).await);
}
