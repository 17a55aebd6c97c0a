//! When the page arrived.

use leptos::prelude::window;

use super::page::now;
use crate::browser::Moment;

/// When the page began to arrive. The shop had read the page's data by then.
pub(crate) fn received() -> Moment {
    let clock = window().performance();
    let counted = clock.as_ref().and_then(|clock| {
        let loaded = clock.get_entries_by_type("navigation").get(0);
        js_sys::Reflect::get(&loaded, &"responseStart".into())
            .ok()?
            .as_f64()
    });
    let now = now();
    let counted = counted.unwrap_or(now.counted);
    Moment {
        counted,
        wall: now.wall - (now.counted - counted),
    }
}
