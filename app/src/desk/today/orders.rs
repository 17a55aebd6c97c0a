//! The orders of the day: those to prepare, those that are ready, and those that end soon.

use std::collections::HashMap;

use leptos::prelude::*;
use shop::{Language, Order, Slug, Timestamp};
use store::{OrderCounts, OrderFilter, OrderSearch, Store, StoreError};

use super::part::{MOST, ToList, part};
use crate::{
    desk::{
        orders::{
            query::{Which, end_of_tomorrow},
            row::{NextStep, first_cells, step_form},
            titles,
        },
        when::when,
    },
    i18n::number,
};

/// The first orders of each list, and how many there are.
pub(super) struct TodaysOrders {
    counts: OrderCounts,
    to_prepare: Vec<Order>,
    ready: Vec<Order>,
    ending: Vec<Order>,
    titles: HashMap<Slug, String>,
}

/// A list of the orders of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    ToPrepare,
    Ready,
    Ending,
}

pub(super) async fn read(store: &dyn Store, now: Timestamp) -> Result<TodaysOrders, StoreError> {
    let settings = store.owner_settings().current();
    let zone = settings.profile.zone();
    let counts = store
        .desk_reads()
        .order_counts(end_of_tomorrow(now, zone))
        .await?;
    let first = |list: List| first(store, list.which().filter(now, zone));
    let to_prepare = first(List::ToPrepare).await?;
    let ready = first(List::Ready).await?;
    let ending = first(List::Ending).await?;
    let all: Vec<Order> = [&to_prepare, &ready, &ending]
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    let titles = titles(store, &all).await?;
    Ok(TodaysOrders {
        counts,
        to_prepare,
        ready,
        ending,
        titles,
    })
}

/// The orders of a list that end first.
async fn first(store: &dyn Store, filter: OrderFilter) -> Result<Vec<Order>, StoreError> {
    let search = OrderSearch {
        filter,
        limit: MOST,
        ..OrderSearch::default()
    };
    store.desk_reads().orders(&search).await
}

impl List {
    const fn which(self) -> Which {
        match self {
            Self::ToPrepare => Which::ToPrepare,
            Self::Ready => Which::Ready,
            Self::Ending => Which::Ending,
        }
    }

    /// The anchor of the list's part.
    const fn id(self) -> &'static str {
        match self {
            Self::ToPrepare => "to-prepare",
            Self::Ready => "ready",
            Self::Ending => "ending",
        }
    }

    fn heading(self, language: Language, count: u64) -> String {
        let count = number(language, count);
        match self {
            Self::ToPrepare => say!(language, today.to_prepare, count = count),
            Self::Ready => say!(language, today.ready, count = count),
            Self::Ending => say!(language, today.ending, count = count),
        }
    }

    fn nothing(self, language: Language) -> &'static str {
        match self {
            Self::ToPrepare => say!(language, today.none_to_prepare),
            Self::Ready => say!(language, today.none_ready),
            Self::Ending => say!(language, today.none_ending),
        }
    }

    fn all(self, language: Language) -> ToList {
        let words = match self {
            Self::ToPrepare => say!(language, today.all_to_prepare),
            Self::Ready => say!(language, today.all_ready),
            Self::Ending => say!(language, today.all_ending),
        };
        ToList {
            address: format!("/desk/orders?of={}", self.which().word()),
            words,
        }
    }
}

/// The three parts.
pub(super) fn order_parts(language: Language, orders: &TodaysOrders) -> AnyView {
    let TodaysOrders {
        counts,
        to_prepare,
        ready,
        ending,
        titles,
    } = orders;
    let part_of = |list, count, orders: &[Order]| order_part(language, list, count, orders, titles);
    view! {
        {part_of(List::ToPrepare, counts.to_prepare, to_prepare)}
        {part_of(List::Ready, counts.ready, ready)}
        {part_of(List::Ending, counts.ending, ending)}
    }
    .into_any()
}

fn order_part(
    language: Language,
    list: List,
    count: u64,
    orders: &[Order],
    titles: &HashMap<Slug, String>,
) -> AnyView {
    let heading = list.heading(language, count);
    let topics = orders.iter();
    let topics = topics.map(|order| format!("@order.{}:{}", order.code, order.version));
    let fresh = topics.collect::<Vec<_>>().join(",");
    if orders.is_empty() {
        let nothing = view! { <p class="desk-more">{list.nothing(language)}</p> };
        return part(list.id(), heading, fresh, nothing.into_any(), Vec::new());
    }
    let mut links = vec![list.all(language)];
    if list == List::ToPrepare {
        links.push(ToList {
            address: "/desk/orders/pick-list".to_owned(),
            words: say!(language, packing.pick_list),
        });
    }
    let rows: Vec<_> = orders
        .iter()
        .map(|order| row(language, list, order, titles))
        .collect();
    let label = heading.clone();
    let table = view! {
        <section class="desk-wide" tabindex="0" aria-label=label>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{say!(language, desk.code)}</th>
                        <th scope="col">{say!(language, desk.who)}</th>
                        <th scope="col">{say!(language, desk.copies_of)}</th>
                        <th scope="col">{say!(language, desk.collect_by)}</th>
                        <td></td>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    };
    part(list.id(), heading, fresh, table.into_any(), links)
}

fn row(language: Language, list: List, order: &Order, titles: &HashMap<Slug, String>) -> AnyView {
    let next = || format!("/desk#{}", list.id());
    let form = NextStep::of(order).map(|step| step_form(language, order, step, next()));
    // Cancelling needs a reason, which the order's page asks for.
    let cancel = (list == List::Ending).then(|| {
        let address = format!("/desk/orders/{}#cancelling", order.code);
        let which = say!(language, today.cancel_this, code = order.code.to_string());
        view! { <a href=address aria-label=which>{say!(language, today.cancel)}</a> }
    });
    view! {
        <tr>
            {first_cells(language, order, titles)}
            <td>{when(language, order.collect_by)}</td>
            <td class="desk-actions">{form} {cancel}</td>
        </tr>
    }
    .into_any()
}
