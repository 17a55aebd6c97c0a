//! Sends WebSocket frames, whole and byte by byte, and compares the answers.

use tokio::io::AsyncWriteExt;

use crate::shop::{
    helpers::{GUIDE, TestShop, spawn_shop},
    raw_socket::{CLOSE, TEXT, frame, open, read_all},
};

/// The largest message that a client may send.
pub const LARGEST: usize = 16 * 1024;

pub struct Case {
    pub name: String,
    bytes: Vec<u8>,
    /// The expected answers; a `…` at the beginning stands for any number of answers.
    answers: Vec<String>,
    /// Whether a close at the end counts as the client's fault.
    blamed: bool,
}

impl Case {
    /// Expects no blame for the close, because the client itself closes the socket.
    pub fn in_order(mut self) -> Self {
        self.blamed = false;
        self
    }
}

pub fn case<S: ToString>(name: impl ToString, frames: &[Vec<u8>], answers: &[S]) -> Case {
    Case {
        name: name.to_string(),
        bytes: frames.concat(),
        answers: answers.iter().map(ToString::to_string).collect(),
        blamed: true,
    }
}

/// `{"ping":"xxx"}` of this length, and its answer.
pub fn echo(length: usize) -> (String, String) {
    let x = "x".repeat(length - r#"{"ping":""}"#.len());
    (
        format!(r#"{{"ping":"{x}"}}"#),
        format!(r#"text {{"pong":"{x}"}}"#),
    )
}

/// Sends each case on a socket of its own, and checks the answers and the counters.
///
/// Each case is sent twice: at once, and byte by byte. A case that does not end the stream is
/// followed by a ping, which must be answered, and a close.
pub async fn run(cases: Vec<Case>) {
    let shop = spawn_shop().await;
    let mut witness = shop.stream(&format!("{GUIDE}:1")).await;
    for case in &cases {
        for byte_by_byte in [false, true] {
            let before = dropped(&shop).await;
            let said = converse(&shop, case, byte_by_byte).await;
            let ended = case
                .answers
                .last()
                .and_then(|last| last.strip_prefix("close"));
            let goes_on = ended.is_none();
            let mut expected = case.answers.clone();
            if goes_on {
                expected
                    .extend(["text {\"pong\":\"still here\"}", "close 1000"].map(str::to_owned));
            }
            let manner = if byte_by_byte {
                "byte by byte"
            } else {
                "at once"
            };
            let name = format!("{}, {manner}", case.name);
            match expected.split_first() {
                Some((first, rest)) if first == "…" => {
                    assert!(said.ends_with(rest), "{name}: {:?}", said.last());
                }
                _ => assert_eq!(said, expected, "{name}"),
            }
            let code = ended.map(str::trim).filter(|_| case.blamed);
            let mut counted = before;
            if let Some(code) = code {
                let reason = match code {
                    "1009" => 0,
                    "1007" => 2,
                    "1008" => 3,
                    _ => 1,
                };
                counted[reason] += 1;
            }
            assert_eq!(dropped(&shop).await, counted, "{name}");
        }
    }
    // Other sockets are not affected.
    shop.shopper().add_to_cart(GUIDE).await;
    assert_eq!(witness.next().await.stock[0].version, 2);
    drop(witness);
    shop.until_watched_by(0, GUIDE).await;
}

async fn converse(shop: &TestShop, case: &Case, byte_by_byte: bool) -> Vec<String> {
    let stream = open(shop.address).await;
    let (mut reading, mut writing) = stream.into_split();
    let mut bytes = case.bytes.clone();
    bytes.extend(frame(TEXT, r#"{"ping":"still here"}"#));
    bytes.extend(frame(CLOSE, 1000_u16.to_be_bytes()));
    let say = async move {
        // Once the server has closed the socket, the rest cannot be sent.
        let size = if byte_by_byte { 1 } else { bytes.len() };
        for part in bytes.chunks(size) {
            if writing.write_all(part).await.is_err() {
                break;
            }
        }
        writing
    };
    // The writing half must be kept: dropping it would end the connection.
    let (said, _writing) = tokio::join!(read_all(&mut reading), say);
    said
}

/// The number of sockets dropped so far, for each reason.
async fn dropped(shop: &TestShop) -> [u64; 4] {
    let metrics = shop.shopper().get("/metrics").await.text().await.unwrap();
    ["too_large", "malformed", "not_utf8", "policy"].map(|reason| {
        let name = format!("burts_sockets_dropped_total{{reason=\"{reason}\"}} ");
        let value = metrics.lines().find_map(|line| line.strip_prefix(&name));
        value.unwrap().parse().unwrap()
    })
}
