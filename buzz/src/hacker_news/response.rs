//! Parses a response of the search API.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, SeqAccess, Visitor},
};
use shop::Timestamp;
use url::Url;

use crate::{Mention, Sample};

/// The address of an item's page, without its number.
const ITEM_URL: &str = "https://news.ycombinator.com/item?id=";
/// The most hits that are parsed, to bound memory. A request asks for fewer.
const MAX_HITS: usize = 1_000;
/// The most characters of a title. A longer one is cut.
const MAX_TITLE: usize = 200;
/// The most characters of an author's name. A longer one is cut.
const MAX_NAME: usize = 60;
/// The most bytes of a link. A longer one is dropped, because a part of a link is useless.
const MAX_LINK: usize = 2_000;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SearchResponse {
    #[serde(deserialize_with = "first_hits")]
    hits: (Vec<Hit>, usize),
    #[serde(default)]
    nb_hits: Option<u64>,
}

/// A story or a comment. Any field may be missing or of the wrong type.
#[derive(Debug, Deserialize)]
struct Hit {
    #[serde(default)]
    created_at_i: Option<serde_json::Value>,
    #[serde(default, rename = "objectID")]
    object_id: Option<serde_json::Value>,
    #[serde(default)]
    title: Option<serde_json::Value>,
    #[serde(default)]
    story_title: Option<serde_json::Value>,
    #[serde(default)]
    author: Option<serde_json::Value>,
    #[serde(default)]
    url: Option<serde_json::Value>,
}

/// Parses a response body. Hits without a time are dropped.
pub(super) fn parse(body: &[u8]) -> Result<Sample, serde_json::Error> {
    let response: SearchResponse = serde_json::from_slice(body)?;
    let (hits, count) = response.hits;
    // If the response has no total, a full page means that there are more hits.
    let has_more = response
        .nb_hits
        .map_or(count >= super::PAGE_SIZE, |total| total > count as u64);
    let is_truncated = count > hits.len() || has_more;
    Ok(Sample {
        mentions: hits.into_iter().filter_map(mention).collect(),
        is_truncated,
        answered_at: None,
    })
}

/// Deserializes the first [`MAX_HITS`] hits, and counts all of them.
fn first_hits<'de, D: Deserializer<'de>>(hits: D) -> Result<(Vec<Hit>, usize), D::Error> {
    struct HitsVisitor;

    impl<'de> Visitor<'de> for HitsVisitor {
        type Value = (Vec<Hit>, usize);

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an array of hits")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Self::Value, A::Error> {
            let mut first = Vec::new();
            while first.len() < MAX_HITS {
                match all.next_element()? {
                    Some(hit) => first.push(hit),
                    None => break,
                }
            }
            let mut count = first.len();
            while all.next_element::<IgnoredAny>()?.is_some() {
                count += 1;
            }
            Ok((first, count))
        }
    }

    hits.deserialize_seq(HitsVisitor)
}

fn mention(hit: Hit) -> Option<Mention> {
    let seconds = hit.created_at_i?.as_u64()?;
    let title = one_line(hit.title, MAX_TITLE);
    let link = hit
        .object_id
        .and_then(item_url)
        .or_else(|| web_url(hit.url));
    Some(Mention {
        at: Timestamp::from_millis(seconds.checked_mul(1_000)?),
        title: title.or_else(|| one_line(hit.story_title, MAX_TITLE)),
        author: one_line(hit.author, MAX_NAME),
        link,
    })
}

/// A string as one line, cut to `max` characters.
fn one_line(value: Option<serde_json::Value>, max: usize) -> Option<String> {
    let value = value?;
    let mut line: String = value
        .as_str()?
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(max + 1)
        .collect();
    if let Some((end, _)) = line.char_indices().nth(max) {
        line.truncate(end);
        line.push('…');
    }
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

/// The address of an item's page. The number arrives as a string or a number.
fn item_url(id: serde_json::Value) -> Option<String> {
    let id: u64 = match id {
        serde_json::Value::String(id) => id.parse().ok()?,
        other => other.as_u64()?,
    };
    Some(format!("{ITEM_URL}{id}"))
}

/// An http or https address that is not too long.
fn web_url(url: Option<serde_json::Value>) -> Option<String> {
    let url: Url = url?.as_str()?.parse().ok()?;
    let is_usable = matches!(url.scheme(), "http" | "https") && url.as_str().len() <= MAX_LINK;
    is_usable.then(|| url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stories_and_comments_are_mentions() {
        let sample = parse(
            br#"{"hits":[
                {"created_at_i":1700000000,"objectID":"12","title":"A  <b>book</b>","author":"ann","url":"https://x.example/"},
                {"created_at_i":1690000000,"objectID":"7","title":null,"story_title":"Talk","comment_text":"<p>..."}
            ],"nbHits":2,"page":0}"#,
        )
        .unwrap();
        assert!(!sample.is_truncated);
        let [story, comment] = &sample.mentions[..] else {
            panic!("{sample:?}")
        };
        assert_eq!(story.at.millis(), 1_700_000_000_000);
        assert_eq!(story.title.as_deref(), Some("A  <b>book</b>"));
        assert_eq!(story.author.as_deref(), Some("ann"));
        let link = story.link.as_deref();
        assert_eq!(link, Some("https://news.ycombinator.com/item?id=12"));
        assert_eq!(comment.title.as_deref(), Some("Talk"));
        assert_eq!(comment.author, None);
    }

    #[test]
    fn invalid_hits_and_fields_are_dropped() {
        let sample = parse(
            r#"{"hits":[
                {"created_at_i":-5,"title":"before all time"},
                {"title":"never"},
                {"created_at_i":"yesterday"},
                {"created_at_i":18446744073709551615},
                {"created_at_i":5,"objectID":"../etc","title":7,"author":["a"],"url":"javascript:alert(1)"}
            ],"nbHits":900}"#
                .as_bytes(),
        )
        .unwrap();
        assert!(sample.is_truncated);
        let only_the_time = Mention {
            at: Timestamp::from_millis(5_000),
            title: None,
            author: None,
            link: None,
        };
        assert_eq!(sample.mentions, [only_the_time]);
    }

    #[test]
    fn a_long_line_is_cut() {
        let long = serde_json::Value::from("字\u{7}".repeat(300));
        let line = one_line(Some(long), 10).unwrap();
        assert_eq!(line.chars().count(), 11);
        assert!(line.ends_with('…') && !line.contains('\u{7}'));
        assert_eq!(one_line(Some(" \n".into()), 10), None);
    }

    #[test]
    fn a_long_link_is_dropped() {
        let short = "https://x.example/".to_owned();
        let long = format!("{short}{}", "x".repeat(MAX_LINK));
        assert_eq!(web_url(Some(short.as_str().into())), Some(short));
        assert_eq!(web_url(Some(long.into())), None);
        assert_eq!(web_url(Some("data:text/html,x".into())), None);
    }

    #[test]
    fn hits_beyond_the_limit_are_counted_but_not_parsed() {
        let hits = vec![r#"{"created_at_i":5}"#; MAX_HITS + 3].join(",");
        let sample = parse(format!("{{\"hits\":[{hits}]}}").as_bytes()).unwrap();
        assert_eq!(sample.mentions.len(), MAX_HITS);
        assert!(sample.is_truncated);
    }

    #[test]
    fn a_body_that_is_not_a_search_response_is_an_error() {
        for text in [&b"<html>"[..], b"{}", b"[]", b"", b"{\"hits\":7}", b"\xff"] {
            assert!(parse(text).is_err(), "{text:?}");
        }
        assert_eq!(parse(b"{\"hits\":[]}").unwrap(), Sample::default());
    }
}
