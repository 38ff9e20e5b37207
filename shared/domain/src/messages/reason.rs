//! Why a message waits, is not sent, or is not known to be.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

/// A reason as a stable word (`quiet_hours`) with a sentence for people. Metrics and tallies count by the word.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    EnumIter,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Reason {
    /// Its time has not come.
    Scheduled,
    /// The customer is around at a later hour.
    BestHour,
    /// It is night at the business.
    QuietHours,
    /// The business is closed on the day.
    ClosedDay,
    /// Another message to the person has just gone.
    PairTime,
    /// The sender has no free slot.
    Pace,
    /// The sender is fresh or in poor health, and sends marketing slowly.
    WarmUp,
    /// The gateway said when to come back.
    RateLimited,
    /// The sender is disconnected.
    SenderDown,
    /// The gateway surely did not take it; it is tried again, or the tries are used up.
    NotAccepted,
    /// Its campaign is paused.
    CampaignPaused,
    /// Its campaign was cancelled.
    CampaignCancelled,
    /// The tables are those of an earlier time, and it may have gone since.
    Restored,
    /// The person has ended marketing.
    OptedOut,
    /// The person has said no to marketing.
    ConsentRefused,
    /// The business requires a yes to marketing, and there is none.
    OptInRequired,
    /// The person has had the week's marketing.
    WeeklyCap,
    /// The day it is about is over.
    DayOver,
    /// The birthday has been changed or removed since.
    BirthdayChanged,
    /// The appointment was moved, cancelled or is over.
    AppointmentChanged,
    /// The business has switched the automation off.
    SwitchedOff,
    /// The customer has told meanwhile what they were to be asked.
    Answered,
    /// The person was asked for the same not long ago.
    AskedLately,
    /// The person has been in contact meanwhile.
    NewContact,
    /// A person of the business has taken the chat since it was written.
    PersonAnswers,
    /// The customer's next step is another by now.
    StepChanged,
    /// The customer has an appointment by now.
    HasAppointment,
    /// Only an approved template may go, and there is none.
    WindowClosed,
    /// The gateway has closed the account or restricted it.
    SenderRestricted,
    /// There is neither a text nor an approved template for it.
    NothingToSend,
    /// The person has no number or chat to send to.
    NoAddress,
    /// WhatsApp knows nobody of the person's number.
    NotOnWhatsapp,
    /// The business has no sender.
    NoSender,
    /// The gateway refused it for good.
    Refused,
    /// The gateway took it and later said that it did not arrive.
    NotDelivered,
    /// Nobody knows whether the gateway took it.
    Unknown,
}

impl Reason {
    /// Its meaning, in English.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Scheduled => "It is scheduled for later.",
            Self::BestHour => "It waits for the hour at which the customer is usually around.",
            Self::QuietHours => "It waits for the end of the business's quiet hours.",
            Self::ClosedDay => "It waits for the end of a day on which the business is closed.",
            Self::PairTime => "Another message to the same person has just been sent.",
            Self::Pace => "The sender's limit is used up for the moment.",
            Self::WarmUp => {
                "The sender is new or in poor health: it sends marketing slowly, so that WhatsApp does not ban it."
            }
            Self::RateLimited => "The gateway asked to slow down.",
            Self::SenderDown => "The sender is not connected.",
            Self::NotAccepted => "The gateway did not accept it.",
            Self::CampaignPaused => "Its campaign is paused.",
            Self::CampaignCancelled => "Its campaign was cancelled.",
            Self::Restored => {
                "The tables were restored, and it may have gone before that. Send it again, if it has not."
            }
            Self::OptedOut => "The person has opted out of marketing.",
            Self::ConsentRefused => "The person has not consented to marketing.",
            Self::BirthdayChanged => "The birthday has been changed or removed meanwhile.",
            Self::AppointmentChanged => "The appointment was moved or cancelled meanwhile, or is over.",
            Self::SwitchedOff => "The business has switched this automation off.",
            Self::DayOver => "The day it is about is over.",
            Self::Answered => "The customer has answered meanwhile.",
            Self::AskedLately => "The person was asked for the same not long ago.",
            Self::NewContact => "The person has been in contact meanwhile.",
            Self::PersonAnswers => "A person of the business answers the customer.",
            Self::StepChanged => "The customer's next step is another by now.",
            Self::HasAppointment => "The customer has an appointment by now.",
            Self::OptInRequired => "The business requires an opt-in, and the person has not opted in.",
            Self::WeeklyCap => "The person has had this week's marketing messages.",
            Self::WindowClosed => {
                "The person has not written in the last 24 hours, and the sender has no approved template for it."
            }
            Self::SenderRestricted => "The gateway has restricted the sender's account.",
            Self::NothingToSend => "It has no text, and the sender has no approved template for it.",
            Self::NoAddress => "The person has no number to send to.",
            Self::NotOnWhatsapp => "WhatsApp knows nobody of this number.",
            Self::NoSender => "The business has no sender.",
            Self::Refused => "The gateway refused it.",
            Self::NotDelivered => "The gateway could not deliver it.",
            Self::Unknown => "It is not known whether the gateway accepted it.",
        }
    }

    /// As a message's record keeps it: the word, a colon, the sentence.
    #[must_use]
    pub fn error_message(self) -> String {
        format!("{self}: {}", self.sentence())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::IntoEnumIterator;

    #[test]
    fn every_reason_has_a_word_and_a_sentence_of_its_own() {
        let mut sentences: Vec<_> = Reason::iter().map(Reason::sentence).collect();
        sentences.sort_unstable();
        sentences.dedup();
        assert_eq!(sentences.len(), Reason::iter().count());
        for reason in Reason::iter() {
            assert_eq!(reason.to_string().parse(), Ok(reason));
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.to_string());
            assert!(reason.error_message().starts_with(&format!("{reason}: ")) && reason.sentence().ends_with('.'));
        }
    }
}
