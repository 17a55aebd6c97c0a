//! The page for an error: what is wrong, and where to go from here.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use protocol::ShopError;

use crate::{i18n::current_language, server::http_status};

/// The error in place of a page, with the fitting status.
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
            // An empty address loads the same page again.
            {again.then(|| view! { <p><a href="">{say!(language, page.again)}</a></p> })}
            <p><a href="/">{say!(language, page.back)}</a></p>
        </section>
    }
}
