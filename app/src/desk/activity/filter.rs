//! The form that filters the movements.

use leptos::prelude::*;
use shop::MovementKind;

use super::{query::LedgerQuery, table::movement_name};
use crate::i18n::current_language;

/// The form, filled in with the current filter.
pub(super) fn filter_form(query: &LedgerQuery) -> AnyView {
    let language = current_language();
    let filter = &query.filter;
    let book = filter.book.as_ref().map(ToString::to_string);
    let order = filter.order.map(|code| code.to_string());
    let [from, until] = query.period.typed.clone();
    let kinds: Vec<_> = MovementKind::ALL
        .into_iter()
        .map(|kind| {
            view! {
                <label>
                    <input type="checkbox" name="kind" value=kind.as_str() checked=filter.kinds.contains(&kind)/>
                    <span>{movement_name(language, kind)}</span>
                </label>
            }
        })
        .collect();
    let reset = (*query != LedgerQuery::default())
        .then(|| view! { <a href="/desk/activity">{say!(language, activity.everything)}</a> });
    view! {
        <form class="movements-filter" method="get" action="/desk/activity">
            <label><span>{say!(language, activity.book)}</span>
                <input name="book" value=book.unwrap_or_default() pattern="[a-z0-9\\-]{1,60}" title=say!(language, activity.bad_book) placeholder="small-hours" autocapitalize="none" spellcheck="false"/>
            </label>
            <label><span>{say!(language, activity.order)}</span>
                <input name="order" value=order.unwrap_or_default() title=say!(language, activity.bad_order) placeholder="4KX9-QD2M-7HTB" spellcheck="false"/>
            </label>
            <label><span>{say!(language, activity.from)}</span><input type="date" name="from" value=from/></label>
            <label><span>{say!(language, activity.until)}</span><input type="date" name="until" value=until/></label>
            <fieldset><legend>{say!(language, activity.kind)}</legend>{kinds}</fieldset>
            <p class="movements-show">
                <button class="button button-small button-quiet" type="submit">{say!(language, activity.show)}</button>
                {reset}
            </p>
        </form>
    }
    .into_any()
}
