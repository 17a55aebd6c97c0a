//! Reads suggestions from JSON.

use super::{Suggestion, Suggestions};
use crate::browser::{Json, json::FromJson};

impl FromJson for Suggestions {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            books: json.get("books").list()?,
            total: json.get("total").count()?,
        })
    }
}

impl FromJson for Suggestion {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            slug: json.get("slug").parsed()?,
            title: json.get("title").text()?,
            author: json.get("author").text()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::json_round_trip::assert_round_trip;

    #[test]
    fn suggestions_with_unusual_titles_are_read_back() {
        assert_round_trip(Suggestions {
            books: vec![Suggestion {
                slug: "small-hours".parse().unwrap(),
                title: "Small “Hours”".to_owned(),
                author: "Ō".to_owned(),
            }],
            total: 12,
        });
    }
}
