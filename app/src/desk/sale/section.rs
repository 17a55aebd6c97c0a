//! The part of a book's page at the desk that is about its sale.

use leptos::prelude::*;
use shop::SaleForm;

use super::{
    form::{SaleFormProps, sale_form, seen_fields},
    words::sale_words,
};
use crate::i18n::current_language;

/// The terms of sale in words, and the forms that change them. `seen` names the version of the
/// book, so that the words follow it.
pub(in crate::desk) fn sale_section(props: SaleFormProps, seen: String) -> AnyView {
    let language = current_language();
    let (sale, now) = (props.sale, props.now);
    let words = sale_words(language, sale, props.withdrawn, now, &props.zone);
    let opens_later = sale.not_before(now).is_some();
    let at_once = opens_later.then(|| {
        // Without a date and a time, the form sets no start.
        let limit = SaleForm::showing(sale, now, &props.zone).limit;
        view! {
            <form method="post" action=props.action.clone()>
                {seen_fields(sale)}
                <input type="hidden" name="limit" value=limit/>
                <button class="button button-small button-quiet">{say!(language, sale.at_once)}</button>
            </form>
        }
    });
    // No change of the book reports that its sale has opened.
    let every = opens_later.then_some("30");
    view! {
        <h2>{say!(language, sale.title)}</h2>
        <div class="desk-sale" id="sale" data-fresh=seen data-every=every>
            <p>{words}</p>
            {at_once}
        </div>
        {sale_form(props)}
    }
    .into_any()
}
