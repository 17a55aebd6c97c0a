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
    sync::Semaphore,
    task::spawn_blocking,
    time::{Duration, timeout},
};

/// The fewest characters of a password.
pub const SHORTEST: usize = 12;
/// And the most: what is hashed costs time.
pub const LONGEST: usize = 200;

/// So many are compared at once; each takes 19 MiB and a core for some 30 ms. The other cores
/// are the shoppers'.
const AT_ONCE: usize = 1;
/// Whoever has waited for so long is asked to come back.
const TURN_WITHIN: Duration = Duration::from_secs(5);

/// Why a password will not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPassword {
    /// It is guessed too soon.
    #[error("a password has at least {SHORTEST} characters")]
    Short,
    /// It takes too long.
    #[error("a password has at most {LONGEST} characters")]
    Long,
}

/// Hashes a new password, with a salt of its own.
///
/// # Errors
/// [`InvalidPassword`], a sentence for whoever typed it.
///
/// # Panics
/// When the system has no random numbers.
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
        .expect("the system has random numbers");
    hash.to_string()
}

/// What is compared with where there is nobody of a name, so that it takes as long.
static NOBODYS: LazyLock<String> = LazyLock::new(|| hashed("nobody has this password"));

/// Compares passwords, a few at a time.
#[derive(Debug)]
pub(crate) struct PasswordChecks(Arc<Semaphore>);

impl Default for PasswordChecks {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl PasswordChecks {
    /// Whether a password is the one that was hashed. Where none was, it is not, and that
    /// takes as long to say. None where there are too many before this one.
    pub(crate) async fn is_right(&self, password: String, hashed: Option<String>) -> Option<bool> {
        let turn = Arc::clone(&self.0).acquire_owned();
        let permit = timeout(TURN_WITHIN, turn).await.ok()?.ok()?;
        let compared = spawn_blocking(move || {
            let _permit = permit;
            let known = hashed.is_some();
            let hashed = hashed.unwrap_or_else(|| NOBODYS.clone());
            let right = PasswordHash::new(&hashed).is_ok_and(|hash| {
                let within = password.chars().count() <= LONGEST;
                let password = if within { password.as_bytes() } else { b"" };
                Argon2::default().verify_password(password, &hash).is_ok()
            });
            known && right
        });
        compared.await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other_is() {
        let (one, two) = (
            hash("correct horse").unwrap(),
            hash("correct horse").unwrap(),
        );
        assert_ne!(one, two, "salted");
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        let checks = PasswordChecks::default();
        let is_right = |typed: &str, hash: Option<String>| checks.is_right(typed.to_owned(), hash);
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
    async fn whoever_would_wait_long_for_their_turn_is_told_so() {
        let checks = PasswordChecks::default();
        let _busy = Arc::clone(&checks.0).acquire_owned().await.unwrap();
        assert_eq!(
            checks.is_right("correct horse".to_owned(), None).await,
            None
        );
    }

    #[test]
    fn a_password_is_neither_short_nor_endless() {
        assert_eq!(hash("elevenchars"), Err(InvalidPassword::Short));
        assert_eq!(hash(&"x".repeat(LONGEST + 1)), Err(InvalidPassword::Long));
        assert!(hash("密码密码密码密码密码密码").is_ok());
    }
}
