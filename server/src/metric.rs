//! One counter of `/metrics`.

/// A counter: name, labels, help text and value.
pub(crate) struct Count(
    pub(crate) &'static str,
    pub(crate) &'static str,
    pub(crate) &'static str,
    pub(crate) u64,
);
