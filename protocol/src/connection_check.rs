//! The messages of the connection check: on the socket, in the stream, and after a wait.
//!
//! Their type parameter is what the server sees of the client. Pages show it unchanged.

use from_json::FromJson;
use serde::Serialize;

/// A message that the server itself sends on the echo socket.
#[derive(Debug, Clone, PartialEq, Serialize, FromJson)]
pub struct EchoReport<S> {
    /// What the server sees of the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<S>,
    /// The round trip of the server's first ping, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ping_ms: Option<f64>,
}

/// A line of the stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromJson)]
pub struct StreamPiece<S> {
    /// Its number, from 1.
    pub piece: u32,
    /// The number of pieces in the stream.
    pub of: u32,
    /// When it was sent, in milliseconds since the first piece.
    pub sent_ms: u64,
    /// What the server sees of the client. Only in the first piece.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<S>,
}

/// The answer after a wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromJson)]
pub struct Waited<S> {
    /// How long the server has waited, in milliseconds.
    pub waited_ms: u64,
    /// What the server sees of the client.
    pub seen: S,
}

#[cfg(test)]
mod tests {
    use from_json::JsonText;
    use serde_json::json;

    use super::*;

    fn read<T: FromJson>(written: &impl Serialize) -> Option<T> {
        T::from_text(&serde_json::to_string(written).unwrap())
    }

    #[test]
    fn what_the_server_sees_is_passed_on_unchanged() {
        let seen = json!({"address": "192.0.2.1", "tls": "none"});
        let text = JsonText(seen.to_string());
        let waited_ms = 2_000;
        assert_eq!(
            read(&Waited {
                waited_ms,
                seen: &seen
            }),
            Some(Waited {
                waited_ms,
                seen: text.clone()
            })
        );
        let (seen, ping_ms) = (Some(seen), None);
        let report = read::<EchoReport<JsonText>>(&EchoReport { seen, ping_ms });
        assert_eq!(report.and_then(|report| report.seen), Some(text));
    }

    #[test]
    fn absent_fields_are_not_written_and_are_read_as_none() {
        let report: EchoReport<JsonText> = EchoReport {
            seen: None,
            ping_ms: Some(0.3),
        };
        let written = serde_json::to_string(&EchoReport::<()> {
            seen: None,
            ping_ms: Some(0.3),
        });
        assert_eq!(written.unwrap(), r#"{"ping_ms":0.3}"#);
        assert_eq!(EchoReport::from_text(r#"{"ping_ms":0.3}"#), Some(report));
        let piece = StreamPiece::<JsonText>::from_text(r#"{"piece":2,"of":10,"sent_ms":201}"#);
        assert_eq!(
            piece,
            Some(StreamPiece {
                piece: 2,
                of: 10,
                sent_ms: 201,
                seen: None
            })
        );
    }
}
