//! Decides which spellings of a path the router accepts.

use url::Url;

/// Whether a path is written in its canonical form.
///
/// The router matches a path as it is written, but the pages normalize it as browsers do (to them,
/// `/x/../desk` is `/desk`), and ignore a trailing slash. So another spelling could reach a page
/// without the access check in front of it. Browsers normalize most spellings, but not a trailing or
/// a double slash: these get the “not found” page.
pub(crate) fn is_canonical(path: &str) -> bool {
    let no_trailing_slash = path == "/" || !path.ends_with('/');
    let same = normalized(path).is_some_and(|normalized| normalized == path);
    no_trailing_slash && same && !path.contains("//") && !path.contains('\\')
}

/// Normalizes a path as the pages do.
fn normalized(path: &str) -> Option<String> {
    let normalized = Url::parse(&format!("http://shop.invalid{path}")).ok()?;
    Some(normalized.path().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_canonical_paths_are_accepted() {
        for plain in [
            "/",
            "/desk/orders",
            "/books/definitive-guide-to-the-internet",
            "/covers/a.b.svg",
            "/books/caf%C3%A9",
            "/x/...",
            "/pkg/a_b-c.js",
        ] {
            assert!(is_canonical(plain), "{plain}");
        }
        for other in [
            "/x/../desk/orders",
            "/./desk",
            "/%2e/desk",
            "/x/%2E%2e/desk",
            "/x/.%2e/desk",
            "/desk/.",
            "/desk/..",
            "/desk/",
            "/orders/x/",
            "/buzz/",
            "//desk/orders",
            "//x/desk/orders",
            "/desk//orders",
            "/x\\..\\desk",
            "/x/..\\desk",
            "",
            "desk",
            "*",
        ] {
            assert!(!is_canonical(other), "{other}");
        }
        // The pages would read these as a page of the desk.
        for desk in [
            "/x/../desk/orders",
            "/%2e/desk/orders",
            "/x\\..\\desk/orders",
        ] {
            assert_eq!(normalized(desk).as_deref(), Some("/desk/orders"), "{desk}");
        }
    }
}
