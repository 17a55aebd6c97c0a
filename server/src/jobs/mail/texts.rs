//! The texts of mails to the waitlist, and what all mails have in common.
//!
//! No mail contains anything that a shopper has typed, so that a person who orders under another's
//! address cannot put words into the shop's mail.

use app::{i18n::moment_in, say};
use shop::{Language, ShopProfile, Timestamp};

use super::signature::{name_of, signature};
use crate::markup::escaped;

/// The text of a mail, plain and as HTML.
pub(super) struct MailText {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

/// A mail as HTML. `title` is text, `body` is HTML.
pub(super) fn document(language: Language, title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head><meta charset=\"utf-8\">\
         <title>{title}</title></head>\n\
         <body style=\"font-family: Georgia, serif; line-height: 1.5\">\n{body}</body>\n</html>\n",
        title = escaped(title),
    )
}

/// The details of an offer.
pub(super) struct OfferDetails {
    pub(super) title: String,
    pub(super) until: Timestamp,
    /// The address of the book's page.
    pub(super) address: String,
}

/// The notice that a copy is held for a shopper on the waitlist.
pub(super) fn copy_offered(
    language: Language,
    profile: &ShopProfile,
    details: &OfferDetails,
) -> MailText {
    let (shop, signed) = (name_of(language, profile), signature(profile));
    let OfferDetails { title, address, .. } = details;
    let until = moment_in(language, profile.zone(), details.until);
    let yours = |title: String, shop: &str| {
        let until = until.clone();
        say!(language, mail.yours, title, shop, until)
    };
    let next = say!(language, mail.next);
    let why = say!(language, mail.why_told);
    let subject = say!(language, mail.offered, title = title.clone());
    let text = format!(
        "{}\n\n{take}\n{next}\n\n{signed}{why}\n",
        yours(title.clone(), &shop.text),
        signed = signed.text,
        take = say!(language, mail.take, address = address.clone())
    );
    let body = format!(
        "<p>{yours}</p>\n<p><a href=\"{link}\">{take}</a></p>\n<p>{next}</p>\n\
         {signed}<p><small>{why}</small></p>\n",
        yours = yours(escaped(title), &shop.html),
        signed = signed.html,
        take = say!(language, mail.take_link),
        link = escaped(address),
    );
    MailText {
        html: document(language, &subject, &body),
        subject,
        text,
    }
}

/// The notice that a book which a shopper waited for is no longer sold.
pub(super) fn book_withdrawn(language: Language, profile: &ShopProfile, title: &str) -> MailText {
    let (shop, signed) = (name_of(language, profile), signature(profile));
    let off_list = |title: String, shop: &str| say!(language, mail.off_list, title, shop);
    let why = say!(language, mail.why_told);
    let subject = say!(language, mail.withdrawn, title = title.to_owned());
    let text = format!(
        "{}\n\n{signed}{why}\n",
        off_list(title.to_owned(), &shop.text),
        signed = signed.text,
    );
    let body = format!(
        "<p>{off_list}</p>\n{signed}<p><small>{why}</small></p>\n",
        off_list = off_list(escaped(title), &shop.html),
        signed = signed.html,
    );
    MailText {
        html: document(language, &subject, &body),
        subject,
        text,
    }
}
