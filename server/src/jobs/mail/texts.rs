//! The texts of the shop's mails, in the language of the order.
//!
//! They contain nothing that a shopper has typed, so that a person who orders under another's
//! address cannot put words into the shop's mail.

use app::{
    i18n::{moment, number, price},
    say,
};
use shop::{Language, OrderCode, Price, ShopProfile, Timestamp};

use super::signature::{name_of, signature};
use crate::markup::escaped;

/// The text of a mail, plain and as HTML.
pub(super) struct MailText {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

/// The details of an order.
pub(super) struct OrderDetails {
    pub(super) code: OrderCode,
    /// Quantity, title and price of each line.
    pub(super) lines: Vec<(u32, String, Price)>,
    pub(super) total: Price,
    pub(super) collect_by: Timestamp,
    /// The address of the order's page.
    pub(super) address: String,
}

/// The confirmation of an order.
pub(super) fn order_placed(
    language: Language,
    profile: &ShopProfile,
    details: &OrderDetails,
) -> MailText {
    let (shop, signed) = (name_of(language, profile), signature(profile));
    let OrderDetails { code, address, .. } = details;
    let until = moment(language, details.collect_by);
    let total = price(language, details.total);
    let (mut text, mut rows) = (String::new(), String::new());
    for (copies, title, each) in &details.lines {
        let each = price(language, *each);
        let line = |title: String| {
            let count = number(language, *copies);
            say!(language, order.line, count, title, price = each.clone())
        };
        text.push_str(&format!("{}\n", line(title.clone())));
        rows.push_str(&format!("<li>{}</li>\n", line(escaped(title))));
    }
    let set_aside = |shop: &str| say!(language, mail.set_aside, shop);
    let show = say!(language, mail.show, until);
    let total = say!(language, order.total_due, total);
    let why = say!(language, mail.why);
    let text = format!(
        "{set_aside}\n\n{your_code}\n{show}\n\n{text}\n{total}\n\n{see}\n\n{signed}{why}\n",
        set_aside = set_aside(&shop.text),
        your_code = say!(language, mail.your_code, code = *code),
        see = say!(language, mail.see, address = address.clone()),
        signed = signed.text,
    );
    let large = format!("<strong style=\"font-size: 1.5em\">{code}</strong>");
    let html = format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head><meta charset=\"utf-8\">\
         <title>{title}</title></head>\n\
         <body style=\"font-family: Georgia, serif; line-height: 1.5\">\n\
         <p>{set_aside}</p>\n\
         <p>{your_code}</p>\n\
         <p>{show}</p>\n<ul>\n{rows}</ul>\n<p>{total}</p>\n\
         <p><a href=\"{link}\">{see}</a></p>\n\
         {signed}<p><small>{why}</small></p>\n</body>\n</html>\n",
        title = say!(language, order.title, code = *code),
        set_aside = set_aside(&shop.html),
        signed = signed.html,
        your_code = say!(language, mail.your_code, code = large),
        see = say!(language, mail.see_link),
        link = escaped(address),
    );
    MailText {
        subject: say!(language, mail.subject, shop = shop.text, code = *code)
            .trim_start()
            .to_owned(),
        text,
        html,
    }
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
    let until = moment(language, details.until);
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
    let html = format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head><meta charset=\"utf-8\">\
         <title>{subject}</title></head>\n\
         <body style=\"font-family: Georgia, serif; line-height: 1.5\">\n\
         <p>{yours}</p>\n<p><a href=\"{link}\">{take}</a></p>\n<p>{next}</p>\n\
         {signed}<p><small>{why}</small></p>\n</body>\n</html>\n",
        subject = escaped(&subject),
        yours = yours(escaped(title), &shop.html),
        signed = signed.html,
        take = say!(language, mail.take_link),
        link = escaped(address),
    );
    MailText {
        subject,
        text,
        html,
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
    let html = format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head><meta charset=\"utf-8\">\
         <title>{subject}</title></head>\n\
         <body style=\"font-family: Georgia, serif; line-height: 1.5\">\n\
         <p>{off_list}</p>\n{signed}<p><small>{why}</small></p>\n</body>\n</html>\n",
        subject = escaped(&subject),
        off_list = off_list(escaped(title), &shop.html),
        signed = signed.html,
    );
    MailText {
        subject,
        text,
        html,
    }
}
