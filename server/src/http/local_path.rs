//! Which addresses lead to a page of this shop, and nowhere else.

/// Whether a path, with its query, can be given to a browser as the next page.
///
/// Browsers read `//host` and `/\host` as another host, and skip tabs and line breaks in an
/// address.
pub(crate) fn is_local(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && path
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_shop_are_local() {
        for local in ["/", "/books/x?q=a%20b", "/a//b", "/books/%5Cx"] {
            assert!(is_local(local), "{local}");
        }
        for elsewhere in [
            "",
            "books",
            "//evil.example",
            "/\\evil.example",
            "/a\\b",
            "\\\\evil.example",
            "/\t/evil.example",
            "/ /evil.example",
            "/x\r\nset-cookie: a=b",
            "/caf\u{e9}",
            "https://evil.example/",
        ] {
            assert!(!is_local(elsewhere), "{elsewhere:?}");
        }
    }
}
