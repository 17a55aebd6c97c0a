//! Reads the types that serde writes, in browsers with the browser's own JSON parser.

#[cfg(feature = "browser")]
#[path = "in_browser.rs"]
mod json;
/// Outside browsers, `serde_json` parses the JSON, so that the same code can be tested there.
#[cfg(not(feature = "browser"))]
#[path = "with_serde.rs"]
mod json;
mod values;

pub use from_json_derive::FromJson;
pub use json::Json;
pub use values::JsonText;

/// A type that can be read from JSON.
///
/// Serde generates code with precise errors for each type, which would make every first visit 24 kB
/// heavier (`docs/decisions/0011-islands.md`). The browser already has a parser, so this trait only
/// picks values from the parsed tree.
///
/// A type derives this trait beside serde's, from the same fields and the same `#[serde(…)]`
/// attributes, so that it cannot be written in one way and read in another:
///
/// ```
/// use from_json::FromJson;
/// use serde::Serialize;
///
/// #[derive(Debug, PartialEq, Serialize, FromJson)]
/// struct Line {
///     title: String,
///     #[serde(default, skip_serializing_if = "Option::is_none")]
///     note: Option<String>,
/// }
///
/// let line = Line { title: "Small Hours".to_owned(), note: None };
/// let text = serde_json::to_string(&line).unwrap();
/// assert_eq!(Line::from_text(&text), Some(line));
/// ```
pub trait FromJson: Sized {
    /// Reads a value from a JSON tree. `None` if something is missing or invalid.
    fn from_json(json: &Json) -> Option<Self>;

    /// Reads a value from JSON text.
    fn from_text(text: &str) -> Option<Self> {
        Self::from_json(&Json::parse(text)?)
    }
}

/// Reads a member that may be missing; a missing one becomes its default.
///
/// The derive macro calls this for `#[serde(default)]`.
pub fn or_default<T: FromJson + Default>(json: &Json) -> Option<T> {
    match json.is_there() {
        true => T::from_json(json),
        false => Some(T::default()),
    }
}
