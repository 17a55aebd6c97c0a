//! The alert on every desk page while the clock is in doubt, with a button for the owner.

use leptos::prelude::*;
use shop::Role;
use store::ClockTrouble;

use crate::{
    i18n::{current_language, moment},
    server::{current_staff, current_store},
};

/// The alert about the clock, if there is any trouble with it.
pub(super) fn clock_alert() -> Option<AnyView> {
    let ClockTrouble { doubt, step } = current_store().clock_trouble();
    if doubt.is_none() && step.is_none() {
        return None;
    }
    let language = current_language();
    let doubt = doubt.map(|doubt| {
        let (shown, trusted) = (
            moment(language, doubt.shown),
            moment(language, doubt.trusted),
        );
        view! { <p>{say!(language, desk.clock_doubt, shown, trusted)}</p> }
    });
    let step = step.map(|step| {
        let (before, after) = (
            moment(language, step.expected),
            moment(language, step.shown),
        );
        view! { <p>{say!(language, desk.clock_step, before, after)}</p> }
    });
    let is_owner = current_staff().is_some_and(|staff| staff.role.covers(Role::Owner));
    let accept = is_owner.then(|| {
        view! {
            <form method="post" action="/desk/clock">
                <button class="button button-small">{say!(language, desk.clock_accept)}</button>
            </form>
        }
    });
    Some(view! { <div class="desk-refused" role="alert">{doubt} {step} {accept}</div> }.into_any())
}
