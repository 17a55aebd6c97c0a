//! The shop's answer to a request, whole or as its pieces arrive.

use gloo_net::http::{Request, Response};
use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, ReadableStreamReadResult, RequestCache};

use crate::{browser::platform::request::Abort, connection::check::conclude::NoAnswer};

/// An answer whose headers have arrived. The rest has to arrive before the request's deadline.
pub(crate) struct Answer {
    response: Response,
    reader: Option<ReadableStreamDefaultReader>,
    /// Aborts the request when it is dropped, or at the deadline.
    _abort: Abort,
}

/// Sends a GET request, with a deadline in milliseconds from now.
pub(crate) async fn get(address: &str, deadline_ms: u32) -> Result<Answer, NoAnswer> {
    let abort = Abort::after(deadline_ms).ok_or(NoAnswer(None))?;
    let request = Request::get(address)
        .cache(RequestCache::NoStore)
        .abort_signal(Some(&abort.signal()));
    let response = request.send().await.map_err(|_| NoAnswer(None))?;
    if !response.ok() {
        return Err(NoAnswer(Some(response.status())));
    }
    Ok(Answer {
        response,
        reader: None,
        _abort: abort,
    })
}

impl Answer {
    /// The whole body. `None` if it breaks off.
    pub(crate) async fn text(&self) -> Option<String> {
        self.response.text().await.ok()
    }

    /// The next bytes of the body. `None` at its end, or if it breaks off.
    pub(crate) async fn chunk(&mut self) -> Option<Vec<u8>> {
        let reader = match self.reader.take() {
            Some(reader) => reader,
            None => self.response.body()?.get_reader().unchecked_into(),
        };
        let read = JsFuture::from(reader.read()).await.ok()?;
        self.reader = Some(reader);
        let read: ReadableStreamReadResult = read.unchecked_into();
        let is_over = read.get_done().unwrap_or(true);
        (!is_over).then(|| Uint8Array::new(&read.get_value()).to_vec())
    }
}
