//! The figures of the dashboard, each with a chart of the last half hour. A script keeps them up
//! to date (`public/scripts/glance.js`).

use leptos::prelude::*;
use serde_json::json;
use shop::Language;

use super::{CHART_HEIGHT, CHART_WIDTH, Dashboard, Figure, RefusalReason};
use crate::i18n::{Slot, around_slot, current_language};

/// The figures and the refusals of one instance.
pub(crate) fn dashboard_view(dashboard: Dashboard) -> AnyView {
    let language = current_language();
    let Dashboard {
        instance,
        figures,
        refused,
    } = dashboard;
    let (whole, own): (Vec<_>, Vec<_>) = figures
        .into_iter()
        .partition(|figure| figure.kind.is_of_the_whole_shop());
    let list = |figures: Vec<Figure>| {
        let figures: Vec<_> = figures
            .into_iter()
            .map(|figure| one_figure(language, figure))
            .collect();
        view! { <dl class="glance-figures">{figures}</dl> }
    };
    let heading = say!(language, dashboard.here, instance = instance.clone());
    view! {
        <div class="glance" id="glance" data-words=script_messages(language)>
            <p class="glance-stale" role="status"></p>
            <section aria-labelledby="glance-whole">
                <h2 id="glance-whole">{say!(language, dashboard.whole)}</h2>
                {list(whole)}
            </section>
            <section data-instance=instance>
                <h2 class="glance-instance">{heading}</h2>
                {list(own)}
                <table class="glance-refused">
                    <caption>{say!(language, dashboard.reasons)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{say!(language, dashboard.reason)}</th>
                            <th scope="col">{say!(language, dashboard.count)}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {refused.into_iter().map(|refused| one_reason(language, refused)).collect::<Vec<_>>()}
                    </tbody>
                </table>
            </section>
            <p class="glance-more">{say!(language, dashboard.here_more)}</p>
            <script type="module" src="/scripts/glance.js"></script>
        </div>
    }
    .into_any()
}

fn one_figure(language: Language, figure: Figure) -> impl IntoView {
    let picture = format!("0 0 {CHART_WIDTH} {CHART_HEIGHT}");
    let (before, after) = around_slot(&say!(language, dashboard.half_an_hour, range = Slot));
    let (now, range, about) = (figure.shown(), figure.range(), figure.about(language));
    view! {
        <div data-figure=figure.kind.id()>
            <dt>{figure.kind.name(language)}</dt>
            <dd>
                <span class="glance-now">{now}</span>
                <svg
                    class="glance-chart"
                    viewBox=picture
                    preserveAspectRatio="none"
                    role="img"
                    aria-label=about
                >
                    <path d=figure.line vector-effect="non-scaling-stroke"/>
                </svg>
                <span class="glance-range">
                    {before} <span>{range}</span> {after}
                </span>
            </dd>
        </div>
    }
}

fn one_reason(language: Language, (reason, count): (RefusalReason, u64)) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">{reason.name(language)}</th>
            <td data-reason=reason.id()>{count}</td>
        </tr>
    }
}

/// The messages for the page's script, as JSON. It fills in the placeholders in braces.
fn script_messages(language: Language) -> String {
    json!({
        "here": say!(language, dashboard.here, instance = "{instance}"),
        "stale": say!(language, dashboard.stale, time = "{time}"),
        "signedOut": say!(language, dashboard.signed_out),
    })
    .to_string()
}
