//! Passwords of staff: their length, and how they are hashed and compared.
//!
//! Argon2id with 19 MiB, two passes and one lane: the minimum of OWASP's cheat sheet on storing
//! passwords, and the crate's default.

use std::sync::{Arc, LazyLock};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
    time::{Duration, timeout},
};

use super::sign_in_limits::Familiarity;

/// The minimum number of characters.
pub const SHORTEST: usize = 12;
/// The maximum number of characters, which bounds the work of hashing.
pub const LONGEST: usize = 200;

/// How many comparisons may run at once for strangers. Known browsers and addresses have the same
/// number of their own, so that they never wait behind strangers. A comparison uses 19 MiB, and
/// keeps one core busy for about 30 ms. The number is low to leave the other cores to shoppers.
const CONCURRENT_CHECKS: usize = 1;
/// The longest wait for a comparison to start.
const START_WITHIN: Duration = Duration::from_secs(5);

/// Why a password is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPassword {
    /// It is shorter than [`SHORTEST`].
    #[error("a password has at least {SHORTEST} characters")]
    Short,
    /// It is longer than [`LONGEST`].
    #[error("a password has at most {LONGEST} characters")]
    Long,
}

/// Hashes a new password with a new salt.
///
/// # Errors
/// [`InvalidPassword`], a message for the person who typed it.
///
/// # Panics
/// If the system has no random numbers.
pub fn hash(password: &str) -> Result<String, InvalidPassword> {
    match password.chars().count() {
        ..SHORTEST => Err(InvalidPassword::Short),
        SHORTEST..=LONGEST => Ok(hashed(password)),
        _ => Err(InvalidPassword::Long),
    }
}

fn hashed(password: &str) -> String {
    let hash: PasswordHash = Argon2::default()
        .hash_password(password.as_bytes())
        .expect("the system provides random numbers");
    hash.to_string()
}

/// The hash to compare with when a name does not exist. Without it, such a name would be answered
/// sooner.
static DUMMY_HASH: LazyLock<String> = LazyLock::new(|| hashed("nobody has this password"));

/// Compares passwords, a limited number at a time.
#[derive(Debug)]
pub(crate) struct PasswordChecks {
    strangers: Arc<Semaphore>,
    known: Arc<Semaphore>,
}

impl Default for PasswordChecks {
    fn default() -> Self {
        let turns = || Arc::new(Semaphore::new(CONCURRENT_CHECKS));
        Self {
            strangers: turns(),
            known: turns(),
        }
    }
}

impl PasswordChecks {
    /// Whether the password matches the hash. Without a hash, the answer is no, and takes equally
    /// long. `None` if the comparison could not start within [`START_WITHIN`].
    pub(super) async fn is_right(
        &self,
        password: String,
        hashed: Option<String>,
        familiarity: Familiarity,
    ) -> Option<bool> {
        let permit = self.turn(familiarity).await?;
        let compared = spawn_blocking(move || {
            let _permit = permit;
            let known = hashed.is_some();
            let hashed = hashed.unwrap_or_else(|| DUMMY_HASH.clone());
            let right = PasswordHash::new(&hashed).is_ok_and(|hash| {
                let within = password.chars().count() <= LONGEST;
                let password = if within { password.as_bytes() } else { b"" };
                Argon2::default().verify_password(password, &hash).is_ok()
            });
            known && right
        });
        compared.await.ok()
    }

    /// Hashes a new password, which takes the turn of a comparison. `None` if it could not start
    /// within [`START_WITHIN`].
    pub(super) async fn hash(
        &self,
        password: String,
        familiarity: Familiarity,
    ) -> Option<Result<String, InvalidPassword>> {
        let permit = self.turn(familiarity).await?;
        let hashed = spawn_blocking(move || {
            let _permit = permit;
            hash(&password)
        });
        hashed.await.ok()
    }

    async fn turn(&self, familiarity: Familiarity) -> Option<OwnedSemaphorePermit> {
        let turns = match familiarity {
            Familiarity::Known => &self.known,
            Familiarity::Stranger => &self.strangers,
        };
        let turn = Arc::clone(turns).acquire_owned();
        timeout(START_WITHIN, turn).await.ok()?.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_matches() {
        let (one, two) = (
            hash("correct horse").unwrap(),
            hash("correct horse").unwrap(),
        );
        assert_ne!(one, two, "salted");
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        let checks = PasswordChecks::default();
        let is_right = |typed: &str, hash: Option<String>| {
            checks.is_right(typed.to_owned(), hash, Familiarity::Stranger)
        };
        assert_eq!(
            is_right("correct horse", Some(one.clone())).await,
            Some(true)
        );
        for wrong in [
            "correct hors",
            "Correct horse",
            "",
            &"x".repeat(LONGEST + 1),
        ] {
            assert_eq!(
                is_right(wrong, Some(one.clone())).await,
                Some(false),
                "{wrong:?}"
            );
        }
        assert_eq!(
            is_right("nobody has this password", None).await,
            Some(false)
        );
        let nonsense = Some("nonsense".to_owned());
        assert_eq!(is_right("correct horse", nonsense).await, Some(false));
    }

    #[tokio::test(start_paused = true)]
    async fn a_comparison_that_cannot_start_soon_is_refused() {
        let checks = PasswordChecks::default();
        let typed = "correct horse".to_owned();
        let _busy = Arc::clone(&checks.strangers).acquire_owned().await.unwrap();
        let stranger = checks.is_right(typed.clone(), None, Familiarity::Stranger);
        assert_eq!(stranger.await, None);
    }

    #[tokio::test]
    async fn known_browsers_and_addresses_do_not_wait_for_strangers() {
        let checks = PasswordChecks::default();
        let hashed = hash("correct horse").unwrap();
        let _busy = Arc::clone(&checks.strangers).acquire_owned().await.unwrap();
        let typed = "correct horse".to_owned();
        let known = checks.is_right(typed, Some(hashed), Familiarity::Known);
        assert_eq!(known.await, Some(true));
    }

    #[test]
    fn short_and_long_passwords_are_refused() {
        assert_eq!(hash("elevenchars"), Err(InvalidPassword::Short));
        assert_eq!(hash(&"x".repeat(LONGEST + 1)), Err(InvalidPassword::Long));
        assert!(hash("密码密码密码密码密码密码").is_ok());
    }
}
