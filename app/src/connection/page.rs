//! `/connection`: tests whether WebSockets, streams and long polls get through. The server shows
//! what it knows about the request. `public/scripts/connection.js` runs the tests, with messages
//! from this page.

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
    let language = current_language();
    let longest = longest_wait();
    let ways = [
        (
            "requests",
            say!(language, connection.requests),
            say!(language, connection.requests_more),
        ),
        (
            "socket",
            say!(language, connection.socket),
            say!(language, connection.socket_more),
        ),
        (
            "stream",
            say!(language, connection.stream),
            say!(language, connection.stream_more),
        ),
        (
            "wait",
            say!(language, connection.wait),
            say!(language, connection.wait_more),
        ),
    ];
    let ways: Vec<_> = ways
        .into_iter()
        .map(|(way, name, more)| {
            connection_item(way, name, more, say!(language, connection.unchecked))
        })
        .collect();
    let long_wait = say!(
        language,
        connection.long_wait_more,
        count = longest.as_secs_f64().round() as u64
    );
    view! {
        <Title text=say!(language, connection.title)/>
        <Meta name="description" content=say!(language, connection.description)/>
        <Meta name="robots" content="noindex"/>
        <article
            class="check"
            id="check"
            data-words=script_messages(language)
            data-longest-ms=longest.as_millis().to_string()
        >
            <h1>{say!(language, connection.title)}</h1>
            <p class="check-lede">{say!(language, connection.lede)}</p>
            <noscript><p class="check-no-script">{say!(language, connection.no_script)}</p></noscript>
            <section class="check-results" aria-labelledby="check-results" data-script="" hidden="">
                <h2 id="check-results">{say!(language, connection.results)}</h2>
                <ul class="check-ways">{ways}</ul>
                <div class="check-actions">
                    <button type="button" id="check-again">{say!(language, connection.again)}</button>
                    <button type="button" id="check-long" aria-describedby="check-long-more">
                        {say!(language, connection.long_wait)}
                    </button>
                    <p id="check-long-more">{long_wait}</p>
                </div>
            </section>
            <section class="check-echo" aria-labelledby="check-echo" data-script="" hidden="">
                <h2 id="check-echo">{say!(language, connection.echo_heading)}</h2>
                <form id="check-say">
                    <label for="check-word">{say!(language, connection.echo_label)}</label>
                    <input id="check-word" autocomplete="off" maxlength="1000" required=true/>
                    <button type="submit">{say!(language, connection.echo_send)}</button>
                </form>
                <div id="check-heard" role="log" aria-labelledby="check-echo"></div>
            </section>
            {extension().map(|arrival| request_details(language, arrival))}
            <section class="check-report" aria-labelledby="check-report" data-script="" hidden="">
                <h2 id="check-report">{say!(language, connection.report_heading)}</h2>
                <p>{say!(language, connection.report_more)}</p>
                <textarea
                    id="check-text"
                    readonly=true
                    rows="8"
                    aria-label=say!(language, connection.report_label)
                ></textarea>
                <div class="check-actions">
                    <button type="button" id="check-copy">{say!(language, connection.copy)}</button>
                    <p id="check-copied" role="status"></p>
                </div>
            </section>
            <script type="module" src="/scripts/connection.js"></script>
        </article>
    }
}

/// One kind of connection, before it is tested.
fn connection_item(
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

fn request_details(language: Language, arrival: RequestOrigin) -> impl IntoView {
    let way = match arrival.way {
        ProxyTrust::Direct => say!(language, connection.way_direct),
        ProxyTrust::OurProxy => say!(language, connection.way_our_proxy),
        ProxyTrust::UnknownProxy => say!(language, connection.way_unknown_proxy),
    };
    let encryption = match arrival.encryption {
        Encryption::Tls(version) => version,
        Encryption::None => say!(language, connection.tls_none).to_owned(),
        Encryption::Unknown => say!(language, connection.tls_unknown).to_owned(),
    };
    let via = arrival
        .via
        .map(|via| (say!(language, connection.seen_via), via));
    let lines = [
        (
            say!(language, connection.seen_address),
            arrival.address.to_string(),
        ),
        (say!(language, connection.seen_way), way.to_owned()),
        (say!(language, connection.seen_http), arrival.http),
        (say!(language, connection.seen_tls), encryption),
    ];
    let lines: Vec<_> = lines
        .into_iter()
        .chain(via)
        .map(|(name, value)| view! { <div><dt>{name}</dt> <dd>{value}</dd></div> })
        .collect();
    view! {
        <section class="check-seen" aria-labelledby="check-seen">
            <h2 id="check-seen">{say!(language, connection.seen_heading)}</h2>
            <dl>{lines}</dl>
        </section>
    }
}

/// The messages for the page's script, as JSON. It fills in the placeholders in braces.
fn script_messages(language: Language) -> String {
    json!({
        "sentences": say!(language, format.sentences, first = "{first}", second = "{second}"),
        "line": say!(language, connection.report_line, name = "{name}", found = "{found}"),
        "unchecked": say!(language, connection.unchecked),
        "underWay": say!(language, connection.under_way),
        "through": say!(language, connection.gets_through),
        "hindered": say!(language, connection.hindered),
        "blocked": say!(language, connection.blocked),
        "requestsOk": say!(language, connection.requests_ok, ms = "{ms}"),
        "requestsNo": say!(language, connection.requests_no),
        "socketOk": say!(language, connection.socket_ok, ms = "{ms}"),
        "socketBinary": say!(language, connection.socket_binary),
        "socketNoBinary": say!(language, connection.socket_no_binary),
        "socketPing": say!(language, connection.socket_ping, ms = "{ms}"),
        "socketNoPing": say!(language, connection.socket_no_ping),
        "socketSilent": say!(language, connection.socket_silent),
        "socketNo": say!(language, connection.socket_no),
        "streamOk": say!(language, connection.stream_ok, pieces = "{pieces}", ms = "{ms}"),
        "streamLump": say!(language, connection.stream_lump, pieces = "{pieces}", ms = "{ms}"),
        "streamShort": say!(language, connection.stream_short, pieces = "{pieces}", all = "{all}"),
        "streamNo": say!(language, connection.stream_no),
        "waitOk": say!(language, connection.wait_ok, head = "{head}", ms = "{ms}", waited = "{waited}"),
        "waitLate": say!(language, connection.wait_late, ms = "{ms}"),
        "waitNo": say!(language, connection.wait_no, ms = "{ms}"),
        "tooOften": say!(language, connection.too_often_here),
        "noAnswer": say!(language, connection.no_answer),
        "status": say!(language, connection.status, status = "{status}"),
        "echoBack": say!(language, connection.echo_back, text = "{text}", ms = "{ms}"),
        "echoLost": say!(language, connection.echo_lost, text = "{text}"),
        "echoClosed": say!(language, connection.echo_closed, code = "{code}"),
        "copied": say!(language, connection.copied),
        "notCopied": say!(language, connection.not_copied),
    })
    .to_string()
}
