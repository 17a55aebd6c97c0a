//! HTTP building blocks shared by all handlers.

/// Which spellings of a path the router accepts.
pub(crate) mod canonical_path;
/// Requests that HTTP does not allow.
pub(crate) mod conformance;
/// How long a client may take.
pub(crate) mod deadlines;
/// A refusal as a page for people.
pub(crate) mod error_pages;
/// The language of an answer.
pub(crate) mod language;
/// Which addresses are pages of this shop.
pub(crate) mod local_path;
/// A refusal with a message.
pub(crate) mod refusal;
/// The content security policy and other headers, and the cross-site check.
pub(crate) mod security;
/// A line in the log for server errors.
pub(crate) mod server_errors;
/// Headers that may come only once.
pub(crate) mod single_header;
/// Scripts, styles, covers and fonts, served as files.
pub(crate) mod site;
