//! Recognises mails to one address after the address was erased, to limit their number.

use sha2::{Digest, Sha256};

/// A number that is the same for all spellings of an address: regardless of case, and of a tag
/// after `+`, which most mail servers ignore.
pub(super) fn recipient_hash(address: &str) -> i64 {
    let address = address.to_lowercase();
    let (local, host) = address.rsplit_once('@').unwrap_or((&address, ""));
    let (mailbox, _) = local.split_once('+').unwrap_or((local, ""));
    let digest = Sha256::digest(format!("{mailbox}@{host}"));
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    i64::from_be_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_of_an_address_are_one_recipient() {
        let ann = recipient_hash("ann@example.org");
        for spelling in [
            "Ann@Example.ORG",
            "ann+1@example.org",
            "ANN+a+b@example.org",
        ] {
            assert_eq!(recipient_hash(spelling), ann, "{spelling}");
        }
        for other in ["ann@example.com", "an@example.org", "ben@example.org"] {
            assert_ne!(recipient_hash(other), ann, "{other}");
        }
    }
}
