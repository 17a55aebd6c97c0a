//! Ends what is open when its session ends: at once for a sign-out in this process, within two
//! seconds for one elsewhere or a revocation.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use store::SessionToken;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{gate::StaffSession, state::DeskState};

/// How often a session that something depends on is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The sessions on which something that is open depends.
#[derive(Debug, Default)]
pub(crate) struct OpenSessions(Arc<Mutex<Watched>>);

type Watched = HashMap<SessionToken, (CancellationToken, usize)>;

/// One thing that depends on a session, until it is dropped.
struct Dependent {
    session: SessionToken,
    ended: CancellationToken,
    watched: Arc<Mutex<Watched>>,
}

impl OpenSessions {
    /// Ends whatever depends on a session here.
    pub(crate) fn end(&self, session: SessionToken) {
        if let Some((ended, _)) = lock(&self.0).get(&session) {
            ended.cancel();
        }
    }

    fn depend_on(&self, session: SessionToken) -> Dependent {
        let mut watched = lock(&self.0);
        let (ended, count) = watched.entry(session).or_default();
        *count += 1;
        let (ended, watched) = (ended.clone(), Arc::clone(&self.0));
        Dependent {
            session,
            ended,
            watched,
        }
    }
}

impl Drop for Dependent {
    fn drop(&mut self) {
        let mut watched = lock(&self.watched);
        if let Some((_, count)) = watched.get_mut(&self.session) {
            *count -= 1;
            if *count == 0 {
                watched.remove(&self.session);
            }
        }
    }
}

impl StaffSession {
    /// Returns when this session is over: signed out, revoked, or at its time. Whatever stays
    /// open at the desk ends with it.
    pub(crate) async fn ended(&self, desk: &DeskState) {
        let dependent = desk.sessions.depend_on(self.session);
        let shop = &desk.shop;
        loop {
            tokio::select! {
                () = dependent.ended.cancelled() => return,
                () = sleep(LOOK_EVERY) => {}
            }
            // A database that is away has revoked nobody.
            if let Ok(None) = shop.0.store.staff_directory().session(self.session).await {
                return;
            }
        }
    }
}

fn lock(watched: &Mutex<Watched>) -> MutexGuard<'_, Watched> {
    // No code under the lock can panic half-way through a change.
    watched.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_depends_on_a_session_ends_with_it_and_is_forgotten() {
        let sessions = OpenSessions::default();
        let (ann, ben) = (SessionToken([1; 32]), SessionToken([2; 32]));
        let (one, two, other) = (
            sessions.depend_on(ann),
            sessions.depend_on(ann),
            sessions.depend_on(ben),
        );
        sessions.end(ann);
        assert!(one.ended.is_cancelled() && two.ended.is_cancelled());
        assert!(!other.ended.is_cancelled());
        drop((one, two, other));
        assert!(lock(&sessions.0).is_empty());
        sessions.end(ann);
    }
}
