//! WebSocket frames: chunks of any size give the same messages and the same violation.

#![no_main]

// Included by path, because the module is private to the server.
#[path = "../../server/src/websocket/frame.rs"]
#[allow(dead_code, reason = "the sockets also ask whether anything is pending")]
mod frame;

use frame::{Incoming, Input, LARGEST_MESSAGE, Rules, TEXT_ONLY, Violation};
use libfuzzer_sys::fuzz_target;

static BINARY_TOO: Rules = Rules {
    largest: LARGEST_MESSAGE,
    binary: true,
};

/// Parses the input in chunks of this size.
fn parse_in_chunks(
    bytes: &[u8],
    chunk: usize,
    rules: &'static Rules,
) -> (Vec<Incoming>, Result<(), Violation>) {
    let (mut input, mut received) = (Input::new(rules), Vec::new());
    let outcome = bytes.chunks(chunk).try_for_each(|bytes| {
        input.take_in(bytes, |incoming| {
            received.push(incoming);
            Ok(())
        })
    });
    (received, outcome)
}

fuzz_target!(|input: (u8, bool, &[u8])| {
    let (chunk, binary, bytes) = input;
    let rules = if binary { &BINARY_TOO } else { &TEXT_ONLY };
    let whole = parse_in_chunks(bytes, bytes.len().max(1), rules);
    let chunk = usize::from(chunk).max(1);
    assert_eq!(parse_in_chunks(bytes, chunk, rules), whole);
    for incoming in &whole.0 {
        match incoming {
            Incoming::Text(text) => assert!(text.len() <= LARGEST_MESSAGE),
            Incoming::Binary(bytes) => assert!(binary && bytes.len() <= LARGEST_MESSAGE),
            _ => {}
        }
    }
});
