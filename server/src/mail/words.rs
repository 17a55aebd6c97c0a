//! What the shop writes. All of it is here, so that it can be said in another language.
//!
//! Nothing that a shopper has typed is in it: whoever orders under another's address can
//! make the shop say nothing of theirs.

use shop::{OrderCode, Price, Timestamp};

/// A mail's words, as a text and as the same text marked up.
pub(super) struct Words {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

/// What is told of an order.
pub(super) struct Told {
    pub(super) code: OrderCode,
    /// How many of what, and what one costs.
    pub(super) lines: Vec<(u32, String, Price)>,
    pub(super) total: Price,
    pub(super) collect_by: Timestamp,
    /// Where the order can be seen.
    pub(super) address: String,
}

/// An order was placed. The language is one that the shop speaks, or English is spoken.
pub(super) fn order_placed(_language: &str, told: &Told) -> Words {
    let Told {
        code,
        total,
        address,
        ..
    } = told;
    let until = app::date::moment(told.collect_by);
    let mut text = format!(
        "Your books are set aside at Burt’s Books.\n\n\
         Your code: {code}\n\
         Please show it when you collect them, until {until}.\n\n"
    );
    let mut rows = String::new();
    for (copies, title, price) in &told.lines {
        text.push_str(&format!("{copies} × {title}, {price}\n"));
        let title = escaped(title);
        rows.push_str(&format!("<li>{copies} × {title}, {price}</li>\n"));
    }
    text.push_str(&format!(
        "\nTogether {total}, paid in the shop.\n\n\
         Your order, and how it stands: {address}\n\
         There you can also call it off.\n\n\
         You get this because somebody has ordered with this address. If it was not you,\n\
         there is nothing that you have to do: what nobody collects goes back on the shelf.\n"
    ));
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\
         <title>Order {code}</title></head>\n\
         <body style=\"font-family: Georgia, serif; line-height: 1.5\">\n\
         <p>Your books are set aside at Burt’s Books.</p>\n\
         <p>Your code:<br><strong style=\"font-size: 1.5em\">{code}</strong></p>\n\
         <p>Please show it when you collect them, until {until}.</p>\n\
         <ul>\n{rows}</ul>\n\
         <p>Together <strong>{total}</strong>, paid in the shop.</p>\n\
         <p><a href=\"{link}\">Your order, and how it stands</a>. There you can also call it off.</p>\n\
         <p><small>You get this because somebody has ordered with this address. If it was not \
         you, there is nothing that you have to do: what nobody collects goes back on the \
         shelf.</small></p>\n</body>\n</html>\n",
        link = escaped(address),
    );
    Words {
        subject: format!("Your order {code} at Burt’s Books"),
        text,
        html,
    }
}

/// What is told of an offer.
pub(super) struct Offered {
    pub(super) title: String,
    pub(super) until: Timestamp,
    /// The book's page.
    pub(super) address: String,
}

/// A copy is kept for whoever has waited for it.
pub(super) fn copy_offered(_language: &str, told: &Offered) -> Words {
    let Offered { title, address, .. } = told;
    let until = app::date::moment(told.until);
    let text = format!(
        "A copy of “{title}” has come back to Burt’s Books, and it is yours until {until}.\n\n\
         Take it here, in the browser in which you have asked for it: {address}\n\n\
         After that it is the next one’s, and you can ask again.\n\n\
         You get this because somebody has left this address to be told. If it was not you,\n\
         there is nothing that you have to do.\n"
    );
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\
         <title>A copy for you</title></head>\n\
         <body style=\"font-family: Georgia, serif; line-height: 1.5\">\n\
         <p>A copy of <strong>{title}</strong> has come back to Burt’s Books, and it is yours \
         until {until}.</p>\n\
         <p><a href=\"{link}\">Take it here</a>, in the browser in which you have asked for it. \
         After that it is the next one’s, and you can ask again.</p>\n\
         <p><small>You get this because somebody has left this address to be told. If it was not \
         you, there is nothing that you have to do.</small></p>\n</body>\n</html>\n",
        title = escaped(title),
        link = escaped(address),
    );
    Words {
        subject: format!("A copy of “{title}” for you"),
        text,
        html,
    }
}

/// As it is written inside an element or an attribute.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            c => safe.push(c),
        }
    }
    safe
}
