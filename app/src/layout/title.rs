//! The `title` element of a page.
//!
//! `leptos_meta` 0.8.7 does not escape it, so a title or a search with `</title>` in it would end
//! the element and continue as HTML.

/// The title of a page with the shop's name after it, escaped.
pub(crate) fn page_title(shop: &str, words: &str) -> String {
    let title = match words {
        "" => shop.to_owned(),
        words => format!("{words} · {shop}"),
    };
    escaped(&title)
}

/// Escapes text for an element in which Leptos escapes nothing: `title` and `textarea`.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_ends_with_the_name_of_the_shop() {
        assert_eq!(page_title("Owl & Hare", ""), "Owl &amp; Hare");
        assert_eq!(page_title("Owl", "Cart"), "Cart · Owl");
    }

    #[test]
    fn a_title_cannot_end_the_element_it_is_in() {
        assert_eq!(escaped("</title>&amp;"), "&lt;/title&gt;&amp;amp;");
    }
}
