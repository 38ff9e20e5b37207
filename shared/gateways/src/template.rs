//! Whether free text or an approved template goes, and its variables.

use crate::Body;
use domain::{Content, MessageType, Sender};

/// No approved template fits. Names only our own words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The sender has none by this name.
    #[error("the sender has no approved template for {0}")]
    Missing(String),
    /// A variable that it takes has no value.
    #[error("the approved template for {template} takes {variable}, which has no value")]
    Variable {
        /// Its name among the sender's.
        template: String,
        /// The variable that is missing.
        variable: String,
    },
}

/// The content to send. Where free text may go, the text goes, unless a template was asked for by name and fits.
/// Elsewhere only an approved template may go: the one asked for, else the one for the message's type. A gateway
/// without a 24-hour window has no templates: the text goes.
///
/// # Errors
/// A template is needed and none fits.
pub fn body(
    sender: &Sender,
    message_type: MessageType,
    content: &Content,
    text_may_go: bool,
) -> Result<Body, TemplateError> {
    let text = || Body::Text(content.text.clone());
    match text_may_go {
        _ if !sender.gateway.has_window() => Ok(text()),
        true if content.template.is_none() => Ok(text()),
        true if !content.text.trim().is_empty() => {
            Ok(approved(sender, message_type, content).unwrap_or_else(|_| text()))
        }
        _ => approved(sender, message_type, content),
    }
}

fn approved(sender: &Sender, message_type: MessageType, content: &Content) -> Result<Body, TemplateError> {
    let key = content.template.clone().unwrap_or_else(|| message_type.to_string());
    let template = sender.templates.get(&key).ok_or_else(|| TemplateError::Missing(key.clone()))?;
    let value = |variable: &String| {
        let value = content.variables.get(variable).map(|value| one_line(value)).filter(|value| !value.is_empty());
        value.ok_or_else(|| TemplateError::Variable { template: key.clone(), variable: variable.clone() })
    };
    Ok(Body::Template {
        name: template.name.clone(),
        language: template.language.clone(),
        parameters: template.variables.iter().map(value).collect::<Result<_, _>>()?,
        text: content.text.clone(),
    })
}

/// Meta refuses parameters with line breaks, tabs or more than four blanks in a row: a list's lines go with `; ` between
/// them.
fn one_line(value: &str) -> String {
    let lines = value.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::business::ApprovedTemplate;
    use domain::{BusinessId, Gateway, SenderId};
    use std::collections::BTreeMap;
    use uuid::Uuid;

    fn sender(gateway: Gateway) -> Sender {
        let template = |name: &str, variables: &[&str]| ApprovedTemplate {
            name: name.to_owned(),
            language: "pt_BR".to_owned(),
            variables: variables.iter().map(ToString::to_string).collect(),
        };
        Sender {
            sender_id: SenderId(Uuid::nil()),
            business_id: BusinessId(Uuid::nil()),
            gateway,
            address: "1".to_owned(),
            sealed_credentials: String::new(),
            per_minute: 20,
            templates: BTreeMap::from([
                ("points".to_owned(), template("pontos_v2", &["balance", "name"])),
                ("promo".to_owned(), template("promo_v1", &[])),
            ]),
        }
    }

    fn content(template: Option<&str>, variables: &[(&str, &str)]) -> Content {
        Content {
            text: "Olá".to_owned(),
            template: template.map(str::to_owned),
            variables: variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        }
    }

    fn template(name: &str, parameters: &[&str]) -> Result<Body, TemplateError> {
        Ok(Body::Template {
            name: name.to_owned(),
            language: "pt_BR".to_owned(),
            parameters: parameters.iter().map(ToString::to_string).collect(),
            text: "Olá".to_owned(),
        })
    }

    #[test]
    fn the_text_goes_inside_the_window_and_an_approved_template_outside() {
        let text = Ok(Body::Text("Olá".to_owned()));
        let both = content(None, &[("name", "Ana\tMaria     Luz\r\n"), ("balance", "20"), ("other", "x")]);
        let missing = |name: &str| Err(TemplateError::Missing(name.to_owned()));
        let no_balance = Err(TemplateError::Variable { template: "points".to_owned(), variable: "balance".to_owned() });
        let (cloud, whapi) = (sender(Gateway::CloudApi), sender(Gateway::Whapi));
        let points = MessageType::Points;

        assert_eq!(body(&cloud, points, &both, true), text);
        assert_eq!(body(&cloud, points, &both, false), template("pontos_v2", &["20", "Ana Maria Luz"]));
        assert_eq!(body(&cloud, points, &content(None, &[("name", "Ana"), ("balance", " ")]), false), no_balance);
        assert_eq!(body(&cloud, MessageType::OptOut, &both, false), missing("opt_out"));

        assert_eq!(body(&cloud, points, &content(Some("promo"), &[]), true), template("promo_v1", &[]));
        assert_eq!(body(&cloud, points, &content(Some("promo"), &[]), false), template("promo_v1", &[]));
        assert_eq!(body(&cloud, points, &content(Some("gone"), &[]), true), text);
        assert_eq!(body(&cloud, points, &content(Some("gone"), &[]), false), missing("gone"));

        assert_eq!(body(&whapi, points, &content(Some("promo"), &[]), false), text);
    }
    #[test]
    fn a_list_fits_a_parameter() {
        for (value, parameter) in [
            ("Rex (tutor: Ana – +5511987654321)\nBia\r\nCaio", "Rex (tutor: Ana – +5511987654321); Bia; Caio"),
            ("\n Rex \n\n\tBia     Luz\n", "Rex; Bia Luz"),
            ("10\u{a0}%", "10 %"),
            ("a\rb\u{2028}c\u{b}d", "a b c d"),
            (" \n\t", ""),
        ] {
            assert_eq!(one_line(value), parameter);
        }
    }
}
