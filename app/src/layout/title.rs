//! The `title` element of a page.
//!
//! `leptos_meta` 0.8.7 does not escape it, so a title or a search with `</title>` in it would end
//! the element and continue as HTML.

/// The shop's name, the same in every language.
pub(crate) const SHOP_NAME: &str = "Burt’s Books";

/// The title of a page with the shop's name after it, escaped.
pub(crate) fn page_title(words: &str) -> String {
    let title = match words {
        "" => SHOP_NAME.to_owned(),
        words => format!("{words} · {SHOP_NAME}"),
    };
    escaped(&title)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_end_the_element_it_is_in() {
        assert_eq!(escaped("</title>&amp;"), "&lt;/title&gt;&amp;amp;");
    }
}
