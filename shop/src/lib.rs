//! The rules of Burt's Books, as values and functions of values.
//!
//! This crate knows nothing of HTTP, SQL, clocks or pages: it compiles for the
//! server and for the browser alike, and everything in it can be tested by
//! calling it.
//!
//! * [`Slug`], [`Isbn`], [`Price`], [`Quantity`], [`ShopperId`], [`OrderCode`], [`Contact`],
//!   [`Key`], [`Reason`]: names and amounts that cannot be wrong once they exist.
//! * [`Book`]: what is sold. [`Stock`] and [`Level`]: how many copies there are,
//!   and what the world is told about it.
//! * [`Browse`]: which of the books somebody wants to see.
//! * [`Hold`] and [`Order`]: who has a claim on them. [`Movement`]: how it came to that.
//! * [`Wait`] and [`Sale`]: who waits for a copy, and from when on a book is sold.
//! * [`Delivery`]: lines of an import, and what becomes of each.
//! * [`StaffName`] and [`Role`]: who works here. [`Announcement`]: what it says to everybody.
//!   [`Language`]: in which it speaks.
//! * [`Command`], [`Done`], [`Refusal`]: what can be asked, and the answers.
//! * [`decide`]: the decisions.

mod announcement;
mod answer;
mod book;
mod browse;
mod code;
mod command;
mod contact;
mod decide;
mod delivery;
mod email;
mod hold;
mod isbn;
mod key;
mod language;
mod level;
mod movement;
mod order;
mod price;
mod quantity;
mod reason;
mod sale;
mod shopper;
mod slug;
mod staff;
mod time;
mod wait;

pub use announcement::{
    Announcement, AnnouncementId, AnnouncementText, End, InvalidAnnouncementId,
    InvalidAnnouncementText, InvalidEnd, News,
};
pub use answer::{Done, Line, Placed, Refusal, Waiting};
pub use book::Book;
pub use browse::{Browse, PageNumber, Query, Sort};
pub use code::{InvalidOrderCode, OrderCode};
pub use command::{Closing, Command};
pub use contact::{Contact, InvalidContact};
pub use decide::{
    Answer, Changes, Imported, Importing, Inconsistency, OnShelf, Since, World, decide,
};
pub use delivery::{
    Column, Copies, Delivery, Entry, ImportId, InvalidImportId, Landing, Outcome, Trouble,
};
pub use email::{Email, InvalidEmail};
pub use hold::{Hold, HoldId, HoldState, Terms};
pub use isbn::{InvalidIsbn, Isbn};
pub use key::{InvalidKey, Key};
pub use language::{Language, UnknownLanguage};
pub use level::{Level, Stock};
pub use movement::{Delta, Movement, MovementKind, UnknownMovementKind};
pub use order::{Order, OrderId, OrderLine, OrderState};
pub use price::{InvalidPrice, Price};
pub use quantity::{InvalidQuantity, Quantity};
pub use reason::{InvalidReason, Reason};
pub use sale::Sale;
pub use shopper::{InvalidShopperId, ShopperId};
pub use slug::{InvalidSlug, Slug};
pub use staff::{InvalidStaffName, Role, StaffName, UnknownRole};
pub use time::{InvalidTimestamp, Timestamp};
pub use wait::Wait;
