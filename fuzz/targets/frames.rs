//! A client's WebSocket frames: any bytes, cut anywhere, say the same or break the same rule.

#![no_main]

// Private to the server, and of no use to anybody else.
#[path = "../../server/src/live/push/frame.rs"]
#[allow(dead_code, reason = "what writes frames is not read here")]
mod frame;

use frame::{Incoming, Input, LARGEST_MESSAGE, Violation};
use libfuzzer_sys::fuzz_target;

fn read_in(bytes: &[u8], piece: usize) -> (Vec<Incoming>, Result<(), Violation>) {
    let (mut input, mut heard) = (Input::default(), Vec::new());
    let outcome = bytes.chunks(piece).try_for_each(|bytes| {
        input.take_in(bytes, |incoming| {
            heard.push(incoming);
            Ok(())
        })
    });
    (heard, outcome)
}

fuzz_target!(|input: (u8, &[u8])| {
    let (piece, bytes) = input;
    let whole = read_in(bytes, bytes.len().max(1));
    assert_eq!(read_in(bytes, usize::from(piece).max(1)), whole);
    for incoming in &whole.0 {
        if let Incoming::Text(text) = incoming {
            assert!(text.len() <= LARGEST_MESSAGE);
        }
    }
});
