//! Who works in the shop, and what each may do.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The name by which somebody signs in: 2 to 40 lower-case letters, digits, dots, hyphens
/// and underscores, of which the first is a letter or digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct StaffName(String);

/// A text that is no [`StaffName`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a name is 2 to 40 lower-case letters, digits, dots, hyphens and underscores, as in ann.lee"
)]
pub struct InvalidStaffName;

/// What somebody may do at the desk. Whoever may do more may do all that others may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Orders and stock.
    Clerk,
    /// Everything.
    Owner,
}

/// A word that is no [`Role`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no role is called {0:?}: there are clerk and owner")]
pub struct UnknownRole(String);

impl StaffName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for StaffName {
    type Err = InvalidStaffName;

    /// As it was typed: capitals and the white space around it do not count.
    fn from_str(text: &str) -> Result<Self, InvalidStaffName> {
        let name = text.trim().to_ascii_lowercase();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let fits = (2..=40).contains(&name.len())
            && name.starts_with(plain)
            && name.chars().all(|c| plain(c) || ".-_".contains(c));
        fits.then_some(Self(name)).ok_or(InvalidStaffName)
    }
}

impl fmt::Display for StaffName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Role {
    /// Its word, in the data and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clerk => "clerk",
            Self::Owner => "owner",
        }
    }

    /// Whether it may do what this one may.
    #[must_use]
    pub fn covers(self, needed: Self) -> bool {
        self >= needed
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(word: &str) -> Result<Self, UnknownRole> {
        match word {
            "clerk" => Ok(Self::Clerk),
            "owner" => Ok(Self::Owner),
            other => Err(UnknownRole(other.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_that_can_be_typed_anywhere() {
        for (typed, name) in [(" Ann.Lee ", "ann.lee"), ("b2", "b2"), ("x_y-z", "x_y-z")] {
            assert_eq!(
                typed.parse::<StaffName>().map(|name| name.0).as_deref(),
                Ok(name)
            );
        }
        let long = "a".repeat(41);
        for none in ["", "a", ".a", "-a", "ann lee", "änn", "a\0b", "<b>", &long] {
            assert_eq!(none.parse::<StaffName>(), Err(InvalidStaffName), "{none:?}");
        }
    }

    #[test]
    fn an_owner_may_do_what_a_clerk_may_and_not_the_other_way_round() {
        assert!(Role::Owner.covers(Role::Clerk) && Role::Owner.covers(Role::Owner));
        assert!(Role::Clerk.covers(Role::Clerk) && !Role::Clerk.covers(Role::Owner));
        for role in [Role::Clerk, Role::Owner] {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        assert!("Owner".parse::<Role>().is_err());
    }
}
