//! The rules of a business that act by themselves. Each is one file here, which holds all of it; the engine does what
//! they have in common. A new one joins by its line below and its name in [`domain::AutomationName`].

pub mod engine;

mod appointment_ahead;
mod birthdays;
mod by_name;
mod candidates;
pub mod confirm_appointments;
pub mod consent;
mod daily_actions;
mod daily_summary;
mod inactive_customers;
mod low_occupancy;
mod notify_points;
mod opportunities;
pub mod request_missing_fields;
mod review_request;
mod tell_bookings;
#[cfg(test)]
mod testing;

pub use birthdays::Birthdays;
pub use by_name::{finds_customers, invited, preview, proposed, work};
pub use confirm_appointments::ConfirmAppointments;
pub use daily_actions::DailyActions;
pub use daily_summary::DailySummary;
pub use engine::{
    Automation, Hours, Invited, JobError, Jobs, LegacyWorker, Listener, Preview, PreviewMessage, PreviewReport,
    Progress, Reporter, Reporting, Reports, Scheduled, Spec, Start, StillStands, Triggered, Visitor, Worker,
};
pub use inactive_customers::InactiveCustomers;
pub use low_occupancy::LowOccupancy;
pub use notify_points::NotifyPoints;
pub use opportunities::Opportunities;
pub use request_missing_fields::RequestMissingFields;
pub use review_request::ReviewRequest;
pub use tell_bookings::TellBookings;

use domain::texts::Topic;
use domain::{AutomationName, Business, Customer, Message, Reason};
use kit::App;
use strum::IntoEnumIterator;

macro_rules! automations {
    ($($name:ident: $start:ident,)+) => {
        /// The facts of an automation that can be told without running it. Links none of the code that runs it.
        #[must_use]
        pub fn spec(name: AutomationName) -> &'static Spec {
            match name {
                $(AutomationName::$name => &<$name as Automation>::SPEC,)+
            }
        }

        /// What is asked of the store before a message of an automation is sent.
        fn asks_the_store(name: AutomationName) -> Option<StillStands> {
            match name {
                $(AutomationName::$name => <$name as Automation>::STILL_STANDS,)+
            }
        }

        /// Does something with the automation of a name. Links the code of all of them.
        pub fn visit<V: Visitor>(name: AutomationName, visitor: V) -> V::Output {
            match name {
                $(AutomationName::$name => visitor.$start::<$name>(),)+
            }
        }
    };
}

automations! {
    Birthdays: scheduled,
    ConfirmAppointments: triggered,
    DailyActions: scheduled,
    DailySummary: reporting,
    InactiveCustomers: scheduled,
    LowOccupancy: reporting,
    NotifyPoints: triggered,
    Opportunities: reporting,
    RequestMissingFields: triggered,
    ReviewRequest: triggered,
    TellBookings: triggered,
}

/// What the proposals of an automation are about, in words.
#[must_use]
pub fn topic(name: AutomationName) -> Topic<'static> {
    spec(name).topic.unwrap_or_else(|| Topic::Named(name.into()))
}

/// When an automation runs if the business has set nothing else; `None` if an event starts it.
#[must_use]
pub fn hours(name: AutomationName) -> Option<Hours> {
    match spec(name).start {
        Start::AtHours(hours) => Some(hours),
        Start::OnEvent(_) => None,
    }
}

/// Whether an event, by its `detail-type`, starts any automation. One that starts none costs, and nobody hears it.
#[must_use]
pub fn is_heard(detail_type: &str) -> bool {
    let starts = |start| match start {
        // All its fields, so that another way to start cannot be forgotten here.
        Start::AtHours(Hours { cron: _, misfire: _, action: _, only_on_its_day: _, also_on }) => {
            also_on == Some(detail_type)
        }
        Start::OnEvent(event) => event == detail_type,
    };
    AutomationName::iter().any(|name| starts(spec(name).start))
}

/// Those that run at their hours, with what they do if the business has set nothing else.
pub fn scheduled() -> impl Iterator<Item = (AutomationName, Hours)> {
    AutomationName::iter().filter_map(|name| Some((name, hours(name)?)))
}

/// Whether a message is still to be sent to this customer: what its automation asks again just before.
///
/// # Errors
/// Why it is not.
pub fn still_holds(message: &Message, customer: &Customer) -> Result<(), Reason> {
    of_text(message).map_or(Ok(()), |spec| (spec.still_holds)(message, customer))
}

/// Asked after [`still_holds`]: whether what only the store knows still holds, or why it does not.
///
/// # Errors
/// The store did not answer.
pub async fn still_stands(app: &App, business: &Business, message: &Message) -> Result<Result<(), Reason>, JobError> {
    match of_text(message).and_then(|spec| asks_the_store(spec.name)) {
        Some(ask) => ask(app, business, message).await,
        None => Ok(Ok(())),
    }
}

fn of_text(message: &Message) -> Option<&'static Spec> {
    AutomationName::iter().map(spec).find(|spec| spec.text == message.message_type)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Cron;

    #[test]
    fn an_event_is_heard_if_it_starts_one() {
        for name in AutomationName::iter() {
            if let Start::OnEvent(event) = spec(name).start {
                assert!(is_heard(event), "{name}");
            }
        }
        assert!(!is_heard("Nothing"));
    }

    #[test]
    fn every_default_hour_is_a_cron_and_every_name_its_own() {
        for name in AutomationName::iter() {
            assert_eq!(spec(name).name, name);
        }
        for (name, hours) in scheduled() {
            let cron = hours.cron.parse::<Cron>().unwrap();
            assert!(cron.is_at_most_hourly(), "{name}");
        }
    }
}
