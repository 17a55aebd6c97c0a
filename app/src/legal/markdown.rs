//! Markdown as HTML that is safe to show: text, headings, lists, emphasis, and links to the web, mail
//! and telephones.
//!
//! HTML in the Markdown is shown as text, and of a picture its description. What is left is sanitised
//! once more, so that the page does not depend on the Markdown library alone.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{
    Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html::push_html,
};

/// What links may begin with.
const SCHEMES: [&str; 4] = ["https", "http", "mailto", "tel"];
/// The elements that the HTML may have.
const ELEMENTS: [&str; 14] = [
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "p",
    "br",
    "hr",
    "ul",
    "ol",
    "li",
    "blockquote",
    "em",
    "strong",
];

static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut sanitizer = Builder::default();
    sanitizer
        .tags(ELEMENTS.into_iter().chain(["a"]).collect())
        .generic_attributes(HashSet::new())
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "title"])),
            ("ol", HashSet::from(["start"])),
        ]))
        .url_schemes(SCHEMES.into_iter().collect())
        .url_relative(UrlRelative::Deny)
        .link_rel(None);
    sanitizer
});

/// A text as HTML. The page has a title already, so the highest headings are of the second level.
pub(crate) fn to_html(markdown: &str) -> String {
    let mut html = String::new();
    push_html(
        &mut html,
        allowed(Parser::new_ext(markdown, Options::empty())),
    );
    SANITIZER.clean(&html).to_string()
}

/// The parts of the text that may be shown.
fn allowed<'a>(parts: impl Iterator<Item = Event<'a>>) -> std::vec::IntoIter<Event<'a>> {
    let mut kept = Vec::new();
    // Whether each link around the current part is kept.
    let mut links = Vec::new();
    // A legal text has no program code: an indented block is a paragraph whose lines stay as they are.
    let mut keeps_lines = false;
    for part in parts {
        match part {
            Event::Start(Tag::Heading { level, .. }) => kept.push(Event::Start(Tag::Heading {
                level: below_title(level),
                id: None,
                classes: Vec::new(),
                attrs: Vec::new(),
            })),
            Event::End(TagEnd::Heading(level)) => {
                kept.push(Event::End(TagEnd::Heading(below_title(level))));
            }
            Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) => {
                keeps_lines = true;
                kept.push(Event::Start(Tag::Paragraph));
            }
            Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock) => {
                keeps_lines = false;
                while matches!(kept.last(), Some(Event::HardBreak)) {
                    kept.pop();
                }
                kept.push(Event::End(TagEnd::Paragraph));
            }
            Event::Text(text) | Event::Html(text) if keeps_lines => {
                for line in text.split_inclusive('\n') {
                    let words = line.trim_end_matches('\n').to_owned();
                    kept.push(Event::Text(words.into()));
                    if line.ends_with('\n') {
                        kept.push(Event::HardBreak);
                    }
                }
            }
            // The lines of an address stay lines.
            Event::SoftBreak => kept.push(Event::HardBreak),
            Event::Html(text) | Event::InlineHtml(text) | Event::Code(text) => {
                kept.push(Event::Text(text));
            }
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            }) => {
                let is_kept = link_type == LinkType::Email || has_known_scheme(&dest_url);
                links.push(is_kept);
                if is_kept {
                    kept.push(Event::Start(Tag::Link {
                        link_type,
                        dest_url,
                        title,
                        id,
                    }));
                }
            }
            Event::End(TagEnd::Link) => {
                if links.pop() == Some(true) {
                    kept.push(Event::End(TagEnd::Link));
                }
            }
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => {}
            other => kept.push(other),
        }
    }
    kept.into_iter()
}

fn has_known_scheme(address: &str) -> bool {
    let scheme = address.split_once(':').map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| {
        SCHEMES
            .iter()
            .any(|known| known.eq_ignore_ascii_case(scheme))
    })
}

fn below_title(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H2,
        HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        HeadingLevel::H4 => HeadingLevel::H5,
        HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one_line(markdown: &str) -> String {
        to_html(markdown).replace('\n', "")
    }

    #[test]
    fn a_text_has_headings_lists_and_links() {
        let html = one_line(
            "# Terms\n\n## Price\n\nPay *when* you **collect**:\n\n1. cash\n2. card\n\n\
             [Us](https://owl.example/ \"site\"), <ann@owl.example>, [call](tel:+44207946000)",
        );
        for part in [
            "<h2>Terms</h2><h3>Price</h3>",
            "<p>Pay <em>when</em> you <strong>collect</strong>:</p>",
            "<ol><li>cash</li><li>card</li></ol>",
            "<a href=\"https://owl.example/\" title=\"site\">Us</a>",
            "<a href=\"mailto:ann@owl.example\">ann@owl.example</a>",
            "<a href=\"tel:+44207946000\">call</a>",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }

    #[test]
    fn html_is_shown_as_text() {
        for (markdown, html) in [
            ("a <b>c</b>", "<p>a &lt;b&gt;c&lt;/b&gt;</p>"),
            (
                "<script>alert(1)</script>",
                "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
            ),
            ("<!-- a\nb -->", "<p>&lt;!-- a<br>b --&gt;</p>"),
            ("`<i>`", "<p>&lt;i&gt;</p>"),
        ] {
            assert_eq!(one_line(markdown), html, "{markdown}");
        }
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(
            one_line("Owl & Hare\n1 High Street"),
            "<p>Owl &amp; Hare<br>1 High Street</p>"
        );
    }

    #[test]
    fn an_indented_block_keeps_its_lines() {
        assert_eq!(
            one_line("At:\n\n    1 High Street\n    Little Hay\n"),
            "<p>At:</p><p>1 High Street<br>Little Hay</p>"
        );
    }

    #[test]
    fn other_links_and_pictures_are_only_their_words() {
        for markdown in [
            "[words](javascript:alert(1))",
            "[words](JavaScript:alert(1))",
            "[words](data:text/html,x)",
            "[words](//evil.example)",
            "[words](/desk)",
            "![words](https://owl.example/a.png)",
            "[![words](https://owl.example/a.png)](ftp://owl.example)",
        ] {
            assert_eq!(one_line(markdown), "<p>words</p>", "{markdown}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_another_element(
            markdown in "(<|>|script|a |href=|\"|'|javascript:|https:|\\[|\\]|\\(|\\)|!|`|#|\n| |on=|&|x){0,40}",
        ) {
            let html = to_html(&markdown);
            for tag in html.split('<').skip(1) {
                let tag = tag.split('>').next().unwrap_or_default();
                let name: String = tag
                    .trim_start_matches('/')
                    .chars()
                    .take_while(char::is_ascii_alphanumeric)
                    .collect();
                prop_assert!(ELEMENTS.contains(&name.as_str()) || name == "a", "{html}");
                if let Some((_, address)) = tag.split_once(" href=\"") {
                    let is_known = |one: &&str| address.starts_with(&format!("{one}:"));
                    prop_assert!(SCHEMES.iter().any(is_known), "{html}");
                }
            }
        }
    }
}
