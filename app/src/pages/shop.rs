//! `/`: the shelf, every book on it with its live count.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};

use super::page;
use crate::{
    catalogue::{self, BookView},
    components::{Cover, notice_line},
    islands,
};

/// The shelf.
#[component]
pub(crate) fn ShopPage() -> impl IntoView {
    page(catalogue::view_shelf(), shelf)
}

fn shelf(books: Vec<BookView>) -> AnyView {
    let books: Vec<AnyView> = books.into_iter().map(on_shelf).collect();
    view! {
        <Title text=""/>
        <Meta name="description" content="A bookshop whose every page shows the shelf as it is this second."/>
        <h1 class="shelf-title">"On the shelf"</h1>
        {notice_line()}
        <ul class="shelf">{books}</ul>
    }
    .into_any()
}

fn on_shelf(view: BookView) -> AnyView {
    let BookView { book, level, .. } = view;
    let address = format!("/books/{}", book.slug);

    view! {
        <li class="on-shelf">
            <a href=address>
                <Cover book=book.slug.clone() alt=book.cover_alt.clone() eager=false/>
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
