//! The HTML document around every page, and which page an address shows.

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use crate::{
    components::Masthead,
    language::spoken,
    live::Live,
    offline,
    page_title::page_title,
    pages::{BookPage, CartPage, NotFoundPage, OrderPage, ShopPage},
    shopper_mark::shopper_mark,
    wire::SHOPPER_META,
};

/// The HTML document around the app.
#[must_use]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang=spoken().tag()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="preload" href="/fonts/title.woff2" r#as="font" type="font/woff2" crossorigin="anonymous"/>
                <HashedStylesheet options=options.clone() id="style"/>
                <AutoReload options=options.clone()/>
                <HydrationScripts options islands=true/>
                <meta name=SHOPPER_META content=shopper_mark()/>
                <MetaTags/>
                {offline::worker()}
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
    // What the islands find in the browser too, where `live` provides it.
    provide_context(Live::new());
    let here = spoken();

    view! {
        <Title formatter=|words: String| page_title(&words)/>
        <Router>
            <a class="skip" href="#main">{say!(here, page.skip)}</a>
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
                <p>{say!(here, page.colophon)}</p>
            </footer>
        </Router>
    }
}
