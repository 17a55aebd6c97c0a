//! `/connection`: tests whether WebSockets, streams and long polls get through. The server shows
//! what it knows about the request; an island runs the tests.

use std::time::Duration;

use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use shop::Language;

use super::{
    check::{CheckProps, SeenLine, connection_check},
    origin::{Encryption, ProxyTrust, RequestOrigin},
};
use crate::{
    i18n::current_language,
    server::{extension, longest_wait},
};

/// The connection check.
#[component]
pub(crate) fn ConnectionPage() -> impl IntoView {
    let language = current_language();
    let seen = extension().map(|arrival| request_details(language, arrival));
    let props = CheckProps {
        longest_wait_ms: millis(longest_wait()),
        seen: seen.unwrap_or_default(),
    };
    view! {
        <Title text=say!(language, connection.title)/>
        <Meta name="description" content=say!(language, connection.description)/>
        <Meta name="robots" content="noindex"/>
        <article class="check" id="check">
            <h1>{say!(language, connection.title)}</h1>
            <p class="check-lede">{say!(language, connection.lede)}</p>
            <noscript><p class="check-no-script">{say!(language, connection.no_script)}</p></noscript>
            {connection_check(props)}
        </article>
    }
}

fn millis(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}

fn request_details(language: Language, arrival: RequestOrigin) -> Vec<SeenLine> {
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
    let lines = lines.into_iter().chain(via);
    let lines = lines.map(|(name, value)| SeenLine {
        name: name.to_owned(),
        value,
    });
    lines.collect()
}
