//! What a customer tells of their profile.

use super::days;
use super::words::{Phrases, Words};
use serde::Serialize;

/// Words of a name at most.
const LONGEST_NAME: usize = 3;

const NAMES: Phrases = Phrases("meu nome e, me chamo, pode me chamar de, me llamo, mi nombre es, my name is, call me");
const CITIES: Phrases =
    Phrases("moro em, moro na, moro no, minha cidade e, vivo en, mi ciudad es, i live in, my city is");
const BIRTHDAYS: Phrases =
    Phrases("aniversario*, nasci, nascimento, cumpleanos, cumplo, naci, nacimiento, birthday, born");
/// Words with which something else begins.
const ENDS: Phrases = Phrases(
    "e, y, and, mas, pero, but, quero, quiero, i, meu, mi, my, o, el, the, com, con, moro, vivo, tenho, tengo, \
     queria, quisiera, gostaria",
);

/// The fields of a profile, as far as they are told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Fields {
    pub name: Option<String>,
    pub email: Option<String>,
    /// `YYYY-MM-DD`, or `--MM-DD` without a year.
    pub birthday: Option<String>,
    pub city: Option<String>,
}

impl Fields {
    pub fn read(text: &str, words: &Words) -> Self {
        Self {
            name: name(words, NAMES),
            email: email(text),
            birthday: words.say(BIRTHDAYS).then(|| birthday(words)).flatten(),
            city: name(words, CITIES),
        }
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn name(words: &Words, before: Phrases) -> Option<String> {
    let rest = &words.all[words.behind(before)?..];
    let is_over = |word: &str| ENDS.has(word) || word.bytes().all(|byte| byte.is_ascii_digit());
    let mut name = Vec::new();
    for word in rest.iter().take(LONGEST_NAME) {
        if is_over(&word.folded) {
            break;
        }
        name.push(super::texts::capital(&word.plain));
        if word.ends {
            break;
        }
    }
    Some(name.join(" ")).filter(|name| !name.is_empty())
}

fn email(text: &str) -> Option<String> {
    let words = text
        .split([' ', '\n', '\t', ',', ';', '<', '>', '(', ')'])
        .map(|word| word.trim_matches(['.', '!', '?', ':', '"']));
    let mut emails = words.filter(|word| {
        word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'))
    });
    emails.next().map(str::to_owned)
}

fn birthday(words: &Words) -> Option<String> {
    let (written, ..) = days::written(&words.folded())?;
    let days::Written { year, month, day } = written;
    chrono::NaiveDate::from_ymd_opt(year.unwrap_or(2000), month, day)?;
    Some(match year {
        Some(year) => format!("{year:04}-{month:02}-{day:02}"),
        None => format!("--{month:02}-{day:02}"),
    })
}
