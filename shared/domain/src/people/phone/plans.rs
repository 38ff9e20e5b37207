//! The numbering plans of the world, read as the crate `phonenumber` reads them, which also gives the plans themselves
//! (`build.rs`) and is what the tests compare with. A line is looked up and a pattern compiled only when a number asks
//! for it: the crate's own way is to load all 250 plans first, and it brings a regex engine of 1 MB. The crate also takes
//! a number in use if only its first digits match; here all of them must, as in Google's own library.

use regex_lite::Regex;

/// A line for each plan; those of one country code stand together, its main country's first.
const PLANS: &str = include_str!(concat!(env!("OUT_DIR"), "/plans.txt"));
/// Digits of a national number.
const NATIONAL: std::ops::RangeInclusive<usize> = 2..=17;
/// Beyond this the crate takes no national number.
const TOO_LARGE: u64 = 1 << 56;

/// The numbering plan of one country, or of a code that is no country's.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    id: &'static str,
    code: &'static str,
    /// The digits that are dialled before a foreign country code.
    abroad: &'static str,
    trunk: &'static str,
    /// The pattern that may stand before a national number, and its replacement if that is not nothing.
    before: &'static str,
    instead: &'static str,
    /// The pattern with which national numbers begin, where one code has many plans.
    leading: &'static str,
    /// Lengths of numbers that are dialled within an area only.
    local: &'static str,
    /// Lengths of the numbers that people can be reached at.
    reachable: &'static str,
    /// The number of those `kinds` that people have: mobile, fixed, voice over IP, personal. The others are services.
    persons: usize,
    general: Numbers,
    /// The rest of the line: lengths and pattern of each kind of numbers in use, those of people first.
    kinds: &'static str,
}

/// Lengths with commas between, any if there is none, and a pattern from the number's start.
#[derive(Clone, Copy)]
struct Numbers {
    lengths: &'static str,
    pattern: &'static str,
}

/// A number being read.
struct Number {
    code: String,
    national: String,
}

impl Plan {
    fn from_line(line: &'static str) -> Option<Self> {
        let mut fields = line.splitn(13, '\t');
        let mut next = || fields.next();
        Some(Self {
            id: next()?,
            code: next()?,
            abroad: next()?,
            trunk: next()?,
            before: next()?,
            instead: next()?,
            leading: next()?,
            local: next()?,
            reachable: next()?,
            persons: next()?.parse().ok()?,
            general: Numbers { lengths: next()?, pattern: next()? },
            kinds: next().unwrap_or_default(),
        })
    }

    fn all() -> impl Iterator<Item = Self> {
        PLANS.lines().filter_map(Self::from_line)
    }

    /// The plan of a country, ISO 3166-1 alpha-2 in upper case.
    pub(super) fn of_country(country: &str) -> Option<Self> {
        Self::all().find(|plan| plan.id == country && country.len() == 2)
    }

    pub(super) fn of_code(code: &str) -> impl Iterator<Item = Self> {
        Self::all().filter(move |plan| plan.code == code)
    }

    /// The plan that a national number of a country code belongs to.
    fn of_number(code: &str, national: &str) -> Option<Self> {
        let plans: Vec<_> = Self::of_code(code).collect();
        if let [only] = plans[..] {
            return Some(only);
        }
        plans.into_iter().find(|plan| match plan.leading {
            "" => plan.general.start(national) && plan.kinds().any(|kind| kind.start(national)),
            _ => plan.leads(national),
        })
    }

    /// Whether the number begins as those of this plan do.
    fn leads(&self, national: &str) -> bool {
        self.leading.is_empty() || begins(self.leading, national).is_some()
    }

    pub(super) fn code(&self) -> &'static str {
        self.code
    }

    /// The lengths of the national numbers that people can be reached at.
    pub(super) fn reachable_lengths(&self) -> impl Iterator<Item = usize> {
        lengths(self.reachable)
    }

    fn kinds(&self) -> impl Iterator<Item = Numbers> {
        let mut fields = self.kinds.split('\t');
        std::iter::from_fn(move || Some(Numbers { lengths: fields.next()?, pattern: fields.next()? }))
    }

    fn is_in_use(&self, national: &str) -> bool {
        self.general.hold(national) && self.kinds().any(|kind| kind.hold(national))
    }

    fn is_persons(&self, national: &str) -> bool {
        self.general.hold(national) && self.kinds().take(self.persons).any(|kind| kind.hold(national))
    }

    fn has_length(&self, national: &str) -> bool {
        [self.local, self.general.lengths].into_iter().flat_map(lengths).any(|length| length == national.len())
    }

    fn is_too_short(&self, national: &str) -> bool {
        let local = lengths(self.local).any(|length| length == national.len());
        !local && lengths(self.general.lengths).next().is_some_and(|shortest| national.len() < shortest)
    }

    /// The number without its national prefix.
    fn without_trunk(&self, national: &str) -> String {
        let stripped = match self.before {
            "" => national.strip_prefix(self.trunk).unwrap_or(national).to_owned(),
            before => self.without(before, national),
        };
        match stripped.strip_prefix(self.trunk) {
            Some(rest) => rest.to_owned(),
            None => stripped,
        }
    }

    fn without(&self, before: &str, national: &str) -> String {
        let Some(found) = anchored(before).and_then(|pattern| {
            let found = pattern.captures(national)?;
            let last = found.get(found.len() - 1).is_some();
            let rest = national.get(found.get(0)?.end()..)?.to_owned();
            let replaced = pattern.replace(national, self.instead).into_owned();
            Some(if self.instead.is_empty() || !last { (rest, false) } else { (replaced, true) })
        }) else {
            return national.to_owned();
        };
        match found {
            (replaced, true) if self.general.start(national) && !self.general.start(&replaced) => national.to_owned(),
            (found, _) => found,
        }
    }
}

impl Numbers {
    /// Whether this is one of them.
    fn hold(self, national: &str) -> bool {
        self.fit(national) && compiled(&format!("^(?:{})$", self.pattern)).is_some_and(|all| all.is_match(national))
    }

    /// Whether it may be one with other digits behind, which is enough to tell prefixes from numbers.
    fn start(self, national: &str) -> bool {
        self.fit(national) && begins(self.pattern, national).is_some()
    }

    fn fit(self, national: &str) -> bool {
        self.lengths.is_empty() || lengths(self.lengths).any(|length| length == national.len())
    }
}

/// Digits with the country code, of what is written with it, or without it in a country; `None` if no plan takes it.
pub(super) fn read(country: Option<Plan>, written: &str) -> Option<String> {
    let Number { code, national } = match country {
        Some(plan) => in_country(plan, written)?,
        None => with_code(written)?,
    };
    let plan = country.or_else(|| Plan::of_number(&code, national.trim_start_matches('0')));
    let stripped = plan.map(|plan| (plan, plan.without_trunk(&national)));
    let national = match stripped {
        Some((plan, stripped)) if !plan.is_too_short(&stripped) => stripped,
        _ => national,
    };
    let value: u64 = national.trim_start_matches('0').parse().ok()?;
    (NATIONAL.contains(&national.len()) && value < TOO_LARGE).then(|| format!("{code}{national}"))
}

/// To whom a number is given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    /// A person may have it.
    Person,
    /// A company's line that is free, shared or dear to call, a pager, a mailbox.
    Service,
}

/// To whom its plan has given out a number, of digits with the country code in its plain form; `None` if to nobody.
pub(super) fn holder(digits: &str) -> Option<Holder> {
    let Number { code, national } = with_code(digits).filter(|_| read(None, digits).is_some_and(|it| it == digits))?;
    let plans: Vec<_> = Plan::of_code(&code).filter(|plan| plan.leads(&national)).collect();
    if plans.iter().any(|plan| plan.is_persons(&national)) {
        return Some(Holder::Person);
    }
    plans.iter().any(|plan| plan.is_in_use(&national)).then_some(Holder::Service)
}

fn with_code(digits: &str) -> Option<Number> {
    if digits.len() <= *NATIONAL.start() || digits.starts_with('0') {
        return None;
    }
    (1..=3).find_map(|len| {
        let (code, national) = digits.split_at_checked(len)?;
        Plan::of_code(code).next()?;
        Some(Number { code: code.to_owned(), national: national.to_owned() })
    })
}

fn in_country(plan: Plan, written: &str) -> Option<Number> {
    let foreign = begins(plan.abroad, written).and_then(|end| written.get(end..));
    if let Some(foreign) = foreign.filter(|foreign| !plan.abroad.is_empty() && !foreign.starts_with('0')) {
        return with_code(foreign);
    }
    let repeated = written.strip_prefix(plan.code);
    let national = repeated.filter(|_| !plan.general.start(written) || !plan.has_length(written)).unwrap_or(written);
    Some(Number { code: plan.code.to_owned(), national: national.to_owned() })
}

/// The end of a pattern that matches at the start.
fn begins(pattern: &str, digits: &str) -> Option<usize> {
    anchored(pattern)?.find(digits).map(|found| found.end())
}

fn anchored(pattern: &str) -> Option<Regex> {
    compiled(&format!("^(?:{pattern})"))
}

fn compiled(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

fn lengths(list: &'static str) -> impl Iterator<Item = usize> {
    list.split(',').filter_map(|length| length.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use phonenumber::Type;
    use phonenumber::country::Id;
    use phonenumber::metadata::{DATABASE, Descriptor};
    use proptest::prelude::*;

    fn by_the_crate(country: Option<Id>, written: &str) -> Option<String> {
        let number = phonenumber::parse(country, written).ok()?;
        Some(format!("{}{}", number.code().value(), number.national()))
    }

    /// By the crate's own plans, of numbers that it calls valid. It does so too if only the start of a number matches.
    fn holder_by_the_crate(digits: &str) -> Option<Holder> {
        let number = phonenumber::parse(None, format!("+{digits}")).ok()?;
        let national = number.national().to_string();
        if format!("{}{national}", number.code().value()) != digits || !number.is_valid() {
            return None;
        }
        let is_whole = |kind: &Descriptor| {
            let pattern: String = kind.national_number().as_str().split_whitespace().collect();
            kind.is_match(&national) && Regex::new(&format!("^(?:{pattern})$")).unwrap().is_match(&national)
        };
        let plans = DATABASE.by_code(&number.code().value()).unwrap_or_default();
        let holds = |kinds: &[Type]| {
            let kinds_of = |plan: &phonenumber::metadata::Metadata| {
                kinds.iter().filter_map(|kind| plan.descriptors().get(*kind)).any(is_whole)
            };
            plans.iter().any(|plan| is_whole(plan.descriptors().general()) && kinds_of(plan))
        };
        use Type as T;
        if holds(&[T::Mobile, T::FixedLine, T::Voip, T::PersonalNumber]) {
            return Some(Holder::Person);
        }
        let services = [T::PremiumRate, T::TollFree, T::SharedCost, T::Pager, T::Uan, T::Voicemail];
        holds(&services).then_some(Holder::Service)
    }

    fn countries() -> Vec<String> {
        Plan::all().map(|plan| plan.id.to_owned()).filter(|id| id.len() == 2).collect()
    }

    fn agree(country: Option<&str>, digits: &str) {
        let id: Option<Id> = country.map(|country| country.parse().unwrap());
        let written = if id.is_some() { digits.to_owned() } else { format!("+{digits}") };
        let plan = country.and_then(Plan::of_country);
        assert_eq!(read(plan, digits), by_the_crate(id, &written), "{written} in {country:?}");
        assert_eq!(holder(digits), holder_by_the_crate(digits), "{digits}");
    }

    #[test]
    fn every_plan_is_there_and_its_patterns_are_understood() {
        assert_eq!(countries().len(), DATABASE.iter().filter(|plan| plan.id().len() == 2).count());
        for plan in Plan::all() {
            let patterns = [plan.abroad, plan.before, plan.leading, plan.general.pattern];
            for pattern in patterns.into_iter().chain(plan.kinds.split('\t').skip(1).step_by(2)) {
                assert!(anchored(pattern).is_some(), "{}: {pattern}", plan.id);
            }
        }
    }

    #[test]
    fn the_examples_of_every_plan_are_read_as_by_the_crate() {
        for plan in DATABASE.iter() {
            let kinds = plan.descriptors();
            let examples = [kinds.fixed_line(), kinds.mobile(), kinds.toll_free(), kinds.voip(), kinds.uan()];
            let country = Some(plan.id()).filter(|id| id.len() == 2);
            for example in examples.into_iter().flatten().filter_map(|kind| kind.example()) {
                let trunk = plan.national_prefix().unwrap_or_default();
                let code = plan.country_code();
                for digits in [format!("{code}{example}"), format!("{code}{trunk}{example}")] {
                    agree(None, &digits);
                    agree(country, &digits);
                }
                for digits in [example.to_owned(), format!("{trunk}{example}"), format!("00{code}{example}")] {
                    agree(country, &digits);
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn any_digits_are_read_as_by_the_crate(
            country in prop::option::of(prop::sample::select(countries())),
            start in prop::option::of(prop::sample::select(Plan::all().map(|plan| plan.code).collect::<Vec<_>>())),
            trunk in prop::sample::select(vec!["", "", "0", "1", "8", "00", "011", "015"]),
            digits in "[0-9]{4,16}",
        ) {
            agree(country.as_deref(), &format!("{}{trunk}{digits}", start.unwrap_or_default()));
        }
    }
}
