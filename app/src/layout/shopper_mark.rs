//! What a page says of whose it is: enough to tell two cookies apart, and no more.
//!
//! The tabs of a browser share one connection, which has the cookie that the browser
//! had when it was opened. A page that came with another cookie has to be noticed, and
//! script cannot read the cookie itself.

use std::hash::{DefaultHasher, Hash, Hasher};

/// 32 bits that follow from the shopper's id, from which the id does not follow.
pub(crate) fn shopper_mark() -> String {
    let Ok(shopper) = crate::server::current_shopper() else {
        return String::new();
    };
    let mut hasher = DefaultHasher::new();
    shopper.hash(&mut hasher);
    format!("{:08x}", hasher.finish() >> 32)
}
