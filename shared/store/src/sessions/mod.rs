//! Sessions of QR gateways, and what of them goes to the operator's upstream.
//!
//! A session is one item. Each change of it is conditional on its version. `due_shard` and `not_before` (epoch
//! milliseconds) say when it is looked at next. An event of a session moves that time only if it comes earlier: so most
//! events write the item alone, and the look itself puts the time off.

pub(crate) use crate::changes::nothing as change;
mod due;
mod upstream;

pub use due::DueSession;
pub use upstream::{BatchEnd, Upstream, UpstreamRow};

use crate::dynamodb::{
    EXPIRES_AT, Item, Outcome, Query, ROUNDS, Transacted, VERSION, Write, cursor, from_item, millis, number,
    read_millis, read_number, read_text, text, to_item,
};
use crate::keys::due::{NOT_BEFORE, SHARD};
use crate::keys::sessions as keys;
use crate::keys::{PK, SK};
use crate::tables::Table;
use crate::{Page, Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::sessions::SessionStatus;
use domain::{Attempt, Session, SessionId};

const WHAT: &str = "sessions";
const SESSION_ID: &str = "session_id";
/// The time for which a stopped session is kept.
const KEPT: TimeDelta = TimeDelta::days(30);

/// A session as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSession {
    /// The session.
    pub session: Session,
    /// Goes up by one with every change.
    pub version: u64,
    /// When it is looked at next, UTC; absent once it is stopped and its gateway has removed it.
    pub not_before: Option<DateTime<Utc>>,
}

/// The outcome of asking for a user's session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenSession {
    /// A new one is kept.
    Opened,
    /// The user has a session that is not over.
    Known(Box<KeptSession>),
}

fn read_session(item: Item) -> Result<KeptSession, StoreError> {
    let version = read_number(&item, VERSION).unwrap_or_default();
    let not_before = read_millis(&item, NOT_BEFORE);
    Ok(KeptSession { session: from_item(item, WHAT)?, version, not_before })
}

/// The session as it is stored, without its key. It is looked at at `not_before`, or at its own deadline if that comes
/// first.
fn session_item(session: &Session, not_before: Option<DateTime<Utc>>) -> Result<Item, StoreError> {
    let mut item = to_item(session, WHAT)?;
    if session.status == SessionStatus::Stopped {
        item.insert(EXPIRES_AT.to_owned(), number((session.since + KEPT).timestamp()));
    }
    if !session.closed {
        let deadline = session.deadline();
        item.insert(SHARD.to_owned(), text(keys::due_shard(session.session_id)));
        item.insert(NOT_BEFORE.to_owned(), millis(not_before.map_or(deadline, |at| at.min(deadline))));
    }
    Ok(item)
}

impl Store {
    /// Keeps a new session of its user, unless the user has one that is not over.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn open_session(&self, session: &Session, attempt: &Attempt) -> Result<OpenSession, StoreError> {
        let user = session.user_id.to_string();
        for round in 1..=ROUNDS {
            let entry = self.get(Table::Sessions, keys::user(&user)).await?;
            let before = entry.as_ref().and_then(|entry| read_text(entry, SESSION_ID)).map(str::to_owned);
            if let Some(id) = before.as_deref().and_then(|id| id.parse().ok())
                && let Some(kept) = self.session(id).await?
                && kept.session.status != SessionStatus::Stopped
            {
                return Ok(OpenSession::Known(Box::new(kept)));
            }
            let mut entry = keys::user(&user);
            entry.insert(SESSION_ID.to_owned(), text(session.session_id.to_string()));
            let mut item = session_item(session, None)?;
            item.extend(keys::session(session.session_id));
            item.insert(VERSION.to_owned(), number(1));
            let writes = vec![
                Write::put(Table::Sessions, entry).if_same(SESSION_ID, before.map(text)),
                Write::put(Table::Sessions, item).if_new(),
            ];
            // Each round is a transaction of its own.
            let own = Attempt(format!("{}/{round}", attempt.0));
            match self.transact(writes, &own).await? {
                Transacted::Committed => return Ok(OpenSession::Opened),
                // Somebody else was first, or a round before whose answer was lost.
                Transacted::Refused(_) => self.pause(&attempt.0, round).await,
            }
        }
        Err(StoreError::Contended(WHAT))
    }

    /// A session.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn session(&self, session: SessionId) -> Result<Option<KeptSession>, StoreError> {
        self.get(Table::Sessions, keys::session(session)).await?.map(read_session).transpose()
    }

    /// The sessions that exist of these ids, in no order.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn sessions_of(&self, ids: impl IntoIterator<Item = SessionId>) -> Result<Vec<KeptSession>, StoreError> {
        let wanted: Vec<Item> = ids.into_iter().map(keys::session).collect();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        self.batch_get(Table::Sessions, wanted).await?.into_iter().map(read_session).collect()
    }

    /// All sessions, at most `limit` a page, in no order that means anything.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or as every operation.
    pub async fn sessions(&self, limit: usize, cursor: Option<&str>) -> Result<Page<Session>, StoreError> {
        let place = cursor.map(|cursor| cursor::decode(WHAT, cursor)).transpose()?;
        let (mut part, mut start) = match place.as_deref().map(|place| place.split_once('/')) {
            None => (0, None),
            Some(Some((part, id))) => {
                let part: u8 = part.parse().map_err(|_| StoreError::BadCursor)?;
                let id: SessionId = id.parse().map_err(|_| StoreError::BadCursor)?;
                (part, Some(keys::place(part, &id.to_string())))
            }
            Some(None) => return Err(StoreError::BadCursor),
        };
        let (first, last) = keys::all();
        let mut items = Vec::new();
        while part < keys::SHARDS && items.len() < limit {
            let found = self
                .query(Query {
                    table: Table::Sessions,
                    index: None,
                    condition: "#pk = :pk AND #sk BETWEEN :first AND :last",
                    values: vec![
                        (PK, text(keys::partition(part))),
                        ("first", text(first.clone())),
                        ("last", text(last.clone())),
                    ],
                    forward: true,
                    consistent: false,
                    limit: i32::try_from(limit - items.len()).ok(),
                    start: start.take(),
                })
                .await?;
            items.extend(found.items);
            match found.next {
                Some(next) => start = Some(next),
                None => part += 1,
            }
        }
        let last = items.last().and_then(|item| read_text(item, SK)).map(str::to_owned);
        let next = match (start, last) {
            (Some(_), Some(id)) => Some(format!("{part}/{id}")),
            // The next page begins with a part of its own.
            (None, _) if part < keys::SHARDS => Some(format!("{part}/{}", uuid::Uuid::nil())),
            _ => None,
        };
        let sessions: Result<Vec<Session>, StoreError> =
            items.into_iter().map(|item| Ok(read_session(item)?.session)).collect();
        Ok(Page { items: sessions?, cursor: next.map(|place| cursor::encode(WHAT, &place)) })
    }

    /// Changes a session as it was read; `false` if somebody has changed it since. Nothing is written if nothing differs.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn change_session(
        &self,
        read: &KeptSession,
        session: &Session,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        self.move_session(read, session, read.not_before, attempt).await
    }

    /// Changes a session as it was read, and looks at it at its deadline and not before; `false` if somebody has changed it
    /// since.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn put_session_off(
        &self,
        read: &KeptSession,
        session: &Session,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        self.move_session(read, session, None, attempt).await
    }

    async fn move_session(
        &self,
        read: &KeptSession,
        session: &Session,
        not_before: Option<DateTime<Utc>>,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let mut before = session_item(&read.session, None)?;
        if let Some(at) = read.not_before {
            before.insert(NOT_BEFORE.to_owned(), millis(at));
        }
        let after = session_item(session, not_before)?;
        let write = Write::update(Table::Sessions, keys::session(session.session_id)).turn(&before, &after);
        if write.is_idle() {
            return Ok(true);
        }
        let write = write.set(VERSION, number(read.version + 1)).if_same(VERSION, Some(number(read.version)));
        Ok(!matches!(self.write(write, attempt).await?, Outcome::Refused(_)))
    }
}
