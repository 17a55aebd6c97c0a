//! Writes the query of an address.

/// The pairs of a query, each value with `%` escapes.
pub(crate) fn to_query<'a>(pairs: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let pairs = pairs.into_iter();
    let pairs: Vec<_> = pairs
        .map(|(name, value)| format!("{name}={}", encode(&value)))
        .collect();
    pairs.join("&")
}

/// A value with `%` escapes. Leptos' own way writes `_` as `%5F`, which nobody can read.
pub(crate) fn encode(text: &str) -> String {
    let mut written = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                written.push(char::from(byte));
            }
            byte => written.push_str(&format!("%{byte:02X}")),
        }
    }
    written
}
