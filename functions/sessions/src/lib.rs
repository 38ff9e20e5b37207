//! Sessions over HTTP: open, read, list, stop; their codes as pictures; the figures of batches. All of it comes from our
//! own store. The gateway does what it is asked a moment later.

mod figures;
mod picture;

use api::Route as _;
use api::parameters::{Nothing, PageSize};
use api::sessions::{
    Evidence, NewSession, QrCode, Route, Session as Shown, SessionPage, SessionPath, SessionsQuery, Started,
};
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use domain::sessions::{Code, Forward, SessionStatus};
use domain::{Gateway, Session, SessionId};
use kit::config::Keys;
use kit::env::{FromEnv, Vars};
use kit::json::{Given, Json};
use kit::keys::{Caller, guarded, guarded_uncounted};
use kit::params::{Path, Query};
use kit::{App, Problem};
use queues::sessions::{Act, ManageTask, SessionTask};
use queues::{QueueUrls, Queues};
use std::time::Duration;
use store::{KeptSession, OpenSession};

/// Tries of a change that somebody else's change comes between.
const TRIES: usize = 5;
/// A session that was to be opened so long ago, and of which nothing was heard, is sent to the gateway once more.
const OPENED_ANEW: TimeDelta = TimeDelta::seconds(5);

/// The function's own configuration.
pub struct Config {
    keys: Keys,
    urls: QueueUrls,
    gateway: Option<Gateway>,
    code_valid: TimeDelta,
}

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        let valid = vars.seconds_or("CODE_VALID_SECONDS", 120);
        Self {
            keys: Keys::from_env(vars),
            urls: QueueUrls::from_env(vars),
            gateway: vars.optional("SESSION_GATEWAY").and_then(|name| name.parse().ok()),
            code_valid: TimeDelta::from_std(valid).unwrap_or(TimeDelta::MAX),
        }
    }
}

#[derive(Clone)]
struct Sessions {
    app: App,
    queues: Queues,
    urls: QueueUrls,
    gateway: Option<Gateway>,
    code_valid: TimeDelta,
}

/// The routes, as `template.yaml` names them.
pub fn router(app: App, config: Config) -> Router {
    let Config { keys, urls, gateway, code_valid } = config;
    let sessions = Sessions { queues: Queues::new(app.sqs().clone(), urls.clone()), urls, gateway, code_valid, app };
    let app = sessions.app.clone();
    let counted = api::router(|route: Route| match route {
        Route::StartSession => route.to(start),
        Route::ListSessions => route.to(list),
        Route::ReadSession => route.to(read),
        Route::ReadCodePng => route.to(png),
        Route::ReadCodeSvg => route.to(svg),
        Route::StopSession => route.to(stop),
    });
    let figures = api::router(|route: api::figures::Route| match route {
        api::figures::Route::ReadBatchMetrics => route.to(figures::batches),
        api::figures::Route::ReadCacheMetrics => route.to(figures::kept),
    });
    let counted = guarded(&app, keys.clone(), counted.with_state(sessions.clone()));
    counted.merge(guarded_uncounted(&app, keys, figures.with_state(sessions)))
}

async fn start(
    State(sessions): State<Sessions>,
    caller: Caller,
    Query(Nothing {}): Query<Nothing>,
    given: Given<NewSession>,
) -> Result<Json<Started>, Problem> {
    caller.operator()?;
    let user_id = given.read(None)?.user_id;
    let Some(gateway) = sessions.gateway else {
        return Err(Problem::conflict("This deployment has no gateway for sessions.").coded("no_session_gateway"));
    };
    if !user_id.is_valid() {
        return Err(Problem::field("/user_id", "expected 1 to 128 printable ASCII characters without blanks"));
    }
    let (app, now) = (&sessions.app, sessions.app.now());
    let new = Session::new(SessionId(app.id()), user_id, gateway, now);
    let session_id = match app.store().open_session(&new, &app.attempt()).await? {
        OpenSession::Opened => {
            sessions.act(new.session_id, Act::Open).await?;
            new.session_id
        }
        OpenSession::Known(kept) => {
            let session_id = kept.session.session_id;
            let mut session = kept.session.clone();
            let waits = session.status == SessionStatus::Opening && now - session.seen_at >= OPENED_ANEW;
            let reopened = session.reopen(now) && app.store().put_session_off(&kept, &session, &app.attempt()).await?;
            if waits || reopened {
                sessions.act(session_id, Act::Open).await?;
            }
            session_id
        }
    };
    Ok(Json(Started { success: true, session_id }))
}

async fn list(
    State(sessions): State<Sessions>,
    caller: Caller,
    Query(page): Query<SessionsQuery>,
) -> Result<Json<SessionPage>, Problem> {
    caller.operator()?;
    let page = sessions.app.store().sessions(PageSize::of(page.limit), page.cursor.as_deref()).await?;
    let shown = page.items.into_iter().map(|session| sessions.shown(session));
    Ok(Json(SessionPage { sessions: shown.collect(), cursor: page.cursor }))
}

async fn read(
    State(sessions): State<Sessions>,
    caller: Caller,
    Path(path): Path<SessionPath>,
    Query(Nothing {}): Query<Nothing>,
) -> Result<Json<Shown>, Problem> {
    caller.operator()?;
    let kept = sessions.find(path.session_id).await?;
    Ok(Json(sessions.shown(kept.session)))
}

async fn png(
    State(sessions): State<Sessions>,
    caller: Caller,
    Path(path): Path<SessionPath>,
    Query(Nothing {}): Query<Nothing>,
) -> Result<Response, Problem> {
    caller.operator()?;
    let code = sessions.code(path.session_id).await?;
    let pixels = picture::png(&code.text).map_err(Problem::internal)?;
    Ok(([(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "no-store")], pixels).into_response())
}

async fn svg(
    State(sessions): State<Sessions>,
    caller: Caller,
    Path(path): Path<SessionPath>,
    Query(Nothing {}): Query<Nothing>,
) -> Result<Response, Problem> {
    caller.operator()?;
    let code = sessions.code(path.session_id).await?;
    let drawing = picture::svg(&code.text).map_err(Problem::internal)?;
    Ok(([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "no-store")], drawing).into_response())
}

async fn stop(
    State(sessions): State<Sessions>,
    caller: Caller,
    Path(path): Path<SessionPath>,
    Query(Nothing {}): Query<Nothing>,
) -> Result<Json<Shown>, Problem> {
    caller.operator()?;
    for _ in 0..TRIES {
        let kept = sessions.find(path.session_id).await?;
        let mut session = kept.session.clone();
        session.stop(&sessions.app.id().to_string(), sessions.app.now());
        if sessions.app.store().change_session(&kept, &session, &sessions.app.attempt()).await? {
            // If one of these is lost, the session comes up in a minute. Once it is closed it does so no more: that is last.
            if let Some(event) = session.event(Forward::Status) {
                let task = SessionTask::new(path.session_id, event, sessions.app.now());
                sessions.queues.send(&task, Duration::ZERO).await.map_err(Problem::unavailable)?;
            }
            sessions.act(path.session_id, Act::Close).await?;
            return Ok(Json(sessions.shown(session)));
        }
    }
    Err(Problem::unavailable("the session changes all the time"))
}

impl Sessions {
    async fn find(&self, session: SessionId) -> Result<KeptSession, Problem> {
        self.app.store().session(session).await?.ok_or_else(|| Problem::not_found("There is no such session."))
    }

    async fn code(&self, session: SessionId) -> Result<Code, Problem> {
        let code = self.find(session).await?.session.code;
        let valid = code.filter(|code| self.app.now() < code.expires_at(self.code_valid));
        valid.ok_or_else(|| Problem::not_found("The session has no code to scan now."))
    }

    async fn act(&self, session_id: SessionId, act: Act) -> Result<(), Problem> {
        self.queues.send(&ManageTask { session_id, act }, Duration::ZERO).await.map_err(Problem::unavailable)
    }

    fn shown(&self, session: Session) -> Shown {
        let now = self.app.now();
        let age = |since: DateTime<Utc>| u64::try_from((now - since).num_seconds()).unwrap_or_default();
        let code = session.code.filter(|code| now < code.expires_at(self.code_valid));
        Shown {
            session_id: session.session_id,
            user_id: session.user_id,
            gateway: session.gateway,
            status: session.status,
            connection: session.status.into(),
            // As it is kept.
            since: session.since.trunc_subsecs(3),
            evidence: Evidence {
                source: session.how,
                at: session.seen_at.trunc_subsecs(3),
                age: age(session.seen_at),
                reason: session.reason,
            },
            qr: code.map(|code| QrCode { at: code.at, expires_at: code.expires_at(self.code_valid), code: code.text }),
            silent_since: session.silent_since.map(|at| at.trunc_subsecs(3)),
            created_at: session.created_at,
        }
    }
}
