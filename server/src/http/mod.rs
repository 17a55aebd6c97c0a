//! HTTP building blocks shared by all handlers.
//!
//! * `conformance`: requests that HTTP does not allow.
//! * `canonical_path`: which spellings of a path the router accepts.
//! * `deadlines`: how long a client may take.
//! * `local_path`: which addresses are pages of this shop.
//! * `language`: the language of an answer.
//! * `refusal`: a refusal with a message; `error_pages`: the same as a page for people.
//! * `security`: the content security policy and other headers, and the cross-site check.
//! * `server_errors`: a line in the log for server errors.
//! * `single_header`: headers that may come only once.
//! * `site`: scripts, styles, covers and fonts, served as files.

pub(crate) mod canonical_path;
pub(crate) mod conformance;
pub(crate) mod deadlines;
pub(crate) mod error_pages;
pub(crate) mod language;
pub(crate) mod local_path;
pub(crate) mod refusal;
pub(crate) mod security;
pub(crate) mod server_errors;
pub(crate) mod single_header;
pub(crate) mod site;
