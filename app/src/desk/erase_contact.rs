//! The form that erases a customer's contact from an order.

use leptos::prelude::*;
use shop::Order;

use crate::i18n::current_language;

/// The form, folded up, if there is a contact to erase.
pub(super) fn erase_contact(order: &Order) -> Option<AnyView> {
    order.contact.as_ref()?;
    let language = current_language();
    let form = view! {
        <details>
            <summary>{say!(language, order_mail.erase)}</summary>
            <form class="desk-form" method="post" action=format!("/desk/orders/{}/erase", order.code)>
                <label>
                    <span>{say!(language, order_mail.erase_why)}</span>
                    <input name="reason" required=true maxlength="200" autocomplete="off"/>
                </label>
                <p class="desk-more">{say!(language, order_mail.erase_more)}</p>
                <button class="button button-quiet">{say!(language, order_mail.erase)}</button>
            </form>
        </details>
    };
    Some(form.into_any())
}
