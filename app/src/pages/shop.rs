//! `/`: the shelf: what is looked for, page by page, every book with its live count.
//!
//! The address says what is shown, and all of it works by links and one plain form.

use leptos::prelude::*;
use leptos_meta::{Link, Meta, Title};
use leptos_router::hooks::use_query_map;
use shop::{Browse, PageNumber, Sort};

use super::page;
use crate::{
    catalogue::{self, BookView, ShelfView},
    components::{Cover, notice_line},
    islands,
};

/// The shelf.
#[component]
pub(crate) fn ShopPage() -> impl IntoView {
    let query = use_query_map().read_untracked();
    let part = |name| query.get(name).unwrap_or_default();
    let read = catalogue::view_shelf(part("q"), part("sort"), part("in_stock"), part("page"));
    page(read, shelf)
}

/// Where a page of the catalogue is.
fn address(wish: &Browse) -> String {
    let parts = wish.parts().into_iter();
    let parts: Vec<_> = parts
        .map(|(name, value)| format!("{name}={}", in_address(&value)))
        .collect();
    match parts.as_slice() {
        [] => "/".to_owned(),
        parts => format!("/?{}", parts.join("&")),
    }
}

/// With what has a meaning in an address written as `%…`. Leptos' own way writes `_` as `%5F`, which nobody can read.
fn in_address(text: &str) -> String {
    let mut written = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                written.push(char::from(byte));
            }
            byte => written.push_str(&format!("%{byte:02X}")),
        }
    }
    written
}

fn shelf(shelf: ShelfView) -> AnyView {
    let ShelfView {
        wish,
        total,
        books,
        shop_url,
    } = shelf;
    let words = in_words(&wish, total);
    let beyond = books.is_empty() && total > 0;
    let around = (!beyond).then(|| pages(&wish, total));
    let way_on = books.is_empty().then(|| way_on(&wish, total));
    let books: Vec<AnyView> = (books.into_iter().zip(1..))
        .map(|(book, place)| on_shelf(book, place <= IN_VIEW))
        .collect();
    let here = format!("{shop_url}{}", address(&wish));
    // A search is of no use to a search engine, nor is a page without books.
    let not_for_engines = !wish.query.is_empty() || books.is_empty();
    let title = wish.query.as_str().to_owned();
    view! {
        <Title text=title/>
        <Meta name="description" content="A bookshop whose every page shows the shelf as it is this second."/>
        <Meta name="robots" content=if not_for_engines { "noindex" } else { "all" }/>
        <Link rel="canonical" href=here/>
        <h1 class="shelf-title">"On the shelf"</h1>
        {notice_line()}
        {controls(&wish)}
        <p class="found" role="status">{words}</p>
        {way_on}
        <ul class="shelf">{books}</ul>
        {around}
    }
    .into_any()
}

/// What is looked for, the order, and what is left out.
fn controls(wish: &Browse) -> AnyView {
    let best_first = if wish.query.is_empty() {
        "Our own order"
    } else {
        "Best match first"
    };
    let orders = [
        (None, best_first),
        (Some(Sort::Title), "By title"),
        (Some(Sort::Author), "By author"),
        (Some(Sort::PriceUp), "Cheapest first"),
        (Some(Sort::PriceDown), "Dearest first"),
        (Some(Sort::Newest), "Newest first"),
    ];
    let orders: Vec<AnyView> = orders
        .into_iter()
        .map(|(sort, words)| {
            let word = sort.map_or("", Sort::word);
            view! { <option value=word selected=wish.sort == sort>{words}</option> }.into_any()
        })
        .collect();
    view! {
        <form class="browse" role="search" method="get" action="/">
            <label class="browse-query">
                <span>"Search by title, author or ISBN"</span>
                <input type="search" name="q" value=wish.query.as_str().to_owned() maxlength="120" autocomplete="off" spellcheck="false"/>
            </label>
            <label>
                <span>"Order"</span>
                <select name="sort">{orders}</select>
            </label>
            <label class="browse-stock">
                <input type="checkbox" name="in_stock" value="1" checked=wish.in_stock/>
                <span>"In stock only"</span>
            </label>
            <button type="submit">"Show"</button>
        </form>
    }
    .into_any()
}

/// What is shown, in a sentence.
fn in_words(wish: &Browse, total: u32) -> String {
    let stock = if wish.in_stock { " in stock" } else { "" };
    let query = wish.query.as_str();
    let number = grouped(total);
    match (total, query.is_empty()) {
        (0, true) => format!("There is no book{stock} just now."),
        (0, false) => format!("No book{stock} matches “{query}”."),
        (1, true) => format!("One book{stock}."),
        (1, false) => format!("One book{stock} matches “{query}”."),
        (_, true) => format!("{number} books{stock}."),
        (_, false) => format!("{number} books{stock} match “{query}”."),
    }
}

/// With commas between the thousands.
fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Where to go from a page without books.
fn way_on(wish: &Browse, total: u32) -> AnyView {
    if total > 0 {
        let last = PageNumber::last_of(total);
        let words = format!(
            "There is no page {}. The last one is page {}.",
            wish.page.get(),
            last.get()
        );
        let back = address(&wish.on_page(last));
        return view! { <p class="way-on">{words}" "<a href=back>"Go there"</a></p> }.into_any();
    }
    let in_cart_too = (wish.in_stock).then(|| {
        let with_all = Browse {
            in_stock: false,
            page: PageNumber::FIRST,
            ..wish.clone()
        };
        view! { <a href=address(&with_all)>"Look among the sold out ones too"</a>" " }
    });
    let shorter =
        (!wish.query.is_empty()).then_some("Fewer words, or only the author’s name, may find it. ");
    view! { <p class="way-on">{shorter}{in_cart_too}<a href="/">"See all books"</a></p> }.into_any()
}

/// The pages before and after this one.
fn pages(wish: &Browse, total: u32) -> AnyView {
    let last = PageNumber::last_of(total);
    if last == PageNumber::FIRST {
        return ().into_any();
    }
    let before = wish.page.before().map(|page| address(&wish.on_page(page)));
    let after = wish
        .page
        .after(total)
        .map(|page| address(&wish.on_page(page)));
    let here = format!(
        "Page {} of {}",
        grouped(wish.page.get()),
        grouped(last.get())
    );
    view! {
        <nav class="pages" aria-label="Pages">
            {before.map(|page| view! { <a rel="prev" href=page>"Previous page"</a> })}
            <span>{here}</span>
            {after.map(|page| view! { <a rel="next" href=page>"Next page"</a> })}
        </nav>
    }
    .into_any()
}

/// As many covers as are in view when the page opens, on most screens. They are not put off.
const IN_VIEW: usize = 4;

fn on_shelf(view: BookView, in_view: bool) -> AnyView {
    let BookView { book, level, .. } = view;
    let address = format!("/books/{}", book.slug);

    view! {
        <li class="on-shelf">
            <a href=address>
                <Cover book=book.slug.clone() alt=book.cover_alt.clone() eager=in_view/>
                <span class="on-shelf-title">{book.title.clone()}</span>
            </a>
            <span class="author">{book.author.clone()}</span>
            <span class="on-shelf-facts">
                <span class="price">{book.price.to_string()}</span>
                {islands::stock_note(level)}
            </span>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_said_in_a_sentence() {
        let said = |query, in_stock, total| in_words(&Browse::read(query, "", in_stock, ""), total);
        assert_eq!(said("", "", 100_000), "100,000 books.");
        assert_eq!(said("night", "1", 1), "One book in stock matches “night”.");
        assert_eq!(said("<b>", "", 0), "No book matches “<b>”.");
    }

    #[test]
    fn an_address_holds_only_what_is_not_as_it_would_be_anyway() {
        assert_eq!(address(&Browse::default()), "/");
        let wish = Browse::read("tea & rain=?#é", "price_up", "1", "2");
        assert_eq!(
            address(&wish),
            "/?q=tea%20%26%20rain%3D%3F%23%C3%A9&sort=price_up&in_stock=1&page=2"
        );
    }
}
