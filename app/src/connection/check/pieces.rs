//! The pieces of the stream, read from its bytes as they arrive.

use from_json::{FromJson, JsonText};
use protocol::StreamPiece;

use super::conclude::Piece;

/// The pieces that have arrived.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    pub(super) arrived: Vec<Piece>,
    /// The beginning of a line that is not complete yet.
    rest: Vec<u8>,
}

impl Pieces {
    /// Takes in the bytes that arrived at this time. `false` if they are not from the shop.
    pub(super) fn take_in(&mut self, bytes: &[u8], arrived: f64) -> bool {
        self.rest.extend(bytes);
        while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            let Some(piece) = parse(&line) else {
                return false;
            };
            self.arrived.push(Piece {
                of: piece.of,
                sent: piece.sent_ms as f64,
                arrived,
            });
        }
        true
    }
}

fn parse(line: &[u8]) -> Option<StreamPiece<JsonText>> {
    StreamPiece::from_text(str::from_utf8(line).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &[u8] = b"{\"piece\":1,\"of\":2,\"sent_ms\":0,\"seen\":{\"via\":\"\xc3\xa9\"}}\n";
    const SECOND: &[u8] = b"{\"piece\":2,\"of\":2,\"sent_ms\":200}\n";

    #[test]
    fn a_piece_has_arrived_when_its_line_is_complete() {
        let whole = [FIRST, SECOND].concat();
        for cut in 0..=whole.len() {
            let mut pieces = Pieces::default();
            assert!(pieces.take_in(&whole[..cut], 5.0));
            assert!(pieces.take_in(&whole[cut..], 7.0));
            let times: Vec<f64> = pieces.arrived.iter().map(|piece| piece.arrived).collect();
            let expected = match cut {
                cut if cut == whole.len() => [5.0, 5.0],
                cut if cut >= FIRST.len() => [5.0, 7.0],
                _ => [7.0, 7.0],
            };
            assert_eq!(times, expected, "cut at {cut}");
            assert_eq!(pieces.arrived[1].sent, 200.0);
        }
    }

    #[test]
    fn lines_that_are_not_from_the_shop_are_refused() {
        let mut pieces = Pieces::default();
        assert!(pieces.take_in(FIRST, 5.0));
        assert!(!pieces.take_in(b"<html>\n", 6.0));
        assert!(!pieces.take_in(b"\xff\n", 6.0));
        assert_eq!(pieces.arrived.len(), 1);
    }
}
