//! Takes the events of a batch into their sessions, and gathers what follows.

use crate::{End, Forwarder, UNDER_WAY};
use api::upstream::{CodeItem, StatusItem};
use chrono::{DateTime, Utc};
use domain::inbound::{AccountNotice, Concern, SenderEvent};
use domain::sessions::{Command, Dropped, Flight, Forward, SessionEvent, SessionNews, SessionStatus, Taken, Tracked};
use domain::{Gateway, Session, SessionId};
use futures::stream::{self, StreamExt};
use kit::batch::Failure;
use queues::sessions::{Act, ManageTask, SessionTask};
use std::collections::{BTreeMap, BTreeSet};
use store::{KeptSession, Upstream, UpstreamRow};

/// Sessions that are changed at the same time. For a code that its webhook does not bring, each asks its gateway.
const AT_ONCE: usize = 48;
/// Tries of a change that somebody else's change comes between.
const TRIES: u32 = 5;

/// What is to be told of a session, and the task that it came with.
pub(crate) struct News {
    /// The task's place in the batch.
    place: usize,
    told: Told,
}

enum Told {
    Code(CodeItem),
    Status(StatusItem),
}

/// What follows from a batch of events.
#[derive(Default)]
pub(crate) struct Heard {
    /// For each task; those with news are settled once these are told.
    pub(crate) ends: Vec<End>,
    /// For the upstream, those of one session in their order.
    pub(crate) news: Vec<News>,
    /// For the gateway.
    pub(crate) commands: Vec<ManageTask>,
    /// Sessions that were connected and fell.
    pub(crate) fell: u64,
    /// For the businesses whose senders these sessions are.
    pub(crate) changes: Vec<Change>,
}

impl Heard {
    /// All codes among the news that are worth something at `now` (UTC), the oldest first, with the places of their tasks.
    pub(crate) fn codes(&self, now: DateTime<Utc>) -> (Vec<usize>, Vec<CodeItem>) {
        let code = |news: &News| match &news.told {
            Told::Code(code) if now < code.expires_at => Some((news.place, code.clone())),
            Told::Code(_) => {
                dropped(Dropped::Expired);
                None
            }
            Told::Status(_) => None,
        };
        let mut codes: Vec<_> = self.news.iter().filter_map(code).collect();
        codes.sort_by_key(|(_, code)| code.at);
        codes.into_iter().unzip()
    }

    /// The last status of each session among the news, the oldest first, with the places of their tasks. Those before it are
    /// told by nobody any more: the session's record knows only the last.
    pub(crate) fn statuses(&self) -> (Vec<usize>, Vec<StatusItem>) {
        let mut last: BTreeMap<SessionId, (usize, &StatusItem)> = BTreeMap::new();
        for news in &self.news {
            let Told::Status(status) = &news.told else { continue };
            if last.insert(status.session_id, (news.place, status)).is_some() {
                dropped(Dropped::Superseded);
            }
        }
        let mut last: Vec<_> = last.into_values().collect();
        last.sort_by_key(|(_, status)| status.at);
        last.into_iter().map(|(place, status)| (place, status.clone())).unzip()
    }
}

/// What a business has to know of a session that is its sender.
pub(crate) struct Change {
    pub(crate) gateway: Gateway,
    pub(crate) session_id: SessionId,
    pub(crate) event: SenderEvent,
}

/// What follows from the events of one session.
#[derive(Default)]
struct Followed {
    ends: Vec<(usize, End)>,
    news: Vec<News>,
    commands: BTreeSet<&'static str>,
    fell: bool,
    changes: Vec<Change>,
}

impl Followed {
    /// All that follows from an event but the news for the upstream.
    fn add(&mut self, session: &Session, taken: &Taken) {
        self.fell |= taken.fell;
        self.commands.extend(taken.command.map(|command| match command {
            Command::Restart => "restart",
            Command::Pause => "pause",
        }));
        if taken.unsteady {
            self.changes.push(Change::new(session, SenderEvent::Unsteady));
        }
        if taken.given_up {
            metrics::counter!("sessions_given_up").increment(1);
            tracing::warn!(session_id = %session.session_id, "session {} keeps falling", session.session_id);
            self.changes.push(Change::new(session, SenderEvent::AccountNotice(given_up_notice(session))));
        }
        if taken.forward.contains(&Forward::Status) {
            self.changes.push(Change::new(session, standing(session.status)));
        }
    }
}

/// The way to the upstream, for one batch of events.
struct Way<'a> {
    /// The batch that takes the news.
    flight: &'a str,
    /// Earlier batches that are over.
    over: &'a BTreeSet<String>,
    /// How the upstream stands.
    rows: &'a [(Upstream, UpstreamRow)],
}

impl Way<'_> {
    /// Until when the upstream takes nothing of this kind, UTC.
    fn opens_at(&self, forward: Forward) -> Option<DateTime<Utc>> {
        let kind = match forward {
            Forward::Code => Upstream::Codes,
            Forward::Status => Upstream::Statuses,
        };
        self.rows.iter().find(|(of, _)| *of == kind)?.1.closed_until
    }
}

impl Forwarder {
    /// Takes the events into their sessions. `flight` names the batch that takes the news to the upstream.
    pub(crate) async fn track(&self, tasks: &[SessionTask], flight: &str, rows: &[(Upstream, UpstreamRow)]) -> Heard {
        let mut by_session: BTreeMap<SessionId, Vec<usize>> = BTreeMap::new();
        for (place, task) in tasks.iter().enumerate() {
            by_session.entry(task.session_id).or_default().push(place);
        }
        let mut heard = Heard { ends: tasks.iter().map(|_| End::Settled(Ok(()))).collect(), ..Heard::default() };
        let (kept, over) = match self.read(by_session.keys().copied()).await {
            Ok(read) => read,
            Err(failure) => {
                heard.ends.iter_mut().for_each(|end| *end = End::Settled(Err(failure.clone())));
                return heard;
            }
        };
        let followed = by_session.into_iter().map(async |(session, places)| {
            let way = Way { flight, over: &over, rows };
            let followed = self.track_one(kept.get(&session).cloned(), tasks, &places, &way).await;
            (session, places, followed)
        });
        let followed: Vec<_> = stream::iter(followed).buffered(AT_ONCE).collect().await;
        for (session_id, places, followed) in followed {
            match followed {
                Ok(followed) => {
                    for (place, end) in followed.ends {
                        crate::note(&mut heard.ends, place, end);
                    }
                    heard.news.extend(followed.news);
                    let act = |word: &&str| if *word == "pause" { Act::Pause } else { Act::Restart };
                    heard
                        .commands
                        .extend(followed.commands.iter().map(|word| ManageTask { session_id, act: act(word) }));
                    heard.fell += u64::from(followed.fell);
                    heard.changes.extend(followed.changes);
                }
                Err(failure) => {
                    for place in places {
                        crate::note(&mut heard.ends, place, End::Settled(Err(failure.clone())));
                    }
                }
            }
        }
        heard
    }

    /// The sessions, and which of the batches are over that took their last news.
    async fn read(
        &self,
        ids: impl Iterator<Item = SessionId>,
    ) -> Result<(BTreeMap<SessionId, KeptSession>, BTreeSet<String>), Failure> {
        let now = self.app.now();
        let kept = self.app.store().sessions_of(ids).await?;
        let under_way = kept.iter().filter_map(|kept| kept.session.flight.as_ref().filter(|it| now < it.until));
        let over = self.app.store().flights_over(under_way.map(|flight| flight.id.clone())).await?;
        Ok((kept.into_iter().map(|kept| (kept.session.session_id, kept)).collect(), over))
    }

    async fn track_one(
        &self,
        mut kept: Option<KeptSession>,
        tasks: &[SessionTask],
        places: &[usize],
        way: &Way<'_>,
    ) -> Result<Followed, Failure> {
        let mut in_order: Vec<(usize, SessionTask)> =
            places.iter().filter_map(|place| Some((*place, tasks.get(*place)?.clone()))).collect();
        in_order.sort_by_key(|(place, task)| (task.event.at, *place));
        // Of copies one is enough. Each that is put back would go on as a task of its own.
        let mut seen = BTreeSet::new();
        in_order.retain(|(_, task)| seen.insert(task.event.event_id.clone()));
        for _ in 0..TRIES {
            let Some(read) = kept else {
                metrics::counter!("session_events_dropped", "reason" => "unknown").increment(places.len() as u64);
                return Ok(Followed::default());
            };
            let mut session = read.session.clone();
            let followed = self.follow(&mut session, &mut in_order, way).await?;
            if self.app.store().change_session(&read, &session, &self.app.attempt()).await? {
                return Ok(followed);
            }
            let (mut again, _) = self.read(std::iter::once(read.session.session_id)).await?;
            kept = again.remove(&read.session.session_id);
        }
        Err(Failure::retry("contended"))
    }

    async fn follow(
        &self,
        session: &mut Session,
        tasks: &mut [(usize, SessionTask)],
        way: &Way<'_>,
    ) -> Result<Followed, Failure> {
        let now = self.app.now();
        let before = session.flight.clone().filter(|it| it.id != way.flight && now < it.until);
        let under_way = before.is_some_and(|it| !way.over.contains(&it.id));
        let mut followed = Followed::default();
        for (place, task) in tasks.iter_mut() {
            self.complete(session, &mut task.event).await?;
            let taken = match session.take(&task.event, now, self.codes) {
                Tracked::Dropped(reason) => {
                    dropped(reason);
                    continue;
                }
                Tracked::Taken(taken) => taken,
            };
            if !task.taken {
                followed.add(session, &taken);
            }
            let Taken { forward, not_before, .. } = taken;
            // Its consequences are done with this batch, and only the upstream is left.
            let taken = task.taken || !forward.is_empty();
            let wait = |until| End::Again { until, taken, tried: false };
            followed.ends.extend(not_before.map(|until| (*place, wait(until))));
            for forward in forward.into_iter().filter(|_| self.upstream.config.url.is_some()) {
                let closed_until = way.opens_at(forward).filter(|until| now < *until);
                if let Some(until) = closed_until.or(under_way.then_some(now + UNDER_WAY)) {
                    followed.ends.push((*place, wait(until)));
                    continue;
                }
                session.flight = Some(Flight { id: way.flight.to_owned(), until: now + self.flight });
                followed.news.extend(self.news(session, forward, *place, now));
            }
        }
        Ok(followed)
    }

    /// A code that its webhook does not bring is asked for at the gateway.
    async fn complete(&self, session: &Session, event: &mut SessionEvent) -> Result<(), Failure> {
        let SessionNews::Code { code: code @ None } = &mut event.news else { return Ok(()) };
        if let Some(known) = session.code.as_ref().filter(|known| known.event_id == event.event_id) {
            *code = Some(known.text.clone());
            return Ok(());
        }
        let address = session.session_id.to_string();
        let client = self.gateways.session(self.app.http().clone(), session.gateway, &address, &self.gateway_key);
        let Some(client) = client else { return Ok(()) };
        match client.look().await {
            Ok(SessionNews::Code { code: found }) => *code = found,
            // It has gone on meanwhile, and tells of that by itself.
            Ok(_) | Err(gateways::SessionError::Gone | gateways::SessionError::Refused(_)) => {}
            Err(gateways::SessionError::Unavailable(reason)) => return Err(Failure::retry(reason)),
        }
        Ok(())
    }

    fn news(&self, session: &mut Session, forward: Forward, place: usize, now: DateTime<Utc>) -> Option<News> {
        let (session_id, user_id) = (session.session_id, session.user_id.clone());
        let told = match forward {
            Forward::Code => {
                session.forward_code(now);
                let code = session.code.as_ref()?;
                Told::Code(CodeItem {
                    event_id: code.event_id.clone(),
                    session_id,
                    user_id,
                    qr: code.text.clone(),
                    at: code.at,
                    expires_at: code.expires_at(self.codes.valid),
                })
            }
            Forward::Status => {
                let told = session.told.as_ref()?;
                Told::Status(StatusItem {
                    event_id: told.event_id.clone(),
                    session_id,
                    user_id,
                    status: told.status.into(),
                    state: told.status,
                    reason: told.reason,
                    at: told.at,
                })
            }
        };
        Some(News { place, told })
    }
}

impl Change {
    fn new(session: &Session, event: SenderEvent) -> Self {
        Self { gateway: session.gateway, session_id: session.session_id, event }
    }
}

/// Whether a sender can send, as its session stands.
fn standing(status: SessionStatus) -> SenderEvent {
    use SessionStatus as S;
    match status {
        S::Connected => SenderEvent::Connected,
        S::Opening | S::Connecting => SenderEvent::Connecting,
        S::WaitingForScan | S::ActionRequired | S::NotScanned | S::LoggedOut => SenderEvent::NeedsLogin,
        S::Disconnected | S::Ended | S::Refused | S::Replaced | S::Looping | S::Failed | S::Stopped => {
            SenderEvent::Disconnected
        }
    }
}

/// The same however often it is told: the owners get one message.
fn given_up_notice(session: &Session) -> AccountNotice {
    AccountNotice {
        field: "session".to_owned(),
        after: Some(<&'static str>::from(session.status).to_owned()),
        time: session.told.as_ref().map(|told| told.at.timestamp()),
        concern: Some(Concern::Connection),
        ..AccountNotice::default()
    }
}

fn dropped(reason: Dropped) {
    let reason: &'static str = reason.into();
    metrics::counter!("session_events_dropped", "reason" => reason).increment(1);
}
