//! What a yes is about to start, to an owner.

mod values;

pub use values::{Cost, LeftOut, LeftOutReason, Minutes, Takes};

use super::{AtIfAny, Choice, CountedIfAny, IfAny, Line, OwnerName, ProposalNumber, Rows, Topic, Unit};
use chrono::NaiveDateTime;
use strum::{IntoStaticStr, VariantNames};

text! {
    /// Tells an owner how many people a campaign goes to, who is left out, what it costs and how long it takes.
    Preflight: Transactional, Always
    /// the owner's first name
    name: OwnerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// the campaign, as `la oferta relámpago`
    topic: Topic<'a>,
    /// the people that it goes to, as `34 personas`; missing if there are none
    recipients: CountedIfAny,
    /// how many are left out; missing if there are none
    left_out_count: IfAny,
    /// a line for each reason, as `3 no quieren promociones`
    left_out: Rows<LeftOut>,
    /// the price, as `US$ 1,25 aprox.`; missing if it goes to nobody
    cost: Cost<'a>,
    /// how long it takes, as `≈ 4 minutos`; missing if it goes to nobody
    minutes: Minutes,
    /// `goes`, `asks` for a second yes, or `nobody` if there is nobody to write to
    next: Next,
    /// the number by which it is confirmed
    number: ProposalNumber,
    /// when it begins to go out, as `el lunes 30 de noviembre, a las 8:00`; missing if it does so now
    begins: AtIfAny,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Next {
    /// It goes by itself.
    Goes,
    /// It is so large that a second yes is waited for.
    Asks,
    /// There is nobody to write to.
    Nobody,
}

impl Choice for Next {}

/// The figures of a campaign before it starts.
#[derive(Clone, Debug)]
pub struct Figures<'a> {
    /// The people that it goes to.
    pub recipients: u64,
    /// Why others are left out, each reason with how many.
    pub left_out: Vec<LeftOut>,
    /// The price of all messages.
    pub cost: Cost<'a>,
    /// The time that it takes.
    pub time: Takes,
}

impl<'a> Preflight<'a> {
    /// `second_yes` is the number of the proposal, if the owner has to confirm it.
    #[must_use]
    pub fn new(
        owner: &'a str,
        business: &'a str,
        topic: Topic<'a>,
        figures: Figures<'a>,
        second_yes: Option<u32>,
    ) -> Self {
        let Figures { recipients, left_out, cost, time } = figures;
        let left_out: Vec<LeftOut> = left_out.into_iter().filter(|it| it.count > 0).collect();
        let some = recipients > 0;
        Self {
            name: OwnerName(Some(owner)),
            business: Line(business),
            topic,
            recipients: CountedIfAny(recipients, Unit::Person),
            left_out_count: IfAny(left_out.iter().map(|it| it.count).sum()),
            left_out: Rows::all(left_out),
            cost: if some { cost } else { Cost::None },
            minutes: Minutes(some.then_some(time)),
            next: match second_yes {
                _ if !some => Next::Nobody,
                Some(_) => Next::Asks,
                None => Next::Goes,
            },
            number: ProposalNumber(second_yes),
            begins: AtIfAny(None),
        }
    }

    /// With the local time from which it goes out, if that is later than now.
    #[must_use]
    pub fn from(self, time: Option<NaiveDateTime>) -> Self {
        Self { begins: AtIfAny(time), ..self }
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    use strum::IntoEnumIterator;
    let counted = |(nth, reason), most| LeftOut { reason, count: (nth as u64 % most) + 1 };
    let left_out = |most| LeftOutReason::iter().enumerate().map(|it| counted(it, most)).collect();
    let figures = |recipients, left_out, cost, minutes| {
        let time = Takes { minutes, at_best_hours: false };
        Figures { recipients, left_out, cost, time }
    };
    let at_best_hours = || -> Box<dyn super::Text> {
        let time = Takes { minutes: 4, at_best_hours: true };
        let figures = Figures { recipients: 34, left_out: vec![], cost: Cost::Free, time };
        Box::new(Preflight::new("Carlos Ruiz", "Pet Amigo", Topic::Inactive, figures, None))
    };
    let sample = |owner, topic, figures, second_yes| -> Box<dyn super::Text> {
        Box::new(Preflight::new(owner, "Pet Amigo", topic, figures, second_yes))
    };
    let later = |second_yes| -> Box<dyn super::Text> {
        let figures = figures(14, vec![], Cost::About("US$ 0,88"), 1);
        let text = Preflight::new("Carlos Ruiz", "Pet Amigo", Topic::LowOccupancy, figures, second_yes);
        Box::new(text.from(chrono::NaiveDate::from_ymd_opt(2026, 11, 30).and_then(|day| day.and_hms_opt(8, 0, 0))))
    };
    vec![
        at_best_hours(),
        later(None),
        later(Some(1)),
        sample("Carlos Ruiz", Topic::LowOccupancy, figures(14, vec![], Cost::About("US$ 0,88"), 1), None),
        sample("", Topic::Inactive, figures(1_234, left_out(3), Cost::Unknown, 62), Some(2)),
        sample("Carlos Ruiz", Topic::Birthdays, figures(1, left_out(1), Cost::Free, 0), None),
        sample("Carlos Ruiz", Topic::Named("Primavera"), figures(0, left_out(2), Cost::Free, 0), None),
        sample("", Topic::Opportunities, figures(40_000, vec![], Cost::About("US$ 2.500,00"), 2_000), Some(1)),
    ]
}
