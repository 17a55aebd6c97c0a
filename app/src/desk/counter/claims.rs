//! What stands in the way of selling a line, in words, with whom its copies are promised to.

use leptos::prelude::*;
use shop::{Language, Slug};

use super::lines::{Claims, Hindrance};
use crate::i18n::{Slot, around_slot, moment, number};

/// Why a line cannot be sold, as an alert.
pub(super) fn hindrance_view(language: Language, book: &Slug, hindrance: &Hindrance) -> AnyView {
    let words = match hindrance {
        Hindrance::Copies => say!(language, counter.wrong_copies).to_owned(),
        Hindrance::Withdrawn => say!(language, counter.withdrawn).to_owned(),
        Hindrance::NotYet(at) => say!(language, counter.not_yet, at = moment(language, *at)),
        Hindrance::OnHand(copies) => {
            say!(language, counter.on_hand, count = number(language, *copies))
        }
        Hindrance::Promised(claims) => {
            let stock = claims.commitments.stock;
            say!(
                language,
                counter.promised,
                available = number(language, stock.available()),
                on_hand = number(language, stock.on_hand)
            )
        }
    };
    let claims = match hindrance {
        Hindrance::Promised(claims) => Some(claim_list(language, book, claims)),
        _ => None,
    };
    view! {
        <div class="desk-refused counter-hindrance" role="alert">
            <p>{words}</p>
            {claims}
        </div>
    }
    .into_any()
}

/// The orders, the carts and the offers to which copies are promised.
fn claim_list(language: Language, book: &Slug, claims: &Claims) -> AnyView {
    let orders = claims.commitments.orders.iter();
    let orders = orders.map(|(code, copies, until)| {
        let (count, until) = (number(language, *copies), moment(language, *until));
        let words = match claims.names.get(code) {
            Some(name) => say!(
                language,
                counter.order_of,
                order = Slot,
                name = name,
                count = count,
                until = until
            ),
            None => say!(
                language,
                counter.order,
                order = Slot,
                count = count,
                until = until
            ),
        };
        let (before, after) = around_slot(&words);
        let address = format!("/desk/orders/{code}");
        view! { <li dir="auto">{before}<a class="order-code" href=address>{code.to_string()}</a>{after}</li> }
            .into_any()
    });
    let holds = claims.commitments.holds.iter().map(|hold| {
        let count = number(language, hold.quantity.get());
        let until = moment(language, hold.expires_at);
        let words = match hold.offered {
            true => say!(language, counter.offer, count = count, until = until),
            false => say!(language, counter.cart, count = count, until = until),
        };
        view! { <li>{words}</li> }.into_any()
    });
    let claimed: Vec<AnyView> = orders.chain(holds).collect();
    let more = claims.has_more.then(|| {
        let address = format!("/desk/stock/{book}");
        view! { <p><a href=address>{say!(language, counter.more_claims)}</a></p> }
    });
    view! { <ul class="desk-lines">{claimed}</ul> {more} }.into_any()
}
