//! Names as gateways, forms and people give them: whether one says how to greet its person, and how.

mod nobody;
mod words;

use super::answers::is_first_name;
use super::phone::is_number;
use crate::fold::fold;
use nobody::is_nobody;
use words::{is_letter, words};

/// What may come before a name, folded; with it a name is greeted.
const TITLES: &str = "\
    dona don dna doutor doutora doctor doctora dr dra eng frei ing lic mr mrs ms miss padre pastor pastora prof \
    profa profe senhor senhora senor senora seu sr sra srta tia tio";
/// First words that need the next one, folded; `Ma` is María.
const NEVER_ALONE: &[&str] = &["da", "de", "del", "do", "dos", "el", "la", "las", "los", "ma", "van", "von"];
/// First names that are surnames more often, folded.
const SURNAMES: &str = "franco jordan martin miranda rosario salvador santiago santos valente";
/// Titles that are names too.
const ALSO_NAMES: &[&str] = &["don", "pastor", "tia"];
/// Whether the text names a person: not a word for no name, a number, an address, a link, or signs alone.
#[must_use]
pub fn is_name(text: &str) -> bool {
    let text = text.trim();
    let words = words(text);
    let folded = fold(text);
    let nothing = text.starts_with('#') || is_nobody(&folded);
    let title = words.iter().all(|word| is_title(word)) && words.iter().all(|word| !is_also_name(word));
    let mut letters = folded.chars();
    let one_letter = letters.next().is_some_and(|first| folded.len() > 2 && letters.all(|letter| letter == first));
    !words.is_empty() && !nothing && !title && !one_letter && !is_number(text)
}

/// How a person of this name is greeted: by the first word, with the title or initials before it, without emoji, and
/// with a capital if all of it is in one case. `None` if it is no name.
#[must_use]
pub fn greeting_name(text: &str) -> Option<String> {
    if !is_name(text) {
        return None;
    }
    let words = surname_last(text).unwrap_or_else(|| words(text));
    let first = words.first()?;
    let name = match words.iter().position(|word| !is_title(word)) {
        Some(0) | None => given(&words)?,
        Some(named) => format!("{} {}", cased(first), given(words.get(named..)?)?),
    };
    Some(name)
}

/// The words of `Souza, Ana` in the order in which they are spoken. `Ana, mãe do Bento` has it already.
fn surname_last(text: &str) -> Option<Vec<String>> {
    let (before, after) = text.split_once(',').filter(|(_, after)| !after.contains(','))?;
    let (surname, mut spoken) = (words(before), words(after));
    let first = |words: &[String]| words.iter().map(|word| fold(word)).find(|word| !has(TITLES, word));
    let is_given = is_first_name(&first(&spoken)?);
    let is_surname = first(&surname).is_some_and(|word| !is_first_name(&word) || has(SURNAMES, &word));
    spoken.extend(surname);
    (is_given && is_surname).then_some(spoken)
}

/// The first of the words; all of them if it is an initial, shortened or no name alone, as in `J. Silva`, `Ma. Luisa`
/// and `De la Cruz`.
fn given(words: &[String]) -> Option<String> {
    let first = words.first()?;
    let short = first.ends_with('.') || first.chars().count() < 2 || NEVER_ALONE.contains(&fold(first).as_str());
    if words.len() > 1 && short {
        return Some(words.iter().map(|word| cased(word)).collect::<Vec<_>>().join(" "));
    }
    Some(cased(first))
}

fn has(words: &str, word: &str) -> bool {
    words.split_whitespace().any(|known| known == word)
}

fn is_title(word: &str) -> bool {
    has(TITLES, &fold(word))
}

fn is_also_name(word: &str) -> bool {
    ALSO_NAMES.contains(&fold(word).as_str())
}

/// With a capital at each part if the word is in one case, or all but its first letter is in capitals. Two capitals are
/// initials, and those of `DA` and `MA.` are none.
fn cased(word: &str) -> String {
    let letters = word.chars().filter(|c| is_letter(*c)).count();
    let upper = word == word.to_uppercase();
    let plain = letters > 2 || is_title(word) || NEVER_ALONE.contains(&fold(word).as_str());
    let mut rest = word.chars();
    let slipped =
        letters > 2 && rest.next().is_some_and(char::is_lowercase) && rest.as_str() == rest.as_str().to_uppercase();
    if !(word == word.to_lowercase() || slipped || (upper && plain)) || (upper && letters == 1) {
        return word.to_owned();
    }
    let mut cased = String::with_capacity(word.len());
    let mut starts = true;
    for c in word.to_lowercase().chars() {
        if starts {
            cased.extend(c.to_uppercase());
        } else {
            cased.push(c);
        }
        starts = "-‐'’.".contains(c);
    }
    cased
}

#[cfg(test)]
mod tests;
