//! A page does not change while it is rendered.

#[derive(Clone, Default)]
pub(crate) struct PageParts;

impl PageParts {
    pub(crate) fn refresh(&self) {}
}
