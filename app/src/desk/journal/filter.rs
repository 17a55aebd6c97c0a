//! The form that filters the journal.

use leptos::prelude::*;
use shop::{ActGroup, Language};

use super::query::JournalQuery;
use crate::i18n::current_language;

/// The form, with the filter that is in force.
pub(super) fn filter_form(query: &JournalQuery) -> AnyView {
    let language = current_language();
    let filter = &query.filter;
    let by = filter.by.as_ref().map(ToString::to_string);
    let subject = filter.subject.clone();
    let [from, until] = query.period.typed.clone();
    let groups: Vec<_> = ActGroup::ALL
        .into_iter()
        .map(|group| {
            let is_chosen = filter.group == Some(group);
            view! { <option value=group.as_str() selected=is_chosen>{group_name(language, group)}</option> }
        })
        .collect();
    let reset = (*query != JournalQuery::default())
        .then(|| view! { <a href="/desk/journal">{say!(language, activity.everything)}</a> });
    view! {
        <form class="movements-filter" method="get" action="/desk/journal">
            <label><span>{say!(language, desk.name)}</span>
                <input name="by" value=by.unwrap_or_default() maxlength="40" autocapitalize="none" autocomplete="off" spellcheck="false"/>
            </label>
            <label><span>{say!(language, journal.group)}</span>
                <select name="group"><option value="">{say!(language, journal.all_groups)}</option>{groups}</select>
            </label>
            <label><span>{say!(language, journal.subject)}</span>
                <input name="subject" value=subject.unwrap_or_default() maxlength="100" autocapitalize="none" autocomplete="off" spellcheck="false"/>
            </label>
            <label><span>{say!(language, activity.from)}</span><input type="date" name="from" value=from/></label>
            <label><span>{say!(language, activity.until)}</span><input type="date" name="until" value=until/></label>
            <p class="movements-show">
                <button class="button button-small button-quiet" type="submit">{say!(language, activity.show)}</button>
                {reset}
            </p>
        </form>
    }
    .into_any()
}

fn group_name(language: Language, group: ActGroup) -> &'static str {
    match group {
        ActGroup::Stock => say!(language, journal.stock),
        ActGroup::Orders => say!(language, desk.orders),
        ActGroup::Imports => say!(language, desk.imports),
        ActGroup::Announcements => say!(language, desk.news),
        ActGroup::Settings => say!(language, settings.title),
        ActGroup::Accounts => say!(language, journal.accounts),
    }
}
