//! The page for an error: its message, and links to go on.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use protocol::ShopError;

use crate::{i18n::current_language, server::http_status};

/// An error in place of a page, with its HTTP status.
#[component]
pub(crate) fn ErrorPage(error: ShopError) -> impl IntoView {
    let language = current_language();
    let (title, words, again) = match error {
        ShopError::NoSuchBook | ShopError::NoSuchOrder => {
            http_status::set_not_found();
            (
                say!(language, page.not_found),
                say!(language, page.not_found_more),
                false,
            )
        }
        _ => {
            http_status::set_busy();
            (
                say!(language, page.busy),
                say!(language, page.busy_more),
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
            // A link with an empty address reloads the page.
            {again.then(|| view! { <p><a href="">{say!(language, page.again)}</a></p> })}
            <p><a href="/">{say!(language, page.back)}</a></p>
        </section>
    }
}
