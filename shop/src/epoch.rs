//! Epochs, which name the histories of a shop's data.

use std::{fmt, str::FromStr, sync::Arc};

use from_json::FromJson;
use serde::{Deserialize, Serialize};

/// The name of one history of the data: 1 to 32 lower-case letters and digits.
///
/// Versions can only be compared within one epoch. A shop that was restored, copied or failed over
/// has a new epoch, because it may reach the same versions again with different content. Cheap to
/// clone. The default is empty, and names no history.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, FromJson)]
#[serde(try_from = "String", into = "String")]
pub struct Epoch(Arc<str>);

/// Why a text is not an [`Epoch`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`epoch` is 1 to 32 lower-case letters and digits, as the shop has sent it")]
pub struct InvalidEpoch;

impl Epoch {
    /// An epoch from random bytes, in hexadecimal. Only the first 16 bytes are used.
    #[must_use]
    pub fn from_random(bytes: &[u8]) -> Self {
        let digits = bytes.iter().take(16).map(|byte| format!("{byte:02x}"));
        Self(digits.collect::<String>().into())
    }

    /// The epoch as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Epoch {
    type Err = InvalidEpoch;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (1..=32).contains(&text.len())
            && text
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'));
        if fits {
            Ok(Self(text.into()))
        } else {
            Err(InvalidEpoch)
        }
    }
}

impl TryFrom<String> for Epoch {
    type Error = InvalidEpoch;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Epoch> for String {
    fn from(epoch: Epoch) -> Self {
        epoch.0.as_ref().to_owned()
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_has_only_lower_case_letters_and_digits() {
        assert_eq!(Epoch::from_random(&[0xa7, 0x0b]).as_str(), "a70b");
        for bad in ["", "Q7", "q7 m2", "q7-m2", &"q".repeat(33)] {
            assert_eq!(bad.parse::<Epoch>(), Err(InvalidEpoch), "{bad:?}");
        }
    }
}
