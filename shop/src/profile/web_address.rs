//! The address of the shop's main site.

/// Whether a text is an absolute `http` or `https` address with a host name.
///
/// No other scheme can be a link: `javascript:` would run in the shop's own pages.
pub(super) fn is_web_address(text: &str) -> bool {
    let odd = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '\\' | '`');
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let is_web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    is_web && !text.contains(odd) && is_authority(&rest[..end])
}

/// Whether a text is a host name, with a port or without. User names are not allowed, because they
/// can make an address look like that of another site.
fn is_authority(text: &str) -> bool {
    let (host, has_valid_port) = match text.split_once(':') {
        Some((host, port)) => {
            let digits = port.bytes().all(|b| b.is_ascii_digit());
            (
                host,
                digits && port.parse::<u16>().is_ok_and(|port| port > 0),
            )
        }
        None => (text, true),
    };
    let is_label = |label: &str| {
        let hyphens = label.starts_with('-') || label.ends_with('-');
        !label.is_empty() && !hyphens && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    has_valid_port && host.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_accepted() {
        for good in [
            "https://books.example",
            "http://books.example:8080/shop?x=1#top",
            "HTTPS://www.books.example/",
            "https://例子.中国/店",
        ] {
            assert!(is_web_address(good), "{good}");
        }
        for bad in [
            "",
            "books.example",
            "//books.example",
            "javascript:alert(1)",
            "javascript://books.example/%0aalert(1)",
            "data:text/html,x",
            "ftp://books.example",
            "https://",
            "https:///path",
            "https://user@books.example",
            "https://books.example@evil.example",
            "https://books..example",
            "https://-books.example",
            "https://books.example:0",
            "https://books.example:99999",
            "https://books.example:+80",
            "https://books.example/a b",
            "https://books.example/\"><script>",
        ] {
            assert!(!is_web_address(bad), "{bad}");
        }
    }
}
