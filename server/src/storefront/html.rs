//! Corrects the HTML that Leptos renders, which is not quite valid. This is the only place that
//! changes a rendered page.

use futures::{
    StreamExt,
    future::{BoxFuture, ready},
    stream::{self, BoxStream},
};
use leptos::IntoView;

/// The scripts that Leptos writes into a page for hydration.
///
/// Leptos appends them after the end of the document; they belong in the body.
pub(super) type HydrationScript = Box<dyn FnOnce() -> BoxStream<'static, String> + Send>;

/// Renders a page in one piece.
pub(super) fn whole(
    page: impl IntoView + 'static,
    script: HydrationScript,
    _: bool,
) -> BoxFuture<'static, BoxStream<'static, String>> {
    Box::pin(async move {
        let mut html: String = page.to_html_stream_in_order().collect().await;
        let script: String = script().collect().await;
        let end = html.rfind("</body>").unwrap_or(html.len());
        html.insert_str(end, &script);
        let html = with_valid_comments(&html);
        Box::pin(stream::once(ready(html))) as BoxStream<'static, String>
    })
}

/// Renders a page piece by piece.
pub(super) fn pieces(
    page: impl IntoView + 'static,
    script: HydrationScript,
    _: bool,
) -> BoxFuture<'static, BoxStream<'static, String>> {
    let mut script = Some(script);
    let pieces = page.to_html_stream_in_order().then(move |html| {
        let mut html = with_valid_comments(&html);
        // Only the last piece has the end of the body.
        let end = html.rfind("</body>");
        let script = end.and_then(|_| script.take());
        async move {
            if let (Some(end), Some(script)) = (end, script) {
                let script: String = script().collect().await;
                html.insert_str(end, &script);
            }
            html
        }
    });
    let pieces: BoxStream<'static, String> = Box::pin(pieces);
    Box::pin(ready(pieces))
}

/// Writes Leptos' markers as valid HTML.
///
/// Leptos marks places with `<!>`, which browsers read as an empty comment and the standard calls
/// an error. Hydration needs the markers inside islands, so they become `<!---->`; the others are
/// removed. Text and attributes contain no bare `<`.
fn with_valid_comments(html: &str) -> String {
    const ISLAND: &str = "</leptos-island>";
    let mut written = String::with_capacity(html.len());
    for part in html.split_inclusive(ISLAND) {
        let (page, island) = part.split_at(part.find("<leptos-island").unwrap_or(part.len()));
        written.extend(page.split("<!>"));
        let mut pieces = island.split("<!>");
        written.extend(pieces.next());
        for piece in pieces {
            written.extend(["<!---->", piece]);
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_kept_in_islands_only() {
        let island = "<leptos-island a=\"1\"><!>a<!><p>b</p></leptos-island>";
        assert_eq!(
            with_valid_comments(&format!(
                "<!DOCTYPE html><p>a<!>b</p>{island}<!>c{island}<!>"
            )),
            "<!DOCTYPE html><p>ab</p><leptos-island a=\"1\"><!---->a<!----><p>b</p></leptos-island>c\
             <leptos-island a=\"1\"><!---->a<!----><p>b</p></leptos-island>"
        );
    }
}
