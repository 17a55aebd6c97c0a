//! The time of day, as the browser writes it.

use js_sys::Date;

use crate::i18n::current_language;

pub(super) fn clock_time() -> String {
    let tag = current_language().tag();
    Date::new_0().to_locale_time_string(tag).into()
}
