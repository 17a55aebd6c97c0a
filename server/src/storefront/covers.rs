//! Covers of books: the uploaded picture, or else the shop's own file, or else a drawing of the
//! title and the author.

use std::fmt::Write;

use app::say;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use shop::{Book, Refusal, Slug};
use store::{
    StoreError,
    imports::{CoverFormat, CoverImage},
};

use crate::{
    http::{
        refusal::refuse,
        site::{TEN_MINUTES, no_such_file},
    },
    markup::escaped,
    state::Shop,
};

/// The content security policy: a picture opened by itself must not run or load anything.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'");

/// Colours of cloth, and of the print on it. Their contrast is at least 7 : 1.
const CLOTHS: [&str; 8] = [
    "#7d181d", "#1f3a4d", "#2f4a2f", "#4a2f4a", "#5a3a12", "#263238", "#3b2f5a", "#17474a",
];
const PRINT: &str = "#fdf6ea";
/// The most letters in a line and the most lines, for the title and for the author's name.
const TITLE: (usize, usize) = (15, 6);
const AUTHOR: (usize, usize) = (26, 2);

/// Answers `/covers/{book}.svg` with the uploaded picture, which takes precedence over a file.
/// `?w=320` asks for the small picture; `v` is a revision, for browsers' caches only.
pub(crate) async fn uploaded_cover(
    State(shop): State<Shop>,
    request: Request,
    next: Next,
) -> Response {
    let name = request.uri().path().strip_prefix("/covers/");
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    let book = name.filter(|_| reads).and_then(book_of);
    if let (Some(book), Some(imports)) = (book, shop.0.store.imports()) {
        let query = request.uri().query().unwrap_or_default();
        let small = query.split('&').any(|field| field == "w=320");
        match imports.cover(&book, small).await {
            Ok(Some(image)) => return sent(request.headers(), small, image),
            Ok(None) => {}
            // The shop's own file or a drawing is shown instead.
            Err(error) => tracing::debug!(
                error = &error as &dyn std::error::Error,
                "cannot read an uploaded cover"
            ),
        }
    }
    next.run(request).await
}

/// Answers `/covers/{book}.svg` with a drawing if there is neither an uploaded picture nor a file.
pub(crate) async fn drawn_cover(State(shop): State<Shop>, request: Request) -> Response {
    let Some(book) = book_of(request.uri().path().trim_start_matches('/')) else {
        return no_such_file();
    };
    match shop.0.store.book(&book).await {
        Ok(known) => drawn(&known.book),
        Err(StoreError::Refused(Refusal::NoSuchBook(_))) => no_such_file(),
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "cannot read the book of a cover");
            let sentence = |language| say!(language, page.cannot_read);
            refuse(StatusCode::SERVICE_UNAVAILABLE, sentence).into_response()
        }
    }
}

fn book_of(name: &str) -> Option<Slug> {
    name.strip_suffix(".svg")?.parse().ok()
}

fn sent(headers: &HeaderMap, small: bool, image: CoverImage) -> Response {
    let mut tag = String::from("\"");
    for byte in &image.source[..12] {
        // Writing to a string cannot fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push_str(if small { "-320\"" } else { "-640\"" });
    let kind = match image.format {
        CoverFormat::Webp => "image/webp",
        CoverFormat::Jpeg => "image/jpeg",
    };
    let known = headers.get(header::IF_NONE_MATCH);
    let known = known.is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let about = [(header::CACHE_CONTROL, TEN_MINUTES)];
    let tag = [(header::ETAG, tag)];
    match known {
        true => (StatusCode::NOT_MODIFIED, about, tag).into_response(),
        false => (about, tag, [(header::CONTENT_TYPE, kind)], image.bytes).into_response(),
    }
}

fn drawn(book: &Book) -> Response {
    let about = [
        (header::CACHE_CONTROL, TEN_MINUTES),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("image/svg+xml"),
        ),
    ];
    (about, drawing(book)).into_response()
}

/// Draws the title and the author on cloth, in the same way each time.
fn drawing(book: &Book) -> String {
    let cloth = book.slug.as_str().bytes().fold(0_usize, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(byte.into())
    });
    let cloth = CLOTHS[cloth % CLOTHS.len()];
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 600 900\" width=\"600\" height=\"900\">\
         <path fill=\"{cloth}\" d=\"M0 0h600v900H0z\"/>\
         <path fill=\"none\" stroke=\"{PRINT}\" stroke-width=\"3\" opacity=\".55\" d=\"M42 42h516v816H42z\"/>\
         <g fill=\"{PRINT}\" text-anchor=\"middle\" font-family=\"Georgia,'Songti SC','Noto Serif CJK SC',serif\">"
    );
    let mut line = |words: &str, size: u32, y: usize| {
        let _ = write!(
            svg,
            "<text x=\"300\" y=\"{y}\" font-size=\"{size}\">{}</text>",
            escaped(words)
        );
    };
    for (i, words) in lines(&book.title, TITLE).iter().enumerate() {
        line(words, 58, 190 + 74 * i);
    }
    for (i, words) in lines(&book.author, AUTHOR).iter().enumerate() {
        line(words, 32, 760 + 44 * i);
    }
    svg.push_str("</g></svg>");
    svg
}

/// Breaks a text into at most this many lines of this many letters; the rest is cut off.
fn lines(text: &str, (long, most): (usize, usize)) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut room = 0;
    for word in text.split_whitespace() {
        let width = wide(word);
        if width > long {
            // Text without spaces, or one very long word.
            for letter in word.chars() {
                let width = wide(letter.encode_utf8(&mut [0; 4]));
                if width > room {
                    lines.push(String::new());
                    room = long;
                }
                if let Some(line) = lines.last_mut() {
                    line.push(letter);
                }
                room -= width;
            }
            continue;
        }
        match lines.last_mut().filter(|_| width < room) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
                room -= width + 1;
            }
            None => {
                lines.push(word.to_owned());
                room = long - width;
            }
        }
        if lines.len() > most {
            break;
        }
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            last.push('…');
        }
    }
    lines
}

/// The width in letters: Chinese, Japanese and Korean characters take two.
fn wide(text: &str) -> usize {
    text.chars().map(|c| 1 + usize::from(c >= '\u{1100}')).sum()
}

#[cfg(test)]
mod tests {
    use shop::Price;

    use super::*;

    fn book(title: &str) -> Book {
        Book {
            slug: "a-book".parse().unwrap(),
            title: title.to_owned(),
            author: "Ann <Lee>".to_owned(),
            isbn: None,
            description: String::new(),
            facts: shop::BookFacts::default(),
            cover_alt: String::new(),
            price: Price::from_cents(1),
        }
    }

    #[test]
    fn a_title_is_broken_into_lines_and_escaped() {
        let svg = drawing(&book("<script>alert(1)</script> & a Long Title with Words"));
        assert!(!svg.contains("<script") && svg.contains("&lt;script&gt;"));
        assert!(svg.contains("Ann &lt;Lee&gt;") && svg.contains("&amp;"));
        assert_eq!(
            lines("A Long Title with Words", TITLE),
            ["A Long Title", "with Words"]
        );
        assert_eq!(
            lines("紅樓夢紅樓夢紅樓夢", TITLE),
            ["紅樓夢紅樓夢紅", "樓夢"]
        );
        let endless = "word ".repeat(100);
        let set = lines(&endless, TITLE);
        assert_eq!(set.len(), 6);
        assert!(set[5].ends_with('…'));
        assert_eq!(lines("", TITLE), Vec::<String>::new());
        let unbroken = lines(&"x".repeat(1_000), TITLE);
        assert!(unbroken.len() == 6 && unbroken.iter().all(|line| wide(line) <= 17));
    }
}
