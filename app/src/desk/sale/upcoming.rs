//! The list of sales that have not opened yet.

use leptos::prelude::*;
use store::UpcomingSale;

use crate::i18n::{Slot, around_slot, current_language, lang_attribute::lang_attribute, moment};

/// The sales with a heading, each with a link to its book. `None` if there are none.
pub(in crate::desk) fn upcoming_sales(sales: Vec<UpcomingSale>) -> Option<AnyView> {
    if sales.is_empty() {
        return None;
    }
    let language = current_language();
    let items: Vec<_> = sales
        .into_iter()
        .map(|upcoming| {
            let UpcomingSale {
                book,
                title,
                opens_at,
            } = upcoming;
            let at = moment(language, opens_at);
            let (before, after) =
                around_slot(&say!(language, sale.upcoming_item, book = Slot, at = at));
            let address = format!("/desk/stock/{book}");
            let lang = lang_attribute(language, &title);
            view! { <li>{before} <a href=address lang=lang>{title}</a> {after}</li> }
        })
        .collect();
    let list = view! {
        <h2>{say!(language, sale.upcoming)}</h2>
        <ul class="desk-lines">{items}</ul>
    };
    Some(list.into_any())
}
