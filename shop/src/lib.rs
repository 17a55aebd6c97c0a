//! The rules of Burt's Books, as values and functions of values.
//!
//! This crate knows nothing of HTTP, SQL, clocks or pages: it compiles for the
//! server and for the browser alike, and everything in it can be tested by
//! calling it.
//!
//! * [`Slug`], [`Price`], [`ShopperId`]: names and amounts that cannot be wrong
//!   once they exist.
//! * [`Book`]: what is sold.
//! * [`Stock`] and [`Level`]: how many copies there are, and what the world is
//!   told about it.
//! * [`decide_hold`] and [`decide_release`]: the decisions.

mod book;
mod decide;
mod level;
mod price;
mod shopper;
mod slug;

pub use book::Book;
pub use decide::{HoldVerdict, ReleaseVerdict, decide_hold, decide_release};
pub use level::{Level, Stock};
pub use price::Price;
pub use shopper::{InvalidShopperId, ShopperId};
pub use slug::{InvalidSlug, Slug};
