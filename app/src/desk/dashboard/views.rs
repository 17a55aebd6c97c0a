//! The figures, each with a chart of the last half hour, and the table of refusals.

use leptos::prelude::*;
use shop::Language;

use super::{CHART_HEIGHT, CHART_WIDTH, Figure, RefusalCount, glances::Instance};
use crate::i18n::{Slot, around_slot};

/// The figures and the refusals of one instance.
pub(super) fn instance_section(language: Language, instance: Instance) -> impl IntoView {
    let heading = say!(language, dashboard.here, instance = instance.name.clone());
    view! {
        <section data-instance=instance.name>
            <h2 class="glance-instance">{heading}</h2>
            {figure_list(language, instance.figures)}
            {refusal_table(language, instance.refused)}
        </section>
    }
}

/// Figures, with their names.
pub(super) fn figure_list(language: Language, figures: Vec<Figure>) -> impl IntoView {
    let figures = figures
        .into_iter()
        .map(|figure| one_figure(language, figure));
    view! { <dl class="glance-figures">{figures.collect::<Vec<_>>()}</dl> }
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

fn refusal_table(language: Language, refused: Vec<RefusalCount>) -> impl IntoView {
    let rows = refused
        .into_iter()
        .map(|refused| one_reason(language, refused));
    view! {
        <table class="glance-refused">
            <caption>{say!(language, dashboard.reasons)}</caption>
            <thead>
                <tr>
                    <th scope="col">{say!(language, dashboard.reason)}</th>
                    <th scope="col">{say!(language, dashboard.count)}</th>
                </tr>
            </thead>
            <tbody>{rows.collect::<Vec<_>>()}</tbody>
        </table>
    }
}

fn one_reason(language: Language, refused: RefusalCount) -> impl IntoView {
    let RefusalCount { reason, count } = refused;
    view! {
        <tr>
            <th scope="row">{reason.name(language)}</th>
            <td data-reason=reason.id()>{count}</td>
        </tr>
    }
}
