//! `/desk/buzz`: titles that are mentioned more and more and are running out. As on `/buzz`, the
//! page is sent at once, and the provider's figures follow when they arrive.

use std::{sync::Arc, time::Duration};

use buzz::{Estimate, LookupError, Report, SearchTerm, Trend};
use futures::future::join_all;
use leptos::prelude::*;
use leptos_meta::Title;
use protocol::ShopError;
use shop::Language;
use store::FallingStock;

use super::frame::{Section, desk_frame, desk_page};
use crate::{
    buzz::{BuzzSource, buzz_source, failure_message, rate_words},
    i18n::{current_language, lang_attribute::lang_attribute},
    layout::query::encode,
    server::{current_store, shop_error},
};

/// The time over which the fall in stock is measured.
const A_WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// A title whose stock lasts longer than this many days is not running out.
const SOON_DAYS: u32 = 28;
/// The most titles that are looked up.
const MOST: usize = 32;

/// A title that is running out, and its buzz.
struct TitleBuzz {
    falling: FallingStock,
    lookup: Lookup,
}

/// The result of looking up a title. `None` if there is no provider, or the title is not a valid
/// search term.
type Lookup = Option<Result<Arc<Report>, LookupError>>;

/// The titles that are mentioned more and more and are running out.
#[component]
pub(crate) fn DeskBuzzPage() -> impl IntoView {
    // The title is set here, because the head is sent before any data is read.
    view! {
        <Title text=say!(current_language(), buzz.desk_title)/>
        {desk_page(Section::Buzz, running_out(), buzz_content)}
    }
}

async fn running_out() -> Result<Vec<FallingStock>, ShopError> {
    let store = current_store();
    let now = store.desk_reads().now().await.map_err(shop_error)?;
    let falling = store
        .desk_reads()
        .falling(now - A_WEEK, MOST)
        .await
        .map_err(shop_error)?;
    let soon = falling
        .into_iter()
        .filter(|one| days(one) <= f64::from(SOON_DAYS));
    Ok(soon.collect())
}

/// How many days the stock lasts if it keeps falling as in the last seven days.
fn days(falling: &FallingStock) -> f64 {
    falling.lasts() * 7.0
}

fn buzz_content(falling: Vec<FallingStock>) -> AnyView {
    let language = current_language();
    let answer = match (buzz_source(), falling.is_empty()) {
        (_, true) => view! { <p role="status">{say!(language, buzz.desk_none)}</p> }.into_any(),
        (Some(asked), false) => {
            let source = asked.source.to_string();
            let waiting = say!(language, buzz.desk_waiting, source, count = falling.len());
            let coming = Suspend::new(async move {
                let seen = look_up_all(&asked, falling).await;
                tables(language, &asked.source, seen)
            });
            view! {
                <div class="buzz-answer" aria-live="polite">
                    <p class="buzz-wait">{waiting}</p>
                    {coming}
                </div>
            }
            .into_any()
        }
        (None, false) => {
            let unknown = |falling| TitleBuzz {
                falling,
                lookup: None,
            };
            let seen = falling.into_iter().map(unknown).collect();
            let table = table(language, say!(language, buzz.desk_unasked), seen);
            view! { <p class="desk-more">{say!(language, buzz.off)}</p> {table} }.into_any()
        }
    };
    let content = view! {
        <p class="desk-more">{say!(language, buzz.desk_lede, count = SOON_DAYS)}</p>
        {answer}
    };
    desk_frame(
        Section::Buzz,
        say!(language, buzz.desk_title),
        content.into_any(),
    )
}

/// Looks up all titles concurrently, each within the client's deadline.
async fn look_up_all(asked: &BuzzSource, falling: Vec<FallingStock>) -> Vec<TitleBuzz> {
    let questions = falling.into_iter().map(async |falling| {
        let lookup = match SearchTerm::parse(&falling.title) {
            Ok(term) => Some(asked.buzz.look_up(&term).await),
            Err(_) => None,
        };
        TitleBuzz { falling, lookup }
    });
    join_all(questions).await
}

impl TitleBuzz {
    fn figure(&self) -> Option<&Estimate> {
        self.lookup.as_ref()?.as_ref().ok()?.estimate.as_ref()
    }

    fn is_rising(&self) -> bool {
        self.figure()
            .is_some_and(|figure| figure.trend == Trend::Rising)
    }

    fn is_known(&self) -> bool {
        matches!(self.lookup, Some(Ok(_)))
    }

    fn trouble(&self) -> Option<LookupError> {
        self.lookup.as_ref()?.as_ref().err().copied()
    }

    fn per_second(&self) -> f64 {
        self.figure().map_or(0.0, |figure| figure.rate.per_second())
    }
}

fn tables(language: Language, source: &str, seen: Vec<TitleBuzz>) -> AnyView {
    let (known, unknown): (Vec<_>, Vec<_>) = seen.into_iter().partition(TitleBuzz::is_known);
    let (mut rising, others): (Vec<_>, Vec<_>) = known.into_iter().partition(TitleBuzz::is_rising);
    rising.sort_by(|one, other| other.per_second().total_cmp(&one.per_second()));
    let why = unknown.iter().find_map(TitleBuzz::trouble);
    let why = why
        .map(|why| view! { <p class="desk-refused">{failure_message(language, source, why)}</p> });
    let table_unless_empty =
        |title, seen: Vec<TitleBuzz>| (!seen.is_empty()).then(|| table(language, title, seen));
    let none = (rising.is_empty() && unknown.is_empty())
        .then(|| view! { <p>{say!(language, buzz.desk_none_rising)}</p> });
    view! {
        <div>
            {why}
            {none}
            {table_unless_empty(say!(language, buzz.desk_rising), rising)}
            {table_unless_empty(say!(language, buzz.desk_others), others)}
            {table_unless_empty(say!(language, buzz.desk_unasked), unknown)}
        </div>
    }
    .into_any()
}

fn table(language: Language, title: &'static str, seen: Vec<TitleBuzz>) -> AnyView {
    let rows: Vec<_> = seen.into_iter().map(|one| row(language, one)).collect();
    view! {
        <h2>{title}</h2>
        <section class="desk-wide" tabindex="0" aria-label=title>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{say!(language, desk.book)}</th>
                        <th scope="col" class="desk-number">{say!(language, desk.available)}</th>
                        <th scope="col" class="desk-number">{say!(language, buzz.desk_fewer)}</th>
                        <th scope="col">{say!(language, buzz.desk_lasts)}</th>
                        <th scope="col">{say!(language, buzz.desk_buzz)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn row(language: Language, seen: TitleBuzz) -> AnyView {
    let TitleBuzz { falling, lookup } = seen;
    let lasts = match days(&falling).round() {
        _ if falling.available == 0 => say!(language, buzz.desk_gone).to_owned(),
        days => say!(language, buzz.desk_days, count = days.max(1.0) as u64),
    };
    let rate = match lookup
        .as_ref()
        .map(|lookup| lookup.as_ref().map(|answer| &answer.estimate))
    {
        None | Some(Err(_)) => say!(language, buzz.desk_unknown).to_owned(),
        Some(Ok(None)) => say!(language, buzz.desk_never).to_owned(),
        Some(Ok(Some(figure))) => rate_words(language, figure),
    };
    let query = encode(&falling.title);
    let (stock, asked) = (
        format!("/desk/stock/{}", falling.book),
        format!("/buzz?q={query}"),
    );
    let lang = lang_attribute(language, &falling.title);
    view! {
        <tr>
            <th scope="row"><a href=stock lang=lang>{falling.title}</a></th>
            <td class="desk-number">{falling.available}</td>
            <td class="desk-number">{falling.fewer}</td>
            <td>{lasts}</td>
            <td><a href=asked>{rate}</a></td>
        </tr>
    }
    .into_any()
}
