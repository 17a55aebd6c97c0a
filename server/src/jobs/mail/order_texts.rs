//! The texts of the mails about an order, in the language of the order.

use app::{
    i18n::{amount_in, moment_in, number},
    say,
};
use shop::{Language, OrderCode, OrderMail, Price, ShopProfile, Timestamp};

use super::{
    signature::{name_of, signature},
    texts::{MailText, document},
};
use crate::markup::escaped;

/// What a mail about an order says of it.
pub(super) struct OrderDetails {
    pub(super) code: OrderCode,
    /// Quantity, title and price of each line.
    pub(super) lines: Vec<(u32, String, Price)>,
    pub(super) total: Price,
    pub(super) collect_by: Timestamp,
    /// Why the shop has cancelled it.
    pub(super) reason: Option<String>,
    /// The owner's words at the beginning.
    pub(super) preface: Option<String>,
    /// The address of the order's page.
    pub(super) address: String,
    /// The address of the shop.
    pub(super) shop_address: String,
}

/// The parts of a mail, each as text and as HTML.
#[derive(Default)]
struct Parts {
    text: String,
    html: String,
}

impl Parts {
    /// Adds a paragraph.
    fn paragraph(&mut self, text: &str, html: &str) {
        self.text.push_str(&format!("{text}\n\n"));
        self.html.push_str(&format!("<p>{html}</p>\n"));
    }

    /// Adds a paragraph that may have several lines.
    fn plain_paragraph(&mut self, text: &str) {
        self.paragraph(text, &escaped(text).replace('\n', "<br>\n"));
    }
}

/// A mail about an order.
pub(super) fn order_text(
    mail: OrderMail,
    language: Language,
    profile: &ShopProfile,
    details: &OrderDetails,
) -> MailText {
    let mut parts = Parts::default();
    if let Some(preface) = &details.preface {
        parts.plain_paragraph(preface);
    }
    let name = name_of(language, profile);
    let until = moment_in(language, profile.zone(), details.collect_by);
    let what = |shop: &str| what_happened(mail, language, shop, details.code, &until);
    parts.paragraph(&what(&name.text), &what(&name.html));
    if let Some(reason) = &details.reason {
        let words = |reason: String| say!(language, mail.reason, reason);
        parts.paragraph(&words(reason.clone()), &words(escaped(reason)));
    }
    let is_open = match mail {
        OrderMail::Placed | OrderMail::Ready | OrderMail::Reminder => true,
        OrderMail::Overdue | OrderMail::Cancelled => false,
    };
    if is_open {
        how_to_collect(&mut parts, language, details, until);
    }
    lines(&mut parts, language, profile, details);
    if is_open {
        let total = amount_in(language, profile.currency(), details.total.cents());
        let total = say!(language, order.total_due, total);
        let (text, html) = with_price_label(language, profile, total);
        parts.paragraph(&text, &html);
    }
    let (see, see_link, address) = match is_open {
        true => {
            let address = details.address.clone();
            let see = say!(language, mail.see, address);
            (see, say!(language, mail.see_link), &details.address)
        }
        false => {
            let address = details.shop_address.clone();
            let see = say!(language, mail.browse, address);
            (see, say!(language, mail.browse_link), &details.shop_address)
        }
    };
    let link = format!("<a href=\"{}\">{see_link}</a>", escaped(address));
    parts.paragraph(&see, &link);
    let why = match is_open {
        true => say!(language, mail.why),
        false => say!(language, mail.why_closed),
    };
    let signed = signature(profile);
    let title = say!(language, order.title, code = details.code);
    let body = format!("{}{}<p><small>{why}</small></p>\n", parts.html, signed.html);
    MailText {
        subject: subject(mail, language, &name.text, details.code)
            .trim_start()
            .to_owned(),
        text: format!("{}{}{why}\n", parts.text, signed.text),
        html: document(language, &title, &body),
    }
}

fn subject(mail: OrderMail, language: Language, shop: &str, code: OrderCode) -> String {
    match mail {
        OrderMail::Placed => say!(language, mail.subject, shop, code),
        OrderMail::Ready => say!(language, mail.ready_subject, shop, code),
        OrderMail::Reminder => say!(language, mail.reminder_subject, shop, code),
        OrderMail::Overdue => say!(language, mail.overdue_subject, shop, code),
        OrderMail::Cancelled => say!(language, mail.cancelled_subject, shop, code),
    }
}

/// The sentence that the mail is sent for.
fn what_happened(
    mail: OrderMail,
    language: Language,
    shop: &str,
    code: OrderCode,
    until: &str,
) -> String {
    match mail {
        OrderMail::Placed => say!(language, mail.set_aside, shop),
        OrderMail::Ready => say!(language, mail.ready, shop),
        OrderMail::Reminder => say!(language, mail.reminder, shop, until),
        OrderMail::Overdue => say!(language, mail.overdue, shop, until),
        OrderMail::Cancelled => say!(language, mail.cancelled, shop, code),
    }
}

/// The sentence with the total, as plain text and as HTML, with what the owner wants said beside
/// prices.
fn with_price_label(language: Language, profile: &ShopProfile, total: String) -> (String, String) {
    let Some(label) = profile.price_label() else {
        return (total.clone(), total);
    };
    let words = |label: String| say!(language, book.price_label, label = label);
    let (text, html) = (words(label.to_owned()), words(escaped(label)));
    (format!("{total}\n{text}"), format!("{total}<br>\n{html}"))
}

/// The code, and until when the books are kept.
fn how_to_collect(parts: &mut Parts, language: Language, details: &OrderDetails, until: String) {
    let code = details.code;
    let large = format!("<strong style=\"font-size: 1.5em\">{code}</strong>");
    let show = say!(language, mail.show, until);
    let plain = say!(language, mail.your_code, code);
    let html = say!(language, mail.your_code, code = large);
    parts.text.push_str(&format!("{plain}\n{show}\n\n"));
    parts
        .html
        .push_str(&format!("<p>{html}</p>\n<p>{show}</p>\n"));
}

/// The books.
fn lines(parts: &mut Parts, language: Language, profile: &ShopProfile, details: &OrderDetails) {
    let (mut text, mut rows) = (String::new(), String::new());
    for (copies, title, each) in &details.lines {
        let each = amount_in(language, profile.currency(), each.cents());
        let line = |title: String| {
            let count = number(language, *copies);
            say!(language, order.line, count, title, price = each.clone())
        };
        text.push_str(&format!("{}\n", line(title.clone())));
        rows.push_str(&format!("<li>{}</li>\n", line(escaped(title))));
    }
    parts.text.push_str(&format!("{text}\n"));
    parts.html.push_str(&format!("<ul>\n{rows}</ul>\n"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details() -> OrderDetails {
        OrderDetails {
            code: "4KX9-QD2M-7HTB".parse().unwrap(),
            lines: vec![(2, "Mice & Men".to_owned(), Price::from_cents(2_000))],
            total: Price::from_cents(4_000),
            collect_by: Timestamp::from_millis(1_795_284_000_000),
            reason: None,
            preface: None,
            address: "https://books.example/orders/4KX9-QD2M-7HTB".to_owned(),
            shop_address: "https://books.example/".to_owned(),
        }
    }

    fn composed(mail: OrderMail, language: Language, details: &OrderDetails) -> MailText {
        order_text(mail, language, &ShopProfile::default(), details)
    }

    #[test]
    fn each_mail_names_its_order_and_its_books_in_text_and_html() {
        for (mail, language) in OrderMail::ALL
            .into_iter()
            .flat_map(|mail| Language::ALL.map(|language| (mail, language)))
        {
            let made = composed(mail, language, &details());
            assert!(made.subject.contains("4KX9-QD2M-7HTB"), "{}", made.subject);
            assert!(made.text.contains("Mice & Men"), "{}", made.text);
            assert!(made.html.contains("Mice &amp; Men"), "{}", made.html);
            let is_open = !matches!(mail, OrderMail::Overdue | OrderMail::Cancelled);
            let page = "https://books.example/orders/";
            assert_eq!(made.text.contains(page), is_open, "{}", made.text);
            assert_eq!(made.html.contains(page), is_open, "{}", made.html);
        }
    }

    #[test]
    fn the_owners_words_come_first_and_a_reason_is_given() {
        let details = OrderDetails {
            preface: Some("Dear reader,\n\n<we> have moved.".to_owned()),
            reason: Some("the last copy is <damaged>".to_owned()),
            ..details()
        };
        let made = composed(OrderMail::Cancelled, Language::English, &details);
        let text = "Dear reader,\n\n<we> have moved.\n\nWe’re sorry";
        assert!(made.text.starts_with(text), "{}", made.text);
        assert!(made.text.contains("the last copy is <damaged>"));
        let html = "<p>Dear reader,<br>\n<br>\n&lt;we&gt; have moved.</p>\n<p>We’re sorry";
        assert!(made.html.contains(html), "{}", made.html);
        assert!(made.html.contains("the last copy is &lt;damaged&gt;"));
    }
}
