//! `/`: the shelf, page by page. The whole search is in the address, so links and a plain form are
//! enough.

use leptos::prelude::*;
use leptos_meta::{Link, Meta, Title};
use leptos_router::hooks::use_query_map;
use shop::{Browse, Language, PageNumber, Sort};

use super::{ShelfView, metadata::about_shop, view_shelf};
use crate::{
    book::{BookView, cover::Cover, stock_count::stock_note},
    i18n::{current_language, lang_attribute::lang_attribute, number},
    layout::{notice::notice_line, page::load_page, query::to_query},
    search::island::{SearchProps, search_field},
    server::http_status,
};

/// The shelf.
#[component]
pub(crate) fn ShelfPage() -> impl IntoView {
    let query = use_query_map().read_untracked();
    let part = |name| query.get(name).unwrap_or_default();
    let read = view_shelf(part("q"), part("sort"), part("in_stock"), part("page"));
    load_page(read, shelf)
}

/// The address of a page of the catalogue.
fn address(wish: &Browse) -> String {
    match to_query(wish.parts()).as_str() {
        "" => "/".to_owned(),
        query => format!("/?{query}"),
    }
}

fn shelf(shelf: ShelfView) -> AnyView {
    let ShelfView {
        wish,
        total,
        books,
        shop_url,
    } = shelf;
    let language = current_language();
    let words = results_sentence(language, &wish, total);
    let beyond = books.is_empty() && total > 0;
    if beyond {
        http_status::set_not_found();
    }
    let pages = (!beyond).then(|| pagination(&wish, total));
    let no_books_links = books.is_empty().then(|| no_books_links(&wish, total));
    let books: Vec<AnyView> = (books.into_iter().zip(1..))
        .map(|(book, place)| shelf_item(book, place <= IN_VIEW))
        .collect();
    let canonical = format!("{shop_url}{}", address(&wish));
    // Search engines have no use for search results or for a page without books.
    let not_for_engines = !wish.query.is_empty() || books.is_empty();
    let is_front_page = wish == Browse::default();
    let about_shop = is_front_page.then(|| about_shop(&shop_url)).flatten();
    let title = wish.query.as_str().to_owned();
    view! {
        <Title text=title/>
        <Meta name="description" content=say!(language, shelf.description)/>
        <Meta name="robots" content=if not_for_engines { "noindex" } else { "all" }/>
        <Link rel="canonical" href=canonical/>
        {about_shop}
        <h1 class="shelf-title">{say!(language, shelf.heading)}</h1>
        {notice_line()}
        {controls(&wish)}
        <p class="found" role="status">{words}</p>
        {no_books_links}
        <ul class="shelf">{books}</ul>
        {pages}
    }
    .into_any()
}

/// The form for the query, the sort order and the filter.
fn controls(wish: &Browse) -> AnyView {
    let language = current_language();
    let best_first = if wish.query.is_empty() {
        say!(language, shelf.our_order)
    } else {
        say!(language, shelf.best_first)
    };
    let orders = [
        (None, best_first),
        (Some(Sort::Title), say!(language, shelf.by_title)),
        (Some(Sort::Author), say!(language, shelf.by_author)),
        (Some(Sort::PriceUp), say!(language, shelf.cheapest)),
        (Some(Sort::PriceDown), say!(language, shelf.dearest)),
        (Some(Sort::Newest), say!(language, shelf.newest)),
    ];
    let orders: Vec<AnyView> = orders
        .into_iter()
        .map(|(sort, words)| {
            let word = sort.map_or("", Sort::as_str);
            view! { <option value=word selected=wish.sort == sort>{words}</option> }.into_any()
        })
        .collect();
    let query = wish.query.as_str().to_owned();
    view! {
        <form class="browse" role="search" method="get" action="/">
            <div class="browse-query">
                <label for="search">{say!(language, shelf.search)}</label>
                {search_field(SearchProps { query })}
            </div>
            <label>
                <span>{say!(language, shelf.order)}</span>
                <select name="sort">{orders}</select>
            </label>
            <label class="browse-stock">
                <input type="checkbox" name="in_stock" value="1" checked=wish.in_stock/>
                <span>{say!(language, shelf.in_stock_only)}</span>
            </label>
            <button class="button button-small button-quiet" type="submit">{say!(language, shelf.show)}</button>
        </form>
    }
    .into_any()
}

/// The sentence that says what the page shows.
fn results_sentence(language: Language, wish: &Browse, total: u32) -> String {
    let query = wish.query.as_str();
    let count = number(language, total);
    if query.is_empty() {
        return match (total, wish.in_stock) {
            (0, false) => say!(language, shelf.none).to_owned(),
            (0, true) => say!(language, shelf.none_in_stock).to_owned(),
            (_, false) => say!(language, shelf.some, count),
            (_, true) => say!(language, shelf.some_in_stock, count),
        };
    }
    match (total, wish.in_stock) {
        (0, false) => say!(language, shelf.none_found, query),
        (0, true) => say!(language, shelf.none_found_in_stock, query),
        (_, false) => say!(language, shelf.some_found, count, query),
        (_, true) => say!(language, shelf.some_found_in_stock, count, query),
    }
}

/// The links on a page without books.
fn no_books_links(wish: &Browse, total: u32) -> AnyView {
    let language = current_language();
    if total > 0 {
        let last = PageNumber::last_of(total);
        let words = say!(
            language,
            shelf.no_page,
            page = number(language, wish.page.get()),
            last = number(language, last.get())
        );
        let back = address(&wish.on_page(last));
        return view! { <p class="way-on">{words} " " <a href=back>{say!(language, shelf.go_there)}</a></p> }.into_any();
    }
    let sold_out_too = (wish.in_stock).then(|| {
        let with_all = Browse {
            in_stock: false,
            page: PageNumber::FIRST,
            ..wish.clone()
        };
        view! { <a href=address(&with_all)>{say!(language, shelf.sold_out_too)}</a>" " }
    });
    let shorter =
        (!wish.query.is_empty()).then(|| view! { {say!(language, shelf.fewer_words)} " " });
    view! { <p class="way-on">{shorter}{sold_out_too}<a href="/">{say!(language, shelf.see_all)}</a></p> }.into_any()
}

/// The links to the previous and next page.
fn pagination(wish: &Browse, total: u32) -> AnyView {
    let last = PageNumber::last_of(total);
    if last == PageNumber::FIRST {
        return ().into_any();
    }
    let before = wish.page.before().map(|page| address(&wish.on_page(page)));
    let after = wish
        .page
        .after(total)
        .map(|page| address(&wish.on_page(page)));
    let language = current_language();
    let at = say!(
        language,
        shelf.page,
        page = number(language, wish.page.get()),
        last = number(language, last.get())
    );
    view! {
        <nav class="pages" aria-label=say!(language, shelf.pages)>
            {before.map(|page| view! { <a rel="prev" href=page>{say!(language, shelf.before)}</a> })}
            <span>{at}</span>
            {after.map(|page| view! { <a rel="next" href=page>{say!(language, shelf.after)}</a> })}
        </nav>
    }
    .into_any()
}

/// The number of covers that are in view when the page opens, on most screens. They are not loaded
/// lazily.
const IN_VIEW: usize = 4;

fn shelf_item(view: BookView, in_view: bool) -> AnyView {
    let BookView {
        book, level, opens, ..
    } = view;
    let language = current_language();
    let address = format!("/books/{}", book.slug);
    let opens_at = opens.map(|at| {
        view! { <span class="on-shelf-opens">{say!(language, shelf.opens, at)}</span> }
    });

    view! {
        <li class="on-shelf">
            <a href=address>
                <Cover book=book.slug.clone() alt=book.cover_alt.clone() revision=level.page eager=in_view/>
                <span class="on-shelf-title" translate="no" lang=lang_attribute(language, &book.title)>{book.title.clone()}</span>
            </a>
            <span class="author" translate="no">{book.author.clone()}</span>
            {opens_at}
            <span class="on-shelf-facts">
                {stock_note(level)}
            </span>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_says_what_the_page_shows() {
        let said = |query, in_stock, total| {
            let wish = Browse::from_query(query, "", in_stock, "");
            results_sentence(Language::English, &wish, total)
        };
        assert_eq!(said("", "", 100_000), "100,000 books.");
        assert_eq!(said("night", "1", 1), "1 book in stock matches “night”.");
        assert_eq!(said("<b>", "", 0), "No books match “<b>”.");
        let wish = Browse::from_query("夜", "", "1", "");
        assert_eq!(
            results_sentence(Language::Chinese, &wish, 1_234),
            "找到 1,234 种与“夜”相符的有货图书。"
        );
    }

    #[test]
    fn an_address_leaves_out_default_values() {
        assert_eq!(address(&Browse::default()), "/");
        let wish = Browse::from_query("tea & rain=?#é", "price_up", "1", "2");
        assert_eq!(
            address(&wish),
            "/?q=tea%20%26%20rain%3D%3F%23%C3%A9&sort=price_up&in_stock=1&page=2"
        );
    }
}
