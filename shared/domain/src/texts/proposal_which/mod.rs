//! The question which of several proposals a yes is about, to an owner.

use super::{Count, Line, OwnerName, ProposalNumber, Proposed, Rows};

text! {
    /// Asks an owner which of the open proposals is to start.
    ProposalWhich: Transactional, Always
    /// the owner's first name
    name: OwnerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// how many are open
    count: Count,
    /// a line for each, as `*2.* La oferta relámpago (12 personas)`
    proposals: Rows<Proposed<'a>>,
    /// the number of the first, as an example
    number: ProposalNumber,
}

impl<'a> ProposalWhich<'a> {
    /// Of two or more that are open. They are listed in the order of their numbers. The day is told of those whose topic
    /// stands twice.
    #[must_use]
    pub fn new(owner: &'a str, business: &'a str, mut proposals: Vec<Proposed<'a>>) -> Self {
        proposals.sort_by_key(|proposal| proposal.number);
        let topics: Vec<_> = proposals.iter().map(|proposal| proposal.topic).collect();
        for proposal in &mut proposals {
            let is_only = topics.iter().filter(|topic| **topic == proposal.topic).count() < 2;
            proposal.day = proposal.day.filter(|_| !is_only);
        }
        Self {
            name: OwnerName(Some(owner)),
            business: Line(business),
            count: Count(u64::try_from(proposals.len()).unwrap_or(u64::MAX)),
            number: ProposalNumber(proposals.first().map(|first| first.number)),
            proposals: Rows::all(proposals),
        }
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    use super::Topic;
    use chrono::NaiveDate;
    let day = NaiveDate::from_ymd_opt(2026, 11, 29);
    let proposed = |number, topic, people| Proposed { number, topic, people, day };
    let all = [
        proposed(3, Topic::LowOccupancy, 15),
        proposed(1, Topic::Birthdays, 1),
        proposed(2, Topic::Inactive, 1_234),
        proposed(4, Topic::Opportunities, 6),
        proposed(5, Topic::Named("Primavera"), 80),
    ];
    let sample = |owner, of: &[Proposed<'static>]| -> Box<dyn super::Text> {
        Box::new(ProposalWhich::new(owner, "Pet Amigo", of.to_vec()))
    };
    let next = Proposed { number: 6, people: 9, day: NaiveDate::from_ymd_opt(2026, 12, 1), ..all[0] };
    vec![sample("Carlos Ruiz", &all), sample("", &all[..2]), sample("Carlos Ruiz", &[all[0], all[1], next])]
}
