//! `FromJson` reads back what serde writes, for arbitrary values of a type with many attributes.

use from_json::{FromJson, Json};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Plain,
    TwoWords,
    #[serde(rename = "other")]
    Renamed,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(transparent)]
struct Number(u32);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(try_from = "String", into = "String")]
struct Even(u32);

impl TryFrom<String> for Even {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let number: u32 = text.parse().map_err(|_| "not a number")?;
        number
            .is_multiple_of(2)
            .then_some(Self(number))
            .ok_or("odd")
    }
}

impl From<Even> for String {
    fn from(even: Even) -> Self {
        even.0.to_string()
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, FromJson)]
struct Inner {
    by: i64,
    flag: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, FromJson)]
struct Outer {
    text: String,
    kind: Kind,
    number: Number,
    even: Even,
    #[serde(rename = "type")]
    renamed: u64,
    maybe: Option<Inner>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    many: Vec<Inner>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    rarely: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    absent: Option<String>,
    #[serde(flatten)]
    beside: Beside,
    #[serde(with = "hex")]
    #[from_json(with = "hex::from_json")]
    custom: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, FromJson)]
struct Beside {
    note: String,
}

mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(number: &u32, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&format!("{number:x}"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
        let text = String::deserialize(from)?;
        u32::from_str_radix(&text, 16).map_err(D::Error::custom)
    }

    pub(super) fn from_json(json: &super::Json) -> Option<u32> {
        u32::from_str_radix(&json.text()?, 16).ok()
    }
}

fn inner() -> impl Strategy<Value = Inner> {
    // A browser reads whole numbers exactly only up to 2^53.
    let by = -(1_i64 << 53)..(1 << 53);
    (by, any::<bool>()).prop_map(|(by, flag)| Inner { by, flag })
}

fn outer() -> impl Strategy<Value = Outer> {
    let kind = prop_oneof![Just(Kind::Plain), Just(Kind::TwoWords), Just(Kind::Renamed)];
    let plain = (
        any::<String>(),
        kind,
        any::<u32>(),
        0..u32::MAX / 2,
        0..1_u64 << 53,
    );
    let rest = (
        proptest::option::of(inner()),
        proptest::collection::vec(inner(), 0..4),
        any::<bool>(),
        proptest::option::of(any::<String>()),
        any::<String>(),
        any::<u32>(),
    );
    (plain, rest).prop_map(
        |((text, kind, number, half, renamed), (maybe, many, rarely, absent, note, custom))| {
            Outer {
                text,
                kind,
                number: Number(number),
                even: Even(half * 2),
                renamed,
                maybe,
                many,
                rarely,
                absent,
                beside: Beside { note },
                custom,
            }
        },
    )
}

proptest! {
    #[test]
    fn what_serde_writes_is_read_back(value in outer()) {
        let text = serde_json::to_string(&value).unwrap();
        prop_assert_eq!(Outer::from_text(&text), Some(value), "{}", text);
    }

    /// `FromJson` may accept more than serde does. What serde accepts, both read alike.
    #[test]
    fn from_json_agrees_with_serde(value in outer(), member in 0_usize..11, other in any::<u8>()) {
        let mut tree = serde_json::to_value(&value).unwrap();
        let members = tree.as_object_mut().unwrap();
        let name = members.keys().nth(member % members.len()).unwrap().clone();
        match other % 3 {
            0 => drop(members.remove(&name)),
            1 => drop(members.insert(name, serde_json::Value::Null)),
            _ => drop(members.insert(name, serde_json::json!(other))),
        }
        let text = tree.to_string();
        let by_serde: Option<Outer> = serde_json::from_str(&text).ok();
        if by_serde.is_some() {
            prop_assert_eq!(Outer::from_text(&text), by_serde, "{}", text);
        }
    }
}

#[test]
fn invalid_text_is_none() {
    for text in [
        "",
        "<html>",
        "7",
        "null",
        "[]",
        "{}",
        r#"{"by":1}"#,
        r#"{"by":1.5,"flag":true}"#,
    ] {
        assert_eq!(Inner::from_text(text), None, "{text:?}");
    }
    assert_eq!(Kind::from_text(r#""PLAIN""#), None);
    assert_eq!(Even::from_text(r#""3""#), None);
}
