//! `/desk/orders/pick-list`: the books to take from the shelves for the orders that are not ready, to
//! be printed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use leptos::prelude::*;
use protocol::ShopError;
use shop::{Isbn, Language, Order, OrderCode, Slug};
use store::{BookName, OrderFilter, OrderSearch};

use super::row::name;
use crate::{
    desk::frame::{Section, desk_frame, desk_page},
    i18n::{Slot, around_slot, current_language, lang_attribute::lang_attribute, number},
    server::{current_store, shop_error},
};

/// The most orders on the list, those that end first.
const MOST: u32 = 500;

/// A book to take from the shelves.
#[derive(Debug, PartialEq, Eq)]
struct Pick {
    title: String,
    author: String,
    isbn: Option<Isbn>,
    /// The orders that it is for.
    orders: Vec<PickFor>,
}

/// The copies of a book in an order.
#[derive(Debug, PartialEq, Eq)]
struct PickFor {
    code: OrderCode,
    name: String,
    copies: u32,
}

/// The list's data.
struct PickList {
    orders: Vec<Order>,
    names: HashMap<Slug, BookName>,
}

/// The books of the orders that are not ready yet.
#[component]
pub(crate) fn PickListPage() -> impl IntoView {
    desk_page(Section::Orders, read(), pick_list_content)
}

async fn read() -> Result<PickList, ShopError> {
    let store = current_store();
    let search = OrderSearch {
        filter: OrderFilter::ToPrepare,
        limit: MOST,
        ..OrderSearch::default()
    };
    let reads = store.desk_reads();
    let orders = reads.orders(&search).await.map_err(shop_error)?;
    let lines = orders.iter().flat_map(|order| &order.lines);
    let books: BTreeSet<Slug> = lines.map(|line| line.book.clone()).collect();
    let books: Vec<Slug> = books.into_iter().collect();
    let names = reads.names(&books).await.map_err(shop_error)?;
    Ok(PickList { orders, names })
}

/// The books by title, each with the orders that it is for, in the orders' order.
fn picks(language: Language, list: &PickList) -> Vec<Pick> {
    let mut picks: BTreeMap<(String, &Slug), Pick> = BTreeMap::new();
    for order in &list.orders {
        for line in &order.lines {
            let Some(book) = list.names.get(&line.book) else {
                continue;
            };
            let pick = picks
                .entry((book.title.to_lowercase(), &line.book))
                .or_insert_with(|| Pick {
                    title: book.title.clone(),
                    author: book.author.clone(),
                    isbn: book.isbn.clone(),
                    orders: Vec::new(),
                });
            pick.orders.push(PickFor {
                code: order.code,
                name: name(language, order),
                copies: line.quantity.get(),
            });
        }
    }
    picks.into_values().collect()
}

fn pick_list_content(list: PickList) -> AnyView {
    let language = current_language();
    let picks = picks(language, &list);
    let is_cut = list.orders.len() == MOST as usize;
    let cut = is_cut.then(|| {
        let words = say!(
            language,
            packing.first_orders,
            most = number(language, MOST)
        );
        view! { <p class="desk-more">{words}</p> }
    });
    let content = match picks.is_empty() {
        true => view! { <p role="status">{say!(language, packing.nothing)}</p> }.into_any(),
        false => view! {
            <p class="desk-more desk-unprinted">{say!(language, packing.pick_list_more)}</p>
            {cut}
            {table(language, picks)}
        }
        .into_any(),
    };
    desk_frame(Section::Orders, say!(language, packing.pick_list), content)
}

fn table(language: Language, picks: Vec<Pick>) -> AnyView {
    let rows: Vec<_> = picks.into_iter().map(|pick| row(language, pick)).collect();
    view! {
        <section class="desk-wide" tabindex="0" aria-label=say!(language, packing.pick_list)>
            <table class="desk-slip">
                <thead>
                    <tr>
                        <th scope="col">{say!(language, desk.book)}</th>
                        <th scope="col">{say!(language, packing.isbn)}</th>
                        <th scope="col" class="desk-number">{say!(language, desk.copies_of)}</th>
                        <th scope="col">{say!(language, packing.for_orders)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn row(language: Language, pick: Pick) -> AnyView {
    let copies: u64 = pick.orders.iter().map(|one| u64::from(one.copies)).sum();
    let orders: Vec<_> = pick
        .orders
        .into_iter()
        .map(|one| {
            let words = say!(
                language,
                packing.for_order,
                order = Slot,
                name = one.name,
                copies = number(language, one.copies)
            );
            let (before, after) = around_slot(&words);
            let address = format!("/desk/orders/{}", one.code);
            let code = one.code.to_string();
            view! { <li>{before}<a class="order-code" href=address>{code}</a>{after}</li> }
        })
        .collect();
    let lang = lang_attribute(language, &pick.title);
    let isbn = pick.isbn.map(|isbn| isbn.as_str().to_owned());
    view! {
        <tr>
            <th scope="row"><span lang=lang>{pick.title}</span> " " <span class="author">{pick.author}</span></th>
            <td class="desk-isbn">{isbn}</td>
            <td class="desk-number">{number(language, copies).to_string()}</td>
            <td><ul class="desk-lines">{orders}</ul></td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use shop::{Contact, OrderId, OrderLine, OrderState, Price, Quantity, ShopperId, Timestamp};

    use super::*;

    fn order(bits: u64, name: &str, lines: &[(&str, u32)]) -> Order {
        let line = |(book, copies): &(&str, u32)| OrderLine {
            book: book.parse().unwrap(),
            quantity: Quantity::new(*copies).unwrap(),
            price: Price::from_cents(1_000),
        };
        Order {
            id: OrderId(bits),
            code: OrderCode::from_bits(bits),
            shopper: ShopperId::from_bytes([1; 16]),
            contact: Some(Contact::parse(name, "+44 20 7946 0000").unwrap()),
            lines: lines.iter().map(line).collect(),
            placed_at: Timestamp::from_millis(0),
            collect_by: Timestamp::from_millis(1),
            state: OrderState::Placed,
            ready_at: None,
            closed_at: None,
            mail_failed: false,
            version: 1,
        }
    }

    #[test]
    fn each_book_is_listed_once_by_title_with_the_orders_that_it_is_for() {
        let named = |slug: &str, title: &str| {
            let name = BookName {
                title: title.to_owned(),
                author: "Anonymous".to_owned(),
                isbn: None,
            };
            (slug.parse::<Slug>().unwrap(), name)
        };
        let list = PickList {
            orders: vec![
                order(1, "Ann", &[("sea", 2), ("train", 1)]),
                order(2, "Ben", &[("sea", 1)]),
            ],
            names: HashMap::from([named("train", "A Train"), named("sea", "at Sea")]),
        };
        let picks = picks(Language::English, &list);
        let lines: Vec<_> = picks
            .iter()
            .map(|pick| {
                let orders = pick.orders.iter();
                let orders: Vec<_> = orders
                    .map(|one| (one.code.bits(), one.name.as_str(), one.copies))
                    .collect();
                (pick.title.as_str(), orders)
            })
            .collect();
        let train = ("A Train", vec![(1, "Ann", 1)]);
        let sea = ("at Sea", vec![(1, "Ann", 2), (2, "Ben", 1)]);
        assert_eq!(lines, [train, sea]);
    }
}
