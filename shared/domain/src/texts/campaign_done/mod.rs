//! The end of a campaign, to an owner.

use super::{IfAny, Line, OwnerName, Topic};

text! {
    /// Tells an owner that a campaign is finished, and what became of its messages.
    CampaignDone: Owner, Always
    /// the owner's first name
    name: OwnerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// the campaign, as `la oferta relámpago`
    topic: Topic<'a>,
    /// how many messages went out; missing if there are none
    sent: IfAny,
    /// how many failed; missing if there are none
    failed: IfAny,
    /// how many were left out by a rule; missing if there are none
    skipped: IfAny,
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    let sample = |owner, topic, [sent, failed, skipped]: [u64; 3]| -> Box<dyn super::Text> {
        Box::new(CampaignDone {
            name: OwnerName(Some(owner)),
            business: Line("Pet Amigo"),
            topic,
            sent: IfAny(sent),
            failed: IfAny(failed),
            skipped: IfAny(skipped),
        })
    };
    vec![
        sample("Carlos Ruiz", Topic::LowOccupancy, [14, 0, 0]),
        sample("", Topic::Inactive, [1_234, 2, 31]),
        sample("Carlos Ruiz", Topic::Named("Primavera"), [0, 1, 0]),
        sample("Carlos Ruiz", Topic::Birthdays, [1, 0, 1]),
    ]
}
