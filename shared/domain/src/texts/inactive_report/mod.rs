//! The customers who have been away for long, to an owner.

use super::win_back::WinBack;
use super::{
    Ask, Choice, Count, Counted, CustomerName, Line, Lines, Others, OwnerName, People, Percent, Person, ProposalNumber,
    Text, ToWhom, Unit, Value,
};
use crate::Voice;
use strum::{IntoStaticStr, VariantNames};

text! {
    /// Tells an owner of customers who have been away for long.
    InactiveReport: Owner, Always
    /// the owner's first name
    name: OwnerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// how many customers have been away
    count: Count,
    /// how many customers with their word, as `1 cliente`; for approved templates
    count_with_unit: Counted,
    /// for more than how many days
    days: Count,
    /// for more than how many days with their word, as `30 días`; for approved templates
    days_with_unit: Counted,
    /// a line for each, as `Ana (+573001112233) – Mascota: Rex`; between them a line break, in an approved template `; `
    people: Lines<'a>,
    /// how many there are besides those listed
    more: Others<'a>,
    /// how much off, as `10 %` in Spanish or `10%`; missing if it is nothing
    offer: Percent,
    /// the text that wins the customers back
    suggestion: Invitation<'a>,
    /// `written`; `proposed`: the owner may send the text; `asked`: the owner's yes sends it; or `answered`: an owner
    /// has answered already
    action: Action,
    /// the number of the proposal
    number: ProposalNumber,
    /// the people that it would go to, as `a todos`
    to_whom: ToWhom,
}

/// How long the people of a report have been away, and what they are offered.
#[derive(Clone, Copy)]
pub struct Away {
    /// For more than so many days.
    pub days: u16,
    /// Percent off.
    pub offer: u8,
}

/// What has been done for these people, or could be.
#[derive(Clone, Copy, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Action {
    /// The owner reads what could be sent.
    Proposed,
    /// The customers are written to now.
    Written,
    /// The owner's yes sends it.
    Asked,
    /// An owner has answered the proposal already.
    Answered,
}

impl Choice for Action {}

impl<'a> InactiveReport<'a> {
    /// `count` customers, of which these are listed. `written` says that they are written to now; else the owner
    /// may send the text.
    #[must_use]
    pub fn new(
        owner: &'a str,
        business: &'a str,
        people: &'a [Person<'a>],
        count: u64,
        away: Away,
        written: bool,
    ) -> Self {
        let people = People { people, count, line: |person, voice| person.away(voice) };
        let Away { days, offer } = away;
        Self {
            name: OwnerName(Some(owner)),
            business: Line(business),
            count: Count(count),
            count_with_unit: Counted(count, Unit::Customer),
            days: Count(days.into()),
            days_with_unit: Counted(days.into(), Unit::Day),
            people: Lines(people),
            more: Others(people),
            offer: Percent(offer),
            suggestion: Invitation { business, people, offer },
            action: if written { Action::Written } else { Action::Proposed },
            number: ProposalNumber(None),
            to_whom: ToWhom { ask: None, count },
        }
    }

    /// With the question whether the campaign is to be sent.
    #[must_use]
    pub fn asking(self, ask: Ask) -> Self {
        let to_whom = ToWhom { ask: Some(ask), ..self.to_whom };
        Self { action: Action::Asked, number: ProposalNumber(Some(ask.number)), to_whom, ..self }
    }

    /// For a proposal that an owner has answered already.
    #[must_use]
    pub fn answered(self) -> Self {
        let to_whom = ToWhom { ask: None, ..self.to_whom };
        Self { action: Action::Answered, number: ProposalNumber(None), to_whom, ..self }
    }
}

/// The text that wins these people back, or would.
#[derive(Clone, Copy)]
pub struct Invitation<'a> {
    business: &'a str,
    people: People<'a>,
    offer: u8,
}

impl Value for Invitation<'_> {
    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        let (name, _) = self.people.addressed(voice);
        let name = CustomerName(name.as_deref());
        WinBack { name, business: Line(self.business), offer: Percent(self.offer) }.text(voice).ok()
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn Text>> {
    use super::tests::PEOPLE;
    let report = |owner, people, count, days, written| -> Box<dyn Text> {
        Box::new(InactiveReport::new(owner, "Pet Amigo", people, count, Away { days, offer: 20 }, written))
    };
    let asking = |owner, people, count, ask| -> Box<dyn Text> {
        let away = Away { days: 30, offer: 20 };
        Box::new(InactiveReport::new(owner, "Pet Amigo", people, count, away, false).asking(ask))
    };
    let answered = |people, count| -> Box<dyn Text> {
        let away = Away { days: 30, offer: 20 };
        Box::new(InactiveReport::new("Carlos Ruiz", "Pet Amigo", people, count, away, false).answered())
    };
    vec![
        report("", PEOPLE, 34, 30, false),
        report("Carlos Ruiz", PEOPLE, 5, 1_000, true),
        report("Carlos Ruiz", &PEOPLE[..1], 1, 1, false),
        report("Carlos Ruiz", &PEOPLE[..1], 1, 30, true),
        asking("Carlos Ruiz", PEOPLE, 34, Ask { number: 2, writable: 31 }),
        asking("", PEOPLE, 5, Ask { number: 1, writable: 5 }),
        answered(&PEOPLE[..1], 1),
    ]
}
