//! The announcements in force when a page is rendered.

use leptos::{prelude::*, tachys::reactive_graph::OwnedView};

use super::island::{AnnouncementsProps, announcements};
use crate::server::StoreContext;

/// The announcements in force. Without JavaScript, the page keeps those it was rendered with.
#[component]
pub(crate) fn AnnouncementsBanner() -> impl IntoView {
    // There is no store while Leptos renders the app at start-up to make the route list.
    let store = use_context::<StoreContext>();
    Suspend::new(async move {
        let props = active(store).await;
        OwnedView::new(announcements(props))
    })
    .into_any()
}

async fn active(store: Option<StoreContext>) -> AnnouncementsProps {
    let Some(StoreContext(store)) = store else {
        return AnnouncementsProps::default();
    };
    match store.announcements().active().await {
        Ok(active) => AnnouncementsProps {
            now: active.now,
            news: active.news(),
        },
        // The page's own reads meet the same failure and report it. The live feed sends the
        // announcements as soon as they can be read.
        Err(_) => AnnouncementsProps::default(),
    }
}
