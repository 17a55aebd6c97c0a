//! The answer to a request whose status matters to its caller.

/// The answer of the shop, or of a proxy in front of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// Whether the browser followed a redirect to get it.
    pub(crate) redirected: bool,
    pub(crate) body: String,
}

impl Answer {
    /// Whether the request was carried out.
    pub(crate) fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }
}
