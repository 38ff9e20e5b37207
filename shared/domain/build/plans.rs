//! Writes the world's numbering plans as one line of text each, so that a program holds no more of them than is asked.

use phonenumber::Type;
use phonenumber::metadata::{DATABASE, Descriptor, Metadata};

/// A number that matches one of these may be a person's. Those that most people have come first: the others are not
/// compiled.
const PERSONS: [Type; 4] = [Type::Mobile, Type::FixedLine, Type::Voip, Type::PersonalNumber];
/// One that matches none of those, but one of these, is a company's.
const SERVICES: [Type; 6] =
    [Type::PremiumRate, Type::TollFree, Type::SharedCost, Type::Pager, Type::Uan, Type::Voicemail];
/// The types of number at which a customer may be reached: the lengths of these are possible ones.
const REACHABLE: [Type; 6] =
    [Type::FixedLine, Type::Mobile, Type::TollFree, Type::Voip, Type::PersonalNumber, Type::Uan];

/// The plans, a line each; those of one country code stand together, in the order in which they are to be asked.
pub fn plans() -> String {
    let mut lines = String::new();
    for code in 1..1000_u16 {
        for plan in DATABASE.by_code(&code).unwrap_or_default() {
            lines.push_str(&line(plan));
            lines.push('\n');
        }
    }
    lines
}

/// The fields in the order of `Plan` in `src/people/phone/plans.rs`.
fn line(plan: &Metadata) -> String {
    let pattern = |regex: Option<String>| bare(&regex.unwrap_or_default());
    let general = plan.descriptors().general();
    let kinds = |kinds: &'static [Type]| kinds.iter().filter_map(|kind| plan.descriptors().get(*kind));
    let mut reachable: Vec<u16> = kinds(&REACHABLE).flat_map(Descriptor::possible_length).copied().collect();
    reachable.sort_unstable();
    reachable.dedup();
    let mut fields = vec![
        plan.id().to_owned(),
        plan.country_code().to_string(),
        pattern(plan.international_prefix().map(|regex| regex.as_str().to_owned())),
        plan.national_prefix().unwrap_or_default().to_owned(),
        pattern(plan.national_prefix_for_parsing().map(|regex| regex.as_str().to_owned())),
        plan.national_prefix_transform_rule().unwrap_or_default().to_owned(),
        pattern(plan.leading_digits().map(|regex| regex.as_str().to_owned())),
        numbers(general.possible_local_length()),
        numbers(&reachable),
        kinds(&PERSONS).count().to_string(),
    ];
    for kind in std::iter::once(general).chain(kinds(&PERSONS)).chain(kinds(&SERVICES)) {
        fields.push(numbers(kind.possible_length()));
        fields.push(bare(kind.national_number().as_str()));
    }
    fields.join("\t")
}

/// The patterns are written over several lines, with blanks that mean nothing.
fn bare(pattern: &str) -> String {
    pattern.split_whitespace().collect()
}

fn numbers(numbers: &[u16]) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}
