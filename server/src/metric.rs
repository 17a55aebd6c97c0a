//! One counter of `/metrics`.

/// A name, its labels, what it means, and how often it was so.
pub(crate) struct Count(
    pub(crate) &'static str,
    pub(crate) &'static str,
    pub(crate) &'static str,
    pub(crate) u64,
);
