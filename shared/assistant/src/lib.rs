//! The language model: one request, one answer in a form that code can decide on. It speaks OpenAI's Responses API without
//! any state at the server, as every compatible server does: the history comes with each request, and nothing is stored.

mod analysis;
mod answer;
mod founded;
mod prompt;
mod transcribe;

pub use analysis::{Analysed, Analysis, summary};
pub use answer::{Action, Booking, NoAnswer, Replied, Reply};
pub use prompt::Prompt;

use bytes::Bytes;
use http::{HeaderValue, Method, header};
use kit::env::{FromEnv, Vars};
use kit::http::{Http, Response};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// The most tokens of an answer.
const MOST_TOKENS: u32 = 700;

/// The model that is asked, and how.
#[derive(Clone)]
pub struct Config {
    /// Without a slash and without `/v1` at the end; `None` if there is no model.
    url: Option<String>,
    key: String,
    model: String,
    /// The model that hears.
    transcription_model: String,
    /// For one request, whole.
    timeout: Duration,
}

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        Self {
            url: vars.optional_url("ASSISTANT_URL"),
            key: vars.optional("ASSISTANT_KEY").unwrap_or_default(),
            model: vars.optional("ASSISTANT_MODEL").unwrap_or_default(),
            transcription_model: vars.optional("TRANSCRIPTION_MODEL").unwrap_or_default(),
            timeout: vars.seconds_or("ASSISTANT_TIMEOUT_SECONDS", 20),
        }
    }
}

/// The assistant, by one model.
#[derive(Clone)]
pub struct Assistant {
    http: Arc<dyn Http>,
    config: Config,
}

impl Assistant {
    /// Over this network.
    #[must_use]
    pub fn new(http: Arc<dyn Http>, config: Config) -> Self {
        Self { http, config }
    }

    /// Asks for the next answer in a conversation.
    ///
    /// # Errors
    /// There is no answer; the error says whether another try may bring one.
    pub async fn reply(&self, prompt: &Prompt<'_>) -> Result<Replied, NoAnswer> {
        let replied =
            answer::read(&self.ask(prompt.instructions(), prompt.input(), ("reply", answer::schema())).await?)?;
        let is_founded = founded::is_founded(&replied.reply.text, prompt);
        Ok(Replied { is_founded, ..replied })
    }

    /// Asks what a conversation says of its customer.
    ///
    /// # Errors
    /// There is no answer; the error says whether another try may bring one.
    pub async fn analyse(&self, analysis: &Analysis<'_>) -> Result<Analysed, NoAnswer> {
        let asked = self.ask(analysis.instructions(), analysis.input(), ("analysis", analysis::schema())).await?;
        let mut analysed = analysis::read(&asked)?;
        let is_founded = |text: &String| founded::is_founded(text, &analysis.prompt);
        analysed.finding.follow_up = analysed.finding.follow_up.filter(is_founded);
        Ok(analysed)
    }

    /// One request, for an answer in a form of this name.
    async fn ask(
        &self,
        instructions: String,
        input: Vec<Value>,
        (name, schema): (&str, Value),
    ) -> Result<Response, NoAnswer> {
        let body = json!({
            "model": self.config.model,
            "instructions": instructions,
            "input": input,
            "text": {"format": {"type": "json_schema", "name": name, "strict": true, "schema": schema}},
            "max_output_tokens": MOST_TOKENS,
            "store": false,
        });
        self.post("/v1/responses", "application/json", body.to_string().into()).await
    }

    /// Asks for the words of a recording of this MIME type; none, if it is silent. Nothing of it is kept.
    ///
    /// # Errors
    /// There are no words; the error says whether another try may bring them.
    pub async fn transcribe(&self, audio: &[u8], mime: &str) -> Result<String, NoAnswer> {
        let form = transcribe::form(&self.config.transcription_model, audio, mime)?;
        let response = self.post("/v1/audio/transcriptions", &form.content_type, form.body).await?;
        transcribe::read(&response)
    }

    async fn post(&self, path: &str, content_type: &str, body: Bytes) -> Result<Response, NoAnswer> {
        let Some(url) = &self.config.url else { return Err(NoAnswer::never("no_assistant")) };
        let mut key = HeaderValue::try_from(format!("Bearer {}", self.config.key))
            .map_err(|_| NoAnswer::never("unusable_key"))?;
        key.set_sensitive(true);
        let request = http::Request::builder()
            .method(Method::POST)
            .uri(format!("{url}{path}"))
            .header(header::AUTHORIZATION, key)
            .header(header::CONTENT_TYPE, content_type)
            .body(body)
            .map_err(|_| NoAnswer::never("unbuildable_request"))?;
        match self.http.send(request, self.config.timeout).await {
            Ok(response) => Ok(response),
            Err(error) if error.is_timeout() => Err(NoAnswer::later("timed_out", None)),
            Err(_) => Err(NoAnswer::later("not_connected", None)),
        }
    }
}
