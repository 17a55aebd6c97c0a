//! The choice of a period: links to the named ones, and a form for dates.

use std::time::Duration;

use leptos::prelude::*;
use shop::Language;
use store::{Period, SalesStep};

use super::query::{FiguresQuery, NamedPeriod, step_name};
use crate::{i18n::current_language, layout::query::to_query, server::current_settings};

/// The links and the form. Without a period, the form shows what was typed.
pub(super) fn period_filter(query: &FiguresQuery, period: Option<Period>) -> AnyView {
    let language = current_language();
    let named: Vec<_> = NamedPeriod::ALL
        .into_iter()
        .map(|named| {
            let is_shown = named == query.named && !query.has_dates();
            let current = is_shown.then_some("page");
            let pairs = [("period", named.as_str().to_owned())].into_iter();
            let address = format!("/desk/figures?{}", to_query(pairs.chain(query.step_pair())));
            view! { <li><a href=address aria-current=current>{period_name(language, named)}</a></li> }
        })
        .collect();
    let [from, until] = match period {
        // The last day is in the period.
        Some(Period { from, until }) => {
            let settings = current_settings();
            let zone = settings.profile.zone();
            [from, until - Duration::from_millis(1)].map(|at| zone.date(at))
        }
        None => query.dates.typed.clone(),
    };
    let steps = [
        (None, say!(language, figures.step_auto)),
        (Some(SalesStep::Day), say!(language, figures.step_day)),
        (Some(SalesStep::Week), say!(language, figures.step_week)),
    ];
    let steps: Vec<_> = steps
        .into_iter()
        .map(|(step, words)| {
            let value = step.map_or("", step_name);
            view! { <option value=value selected=step == query.step>{words}</option> }
        })
        .collect();
    view! {
        <nav class="figures-periods" aria-label=say!(language, figures.periods)><ul>{named}</ul></nav>
        <form class="figures-dates" method="get" action="/desk/figures">
            <label><span>{say!(language, activity.from)}</span><input type="date" name="from" value=from required=true/></label>
            <label><span>{say!(language, activity.until)}</span><input type="date" name="until" value=until required=true/></label>
            <label><span>{say!(language, figures.step)}</span><select name="step">{steps}</select></label>
            <button class="button button-small button-quiet" type="submit">{say!(language, figures.show)}</button>
        </form>
    }
    .into_any()
}

fn period_name(language: Language, named: NamedPeriod) -> &'static str {
    match named {
        NamedPeriod::Week => say!(language, figures.this_week),
        NamedPeriod::Month => say!(language, figures.this_month),
        NamedPeriod::Year => say!(language, figures.this_year),
    }
}
