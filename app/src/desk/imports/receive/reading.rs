//! Waits for the browser to read from a disk, with a deadline.

use std::{future::poll_fn, pin::pin, task::Poll};

use gloo_timers::future::TimeoutFuture;
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// The longest time a read may take. A network drive may be slow, or gone.
const READ_WITHIN_MS: u32 = 30_000;

/// The result of a promise. `None` if it fails, or takes too long.
pub(super) async fn settled(promise: Promise) -> Option<JsValue> {
    let mut result = pin!(JsFuture::from(promise));
    let mut deadline = pin!(TimeoutFuture::new(READ_WITHIN_MS));
    poll_fn(|context| match result.as_mut().poll(context) {
        Poll::Ready(result) => Poll::Ready(result.ok()),
        Poll::Pending => deadline.as_mut().poll(context).map(|()| None),
    })
    .await
}
