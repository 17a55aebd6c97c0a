//! `/desk/buzz`: what is talked about more and more, and runs out.
//!
//! As `/buzz`, it is sent at once, and what the provider has to say when it has said it.

use std::{sync::Arc, time::Duration};

use buzz::{Answer, Term, Trend};
use futures::future::join_all;
use leptos::prelude::*;
use leptos_meta::Title;
use shop::Language;
use store::Falling;

use super::{Tab, desk_frame, desk_page};
use crate::{
    ShopError,
    buzz::{Asked, asked, told},
    language::{of_words, spoken},
    ssr::current_store,
};

/// The shelf then is compared with the shelf now.
const A_WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// What lasts longer does not run out.
const SOON_DAYS: f64 = 28.0;
/// As many titles are asked about.
const MOST: usize = 32;

/// A title that runs out, and what is said of it: nothing where that is not known.
struct Seen {
    falling: Falling,
    answer: Option<Arc<Answer>>,
}

/// What is talked about more and more, and runs out.
#[component]
pub(crate) fn DeskBuzzPage() -> impl IntoView {
    // The head is sent before the shop has been asked anything.
    view! {
        <Title text=say!(spoken(), buzz.desk_title)/>
        {desk_page(Tab::Buzz, running_out(), shown)}
    }
}

async fn running_out() -> Result<Vec<Falling>, ShopError> {
    let store = current_store();
    let now = store.backroom().now().await?;
    let falling = store.backroom().falling(now - A_WEEK, MOST).await?;
    let soon = falling.into_iter().filter(|one| days(one) <= SOON_DAYS);
    Ok(soon.collect())
}

/// How many days it lasts if it goes on as in the last seven.
fn days(falling: &Falling) -> f64 {
    falling.lasts() * 7.0
}

fn shown(falling: Vec<Falling>) -> AnyView {
    let here = spoken();
    let answer = match (asked(), falling.is_empty()) {
        (_, true) => view! { <p role="status">{say!(here, buzz.desk_none)}</p> }.into_any(),
        (Some(asked), false) => {
            let waiting = say!(
                here,
                buzz.desk_waiting,
                source = asked.source.to_string(),
                count = falling.len()
            );
            let coming = Suspend::new(async move { tables(here, ask(asked, falling).await) });
            view! {
                <div class="buzz-answer" aria-live="polite">
                    <p class="buzz-wait">{waiting}</p>
                    {coming}
                </div>
            }
            .into_any()
        }
        (None, false) => {
            let unknown = |falling| Seen {
                falling,
                answer: None,
            };
            let seen = falling.into_iter().map(unknown).collect();
            view! { <p class="desk-more">{say!(here, buzz.off)}</p> {tables(here, seen)} }
                .into_any()
        }
    };
    let content = view! {
        <p class="desk-more">{say!(here, buzz.desk_lede, days = SOON_DAYS)}</p>
        {answer}
    };
    desk_frame(Tab::Buzz, say!(here, buzz.desk_title), content.into_any())
}

/// All at once; each within its deadline.
async fn ask(asked: Asked, falling: Vec<Falling>) -> Vec<Seen> {
    let questions = falling.into_iter().map(async |falling| {
        let answer = match Term::parse(&falling.title) {
            Ok(term) => asked.buzz.ask(&term).await.ok(),
            Err(_) => None,
        };
        Seen { falling, answer }
    });
    join_all(questions).await
}

impl Seen {
    fn is_rising(&self) -> bool {
        let figure = self
            .answer
            .as_ref()
            .and_then(|answer| answer.figure.as_ref());
        figure.is_some_and(|figure| figure.trend == Trend::Rising)
    }

    fn per_second(&self) -> f64 {
        let figure = self
            .answer
            .as_ref()
            .and_then(|answer| answer.figure.as_ref());
        figure.map_or(0.0, |figure| figure.rate.per_second())
    }
}

fn tables(here: Language, seen: Vec<Seen>) -> AnyView {
    let (mut rising, others): (Vec<_>, Vec<_>) = seen.into_iter().partition(Seen::is_rising);
    rising.sort_by(|one, other| other.per_second().total_cmp(&one.per_second()));
    let first = match rising.is_empty() {
        true => view! { <p>{say!(here, buzz.desk_none_rising)}</p> }.into_any(),
        false => table(here, say!(here, buzz.desk_rising), rising),
    };
    let rest = (!others.is_empty()).then(|| table(here, say!(here, buzz.desk_others), others));
    view! { <div>{first} {rest}</div> }.into_any()
}

fn table(here: Language, title: &'static str, seen: Vec<Seen>) -> AnyView {
    let rows: Vec<_> = seen.into_iter().map(|one| row(here, one)).collect();
    view! {
        <h2>{title}</h2>
        <section class="desk-wide" tabindex="0" aria-label=title>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{say!(here, desk.book)}</th>
                        <th scope="col" class="desk-number">{say!(here, desk.available)}</th>
                        <th scope="col" class="desk-number">{say!(here, buzz.desk_fewer)}</th>
                        <th scope="col">{say!(here, buzz.desk_lasts)}</th>
                        <th scope="col">{say!(here, buzz.desk_buzz)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn row(here: Language, seen: Seen) -> AnyView {
    let Seen { falling, answer } = seen;
    let lasts = match days(&falling).round() {
        _ if falling.available == 0 => say!(here, buzz.desk_gone).to_owned(),
        less if less <= 1.0 => say!(here, buzz.desk_one_day).to_owned(),
        days => say!(here, buzz.desk_days, days = days),
    };
    let said = match answer.as_ref().map(|answer| &answer.figure) {
        None => say!(here, buzz.desk_unknown).to_owned(),
        Some(None) => say!(here, buzz.desk_never).to_owned(),
        Some(Some(figure)) => {
            let (number, unit) = told(here, figure);
            format!("{number} {unit}")
        }
    };
    let query = crate::pages::shop::in_address(&falling.title);
    let (stock, asked) = (
        format!("/desk/stock/{}", falling.book),
        format!("/buzz?q={query}"),
    );
    let lang = of_words(here, &falling.title);
    view! {
        <tr>
            <th scope="row"><a href=stock lang=lang>{falling.title}</a></th>
            <td class="desk-number">{falling.available}</td>
            <td class="desk-number">{falling.fewer}</td>
            <td>{lasts}</td>
            <td><a href=asked>{said}</a></td>
        </tr>
    }
    .into_any()
}
