//! Does at the gateway what a session needs: opens it, connects it anew, keeps it from connecting, ends it. And looks at
//! sessions whose time is over. Every act may be repeated: it finds at the gateway what is there.

mod look;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::sessions::{Forward, SessionStatus};
use domain::{Session, SessionId};
use gateways::{Gateways, SessionClient, SessionError, SessionSecrets, SessionWebhook};
use kit::App;
use kit::batch::{Failure, Item, Order, Outcome, batch};
use kit::env::{FromEnv, Vars};
use queues::sessions::{Act, ManageTask};
use queues::{QueueUrls, Queues, Received};
use std::convert::Infallible;
use store::KeptSession;

/// Sessions that are cared for at the same time.
const AT_ONCE: usize = 10;

/// The function's own configuration.
pub struct Config {
    urls: QueueUrls,
    gateways: Gateways,
    gateway_key: String,
    secrets: SessionSecrets,
    /// The address of our own API, without a slash at the end: gateways report there.
    api_url: String,
}

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        Self {
            urls: QueueUrls::from_env(vars),
            gateways: Gateways::from_env(vars),
            gateway_key: vars.optional("SESSION_GATEWAY_KEY").unwrap_or_default(),
            secrets: SessionSecrets::from_env(vars),
            api_url: vars.optional_url("API_URL").unwrap_or_default(),
        }
    }
}

/// The parts that the function stands on.
pub struct Manager {
    app: App,
    queues: Queues,
    config: Config,
}

impl Manager {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, config: Config) -> Self {
        Self { queues: Queues::new(app.sqs().clone(), config.urls.clone()), app, config }
    }

    /// Does the tasks of a batch side by side.
    ///
    /// # Errors
    /// None: each failure is answered for by itself.
    pub async fn handle(&self, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
        let manage = |item: Item<Received<ManageTask>>| self.manage(item.body.0);
        Ok(batch(&self.app, event, Order::Concurrent(AT_ONCE), manage).await)
    }

    async fn manage(&self, task: ManageTask) -> Outcome {
        let ManageTask { session_id, act } = task;
        let Some(kept) = self.app.store().session(session_id).await? else { return Ok(()) };
        let is_stopped = kept.session.status == SessionStatus::Stopped;
        // Until its gateway has removed it, a session that is stopped comes up again.
        let act = if is_stopped && act == Act::Look {
            // The request that stopped it may have died before the upstream was told.
            self.nudge(&kept.session, Forward::Status).await?;
            Act::Close
        } else {
            act
        };
        if is_stopped != (act == Act::Close) || kept.session.closed {
            return Ok(());
        }
        if act == Act::Look {
            return self.look(kept).await;
        }
        let Some(client) = self.client(&kept.session) else {
            return Err(Failure::permanent("its gateway has no sessions"));
        };
        let done = match act {
            Act::Open => client.open(&self.webhook(&kept.session)).await,
            Act::Restart => client.restart().await,
            // Somebody may have opened it again since.
            Act::Pause if !kept.session.status.is_at_rest() => Ok(()),
            Act::Pause => client.pause().await,
            Act::Close => client.close().await,
            Act::Look => Ok(()),
        };
        let word: &'static str = act.into();
        match done {
            Ok(()) | Err(SessionError::Gone) if act == Act::Close => self.has_closed(kept).await,
            Ok(()) => Ok(()),
            Err(SessionError::Gone) if act == Act::Pause => Ok(()),
            Err(SessionError::Gone) if act == Act::Restart => {
                let open = ManageTask { session_id, act: Act::Open };
                self.queues.send(&open, std::time::Duration::ZERO).await.map_err(Failure::retry)
            }
            Err(error) => {
                metrics::counter!("session_acts_failed", "act" => word).increment(1);
                tracing::warn!(%session_id, act = word, %error, "session {session_id}: {error}");
                // What is asked for an open session is asked again by the next look.
                match (act, error) {
                    (Act::Close | Act::Pause, error) => Err(Failure::retry(error)),
                    (Act::Open, SessionError::Refused(reason)) => self.has_failed(session_id, &reason).await,
                    _ => Ok(()),
                }
            }
        }
    }

    fn client(&self, session: &Session) -> Option<Box<dyn SessionClient>> {
        let (http, address) = (self.app.http().clone(), session.session_id.to_string());
        self.config.gateways.session(http, session.gateway, &address, &self.config.gateway_key)
    }

    /// Where the gateway reports of a session.
    fn webhook(&self, session: &Session) -> SessionWebhook {
        let Session { session_id, gateway, .. } = session;
        let (url, path) = (&self.config.api_url, self.config.secrets.path(*session_id));
        SessionWebhook {
            url: format!("{url}/webhooks/{gateway}/{path}"),
            secret: self.config.secrets.webhook(*session_id),
        }
    }

    /// The gateway has removed a session that is stopped.
    async fn has_closed(&self, kept: KeptSession) -> Outcome {
        let mut closed = kept.session.clone();
        closed.closed = true;
        // Of two who closed it, one has written that.
        self.app.store().put_session_off(&kept, &closed, &self.app.attempt()).await?;
        Ok(())
    }

    /// The gateway refuses to open a session: nothing is tried until somebody opens it again.
    async fn has_failed(&self, session: SessionId, reason: &str) -> Outcome {
        tracing::error!(session_id = %session, reason, "session {session} cannot be opened: {reason}");
        let Some(kept) = self.app.store().session(session).await? else { return Ok(()) };
        let mut failed = kept.session.clone();
        if failed.fail(&self.app.id().to_string(), self.app.now()) {
            self.change(kept, failed).await?;
        }
        Ok(())
    }
}
