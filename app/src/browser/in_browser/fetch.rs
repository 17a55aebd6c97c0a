//! Requests whose status matters to their caller.

use gloo_net::http::{Request, Response};
use web_sys::UrlSearchParams;

use super::http::Abort;
use crate::browser::Answer;

/// Sends a GET request for a content type and reads the whole answer. `None` if there is none
/// within the deadline, in milliseconds.
pub(crate) async fn fetch(address: &str, accept: &str, deadline: u32) -> Option<Answer> {
    let abort = Abort::after(deadline)?;
    let request = Request::get(address)
        .header("accept", accept)
        .abort_signal(Some(&abort.signal()));
    read(request.send().await.ok()?).await
}

/// Sends fields as a form does, and reads the whole answer. `None` if there is none within the
/// deadline, in milliseconds.
pub(crate) async fn post(
    address: &str,
    fields: &[(&str, String)],
    deadline: u32,
) -> Option<Answer> {
    let form = UrlSearchParams::new().ok()?;
    for (name, value) in fields {
        form.append(name, value);
    }
    let abort = Abort::after(deadline)?;
    let request = Request::post(address)
        .header("accept", "application/json")
        .abort_signal(Some(&abort.signal()))
        .body(&form)
        .ok()?;
    read(request.send().await.ok()?).await
}

async fn read(response: Response) -> Option<Answer> {
    Some(Answer {
        status: response.status(),
        redirected: response.redirected(),
        body: response.text().await.ok()?,
    })
}
