//! `/connection`: tests whether sockets, streams and long polls get through. The server shows what
//! it knows of the request; `public/scripts/connection.js` does the tests, in the messages of this
//! page.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use serde_json::json;
use shop::Language;

use super::origin::{Encryption, ProxyTrust, RequestOrigin};
use crate::{
    i18n::current_language,
    server::{extension, longest_wait},
};

/// The connection check.
#[component]
pub(crate) fn ConnectionPage() -> impl IntoView {
    let here = current_language();
    let longest = longest_wait();
    let ways = [
        (
            "requests",
            say!(here, check.requests),
            say!(here, check.requests_more),
        ),
        (
            "socket",
            say!(here, check.socket),
            say!(here, check.socket_more),
        ),
        (
            "stream",
            say!(here, check.stream),
            say!(here, check.stream_more),
        ),
        ("wait", say!(here, check.wait), say!(here, check.wait_more)),
    ];
    let ways: Vec<_> = ways
        .into_iter()
        .map(|(way, name, more)| one_way(way, name, more, say!(here, check.unchecked)))
        .collect();
    let long_wait = say!(
        here,
        check.long_wait_more,
        seconds = longest.as_secs_f64().round()
    );
    view! {
        <Title text=say!(here, check.title)/>
        <Meta name="description" content=say!(here, check.description)/>
        <Meta name="robots" content="noindex"/>
        <article
            class="check"
            id="check"
            data-words=words(here)
            data-longest-ms=longest.as_millis().to_string()
        >
            <h1>{say!(here, check.title)}</h1>
            <p class="check-lede">{say!(here, check.lede)}</p>
            <noscript><p class="check-no-script">{say!(here, check.no_script)}</p></noscript>
            <section class="check-results" aria-labelledby="check-results" data-script="" hidden="">
                <h2 id="check-results">{say!(here, check.results)}</h2>
                <ul class="check-ways">{ways}</ul>
                <div class="check-actions">
                    <button type="button" id="check-again">{say!(here, check.again)}</button>
                    <button type="button" id="check-long" aria-describedby="check-long-more">
                        {say!(here, check.long_wait)}
                    </button>
                    <p id="check-long-more">{long_wait}</p>
                </div>
            </section>
            <section class="check-echo" aria-labelledby="check-echo" data-script="" hidden="">
                <h2 id="check-echo">{say!(here, check.echo_heading)}</h2>
                <form id="check-say">
                    <label for="check-word">{say!(here, check.echo_label)}</label>
                    <input id="check-word" autocomplete="off" maxlength="1000" required=true/>
                    <button type="submit">{say!(here, check.echo_send)}</button>
                </form>
                <div id="check-heard" role="log" aria-labelledby="check-echo"></div>
            </section>
            {extension().map(|arrival| seen(here, arrival))}
            <section class="check-report" aria-labelledby="check-report" data-script="" hidden="">
                <h2 id="check-report">{say!(here, check.report_heading)}</h2>
                <p>{say!(here, check.report_more)}</p>
                <textarea
                    id="check-text"
                    readonly=true
                    rows="8"
                    aria-label=say!(here, check.report_label)
                ></textarea>
                <div class="check-actions">
                    <button type="button" id="check-copy">{say!(here, check.copy)}</button>
                    <p id="check-copied" role="status"></p>
                </div>
            </section>
            <script type="module" src="/scripts/connection.js"></script>
        </article>
    }
}

/// One of the ways, before it is known what gets through on it.
fn one_way(
    way: &'static str,
    name: &'static str,
    more: &'static str,
    verdict: &'static str,
) -> impl IntoView {
    view! {
        <li data-way=way data-state="unchecked">
            <h3>{name}</h3>
            <p class="check-verdict" role="status">{verdict}</p>
            <p class="check-found"></p>
            <p class="check-more">{more}</p>
        </li>
    }
}

fn seen(here: Language, arrival: RequestOrigin) -> impl IntoView {
    let way = match arrival.way {
        ProxyTrust::Direct => say!(here, check.way_direct),
        ProxyTrust::OurProxy => say!(here, check.way_our_proxy),
        ProxyTrust::UnknownProxy => say!(here, check.way_unknown_proxy),
    };
    let encryption = match arrival.encryption {
        Encryption::Tls(version) => version,
        Encryption::None => say!(here, check.tls_none).to_owned(),
        Encryption::Unknown => say!(here, check.tls_unknown).to_owned(),
    };
    let via = arrival.via.map(|via| (say!(here, check.seen_via), via));
    let lines = [
        (say!(here, check.seen_address), arrival.address.to_string()),
        (say!(here, check.seen_way), way.to_owned()),
        (say!(here, check.seen_http), arrival.http),
        (say!(here, check.seen_tls), encryption),
    ];
    let lines: Vec<_> = lines
        .into_iter()
        .chain(via)
        .map(|(name, value)| view! { <div><dt>{name}</dt> <dd>{value}</dd></div> })
        .collect();
    view! {
        <section class="check-seen" aria-labelledby="check-seen">
            <h2 id="check-seen">{say!(here, check.seen_heading)}</h2>
            <dl>{lines}</dl>
        </section>
    }
}

/// The sentences of the page's script, as JSON. What it fills in stands in braces.
fn words(here: Language) -> String {
    json!({
        "unchecked": say!(here, check.unchecked),
        "underWay": say!(here, check.under_way),
        "through": say!(here, check.gets_through),
        "hindered": say!(here, check.hindered),
        "blocked": say!(here, check.blocked),
        "requestsOk": say!(here, check.requests_ok, ms = "{ms}"),
        "requestsNo": say!(here, check.requests_no, why = "{why}"),
        "socketOk": say!(here, check.socket_ok, ms = "{ms}"),
        "socketBinary": say!(here, check.socket_binary),
        "socketNoBinary": say!(here, check.socket_no_binary),
        "socketPing": say!(here, check.socket_ping, ms = "{ms}"),
        "socketNoPing": say!(here, check.socket_no_ping),
        "socketSilent": say!(here, check.socket_silent),
        "socketNo": say!(here, check.socket_no),
        "streamOk": say!(here, check.stream_ok, pieces = "{pieces}", ms = "{ms}"),
        "streamLump": say!(here, check.stream_lump, pieces = "{pieces}", ms = "{ms}"),
        "streamShort": say!(here, check.stream_short, pieces = "{pieces}", all = "{all}"),
        "streamNo": say!(here, check.stream_no, why = "{why}"),
        "waitOk": say!(here, check.wait_ok, head = "{head}", ms = "{ms}", waited = "{waited}"),
        "waitLate": say!(here, check.wait_late, ms = "{ms}"),
        "waitNo": say!(here, check.wait_no, ms = "{ms}"),
        "tooOften": say!(here, check.too_often_here),
        "noAnswer": say!(here, check.no_answer),
        "status": say!(here, check.status, status = "{status}"),
        "echoBack": say!(here, check.echo_back, text = "{text}", ms = "{ms}"),
        "echoLost": say!(here, check.echo_lost, text = "{text}"),
        "echoClosed": say!(here, check.echo_closed, code = "{code}"),
        "copied": say!(here, check.copied),
        "notCopied": say!(here, check.not_copied),
    })
    .to_string()
}
