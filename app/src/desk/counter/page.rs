//! `/desk/counter`: books are scanned, listed and sold.
//!
//! The list is in the fields of one form. Scanning and changing it loads the page again with the list
//! in its address; selling posts it.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use protocol::ShopError;
use shop::{Basket, InvalidScan, Key, Language, Receipt, Scan};
use store::{Store, StoreError};

use super::{
    ADDRESS,
    claims::hindrance_view,
    lines::{ShownLine, shown_lines, total},
    query::{CounterQuery, FullList},
    scanned::scanned_books,
};
use crate::{
    browser::NoProps,
    desk::{
        frame::{Section, desk_frame, desk_page},
        keyed_forms::keyed_forms,
    },
    i18n::{current_language, lang_attribute::lang_attribute, number, price},
    server::{current_store, new_key, shop_error},
};

/// The page's data.
struct CounterView {
    key: Key,
    lines: Vec<ShownLine>,
    /// What was scanned and not added, and why.
    not_added: Option<(String, NotAdded)>,
    /// The sale before.
    sold: Option<Receipt>,
}

/// Why what was scanned is not on the list.
#[derive(Clone, Copy)]
enum NotAdded {
    Shape,
    Check,
    Twice,
    Unknown,
    Books,
    Copies,
}

/// The list that the address carries.
#[component]
pub(crate) fn CounterPage() -> impl IntoView {
    let query = use_query_map().read_untracked().clone();
    let query = CounterQuery::parse(query.into_iter().map(|(name, value)| (name, value.into())));
    desk_page(Section::Counter, read(query), counter_content)
}

async fn read(mut query: CounterQuery) -> Result<CounterView, ShopError> {
    let store = current_store();
    let mut has_changed = query.take_off();
    let mut not_added = None;
    if !query.scan.is_empty() {
        match add_scanned(&*store, &mut query).await.map_err(shop_error)? {
            Ok(()) => {
                query.scan.clear();
                has_changed = true;
            }
            // The next scan is typed into an empty field.
            Err(why) => not_added = Some((std::mem::take(&mut query.scan), why)),
        }
    }
    let key = query.key.get_or_insert_with(new_key).clone();
    let lines = shown_lines(&*store, &mut query).await.map_err(shop_error)?;
    if has_changed {
        // Otherwise, loading the page once more would add the book once more.
        leptos_axum::redirect(&query.address());
    }
    let sold = match query.receipt {
        Some(code) => {
            let receipt = store.desk_reads().receipt(code);
            receipt.await.map_err(shop_error)?
        }
        None => None,
    };
    Ok(CounterView {
        key,
        lines,
        not_added,
        sold,
    })
}

/// Adds the books that were scanned, all of them or none.
async fn add_scanned(
    store: &dyn Store,
    query: &mut CounterQuery,
) -> Result<Result<(), NotAdded>, StoreError> {
    let scan: Scan = match query.scan.parse() {
        Ok(scan) => scan,
        Err(InvalidScan::Shape) => return Ok(Err(NotAdded::Shape)),
        Err(InvalidScan::Check) => return Ok(Err(NotAdded::Check)),
        Err(InvalidScan::Twice) => return Ok(Err(NotAdded::Twice)),
    };
    let Some(books) = scanned_books(store, &scan).await? else {
        return Ok(Err(NotAdded::Unknown));
    };
    let before = query.lines.clone();
    for book in books {
        if let Err(full) = query.add(&book) {
            query.lines = before;
            return Ok(Err(match full {
                FullList::Books => NotAdded::Books,
                FullList::Copies => NotAdded::Copies,
            }));
        }
    }
    Ok(Ok(()))
}

fn counter_content(view: CounterView) -> AnyView {
    let language = current_language();
    let CounterView {
        key,
        lines,
        not_added,
        sold,
    } = view;
    let trouble = not_added.map(|(typed, why)| {
        let words = not_added_words(language, why);
        view! {
            <p id="scan-trouble" class="desk-refused" role="alert">
                {words} " " <bdi translate="no">{typed}</bdi>
            </p>
        }
    });
    let described_by = trouble.is_some().then_some("scan-trouble");
    let is_wrong = trouble.is_some().then_some("true");
    let list = match lines.is_empty() {
        true => view! { <p>{say!(language, counter.empty)}</p> }.into_any(),
        false => list(language, &lines),
    };
    let content = view! {
        {sold.map(|receipt| sold_line(language, &receipt))}
        <p class="desk-more">{say!(language, counter.lead)}</p>
        <form method="post" action="/desk/counter/sell">
            <input type="hidden" name="key" value=key.to_string()/>
            <div class="desk-find">
                <label>
                    <span>{say!(language, counter.scan)}</span>
                    <input
                        name="scan"
                        maxlength="300"
                        autofocus=true
                        autocomplete="off"
                        spellcheck="false"
                        aria-describedby=described_by
                        aria-invalid=is_wrong
                    />
                </label>
                // The first button, which Enter presses in every field of the form.
                <button class="button button-small button-quiet" formmethod="get" formaction=ADDRESS>
                    {say!(language, counter.add)}
                </button>
            </div>
            {trouble}
            {list}
        </form>
        {keyed_forms(NoProps)}
        <p><a href="/desk/counter/return">{say!(language, counter.to_return)}</a></p>
    };
    desk_frame(
        Section::Counter,
        say!(language, counter.title),
        content.into_any(),
    )
}

fn list(language: Language, lines: &[ShownLine]) -> AnyView {
    let rows: Vec<AnyView> = lines.iter().map(|line| row(language, line)).collect();
    view! {
        <section class="desk-wide" tabindex="0" aria-label=say!(language, counter.list)>
            <table class="counter-lines">
                <thead>
                    <tr>
                        <th scope="col">{say!(language, desk.book)}</th>
                        <th scope="col">{say!(language, counter.copies)}</th>
                        <th scope="col" class="desk-number">{say!(language, desk.price)}</th>
                        <th scope="col" class="desk-number">{say!(language, counter.amount)}</th>
                        <td></td>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
        <p class="cart-total">
            {say!(language, cart.total)} " " <strong>{price(language, total(lines))}</strong>
        </p>
        <p class="counter-ways">
            <button class="button">{say!(language, counter.sell)}</button>
            <button class="button button-quiet" formmethod="get" formaction=ADDRESS>
                {say!(language, counter.update)}
            </button>
        </p>
    }
    .into_any()
}

fn row(language: Language, line: &ShownLine) -> AnyView {
    let book = &line.on_shelf.book;
    let (slug, title) = (book.slug.to_string(), book.title.clone());
    let lang = lang_attribute(language, &title);
    let hindrance = line.hindrance.as_ref();
    let hindrance = hindrance.map(|why| {
        let words = hindrance_view(language, &book.slug, why);
        view! { <tr><td colspan="5">{words}</td></tr> }
    });
    let amount = line.total().map(|total| price(language, total));
    view! {
        <tr>
            <th scope="row"><a href=format!("/desk/stock/{slug}") lang=lang>{title.clone()}</a></th>
            <td>
                <input
                    class="counter-copies"
                    name=format!("copies.{slug}")
                    value=line.typed.copies.clone()
                    inputmode="numeric"
                    maxlength="4"
                    autocomplete="off"
                    aria-label=say!(language, counter.copies_of, title = title.clone())
                />
                <input type="hidden" name=format!("price.{slug}") value=book.price.cents().to_string()/>
            </td>
            <td class="desk-number">{price(language, book.price)}</td>
            <td class="desk-number">{amount}</td>
            <td>
                <button
                    class="button button-small button-quiet"
                    name="remove"
                    value=slug
                    formmethod="get"
                    formaction=ADDRESS
                    aria-label=say!(language, counter.remove_book, title = title)
                >{say!(language, counter.remove)}</button>
            </td>
        </tr>
        {hindrance}
    }
    .into_any()
}

/// What was sold just now, with a link to its receipt.
fn sold_line(language: Language, receipt: &Receipt) -> AnyView {
    let words = say!(
        language,
        counter.sold_just_now,
        count = number(language, receipt.copies()),
        total = price(language, receipt.total())
    );
    let address = format!("/desk/counter/receipts/{}", receipt.code);
    view! { <p>{words} " " <a href=address>{say!(language, counter.show_receipt)}</a></p> }
        .into_any()
}

fn not_added_words(language: Language, why: NotAdded) -> String {
    match why {
        NotAdded::Shape => say!(language, counter.bad_scan).to_owned(),
        NotAdded::Check => say!(language, counter.wrong_digit).to_owned(),
        NotAdded::Twice => say!(language, counter.scanned_twice).to_owned(),
        NotAdded::Unknown => say!(language, error.no_such_book).to_owned(),
        NotAdded::Books => {
            let most = u32::try_from(Basket::MAX_LINES).unwrap_or(u32::MAX);
            say!(
                language,
                counter.too_many_books,
                count = number(language, most)
            )
        }
        NotAdded::Copies => say!(language, counter.wrong_copies).to_owned(),
    }
}
