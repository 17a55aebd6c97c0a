//! The island of the dashboard: all figures, which it keeps up to date.

use leptos::prelude::*;

use super::{
    Dashboard,
    updates::Updates,
    views::{figure_list, instance_section},
};
use crate::{
    browser::{changing_text::changing_text, islands},
    i18n::current_language,
};

islands! {
    /// The figures of the dashboard.
    dashboard(Dashboard) => view,
}

fn view(rendered: Dashboard) -> impl IntoView {
    let language = current_language();
    let updates = Updates::new(rendered);
    let (glances, notice) = (updates.glances, updates.notice);
    Effect::new(move |_| updates.start());
    let whole = move || figure_list(language, glances.read().whole.clone());
    let instances = move || {
        let instances = glances.read().instances.clone().into_iter();
        let sections = instances.map(|instance| instance_section(language, instance));
        sections.collect::<Vec<_>>()
    };
    view! {
        <div class="glance" id="glance">
            <p class="glance-stale" role="status" inner_html=changing_text(move || notice.get().unwrap_or_default())></p>
            <section aria-labelledby="glance-whole">
                <h2 id="glance-whole">{say!(language, dashboard.whole)}</h2>
                {whole}
            </section>
            {instances}
            <p class="glance-more">{say!(language, dashboard.here_more)}</p>
        </div>
    }
}
