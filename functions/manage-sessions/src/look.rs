//! A look at a session whose time is over. It is asked for at the gateway, and connected anew if it does not stand as it
//! should. What is new goes to the upstream by the way of all events: as one that the session has taken already.

use crate::Manager;
use chrono::{DateTime, TimeDelta, Utc};
use domain::sessions::limits::MOST_TRIES;
use domain::sessions::{Command, Forward, SessionEvent, SessionNews, SessionStatus as Status, Taken, Tracked};
use domain::{Session, SessionId};
use gateways::SessionError;
use kit::batch::{Failure, Outcome};
use queues::sessions::{Act, Lane, ManageTask, SessionTask};
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
            session.stop(now);
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
        let command = match &tracked {
            Tracked::Taken(Taken { command: Some(Command::Pause), .. }) => Some(Act::Pause),
            _ if matches!(session.status, Status::Disconnected | Status::Ended) => Some(Act::Restart),
            _ => None,
        };
        self.change_and(kept, session, command.as_slice()).await
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

    async fn nudge(&self, session: &Session, forward: Forward) -> Outcome {
        let Some(event) = event_of(session, forward) else { return Ok(()) };
        let (session_id, received_at, lane) = (session.session_id, self.app.now(), Lane::of(&event.news));
        let task = SessionTask { session_id, event, received_at, lane, taken: false, tries: 0 };
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

/// The event that the session has taken already, and that the upstream does not know.
fn event_of(session: &Session, forward: Forward) -> Option<SessionEvent> {
    let address = session.session_id.to_string();
    match forward {
        Forward::Code => {
            let code = session.code.clone()?;
            let news = SessionNews::Code { code: Some(code.text) };
            Some(SessionEvent { event_id: code.event_id, address, at: code.at, news })
        }
        Forward::Status => {
            let told = session.told.clone()?;
            let news = match told.status {
                Status::Connected => SessionNews::Connected { phone: None },
                Status::Connecting => SessionNews::Connecting,
                Status::NotScanned => SessionNews::CodesEnded,
                _ => SessionNews::Disconnected { reason: told.reason },
            };
            Some(SessionEvent { event_id: told.event_id, address, at: told.at, news })
        }
    }
}
