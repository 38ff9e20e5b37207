//! Words and their classes.

use super::typo::{slip, without_runs};
use super::{en, es, pt};
use std::collections::HashMap;
use std::sync::LazyLock;

/// What a word does in a sentence about marketing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Class {
    /// Courtesy, greeting or anger. It may stand beside a lone keyword.
    Noise,
    /// Articles, prepositions, pronouns: skipped between a verb and its object.
    Fill,
    /// The business, addressed.
    You,
    /// The person, as an object: `me tira`.
    Me,
    /// `no more`, `again`.
    More,
    /// `nada`, `anything`, `stuff`.
    Nothing,
    /// The person wants, asks or allows.
    Want,
    /// A negation.
    No,
    /// `ninguém`, `no one`: a negation of the person.
    Nobody,
    /// `sem querer`, `by mistake`.
    Mistake,
    /// `não consigo sair`: a negation of the way, not of the wish.
    Cant,
    /// `chega de`, `no more`: a negation without a verb.
    Enough,
    /// Leaves a subscription, whatever the object.
    Strong,
    /// Has left a subscription, or was taken from it: `descadastrada`, `opted out`.
    Gone,
    /// `baja`: leaves a subscription if alone, wanted, or `de la lista`.
    Baja,
    /// Ends something that goes on.
    Stop,
    /// Goes out of something.
    Leave,
    /// Takes somebody or something away.
    Remove,
    /// The same with the person as object, in one word: `quítenme`.
    RemoveMe,
    /// Calls something off.
    Cancel,
    /// Sends something.
    Send,
    /// The same with the person in it: `escribirme`, `hear from`.
    SendMe,
    /// Sends, or the thing sent: `text`, `contact`, `spam`.
    Text,
    /// Gets something.
    Receive,
    /// Messages that come again and again: promotions, news, a subscription.
    Marketing,
    /// A list or group of recipients.
    List,
    /// The person's number or data.
    Own,
    /// One promotion: perhaps that of today.
    Offer,
    /// One message.
    Note,
    /// Something that may be meant: the chat, the account.
    Vague,
    /// `isso`, `this`.
    This,
    /// `daqui`, `here`.
    Here,
    /// A time or manner: the wish is not of every message.
    Limit,
    /// `quando`, `if I want`: a question or a condition.
    Doubt,
    /// `por que`: after it a negation complains.
    Why,
    /// The person is annoyed, perhaps by us.
    Annoyed,
    /// Puts somebody on a list.
    Put,
    /// Asks for a subscription.
    Subscribe,
    /// Takes something up again.
    Back,
    /// One or two digits.
    Number,
    /// A comma. A negation does not reach over it: `No, stop texting me`.
    Comma,
    /// Any other word.
    Other,
}

/// A word of a sentence, or words that go together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    pub class: Class,
    /// As it stands in the lexicon; of other words, as it was typed and folded.
    pub text: &'a str,
}

/// The most words that go together.
const LONGEST: usize = 5;

/// The classes of the words of each language. Words stand folded, parted by commas.
pub(super) type Words = &'static [(Class, &'static str)];

static LEXICON: LazyLock<HashMap<&'static str, (&'static str, Class)>> = LazyLock::new(|| {
    let mut lexicon = HashMap::new();
    for (class, phrase) in entries() {
        lexicon.insert(phrase, (phrase, class));
    }
    lexicon
});

/// Every word or phrase, with its class.
pub(super) fn entries() -> impl Iterator<Item = (Class, &'static str)> {
    let words = [pt::WORDS, es::WORDS, en::WORDS].into_iter().flatten();
    words.flat_map(|(class, words)| {
        words.split(',').map(str::trim).filter(|word| !word.is_empty()).map(|word| (*class, word))
    })
}

/// Beginnings that only words about subscriptions have.
const STRONG_BEGINNINGS: &[&str] = &[
    "descadast",
    "descadrast",
    "desinscr",
    "desincr",
    "desassin",
    "desuscri",
    "desubscri",
    "dessuscri",
    "dessubscri",
    "dissubscri",
    "dissuscri",
    "desuscre",
    "unsub",
    "unsus",
];

/// How such a word ends that tells what has happened: `descadastraram`, `unsubscribed`.
const GONE_ENDS: &[&str] =
    &["ado", "ada", "ados", "adas", "aram", "aron", "ou", "ei", "ed", "ito", "ita", "ieron", "ibi", "ibio", "ida"];

/// Long words that are known with a slip.
const LONG: &[&str] = &[
    "mensagens",
    "promocoes",
    "publicidade",
    "propaganda",
    "propagandas",
    "novidades",
    "notificacoes",
    "mensajes",
    "promociones",
    "publicidad",
    "novedades",
    "notificaciones",
    "suscripcion",
    "messages",
    "promotions",
    "notifications",
    "subscription",
    "newsletter",
    "descadastrar",
    "desuscribir",
    "unsubscribe",
    "receber",
    "recibir",
    "receive",
];

/// The words of a folded sentence.
pub(super) fn words(folded: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut rest = folded;
    while !rest.is_empty() {
        let (text, class, length) = longest(rest);
        words.push(Word { class, text });
        rest = rest.get(length..).unwrap_or_default().trim_start();
    }
    words
}

/// The longest phrase with which the sentence begins, its class, and its length in bytes.
fn longest(sentence: &str) -> (&str, Class, usize) {
    let ends = sentence.match_indices(' ').map(|(at, _)| at).chain([sentence.len()]).take(LONGEST);
    let mut found = None;
    let mut first = sentence;
    for (n, end) in ends.enumerate() {
        let Some(phrase) = sentence.get(..end) else { break };
        if n == 0 {
            first = phrase;
        }
        if let Some((text, class)) = LEXICON.get(phrase) {
            found = Some((*text, *class, end));
        }
    }
    found.unwrap_or_else(|| {
        let (text, class) = single(first);
        (text, class, first.len())
    })
}

/// A word that is not in the lexicon as it was typed.
fn single(word: &str) -> (&str, Class) {
    if word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit()) {
        return (word, Class::Number);
    }
    // `STOPP`, `pleaseee`
    if let Some((text, class)) = without_runs(word).and_then(|word| LEXICON.get(word.as_str())) {
        return (text, *class);
    }
    if STRONG_BEGINNINGS.iter().any(|start| word.starts_with(start)) {
        let gone = GONE_ENDS.iter().any(|end| word.ends_with(end));
        return (word, if gone { Class::Gone } else { Class::Strong });
    }
    if word.len() >= 6
        && let Some((text, class)) = LONG.iter().find(|long| slip(word, long)).and_then(|long| LEXICON.get(long))
    {
        return (text, *class);
    }
    (word, Class::Other)
}

/// Whether the word or phrase is known.
pub(super) fn known(phrase: &str) -> bool {
    LEXICON.contains_key(phrase)
}

/// Whether the word alone leaves a subscription.
pub(super) fn strong(word: &str) -> bool {
    let class = LEXICON.get(word).map_or_else(|| single(word).1, |(_, class)| *class);
    matches!(class, Class::Strong | Class::Gone)
}
