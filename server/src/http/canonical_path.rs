//! Which spellings of a path the router accepts.

use url::Url;

/// Whether an address is what it looks like. The router takes an address as it is written; the
/// pages read it as browsers do, for whom `/x/../desk` is `/desk`, and take `/desk/` for the same.
/// Nobody comes to a page past
/// what stands before it by writing its address in another way; browsers and proxies never
/// send those.
pub(crate) fn is_canonical(path: &str) -> bool {
    let ends = path == "/" || !path.ends_with('/');
    let same = read(path).is_some_and(|read| read == path);
    ends && same && !path.contains("//") && !path.contains('\\')
}

/// As a page does.
fn read(path: &str) -> Option<String> {
    let read = Url::parse(&format!("http://shop.invalid{path}")).ok()?;
    Some(read.path().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_it_is_written_or_not_at_all() {
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
        // What makes them dangerous.
        for desk in [
            "/x/../desk/orders",
            "/%2e/desk/orders",
            "/x\\..\\desk/orders",
        ] {
            assert_eq!(read(desk).as_deref(), Some("/desk/orders"), "{desk}");
        }
    }
}
