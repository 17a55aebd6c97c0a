//! A page has no time of arrival while it is rendered.

use crate::browser::Moment;

pub(crate) fn received() -> Moment {
    Moment::default()
}
