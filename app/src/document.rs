//! The HTML document around every page, and which page an address shows.

use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use crate::{
    buzz::source,
    components::{Announcements, DeskMasthead, Masthead},
    language::spoken,
    live::Live,
    offline,
    page_title::page_title,
    pages::{
        BookPage, BuzzPage, CartPage, ConnectionPage, NotFoundPage, OrderPage, ShopPage,
        desk::{
            ActivityPage, DeskBookPage, DeskBuzzPage, DeskOrderPage, DeskOrdersPage, DeskPage,
            DeskStockPage, ImportPage, ImportsPage, NewsPage, SignInPage,
        },
    },
    shopper_mark::shopper_mark,
    ssr::{Files, is_desk},
    wire::SHOPPER_META,
};

/// Brings the islands to life once the page is there (its cover too, but nobody waits long for
/// that) and the browser has nothing more urgent to do: each is a
/// function of the module, named in its element. Leptos' own script walks the whole page,
/// for the sake of islands in islands, of which there are none here. And it has the WASM
/// preloaded by a link, for browsers that will never run it too.
///
/// A page of an older build, kept or on its way when the shop was replaced, names files that
/// are gone: it is asked for once more, and once only.
const LIVEN: &str = "const start=async(script,wasm)=>{const islands=await import(script);\
    await islands.default({module_or_path:wasm});islands.hydrate();\
    for(const island of document.querySelectorAll('leptos-island'))\
    islands[island.dataset.component]?.(island);sessionStorage.removeItem('again')};\
    const again=()=>{if(!sessionStorage.getItem('again')){sessionStorage.setItem('again',1);\
    location.reload()}};\
    const soon=window.requestIdleCallback??(start=>setTimeout(start));\
    const there=new Promise(there=>{setTimeout(there,1000);\
    document.readyState=='complete'?there():addEventListener('load',there)});";

/// The HTML document around the app, which loads these files.
#[must_use]
pub fn shell(options: LeptosOptions, files: &Files) -> impl IntoView + use<> {
    let Files {
        style,
        script,
        wasm,
    } = files.clone();
    // The islands are the shoppers'; the desk's pages have scripts of their own.
    let liven = (!is_desk()).then(|| {
        let liven = format!(
            "{LIVEN}there.then(()=>soon(()=>start('{script}',fetch('{wasm}')).catch(again)))"
        );
        view! {
            <link rel="modulepreload" href=script/>
            <script type="module" nonce=use_nonce()>{liven}</script>
        }
    });
    let desk_style = is_desk().then(|| view! { <link rel="stylesheet" href="/styles/desk.css"/> });
    view! {
        <!DOCTYPE html>
        <html lang=spoken().tag()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="preload" href="/fonts/title.woff2" r#as="font" type="font/woff2" crossorigin="anonymous"/>
                <link rel="stylesheet" href=style/>
                {desk_style}
                <AutoReload options/>
                {liven}
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
    let masthead = match is_desk() {
        true => view! { <DeskMasthead/> }.into_any(),
        false => view! { <Masthead/><Announcements/> }.into_any(),
    };

    view! {
        <Title formatter=|words: String| page_title(&words)/>
        <Router>
            <a class="skip" href="#main">{say!(here, page.skip)}</a>
            {masthead}
            <main id="main" tabindex="-1">
                // Async: a page arrives complete, and its status is known before its first byte.
                // InOrder: it arrives at once, and what somebody else has to say when they have.
                <Routes fallback=NotFoundPage>
                    <Route path=path!("/") view=ShopPage ssr=SsrMode::Async/>
                    <Route path=path!("/books/:slug") view=BookPage ssr=SsrMode::Async/>
                    <Route path=path!("/cart") view=CartPage ssr=SsrMode::Async/>
                    <Route path=path!("/orders/:code") view=OrderPage ssr=SsrMode::Async/>
                    <Route path=path!("/buzz") view=BuzzPage ssr=SsrMode::InOrder/>
                    <Route path=path!("/connection") view=ConnectionPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk") view=DeskPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/buzz") view=DeskBuzzPage ssr=SsrMode::InOrder/>
                    <Route path=path!("/desk/imports") view=ImportsPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/imports/:id") view=ImportPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/activity") view=ActivityPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/orders") view=DeskOrdersPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/orders/:code") view=DeskOrderPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/stock") view=DeskStockPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/stock/:book") view=DeskBookPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/news") view=NewsPage ssr=SsrMode::Async/>
                    <Route path=path!("/desk/sign-in") view=SignInPage ssr=SsrMode::Async/>
                </Routes>
            </main>
            <footer class="colophon">
                <p>{say!(here, page.colophon)}</p>
                <p><a href="/connection">{say!(here, page.connection)}</a></p>
                {source().map(|_| view! { <p><a href="/buzz">{say!(here, buzz.title)}</a></p> })}
            </footer>
        </Router>
    }
}
