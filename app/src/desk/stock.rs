//! `/desk/stock`: every book with its copies, live.

mod query;

use std::collections::HashMap;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use protocol::ShopError;
use shop::{Isbn, Language, PageNumber, Slug, Stock};
use store::{CataloguePage, StockColumn, UpcomingSale};

use self::query::{StockQuery, column_word};
use super::{
    books::sections::{new_book_address, reorder_mark},
    frame::{Section, desk_frame, desk_page},
    live_parts::live_parts,
    sale::upcoming::upcoming_sales,
    search_label::{SEARCH_KEY, search_label},
    sort_heading::{direction, sort_heading},
};
use crate::{
    browser::NoProps,
    i18n::{current_language, lang_attribute::lang_attribute, price},
    server::{current_store, shop_error},
};

struct StockPage {
    upcoming: Vec<UpcomingSale>,
    withdrawn: Vec<(Slug, String)>,
    query: StockQuery,
    found: CataloguePage,
    stocks: HashMap<Slug, Stock>,
    reorder_points: HashMap<Slug, u32>,
}

/// The most withdrawn books in the list.
const MOST_WITHDRAWN: u32 = 100;

/// The most sales to open in the list.
const MOST_UPCOMING: u32 = 100;

/// The books that match a search, page by page.
#[component]
pub(crate) fn DeskStockPage() -> impl IntoView {
    let query = use_query_map().read_untracked();
    let query = StockQuery::read(|name| query.get(name).unwrap_or_default());
    desk_page(Section::Stock, find(query), stock_content)
}

async fn find(query: StockQuery) -> Result<StockPage, ShopError> {
    let store = current_store();
    let found = match query.order {
        Some(order) => store.browse_stock(&query.browse, order).await,
        None => store.browse(&query.browse).await,
    };
    let found = found.map_err(shop_error)?;
    let books: Vec<Slug> = found
        .books
        .iter()
        .map(|one| one.book.slug.clone())
        .collect();
    let stocks = store
        .desk_reads()
        .stocks(&books)
        .await
        .map_err(shop_error)?;
    let reorder_points = store.book_desk().reorder_points(&books).await;
    let upcoming = store
        .desk_reads()
        .upcoming_sales(MOST_UPCOMING)
        .await
        .map_err(shop_error)?;
    // A search does not find withdrawn books, so they are listed separately.
    let withdrawn = store
        .desk_reads()
        .withdrawn(MOST_WITHDRAWN)
        .await
        .map_err(shop_error)?;
    Ok(StockPage {
        upcoming,
        withdrawn,
        query,
        found,
        stocks: stocks.into_iter().collect(),
        reorder_points: reorder_points.map_err(shop_error)?.into_iter().collect(),
    })
}

fn stock_content(shown: StockPage) -> AnyView {
    let language = current_language();
    let StockPage {
        upcoming,
        withdrawn,
        query,
        found,
        stocks,
        reorder_points,
    } = shown;
    let seen: Vec<String> = stocks
        .iter()
        .map(|(book, stock)| format!("{book}:{}", stock.version))
        .collect();
    let total = found.total;
    let rows: Vec<_> = found
        .books
        .into_iter()
        .filter_map(|one| {
            let stock = stocks.get(&one.book.slug)?;
            let address = format!("/desk/stock/{}", one.book.slug);
            let lang = lang_attribute(language, &one.book.title);
            let reorder_point = reorder_points.get(&one.book.slug).copied();
            let mark = reorder_mark(language, stock.available(), reorder_point);
            Some(view! {
                <tr id=format!("book-{}", one.book.slug)>
                    <th scope="row"><a href=address lang=lang>{one.book.title}</a> " " <span class="author">{one.book.author}</span>{mark}</th>
                    <td class="desk-number">{price(language, one.book.price)}</td>
                    {numbers(stock)}
                </tr>
            })
        })
        .collect();
    // A scanner types an ISBN into the search. A known one leads to its book, before this page.
    let isbn = Isbn::parse(query.browse.query.as_str()).ok();
    let add = match &isbn {
        Some(_) => say!(language, books.add_isbn),
        None => say!(language, books.add_title),
    };
    let add_address = new_book_address(isbn.as_ref().map(Isbn::as_str));
    let nothing = rows
        .is_empty()
        .then(|| view! { <p role="status">{say!(language, desk.no_books)}</p> });
    let address = |page: PageNumber| query.on_page(page).address();
    let before = query.browse.page.before().map(address);
    let after = query.browse.page.after(total).map(address);
    let withdrawn = (!withdrawn.is_empty()).then(|| {
        let books: Vec<_> = withdrawn
            .into_iter()
            .map(|(book, title)| {
                let (address, lang) = (format!("/desk/stock/{book}"), lang_attribute(language, &title));
                view! { <li><a href=address lang=lang>{title}</a></li> }
            })
            .collect();
        view! { <h2>{say!(language, desk.withdrawn_books)}</h2> <ul class="desk-lines">{books}</ul> }
    });
    let content = view! {
        {search_form(language, &query)}
        <p><a href=add_address>{add}</a></p>
        <div id="stock" data-fresh=seen.join(",") data-every="10">
            {nothing}
            <section class="desk-wide" tabindex="0" aria-label=say!(language, desk.stock)>
                <table>
                    <thead><tr>{sort_headings(language, &query)}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </section>
            <nav class="pages" aria-label=say!(language, shelf.pages)>
                {before.map(|page| view! { <a rel="prev" href=page>{say!(language, desk.before)}</a> })}
                {after.map(|page| view! { <a rel="next" href=page>{say!(language, desk.after)}</a> })}
            </nav>
            {upcoming_sales(upcoming)}
            {withdrawn}
        </div>
        {live_parts(NoProps)}
    };
    desk_frame(
        Section::Stock,
        say!(language, desk.stock),
        content.into_any(),
    )
}

fn search_form(language: Language, query: &StockQuery) -> AnyView {
    // Another search is sorted as this one.
    let order = query.order.map(|order| {
        view! {
            <input type="hidden" name="sort" value=column_word(order.column)/>
            <input type="hidden" name="dir" value=direction(order.is_descending)/>
        }
    });
    let text = query.browse.query.as_str().to_owned();
    view! {
        <form class="desk-find" method="get" action="/desk/stock" role="search">
            <label>
                {search_label(say!(language, desk.find_book))}
                <input type="search" name="q" value=text maxlength="200" autocomplete="off" accesskey=SEARCH_KEY/>
            </label>
            {order}
            <button class="button button-small button-quiet">{say!(language, desk.find)}</button>
        </form>
    }
    .into_any()
}

/// The headings of the list, each with a link that sorts by its column.
fn sort_headings(language: Language, query: &StockQuery) -> Vec<AnyView> {
    let head = |column, words, class| {
        let (sorted, address) = (query.sorted_by(column), query.by(column).address());
        sort_heading(words, class, sorted, address)
    };
    let title = head(StockColumn::Title, say!(language, desk.book), None);
    let numbers = [
        (StockColumn::Price, say!(language, desk.price)),
        (StockColumn::OnHand, say!(language, desk.on_hand)),
        (StockColumn::Held, say!(language, desk.held)),
        (StockColumn::Allocated, say!(language, desk.allocated)),
        (StockColumn::Available, say!(language, desk.available)),
    ];
    let numbers = numbers.map(|(column, words)| head(column, words, Some("desk-number")));
    [title].into_iter().chain(numbers).collect()
}

/// The four numbers of a book's copies.
pub(super) fn numbers(stock: &Stock) -> AnyView {
    let counts = [
        stock.on_hand,
        stock.held,
        stock.allocated,
        stock.available(),
    ];
    let cells: Vec<_> = counts
        .into_iter()
        .map(|count| view! { <td class="desk-number">{count}</td> })
        .collect();
    cells.into_any()
}

/// The headings of the columns that [`numbers`] fills.
pub(super) fn headings() -> AnyView {
    let language = current_language();
    let names = [
        say!(language, desk.on_hand),
        say!(language, desk.held),
        say!(language, desk.allocated),
        say!(language, desk.available),
    ];
    let cells: Vec<_> = names
        .into_iter()
        .map(|name| view! { <th scope="col" class="desk-number">{name}</th> })
        .collect();
    cells.into_any()
}
