//! On the server, nothing is refreshed: a page does not change while it is rendered.

pub(crate) struct PageParts;

impl PageParts {
    pub(crate) fn new() -> Self {
        Self
    }

    pub(crate) fn refresh(&self) {}
}
