//! The real binary keeps running when nobody reads its log.

use std::{
    io::{BufRead, BufReader, PipeReader, pipe},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Command, ExitStatus},
    time::Instant,
};

use crate::{
    common::{PATIENCE, Running, burts_books, burts_books_at},
    start::ask,
};

/// Sends SIGTERM, and waits until the shop has ended.
pub fn stop(shop: &mut Running) -> ExitStatus {
    let pid = shop.child.id().to_string();
    let sent = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
    assert!(sent.success());
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = shop.child.try_wait().unwrap() {
            return status;
        }
        assert!(Instant::now() < deadline, "SIGTERM ends the shop");
        std::thread::yield_now();
    }
}

/// Starts a shop whose output and log go into one pipe, as with `2>&1 |`. The pipe has been read up
/// to the shop's address.
fn piped(data: &Path, level: &str) -> (Running, BufReader<PipeReader>) {
    let (reader, writer) = pipe().unwrap();
    let mut command = burts_books(data);
    command.env("BURTS_LOG", level);
    command.stdout(writer.try_clone().unwrap()).stderr(writer);
    let child = command.spawn().unwrap();
    let mut lines = BufReader::new(reader);
    let mut line = String::new();
    let address = loop {
        line.clear();
        assert_ne!(lines.read_line(&mut line).unwrap(), 0, "the shop opens");
        if let Some((_, address)) = line.trim().split_once("is open at http://") {
            break address.to_owned();
        }
    };
    (Running { child, address }, lines)
}

/// Requests so many pages that their events, logged at the finest level, fill a pipe several times
/// over.
fn request_many_pages(shop: &Running) {
    for _ in 0..300 {
        let line = ask(
            shop,
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        );
        assert!(line.contains("200"), "{line}");
    }
}

#[test]
fn a_log_that_is_closed_harms_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (mut shop, log) = piped(&dir.path().join("data"), "trace");
    drop(log);
    request_many_pages(&shop);
    assert!(stop(&mut shop).success());
}

#[test]
fn a_log_that_nobody_reads_harms_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (mut shop, log) = piped(&dir.path().join("data"), "trace");
    request_many_pages(&shop);
    assert!(stop(&mut shop).success());
    drop(log);
}

#[test]
fn a_shop_whose_output_is_closed_from_the_start_opens() {
    let dir = tempfile::tempdir().unwrap();
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = holder.local_addr().unwrap().to_string();
    drop(holder);
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    let mut command = burts_books_at(&address, &dir.path().join("data"));
    command.stdout(writer.try_clone().unwrap()).stderr(writer);
    let child = command.spawn().unwrap();
    let mut shop = Running { child, address };
    let deadline = Instant::now() + PATIENCE;
    while TcpStream::connect(&shop.address).is_err() {
        let ended = shop.child.try_wait().unwrap();
        assert!(ended.is_none() && Instant::now() < deadline, "{ended:?}");
        std::thread::yield_now();
    }
    request_many_pages(&shop);
    assert!(stop(&mut shop).success());
}
