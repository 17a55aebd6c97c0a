//! Chooses the language of an answer: the one in the cookie, or the best that the browser accepts.

use app::server::LANGUAGE_COOKIE;
use axum::http::{HeaderMap, header};
use axum_extra::extract::cookie::CookieJar;
use shop::Language;

/// The number of language ranges that are read. Browsers send a handful.
const MOST_RANGES: usize = 32;

/// The language in the cookie, or else the best match in `Accept-Language`, or else English.
pub(crate) fn negotiate(headers: &HeaderMap) -> Language {
    let jar = CookieJar::from_headers(headers);
    let chosen = jar
        .get(LANGUAGE_COOKIE)
        .and_then(|cookie| cookie.value().parse().ok());
    chosen.unwrap_or_else(|| {
        let wish = headers.get_all(header::ACCEPT_LANGUAGE).iter();
        let wish: Vec<&str> = wish.filter_map(|part| part.to_str().ok()).collect();
        best_match(&wish.join(","))
    })
}

/// Chooses the language with the highest quality (RFC 9110, 12.5.4); of two equal ones, the first.
/// Every Chinese range matches the shop's Chinese. `*` matches each language that is not named.
fn best_match(wish: &str) -> Language {
    let mut named: [Option<u16>; 2] = [None; 2];
    let mut others = None;
    let mut first = None;
    for (range, quality) in wish.split(',').take(MOST_RANGES).filter_map(language_range) {
        let language = match range.split('-').next() {
            Some("en") => Language::English,
            Some("zh" | "cmn") => Language::Chinese,
            Some("*") => {
                others = others.max(Some(quality));
                continue;
            }
            _ => continue,
        };
        first.get_or_insert(language);
        let slot = &mut named[language as usize];
        *slot = (*slot).max(Some(quality));
    }
    let [english, chinese] = named.map(|quality| quality.or(others).unwrap_or(0));
    match english.cmp(&chinese) {
        std::cmp::Ordering::Greater => Language::English,
        std::cmp::Ordering::Less => Language::Chinese,
        // Both are refused, or neither is named.
        std::cmp::Ordering::Equal if english == 0 => Language::English,
        std::cmp::Ordering::Equal => first.unwrap_or_default(),
    }
}

/// A language range in lower case, and its quality in thousandths. Malformed input is ignored.
fn language_range(part: &str) -> Option<(String, u16)> {
    let mut pieces = part.split(';').map(str::trim);
    let range = pieces.next().filter(|range| !range.is_empty())?;
    let mut quality = 1_000;
    for piece in pieces {
        let (name, value) = piece.split_once('=')?;
        if name.trim().eq_ignore_ascii_case("q") {
            quality = thousandths(value.trim())?;
        }
    }
    Some((range.to_ascii_lowercase(), quality))
}

/// Parses `0`, `0.8` or `1.000`: one digit before the point, at most three after it.
fn thousandths(value: &str) -> Option<u16> {
    let (whole, rest) = value.split_once('.').unwrap_or((value, ""));
    if !matches!(whole, "0" | "1") || rest.len() > 3 || !rest.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let thousandths: u16 = format!("{whole}{rest:0<3}").parse().ok()?;
    (thousandths <= 1_000).then_some(thousandths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_supported_language_is_chosen() {
        for (wish, tag) in [
            ("", "en"),
            ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
            ("en-GB,en;q=0.9,zh;q=0.8", "en"),
            ("zh", "zh-Hans"),
            ("ZH-hans-CN", "zh-Hans"),
            ("cmn-Hans", "zh-Hans"),
            ("zh-TW,en;q=0.5", "zh-Hans"),
            ("fr-CH, fr;q=0.9, *;q=0.5", "en"),
            ("fr, zh;q=0.2", "zh-Hans"),
            ("en;q=0.3, zh;q=0.7", "zh-Hans"),
            ("zh;q=0.5, en;q=0.5", "zh-Hans"),
            ("en;q=0.5, zh;q=0.5", "en"),
            ("en;q=0, *", "zh-Hans"),
            ("zh;q=0, en;q=0", "en"),
            ("zh;q=0", "en"),
            ("*", "en"),
        ] {
            assert_eq!(best_match(wish).tag(), tag, "{wish:?}");
        }
    }

    #[test]
    fn malformed_ranges_are_ignored() {
        for wish in [
            "zh;q=2",
            "zh;q=-1",
            "zh;q=0.1234",
            "zh;q=",
            "zh;q",
            "zh;q=1.5",
            "zh;q=NaN",
            "zhongwen",
            ";;;,,,=",
            "\u{7f}",
        ] {
            assert_eq!(best_match(wish), Language::English, "{wish:?}");
        }
        assert_eq!(best_match(" , zh ; Q = 0.9 ,, en;q=x"), Language::Chinese);
        assert_eq!(best_match(&"fr,".repeat(10_000)), Language::English);
    }

    #[test]
    fn the_cookie_wins_over_the_header_and_an_unknown_one_is_ignored() {
        let asked = |cookie: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, "zh-CN".parse().unwrap());
            headers.insert(header::COOKIE, cookie.parse().unwrap());
            negotiate(&headers)
        };
        assert_eq!(asked("lang=en"), Language::English);
        assert_eq!(asked("a=b; lang=zh-Hans"), Language::Chinese);
        for odd in [
            "lang=",
            "lang=EN",
            "lang=fr",
            "lang=en%0d%0a",
            "language=en",
            "lang",
        ] {
            assert_eq!(asked(odd), Language::Chinese, "{odd:?}");
        }
    }
}
