//! What is known of a book beyond its title, author, ISBN and description.

mod book_format;
mod contributor_role;
mod language_tag;
mod publishing_date;

use std::{collections::BTreeMap, num::NonZeroU32};

use serde::{Deserialize, Serialize};

pub use self::{
    book_format::BookFormat,
    contributor_role::ContributorRole,
    language_tag::{InvalidLanguageTag, LanguageTag},
    publishing_date::{InvalidPublishingDate, PublishingDate},
};
use super::{BookField, InvalidBookText, text::line};

/// The most pages of a book. A larger number must be a mistake.
const MOST_PAGES: u32 = 100_000;

/// Facts about a book, each of which may be unknown.
///
/// In JSON, an object with the text of each known fact. A text that cannot be read, because a later
/// release has written it, counts as unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, String>", into = "BTreeMap<String, String>")]
pub struct BookFacts {
    /// The subtitle.
    pub subtitle: Option<String>,
    /// The names of the people with each role, other than the authors.
    pub contributors: BTreeMap<ContributorRole, Vec<String>>,
    /// The publisher.
    pub publisher: Option<String>,
    /// When it was or will be published.
    pub published: Option<PublishingDate>,
    /// The binding or the medium.
    pub format: Option<BookFormat>,
    /// The language of the text.
    pub language: Option<LanguageTag>,
    /// The number of pages.
    pub pages: Option<NonZeroU32>,
    /// The subjects.
    pub subjects: Vec<String>,
}

impl BookFacts {
    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The text of a fact, from which [`Self::set`] makes the same value. Empty for any other field.
    pub(crate) fn text(&self, field: BookField) -> String {
        match field {
            BookField::Subtitle => self.subtitle.clone().unwrap_or_default(),
            BookField::Contributor(role) => {
                let names = self.contributors.get(&role);
                names.map_or_else(String::new, |names| names.join("; "))
            }
            BookField::Publisher => self.publisher.clone().unwrap_or_default(),
            BookField::Published => written(self.published.as_ref()),
            BookField::Format => {
                let name = self.format.map(BookFormat::as_str);
                name.unwrap_or_default().to_owned()
            }
            BookField::Language => written(self.language.as_ref()),
            BookField::Pages => written(self.pages.as_ref()),
            BookField::Subjects => self.subjects.join("; "),
            BookField::Title
            | BookField::Author
            | BookField::Isbn
            | BookField::Description
            | BookField::CoverAlt
            | BookField::Price => String::new(),
        }
    }

    /// Sets a fact from its text. A blank text makes it unknown. Any other field is ignored.
    ///
    /// # Errors
    /// [`InvalidBookText`], with the fact unchanged.
    pub(crate) fn set(&mut self, field: BookField, text: &str) -> Result<(), InvalidBookText> {
        let line = line(field, text)?;
        match field {
            BookField::Subtitle => self.subtitle = line,
            BookField::Contributor(role) => {
                let names = list(line.as_deref());
                match names.is_empty() {
                    true => self.contributors.remove(&role),
                    false => self.contributors.insert(role, names),
                };
            }
            BookField::Publisher => self.publisher = line,
            BookField::Published => {
                let date = line
                    .as_deref()
                    .map(str::parse::<PublishingDate>)
                    .transpose();
                self.published = date.map_err(|_| InvalidBookText::NotADate)?;
            }
            BookField::Format => {
                let named = |name: &str| BookFormat::named(name).ok_or(InvalidBookText::NotAFormat);
                self.format = line.as_deref().map(named).transpose()?;
            }
            BookField::Language => {
                let tag = line.as_deref().map(str::parse::<LanguageTag>).transpose();
                self.language = tag.map_err(|_| InvalidBookText::NotALanguage)?;
            }
            BookField::Pages => {
                self.pages = match line {
                    Some(line) => Some(pages(&line).ok_or(InvalidBookText::NotANumber)?),
                    None => None,
                };
            }
            BookField::Subjects => self.subjects = list(line.as_deref()),
            BookField::Title
            | BookField::Author
            | BookField::Isbn
            | BookField::Description
            | BookField::CoverAlt
            | BookField::Price => {}
        }
        Ok(())
    }
}

impl From<BTreeMap<String, String>> for BookFacts {
    fn from(texts: BTreeMap<String, String>) -> Self {
        let mut facts = Self::default();
        for (name, text) in &texts {
            if let Some(field) = BookField::named(name) {
                // What cannot be read stays unknown.
                let _ = facts.set(field, text);
            }
        }
        facts
    }
}

impl From<BookFacts> for BTreeMap<String, String> {
    fn from(facts: BookFacts) -> Self {
        let texts = BookField::DESCRIBED
            .into_iter()
            .map(|field| (field.name().to_owned(), facts.text(field)));
        texts.filter(|(_, text)| !text.is_empty()).collect()
    }
}

fn written(value: Option<&impl ToString>) -> String {
    value.map_or_else(String::new, ToString::to_string)
}

/// The parts of a text between semicolons, of either width.
fn list(text: Option<&str>) -> Vec<String> {
    let parts = text.unwrap_or_default().split([';', '；']);
    let parts = parts.map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

fn pages(text: &str) -> Option<NonZeroU32> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let number = digits.then(|| text.parse().ok()).flatten();
    number.filter(|pages: &NonZeroU32| pages.get() <= MOST_PAGES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_read_back_as_they_were_written() {
        let written = r#"{"format":"paperback","language":"en","pages":"320","published":"2026-05",
            "publisher":"Owl & Sons","subjects":"History; Trains","subtitle":"A Memoir",
            "translator":"Jane Doe; 林小明"}"#;
        let facts: BookFacts = serde_json::from_str(written).unwrap();
        let names = &facts.contributors[&ContributorRole::Translator];
        assert_eq!(names, &["Jane Doe", "林小明"]);
        assert_eq!(facts.subjects, ["History", "Trains"]);
        let again = serde_json::to_string(&facts).unwrap();
        assert_eq!(serde_json::from_str::<BookFacts>(&again).unwrap(), facts);
        assert_eq!(serde_json::to_string(&BookFacts::default()).unwrap(), "{}");
    }

    #[test]
    fn what_a_later_release_has_written_does_not_hide_the_rest() {
        let written = r#"{"format":"scroll","shelf_mark":"B 7","publisher":"Owl"}"#;
        let facts: BookFacts = serde_json::from_str(written).unwrap();
        assert_eq!(
            (facts.format, facts.publisher.as_deref()),
            (None, Some("Owl"))
        );
    }
}
