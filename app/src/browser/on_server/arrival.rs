//! A page that is being rendered has not arrived anywhere.

use crate::browser::Moment;

pub(crate) fn received() -> Moment {
    Moment::default()
}
