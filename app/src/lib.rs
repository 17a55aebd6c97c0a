//! The shop's pages, rendered on the server and hydrated in the browser.
//!
//! * [`shell`] is the HTML around the app, [`App`] the route table.
//! * `pages` has a file per page, `components` what they are made of.
//! * [`cart`], [`catalogue`], [`orders`] and [`waits`] are the server functions and what they return;
//!   [`ShopError`] is how they fail.
//! * [`wire`] is what `/live` says; [`live`] is the client that listens to it.
//! * `ssr` is the only way from here to the store.

pub mod cart;
pub mod catalogue;
mod components;
mod error;
mod http_status;
pub mod live;
pub mod orders;
mod pages;
mod passing;
mod shopper_mark;
#[cfg(feature = "ssr")]
pub mod ssr;
pub mod waits;
pub mod wire;

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use components::Masthead;
pub use error::ShopError;
use live::Live;
use pages::{BookPage, CartPage, NotFoundPage, OrderPage, ShopPage};

/// The HTML document around the app.
#[must_use]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="preload" href="/fonts/title.woff2" r#as="font" type="font/woff2" crossorigin="anonymous"/>
                <HashedStylesheet options=options.clone() id="style"/>
                <AutoReload options=options.clone()/>
                <HydrationScripts options/>
                <meta name=wire::SHOPPER_META content=shopper_mark::shopper_mark()/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The shop: what surrounds every page, and which page an address shows.
#[component]
#[must_use]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(Live::new());

    view! {
        <Title formatter=|title: String| {
            if title.is_empty() { "Burt’s Books".to_owned() } else { format!("{title} · Burt’s Books") }
        }/>
        <Router>
            // The router would take the click, and the focus would stay where it is.
            <a class="skip" href="#main" rel="external">"Skip to the page"</a>
            <Masthead/>
            <main id="main" tabindex="-1">
                // Async: a page arrives complete, and its status is known before its first byte.
                <Routes fallback=NotFoundPage>
                    <Route path=path!("/") view=ShopPage ssr=SsrMode::Async/>
                    <Route path=path!("/books/:slug") view=BookPage ssr=SsrMode::Async/>
                    <Route path=path!("/cart") view=CartPage ssr=SsrMode::Async/>
                    <Route path=path!("/orders/:code") view=OrderPage ssr=SsrMode::Async/>
                </Routes>
            </main>
            <footer class="colophon">
                <p>"Burt’s Books keeps one shelf, and every page shows it as it is this second."</p>
            </footer>
        </Router>
    }
}
