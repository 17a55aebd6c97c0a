//! `/desk`: what there is to do today.

use leptos::prelude::*;
use store::{Store, StoreError};

use super::{
    books::{self, TodaysBooks, book_parts},
    notes::{self, Notes, note_parts},
    orders::{self, TodaysOrders, order_parts},
};
use crate::{
    browser::NoProps,
    desk::{
        frame::{Section, desk_frame, desk_page},
        live_parts::live_parts,
    },
    i18n::current_language,
    server::{current_store, shop_error},
};

/// The page's data.
struct Today {
    notes: Notes,
    orders: TodaysOrders,
    books: TodaysBooks,
}

/// What there is to do today, each with the way to do it.
#[component]
pub(crate) fn TodayPage() -> impl IntoView {
    let is_owner = Section::Imports.is_open();
    let read = async move {
        let store = current_store();
        read(&*store, is_owner).await.map_err(shop_error)
    };
    desk_page(Section::Today, read, today_content)
}

async fn read(store: &dyn Store, is_owner: bool) -> Result<Today, StoreError> {
    let now = store.desk_reads().now().await?;
    Ok(Today {
        notes: notes::read(store, now, is_owner).await?,
        orders: orders::read(store, now).await?,
        books: books::read(store, now).await?,
    })
}

fn today_content(today: Today) -> AnyView {
    let language = current_language();
    let content = view! {
        <div class="today">
            <div>{order_parts(language, &today.orders)}</div>
            <div>
                {book_parts(language, today.books)}
                {note_parts(language, today.notes)}
            </div>
        </div>
        {live_parts(NoProps)}
    };
    desk_frame(
        Section::Today,
        say!(language, today.title),
        content.into_any(),
    )
}
