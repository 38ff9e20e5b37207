use super::{Transcript, transcript};
use domain::{Locale, MessageType};
use std::sync::LazyLock;
use strum::IntoEnumIterator;

/// The command that makes the file anew.
const COMMAND: &str = "cargo simulate --transcript > docs/transcript.md";

fn unseen(message_type: &MessageType) -> bool {
    matches!(message_type, MessageType::SenderNotice | MessageType::ContactRequest)
}

/// It is played once for all tests.
static WEEK: LazyLock<Transcript> = LazyLock::new(|| transcript().unwrap());

#[test]
fn the_file_is_what_the_command_prints() {
    let file = std::fs::read_to_string(local::workspace().join("docs/transcript.md")).unwrap_or_default();
    let differs = file.lines().zip(WEEK.text.lines()).position(|(kept, told)| kept != told);
    let line = differs.unwrap_or(file.lines().count()) + 1;
    assert!(file == WEEK.text, "docs/transcript.md is another from line {line} on; make it anew: {COMMAND}");
}

/// Each message that Recado writes is seen in each language, but for a notice of WhatsApp's, and for what is asked of
/// people who hide their numbers: the businesses of the week write by a gateway where nobody does.
#[test]
fn every_message_is_seen_in_every_language() {
    let expected: Vec<&str> = MessageType::iter().filter(|it| !unseen(it)).map(Into::into).collect();
    for locale in Locale::iter() {
        let missing: Vec<&&str> = expected.iter().filter(|it| !WEEK.sent[&locale].contains(**it)).collect();
        assert!(missing.is_empty(), "in {locale} nobody gets {missing:?}");
    }
}
