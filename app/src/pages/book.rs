//! `/books/{slug}`: one book, its count, and the button.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_params_map;
use shop::Slug;

use super::{
    about_book::about_book,
    view::{View, page},
};
use crate::{
    ShopError, catalogue,
    components::{Buy, Cover, InCart, StockCount},
    live::Live,
};

/// The page of the book that the address names.
#[component]
pub(crate) fn BookPage() -> impl IntoView {
    let params = use_params_map();
    page(
        move || params.read().get("slug").unwrap_or_default(),
        |slug| {
            Box::pin(async move {
                let slug = Slug::parse(&slug).map_err(|_| ShopError::NoSuchBook)?;
                catalogue::view_book(slug).await.map(View::Book)
            })
        },
        one_book,
    )
}

fn one_book(shown: RwSignal<View>) -> AnyView {
    let View::Book(view) = shown.get_untracked() else {
        return ().into_any();
    };
    let about = about_book(&view);
    let book = view.book;
    let level = expect_context::<Live>().follow(view.level);
    // The latest truth: what the button's answer said, or another tab's did to the cart.
    let copies = InCart::new(view.in_cart, level.read_untracked().version, level);
    Effect::new(move |_| {
        if let View::Book(view) = &*shown.read() {
            copies.hear(view.in_cart, view.level.version);
        }
    });

    view! {
        <Title text=book.title.clone()/>
        <Meta name="description" content=book.description.clone()/>
        {about}
        <article class="book">
            <Cover book=book.slug.clone() alt=book.cover_alt eager=true/>
            <div class="book-words">
                <h1>{book.title}</h1>
                <p class="author">"by " {book.author}</p>
                <p class="price">{book.price.to_string()}</p>
                <StockCount level/>
                <Buy book=book.slug level copies key=view.key/>
                <p class="description">{book.description}</p>
                {book.isbn.map(|isbn| view! { <p class="isbn">"ISBN "{isbn.to_string()}</p> })}
            </div>
        </article>
    }
    .into_any()
}
