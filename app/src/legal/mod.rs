//! The pages with the texts that a shop must publish: imprint, privacy policy and terms.

pub(crate) mod markdown;
pub(crate) mod page;
