//! The reasons for which an upload ends.

use protocol::upload_code;

/// Why an upload ends. After any other disconnection it reconnects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// The import is no longer uploading; its page shows its new state.
    Over,
    /// The session has ended.
    SignedOut,
    /// The file is uploaded in another window.
    Elsewhere,
}

/// The ending that a socket's close code means. `None` if the upload reconnects.
pub(super) fn of_code(code: u16) -> Option<Ending> {
    match code {
        upload_code::DONE | upload_code::OVER | upload_code::SPOILT => Some(Ending::Over),
        upload_code::SIGNED_OUT => Some(Ending::SignedOut),
        upload_code::TAKEN_OVER => Some(Ending::Elsewhere),
        _ => None,
    }
}

/// The ending that the status of a request means. A refused socket does not show its status.
pub(super) fn of_status(status: u16) -> Option<Ending> {
    match status {
        401 | 403 => Some(Ending::SignedOut),
        404 => Some(Ending::Over),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_reconnects_unless_the_code_or_status_ends_it() {
        for (code, ending) in [
            (1000, Some(Ending::Over)),
            (4404, Some(Ending::Over)),
            (4422, Some(Ending::Over)),
            (4401, Some(Ending::SignedOut)),
            (4409, Some(Ending::Elsewhere)),
            (0, None),
            (1001, None),
            (1006, None),
            (1013, None),
            (4400, None),
        ] {
            assert_eq!(of_code(code), ending, "{code}");
        }
        for (status, ending) in [
            (401, Some(Ending::SignedOut)),
            (403, Some(Ending::SignedOut)),
            (404, Some(Ending::Over)),
            (200, None),
            (429, None),
            (503, None),
        ] {
            assert_eq!(of_status(status), ending, "{status}");
        }
    }
}
