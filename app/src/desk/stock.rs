//! `/desk/stock`: every book with its copies, live.

use std::collections::HashMap;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use protocol::ShopError;
use shop::{Browse, PageNumber, Slug, Stock};
use store::{CataloguePage, UpcomingSale};

use super::{
    frame::{Section, desk_frame, desk_page},
    live_parts::live_parts,
    sale::upcoming::upcoming_sales,
};
use crate::{
    browser::NoProps,
    i18n::{current_language, lang_attribute::lang_attribute, price},
    layout::query::encode,
    server::{current_store, shop_error},
};

struct StockPage {
    upcoming: Vec<UpcomingSale>,
    withdrawn: Vec<(Slug, String)>,
    browse: Browse,
    found: CataloguePage,
    stocks: HashMap<Slug, Stock>,
}

/// The most withdrawn books in the list.
const MOST_WITHDRAWN: u32 = 100;

/// The most sales to open in the list.
const MOST_UPCOMING: u32 = 100;

/// The books that match a search, page by page.
#[component]
pub(crate) fn DeskStockPage() -> impl IntoView {
    let query = use_query_map().read_untracked();
    let part = |name| query.get(name).unwrap_or_default();
    desk_page(
        Section::Stock,
        find(Browse::from_query(&part("q"), "", "", &part("page"))),
        stock_content,
    )
}

async fn find(browse: Browse) -> Result<StockPage, ShopError> {
    let store = current_store();
    let found = store.browse(&browse).await.map_err(shop_error)?;
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
        browse,
        found,
        stocks: stocks.into_iter().collect(),
    })
}

fn stock_content(shown: StockPage) -> AnyView {
    let language = current_language();
    let StockPage {
        upcoming,
        withdrawn,
        browse,
        found,
        stocks,
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
            Some(view! {
                <tr>
                    <th scope="row"><a href=address lang=lang>{one.book.title}</a> " " <span class="author">{one.book.author}</span></th>
                    <td class="desk-number">{price(language, one.book.price)}</td>
                    {numbers(stock)}
                </tr>
            })
        })
        .collect();
    let nothing = rows
        .is_empty()
        .then(|| view! { <p role="status">{say!(language, desk.no_books)}</p> });
    let address = |page: PageNumber| {
        let query = encode(browse.query.as_str());
        format!("/desk/stock?q={query}&page={}", page.get())
    };
    let before = browse.page.before().map(address);
    let after = browse.page.after(total).map(address);
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
        <form class="desk-find" method="get" action="/desk/stock" role="search">
            <label>
                <span>{say!(language, desk.find_book)}</span>
                <input type="search" name="q" value=browse.query.as_str().to_owned() maxlength="200" autocomplete="off"/>
            </label>
            <button class="button button-small button-quiet">{say!(language, desk.find)}</button>
        </form>
        <div id="stock" data-fresh=seen.join(",") data-every="10">
            {nothing}
            <section class="desk-wide" tabindex="0" aria-label=say!(language, desk.stock)>
                <table>
                    <thead><tr><th scope="col">{say!(language, desk.book)}</th><th scope="col" class="desk-number">{say!(language, desk.price)}</th>{headings()}</tr></thead>
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
