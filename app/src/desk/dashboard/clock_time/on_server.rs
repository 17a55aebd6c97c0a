//! A page that is rendered on the server shows no time of day.

pub(super) fn clock_time() -> String {
    String::new()
}
