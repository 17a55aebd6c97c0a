//! On the server, nothing has to be read again: a page is up to date when it is rendered.

use crate::live::Live;

/// Does nothing. In the browser, it keeps the parts of the page up to date.
pub(super) fn keep_up_to_date(_: Live) {}
