//! A short hash of the shopper's id in each page, which does not reveal the id.
//!
//! The tabs of a browser share one connection, which was opened with one cookie. A page that was
//! loaded with another cookie must notice, and scripts cannot read the cookie itself.

use std::hash::{DefaultHasher, Hash, Hasher};

/// 32 bits of a hash of the shopper's id; empty without a valid cookie.
pub(crate) fn shopper_hash() -> String {
    let Ok(shopper) = crate::server::current_shopper() else {
        return String::new();
    };
    let mut hasher = DefaultHasher::new();
    shopper.hash(&mut hasher);
    format!("{:08x}", hasher.finish() >> 32)
}
