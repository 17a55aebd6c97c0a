//! The HTML document around every page.

use std::sync::LazyLock;

use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;
use shop::{Currency, ShopProfile};

use super::offline::register_worker;
use crate::{
    i18n::current_language,
    server::{Files, current_settings, data_epoch, has_desk_islands, is_desk},
};

/// Starts the islands when the page has loaded, or after a second, and the browser is idle.
///
/// Each island is a function of one module, the shop's or the desk's, and its element has the
/// function's name. Leptos' own script searches the whole page for nested islands, which do not
/// exist here, and preloads the WASM even where it will not run. Each island hydrates in a task of
/// its own, and the live client starts in another, so that a slow telephone goes on answering
/// touches.
///
/// Hydration needs the elements as they were sent. A browser that translates the page, or an
/// extension, may have changed them. Then they are restored first, and typed text stays.
///
/// A page whose files cannot be loaded works as it does without script, and says so. It tries again
/// after growing waits, and at once when the network is back. It also says so if the files take
/// longer than 15 seconds. After a minute it gives up a script that is not there, or WASM that has
/// not begun to arrive; after five, WASM that is not complete. The request for the WASM is then
/// aborted, because the next attempt would wait for it. A browser may remember that a script could
/// not be loaded, so the next attempt uses another address for the script. A page from an older
/// build may name files that are gone. It is then reloaded, once, unless something was typed.
static START_ISLANDS: LazyLock<String> = LazyLock::new(|| {
    let lines = include_str!("start_islands.js").lines();
    // Indentation and spaces around signs are not sent. No string in the script has such spaces.
    let script = lines.map(str::trim_start).collect::<Vec<_>>().join("\n");
    let signs = [
        "=>", "===", "!==", "==", "=", "&&", "??", "+", "*", "?", ":", "{",
    ];
    let script = signs.iter().fold(script, |script, sign| {
        script.replace(&format!(" {sign} "), sign)
    });
    script
        .replace(", ", ",")
        .replace("; ", ";")
        .replace(" }", "}")
});

/// What islands need to write prices and times: the currency with its decimals, as in `EUR2`, and at
/// the desk the name of the time zone. Nothing stands for US dollars and for UTC.
fn for_browsers(profile: &ShopProfile) -> (Option<String>, Option<String>) {
    let (currency, zone) = (profile.currency(), profile.zone());
    let names_currency = currency != Currency::USD;
    let names_zone = is_desk() && !zone.is_utc();
    (
        names_currency.then(|| format!("{currency}{}", currency.decimals())),
        names_zone.then(|| zone.name().to_owned()),
    )
}

/// The HTML document around a page, which loads `files`.
pub(crate) fn document<B: IntoView, F: FnOnce() -> B>(
    options: LeptosOptions,
    files: &Files,
    body: F,
) -> impl IntoView + use<B, F> {
    // The epoch is read before the body's data, which is then never older than its epoch.
    let epoch = data_epoch();
    let Files {
        style,
        script,
        wasm,
        desk_script,
        desk_wasm,
    } = files.clone();
    let shop = (!is_desk()).then_some((script, wasm));
    let desk = has_desk_islands().then_some((desk_script, desk_wasm));
    let preload = shop
        .clone()
        .map(|(script, _)| view! { <link rel="modulepreload" href=script/> });
    let starts: String = shop
        .into_iter()
        .chain(desk)
        .map(|(script, wasm)| format!("start('{script}','{wasm}');"))
        .collect();
    let start_islands = format!("{}\nthere.then(()=>soon(()=>{{{starts}}}))", *START_ISLANDS);
    let desk_style = is_desk().then(|| view! { <link rel="stylesheet" href="/styles/desk.css"/> });
    let (currency, zone) = for_browsers(&current_settings().profile);
    view! {
        <!DOCTYPE html>
        <html lang=current_language().tag() data-currency=currency data-zone=zone>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="preload" href="/fonts/title.woff2" r#as="font" type="font/woff2" crossorigin="anonymous"/>
                <link rel="stylesheet" href=style/>
                {desk_style}
                <AutoReload options/>
                {preload}
                <script type="module" nonce=use_nonce()>{start_islands}</script>
                <MetaTags/>
                {register_worker()}
            </head>
            <body data-epoch=epoch>
                <p id="not-live" role="status" hidden>{say!(current_language(), live.not_started)}</p>
                {body()}
            </body>
        </html>
    }
}
