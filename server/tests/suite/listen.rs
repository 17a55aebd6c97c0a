//! The real binary listens on an address or a name, or reports why not.

use std::net::TcpListener;

use crate::{
    common::{Running, burts_books_at},
    start::{ask, refusal},
};

#[test]
fn a_port_in_use_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = holder.local_addr().unwrap().to_string();
    let error = refusal(&mut burts_books_at(&taken, &dir.path().join("data")));
    let named = format!("cannot listen on {taken} (--listen)");
    assert!(
        error.contains(&named) && error.contains("in use"),
        "{error}"
    );
}

#[test]
fn a_host_name_can_be_listened_on() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let shop = Running::of(burts_books_at("localhost:0", &data), &data);
    assert!(shop.address.starts_with("localhost:"), "{}", shop.address);
    let line = ask(
        &shop,
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    assert!(line.contains("200"), "{line}");
}

#[test]
fn a_name_without_an_address_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let mut command = burts_books_at("shop.invalid.:3000", &data);
    // Without a network, the resolver would wait long for an answer.
    let error = refusal(command.env("RES_OPTIONS", "timeout:1 attempts:1"));
    let sentence =
        "cannot listen on shop.invalid.:3000 (--listen): no address is known for this name\n";
    assert!(error.ends_with(sentence), "{error}");
    assert!(!data.exists(), "nothing is created");
}
