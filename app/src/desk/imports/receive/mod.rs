//! Receives a file in the browser, and uploads it piece by piece.
//!
//! * `island`: the area for a file. `screen`: its props, and what it shows; `changes`: how that
//!   changes.
//! * `receiver`: takes the files that were chosen or dropped (`picked`, `pack`), and announces them.
//! * `upload`: sends a file over a socket. `sending` decides what it does next, and `ending` whether
//!   it goes on.
//! * `content`: the file, with its digest. `reading`: waits for its disk.
//! * `display`: the progress in words, with `speed` and `amounts`.

#[cfg(feature = "browser")]
mod amounts;
#[cfg(feature = "browser")]
mod changes;
#[cfg(feature = "browser")]
mod content;
#[cfg(feature = "browser")]
mod display;
#[cfg(any(feature = "browser", test))]
mod ending;
pub(crate) mod island;
#[cfg(any(feature = "browser", test))]
mod pack;
#[cfg(feature = "browser")]
mod picked;
#[cfg(feature = "browser")]
mod reading;
#[cfg(feature = "browser")]
mod receiver;
#[cfg(not(feature = "browser"))]
#[path = "receiver_on_server.rs"]
mod receiver;
pub(crate) mod screen;
#[cfg(any(feature = "browser", test))]
mod sending;
#[cfg(any(feature = "browser", test))]
mod speed;
#[cfg(feature = "browser")]
mod upload;
