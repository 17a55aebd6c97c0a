//! What the search API answers with.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, SeqAccess, Visitor},
};
use shop::Timestamp;
use url::Url;

use crate::{Mention, Sample};

/// Where an item can be read.
const ITEM: &str = "https://news.ycombinator.com/item?id=";
/// As many hits are looked at: more than are asked for, and not as many as fit into an answer.
const MOST_HITS: usize = 1_000;
/// What is kept of a title, and of a name, in characters.
const LONGEST_TITLE: usize = 200;
const LONGEST_NAME: usize = 60;
/// No part of an address is left out: a longer one, in bytes, is not kept.
const LONGEST_LINK: usize = 2_000;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    #[serde(deserialize_with = "first_of_all")]
    hits: (Vec<Hit>, usize),
    #[serde(default)]
    nb_hits: Option<u64>,
}

/// A story or a comment. What is not there, or of another kind, is not known.
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

/// Reads an answer. A hit that does not say when it was is left out.
pub(super) fn read(answer: &[u8]) -> Result<Sample, serde_json::Error> {
    let found: Found = serde_json::from_slice(answer)?;
    let (hits, number) = found.hits;
    // Where it is not said how many there are, as many as were asked for are not all.
    let more = found
        .nb_hits
        .map_or(number >= super::SAMPLE, |all| all > number as u64);
    let is_cut = number > hits.len() || more;
    Ok(Sample {
        mentions: hits.into_iter().filter_map(mention).collect(),
        is_cut,
        answered_at: None,
    })
}

/// The first hits, and how many there are.
fn first_of_all<'de, D: Deserializer<'de>>(hits: D) -> Result<(Vec<Hit>, usize), D::Error> {
    struct First;

    impl<'de> Visitor<'de> for First {
        type Value = (Vec<Hit>, usize);

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("hits")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Self::Value, A::Error> {
            let mut first = Vec::new();
            while first.len() < MOST_HITS {
                match all.next_element()? {
                    Some(hit) => first.push(hit),
                    None => break,
                }
            }
            let mut number = first.len();
            while all.next_element::<IgnoredAny>()?.is_some() {
                number += 1;
            }
            Ok((first, number))
        }
    }

    hits.deserialize_seq(First)
}

fn mention(hit: Hit) -> Option<Mention> {
    let seconds = hit.created_at_i?.as_u64()?;
    let title = words(hit.title, LONGEST_TITLE);
    let link = hit.object_id.and_then(item).or_else(|| page(hit.url));
    Some(Mention {
        at: Timestamp::from_millis(seconds.checked_mul(1_000)?),
        title: title.or_else(|| words(hit.story_title, LONGEST_TITLE)),
        by: words(hit.author, LONGEST_NAME),
        link,
    })
}

/// One line of words, cut where it is too long.
fn words(value: Option<serde_json::Value>, longest: usize) -> Option<String> {
    let value = value?;
    let mut line: String = value
        .as_str()?
        .chars()
        .map(|one| if one.is_control() { ' ' } else { one })
        .take(longest + 1)
        .collect();
    if let Some((end, _)) = line.char_indices().nth(longest) {
        line.truncate(end);
        line.push('…');
    }
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

/// The address of an item, which is named by a number.
fn item(id: serde_json::Value) -> Option<String> {
    let id: u64 = match id {
        serde_json::Value::String(id) => id.parse().ok()?,
        other => other.as_u64()?,
    };
    Some(format!("{ITEM}{id}"))
}

/// An address that a browser opens as a page.
fn page(url: Option<serde_json::Value>) -> Option<String> {
    let url: Url = url?.as_str()?.parse().ok()?;
    let is_kept = matches!(url.scheme(), "http" | "https") && url.as_str().len() <= LONGEST_LINK;
    is_kept.then(|| url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stories_and_comments_are_mentions() {
        let sample = read(
            br#"{"hits":[
                {"created_at_i":1700000000,"objectID":"12","title":"A  <b>book</b>","author":"ann","url":"https://x.example/"},
                {"created_at_i":1690000000,"objectID":"7","title":null,"story_title":"Talk","comment_text":"<p>..."}
            ],"nbHits":2,"page":0}"#,
        )
        .unwrap();
        assert!(!sample.is_cut);
        let [story, comment] = &sample.mentions[..] else {
            panic!("{sample:?}")
        };
        assert_eq!(story.at.millis(), 1_700_000_000_000);
        assert_eq!(story.title.as_deref(), Some("A  <b>book</b>"));
        assert_eq!(story.by.as_deref(), Some("ann"));
        let link = story.link.as_deref();
        assert_eq!(link, Some("https://news.ycombinator.com/item?id=12"));
        assert_eq!(comment.title.as_deref(), Some("Talk"));
        assert_eq!(comment.by, None);
    }

    #[test]
    fn what_makes_no_sense_in_a_hit_is_left_out() {
        let sample = read(
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
        assert!(sample.is_cut);
        let nothing_but_when = Mention {
            at: Timestamp::from_millis(5_000),
            title: None,
            by: None,
            link: None,
        };
        assert_eq!(sample.mentions, [nothing_but_when]);
    }

    #[test]
    fn a_line_is_as_long_as_it_may_be() {
        let long = serde_json::Value::from("字\u{7}".repeat(300));
        let line = words(Some(long), 10).unwrap();
        assert_eq!(line.chars().count(), 11);
        assert!(line.ends_with('…') && !line.contains('\u{7}'));
        assert_eq!(words(Some(" \n".into()), 10), None);
    }

    #[test]
    fn an_address_is_kept_whole_or_not_at_all() {
        let short = "https://x.example/".to_owned();
        let long = format!("{short}{}", "x".repeat(LONGEST_LINK));
        assert_eq!(page(Some(short.as_str().into())), Some(short));
        assert_eq!(page(Some(long.into())), None);
        assert_eq!(page(Some("data:text/html,x".into())), None);
    }

    #[test]
    fn of_more_hits_than_anybody_asked_for_the_first_are_read() {
        let hits = vec![r#"{"created_at_i":5}"#; MOST_HITS + 3].join(",");
        let sample = read(format!("{{\"hits\":[{hits}]}}").as_bytes()).unwrap();
        assert_eq!(sample.mentions.len(), MOST_HITS);
        assert!(sample.is_cut);
    }

    #[test]
    fn what_is_no_answer_is_an_error() {
        for text in [&b"<html>"[..], b"{}", b"[]", b"", b"{\"hits\":7}", b"\xff"] {
            assert!(read(text).is_err(), "{text:?}");
        }
        assert_eq!(read(b"{\"hits\":[]}").unwrap(), Sample::default());
    }
}
