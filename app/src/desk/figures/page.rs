//! `/desk/figures`: what the shop sold in a period, and what it did not.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use protocol::ShopError;
use shop::{Language, Timestamp, Zone};
use store::{
    FallingStock, IdleBook, LowStock, Period, SalesStep, SoldBooks, SoldInStep, Store, StoreError,
    UncollectedBook,
};

use super::{
    DAY, FALLING_DAYS, IDLE_DAYS,
    bars::bar_chart,
    books::{PAGE, sold_books},
    filter::period_filter,
    query::{FiguresQuery, InvalidFiguresQuery},
    steps::{fill, step_of},
    tables::{falling_table, idle_table, low_table, steps_table, uncollected_table},
};
use crate::{
    desk::frame::{Section, desk_frame, desk_page},
    i18n::{current_language, day},
    layout::query::to_query,
    server::{current_settings, current_store, http_status, shop_error},
};

/// The most rows of a table that has no pages.
const MOST: u32 = 50;

/// A query, and what was found or what is wrong with it.
struct FiguresView {
    query: FiguresQuery,
    found: Result<Figures, InvalidFiguresQuery>,
}

struct Figures {
    period: Period,
    step: SalesStep,
    over_time: Vec<SoldInStep>,
    by_book: SoldBooks,
    uncollected: Vec<UncollectedBook>,
    falling: Vec<FallingStock>,
    low: Vec<LowStock>,
    idle: Vec<IdleBook>,
}

/// The figures of the period in the address.
#[component]
pub(crate) fn FiguresPage() -> impl IntoView {
    let query = use_query_map().read_untracked().clone();
    let settings = current_settings();
    let parts = query.into_iter().map(|(name, value)| (name, value.into()));
    let query = FiguresQuery::parse(parts, settings.profile.zone());
    desk_page(Section::Figures, read(query), figures_content)
}

async fn read(query: Result<FiguresQuery, InvalidFiguresQuery>) -> Result<FiguresView, ShopError> {
    let store = current_store();
    let now = store.desk_reads().now().await.map_err(shop_error)?;
    let settings = store.owner_settings().current();
    let zone = settings.profile.zone();
    let (mut query, period) = match query {
        Ok(query) => {
            let period = query.period(now, zone);
            (query, period)
        }
        Err(wrong) => (FiguresQuery::default(), Err(wrong)),
    };
    let found = match period {
        Ok(period) => {
            let found = find(&*store, &mut query, period, now, zone).await;
            Ok(found.map_err(shop_error)?)
        }
        Err(wrong) => Err(wrong),
    };
    Ok(FiguresView { query, found })
}

async fn find(
    store: &dyn Store,
    query: &mut FiguresQuery,
    period: Period,
    now: Timestamp,
    zone: &Zone,
) -> Result<Figures, StoreError> {
    let figures = store.sales_figures();
    let step = step_of(query.step, period);
    let sold = figures.sold_over_time(period, step, zone).await?;
    let skip = u64::from(query.page) * u64::from(PAGE);
    let order = query.order;
    let books_from = |skip| figures.sold_by_book(period, order, skip, PAGE);
    let mut by_book = books_from(skip).await?;
    // An address may name a page that this period does not have.
    if by_book.books.is_empty() && skip > 0 {
        by_book = books_from(0).await?;
        query.page = 0;
    }
    // One more than is shown, to know whether there are more.
    let uncollected = figures.uncollected(period, MOST + 1).await?;
    let since = now - FALLING_DAYS * DAY;
    let falling = store.desk_reads().falling(since, MOST as usize + 1).await?;
    let low = store.book_desk().low_stock(MOST + 1).await?;
    let idle = figures.idle(now - IDLE_DAYS * DAY, MOST + 1).await?;
    Ok(Figures {
        period,
        step,
        over_time: fill(sold, period, step, now, zone),
        by_book,
        uncollected,
        falling,
        low,
        idle,
    })
}

fn figures_content(view: FiguresView) -> AnyView {
    let language = current_language();
    let FiguresView { query, found } = view;
    let content = match found {
        Ok(found) => {
            let filter = period_filter(&query, Some(found.period));
            view! { {filter} {tables(language, &query, found)} }.into_any()
        }
        Err(wrong) => {
            http_status::set_bad_request();
            view! {
                {period_filter(&query, None)}
                <p class="desk-refused" role="alert">{wrong.sentence(language)}</p>
            }
            .into_any()
        }
    };
    let zone = current_settings().profile.zone().name().to_owned();
    let content = view! {
        <p class="desk-more">{say!(language, figures.lead, zone = zone)}</p>
        {content}
    };
    desk_frame(
        Section::Figures,
        say!(language, figures.title),
        content.into_any(),
    )
}

fn tables(language: Language, query: &FiguresQuery, found: Figures) -> AnyView {
    let Figures {
        period,
        step,
        over_time,
        by_book,
        uncollected,
        falling,
        low,
        idle,
    } = found;
    let file = |table| export_link(language, export_address(query, period, table));
    let by_book = match by_book.books.is_empty() {
        true => nothing(say!(language, figures.nothing_sold)),
        false => sold_books(language, query, by_book),
    };
    let sold = view! {
        {sold_over_time(language, period, step, &over_time)}
        {file("time")}
        <h2 id="by-book">{say!(language, figures.by_book)}</h2>
        {by_book}
        {file("books")}
    };
    let none = say!(language, figures.all_collected);
    let uncollected = first_rows(language, uncollected, uncollected_table, none);
    let none = say!(language, buzz.desk_none);
    let falling = first_rows(language, falling, falling_table, none);
    let none = say!(language, books.none_to_reorder);
    let low = first_rows(language, low, low_table, none);
    let none = say!(language, figures.no_idle);
    let idle = first_rows(language, idle, idle_table, none);
    let unsold = view! {
        <h2>{say!(language, figures.uncollected)}</h2>
        <p class="desk-more">{say!(language, figures.uncollected_more)}</p>
        {uncollected}
        {file("uncollected")}
        <h2>{say!(language, figures.running_out)}</h2>
        <p class="desk-more">{say!(language, figures.running_out_more, days = FALLING_DAYS)}</p>
        {falling}
        {file("running-out")}
        <h2>{say!(language, books.to_reorder_title)}</h2>
        <p class="desk-more">{say!(language, books.to_reorder_more)}</p>
        {low}
        {file("to-reorder")}
        <h2>{say!(language, figures.idle)}</h2>
        <p class="desk-more">{say!(language, figures.idle_more, days = IDLE_DAYS)}</p>
        {idle}
        {file("idle")}
    };
    view! { {sold} {unsold} }.into_any()
}

fn sold_over_time(
    language: Language,
    period: Period,
    step: SalesStep,
    steps: &[SoldInStep],
) -> AnyView {
    // The end is the first moment after the period.
    let last = period.until - Duration::from_millis(1);
    let (from, until) = (day(language, period.from), day(language, last));
    let title = match step {
        SalesStep::Day => say!(language, figures.by_day),
        SalesStep::Week => say!(language, figures.by_week),
    };
    view! {
        <p>{say!(language, figures.from_to, from = from, until = until)}</p>
        <h2>{title}</h2>
        {bar_chart(language, step, steps)}
        {steps_table(language, title, step, steps)}
    }
    .into_any()
}

/// A table of the first rows, and a note if there are more.
fn first_rows<T>(
    language: Language,
    mut rows: Vec<T>,
    table: fn(Language, Vec<T>) -> AnyView,
    none: &'static str,
) -> AnyView {
    if rows.is_empty() {
        return nothing(none);
    }
    let has_more = rows.len() > MOST as usize;
    rows.truncate(MOST as usize);
    let more = has_more.then(
        || view! { <p class="desk-more">{say!(language, figures.first_rows, count = MOST)}</p> },
    );
    view! { {table(language, rows)} {more} }.into_any()
}

fn nothing(words: &'static str) -> AnyView {
    view! { <p>{words}</p> }.into_any()
}

/// The address of a table as a file. A period without dates gets them, so that the file can be had
/// again.
fn export_address(query: &FiguresQuery, period: Period, table: &'static str) -> String {
    let mut pairs = vec![("table", table.to_owned())];
    match query.has_dates() {
        true => pairs.extend(query.pairs()),
        false => {
            pairs.push(("from", period.from.to_string()));
            pairs.push(("until", period.until.to_string()));
            pairs.extend(query.step_pair());
        }
    }
    format!("/desk/figures/export?{}", to_query(pairs))
}

fn export_link(language: Language, address: String) -> AnyView {
    view! { <p class="figures-file"><a href=address download="">{say!(language, figures.csv)}</a></p> }
        .into_any()
}
