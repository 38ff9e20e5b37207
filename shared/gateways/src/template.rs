//! Whether free text or an approved template goes.

use crate::Body;
use domain::approved::{ApprovedTemplate, MissingVariable};
use domain::{Message, MessageType, Sender, SentAs};

/// No approved template fits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The sender has none for it.
    #[error("the sender has no approved template for it")]
    Missing,
    /// A variable that it takes has no value.
    #[error(transparent)]
    Variable(#[from] MissingVariable),
}

/// The content to send, with the choices that go with it. Where free text may go, the text goes, unless a template was asked for by name and fits.
/// Elsewhere only an approved template may go: the one asked for, else the one for the message's type. A gateway
/// without a 24-hour window has no templates: the text goes.
///
/// # Errors
/// A template is needed and none fits.
pub fn body(sender: &Sender, message: &Message, text_may_go: bool) -> Result<Body, TemplateError> {
    let content = &message.content;
    let text = || match content.buttons.as_slice() {
        [] if message.message_type == MessageType::ContactRequest => Body::ContactRequest(content.text.clone()),
        [] => Body::Text(content.text.clone()),
        buttons => Body::Buttons { text: content.text.clone(), buttons: buttons.to_vec() },
    };
    match text_may_go {
        _ if !sender.gateway.has_window() => Ok(text()),
        true if content.template.is_none() => Ok(text()),
        true if !content.text.trim().is_empty() => Ok(approved(sender, message).unwrap_or_else(|_| text())),
        _ => approved(sender, message),
    }
}

fn approved(sender: &Sender, message: &Message) -> Result<Body, TemplateError> {
    let template: &ApprovedTemplate = sender.template(message).ok_or(TemplateError::Missing)?;
    let parameters = template.parameters(&message.content)?;
    let text = template.rendered(&parameters);
    // Buttons that it does not have cannot be filled.
    let (buttons, payloads) = template
        .buttons
        .iter()
        .zip(&message.content.buttons)
        .map(|(title, own)| (title.clone(), own.id.clone()))
        .unzip();
    let (name, language) = (template.name.clone(), template.language.clone());
    Ok(Body::Template { sent_as: SentAs { template: name, language, text, buttons }, parameters, payloads })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, TimeDelta};
    use domain::{BusinessId, Button, Content, CustomerId, Gateway, Locale, MessageId, Recipient, SenderId};
    use serde_json::{Value, json};
    use uuid::Uuid;

    fn sender(gateway: Gateway, templates: Value) -> Sender {
        Sender {
            sender_id: SenderId(Uuid::nil()),
            business_id: BusinessId(Uuid::nil()),
            gateway,
            address: "1".to_owned(),
            sealed_credentials: String::new(),
            per_minute: 20,
            in_use_since: None,
            templates: serde_json::from_value(templates).unwrap(),
        }
    }

    fn message(message_type: MessageType, template: Option<&str>, variables: &[(&str, &str)]) -> Message {
        let content = Content {
            text: "Olá".to_owned(),
            locale: Some(Locale::PtBr).filter(|_| template.is_none()),
            template: template.map(str::to_owned),
            variables: variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            fallback: None,
            buttons: Vec::new(),
        };
        let id = MessageId::of("direct/1".to_owned());
        let (to, now) = (Recipient::Customer(CustomerId(Uuid::nil())), DateTime::UNIX_EPOCH);
        Message::new(BusinessId(Uuid::nil()), id, to, message_type, content, now, TimeDelta::zero())
    }

    fn template(name: &str, text: &str, parameters: &[&str]) -> Result<Body, TemplateError> {
        Ok(Body::Template {
            sent_as: SentAs {
                template: name.to_owned(),
                language: "pt_BR".to_owned(),
                text: text.to_owned(),
                buttons: Vec::new(),
            },
            parameters: parameters.iter().map(ToString::to_string).collect(),
            payloads: Vec::new(),
        })
    }

    #[test]
    fn the_text_goes_inside_the_window_and_an_approved_template_outside() {
        let templates = json!({
            "points": {"name": "pontos_v2", "language": "pt_BR", "variables": ["balance", "name"], "body": "{{2}}: {{1}}!"},
            "promo": {"name": "promo_v1", "language": "pt_BR"},
        });
        let (cloud, whapi) = (sender(Gateway::CloudApi, templates.clone()), sender(Gateway::Whapi, templates));
        let text = Ok(Body::Text("Olá".to_owned()));
        let points =
            |name, balance| message(MessageType::Points, None, &[("name", name), ("balance", balance), ("x", "y")]);
        let named = |name| message(MessageType::Direct, Some(name), &[]);
        let no_balance = Err(TemplateError::Variable(MissingVariable("balance".to_owned())));
        let (missing, promo) = (Err(TemplateError::Missing), template("promo_v1", "[promo_v1]", &[]));

        assert_eq!(body(&cloud, &points("Ana", "20"), true), text);
        let filled = template("pontos_v2", "Ana Maria Luz: 20!", &["20", "Ana Maria Luz"]);
        assert_eq!(body(&cloud, &points("Ana\tMaria     Luz\r\n", "20"), false), filled);
        assert_eq!(body(&cloud, &points("Ana", " "), false), no_balance);
        assert_eq!(body(&cloud, &message(MessageType::OptOut, None, &[("name", "Ana")]), false), missing);

        assert_eq!(body(&cloud, &named("promo"), true), promo);
        assert_eq!(body(&cloud, &named("promo"), false), promo);
        assert_eq!(body(&cloud, &named("gone"), true), text);
        assert_eq!(body(&cloud, &named("gone"), false), missing);

        assert_eq!(body(&whapi, &named("promo"), false), text);
    }

    #[test]
    fn choices_go_as_buttons_and_outside_the_window_on_those_that_the_template_has() {
        let templates = json!({"points": {"name": "p", "language": "pt_BR", "buttons": ["Eu vou", "Não vou", "Mais"]},
                               "birthday": {"name": "b", "language": "pt_BR"}});
        let (cloud, whapi) = (sender(Gateway::CloudApi, templates.clone()), sender(Gateway::Whapi, templates));
        let mut asked = message(MessageType::Points, None, &[]);
        asked.content.buttons = vec![Button::new("a/come", "Vou"), Button::new("a/cannot", "Não posso")];
        let buttons = Ok(Body::Buttons { text: "Olá".to_owned(), buttons: asked.content.buttons.clone() });
        assert_eq!(body(&cloud, &asked, true), buttons);
        assert_eq!(body(&whapi, &asked, false), buttons);
        let Ok(Body::Template { sent_as, payloads, .. }) = body(&cloud, &asked, false) else { panic!() };
        assert_eq!(
            (sent_as.buttons, payloads),
            (vec!["Eu vou".into(), "Não vou".into()], vec!["a/come".into(), "a/cannot".into()])
        );
        asked.message_type = MessageType::Birthday;
        let Ok(Body::Template { sent_as, payloads, .. }) = body(&cloud, &asked, false) else { panic!() };
        assert!(sent_as.buttons.is_empty() && payloads.is_empty());
    }
}
