//! The HTML document around every page.

use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;
use protocol::SHOPPER_META;

use super::{offline::register_worker, shopper_hash::shopper_hash};
use crate::{
    i18n::current_language,
    server::{Files, is_desk},
};

/// Starts the islands once the page has loaded and the browser is idle.
///
/// Each island is a function of the module, and its element has the function's name. Leptos' own
/// script searches the whole page for nested islands, which do not exist here, and preloads the
/// WASM even where it will not run.
///
/// A page from an older build may name files that are gone. It is then reloaded, once.
const START_ISLANDS: &str = "const start=async(script,wasm)=>{const islands=await import(script);\
    await islands.default({module_or_path:wasm});islands.hydrate();\
    for(const island of document.querySelectorAll('leptos-island'))\
    islands[island.dataset.component]?.(island);sessionStorage.removeItem('again')};\
    const again=()=>{if(!sessionStorage.getItem('again')){sessionStorage.setItem('again',1);\
    location.reload()}};\
    const soon=window.requestIdleCallback??(start=>setTimeout(start));\
    const there=new Promise(there=>{setTimeout(there,1000);\
    document.readyState=='complete'?there():addEventListener('load',there)});";

/// The HTML document around a page. It loads these files.
pub(crate) fn document<B: IntoView, F: FnOnce() -> B>(
    options: LeptosOptions,
    files: &Files,
    body: F,
) -> impl IntoView + use<B, F> {
    let Files {
        style,
        script,
        wasm,
    } = files.clone();
    // Only the shoppers' pages have islands; the desk's pages have scripts of their own.
    let start_islands = (!is_desk()).then(|| {
        let start_islands = format!(
            "{START_ISLANDS}there.then(()=>soon(()=>start('{script}',fetch('{wasm}')).catch(again)))"
        );
        view! {
            <link rel="modulepreload" href=script/>
            <script type="module" nonce=use_nonce()>{start_islands}</script>
        }
    });
    let desk_style = is_desk().then(|| view! { <link rel="stylesheet" href="/styles/desk.css"/> });
    view! {
        <!DOCTYPE html>
        <html lang=current_language().tag()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="preload" href="/fonts/title.woff2" r#as="font" type="font/woff2" crossorigin="anonymous"/>
                <link rel="stylesheet" href=style/>
                {desk_style}
                <AutoReload options/>
                {start_islands}
                <meta name=SHOPPER_META content=shopper_hash()/>
                <MetaTags/>
                {register_worker()}
            </head>
            <body>
                {body()}
            </body>
        </html>
    }
}
