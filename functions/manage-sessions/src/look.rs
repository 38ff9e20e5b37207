//! A look at a session whose time is over. It is asked for at the gateway, and connected anew if it does not stand as it
//! should. What is new goes to the upstream by the way of all events: as one that the session has taken already.

use crate::Manager;
use chrono::{DateTime, TimeDelta, Utc};
use domain::sessions::limits::MOST_TRIES;
use domain::sessions::{Command, Forward, SessionStatus as Status, Taken, Tracked};
use domain::{Session, SessionId};
use gateways::SessionError;
use kit::batch::{Failure, Outcome};
use queues::sessions::{Act, ManageTask, SessionTask};
use std::time::Duration;
use store::KeptSession;

/// For so long after a look the upstream is told again, if the look comes again: the first may have died.
const RETOLD: TimeDelta = TimeDelta::minutes(15);

impl Manager {
    pub(crate) async fn look(&self, kept: KeptSession) -> Outcome {
        let now = self.app.now();
        if now < kept.session.deadline() {
            // It was heard of since: it has more time. An earlier look may have died before the upstream was told.
            self.put_off(&kept, &kept.session).await?;
            let session = &kept.session;
            let is_new = |event_id: &str, at| is_of_a_look(event_id) && now < at + RETOLD;
            if session.told.as_ref().is_some_and(|told| is_new(&told.event_id, told.at)) {
                self.nudge(session, Forward::Status).await?;
            }
            if session.code.as_ref().is_some_and(|code| is_new(&code.event_id, code.at)) {
                self.nudge(session, Forward::Code).await?;
            }
            return Ok(());
        }
        let id = kept.session.session_id;
        let mut session = kept.session.clone();
        if session.status.is_at_rest() {
            // Nobody wants it.
            session.stop(&self.app.id().to_string(), now);
            return self.change_and(kept, session, &[Act::Close]).await;
        }
        if session.status == Status::Opening {
            return self.open_again(kept, session, now).await;
        }
        let Some(client) = self.client(&session) else { return Ok(()) };
        let event_id = self.app.id().to_string();
        let tracked = match client.look().await {
            Ok(news) => {
                let before = session.status;
                let tracked = session.learn(&news, &event_id, now);
                let stuck = matches!(session.status, Status::Connecting | Status::Disconnected | Status::Ended);
                if stuck && session.status == before { session.miss(&event_id, now) } else { tracked }
            }
            // Somebody removed it there.
            Err(SessionError::Gone) => {
                session.lose(&event_id, now);
                return self.change_and(kept, session, &[Act::Open]).await;
            }
            Err(error) => {
                metrics::counter!("session_acts_failed", "act" => "look").increment(1);
                tracing::warn!(session_id = %id, %error, "session {id}: {error}");
                // The due index brings it up again.
                return Ok(());
            }
        };
        self.flag_silence(&kept.session, &mut session, now).await?;
        let command = match &tracked {
            Tracked::Taken(Taken { command: Some(Command::Pause), .. }) => Some(Act::Pause),
            _ if matches!(session.status, Status::Disconnected | Status::Ended) => Some(Act::Restart),
            _ => None,
        };
        self.change_and(kept, session, command.as_slice()).await
    }

    /// A session that says that it is connected, and brings nothing any more against its habit, is flagged.
    async fn flag_silence(&self, before: &Session, session: &mut Session, now: DateTime<Utc>) -> Outcome {
        if session.status != Status::Connected {
            return Ok(());
        }
        let (store, address) = (self.app.store(), session.session_id.to_string());
        let Some((business, sender)) = store.sender_at(session.gateway, &address).await? else { return Ok(()) };
        let pulse = store.sender_row(business, sender).await?.pulse;
        session.silent_since = pulse.and_then(|pulse| pulse.silent_since(now));
        if session.silent_since.is_some() && before.silent_since.is_none() {
            metrics::counter!("sessions_silent").increment(1);
            let session_id = session.session_id;
            tracing::warn!(%session_id, "session {session_id} says that it is connected, but is silent against its habit");
        }
        Ok(())
    }

    /// The gateway has not said anything of a session that was opened.
    async fn open_again(&self, kept: KeptSession, mut session: Session, now: DateTime<Utc>) -> Outcome {
        if session.tries + 1 >= MOST_TRIES {
            session.fail(&self.app.id().to_string(), now);
            return self.change(kept, session).await.map(drop);
        }
        session.tries += 1;
        session.seen_at = now;
        self.change_and(kept, session, &[Act::Open]).await
    }

    async fn change_and(&self, kept: KeptSession, session: Session, acts: &[Act]) -> Outcome {
        let session_id = session.session_id;
        if !self.change(kept, session).await? {
            return Ok(());
        }
        for act in acts {
            let task = ManageTask { session_id, act: *act };
            self.queues.send(&task, Duration::ZERO).await.map_err(Failure::retry)?;
        }
        Ok(())
    }

    /// Keeps a session as it is now, and has the upstream told if it knows less; `false` if somebody has changed the session
    /// since it was read, which is newer.
    pub(crate) async fn change(&self, kept: KeptSession, session: Session) -> Result<bool, Failure> {
        if !self.put_off(&kept, &session).await? {
            return Ok(false);
        }
        let news = [
            (session.told != kept.session.told).then_some(Forward::Status),
            (session.code != kept.session.code && session.code.is_some()).then_some(Forward::Code),
        ];
        for forward in news.into_iter().flatten() {
            self.nudge(&session, forward).await?;
        }
        Ok(true)
    }

    pub(crate) async fn nudge(&self, session: &Session, forward: Forward) -> Outcome {
        let Some(event) = session.event(forward) else { return Ok(()) };
        let task = SessionTask::new(session.session_id, event, self.app.now());
        self.queues.send(&task, Duration::ZERO).await.map_err(Failure::retry)
    }

    async fn put_off(&self, kept: &KeptSession, session: &Session) -> Result<bool, Failure> {
        Ok(self.app.store().put_session_off(kept, session, &self.app.attempt()).await?)
    }
}

/// Whether a look has named it: by an id of ours, with hyphens. No gateway names an event so.
fn is_of_a_look(event_id: &str) -> bool {
    event_id.contains('-') && event_id.parse::<SessionId>().is_ok()
}
