//! The offers when a page is rendered.

use http::{header::COOKIE, request::Parts};
use leptos::{prelude::*, tachys::reactive_graph::OwnedView};
use shop::HoldState;
use store::Cart;

use super::{
    OfferView, OffersView,
    island::{OffersProps, own_offers},
};
use crate::server::{StoreContext, current_shopper};

impl From<Cart> for OffersView {
    fn from(cart: Cart) -> Self {
        let lines = cart.lines.into_iter();
        let offers = lines.filter(|line| line.offered && line.state == HoldState::Active);
        Self {
            offers: offers
                .map(|line| OfferView {
                    book: line.book.slug,
                    title: line.book.title,
                    until: line.expires_at,
                })
                .collect(),
            now: cart.now,
            number: cart.number,
        }
    }
}

/// The offers, at the top of the page. Without JavaScript, the page keeps those it was rendered
/// with.
#[component]
pub(crate) fn OffersBanner() -> impl IntoView {
    // There is no store while Leptos renders the app at start-up to make the route list.
    let store = use_context::<StoreContext>();
    Suspend::new(async move {
        let offers = current_offers(store).await;
        let path = use_context::<Parts>().map(|request| request.uri.path().to_owned());
        OwnedView::new(own_offers(OffersProps {
            offers,
            path: path.unwrap_or_default(),
        }))
    })
    .into_any()
}

async fn current_offers(store: Option<StoreContext>) -> OffersView {
    let (Some(StoreContext(store)), Ok(shopper)) = (store, current_shopper()) else {
        return OffersView::default();
    };
    // A new visitor has no offers.
    let has_cookies =
        use_context::<Parts>().is_some_and(|request| request.headers.contains_key(COOKIE));
    if !has_cookies {
        return OffersView::default();
    }
    // The page's own reads meet the same failure and report it. The island reads again as soon as
    // the live feed says which version is the newest.
    store
        .cart(shopper)
        .await
        .map_or_else(|_| OffersView::default(), Into::into)
}
