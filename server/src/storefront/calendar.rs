//! `/orders/{code}/collect.ics`: an order's collection deadline as a calendar file.
//!
//! RFC 5545: text is escaped (3.3.11), and no line is longer than 75 octets (3.1).

use app::{
    i18n::{number, shop_name},
    order::lookup::find_order,
    say,
};
use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use protocol::ShopError;
use shop::{Language, Order, OrderState, ShopProfile, Timestamp};

use crate::{http::refusal::refuse, state::Shop};

/// The most octets of a line, without the line break.
const LONGEST_LINE: usize = 75;

/// The calendar file of an order.
pub(crate) async fn calendar(
    State(shop): State<Shop>,
    Extension(language): Extension<Language>,
    Path(code): Path<String>,
) -> Response {
    let order = match find_order(&*shop.0.store, &code).await {
        Ok(order) => order,
        Err(ShopError::NoSuchOrder) => {
            let sentence = |language| say!(language, error.no_such_order);
            return refuse(StatusCode::NOT_FOUND, sentence).into_response();
        }
        // The cause is already in the log.
        Err(_) => return busy(),
    };
    let mut titles = Vec::with_capacity(order.lines.len());
    for line in &order.lines {
        match shop.0.store.book(&line.book).await {
            Ok(on_shelf) => titles.push(say!(
                language,
                order.copies,
                count = number(language, line.quantity.get()),
                title = on_shelf.book.title
            )),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "cannot read a book of an order");
                return busy();
            }
        }
    }
    let settings = shop.0.store.owner_settings().current();
    let public_url = shop.public_url().to_string();
    let event = event(language, &order, &titles, &settings.profile, &public_url);
    let name = format!("attachment; filename=\"order-{}.ics\"", order.code);
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/calendar; charset=utf-8"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&name).expect("a code has only letters, digits and hyphens"),
        ),
    ];
    (headers, event).into_response()
}

fn busy() -> Response {
    let sentence = |language| say!(language, page.cannot_say);
    let mut response = refuse(StatusCode::SERVICE_UNAVAILABLE, sentence).into_response();
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

/// The event of an order. It has the same `UID` each time, so a newer file replaces an older one.
fn event(
    language: Language,
    order: &Order,
    titles: &[String],
    profile: &ShopProfile,
    shop: &str,
) -> String {
    let host = shop.split_once("://").map_or(shop, |(_, host)| host);
    let address = format!("{shop}/orders/{}", order.code);
    let status = match order.state {
        OrderState::Placed => "CONFIRMED",
        OrderState::Collected | OrderState::Cancelled | OrderState::Overdue => "CANCELLED",
    };
    let description = format!(
        "{}\n{}\n{address}",
        say!(language, order.code, code = order.code),
        titles.join("\n")
    );
    let name = shop_name::in_text(language, profile.name());
    let summary = escaped(&say!(language, order.collect, shop = name));
    let place = [profile.name()].into_iter();
    let place = place.chain(profile.address().iter().map(String::as_str));
    let place = place.collect::<Vec<_>>().join(", ");
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        format!("PRODID:-//Burt’s Books//{}", language.tag()),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}@{host}", order.code),
        format!(
            "DTSTAMP:{}",
            basic(order.closed_at.unwrap_or(order.placed_at))
        ),
        format!("SEQUENCE:{}", order.version - 1),
        format!("STATUS:{status}"),
        // The event lasts until the deadline, but must not mark all that time as busy.
        format!("DTSTART:{}", basic(order.placed_at)),
        format!("DTEND:{}", basic(order.collect_by)),
        "TRANSP:TRANSPARENT".to_owned(),
        format!("LOCATION:{}", escaped(&place)),
        format!("SUMMARY:{summary}"),
        format!("DESCRIPTION:{}", escaped(&description)),
        format!("URL:{address}"),
        "BEGIN:VALARM".to_owned(),
        "ACTION:DISPLAY".to_owned(),
        "TRIGGER;RELATED=END:-P1D".to_owned(),
        format!("DESCRIPTION:{summary}"),
        "END:VALARM".to_owned(),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ];
    lines.iter().map(|line| folded(line)).collect()
}

/// A time in the basic format: `20261121T180000Z`.
fn basic(at: Timestamp) -> String {
    at.to_string().replace(['-', ':'], "")
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => safe.extend(['\\', c]),
            '\n' => safe.push_str("\\n"),
            c if c.is_control() => {}
            c => safe.push(c),
        }
    }
    safe
}

/// A line with its line break, folded between characters if it is too long.
fn folded(line: &str) -> String {
    let mut folded = String::with_capacity(line.len() + 8);
    let mut length = 0;
    for c in line.chars() {
        if length + c.len_utf8() > LONGEST_LINE {
            folded.push_str("\r\n ");
            length = 1;
        }
        folded.push(c);
        length += c.len_utf8();
    }
    folded.push_str("\r\n");
    folded
}

#[cfg(test)]
mod tests {
    use shop::{OrderId, SettingField, ShopperId};

    use super::*;

    const DAY: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

    fn order(state: OrderState) -> Order {
        let placed_at = Timestamp::from_millis(1_795_284_000_000);
        Order {
            id: OrderId(1),
            code: "4KX9-QD2M-7HTB".parse().unwrap(),
            shopper: ShopperId::from_bytes([1; 16]),
            contact: None,
            lines: Vec::new(),
            placed_at,
            collect_by: placed_at + 7 * DAY,
            ready_at: None,
            mail_failed: false,
            closed_at: (state != OrderState::Placed).then(|| placed_at + DAY),
            state,
            version: if state == OrderState::Placed { 1 } else { 2 },
        }
    }

    fn unfolded(file: &str) -> Vec<String> {
        assert!(file.split("\r\n").all(|line| line.len() <= LONGEST_LINE));
        let lines = file.replace("\r\n ", "");
        lines.split_terminator("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn an_order_is_one_event_that_ends_at_its_deadline() {
        let titles = ["2 × Mice, Men; and\\or".to_owned(), "1 × 书".repeat(40)];
        let file = event(
            Language::English,
            &order(OrderState::Placed),
            &titles,
            &ShopProfile::default(),
            "https://books.example",
        );
        let lines = unfolded(&file);
        for line in [
            "UID:4KX9-QD2M-7HTB@books.example",
            "DTSTAMP:20261121T180000Z",
            "SEQUENCE:0",
            "STATUS:CONFIRMED",
            "DTSTART:20261121T180000Z",
            "DTEND:20261128T180000Z",
            "TRANSP:TRANSPARENT",
            "LOCATION:Burt’s Books",
            "TRIGGER;RELATED=END:-P1D",
            "URL:https://books.example/orders/4KX9-QD2M-7HTB",
        ] {
            assert!(lines.iter().any(|other| other == line), "{line}: {file}");
        }
        let description = lines
            .iter()
            .find(|line| line.starts_with("DESCRIPTION:Order code"));
        let description = description.unwrap();
        assert!(
            description.contains("\\n2 × Mice\\, Men\\; and\\\\or\\n"),
            "{description}"
        );
        assert!(description.contains(&titles[1]), "{description}");
    }

    #[test]
    fn a_closed_order_cancels_its_event() {
        let mut profile = ShopProfile::default();
        for (field, text) in [
            (SettingField::Name, "Owl, Hare; Heron"),
            (SettingField::Address, "1 High Street\nLittle Hay"),
        ] {
            profile.set(field, text).unwrap();
        }
        let file = event(
            Language::English,
            &order(OrderState::Cancelled),
            &[],
            &profile,
            "http://127.0.0.1:3000",
        );
        let lines = unfolded(&file);
        for line in [
            "UID:4KX9-QD2M-7HTB@127.0.0.1:3000",
            "SEQUENCE:1",
            "STATUS:CANCELLED",
            "LOCATION:Owl\\, Hare\\; Heron\\, 1 High Street\\, Little Hay",
            "SUMMARY:Collect your books at Owl\\, Hare\\; Heron",
        ] {
            assert!(lines.iter().any(|other| other == line), "{line}: {file}");
        }
    }

    #[test]
    fn lines_cannot_be_injected() {
        assert_eq!(escaped("a\r\nEND:VEVENT\u{7}"), "a\\nEND:VEVENT");
    }
}
