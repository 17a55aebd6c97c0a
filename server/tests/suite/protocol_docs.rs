//! Runs the transcripts of `docs/protocol.md` from top to bottom against a new shop.

use std::{path::Path, process::Command};

use burts_books::desk::passwords;
use futures::{SinkExt, StreamExt};
use store::{StaffAccounts, sqlite::SqliteStaffAccounts};
use tokio::time::timeout;
use tokio_tungstenite::{
    connect_async,
    tungstenite::{self, Message},
};

use crate::common::{PATIENCE, Running};

const DOCUMENT: &str = include_str!("../../../docs/protocol.md");

/// The address of the shop in the document.
const DOCUMENTED_ADDRESS: &str = "127.0.0.1:3000";

#[tokio::test]
async fn every_transcript_in_the_document_is_correct() {
    let dir = tempfile::tempdir().unwrap();
    // A wait ends after two seconds, to keep the test short.
    let shop = Running::start(&dir.path().join("data"), &["--wait-seconds", "2"]);
    add_account_of_ann(&dir.path().join("data")).await;
    let (mut commands, mut streams) = (0, 0);
    for transcript in transcripts(DOCUMENT) {
        let transcript = transcript.replace(DOCUMENTED_ADDRESS, &shop.address);
        match transcript.strip_prefix("$ websocat '") {
            Some(stream) => {
                play(stream, dir.path()).await;
                streams += 1;
            }
            None => {
                run(&transcript, dir.path());
                commands += transcript.matches("$ curl ").count();
            }
        }
    }
    assert!(commands >= 9 && streams >= 1, "{commands}, {streams}");
}

/// Creates the account that makes the document's announcement, with the password in the document.
async fn add_account_of_ann(data: &Path) {
    let password = passwords::hash("for the desk alone").unwrap();
    let mut register = SqliteStaffAccounts::open(data).await.unwrap();
    let ann = "ann".parse().unwrap();
    register.add(&ann, None, &password).await.unwrap();
}

#[test]
fn a_wrong_transcript_is_noticed() {
    assert!(is_like("{\"version\":2}", "{\"version\":…}"));
    assert!(is_like("a\nb\nc", "a\n…c") && is_like("x", "…"));
    for (said, shown) in [
        ("{\"version\":2}", "{\"version\":3}"),
        ("{\"a\":1,\"b\":2}", "{\"a\":…}!"),
        ("{}x", "{}"),
        ("x{}", "{}…"),
        ("ab", "ab…b"),
    ] {
        assert!(!is_like(said, shown), "{said} is not {shown}");
    }
    assert_eq!(
        transcripts("```console\n$ a\nb\n```\n```\nc\n```\n"),
        ["$ a\nb"]
    );
}

/// The text of every ```` ```console ```` block.
fn transcripts(document: &str) -> Vec<&str> {
    let blocks = document.split("```console\n").skip(1);
    blocks
        .map(|block| block.split_once("\n```").unwrap().0)
        .collect()
}

/// Runs the commands, and compares their output with the document.
fn run(transcript: &str, dir: &Path) {
    let mut lines = transcript.lines().peekable();
    while lines.peek().is_some() {
        // Commands on consecutive lines run in one shell, so that one can run in the background
        // while the next runs.
        let mut script = String::new();
        while let Some(line) = lines.next_if(|line| line.starts_with("$ ")) {
            script.push_str(&line[2..]);
            script.push('\n');
        }
        let mut shown = Vec::new();
        while let Some(line) = lines.next_if(|line| !line.starts_with("$ ")) {
            shown.push(line);
        }
        let said = output_of(&script, dir);
        let shown = shown.join("\n");
        assert!(
            is_like(&said, &shown),
            "{script}says\n{said}\nand not\n{shown}"
        );
    }
}

fn output_of(script: &str, dir: &Path) -> String {
    // `set -e` makes a missing command an error too.
    let script = format!("set -e\n{script}wait\n");
    let mut bash = Command::new("bash");
    let output = bash.args(["-c", &script]).current_dir(dir).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{script}{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    // The answer to a wait begins with a space.
    said.replace("\r\n", "\n").trim().to_owned()
}

/// Plays a stream's transcript: `<` is received, `>` sent, `#` run in a shell.
async fn play(transcript: &str, dir: &Path) {
    let (url, lines) = transcript.split_once("'\n").unwrap();
    let (mut socket, _) = connect_async(url).await.unwrap();
    for line in lines.lines() {
        match line.split_once(' ').unwrap() {
            ("<", shown) => {
                let said = receive(&mut socket).await;
                assert!(is_like(&said, shown), "the server says {said}, not {shown}");
            }
            (">", text) => socket.send(Message::text(text)).await.unwrap(),
            ("#", command) => {
                output_of(&format!("{command}\n"), dir);
            }
            _ => panic!("not a line of a stream: {line}"),
        }
    }
}

/// The next message other than a heartbeat.
async fn receive(
    socket: &mut (impl StreamExt<Item = Result<Message, tungstenite::Error>> + Unpin),
) -> String {
    loop {
        let next = timeout(PATIENCE, socket.next()).await;
        match next.expect("the server sends something").unwrap().unwrap() {
            Message::Text(text) if text.as_str() == "{}" => {}
            Message::Text(text) => return text.to_string(),
            Message::Close(Some(frame)) => return format!("close {}", u16::from(frame.code)),
            _ => {}
        }
    }
}

/// Whether a text matches a pattern in which `…` stands for anything.
fn is_like(said: &str, shown: &str) -> bool {
    let parts: Vec<&str> = shown.split('…').collect();
    let [first, middle @ .., last] = parts.as_slice() else {
        return said == shown;
    };
    let Some(mut rest) = said.strip_prefix(first) else {
        return false;
    };
    for part in middle {
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(last)
}
