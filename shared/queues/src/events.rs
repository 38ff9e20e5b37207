//! Events on the bus: versioned details that name people only by id.

use crate::envelope::{TaskError, VERSION};
use chrono::{DateTime, Utc};
use domain::{AppointmentId, BusinessId, CustomerId, LoadId};
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

/// The source of our events.
pub const SOURCE: &str = "recado";

/// Something that happened, told on the bus; its detail names people only by id.
pub trait Happening: Serialize + DeserializeOwned {
    /// The `detail-type` on the bus.
    const DETAIL_TYPE: &'static str;

    /// The customer that it happened to.
    fn customer(&self) -> (BusinessId, CustomerId);
}

/// A customer's record was made, by a call or by a first inbound message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerRegistered {
    /// The business of the customer.
    pub business_id: BusinessId,
    /// The customer, by id.
    pub customer_id: CustomerId,
}

impl Happening for CustomerRegistered {
    const DETAIL_TYPE: &'static str = "CustomerRegistered";

    fn customer(&self) -> (BusinessId, CustomerId) {
        (self.business_id, self.customer_id)
    }
}

/// A customer's points changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsLoaded {
    /// The business of the customer.
    pub business_id: BusinessId,
    /// The customer, by id.
    pub customer_id: CustomerId,
    /// The points entry, by its load id.
    pub load_id: LoadId,
    /// The change; negative if points were taken.
    pub points: i64,
    /// After the change.
    pub balance: i64,
}

impl Happening for PointsLoaded {
    const DETAIL_TYPE: &'static str = "PointsLoaded";

    fn customer(&self) -> (BusinessId, CustomerId) {
        (self.business_id, self.customer_id)
    }
}

/// A conversation has ended: nobody has written for ten minutes. It is told once for each `conversation` of a customer, but
/// may be delivered more often. No word of it is in here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationSettled {
    /// The business of the customer.
    pub business_id: BusinessId,
    /// The customer, by id.
    pub customer_id: CustomerId,
    /// Its number among the customer's conversations that have ended, from 1.
    pub conversation: u64,
    /// The last message of either side, UTC.
    pub last_activity: DateTime<Utc>,
    /// Tokens of the assistant in it.
    pub tokens: u64,
    /// The assistant's last thread, if it has had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_id: Option<String>,
}

impl Happening for ConversationSettled {
    const DETAIL_TYPE: &'static str = "ConversationSettled";

    fn customer(&self) -> (BusinessId, CustomerId) {
        (self.business_id, self.customer_id)
    }
}

/// Of an event of an appointment.
macro_rules! of_appointment {
    ($($(#[$doc:meta])* $name:ident { $(#[$moment_doc:meta])* $moment:ident })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            /// The business of the appointment.
            pub business_id: BusinessId,
            /// The customer, by id.
            pub customer_id: CustomerId,
            /// The appointment, by the caller's name or ours.
            pub appointment_id: AppointmentId,
            $(#[$moment_doc])*
            pub $moment: DateTime<Utc>,
        }

        impl Happening for $name {
            const DETAIL_TYPE: &'static str = stringify!($name);

            fn customer(&self) -> (BusinessId, CustomerId) {
                (self.business_id, self.customer_id)
            }
        }
    )+};
}

of_appointment! {
    /// An appointment was made, moved, brought back after it was cancelled, or got another service or pet, and has still
    /// to take place.
    AppointmentBooked {
        /// When it begins, UTC.
        start
    }
    /// An appointment was cancelled or moved away, so that its time is free.
    AppointmentFreed {
        /// When it would have begun, UTC.
        start
    }
    /// It was decided on an appointment that its customer asked for in the chat, or the business has moved or cancelled one
    /// so that the customer is to hear of it.
    AppointmentDecided {
        /// When it begins, UTC.
        start
    }
    /// An appointment has taken place.
    AppointmentDone {
        /// When it was over by the diary, UTC; it may be ahead.
        end
    }
}

/// An event of ours, for publishing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The `detail-type` on the bus.
    pub detail_type: &'static str,
    /// The `detail` on the bus.
    pub detail: String,
}

impl Event {
    /// The event, as the bus takes it.
    ///
    /// # Errors
    /// Only if a field cannot be written as JSON.
    pub fn of<T: Happening>(happening: &T) -> Result<Self, TaskError> {
        #[derive(Serialize)]
        struct Detail<'a, T> {
            v: u64,
            #[serde(flatten)]
            happening: &'a T,
        }
        let detail = serde_json::to_string(&Detail { v: VERSION, happening })?;
        Ok(Self { detail_type: T::DETAIL_TYPE, detail })
    }
}

/// An event as a rule of the bus puts it into a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered<T> {
    /// The bus's own id; the same for every repeat of a delivery.
    pub event_id: String,
    /// When it was put on the bus.
    pub at: DateTime<Utc>,
    /// The fact.
    pub happening: T,
}

impl<T: Happening> Delivered<T> {
    /// Reads the whole EventBridge envelope.
    ///
    /// # Errors
    /// Another source, version or type, or malformed.
    pub fn parse(body: &str) -> Result<Self, TaskError> {
        #[derive(Deserialize)]
        struct EventHead {
            id: String,
            source: String,
            #[serde(rename = "detail-type")]
            detail_type: String,
            time: DateTime<Utc>,
            detail: Version,
        }
        #[derive(Deserialize)]
        struct Version {
            v: u64,
        }
        #[derive(Deserialize)]
        struct Whole<T> {
            detail: T,
        }
        let head: EventHead = serde_json::from_str(body)?;
        if head.source != SOURCE || head.detail_type != T::DETAIL_TYPE {
            return Err(TaskError::Type);
        }
        if head.detail.v != VERSION {
            return Err(TaskError::Version(head.detail.v));
        }
        let whole: Whole<T> = serde_json::from_str(body)?;
        Ok(Self { event_id: head.id, at: head.time, happening: whole.detail })
    }
}

impl<'de, T: Happening> Deserialize<'de> for Delivered<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let body = Box::<RawValue>::deserialize(deserializer)?;
        Self::parse(body.get()).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use uuid::Uuid;

    const BUSINESS: &str = "00000000-0000-0000-0000-000000000001";
    const CUSTOMER: &str = "00000000-0000-0000-0000-000000000002";

    fn envelope(source: &str, kind: &str, detail: &Value) -> String {
        json!({"version": "0", "id": "e-1", "detail-type": kind, "source": source, "account": "111122223333",
               "time": "2026-11-21T18:00:00Z", "region": "us-east-1", "resources": [], "detail": detail})
        .to_string()
    }

    #[test]
    fn an_event_survives_the_bus() {
        let points = PointsLoaded {
            business_id: BusinessId(Uuid::from_u128(1)),
            customer_id: CustomerId(Uuid::from_u128(2)),
            load_id: "invoice-7".parse().unwrap(),
            points: -5,
            balance: 20,
        };
        let event = Event::of(&points).unwrap();
        let detail: Value = serde_json::from_str(&event.detail).unwrap();
        assert_eq!(
            detail,
            json!({"v": 1, "business_id": BUSINESS, "customer_id": CUSTOMER, "load_id": "invoice-7", "points": -5, "balance": 20})
        );
        let delivered = Delivered::<PointsLoaded>::parse(&envelope(SOURCE, event.detail_type, &detail)).unwrap();
        assert_eq!((delivered.event_id.as_str(), delivered.happening), ("e-1", points));

        let freed = AppointmentFreed {
            business_id: BusinessId(Uuid::from_u128(1)),
            customer_id: CustomerId(Uuid::from_u128(2)),
            appointment_id: "booking/7".parse().unwrap(),
            start: "2026-11-24T17:30:00Z".parse().unwrap(),
        };
        let event = Event::of(&freed).unwrap();
        let detail_of_freed: Value = serde_json::from_str(&event.detail).unwrap();
        assert_eq!(
            detail_of_freed,
            json!({"v": 1, "business_id": BUSINESS, "customer_id": CUSTOMER, "appointment_id": "booking/7",
                   "start": "2026-11-24T17:30:00Z"})
        );
        let body = envelope(SOURCE, "AppointmentFreed", &detail_of_freed);
        assert_eq!(Delivered::<AppointmentFreed>::parse(&body).unwrap().happening, freed);
        assert_eq!(Delivered::<AppointmentBooked>::parse(&body).unwrap_err(), TaskError::Type);

        let wrong = |source: &str, kind: &str, detail: &Value| {
            Delivered::<CustomerRegistered>::parse(&envelope(source, kind, detail)).unwrap_err()
        };
        assert_eq!(wrong("other", "CustomerRegistered", &detail), TaskError::Type);
        assert_eq!(wrong(SOURCE, "PointsLoaded", &detail), TaskError::Type);
        assert_eq!(wrong(SOURCE, "CustomerRegistered", &json!({"v": 9})), TaskError::Version(9));
        assert!(matches!(wrong(SOURCE, "CustomerRegistered", &json!({"v": 1})), TaskError::Malformed { .. }));
    }
}
