//! For search engines: `/robots.txt`, and the sitemap of all books
//! (<https://www.sitemaps.org/protocol.html>).

use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::{StreamExt, stream};
use store::StoreError;

use crate::{http::refusal::refuse, markup::escaped, state::Shop};

/// The most addresses in one file, by the protocol.
const LARGEST_PART: u64 = 50_000;
/// How many books are read by one query.
const AT_ONCE: u32 = 2_000;
/// These files may be cached for an hour. A robot that has read an old list comes back later, and
/// finds the new books then.
const AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");
const XML: HeaderValue = HeaderValue::from_static("application/xml; charset=utf-8");
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// `GET /robots.txt`: excludes private pages, counts of mentions, and addresses that are not pages.
///
/// The cart is not excluded. A robot gets an empty cart, whose page is `noindex`, and the robot has
/// to read the page to see that.
pub(crate) async fn robots(State(shop): State<Shop>) -> impl IntoResponse {
    let shop = shop.public_url();
    let rules = format!(
        "User-agent: *\nDisallow: /orders/\nDisallow: /desk\nDisallow: /api/\n\
         Disallow: /live\nDisallow: /buzz\n\nSitemap: {shop}/sitemap.xml\n"
    );
    ([(header::CACHE_CONTROL, AN_HOUR)], rules)
}

/// `GET /sitemap.xml`: the list of the parts.
pub(crate) async fn index(State(shop): State<Shop>) -> Response {
    let last = match shop.0.store.last_book_number().await {
        Ok(last) => last,
        Err(error) => return unreadable(&error),
    };
    let mut list = format!("{HEAD}<sitemapindex xmlns=\"{NAMESPACE}\">\n");
    for part in 0..=last / LARGEST_PART {
        let address = escaped(&format!("{}/sitemaps/{part}.xml", shop.public_url()));
        list.push_str(&format!("<sitemap><loc>{address}</loc></sitemap>\n"));
    }
    list.push_str("</sitemapindex>\n");
    xml(Body::from(list))
}

/// `GET /sitemaps/{part}.xml`: the books of one part. The front page is in the first part, in the
/// place of book number 0, which does not exist.
///
/// A part is a range of the books' row numbers, streamed while it is read, so that a large
/// catalogue neither delays the first byte nor fills memory. A book stays in its part.
pub(crate) async fn part(State(shop): State<Shop>, Path(name): Path<String>) -> Response {
    let last = match shop.0.store.last_book_number().await {
        Ok(last) => last,
        Err(error) => return unreadable(&error),
    };
    let number = name
        .strip_suffix(".xml")
        .and_then(|number| number.parse::<u64>().ok());
    let Some(number) = number.filter(|number| *number <= last / LARGEST_PART) else {
        return refuse(StatusCode::NOT_FOUND, |language| {
            app::say!(language, page.no_sitemap)
        })
        .into_response();
    };
    let (from, end) = (number * LARGEST_PART, (number + 1) * LARGEST_PART);
    let mut head = format!("{HEAD}<urlset xmlns=\"{NAMESPACE}\">\n");
    if number == 0 {
        head.push_str(&url(&format!("{}/", shop.public_url())));
    }
    let books = stream::try_unfold(Some(from), move |from| {
        let shop = shop.clone();
        async move {
            let Some(from) = from else { return Ok(None) };
            let slugs = shop.0.store.numbered_slugs(from, AT_ONCE).await?;
            let next = slugs.last().map(|(number, _)| number + 1);
            let next = next.filter(|next| *next < end && slugs.len() == AT_ONCE as usize);
            let slugs = slugs.iter().filter(|(number, _)| *number < end);
            let urls = slugs.map(|(_, slug)| url(&format!("{}/books/{slug}", shop.public_url())));
            Ok::<_, StoreError>(Some((urls.collect::<String>(), next)))
        }
    });
    let whole = stream::iter([Ok(head)])
        .chain(books)
        .chain(stream::iter([Ok("</urlset>\n".to_owned())]));
    xml(Body::from_stream(whole))
}

fn url(address: &str) -> String {
    format!("<url><loc>{}</loc></url>\n", escaped(address))
}

fn xml(body: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, XML),
        (header::CACHE_CONTROL, AN_HOUR),
    ];
    (headers, body).into_response()
}

fn unreadable(error: &StoreError) -> Response {
    tracing::error!(
        error = error as &dyn std::error::Error,
        "cannot read the books for the sitemap"
    );
    let sentence = |language| app::say!(language, page.cannot_read);
    refuse(StatusCode::SERVICE_UNAVAILABLE, sentence).into_response()
}
