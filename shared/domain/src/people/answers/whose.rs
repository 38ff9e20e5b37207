//! Whose an answer is. A day of birth, an address or a name that may be somebody else's is not the customer's.

use super::consent::consent;
use super::known::FIRST_NAMES;
use super::reading::{Answer, Reading, is_in, without_courtesy};
use super::tokens::{Clause, Kind, Token};
use super::words::{
    ADDRESSED, BIRTHDAY, DOUBTS, EMAIL, FROM, HAVING, INDEFINITE, LACKING, NEGATIONS, OTHERS, OTHERS_OWN, OWN, PETS,
    SENT, TO, TURNS, Words,
};
use crate::messages::reply::{Part, read};

/// The most tokens of a line that is the title of the next one: `da minha mãe`.
const TITLE: usize = 4;

/// Whether an answer that was found may be somebody else's, as what stands beside it says.
pub(super) fn is_doubtful(clauses: &[Clause<'_>], readings: &[Reading], at: usize) -> bool {
    let (Some(clause), Some(Reading::Found(found))) = (clauses.get(at), readings.get(at)) else { return false };
    let unread = |at: usize| clauses.get(at).filter(|_| readings.get(at) == Some(&Reading::Unread));
    let before = at.checked_sub(1).and_then(unread);
    let own = has(clause, &[OWN]);
    // `My dog's | birthday is`.
    let is_of = |subject: &Clause<'_>| clause.joined && (!own || (negates(subject) && !is_lacking(subject)));
    if before.is_some_and(is_of) {
        return true;
    }
    let beside = || (0..clauses.len()).filter_map(|it| Some((it, unread(it)?)));
    let same = |it: &Clause<'_>| it.sentence == clause.sentence;
    match &found[..] {
        [Answer::Email(_)] => {
            let addressed = before.is_some_and(|it| same(it) && is_anothers(it));
            addressed || beside().any(|(_, it)| same(it) && doubts(it))
        }
        [Answer::Birthday(_), ..] if !own => {
            let is_title = |it: &Clause<'_>| has(it, &[BIRTHDAY]) || it.tokens.len() <= TITLE;
            let titled = before.is_some_and(|it| is_title(it) && is_about_others(it));
            // `My dog was | born May 4` has a day of its own.
            let with_day = |index: usize| clauses.get(index + 1).is_some_and(|next| next.joined && is_dated(next));
            let named = |(index, it): (usize, &Clause<'_>)| {
                let about_others = is_about_others(it) && !with_day(index);
                same(it) && (about_others || (index < at && is_subject(it, has(clause, &[BIRTHDAY]))))
            };
            titled || beside().any(named)
        }
        _ => false,
    }
}

/// Whether the clause says that an address beside it is not the customer's.
fn doubts(clause: &Clause<'_>) -> bool {
    let says_no = negates(clause) && consent(&clause.tokens, false).is_none();
    has(clause, &[DOUBTS]) || names_others(clause) || says_no
}

/// Whether an address right after the clause is another's: `o email da Maria`, `mandei um email pra`.
fn is_anothers(clause: &Clause<'_>) -> bool {
    let sent = has(clause, &[SENT])
        && match &clause.tokens[..] {
            [.., to, mail] if is_in(mail, &[EMAIL]) => is_in(to, &[TO]),
            [.., last] => is_in(last, &[TO, SENT]),
            [] => false,
        };
    let theirs = clause.tokens.iter().zip(clause.tokens.iter().skip(1)).any(|(owner, thing)| {
        is_in(thing, &[EMAIL]) && (is_in(owner, &[INDEFINITE, OTHERS_OWN]) || possessive(owner).is_some())
    });
    let named = clause.tokens.windows(3).any(|words| {
        let [thing, of, owner] = words else { return false };
        let capital = owner.text.chars().next().is_some_and(char::is_uppercase);
        is_in(thing, &[EMAIL]) && is_in(of, &[FROM]) && (capital || is_in(owner, &[FIRST_NAMES]))
    });
    sent || theirs || named
}

/// Whether the clause tells a day of birth, or anything, of somebody else, and not one with a day of its own.
fn is_about_others(clause: &Clause<'_>) -> bool {
    let tells = has(clause, &[BIRTHDAY, TURNS]) && !has(clause, &[OWN]);
    !is_dated(clause) && !clause.asks && (tells || names_others(clause) || has(clause, &[PETS]))
}

fn is_dated(clause: &Clause<'_>) -> bool {
    clause.tokens.iter().any(|token| matches!(token.kind, Kind::Date(_)))
}

/// Whether an unread clause may say whose the day after it is, or what happens then. `labelled` if the day says that it
/// is a day of birth. An address with a slip and a lone `x` are no subject.
fn is_subject(clause: &Clause<'_>, labelled: bool) -> bool {
    let said = without_courtesy(clause.tokens.clone());
    let named = !labelled && said.first().is_some_and(|first| is_in(first, &[FIRST_NAMES]));
    let says = |token: &Token<'_>| token.kind == Kind::Word && token.text.chars().count() > 1;
    let answers = |part: &Part| matches!(part, Part::Yes | Part::Do | Part::Ack | Part::Near | Part::No);
    let is_short = || {
        let text = clause.tokens.iter().map(|token| token.text).collect::<Vec<_>>().join(" ");
        read(&text).iter().all(answers)
    };
    clause.tokens.iter().any(says) && !named && !is_called(clause) && !is_lacking(clause) && !is_short()
}

/// Whether it says that there is no such answer: `não tenho email`.
fn is_lacking(clause: &Clause<'_>) -> bool {
    has(clause, &[EMAIL, LACKING]) || (negates(clause) && has(clause, &[HAVING]))
}

fn negates(clause: &Clause<'_>) -> bool {
    has(clause, &[NEGATIONS])
}

/// Whether it names a person, who is not merely called: `minha filha`, and not `amiga`.
fn names_others(clause: &Clause<'_>) -> bool {
    !is_called(clause) && has(clause, &[OTHERS])
}

/// Whether it calls the one who reads it, and no more.
fn is_called(clause: &Clause<'_>) -> bool {
    matches!(&without_courtesy(clause.tokens.clone())[..], [word] if is_in(word, &[ADDRESSED]))
}

fn has(clause: &Clause<'_>, lists: &[Words]) -> bool {
    clause.tokens.iter().any(|token| {
        is_in(token, lists) || possessive(token).is_some_and(|owner| lists.iter().any(|list| list.have(owner)))
    })
}

/// The folded owner of `husband's`.
fn possessive<'t>(token: &'t Token<'_>) -> Option<&'t str> {
    let written = token.text.to_lowercase();
    let ends = token.kind == Kind::Word && (written.ends_with("'s") || written.ends_with("’s"));
    token.folded.strip_suffix('s').filter(|_| ends)
}
