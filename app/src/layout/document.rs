//! The HTML document around every page.

use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

use super::offline::register_worker;
use crate::{
    i18n::current_language,
    server::{Files, data_epoch, has_desk_islands, is_desk},
};

/// Starts the islands once the page has loaded and the browser is idle.
///
/// Each island is a function of one module, the shop's or the desk's, and its element has the
/// function's name. Leptos' own script searches the whole page for nested islands, which do not
/// exist here, and preloads the WASM even where it will not run. Each island hydrates in a task of
/// its own, so that a slow telephone goes on answering touches.
///
/// Hydration needs the elements as they were sent. A browser that translates the page, or an
/// extension, may have changed them: then they are put back first, with what was typed.
///
/// A page whose files cannot be loaded stays as it is without script, says so, and tries again, less
/// and less often, and at once when the network is back. It says so, too, after 15 seconds, and gives
/// a file up after a minute. A browser may remember that a script could
/// not be loaded, so the next attempt uses another address for it. A page from an older build may
/// name files that are gone. It is then reloaded, once, unless something was typed.
const START_ISLANDS: &str = "const all=[...document.querySelectorAll('leptos-island')];\
    const sent=all.map(island=>island.innerHTML);\
    const fields=within=>[...within.querySelectorAll('input:not([type=hidden]),textarea')];\
    const isTyped=()=>fields(document).some(field=>field.value!==field.defaultValue);\
    const restore=(island,html)=>{if(island.innerHTML===html)return;\
    const typed=fields(island).map(field=>field.value);island.innerHTML=html;\
    fields(island).forEach((field,at)=>field.value=typed[at]??field.value)};\
    const task=()=>new Promise(next=>setTimeout(next));\
    const gone=file=>{if(file.status==404)throw 404};\
    const inTab=act=>{try{return act(sessionStorage)}catch{return true}};\
    const start=async(script,wasm,failures=0,query='')=>{if(!all.length)return;\
    const note=document.getElementById('not-live');let began=false;\
    const slow=setTimeout(()=>note.hidden=false,15e3);\
    const late=new Promise((_,fail)=>setTimeout(fail,6e4));late.catch(()=>{});\
    const soonest=it=>Promise.race([it,late]);\
    try{const file=fetch(wasm);file.catch(()=>{});\
    const islands=await soonest(import(script+query)).catch(async why=>{query='?'+Date.now();\
    gone(await soonest(fetch(script)));throw why});\
    gone(await soonest(file));await islands.default({module_or_path:file});began=true;clearTimeout(slow);islands.hydrate();\
    for(const[at,island]of all.entries()){const hydrate=islands[island.dataset.component];\
    if(hydrate){await task();restore(island,sent[at]);hydrate(island)}}\
    islands.connect();note.hidden=true;inTab(tab=>tab.removeItem('again'))}\
    catch(why){clearTimeout(slow);if(why===404&&!isTyped()&&!inTab(tab=>tab.getItem('again'))){\
    inTab(tab=>tab.setItem('again',1));return location.reload()}\
    note.hidden=false;if(began)throw why;\
    const next=()=>{clearTimeout(timer);removeEventListener('online',next);\
    start(script,wasm,failures+1,query)};\
    const timer=setTimeout(next,Math.min(6e4,5e3*2**failures)*(.5+Math.random()/2));\
    addEventListener('online',next)}};\
    const soon=window.requestIdleCallback??(start=>setTimeout(start));\
    const there=new Promise(there=>{setTimeout(there,1000);\
    document.readyState=='complete'?there():addEventListener('load',there)});";

/// The HTML document around a page. It loads these files.
pub(crate) fn document<B: IntoView, F: FnOnce() -> B>(
    options: LeptosOptions,
    files: &Files,
    body: F,
) -> impl IntoView + use<B, F> {
    // Before the body reads its data, which is then never older than its epoch.
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
    let start_islands = format!("{START_ISLANDS}there.then(()=>soon(()=>{{{starts}}}))");
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
