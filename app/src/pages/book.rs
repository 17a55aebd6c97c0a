//! `/books/{slug}`: one book, its count, and the button.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_params_map;
use shop::Slug;

use crate::{
    ShopError,
    catalogue::{self, BookView},
    components::{Buy, Cover, StockCount, Trouble},
    live::Live,
};

/// The page of the book that the address names.
#[component]
pub(crate) fn BookPage() -> impl IntoView {
    let params = use_params_map();
    let slug = move || params.read().get("slug").unwrap_or_default();
    let page = Resource::new_blocking(slug, |slug| async move {
        match Slug::parse(&slug) {
            Ok(slug) => catalogue::view_book(slug).await,
            Err(_) => Err(ShopError::NoSuchBook),
        }
    });

    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(view) => view! { <OneBook view/> }.into_any(),
                    Err(error) => view! { <Trouble error/> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn OneBook(view: BookView) -> impl IntoView {
    let BookView {
        book,
        level,
        in_cart,
        key,
        ..
    } = view;
    let level = expect_context::<Live>().follow(level);

    view! {
        <Title text=book.title.clone()/>
        <Meta name="description" content=book.description.clone()/>
        <article class="book">
            <Cover book=book.slug.clone() alt=book.cover_alt.clone() eager=true/>
            <div class="book-words">
                <h1>{book.title.clone()}</h1>
                <p class="author">"by " {book.author.clone()}</p>
                <p class="price">{book.price.to_string()}</p>
                <StockCount level/>
                <Buy book=book.slug.clone() level in_cart key/>
                <p class="description">{book.description.clone()}</p>
            </div>
        </article>
    }
}
