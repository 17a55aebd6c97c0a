//! The island of the offers, on every page of the shop.

use from_json::FromJson;
use leptos::prelude::*;
use protocol::Topic;
use serde::Serialize;

use super::{OfferView, OffersView};
use crate::{
    browser::{
        changing_text::{changing_html, html_text},
        effect::effect,
        islands,
        platform::title::set_notice_in_title,
        shop_clock::ShopClock,
    },
    i18n::{Slot, around_slot, current_language, lang_attribute::lang_in_html},
    live::refetch::refetch_on_change,
};

/// The props of the island.
#[derive(Debug, Clone, Serialize, FromJson)]
pub(crate) struct OffersProps {
    pub(crate) offers: OffersView,
    /// The path of the page. An offer is not repeated on the page of its own book.
    pub(crate) path: String,
}

islands! {
    /// The copies that are offered to this shopper.
    own_offers(OffersProps) => view,
}

/// A line for each offer, for as long as it lasts. The title of the page says that there is an
/// offer, for shoppers who look at another tab.
fn view(OffersProps { offers, path }: OffersProps) -> impl IntoView {
    let language = current_language();
    let number = offers.number;
    let shown = RwSignal::new(offers);
    refetch_on_change(
        Topic::Mine,
        number,
        "/api/offers".to_owned(),
        move |answer| {
            let offers = OffersView::from_text(answer)?;
            let number = offers.number;
            shown.set(offers);
            Some(number)
        },
    );
    let clock = ShopClock::new(
        move || shown.read().now,
        move || !shown.read().offers.is_empty(),
    );
    let open = move || {
        let (now, shown) = (clock.now(), shown.read());
        let open = shown.offers.iter().filter(|offer| now < offer.until);
        open.cloned().collect::<Vec<_>>()
    };
    effect(move || match open().is_empty() {
        true => set_notice_in_title(""),
        false => set_notice_in_title(&say!(language, book.offered_title, title = Slot)),
    });
    let lines = move || {
        let open = open().into_iter();
        let elsewhere = open.filter(|offer| address(offer) != path);
        elsewhere.map(|offer| line(&offer)).collect::<String>()
    };
    view! { <div class="offers" role="status" inner_html=changing_html(lines)></div> }
}

fn address(offer: &OfferView) -> String {
    format!("/books/{}", offer.book)
}

/// An offer with a link to its book, as HTML.
fn line(offer: &OfferView) -> String {
    let language = current_language();
    let (before, after) = around_slot(&say!(language, book.offered, title = Slot));
    let words = |words: Option<String>| html_text(words.unwrap_or_default());
    format!(
        "<p>{}<a href=\"{}\" translate=\"no\"{}>{}</a>{}</p>",
        words(before),
        address(offer),
        lang_in_html(&offer.title),
        html_text(&offer.title),
        words(after)
    )
}
