//! Builds query strings of addresses.

/// A query string of these names and values, with the values percent-encoded.
pub(crate) fn to_query<'a>(pairs: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let pairs = pairs.into_iter();
    let pairs: Vec<_> = pairs
        .map(|(name, value)| format!("{name}={}", encode(&value)))
        .collect();
    pairs.join("&")
}

/// Percent-encodes a value. Leptos' own function encodes `_` too, which makes addresses harder to
/// read.
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
