//! `/buzz?q=…`: how often a term is mentioned.

use std::sync::Arc;

use buzz::{Estimate, LookupError, Mention, Report, SearchTerm, Trend};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::{hooks::use_url, location::Url};
use shop::Language;

use super::{
    BuzzSource, buzz_source, failure_message, invalid_term_message, rate_with_slot, rate_words,
};
use crate::{
    i18n::{around_slot, current_language, moment, number},
    server::http_status,
};

/// The form to ask about a term, and the answer.
#[component]
pub(crate) fn BuzzPage() -> impl IntoView {
    let language = current_language();
    let wanted = term_in_address(&use_url().read_untracked());
    let shown: String = wanted
        .iter()
        .flat_map(|q| q.chars())
        .take(SearchTerm::MAX_CHARS)
        .collect();
    let answer = match (buzz_source(), wanted.as_deref().map(SearchTerm::parse)) {
        (None, _) => {
            http_status::set_not_found();
            refused(say!(language, buzz.off).to_owned())
        }
        (Some(_), None) => ().into_any(),
        (Some(_), Some(Err(why))) => {
            http_status::set_bad_request();
            refused(invalid_term_message(language, why))
        }
        (Some(asked), Some(Ok(term))) => answer_section(language, asked, term),
    };
    view! {
        <Title text=say!(language, buzz.title)/>
        <Meta name="description" content=say!(language, buzz.description)/>
        <Meta name="robots" content="noindex"/>
        <section class="buzz">
            <h1>{say!(language, buzz.title)}</h1>
            <p class="buzz-lede">{say!(language, buzz.lede)}</p>
            <form class="buzz-ask" method="get" action="/buzz" role="search" aria-label=say!(language, buzz.title)>
                <label for="buzz-term">{say!(language, buzz.label)}</label>
                <input id="buzz-term" type="search" name="q" value=shown required=true maxlength=SearchTerm::MAX_CHARS.to_string() autocomplete="off"/>
                <button class="button">{say!(language, buzz.ask)}</button>
            </form>
            {answer}
        </section>
    }
}

/// The term in the address, as it was typed into the form.
fn term_in_address(address: &Url) -> Option<String> {
    let query = address.search();
    let query = query.strip_prefix('?').unwrap_or(query);
    let mut parts = form_urlencoded::parse(query.as_bytes());
    parts.find_map(|(name, value)| (name == "q").then(|| value.into_owned()))
}

fn refused(why: String) -> AnyView {
    view! { <p class="buzz-trouble" role="alert">{why}</p> }.into_any()
}

/// A notice to wait, followed by the answer when it arrives.
///
/// The page is streamed: everything but the figure is sent at once. When the figure arrives,
/// `style/buzz.css` hides the notice.
fn answer_section(language: Language, asked: BuzzSource, term: SearchTerm) -> AnyView {
    let title = say!(language, buzz.of, term = term.as_str().to_owned());
    let waiting = say!(language, buzz.waiting, source = asked.source.to_string());
    let coming = Suspend::new(async move {
        match asked.buzz.look_up(&term).await {
            Ok(answer) => figure(language, &asked.source, &answer),
            Err(why) => no_figure(language, &asked.source, why),
        }
    });
    view! {
        <h2 dir="auto">{title}</h2>
        <div class="buzz-answer" aria-live="polite">
            <p class="buzz-wait">{waiting}</p>
            {coming}
        </div>
    }
    .into_any()
}

fn no_figure(language: Language, source: &str, why: LookupError) -> AnyView {
    view! { <p class="buzz-trouble">{failure_message(language, source, why)}</p> }.into_any()
}

fn figure(language: Language, source: &str, answer: &Arc<Report>) -> AnyView {
    let asked_at = say!(
        language,
        buzz.asked_at,
        source = source.to_owned(),
        moment = moment(language, answer.asked_at)
    );
    let Some(figure) = &answer.estimate else {
        let nothing = say!(language, buzz.nothing, source = source.to_owned());
        return view! {
            <div>
                <p class="buzz-none">{nothing}</p>
                <p class="buzz-more">{asked_at}</p>
            </div>
        }
        .into_any();
    };
    let rate = match rate_with_slot(language, figure) {
        Some((message, rate)) => {
            let (before, after) = around_slot(&message);
            view! { {before} <strong>{rate.to_string()}</strong> {after} }.into_any()
        }
        None => rate_words(language, figure).into_any(),
    };
    let newest: Vec<_> = answer
        .newest
        .iter()
        .map(|mention| mention_item(language, mention))
        .collect();
    view! {
        <div>
            <p class="buzz-figure">{rate}</p>
            <p class="buzz-more">{basis(language, figure)}</p>
            <h3>{say!(language, buzz.newest)}</h3>
            <ol class="buzz-mentions">{newest}</ol>
            <p class="buzz-more">{asked_at}</p>
        </div>
    }
    .into_any()
}

/// The sentences about the trend and about the sample behind the figure.
fn basis(language: Language, figure: &Estimate) -> String {
    let since = moment(language, figure.since);
    let from = match figure.mentions {
        1 => say!(language, buzz.one_mention, since = since),
        count => say!(
            language,
            buzz.mentions,
            count = number(language, count),
            since = since
        ),
    };
    let rest = match figure.is_truncated {
        true => say!(language, buzz.cut),
        false => say!(language, buzz.whole),
    };
    let from = say!(language, format.sentences, first = from, second = rest);
    let trend = match figure.trend {
        Trend::Rising => say!(language, buzz.rising),
        Trend::Falling => say!(language, buzz.falling),
        Trend::Steady => say!(language, buzz.steady),
        Trend::Unknown => return from,
    };
    say!(language, format.sentences, first = from, second = trend)
}

/// One mention. Its title is shown as plain text, with the language unknown (`lang=""`).
fn mention_item(language: Language, mention: &Mention) -> AnyView {
    let title = mention.title.clone();
    let title = title.unwrap_or_else(|| say!(language, buzz.untitled).to_owned());
    let title = match mention.link.clone() {
        Some(link) => {
            view! { <a href=link rel="external nofollow noopener noreferrer" dir="auto" lang="">{title}</a> }
                .into_any()
        }
        None => view! { <span dir="auto" lang="">{title}</span> }.into_any(),
    };
    let by = mention.author.clone().map(|name| {
        view! { <span class="buzz-by">{say!(language, buzz.by, name = name)}</span> }
    });
    view! {
        <li>
            {title} " " {by} " "
            <time datetime=mention.at.to_string()>{moment(language, mention.at)}</time>
        </li>
    }
    .into_any()
}
