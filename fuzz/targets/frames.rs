//! WebSocket frames: input split anywhere gives the same messages or the same violation.

#![no_main]

// Included by path, because the module is private to the server.
#[path = "../../server/src/websocket/frame.rs"]
#[allow(
    dead_code,
    reason = "the sockets also use the rules of binary messages"
)]
mod frame;

use frame::{Incoming, Input, LARGEST_MESSAGE, Violation};
use libfuzzer_sys::fuzz_target;

/// Parses the input in chunks of this size.
fn parse_in_chunks(bytes: &[u8], chunk: usize) -> (Vec<Incoming>, Result<(), Violation>) {
    let (mut input, mut received) = (Input::default(), Vec::new());
    let outcome = bytes.chunks(chunk).try_for_each(|bytes| {
        input.take_in(bytes, |incoming| {
            received.push(incoming);
            Ok(())
        })
    });
    (received, outcome)
}

fuzz_target!(|input: (u8, &[u8])| {
    let (chunk, bytes) = input;
    let whole = parse_in_chunks(bytes, bytes.len().max(1));
    assert_eq!(parse_in_chunks(bytes, usize::from(chunk).max(1)), whole);
    for incoming in &whole.0 {
        if let Incoming::Text(text) = incoming {
            assert!(text.len() <= LARGEST_MESSAGE);
        }
    }
});
