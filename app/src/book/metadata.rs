//! The metadata of a book's page for search engines and shared links: its canonical address,
//! Open Graph, and schema.org's `Book` with the shop's `Offer`.

use leptos::prelude::*;
use leptos_meta::{Link, Meta, Script};
use serde_json::json;
use shop::ShopProfile;

use super::{BookView, facts::add_facts};
use crate::server::{current_settings, has_picture};

/// The size of the covers that `make covers` draws, in pixels.
const PICTURE_WIDTH: &str = "800";
const PICTURE_HEIGHT: &str = "1200";

/// The elements for the head of the book's page.
pub(crate) fn about_book(view: &BookView) -> AnyView {
    let book = &view.book;
    let address = format!("{}/books/{}", view.shop_url, book.slug);
    let picture = picture(view).map(|address| {
        view! {
            <Meta property="og:image" content=address/>
            <Meta property="og:image:type" content="image/png"/>
            <Meta property="og:image:width" content=PICTURE_WIDTH/>
            <Meta property="og:image:height" content=PICTURE_HEIGHT/>
            <Meta property="og:image:alt" content=book.cover_alt.clone()/>
        }
    });
    let settings = current_settings();
    let shop = settings.profile.name().to_owned();
    let isbn = book.isbn.as_ref().map(ToString::to_string);
    let offer = in_a_script(&offer(view, &settings.profile));
    view! {
        <Link rel="canonical" href=address.clone()/>
        <Meta property="og:type" content="book"/>
        <Meta property="og:site_name" content=shop/>
        <Meta property="og:title" content=book.title.clone()/>
        <Meta property="og:description" content=book.description.clone()/>
        <Meta property="og:url" content=address/>
        {picture}
        {isbn.map(|isbn| view! { <Meta property="book:isbn" content=isbn/> })}
        <Script type_="application/ld+json">{offer}</Script>
    }
    .into_any()
}

/// The address of the cover as PNG, if there is one. Services that preview links do not show SVG.
fn picture(view: &BookView) -> Option<String> {
    let slug = &view.book.slug;
    has_picture(slug).then(|| format!("{}/covers/{slug}.png", view.shop_url))
}

/// <https://schema.org/Book> and <https://schema.org/Offer>, true as of the rendering.
fn offer(view: &BookView, shop: &ShopProfile) -> serde_json::Value {
    let BookView {
        book,
        level,
        shop_url,
        ..
    } = view;
    let address = format!("{shop_url}/books/{}", book.slug);
    let opens_at = view.opens_at.filter(|opens| view.now < *opens);
    let available = match level.available {
        0 => "OutOfStock",
        _ if opens_at.is_some() => "PreSale",
        _ => "InStock",
    };
    let currency = shop.currency();
    let mut about = json!({
        "@context": "https://schema.org",
        "@type": ["Book", "Product"],
        "name": book.title,
        "author": { "@type": "Person", "name": book.author },
        "description": book.description,
        "image": picture(view).unwrap_or_else(|| format!("{shop_url}/covers/{}.svg", book.slug)),
        "url": address,
        "offers": {
            "@type": "Offer",
            "url": address,
            "price": currency.plain(book.price.cents()),
            "priceCurrency": currency.code(),
            "availability": format!("https://schema.org/{available}"),
            "availableDeliveryMethod": "https://schema.org/OnSitePickup",
            "seller": { "@type": "BookStore", "name": shop.name(), "url": shop_url },
        },
    });
    if let Some(opens_at) = opens_at {
        about["offers"]["availabilityStarts"] = json!(opens_at.to_string());
    }
    if let Some(isbn) = &book.isbn {
        about["isbn"] = json!(isbn);
    }
    add_facts(&mut about, book);
    about
}

/// JSON that is safe in a script element: `<`, `>` and `&` are written as JSON escapes, so nothing
/// in it can end the element or begin a comment.
pub(crate) fn in_a_script(value: &serde_json::Value) -> String {
    let mut safe = String::new();
    for c in value.to_string().chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                safe.push_str(&format!("\\u{:04x}", u32::from(c)))
            }
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cover_exists_as_a_png_of_the_stated_size() {
        let covers = concat!(env!("CARGO_MANIFEST_DIR"), "/../public/covers");
        let names = std::fs::read_dir(covers).unwrap();
        let drawn = names.filter_map(|file| {
            let path = file.unwrap().path();
            (path.extension()? == "svg").then_some(path)
        });
        let mut seen = 0;
        for cover in drawn {
            let picture = std::fs::read(cover.with_extension("png")).unwrap();
            // <https://www.w3.org/TR/png/#11IHDR>: width and height come first.
            let size = |at: usize| {
                let bytes = picture[at..at + 4].try_into().unwrap();
                u32::from_be_bytes(bytes).to_string()
            };
            assert_eq!(
                (&picture[1..4], &picture[12..16]),
                (&b"PNG"[..], &b"IHDR"[..])
            );
            assert_eq!(
                (size(16), size(20)),
                (PICTURE_WIDTH.into(), PICTURE_HEIGHT.into())
            );
            assert!(picture.len() < 50_000, "{}", cover.display());
            seen += 1;
        }
        assert!(seen >= 8, "{seen}");
    }

    #[test]
    fn a_title_cannot_end_its_script_element() {
        let title = "</script><!-- <script>alert(1)&\u{2028}\"\\";
        let safe = in_a_script(&json!({ "name": title }));
        assert!(!safe.contains(['<', '>', '&', '\u{2028}']), "{safe}");
        let read: serde_json::Value = serde_json::from_str(&safe).unwrap();
        assert_eq!(read["name"], title);
    }
}
