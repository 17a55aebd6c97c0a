//! Receives a file in the browser, and uploads it piece by piece.

#[cfg(feature = "browser")]
mod amounts;
#[cfg(feature = "browser")]
mod changes;
/// The file and its digest; `reading` limits the time of each read.
#[cfg(feature = "browser")]
mod content;
/// The progress in words, with `speed` and `amounts`.
#[cfg(feature = "browser")]
mod display;
/// Whether an upload ends or reconnects.
#[cfg(any(feature = "browser", test))]
mod ending;
/// The area for a file.
pub(crate) mod island;
#[cfg(any(feature = "browser", test))]
mod pack;
#[cfg(feature = "browser")]
mod picked;
#[cfg(feature = "browser")]
mod reading;
/// Takes the files that were chosen or dropped (`picked`, `pack`), and announces them.
#[cfg(feature = "browser")]
mod receiver;
#[cfg(not(feature = "browser"))]
#[path = "receiver_on_server.rs"]
mod receiver;
/// The props of the area, and the state that it shows, which `changes` updates.
pub(crate) mod screen;
/// What an upload does next.
#[cfg(any(feature = "browser", test))]
mod sending;
#[cfg(any(feature = "browser", test))]
mod speed;
#[cfg(feature = "browser")]
mod upload;
