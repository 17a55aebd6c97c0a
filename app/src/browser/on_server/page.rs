//! The page while it is rendered: it cannot navigate, and no time passes on it.

use crate::browser::Moment;

pub(crate) fn navigate(_address: &str) {}

pub(crate) fn now() -> Moment {
    Moment::default()
}

pub(crate) fn chance() -> f64 {
    0.0
}

pub(crate) fn is_visible() -> bool {
    false
}

pub(crate) fn on_return(_: impl Fn() + 'static) {}
