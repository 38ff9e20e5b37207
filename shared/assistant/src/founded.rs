//! Whether a text stands on what the model was told. A model may make up a price, repeat its rules, or name somebody; such a
//! text is not said.

use crate::prompt::{Prompt, RULES};
use domain::Side;
use domain::fold::fold;
use std::collections::BTreeSet;

/// Words of money beside a figure, folded.
const MONEY: [&str; 18] = [
    "reais", "real", "pesos", "peso", "dolares", "dolar", "dollars", "dollar", "euros", "euro", "soles", "usd", "eur",
    "cop", "brl", "mxn", "clp", "ars",
];
/// Words that a thing costs nothing, folded.
const FREE: [&str; 8] =
    ["gratis", "de graca", "gratuito", "gratuita", "gratuitos", "gratuitas", "for free", "free of charge"];
/// A part of the rules of this length is no accident.
const LONGEST_CITED: usize = 40;
/// A number of so many digits may be a phone.
const PHONE: usize = 10;
/// A phone has a group of so many digits; a list of hours has none.
const PHONE_GROUP: usize = 4;

/// Whether all figures of money, percentages, phones and addresses of the text stand in what the model was told, and the text
/// tells none of the rules.
pub(crate) fn is_founded(text: &str, prompt: &Prompt<'_>) -> bool {
    let facts = prompt.facts();
    let lines = prompt.lines.iter();
    let ours: String =
        lines.clone().filter(|line| line.side == Side::Business).map(|line| format!("\n{}", line.text)).collect();
    let all: String = lines.map(|line| format!("\n{}", line.text)).collect();
    let (ours, all) = (format!("{facts}{ours}"), format!("{facts}{all}"));
    !tells_rules(text) && costs_are_told(text, &ours) && ways_are_told(text, &all)
}

fn tells_rules(text: &str) -> bool {
    let folded = fold(text);
    let sentences = RULES.split(". ").map(fold).filter(|sentence| sentence.len() >= LONGEST_CITED);
    let has_marks = ["<business>", "</business>", "<customer>", "</customer>"].iter().any(|mark| text.contains(mark));
    has_marks || sentences.into_iter().any(|sentence| folded.contains(&sentence))
}

/// Whether every amount of money and every percentage is told, or is the sum of two amounts that are.
fn costs_are_told(text: &str, facts: &str) -> bool {
    let known: BTreeSet<u64> = figures(facts).map(|figure| figure.hundredths).collect();
    let is_sum =
        |amount: u64| known.iter().any(|one| amount.checked_sub(*one).is_some_and(|rest| known.contains(&rest)));
    let mut costs = figures(text).filter(|figure| figure.is_money || figure.is_percent);
    let (said, told) = (format!(" {} ", fold(text)), format!(" {} ", fold(facts)));
    let gives = |text: &str| FREE.iter().any(|word| text.contains(&format!(" {word} ")));
    costs.all(|it| known.contains(&it.hundredths) || (it.is_money && is_sum(it.hundredths)))
        && (!gives(&said) || gives(&told))
}

/// Whether every phone, e-mail address and link was written before.
fn ways_are_told(text: &str, written: &str) -> bool {
    let known: String = written.chars().filter(char::is_ascii_digit).collect();
    let lower = written.to_lowercase();
    let is_way = |word: &str| word.contains('@') || word.contains("://") || word.starts_with("www.");
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    phones(text).all(|phone| known.contains(&phone))
        && text.split_whitespace().filter(|word| is_way(word)).all(|word| lower.contains(&bare(word)))
}

/// The digits of whatever may be a phone.
fn phones(text: &str) -> impl Iterator<Item = String> + '_ {
    let is_inside = |c: char| c.is_ascii_digit() || " -().+".contains(c);
    text.split(move |c| !is_inside(c)).filter_map(|run| {
        let groups = run.split(|c: char| !c.is_ascii_digit());
        let longest = groups.map(str::len).max().unwrap_or_default();
        let digits: String = run.chars().filter(char::is_ascii_digit).collect();
        // `30-11-2026 09` is no phone.
        let is_date = run.split(|c: char| !c.is_ascii_digit()).any(|group| group.len() == 4 && group.starts_with("20"));
        (digits.len() >= PHONE && longest >= PHONE_GROUP && !is_date).then_some(digits)
    })
}

/// A figure of a text.
struct Figure {
    /// A hundred times its value.
    hundredths: u64,
    is_money: bool,
    is_percent: bool,
}

fn figures(text: &str) -> impl Iterator<Item = Figure> + '_ {
    let mut rest = text;
    std::iter::from_fn(move || {
        let begin = rest.find(|c: char| c.is_ascii_digit())?;
        let (gap, from) = rest.split_at(begin);
        let length = from.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',')).unwrap_or(from.len());
        let (written, after) = from.split_at(length);
        let written = written.trim_end_matches(['.', ',']);
        let sign = gap.trim_end_matches([' ', '\u{a0}', '*', '-']).chars().last();
        let after_word = after.trim_start_matches([' ', '\u{a0}', '*']);
        // All that follows would be folded again for each figure of a long text.
        let near = fold(&after_word.split_whitespace().take(2).collect::<Vec<_>>().join(" "));
        let next = near.split(' ').next().unwrap_or_default();
        let last = fold(gap.split_whitespace().last().unwrap_or_default());
        let is_money =
            sign.is_some_and(|sign| "$€£₡₲".contains(sign)) || MONEY.contains(&next) || MONEY.contains(&last.as_str());
        let is_percent = after_word.starts_with('%')
            || ["percent", "por cento", "por ciento"].iter().any(|words| near.starts_with(words));
        rest = after;
        Some(Figure { hundredths: hundredths(written), is_money, is_percent })
    })
}

/// `1.200,50` and `1,200.50` are the same: two digits after the last sign are decimals, and any other sign parts thousands.
fn hundredths(written: &str) -> u64 {
    let decimals = written.rfind(['.', ',']).filter(|at| written.len() - at == 3);
    let (whole, part) = decimals.map_or((written, "00"), |at| (&written[..at], &written[at + 1..]));
    let digits: String = whole.chars().filter(char::is_ascii_digit).chain(part.chars()).collect();
    digits.parse().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: &str = "services:\n  - Banho; R$ 70,00\n  - Tosa; 1.200\nSpa: 15% em dezembro. Tel. +55 11 3333-4444, \
        oi@pata.com, https://pata.com/mapa";

    #[test]
    fn costs_stand_in_the_facts_or_are_sums_of_them() {
        for text in [
            "O banho custa R$ 70,00.",
            "Banho: R$70. Tosa: R$ 1.200,00",
            "Os dois juntos ficam R$ 1.270,00.",
            "Em dezembro tem 15% de desconto!",
            "Temos 3 horários às 9 e às 10.",
            "70 reais",
            "Abrimos às 9h, de 2ª a 6ª.",
        ] {
            assert!(costs_are_told(text, FACTS), "{text}");
        }
        for text in [
            "Everything costs $ 0,01.",
            "Fica por R$ 7,00 hoje.",
            "Only 5 dollars!",
            "Dou 90% de desconto.",
            "Te hago el 50 por ciento.",
            "Hoje é de graça!",
            "You get it for free.",
            "El baño es gratis.",
            "R$ 99999999999999999999999",
        ] {
            assert!(!costs_are_told(text, FACTS), "{text}");
        }
    }

    #[test]
    fn phones_and_addresses_were_written_before() {
        for text in [
            "Ligue para +55 (11) 3333-4444.",
            "oi@pata.com ou https://pata.com/mapa.",
            "Amanhã, 30-11-2026 09:00",
            "às 9 10 11 12 13 14 15",
            "www.pata.com",
        ] {
            assert!(ways_are_told(text, &format!("{FACTS} www.pata.com")), "{text}");
        }
        for text in
            ["Maria (+5511999990000) asked the same.", "11 99999-0000", "maria@example.com", "https://example.com/win"]
        {
            assert!(!ways_are_told(text, FACTS), "{text}");
        }
    }

    #[test]
    fn the_rules_are_not_told() {
        assert!(tells_rules(&format!("My instructions are: {RULES}")));
        assert!(tells_rules("<business>\nname: x"));
        assert!(tells_rules(
            "Never make up a price, a discount, a time or an appointment, and never say that something is booked, changed or cancelled"
        ));
        assert!(!tells_rules("Sou a assistente virtual da Pata Feliz. Falo só sobre a loja."));
    }
}
