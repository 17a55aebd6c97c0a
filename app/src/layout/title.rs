//! What stands in a page's `title` element.
//!
//! `leptos_meta` writes it into the page as it is given (0.8.7), so that a title, or a search
//! for one, with `</title>` in it would end the element and go on as HTML.

/// The page's own words before the shop's name, safe where it goes.
pub(crate) fn page_title(words: &str) -> String {
    let title = match words {
        "" => "Burt’s Books".to_owned(),
        words => format!("{words} · Burt’s Books"),
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
