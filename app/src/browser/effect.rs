//! Effects of islands, in one type.

use leptos::prelude::Effect;

/// Runs a function in the browser, after the island has become alive, and again whenever a signal
/// that it has read changes.
///
/// All effects have one type, because each type of closure would add its own code to the first visit.
pub(crate) fn effect(run: impl FnMut() + 'static) {
    start(Box::new(run));
}

fn start(mut run: Box<dyn FnMut()>) {
    Effect::new(move |_| run());
}
