//! `/`: the shelf, every book on it with its live count.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};

use crate::{
    catalogue::{self, BookView},
    components::{Cover, StockNote, Trouble, notice_line},
    live::Live,
};

/// The shelf.
#[component]
pub(crate) fn ShopPage() -> impl IntoView {
    let shelf = Resource::new_blocking(|| (), |()| catalogue::view_shelf());

    view! {
        <Title text=""/>
        <Meta name="description" content="A bookshop whose every page shows the shelf as it is this second."/>
        <Suspense>
            {move || Suspend::new(async move {
                match shelf.await {
                    Ok(books) => view! { <Shelf books/> }.into_any(),
                    Err(error) => view! { <Trouble error/> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Shelf(books: Vec<BookView>) -> impl IntoView {
    view! {
        <h1 class="shelf-title">"On the shelf"</h1>
        {notice_line()}
        <ul class="shelf">
            {books.into_iter().map(|view| view! { <OnShelf view/> }).collect_view()}
        </ul>
    }
}

#[component]
fn OnShelf(view: BookView) -> impl IntoView {
    let BookView { book, level, .. } = view;
    let level = expect_context::<Live>().follow(level);
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
                <StockNote level/>
            </span>
        </li>
    }
}
