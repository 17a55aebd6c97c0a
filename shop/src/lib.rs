//! The business rules of Burt's Books, as values and pure functions. Nothing here does I/O or reads
//! a clock, so the crate compiles for the server and the browser.

mod act;
mod act_group;
mod announcement;
mod answer;
mod basket;
mod book;
mod browse;
mod code;
mod command;
mod contact;
mod decide;
mod email;
mod epoch;
mod hold;
mod import_batch;
mod isbn;
mod journal;
mod key;
mod language;
mod legal;
mod level;
mod movement;
mod order;
mod order_mail;
mod preface;
mod price;
mod profile;
mod quantity;
mod reason;
mod receipt;
mod sale;
mod sale_form;
mod scan;
mod shopper;
mod slug;
mod staff;
mod time;
mod wait;
mod zone;

pub use act::Act;
pub use act_group::ActGroup;
pub use announcement::{
    Announcement, AnnouncementEnd, AnnouncementId, AnnouncementText, InvalidAnnouncementEnd,
    InvalidAnnouncementId, InvalidAnnouncementText, News,
};
pub use answer::{ChangedLine, Done, PlacedOrder, Refusal, WaitState};
pub use basket::{Basket, BasketLine, FullBasket};
pub use book::{
    Book, BookEdit, BookFacts, BookField, BookFormat, BookSources, ContributorRole, FieldSource,
    InvalidBookText, InvalidLanguageTag, InvalidPublishingDate, LanguageTag, NewTitle,
    PublishingDate,
};
pub use browse::{Browse, PageNumber, Query, Sort};
pub use code::{InvalidOrderCode, OrderCode};
pub use command::{Closing, Command, StaffCommand};
pub use contact::{Contact, InvalidContact};
pub use decide::{
    BookState, Changes, Imported, Importing, Inconsistency, OfferMail, StockChangeSince,
    StoredResult, World, decide,
};
pub use email::{Email, InvalidEmail};
pub use epoch::{Epoch, InvalidEpoch};
pub use hold::{Hold, HoldId, HoldState, Terms};
pub use import_batch::{
    Column, Copies, Entry, ImportBatch, ImportId, InvalidImportId, LineProblem, LineResult, Outcome,
};
pub use isbn::{InvalidIsbn, Isbn};
pub use journal::JournalEntry;
pub use key::{InvalidKey, Key};
pub use language::{Language, UnknownLanguage};
pub use legal::{InvalidLegalText, LegalPage, LegalText, LegalTexts};
pub use level::{Level, Stock};
pub use movement::{Delta, Movement, MovementKind, UnknownMovementKind};
pub use order::{Order, OrderId, OrderLine, OrderState};
pub use order_mail::OrderMail;
pub use preface::{InvalidPreface, Preface};
pub use price::{Currency, InvalidPrice, Price, PriceConversion, UnknownCurrency};
pub use profile::{
    ClosedDay, DayHours, InvalidSetting, OpenOn, OpenSpan, SettingField, ShopProfile, TimeOfDay,
    Weekday,
};
pub use quantity::{InvalidQuantity, Quantity};
pub use reason::{InvalidReason, Reason};
pub use receipt::{InvalidReceiptCode, Receipt, ReceiptCode, ReceiptKind};
pub use sale::{LapsedLine, Sale};
pub use sale_form::{InvalidSale, SaleForm};
pub use scan::{InvalidScan, Scan};
pub use shopper::{InvalidShopperId, ShopperId};
pub use slug::{InvalidSlug, Slug};
pub use staff::{InvalidStaffName, Role, StaffName, UnknownRole};
pub use time::{InvalidTimestamp, Timestamp};
pub use wait::Wait;
pub use zone::{UnknownZone, Zone, ZoneOffset};
