//! Text that changes while a page is open.

/// The value of an `inner_html` that changes. All have one type, because each closure type would
/// add its own code to what the first visit downloads.
type ChangingHtml = Box<dyn FnMut() -> String + Send>;

/// A text that changes, for `inner_html`.
///
/// A browser that translates a page puts each text into new elements and leaves the old text node
/// outside the page. A change to that node would not be seen. So an element whose text changes gets
/// the text as its `inner_html`, which replaces whatever the element contains.
pub(crate) fn changing_text<T: AsRef<str>>(text: impl Fn() -> T + Send + 'static) -> ChangingHtml {
    changing_html(move || html_text(text()))
}

/// HTML that changes, for `inner_html`. Texts in it are escaped with [`html_text`].
pub(crate) fn changing_html(html: impl Fn() -> String + Send + 'static) -> ChangingHtml {
    Box::new(html)
}

/// Escapes a text for the content of an element. In an attribute, quotes would need escaping too.
pub(crate) fn html_text(text: impl AsRef<str>) -> String {
    let mut html = String::new();
    for c in text.as_ref().chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            c => html.push(c),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_in_a_text_are_escaped() {
        assert_eq!(
            html_text("<b>Small & “Hours”</b>"),
            "&lt;b&gt;Small &amp; “Hours”&lt;/b&gt;"
        );
    }
}
