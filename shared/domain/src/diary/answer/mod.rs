//! What a customer answers to the reminder of an appointment.

mod said;

use crate::messages::reply::{Part, class_of};
use said::{Class, Clause, Piece, clauses, neutral, rest, words};

/// The meaning of a customer's answer to a reminder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Attendance {
    /// The customer comes.
    Coming,
    /// The customer wants another time.
    Move,
    /// The customer does not come.
    NotComing,
    /// An answer that cannot be understood. It is asked once more.
    Unclear,
}

/// The meaning of a text, or of a button's payload or title; `None` if it is no answer.
#[must_use]
pub fn appointment_answer(text: &str) -> Option<Attendance> {
    let clauses = clauses(text);
    let pieces = || clauses.iter().flat_map(|clause| &clause.pieces);
    let own = |class: Class| pieces().any(|piece| piece.is(class));
    let says = |meaning: Attendance| own(Class::Says(meaning));
    let about =
        |clause: &Clause| clause.pieces.iter().any(|piece| matches!(piece, Piece::Phrase(class, _) if decides(*class)));
    let asks_own = clauses.iter().any(|clause| clause.asks && about(clause));
    let asks_else = clauses.iter().any(|clause| clause.asks && !about(clause));
    let rest_parts = rest(pieces(), asks_else);
    let has = |part: Part| rest_parts.contains(&part) || (part == Part::Doubt && asks_own);
    let agrees = has(Part::Yes) || has(Part::Ack);
    let hedged = HEDGES.into_iter().any(has);
    let goes =
        |clause: &Clause| clause.pieces.iter().any(|piece| piece.is(Class::Going)) && !does_something_else(clause);
    let comes = says(Attendance::Coming) || clauses.iter().any(goes);
    let denies = pieces().any(Piece::denies);

    if says(Attendance::Unclear) {
        return Some(Attendance::Unclear);
    }
    if pieces().any(|piece| *piece == Piece::Time) {
        return at_a_time(&clauses, agrees || has(Part::No));
    }
    if let Some(number) = only_number(&rest_parts) {
        let meant = by_number(number);
        let same = pieces().all(|piece| match piece {
            Piece::Phrase(Class::Says(meaning), _) => *meaning == meant,
            Piece::Phrase(Class::Going, _) => meant == Attendance::Coming,
            Piece::Phrase(Class::Cannot | Class::NotSo | Class::Reason, _) => false,
            _ => true,
        });
        let fits = match meant {
            Attendance::Coming => !has(Part::No),
            Attendance::NotComing => !agrees,
            _ => !agrees && !has(Part::No),
        };
        return Some(if same && fits && !hedged && is_a_choice(&clauses) { meant } else { Attendance::Unclear });
    }
    if says(Attendance::Move) {
        let refuses = has(Part::No) && !denies;
        return Some(if refuses { Attendance::Unclear } else { Attendance::Move });
    }
    if denies {
        let sure = !comes && !asks_own && is_denied(&clauses, asks_else);
        return Some(if sure { Attendance::NotComing } else { Attendance::Unclear });
    }
    if has(Part::No) {
        let said = rest(pieces().filter(|piece| !piece.is(Class::Neutral)), false);
        let bare = !agrees && !own(Class::Going) && !comes && others(&said) == 0 && !hedged && !own(Class::Harmless);
        return Some(if bare { Attendance::NotComing } else { Attendance::Unclear });
    }
    if comes || own(Class::Going) {
        let few = others(&rest_parts) <= FEW;
        let sure = few && !hedged && !clauses.iter().any(does_something_else);
        return Some(if sure { Attendance::Coming } else { Attendance::Unclear });
    }
    if has(Part::Other) {
        // `Sim, mas …`: somebody who answers, and something else.
        return matches!(rest_parts.first(), Some(Part::Yes)).then_some(Attendance::Unclear);
    }
    let several = rest_parts.iter().any(|part| matches!(part, Part::Number(_)));
    match (agrees, hedged || several) {
        (true, false) => Some(Attendance::Coming),
        (true, true) | (false, true) => Some(Attendance::Unclear),
        (false, false) => (has(Part::Do) || own(Class::Harmless)).then_some(Attendance::Unclear),
    }
}

/// Parts beside which an answer is not sure.
const HEDGES: [Part; 5] = [Part::But, Part::Doubt, Part::Later, Part::Only, Part::Almost];

/// `Estarei lá com o Rex`: so many other words may stand beside it.
const FEW: usize = 4;

fn others(parts: &[Part]) -> usize {
    parts.iter().filter(|part| **part == Part::Other).count()
}

/// Whether a phrase is an answer of its own.
fn decides(class: Class) -> bool {
    matches!(class, Class::Says(_) | Class::Going | Class::Cannot)
}

/// The reminder numbers its three ways to answer.
fn by_number(number: u32) -> Attendance {
    match number {
        1 => Attendance::Coming,
        2 => Attendance::Move,
        3 => Attendance::NotComing,
        _ => Attendance::Unclear,
    }
}

/// The number, if there is one and nothing else that is said.
fn only_number(parts: &[Part]) -> Option<u32> {
    let mut numbers =
        parts.iter().filter_map(|part| if let Part::Number(number) = part { Some(*number) } else { None });
    let number = numbers.next()?;
    (numbers.next().is_none() && others(parts) == 0).then_some(number)
}

/// Words beside the number of a choice that would else change what the figure means: `la opción 2, por favor`.
const BESIDE_A_CHOICE: &[&str] = &[
    "a",
    "o",
    "la",
    "el",
    "the",
    "opcao",
    "opcion",
    "option",
    "opc",
    "op",
    "numero",
    "num",
    "number",
    "nro",
    "por",
    "favor",
    "respondo",
    "resposta",
    "respuesta",
    "answer",
];

/// Whether nothing makes the number a count of something: `3 personas`.
fn is_a_choice(clauses: &[Clause]) -> bool {
    clauses.iter().flat_map(|clause| &clause.pieces).all(|piece| match piece {
        Piece::Word(word) => {
            BESIDE_A_CHOICE.contains(&word.as_str()) || !matches!(class_of(&[word]), Some((Part::Filler, _)))
        }
        Piece::Phrase(Class::Rather, _) => false,
        _ => true,
    })
}

/// An answer with a time of day: another time that is proposed, or unclear, as it may be the appointment's own.
fn at_a_time(clauses: &[Clause], answers: bool) -> Option<Attendance> {
    let pieces = || clauses.iter().flat_map(|clause| &clause.pieces);
    if pieces().any(|piece| piece.is(Class::Rather) || piece.is(Class::Says(Attendance::Move))) {
        return Some(Attendance::Move);
    }
    let own = pieces().any(|piece| matches!(piece, Piece::Phrase(class, _) if decides(*class)));
    let few = if clauses.iter().any(|clause| clause.asks) { 0 } else { 1 };
    let short = others(&rest(pieces().filter(|piece| !piece.is(Class::Neutral)), false)) <= few;
    (own || answers || short).then_some(Attendance::Unclear)
}

/// Whether a `vou` is about something else than coming: another verb follows it.
fn does_something_else(clause: &Clause) -> bool {
    let after = |at: usize| clause.pieces.get(at + 1..).unwrap_or_default();
    clause.pieces.iter().enumerate().filter(|(_, piece)| piece.is(Class::Going)).any(|(at, _)| {
        let next = after(at).get(neutral(after(at))..).unwrap_or_default();
        match next.first() {
            None | Some(Piece::Part(_)) => false,
            Some(Piece::Phrase(class, _)) => !matches!(class, Class::Says(Attendance::Coming)),
            Some(Piece::Word(_)) => !matches!(
                class_of(&words(next)),
                Some((Part::Yes | Part::Ack | Part::With | Part::Later | Part::But | Part::Doubt, _))
            ),
            Some(Piece::Time) => true,
        }
    })
}

/// `Pero`: ties what is said before it to what follows.
const ADVERSATIVE: &[&str] = &["pero", "mas", "but", "porem"];

/// Whether somebody who denies something surely does not come: it is coming that is denied, and nothing else is said but
/// courtesy and a reason.
fn is_denied(clauses: &[Clause], asks: bool) -> bool {
    let (mut left, mut whole, mut open, mut denied): (Vec<&Piece>, _, _, _) = (Vec::new(), false, true, false);
    for Clause { pieces, .. } in clauses {
        let first = pieces.iter().position(Piece::denies);
        let mut reason = first.is_none() && pieces.get(neutral(pieces)).is_some_and(|piece| piece.is(Class::Reason));
        for (at, piece) in pieces.iter().enumerate() {
            let after = pieces.get(at + 1..).unwrap_or_default();
            let word = if let Piece::Word(word) = piece { word.as_str() } else { "" };
            match piece {
                Piece::Phrase(Class::NotSo, _) => return false,
                _ if reason && !turns(word) => {}
                Piece::Phrase(class, _) if class.denies() => {
                    // `No puedo cancelar`, `no la vayan a cancelar`
                    let before = pieces.get(..at).unwrap_or_default();
                    if before.iter().any(|piece| piece.is(Class::Cannot)) || (first == Some(at) && refuses(before)) {
                        return false;
                    }
                    denied = true;
                    let next = after.get(neutral(after));
                    let holds = next.is_none_or(|next| next.is(Class::Reason) || is_sign(next));
                    let says = *class != Class::Cannot;
                    whole |= says && holds;
                    open &= holds;
                }
                Piece::Phrase(Class::Reason, _) => reason = first.is_some_and(|first| first < at),
                Piece::Phrase(Class::Neutral, _) => {}
                _ if !denied && ADVERSATIVE.contains(&word) => {}
                _ => {
                    reason = false;
                    left.push(piece);
                }
            }
        }
    }
    let parts = rest(left, asks);
    let agrees = parts.contains(&Part::Yes) || parts.contains(&Part::Ack);
    let hedged = HEDGES.iter().any(|hedge| parts.contains(hedge));
    (whole || open) && !agrees && !hedged && others(&parts) <= FEW
}

/// `👍`, `🤔`: what it says is read with the rest.
fn is_sign(piece: &Piece) -> bool {
    matches!(piece, Piece::Part(Part::Ack | Part::No | Part::Doubt | Part::Noise))
}

/// Whether a word ends a reason.
fn turns(word: &str) -> bool {
    ADVERSATIVE.contains(&word) || matches!(class_of(&[word]), Some((Part::Yes | Part::Ack, _)))
}

/// Whether there is a no in what stands before a denial in its clause.
fn refuses(before: &[Piece]) -> bool {
    rest(before, false).contains(&Part::No)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn answers_mean_what_the_table_says() {
        let (mut wrong, mut checked) = (Vec::new(), 0);
        for line in include_str!("answers.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (text, meaning) = line.rsplit_once(" => ").unwrap();
            let answer = match appointment_answer(text) {
                Some(Attendance::Coming) => "coming",
                Some(Attendance::Move) => "move",
                Some(Attendance::NotComing) => "not coming",
                Some(Attendance::Unclear) => "unclear",
                None => "-",
            };
            if answer != meaning {
                wrong.push(format!("{text} => {answer}, expected {meaning}"));
            }
            checked += 1;
        }
        assert!(wrong.is_empty(), "{} of {checked}:\n{}", wrong.len(), wrong.join("\n"));
        assert!(checked > 100, "{checked}");
    }

    proptest! {
        /// No denial, doubt or condition is heard as coming, and nothing panics.
        #[test]
        fn a_no_is_never_coming(
            yes in prop::sample::select(&["sim", "sí", "yes", "vou", "voy", "confirmo", "ok", "1"][..]),
            no in prop::sample::select(&["não", "no", "não vou", "no puedo", "cancel", "talvez", "pero", "?", "👎"][..]),
            first: bool, strange in "\\PC{0,30}",
        ) {
            let text = if first && no != "?" { format!("{no}, {yes}") } else { format!("{yes}, {no}") };
            prop_assert_ne!(appointment_answer(&text), Some(Attendance::Coming), "{}", text);
            let _ = appointment_answer(&strange);
        }

        /// A word that follows is what is denied, and not that the customer comes.
        #[test]
        fn a_denial_of_something_else_cancels_nothing(
            no in prop::sample::select(&["Não vou", "Não consigo", "Não posso", "No puedo", "No voy a", "No alcanzo a",
                "I can't", "I won't", "Won't be able to", "Imposible"][..]),
            verb in prop::sample::select(&["abrir", "falar", "esquecer", "faltar", "demorar", "cancelar", "confirmar",
                "olvidar", "llegar tarde", "ver", "pagar", "open", "find", "forget", "wait", "be late", "talk"][..]),
            after in prop::sample::select(&["", "!", " hoje", " el enlace", " the link", ", gracias", " o endereço"][..]),
        ) {
            let text = format!("{no} {verb}{after}");
            prop_assert_ne!(appointment_answer(&text), Some(Attendance::NotComing), "{}", text);
        }

        /// A yes, an acknowledgement, a doubt or another day beside a denial leaves it open.
        #[test]
        fn a_mixed_answer_cancels_nothing(
            no in prop::sample::select(&["não vou", "não posso ir", "no puedo", "no puedo ir", "cancela", "cancelar",
                "I can't come", "can't make it", "não"][..]),
            other in prop::sample::select(&["sim", "sí", "yes", "ok", "👍", "vou", "voy", "talvez", "maybe", "depois",
                "confirmo", "acho", "lo lleva mi hijo", "remarcar"][..]),
            first: bool,
        ) {
            let text = if first { format!("{no}, {other}") } else { format!("{other}, {no}") };
            prop_assert_ne!(appointment_answer(&text), Some(Attendance::NotComing), "{}", text);
        }

        /// A time of day is no number of a button.
        #[test]
        fn a_time_of_day_chooses_nothing(
            before in prop::sample::select(&["a las", "a la", "à", "às", "at", "hoje", "hoje às", "hoy", "hoy a las",
                "mejor a las", "melhor às", "better at", "today at", "ok, às", "pode ser às"][..]),
            hour in 0..24_u32, after in prop::sample::select(&["", "h", "?", ":30", " pm", " mejor", ", gracias"][..]),
        ) {
            let text = format!("{before} {hour}{after}");
            let answer = appointment_answer(&text);
            prop_assert!(matches!(answer, Some(Attendance::Unclear | Attendance::Move)), "{}: {:?}", text, answer);
        }
    }
}
