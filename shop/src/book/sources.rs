//! Where the fields of a book come from: the desk or the catalogue file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::BookField;
use crate::{Currency, Price, PriceConversion};

/// The source of a field whose value is known to come from the desk or from a catalogue file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldSource {
    /// The value is that of the last catalogue file with this field.
    File,
    /// Staff wrote the value at the desk. Imports leave it alone.
    Desk {
        /// The text that the last catalogue file has for this field, if any has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file: Option<String>,
    },
}

/// The sources of a book's fields. A field that is not listed has neither been imported since this
/// is recorded nor been written at the desk; an import may replace it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "StoredSources", into = "StoredSources")]
pub struct BookSources {
    /// Grows by one with each change of the book's description. Of two people who edit the same
    /// version, the second is refused.
    pub version: u64,
    fields: BTreeMap<BookField, FieldSource>,
}

/// The sources in JSON. Fields that only a later release knows are left out when it is read.
#[derive(Serialize, Deserialize)]
struct StoredSources {
    #[serde(default)]
    version: u64,
    #[serde(default)]
    fields: BTreeMap<String, FieldSource>,
}

impl BookSources {
    /// Whether a field has the value of the last catalogue file.
    #[must_use]
    pub fn is_from_file(&self, field: BookField) -> bool {
        self.fields.get(&field) == Some(&FieldSource::File)
    }

    /// What the last catalogue file has for a field that staff wrote at the desk.
    #[must_use]
    pub fn file_text(&self, field: BookField) -> Option<&str> {
        match self.fields.get(&field)? {
            FieldSource::Desk { file } => file.as_deref(),
            FieldSource::File => None,
        }
    }

    /// Records that staff wrote a field, whose text was `before`.
    pub(crate) fn record_desk(&mut self, field: BookField, before: &str) {
        match self.fields.get(&field) {
            Some(FieldSource::Desk { .. }) => {}
            Some(FieldSource::File) => {
                let file = Some(before.to_owned());
                self.fields.insert(field, FieldSource::Desk { file });
            }
            None => {
                self.fields.insert(field, FieldSource::Desk { file: None });
            }
        }
    }

    /// Records that a catalogue file has this text for a field. Returns whether the book takes it:
    /// what staff wrote at the desk stays, and the text is only remembered.
    pub(crate) fn record_file(&mut self, field: BookField, text: &str) -> bool {
        match self.fields.get_mut(&field) {
            Some(FieldSource::Desk { file }) => {
                *file = Some(text.to_owned());
                false
            }
            Some(FieldSource::File) => true,
            None => {
                self.fields.insert(field, FieldSource::File);
                true
            }
        }
    }

    /// Gives the catalogue file's price its number in another currency. One that does not fit there is
    /// forgotten. Returns whether there was one.
    pub fn change_currency(
        &mut self,
        before: Currency,
        after: Currency,
        conversion: PriceConversion,
    ) -> bool {
        let Some(FieldSource::Desk { file }) = self.fields.get_mut(&BookField::Price) else {
            return false;
        };
        let Some(text) = file.take() else {
            return false;
        };
        let price = Price::from_minor_text(&text);
        let price = price.and_then(|price| price.with_number_in(before, after, conversion).ok());
        *file = price.map(Price::minor_text);
        true
    }

    /// Records that a field has the catalogue file's value again.
    pub(crate) fn take_from_file(&mut self, field: BookField) {
        self.fields.insert(field, FieldSource::File);
    }
}

impl From<StoredSources> for BookSources {
    fn from(stored: StoredSources) -> Self {
        let fields = stored.fields.into_iter();
        Self {
            version: stored.version,
            fields: fields
                .filter_map(|(name, source)| Some((BookField::named(&name)?, source)))
                .collect(),
        }
    }
}

impl From<BookSources> for StoredSources {
    fn from(sources: BookSources) -> Self {
        let fields = sources.fields.into_iter();
        Self {
            version: sources.version,
            fields: fields
                .map(|(field, source)| (field.name().to_owned(), source))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_file_says_is_remembered_while_the_desk_has_its_own() {
        let mut sources = BookSources::default();
        assert!(sources.record_file(BookField::Title, "Drop"));
        assert!(sources.is_from_file(BookField::Title));
        sources.record_desk(BookField::Title, "Drop");
        assert_eq!(sources.file_text(BookField::Title), Some("Drop"));
        assert!(!sources.record_file(BookField::Title, "Drop!"));
        sources.record_desk(BookField::Title, "The Drop");
        assert_eq!(sources.file_text(BookField::Title), Some("Drop!"));
        sources.take_from_file(BookField::Title);
        assert!(sources.is_from_file(BookField::Title));

        let yen: Currency = "JPY".parse().unwrap();
        assert!(sources.record_file(BookField::Price, "2000"));
        assert!(
            !sources.change_currency(Currency::USD, yen, PriceConversion::Keep),
            "the book has it"
        );
        sources.record_desk(BookField::Price, "2000");
        assert!(sources.change_currency(Currency::USD, yen, PriceConversion::Keep));
        assert_eq!(sources.file_text(BookField::Price), Some("20"));
        assert!(!sources.record_file(BookField::Price, "1650"));
        assert!(sources.change_currency(Currency::USD, yen, PriceConversion::Round));
        assert_eq!(sources.file_text(BookField::Price), Some("17"));

        sources.record_desk(BookField::Author, "Ann");
        assert_eq!(sources.file_text(BookField::Author), None);
    }

    #[test]
    fn sources_are_read_back_as_they_were_written() {
        let mut sources = BookSources {
            version: 3,
            ..BookSources::default()
        };
        sources.record_file(BookField::Title, "Drop");
        sources.record_desk(BookField::Title, "Drop");
        sources.record_file(BookField::Author, "Ann");
        sources.record_desk(BookField::Price, "2000");
        let written = serde_json::to_string(&sources).unwrap();
        assert_eq!(
            serde_json::from_str::<BookSources>(&written).unwrap(),
            sources
        );
        let later = r#"{"version": 4, "fields": {"shelf_mark": "file"}}"#;
        let later: BookSources = serde_json::from_str(later).unwrap();
        assert_eq!(later.version, 4);
    }
}
