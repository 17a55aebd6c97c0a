//! The kinds of connection that are checked, and what is known of each.

use shop::Language;

/// A kind of connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Requests,
    Socket,
    Stream,
    Wait,
}

impl Way {
    /// Every kind, in the order of the page.
    pub(super) const ALL: [Self; 4] = [Self::Requests, Self::Socket, Self::Stream, Self::Wait];

    /// Its name in the markup.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Socket => "socket",
            Self::Stream => "stream",
            Self::Wait => "wait",
        }
    }

    pub(super) fn title(self, language: Language) -> &'static str {
        match self {
            Self::Requests => say!(language, connection.requests),
            Self::Socket => say!(language, connection.socket),
            Self::Stream => say!(language, connection.stream),
            Self::Wait => say!(language, connection.wait),
        }
    }

    pub(super) fn explanation(self, language: Language) -> &'static str {
        match self {
            Self::Requests => say!(language, connection.requests_more),
            Self::Socket => say!(language, connection.socket_more),
            Self::Stream => say!(language, connection.stream_more),
            Self::Wait => say!(language, connection.wait_more),
        }
    }
}

/// Whether a kind of connection works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Unchecked,
    UnderWay,
    Through,
    Hindered,
    Blocked,
}

impl Verdict {
    /// Its name in the markup.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Unchecked => "unchecked",
            Self::UnderWay => "underWay",
            Self::Through => "through",
            Self::Hindered => "hindered",
            Self::Blocked => "blocked",
        }
    }

    pub(super) fn words(self, language: Language) -> &'static str {
        match self {
            Self::Unchecked => say!(language, connection.unchecked),
            Self::UnderWay => say!(language, connection.under_way),
            Self::Through => say!(language, connection.gets_through),
            Self::Hindered => say!(language, connection.hindered),
            Self::Blocked => say!(language, connection.blocked),
        }
    }
}

/// What is known of a kind of connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) verdict: Verdict,
    /// What was measured, in words. `None` until then.
    pub(super) found: Option<String>,
}

impl Finding {
    /// A finding before anything was measured.
    pub(super) fn without_result(verdict: Verdict) -> Self {
        Self {
            verdict,
            found: None,
        }
    }
}
