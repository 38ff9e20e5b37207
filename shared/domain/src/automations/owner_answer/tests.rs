use super::*;
use crate::fold::fold;
use crate::messages::reply::phrases_of_a_yes;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::LazyLock;

const NONE: OpenProposals<'static> = OpenProposals { open: &[], last_said: None };

fn typed(text: &str) -> Said<'_> {
    Said { text, is_reaction: false, replies_to: None }
}

/// As `answers.txt` has it.
fn written(answer: &OwnerAnswer) -> String {
    let with = |word: &str, numbers: &[u32], offer: Option<u8>| {
        let numbers = numbers.iter().map(|number| format!(" {number}"));
        let offer = offer.map(|percent| format!(" {percent}%"));
        numbers.chain(offer).fold(word.to_owned(), |text, part| text + &part)
    };
    match answer {
        OwnerAnswer::Yes { numbers, offer } => with("yes", numbers, *offer),
        OwnerAnswer::All { offer } => with("all", &[], *offer),
        OwnerAnswer::No { numbers } => with("no", numbers, None),
        OwnerAnswer::Later { numbers } => with("later", numbers, None),
        OwnerAnswer::Which => "which".to_owned(),
        OwnerAnswer::Unclear => "unclear".to_owned(),
        OwnerAnswer::Nothing => "-".to_owned(),
    }
}

/// The numbers after a word of a heading: `open 2 1`.
fn after(heading: &str, word: &str) -> Vec<u32> {
    let part = heading.split(", ").find_map(|part| part.strip_prefix(word));
    part.map(|numbers| numbers.split_whitespace().map(|number| number.parse().unwrap()).collect()).unwrap_or_default()
}

#[test]
fn answers_mean_what_the_table_says() {
    let (mut heading, mut wrong, mut checked) = ("", Vec::new(), 0);
    for line in include_str!("answers.txt").lines().filter(|line| !line.is_empty() && !line.starts_with("# ")) {
        if let Some(next) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            heading = next;
            continue;
        }
        let (text, meaning) = line.rsplit_once(" => ").unwrap();
        let open = after(heading, "open");
        let open = OpenProposals { open: &open, last_said: after(heading, "said").first().copied() };
        let said = Said { replies_to: after(heading, "quotes").first().copied(), ..typed(text) };
        let answer = written(&owner_answer(said, open));
        if answer != meaning {
            wrong.push(format!("[{heading}] {text} => {answer}, expected {meaning}"));
        }
        checked += 1;
    }
    assert!(wrong.is_empty(), "{} of {checked}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(checked > 300, "{checked}");
}

#[test]
fn a_reaction_is_about_its_message() {
    let open = OpenProposals { open: &[2, 1], last_said: Some(2) };
    for (text, replies_to, meaning) in [
        ("👍", Some(1), "yes 1"),
        ("👍🏾", Some(2), "yes 2"),
        ("✅", Some(1), "yes 1"),
        ("👌", Some(1), "yes 1"),
        ("👎", Some(1), "no 1"),
        ("❤️", Some(1), "unclear"),
        ("🙏", Some(1), "unclear"),
        ("🤔", Some(1), "unclear"),
        ("😂", Some(1), "-"),
        ("", Some(1), "-"),
        ("👍", None, "-"),
        ("👎", None, "-"),
    ] {
        let said = Said { text, is_reaction: true, replies_to };
        assert_eq!(written(&owner_answer(said, open)), meaning, "{text} {replies_to:?}");
    }
}

#[test]
fn an_essay_is_no_yes() {
    let open = OpenProposals { open: &[1], last_said: Some(1) };
    let essay = format!("Sim{}", " sim".repeat(200));
    assert_eq!(owner_answer(typed(&essay), open), OwnerAnswer::Unclear);
    let essay = "Hoje choveu o dia todo. ".repeat(40);
    assert_eq!(owner_answer(typed(&essay), open), OwnerAnswer::Nothing);
}

/// The least number of letters to insert, delete, replace or exchange.
fn distance(a: &str, b: &str) -> usize {
    strsim::osa_distance(a, b)
}

/// Words of phrases that mean nothing alone.
const EMPTY: &[&str] = &[
    "a", "o", "e", "de", "do", "da", "la", "lo", "el", "los", "las", "os", "as", "que", "por", "para", "pra", "con",
    "com", "en", "em", "es", "it", "i", "me", "d", "the", "of", "to", "for", "them", "you", "us", "let", "ai", "ir",
    "una", "sin", "sem", "duda", "uh", "mi", "mim", "ser",
];

static OF_A_YES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    let words = phrases_of_a_yes().flat_map(|phrase| phrase.split(' '));
    words.filter(|word| !EMPTY.contains(word)).collect()
});

/// Whether a text may have a yes in it: a word of one, also with a slip, a figure or a raised sign. It shares the list of words
/// with the code, and none of its rules.
fn may_have_a_yes(text: &str) -> bool {
    let squeezed = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.dedup();
        letters.into_iter().collect::<String>()
    };
    let near = |word: &str, yes: &str| {
        let most = if yes.chars().count() < 4 { usize::from(yes == "sim" || yes == "yes") } else { 1 };
        distance(word, yes) <= most || squeezed(word) == squeezed(yes)
    };
    let folded = fold(text);
    let words = folded.split(' ').filter(|word| !word.is_empty());
    let sign = ['👍', '👌', '✅', '☑', '✔', '🆗', '💯', '🙌', '💪', '🚀'];
    text.contains(sign)
        || folded.contains(|letter: char| letter.is_numeric())
        || words.into_iter().any(|word| word == "y" || OF_A_YES.iter().any(|yes| near(word, yes)))
}

fn starts(answer: &OwnerAnswer) -> bool {
    matches!(answer, OwnerAnswer::Yes { .. } | OwnerAnswer::All { .. })
}

const WORDS: &[&str] = &[
    "não",
    "no",
    "not",
    "nunca",
    "deixa",
    "mejor",
    "amanhã",
    "mañana",
    "later",
    "pero",
    "mas",
    "but",
    "só",
    "solo",
    "se",
    "sem",
    "sin",
    "talvez",
    "maybe",
    "obrigado",
    "gracias",
    "thanks",
    "por",
    "favor",
    "bom",
    "dia",
    "banho",
    "baño",
    "cliente",
    "preço",
    "precio",
    "price",
    "texto",
    "campanha",
    "quanto",
    "custa",
    "custo",
    "hoje",
    "hoy",
    "casa",
    "perro",
    "gato",
    "gostei",
    "entendi",
    "sinto",
    "simple",
    "sinal",
    "silla",
    "yesterday",
    "cosa",
    "vaca",
    "okra",
    "dalia",
    "poder",
    "mandado",
    "enviado",
    "👎",
    "🙏",
    "❤️",
    "?",
    ",",
    "%",
    "…",
];

fn without_a_yes() -> Vec<&'static str> {
    let words: Vec<&str> = WORDS.iter().copied().filter(|word| !may_have_a_yes(word)).collect();
    assert!(words.len() > 40, "{words:?}");
    words
}

/// A sign of a yes put before, after or into a text that denies, doubts or ties it.
const DENIED: &[&str] = &[
    "não",
    "no",
    "nunca",
    "not",
    "mas",
    "pero",
    "but",
    "talvez",
    "tal vez",
    "maybe",
    "amanhã",
    "mañana",
    "tomorrow",
    "se der",
    "si puedo",
    "if you can",
    "só para alguns",
    "no sé",
    "não sei",
    "depois",
    "después",
    "?",
    "👎",
    "🤔",
];

const ASSENTS: &[&str] = &[
    "sim",
    "sí",
    "yes",
    "pode mandar",
    "dale",
    "manda",
    "claro",
    "go ahead",
    "send it",
    "quero",
    "envíalo",
    "bora",
    "vamos",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_text_without_a_yes_starts_anything(
        words in prop::collection::vec(prop::sample::select(without_a_yes()), 1..8), upper: bool,
        last in prop::option::of(1..4_u32), quoted in prop::option::of(1..4_u32), many: bool,
    ) {
        let text = words.join(" ");
        let text = if upper { text.to_uppercase() } else { text };
        let open = OpenProposals { open: if many { &[2, 1] } else { &[1] }, last_said: last };
        let answer = owner_answer(Said { replies_to: quoted, ..typed(&text) }, open);
        prop_assert!(!starts(&answer), "{} => {:?}", text, answer);
    }

    #[test]
    fn no_strange_text_starts_anything(
        text in "\\PC{0,40}", reaction: bool, last in prop::option::of(1..3_u32), quoted in prop::option::of(1..3_u32),
    ) {
        let open = OpenProposals { open: &[1], last_said: last };
        let answer = owner_answer(Said { text: &text, is_reaction: reaction, replies_to: quoted }, open);
        prop_assert!(!starts(&answer) || may_have_a_yes(&text), "{} => {:?}", text, answer);
    }

    /// A yes that is denied, doubted or tied to a condition starts nothing, wherever that stands.
    #[test]
    fn a_yes_with_a_but_starts_nothing(
        yes in prop::sample::select(ASSENTS), but in prop::sample::select(DENIED), first: bool, comma: bool,
        number in prop::option::of(1..3_u32), quoted in prop::option::of(1..3_u32),
    ) {
        let between = if comma { ", " } else { " " };
        let yes = number.map_or_else(|| yes.to_owned(), |number| format!("{yes} {number}"));
        let text = if first && but != "?" { format!("{but}{between}{yes}") } else { format!("{yes}{between}{but}") };
        let open = OpenProposals { open: &[2, 1], last_said: None };
        let answer = owner_answer(Said { replies_to: quoted, ..typed(&text) }, open);
        prop_assert!(!starts(&answer), "{} => {:?}", text, answer);
    }

    /// A bare answer to a proposal that is over is about that one: it starts no other.
    #[test]
    fn an_answer_to_what_is_over_starts_nothing_else(
        text in prop::sample::select([ASSENTS, &["todos", "all", "ok", "👍", "sim, para todos", "sim com 15%"]].concat()),
        open in prop::collection::btree_set(1..4_u32, 0..3),
    ) {
        let newest_first: Vec<u32> = open.into_iter().rev().collect();
        let answer = owner_answer(typed(text), OpenProposals { open: &newest_first, last_said: Some(9) });
        prop_assert!(matches!(&answer, OwnerAnswer::Yes { numbers, .. } if *numbers == [9]), "{} => {:?}", text, answer);
    }

    /// Nothing is started that is neither open, nor quoted, nor the last thing that was said.
    #[test]
    fn only_known_proposals_are_named(
        text in "(sim |la |o )?[0-9]{1,2}(( e |, | y )[0-9]{1,2}){0,2}( com [0-9]{1,3}%)?",
        open in prop::collection::btree_set(1..20_u32, 0..4), last in prop::option::of(1..20_u32),
        quoted in prop::option::of(1..20_u32),
    ) {
        let newest_first: Vec<u32> = open.iter().rev().copied().collect();
        let context = OpenProposals { open: &newest_first, last_said: last };
        if let OwnerAnswer::Yes { numbers, offer } = owner_answer(Said { replies_to: quoted, ..typed(&text) }, context) {
            let known = |number: &u32| open.contains(number) || last == Some(*number) || quoted == Some(*number);
            prop_assert!(!numbers.is_empty() && numbers.iter().all(known), "{} => {:?}", text, numbers);
            prop_assert!(offer.is_none_or(|percent| (1..=100).contains(&percent)));
        }
    }

    #[test]
    fn nothing_is_answered_where_nothing_was_asked(text in "\\PC{0,40}") {
        prop_assert_eq!(owner_answer(typed(&text), NONE), OwnerAnswer::Nothing);
    }
}
