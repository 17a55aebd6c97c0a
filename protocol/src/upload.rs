//! The upload of a file for an import: the socket's messages, and the answers before and after.

use from_json::{FromJson, Json};
use serde::{Deserialize, Serialize};
use shop::ImportId;

/// The size of the offset before each piece, in bytes. The offset is big-endian.
pub const PIECE_HEADER: usize = 8;

/// The codes with which the shop closes an upload's socket.
pub mod upload_code {
    /// The upload is complete.
    pub const DONE: u16 = 1000;
    /// The shop is closing; reconnect.
    pub const CLOSING: u16 = 1001;
    /// The store cannot write at present; reconnect.
    pub const BUSY: u16 = 1013;
    /// The message is invalid, or the piece has the wrong offset; reconnect.
    pub const MALFORMED: u16 = 4400;
    /// The session has ended.
    pub const SIGNED_OUT: u16 = 4401;
    /// The import accepts no more data.
    pub const OVER: u16 = 4404;
    /// Another connection uploads the file.
    pub const TAKEN_OVER: u16 = 4409;
    /// The checksum does not match.
    pub const SPOILT: u16 = 4422;
}

/// The answer to the announcement of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromJson)]
pub struct UploadBegun {
    /// The import.
    pub id: ImportId,
    /// The path of its page. The socket is at `upload` below it.
    pub page: String,
    /// How many bytes the shop has from an earlier upload of the file.
    pub received: u64,
}

/// A message of the shop on the socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum UploadMessage {
    /// The first message: where to begin, and how much may be in flight.
    Start {
        /// The offset of the first piece.
        offset: u64,
        /// The most pieces that may be unacknowledged.
        window: u32,
        /// The most bytes of a piece.
        piece: u32,
    },
    /// The file is stored up to here.
    Acknowledged {
        /// The offset of the next piece.
        acked: u64,
    },
    /// The last piece has the wrong offset. The shop closes the socket.
    WrongOffset {
        /// The offset that the piece should have had.
        offset: u64,
    },
    /// The file is complete.
    Complete {
        /// The state of the import.
        state: String,
    },
    /// The heartbeat, `{}`.
    Heartbeat {},
}

impl FromJson for UploadMessage {
    fn from_json(json: &Json) -> Option<Self> {
        let has = |name| json.get(name).is_there();
        Some(if has("window") {
            Self::Start {
                offset: u64::from_json(&json.get("offset"))?,
                window: u32::from_json(&json.get("window"))?,
                piece: u32::from_json(&json.get("piece"))?,
            }
        } else if has("acked") {
            let acked = u64::from_json(&json.get("acked"))?;
            Self::Acknowledged { acked }
        } else if has("offset") {
            let offset = u64::from_json(&json.get("offset"))?;
            Self::WrongOffset { offset }
        } else if has("state") {
            let state = json.get("state").text()?;
            Self::Complete { state }
        } else {
            Self::Heartbeat {}
        })
    }
}

/// The message with which the sender ends the upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadEnd {
    /// SHA-256 of the whole file, in hexadecimal digits.
    pub sha256: String,
}

/// The progress of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromJson)]
pub struct ImportStanding {
    /// The state.
    pub state: String,
    /// The file's size in bytes.
    pub size: u64,
    /// The number of bytes received.
    pub received: u64,
    /// The last row that was processed.
    pub upto: u32,
    /// The last row, known after the check.
    pub last_row: Option<u32>,
    /// The outcomes that the check predicts.
    pub expected: ImportTally,
    /// The outcomes so far.
    pub done: ImportTally,
}

/// How many rows of an import had each outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, FromJson)]
pub struct ImportTally {
    /// New books.
    pub added: u64,
    /// Changed books.
    pub changed: u64,
    /// Books that stay as they are.
    pub unchanged: u64,
    /// Refused rows.
    pub refused: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_reads_each_message_as_the_shop_writes_it() {
        for (message, written) in [
            (
                UploadMessage::Start {
                    offset: 0,
                    window: 8,
                    piece: 262_144,
                },
                r#"{"offset":0,"window":8,"piece":262144}"#,
            ),
            (UploadMessage::Acknowledged { acked: 7 }, r#"{"acked":7}"#),
            (UploadMessage::WrongOffset { offset: 0 }, r#"{"offset":0}"#),
            (
                UploadMessage::Complete {
                    state: "checking".to_owned(),
                },
                r#"{"state":"checking"}"#,
            ),
            (UploadMessage::Heartbeat {}, "{}"),
        ] {
            assert_eq!(serde_json::to_string(&message).unwrap(), written);
            assert_eq!(UploadMessage::from_text(written), Some(message));
        }
        assert_eq!(UploadMessage::from_text("[1"), None);
        assert_eq!(UploadMessage::from_text(r#"{"acked":-1}"#), None);
    }

    #[test]
    fn a_browser_reads_each_answer_as_the_shop_writes_it() {
        let begun = UploadBegun {
            id: ImportId::from_bits(7),
            page: "/desk/imports/7".to_owned(),
            received: 1 << 20,
        };
        let written = serde_json::to_string(&begun).unwrap();
        assert_eq!(UploadBegun::from_text(&written), Some(begun));
        for last_row in [None, Some(250_000)] {
            let standing = ImportStanding {
                state: "applying".to_owned(),
                size: 192 << 20,
                received: 192 << 20,
                upto: 40,
                last_row,
                expected: ImportTally {
                    added: 1,
                    changed: 2,
                    unchanged: 3,
                    refused: 4,
                },
                done: ImportTally::default(),
            };
            let written = serde_json::to_string(&standing).unwrap();
            assert_eq!(ImportStanding::from_text(&written), Some(standing));
        }
    }
}
