//! Effects of islands, all of one type.

use leptos::prelude::Effect;

/// Runs a function in the browser after the island is hydrated, and again whenever a signal that
/// it has read changes.
///
/// All have one type, because each closure type would add its own code to the first download.
pub(crate) fn effect(run: impl FnMut() + 'static) {
    start(Box::new(run));
}

fn start(mut run: Box<dyn FnMut()>) {
    Effect::new(move |_| run());
}
