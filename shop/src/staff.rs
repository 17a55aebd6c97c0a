//! The names and roles of the staff.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The name that a member of staff signs in with.
///
/// It has 2 to 40 lower-case letters, digits, dots, hyphens and underscores, and starts with a
/// letter or digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct StaffName(String);

/// Why a text is not a [`StaffName`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a name is 2 to 40 lower-case letters, digits, dots, hyphens and underscores, as in ann.lee"
)]
pub struct InvalidStaffName;

/// A member of staff's permissions at the desk. A higher role includes the lower ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// May handle orders and stock.
    Clerk,
    /// May do everything.
    Owner,
}

/// The error for a text that is not the name of a [`Role`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown role {0:?}: the roles are clerk and owner")]
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

    /// Ignores case and surrounding white space.
    fn from_str(text: &str) -> Result<Self, InvalidStaffName> {
        let name = text.trim().to_ascii_lowercase();
        let is_alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let fits = (2..=40).contains(&name.len())
            && name.starts_with(is_alphanumeric)
            && name
                .chars()
                .all(|c| is_alphanumeric(c) || ".-_".contains(c));
        fits.then_some(Self(name)).ok_or(InvalidStaffName)
    }
}

impl TryFrom<String> for StaffName {
    type Error = InvalidStaffName;

    fn try_from(text: String) -> Result<Self, InvalidStaffName> {
        text.parse()
    }
}

impl fmt::Display for StaffName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Role {
    /// The role's name in the data and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clerk => "clerk",
            Self::Owner => "owner",
        }
    }

    /// Whether this role includes the needed one.
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
    fn a_name_has_only_plain_characters_in_lower_case() {
        for (typed, name) in [(" Ann.Lee ", "ann.lee"), ("b2", "b2"), ("x_y-z", "x_y-z")] {
            assert_eq!(
                typed.parse::<StaffName>().map(|name| name.0).as_deref(),
                Ok(name)
            );
        }
        let long = "a".repeat(41);
        for bad in ["", "a", ".a", "-a", "ann lee", "änn", "a\0b", "<b>", &long] {
            assert_eq!(bad.parse::<StaffName>(), Err(InvalidStaffName), "{bad:?}");
        }
    }

    #[test]
    fn the_owner_role_covers_the_clerk_role_and_not_the_reverse() {
        assert!(Role::Owner.covers(Role::Clerk) && Role::Owner.covers(Role::Owner));
        assert!(Role::Clerk.covers(Role::Clerk) && !Role::Clerk.covers(Role::Owner));
        for role in [Role::Clerk, Role::Owner] {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        assert!("Owner".parse::<Role>().is_err());
    }
}
