//! The announcements in force when a page is rendered.

use leptos::{prelude::*, tachys::reactive_graph::OwnedView};

use super::island::{AnnouncementsProps, announcements};
use crate::server::StoreContext;

/// The announcements in force. Whoever comes later sees them in the page, and whoever has no
/// script sees them as they were then.
#[component]
pub(crate) fn AnnouncementsBanner() -> impl IntoView {
    // There is none where the server only looks which pages there are.
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
        // What keeps it from being read is met by the page's own readings, and said there.
        // The live feed tells of the announcements as soon as they can be read.
        Err(_) => AnnouncementsProps::default(),
    }
}
