//! The table of movements. The server's pages and the live page make it with the same functions.

use leptos::prelude::*;
use protocol::LedgerRow;
use shop::{Language, Movement, MovementKind, Timestamp, Zone};

use crate::i18n::current_language;

/// The table with these rows.
pub(super) fn movements_table(rows: impl IntoView) -> impl IntoView {
    let language = current_language();
    view! {
        <table class="movements">
            <thead><tr>
                <th scope="col">{say!(language, activity.at)}</th>
                <th scope="col">{say!(language, activity.book)}</th>
                <th scope="col">{say!(language, activity.kind)}</th>
                <th scope="col" class="number">{say!(language, activity.on_hand)}</th>
                <th scope="col" class="number">{say!(language, activity.in_carts)}</th>
                <th scope="col" class="number">{say!(language, activity.in_orders)}</th>
                <th scope="col" class="number">{say!(language, activity.version)}</th>
                <th scope="col">{say!(language, activity.why)}</th>
            </tr></thead>
            <tbody id="movements">{rows}</tbody>
        </table>
    }
}

/// A movement as a row of the table, with its time in a zone.
pub(super) fn movement_row(
    language: Language,
    zone: &Zone,
    row: &LedgerRow,
) -> impl IntoView + use<> {
    let order = row.order.clone().map(|code| {
        let address = format!("/desk/orders/{code}");
        view! { <a href=address>{code}</a>" " }
    });
    let receipt = row.receipt.clone().map(|code| {
        let address = format!("/desk/counter/receipts/{code}");
        view! { <a href=address>{code}</a>" " }
    });
    let book = format!("/desk/stock/{}", row.book);
    view! {
        <tr data-place=row.place.clone()>
            <td><time datetime=row.at.clone()>{to_the_second(zone, &row.at)}</time></td>
            <td><a href=book>{row.book.clone()}</a></td>
            <td>{movement_name(language, row.kind)}</td>
            <td class="number" data-label=say!(language, activity.on_hand)>{signed(row.on_hand)}</td>
            <td class="number" data-label=say!(language, activity.in_carts)>{signed(row.held)}</td>
            <td class="number" data-label=say!(language, activity.in_orders)>{signed(row.allocated)}</td>
            <td class="number" data-label=say!(language, activity.version)>{row.version}</td>
            <td>{order}{receipt}{reason_words(language, row.reason.as_deref())}</td>
        </tr>
    }
}

/// The sentence below a table without rows. `older`: some older movements were not searched.
pub(super) fn no_movements(language: Language, older: bool) -> impl IntoView {
    let words = match older {
        true => say!(language, activity.looked_through),
        false => say!(language, activity.none),
    };
    view! { <p class="desk-more movements-none">{words}</p> }
}

/// The name of a kind of movement.
pub(super) fn movement_name(language: Language, kind: MovementKind) -> &'static str {
    match kind {
        MovementKind::Opened => say!(language, activity.opened),
        MovementKind::Held => say!(language, activity.held),
        MovementKind::Released => say!(language, activity.released),
        MovementKind::Expired => say!(language, activity.expired),
        MovementKind::Ordered => say!(language, activity.ordered),
        MovementKind::Collected => say!(language, activity.collected),
        MovementKind::Cancelled => say!(language, activity.cancelled),
        MovementKind::Overdue => say!(language, activity.overdue),
        MovementKind::Sold => say!(language, activity.sold),
        MovementKind::Returned => say!(language, activity.returned),
        MovementKind::Restocked => say!(language, activity.restocked),
        MovementKind::Adjusted => say!(language, activity.adjusted),
    }
}

/// The reason in words: what a member of staff has typed, or the shop's own reason.
fn reason_words(language: Language, reason: Option<&str>) -> Option<String> {
    let words = match reason? {
        Movement::OFFER => say!(language, activity.offer),
        Movement::PRICE => say!(language, activity.price),
        Movement::PAGE => say!(language, activity.page),
        Movement::WITHDRAWN => say!(language, activity.withdrawn),
        typed => typed,
    };
    Some(words.to_owned())
}

/// A time of a row, which is RFC 3339 in UTC, in a zone and without fractions of a second.
fn to_the_second(zone: &Zone, at: &str) -> String {
    let seconds = at.get(..19).unwrap_or(at);
    let wall = match format!("{seconds}Z").parse::<Timestamp>() {
        Ok(at) => zone.wall(at).to_string(),
        Err(_) => seconds.to_owned(),
    };
    wall.trim_end_matches('Z').replacen('T', " ", 1)
}

/// A change in copies with its sign. `None` for 0.
fn signed(by: i64) -> Option<String> {
    match by {
        0 => None,
        1.. => Some(format!("+{by}")),
        _ => Some(format!("\u{2212}{}", by.unsigned_abs())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shops_own_reasons_are_translated() {
        let words = |reason| reason_words(Language::English, reason);
        assert_eq!(words(Some(Movement::PRICE)).as_deref(), Some("New price"));
        assert_eq!(words(Some("a typo")).as_deref(), Some("a typo"));
        assert_eq!(words(None), None);
    }

    #[test]
    fn a_change_has_a_sign() {
        assert_eq!(signed(0), None);
        assert_eq!(signed(3).as_deref(), Some("+3"));
        assert_eq!(signed(-2).as_deref(), Some("\u{2212}2"));
    }

    #[test]
    fn a_time_is_shown_to_the_second() {
        for (zone, shown) in [
            ("UTC", "2026-11-21 18:00:00"),
            ("Asia/Kolkata", "2026-11-21 23:30:00"),
            ("Pacific/Auckland", "2026-11-22 07:00:00"),
        ] {
            let zone = zone.parse().unwrap();
            assert_eq!(to_the_second(&zone, "2026-11-21T18:00:00.007Z"), shown);
        }
    }
}
