//! Rules of a business that act by themselves, at their hours.

use crate::schedule::{Cron, Firing};
use crate::{BusinessId, local_time};
use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumMessage, EnumString, IntoStaticStr};

/// An automation by its name, which its program, its queue, its row and its path share. The API's document has the
/// rustdoc of the variants.
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
    EnumMessage,
    IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum AutomationName {
    /// Greets customers and pets on their birthday, or proposes it to the owners.
    Birthdays,
    /// Asks customers before an appointment whether they come, and acts on the answer.
    ConfirmAppointments,
    /// Takes up with customers what was left open, and tells the owners of those who wait for a person.
    DailyActions,
    /// Tells the owners of the day: appointments, revenue, new customers.
    DailySummary,
    /// Proposes to the owners to win back customers who have had no contact for long, or writes to them.
    InactiveCustomers,
    /// Tells the owners that tomorrow has few appointments, and proposes to write to customers who may come.
    LowOccupancy,
    /// Tells customers of a change of their points.
    NotifyPoints,
    /// Tells the owners of free times of the next days and of customers who are due, and proposes to write to them.
    Opportunities,
    /// Asks new customers for what the business wants to know of them.
    RequestMissingFields,
    /// Asks customers for a review two hours after a visit, at most once in 90 days, if the business has set `review_url`.
    ReviewRequest,
    /// Tells customers how the business has decided on the appointments that they asked for in the chat.
    TellBookings,
}

/// Whether customers are written to at once or after the owner's yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumIter, EnumString, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Action {
    /// Customers are written to, and the owner is told.
    Auto,
    /// The owner is asked, and nothing goes to customers.
    Propose,
}

/// An automation of a business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Automation {
    /// The business that it belongs to.
    pub business_id: BusinessId,
    /// Which automation it is.
    pub name: AutomationName,
    /// When it runs, in the zone.
    pub cron: Cron,
    /// The zone of the business, an IANA name.
    pub timezone: Tz,
    /// Whether customers are written to at once.
    pub action: Action,
    /// The slot that comes next, local time; `None` while it is switched off.
    pub pending: Option<NaiveDateTime>,
    /// The slot that was run last by its hour, local time.
    pub last_run: Option<NaiveDateTime>,
    /// The slot that was left out last, local time.
    pub last_skipped: Option<NaiveDateTime>,
}

impl Automation {
    /// Running from `now` on.
    #[must_use]
    pub fn new(
        business_id: BusinessId,
        name: AutomationName,
        cron: Cron,
        action: Action,
        timezone: Tz,
        now: DateTime<Utc>,
    ) -> Self {
        let pending = Firing::first_after(now, &cron, timezone).map(|(slot, _)| slot);
        Self { business_id, name, cron, timezone, action, pending, last_run: None, last_skipped: None }
    }

    /// Whether it runs by itself.
    #[must_use]
    pub fn enabled(&self) -> bool {
        self.pending.is_some()
    }

    /// When it runs next; `None` while it is switched off.
    #[must_use]
    pub fn due_at(&self) -> Option<DateTime<Utc>> {
        self.pending.and_then(|slot| local_time::moment(slot, self.timezone))
    }

    /// Sets what is given. A cron that differs, and being switched on, count from `now`: a slot that has been today is
    /// not made up for.
    pub fn set(&mut self, enabled: Option<bool>, cron: Option<Cron>, action: Option<Action>, now: DateTime<Utc>) {
        self.action = action.unwrap_or(self.action);
        let was = self.enabled();
        let moved = cron.as_ref().is_some_and(|cron| *cron != self.cron);
        if let Some(cron) = cron {
            self.cron = cron;
        }
        if !enabled.unwrap_or(was) {
            self.pending = None;
        } else if moved || !was {
            self.pending = Firing::first_after(now, &self.cron, self.timezone).map(|(slot, _)| slot);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use uuid::Uuid;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn birthdays(zone: Tz, now: &str) -> Automation {
        let (business, name) = (BusinessId(Uuid::from_u128(1)), AutomationName::Birthdays);
        Automation::new(business, name, "0 9 * * *".parse().unwrap(), Action::Auto, zone, utc(now))
    }

    #[test]
    fn a_zone_that_changes_at_8_59_moves_the_moment_and_not_the_slot() {
        let mut automation = birthdays(Tz::America__Sao_Paulo, "2026-11-25T11:59:00Z");
        let slot = NaiveDate::from_ymd_opt(2026, 11, 25).unwrap().and_hms_opt(9, 0, 0);
        assert_eq!((automation.pending, automation.due_at()), (slot, Some(utc("2026-11-25T12:00:00Z"))));
        // Manaus is an hour behind: the slot comes in an hour and a minute.
        automation.timezone = Tz::America__Manaus;
        assert_eq!((automation.pending, automation.due_at()), (slot, Some(utc("2026-11-25T13:00:00Z"))));
        // From Manaus to São Paulo at 8:59 it is 9:59 there: it runs at once, as a late one.
        let mut automation = birthdays(Tz::America__Manaus, "2026-11-25T12:59:00Z");
        automation.timezone = Tz::America__Sao_Paulo;
        assert_eq!((automation.pending, automation.due_at()), (slot, Some(utc("2026-11-25T12:00:00Z"))));
    }

    #[test]
    fn a_new_setting_counts_from_now() {
        let now = utc("2026-11-25T13:00:00Z");
        let mut automation = birthdays(Tz::America__Bogota, "2026-11-25T12:00:00Z");
        let due = |automation: &Automation| automation.due_at().map(|at| at.to_rfc3339());
        let before = automation.clone();
        automation.set(Some(true), Some("0 9 * * *".parse().unwrap()), None, now);
        assert_eq!(automation, before);
        automation.set(None, Some("30 7 * * *".parse().unwrap()), Some(Action::Propose), now);
        assert_eq!(due(&automation).as_deref(), Some("2026-11-26T12:30:00+00:00"));
        automation.set(Some(false), None, None, now);
        assert_eq!((automation.enabled(), due(&automation)), (false, None));
        automation.set(None, Some("0 8 * * *".parse().unwrap()), None, now);
        assert!(!automation.enabled());
        automation.set(Some(true), None, None, now);
        assert_eq!(due(&automation).as_deref(), Some("2026-11-26T13:00:00+00:00"));
        assert_eq!(automation.action, Action::Propose);
    }
}
