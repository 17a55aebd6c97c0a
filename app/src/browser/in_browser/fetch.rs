//! Requests whose status matters to their caller.

use gloo_net::http::{Request, Response};
use web_sys::UrlSearchParams;

use super::request::send;
use crate::browser::answer::Answer;

/// Sends a GET request for a content type and reads the whole answer. `None` if there is none
/// within the deadline, in milliseconds.
pub(crate) async fn fetch(address: &str, accept: &str, deadline: u32) -> Option<Answer> {
    let answer = send(deadline, |signal| {
        let request = Request::get(address).header("accept", accept);
        request.abort_signal(Some(signal)).build()
    });
    answer.await.map(read)
}

/// Sends fields, for a request that no form on the page makes, and reads the whole answer. `None`
/// if there is none within the deadline, in milliseconds.
pub(crate) async fn post(
    address: &str,
    fields: &[(&str, String)],
    deadline: u32,
) -> Option<Answer> {
    let form = UrlSearchParams::new().ok()?;
    for (name, value) in fields {
        form.append(name, value);
    }
    let answer = send(deadline, |signal| {
        let request = Request::post(address).header("accept", "application/json");
        request.abort_signal(Some(signal)).body(&form)
    });
    answer.await.map(read)
}

fn read((response, body): (Response, String)) -> Answer {
    Answer {
        status: response.status(),
        redirected: response.redirected(),
        body,
    }
}
