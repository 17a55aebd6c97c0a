//! What people other than the authors did for a book.

/// The role of a contributor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContributorRole {
    /// Edited the book.
    Editor,
    /// Translated the text.
    Translator,
    /// Drew the pictures.
    Illustrator,
    /// Took the photographs.
    Photographer,
    /// Wrote the foreword or the introduction.
    Foreword,
    /// Reads the text aloud.
    Narrator,
}

impl ContributorRole {
    /// The role's name in forms and in the data.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Editor => "editor",
            Self::Translator => "translator",
            Self::Illustrator => "illustrator",
            Self::Photographer => "photographer",
            Self::Foreword => "foreword",
            Self::Narrator => "narrator",
        }
    }
}
