//! Requests do nothing while a page is rendered.

use crate::browser::answer::Answer;

pub(crate) async fn fetch(_address: &str, _accept: &str, _deadline: u32) -> Option<Answer> {
    None
}
