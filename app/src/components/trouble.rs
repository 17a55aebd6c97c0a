//! A page that could not be shown: what is wrong, and the way on.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};

use crate::{ShopError, http_status};

/// In place of a page, with the fitting status.
#[component]
pub(crate) fn Trouble(error: ShopError) -> impl IntoView {
    let (title, words, again) = match error {
        ShopError::NoSuchBook | ShopError::NoSuchOrder => {
            http_status::set_not_found();
            (
                "Not on any shelf",
                "There is no such page in this shop. It may have been misspelt, or it never was.",
                false,
            )
        }
        _ => {
            http_status::set_busy();
            (
                "One moment, please",
                "The shop cannot show this page just now. Nothing is lost: please try again in a moment.",
                true,
            )
        }
    };
    view! {
        <Title text=title/>
        <Meta name="robots" content="noindex"/>
        <section class="trouble">
            <h1>{title}</h1>
            <p>{words}</p>
            // The same page once more, loaded anew.
            {again.then(|| view! { <p><a href="">"Try again"</a></p> })}
            <p><a href="/">"Back to the shelf"</a></p>
        </section>
    }
}
