//! The real binary prints the link with which the first owner comes.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::Path,
    process::Stdio,
};

use crate::{
    common::{Running, burts_books},
    log::stop,
    start::ask,
};

/// Starts a shop, and returns the set-up link that it prints after its address.
fn start_and_read_link(data: &Path) -> (Running, String) {
    let mut log = File::options();
    let log = log.create(true).append(true);
    let log = log.open(data.with_extension("log")).unwrap();
    let mut command = burts_books(data);
    let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut line = || lines.next().unwrap().unwrap();
    let address = line();
    let (_, address) = address.split_once("is open at http://").expect(&address);
    let (address, sentence) = (address.to_owned(), line());
    assert!(sentence.contains("Within an hour"), "{sentence}");
    (Running { child, address }, line())
}

/// The status of the page behind a link.
fn status_of(shop: &Running, link: &str) -> String {
    // Each start has another port.
    let (_, path) = link.split_once("/desk/").expect(link);
    let host = &shop.address;
    let line = format!("GET /desk/{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    ask(shop, &line)
}

#[test]
fn each_start_without_staff_prints_a_link_that_replaces_the_one_before() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let (mut shop, first) = start_and_read_link(&data);
    assert!(status_of(&shop, &first).contains("200"), "{first}");
    stop(&mut shop);

    let (mut shop, second) = start_and_read_link(&data);
    assert!(status_of(&shop, &first).contains("404"), "{first}");
    assert!(status_of(&shop, &second).contains("200"), "{second}");
    stop(&mut shop);
    let log = fs::read_to_string(data.with_extension("log")).unwrap();
    assert!(log.contains("an earlier set-up link has ended"), "{log}");
    assert!(
        !log.contains("/desk/set-up/"),
        "no link is in the log: {log}"
    );
}
