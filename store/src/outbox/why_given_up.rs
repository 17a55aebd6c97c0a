//! Why a mail was given up.

/// Why a mail was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyGivenUp {
    /// The mail server refused it.
    Refused {
        /// The server's answer, shortened and without the address.
        answer: String,
    },
    /// The address cannot be written to.
    InvalidAddress,
    /// The address had too many mails that day.
    TooMany,
    /// The mail server has not accepted it in time.
    TooLate,
}

impl WhyGivenUp {
    /// The reason's name in the data.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Refused { .. } => "refused",
            Self::InvalidAddress => "address",
            Self::TooMany => "too_many",
            Self::TooLate => "too_late",
        }
    }

    /// The server's answer, if it has refused the mail.
    pub(super) fn answer(&self) -> Option<&str> {
        match self {
            Self::Refused { answer } => Some(answer),
            _ => None,
        }
    }

    /// The reason in the data. `None` if there is none, or only a later release knows it.
    pub(super) fn stored(name: Option<&str>, answer: Option<&str>) -> Option<Self> {
        Some(match name? {
            "refused" => Self::Refused {
                answer: answer.unwrap_or_default().to_owned(),
            },
            "address" => Self::InvalidAddress,
            "too_many" => Self::TooMany,
            "too_late" => Self::TooLate,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_read_back_as_it_was_written() {
        let answer = "550 no such user".to_owned();
        for why in [
            WhyGivenUp::Refused { answer },
            WhyGivenUp::InvalidAddress,
            WhyGivenUp::TooMany,
            WhyGivenUp::TooLate,
        ] {
            let stored = WhyGivenUp::stored(Some(why.name()), why.answer());
            assert_eq!(stored, Some(why));
        }
        assert_eq!(WhyGivenUp::stored(Some("by_owl"), None), None);
        assert_eq!(WhyGivenUp::stored(None, None), None);
    }
}
