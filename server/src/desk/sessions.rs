//! Ends open streams and uploads when their session ends: at once for a sign-out in this process,
//! within two seconds for a revocation or a sign-out in another process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use store::SessionToken;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{gate::StaffSession, state::DeskState};

/// How often a session with open connections is checked.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The sessions that have open connections in this process.
#[derive(Debug, Default)]
pub(crate) struct OpenSessions(Arc<Mutex<Watched>>);

type Watched = HashMap<SessionToken, (CancellationToken, usize)>;

/// A connection that depends on a session, counted until it is dropped.
struct Dependent {
    session: SessionToken,
    ended: CancellationToken,
    watched: Arc<Mutex<Watched>>,
}

impl OpenSessions {
    /// Ends everything in this process that depends on a session.
    pub(crate) fn end(&self, session: SessionToken) {
        let ended = lock(&self.0).get(&session).map(|(ended, _)| ended.clone());
        if let Some(ended) = ended {
            ended.cancel();
        }
    }

    /// Ends everything in this process that depends on these sessions.
    pub(crate) fn end_all(&self, sessions: Vec<SessionToken>) {
        for session in sessions {
            self.end(session);
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
    /// Returns when this session has ended: signed out, revoked or expired, or without the role that
    /// it had. Every connection that stays open at the desk waits for this.
    pub(crate) async fn ended(&self, desk: &DeskState) {
        let dependent = desk.sessions.depend_on(self.session);
        let directory = desk.shop.0.store.staff_directory();
        let elsewhere = async {
            loop {
                sleep(LOOK_EVERY).await;
                match directory.session(self.session).await {
                    Ok(Some(known)) if known.role.covers(self.role) => {}
                    Ok(_) => return,
                    // An unanswered query does not mean that the session has ended.
                    Err(error) => tracing::debug!(
                        error = &error as &dyn std::error::Error,
                        "cannot check a session"
                    ),
                }
            }
        };
        tokio::select! {
            () = dependent.ended.cancelled() => {}
            () = elsewhere => {}
        }
    }
}

fn lock(watched: &Mutex<Watched>) -> MutexGuard<'_, Watched> {
    // Code that holds the lock cannot panic halfway through a change.
    watched.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_end_with_their_session() {
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
