//! The binding or the medium of a book.

/// The format of a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BookFormat {
    /// Stiff covers.
    Hardback,
    /// Soft covers.
    Paperback,
    /// Pages of board, for small children.
    BoardBook,
    /// Pages on a spiral of wire.
    SpiralBound,
    /// Read aloud, on discs.
    Audiobook,
}

impl BookFormat {
    /// Every format, in the order of the form.
    pub const ALL: [Self; 5] = [
        Self::Hardback,
        Self::Paperback,
        Self::BoardBook,
        Self::SpiralBound,
        Self::Audiobook,
    ];

    /// The format's name in forms and in the data.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hardback => "hardback",
            Self::Paperback => "paperback",
            Self::BoardBook => "board_book",
            Self::SpiralBound => "spiral_bound",
            Self::Audiobook => "audiobook",
        }
    }

    /// The format with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }
}
