//! The queue of dead letters: nothing is dropped, and a human looks at it.

use crate::app::App;
use aws_sdk_sqs::types::MessageAttributeValue;
use std::collections::HashMap;

/// SQS takes at most ten attributes; one is the reason.
const KEPT_ATTRIBUTES: usize = 9;
/// A reason longer than this is cut, in characters.
const LONGEST_REASON: usize = 500;

/// A task or change that cannot be done.
#[derive(Clone, Debug, Default)]
pub struct DeadLetter {
    /// The body, unchanged.
    pub body: String,
    /// The attributes that it came with.
    pub attributes: HashMap<String, MessageAttributeValue>,
    /// The group it was fair to.
    pub group: Option<String>,
}

/// The queue of dead letters that the function was given.
#[derive(Debug, Clone, Copy)]
pub struct DeadLetters<'a> {
    app: &'a App,
    url: Option<&'a str>,
}

/// The dead letter is not kept, so its task must come again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotKept {
    /// The function has none.
    #[error("DEAD_LETTERS_URL is not set")]
    NoQueue,
    /// SQS did not take it.
    #[error("the dead-letter queue did not take it: {0}")]
    Refused(String),
}

impl<'a> DeadLetters<'a> {
    pub(crate) fn new(app: &'a App, url: Option<&'a str>) -> Self {
        Self { app, url }
    }

    /// Keeps it with its reason as the message attribute `reason`. The reason may hold nothing personal.
    ///
    /// # Errors
    /// It is not kept; its task may not be acknowledged.
    pub async fn put(&self, letter: DeadLetter, reason: &str) -> Result<(), NotKept> {
        let url = self.url.ok_or(NotKept::NoQueue)?;
        let mut attributes: Vec<_> = letter.attributes.into_iter().collect();
        attributes.sort_by(|a, b| a.0.cmp(&b.0));
        attributes.truncate(KEPT_ATTRIBUTES);
        // The two characters that JSON lets through and SQS refuses.
        let body = letter.body.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
        let mut send = self.app.sqs().send_message().queue_url(url).message_body(body);
        for (name, value) in attributes {
            send = send.message_attributes(name, value);
        }
        let reason = MessageAttributeValue::builder().data_type("String").string_value(presentable(reason)).build();
        let reason = reason.map_err(|error| NotKept::Refused(error.to_string()))?;
        let sent = send.message_attributes("reason", reason).set_message_group_id(letter.group).send().await;
        match sent {
            Ok(_) => {
                metrics::counter!("dead_letters").increment(1);
                Ok(())
            }
            // The SDK's own text may repeat what was sent.
            Err(error) => Err(NotKept::Refused(match error.as_service_error() {
                Some(error) => error.meta().code().unwrap_or("no code").to_owned(),
                None => "no answer".to_owned(),
            })),
        }
    }
}

/// SQS refuses empty values and control characters.
fn presentable(reason: &str) -> String {
    let text: String = reason.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_REASON).collect();
    if text.trim().is_empty() { "no reason given".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{FakeHttp, app_with, env};
    use serde_json::Value;

    #[tokio::test(start_paused = true)]
    async fn keeps_body_attributes_group_and_reason() {
        let http = FakeHttp::answering(|_| Ok(FakeHttp::json(200, r#"{"MessageId":"1","MD5OfMessageBody":"2"}"#)));
        let app = app_with(env([("DEAD_LETTERS_URL", "http://sqs.test/dead")]), &http);
        let value =
            |text: &str| MessageAttributeValue::builder().data_type("String").string_value(text).build().unwrap();
        let attributes = (0..10).map(|nth| (format!("a{nth}"), value("x"))).collect();
        let letter = DeadLetter { body: "{}".into(), attributes, group: Some("b1".into()) };
        app.dead_letters().put(letter, "no\nsuch thing").await.unwrap();
        let sent: Value = serde_json::from_slice(http.requests()[0].body()).unwrap();
        assert_eq!(sent["QueueUrl"], "http://sqs.test/dead");
        assert_eq!(sent["MessageBody"], "{}");
        assert_eq!(sent["MessageGroupId"], "b1");
        assert_eq!(sent["MessageAttributes"]["reason"]["StringValue"], "no such thing");
        assert_eq!(sent["MessageAttributes"].as_object().unwrap().len(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn says_when_nothing_was_kept() {
        let refused = r#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"secret"}"#;
        let http = FakeHttp::answering(move |_| Ok(FakeHttp::json(400, refused)));
        let app = app_with(env([("DEAD_LETTERS_URL", "http://sqs.test/dead")]), &http);
        let error = app.dead_letters().put(DeadLetter::default(), "r").await.unwrap_err();
        assert!(matches!(&error, NotKept::Refused(code) if code.contains("QueueDoesNotExist")), "{error}");
        let app = app_with(env([]), &http);
        assert_eq!(app.dead_letters().put(DeadLetter::default(), "r").await.unwrap_err(), NotKept::NoQueue);
    }
}
