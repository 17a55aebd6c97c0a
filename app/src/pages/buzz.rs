//! `/buzz?q=…`: how often something is being talked about.
//!
//! The page is sent at once, and the figure when it is there: in order, so that it needs no
//! script. While it is not, the last that has come is the sentence that says so; what comes
//! after it hides it (`style/buzz.css`).

use std::sync::Arc;

use buzz::{Estimate, LookupError, Mention, Report, SearchTerm, Trend};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::{hooks::use_url, location::Url};
use shop::Language;

use crate::{
    buzz::{Asked, asked, invalid, told, trouble},
    date::moment,
    http_status,
    language::spoken,
};

/// The question, and its answer when there is one.
#[component]
pub(crate) fn BuzzPage() -> impl IntoView {
    let here = spoken();
    let wanted = asked_for(&use_url().read_untracked());
    let shown: String = wanted
        .iter()
        .flat_map(|q| q.chars())
        .take(SearchTerm::MAX_CHARS)
        .collect();
    let answer = match (asked(), wanted.as_deref().map(SearchTerm::parse)) {
        (None, _) => {
            http_status::set_not_found();
            refused(say!(here, buzz.off).to_owned())
        }
        (Some(_), None) => ().into_any(),
        (Some(_), Some(Err(why))) => {
            http_status::set_bad_request();
            refused(invalid(here, why))
        }
        (Some(asked), Some(Ok(term))) => answer(here, asked, term),
    };
    view! {
        <Title text=say!(here, buzz.title)/>
        <Meta name="description" content=say!(here, buzz.description)/>
        <Meta name="robots" content="noindex"/>
        <section class="buzz">
            <h1>{say!(here, buzz.title)}</h1>
            <p class="buzz-lede">{say!(here, buzz.lede)}</p>
            <form class="buzz-ask" method="get" action="/buzz" role="search" aria-label=say!(here, buzz.title)>
                <label for="buzz-term">{say!(here, buzz.label)}</label>
                <input id="buzz-term" type="search" name="q" value=shown required=true maxlength=SearchTerm::MAX_CHARS.to_string() autocomplete="off"/>
                <button class="button">{say!(here, buzz.ask)}</button>
            </form>
            {answer}
        </section>
    }
}

/// What a form of ours has put into the address, as it was typed.
fn asked_for(address: &Url) -> Option<String> {
    let query = address.search();
    let query = query.strip_prefix('?').unwrap_or(query);
    let mut parts = form_urlencoded::parse(query.as_bytes());
    parts.find_map(|(name, value)| (name == "q").then(|| value.into_owned()))
}

fn refused(why: String) -> AnyView {
    view! { <p class="buzz-trouble" role="alert">{why}</p> }.into_any()
}

/// A wait that can be seen, and then what was waited for.
fn answer(here: Language, asked: Asked, term: SearchTerm) -> AnyView {
    let title = say!(here, buzz.of, term = term.as_str().to_owned());
    let waiting = say!(here, buzz.waiting, source = asked.source.to_string());
    let coming = Suspend::new(async move {
        match asked.buzz.look_up(&term).await {
            Ok(answer) => figure(here, &asked.source, &answer),
            Err(why) => no_figure(here, &asked.source, why),
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

fn no_figure(here: Language, source: &str, why: LookupError) -> AnyView {
    view! { <p class="buzz-trouble">{trouble(here, source, why)}</p> }.into_any()
}

fn figure(here: Language, source: &str, answer: &Arc<Report>) -> AnyView {
    let asked_at = say!(
        here,
        buzz.asked_at,
        source = source.to_owned(),
        moment = moment(here, answer.asked_at)
    );
    let Some(figure) = &answer.estimate else {
        let nothing = say!(here, buzz.nothing, source = source.to_owned());
        return view! {
            <div>
                <p class="buzz-none">{nothing}</p>
                <p class="buzz-more">{asked_at}</p>
            </div>
        }
        .into_any();
    };
    let (number, unit) = told(here, figure);
    let newest: Vec<_> = answer
        .newest
        .iter()
        .map(|mention| one(here, mention))
        .collect();
    view! {
        <div>
            <p class="buzz-figure"><strong>{number}</strong> " " {unit}</p>
            <p class="buzz-more">{rests_on(here, figure)} " " {trend(here, figure.trend)}</p>
            <h3>{say!(here, buzz.newest)}</h3>
            <ol class="buzz-mentions">{newest}</ol>
            <p class="buzz-more">{asked_at}</p>
        </div>
    }
    .into_any()
}

fn rests_on(here: Language, figure: &Estimate) -> String {
    let since = moment(here, figure.since);
    let from = match figure.mentions {
        1 => say!(here, buzz.one_mention, since = since),
        count => say!(here, buzz.some_mentions, count = count, since = since),
    };
    let rest = match figure.is_truncated {
        true => say!(here, buzz.cut),
        false => say!(here, buzz.whole),
    };
    format!("{from} {rest}")
}

fn trend(here: Language, trend: Trend) -> &'static str {
    match trend {
        Trend::Rising => say!(here, buzz.rising),
        Trend::Falling => say!(here, buzz.falling),
        Trend::Steady => say!(here, buzz.steady),
        Trend::Unknown => "",
    }
}

/// What somebody else has written is text, in a language that nobody knows.
fn one(here: Language, mention: &Mention) -> AnyView {
    let title = mention.title.clone();
    let title = title.unwrap_or_else(|| say!(here, buzz.untitled).to_owned());
    let title = match mention.link.clone() {
        Some(link) => {
            view! { <a href=link rel="external nofollow noopener noreferrer" dir="auto" lang="">{title}</a> }
                .into_any()
        }
        None => view! { <span dir="auto" lang="">{title}</span> }.into_any(),
    };
    let by = mention.author.clone().map(|name| {
        view! { <span class="buzz-by">{say!(here, buzz.by, name = name)}</span> }
    });
    view! {
        <li>
            {title} " " {by} " "
            <time datetime=mention.at.to_string()>{moment(here, mention.at)}</time>
        </li>
    }
    .into_any()
}
