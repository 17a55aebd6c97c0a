//! A mark in each page that tells one shopper's cookie from another's, without revealing it.
//!
//! The tabs of a browser share one connection, with the cookie of the moment it was opened. A page
//! that arrived with another cookie has to notice, and a script cannot read the cookie.

use std::hash::{DefaultHasher, Hash, Hasher};

/// 32 bits of a hash of the shopper's id.
pub(crate) fn shopper_hash() -> String {
    let Ok(shopper) = crate::server::current_shopper() else {
        return String::new();
    };
    let mut hasher = DefaultHasher::new();
    shopper.hash(&mut hasher);
    format!("{:08x}", hasher.finish() >> 32)
}
