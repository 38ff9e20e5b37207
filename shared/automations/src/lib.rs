//! The rules of a business that act by themselves. Each is one file here, which holds all of it; the engine does what
//! they have in common. A new one joins by its line below and its name in [`domain::AutomationName`].

pub mod engine;

mod birthdays;
mod inactive_customers;
mod notify_points;
pub mod request_missing_fields;
#[cfg(test)]
mod testing;

pub use birthdays::Birthdays;
pub use engine::{
    Automation, Hours, JobError, Jobs, Listener, Progress, Scheduled, Spec, Start, Triggered, Visitor, Worker,
};
pub use inactive_customers::InactiveCustomers;
pub use notify_points::NotifyPoints;
pub use request_missing_fields::RequestMissingFields;

use chrono::{DateTime, Utc};
use domain::{AutomationName, Customer, Job, Message, Reason};
use futures::FutureExt;
use futures::future::BoxFuture;
use kit::App;
use kit::config::Backstop;
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
    InactiveCustomers: scheduled,
    NotifyPoints: triggered,
    RequestMissingFields: triggered,
}

/// Goes on with a job of whichever automation it names, as [`Jobs::work`] does. Links the code of all of them.
///
/// # Errors
/// Those of [`Jobs::work`], or an event starts the automation.
pub async fn work(app: &App, backstop: Backstop, job: Job, until: DateTime<Utc>) -> Result<Progress, JobError> {
    visit(job.automation, Work { app, backstop, job, until }).await
}

struct Work<'a> {
    app: &'a App,
    backstop: Backstop,
    job: Job,
    until: DateTime<Utc>,
}

impl<'a> Visitor for Work<'a> {
    type Output = BoxFuture<'a, Result<Progress, JobError>>;

    fn scheduled<A: Scheduled>(self) -> Self::Output {
        let jobs = Jobs::<A>::new(self.app.clone(), self.backstop);
        async move { jobs.work(self.job, self.until).await }.boxed()
    }

    fn triggered<A: Triggered>(self) -> Self::Output {
        async { Err(JobError::NotScheduled) }.boxed()
    }
}

/// When an automation runs if the business has set nothing else; `None` if an event starts it.
#[must_use]
pub fn hours(name: AutomationName) -> Option<Hours> {
    match spec(name).start {
        Start::AtHours(hours) => Some(hours),
        Start::OnEvent(_) => None,
    }
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
    let mut specs = AutomationName::iter().map(spec);
    let found = specs.find(|spec| spec.text == message.message_type);
    found.map_or(Ok(()), |spec| (spec.still_holds)(message, customer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Cron;

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
