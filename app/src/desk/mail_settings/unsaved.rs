//! A mail's setting that was sent and not saved, so that the page shows again what was typed.

use protocol::ShopError;
use shop::{InvalidPreface, Language, OrderMail};
use store::OrderMailSetting;

/// A mail's setting as it was typed, and why it was not saved. It is an extension of the request
/// that shows the page again.
#[derive(Debug, Clone)]
pub struct UnsavedMail {
    /// The mail.
    pub mail: OrderMail,
    /// The version that was changed.
    pub made_from: u64,
    /// Whether the mail is to be sent.
    pub enabled: bool,
    /// The words in each language, as they were typed.
    pub typed: Vec<(Language, String)>,
    /// Why nothing was saved.
    pub why: WhyMailUnsaved,
}

/// Why a mail's setting was not saved.
#[derive(Debug, Clone)]
pub enum WhyMailUnsaved {
    /// The words in these languages are invalid.
    Invalid(Vec<(Language, InvalidPreface)>),
    /// Another owner has saved this meanwhile.
    Outdated(OrderMailSetting),
    /// The store failed.
    Failed(ShopError),
}
