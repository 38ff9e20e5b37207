//! Asks a new customer, in one message, for the first two fields that the business wants to know and does not.

use crate::engine::{Automation, JobError, Spec, Start, Triggered, always_holds};
use domain::texts::missing_fields::MissingFields;
use domain::{AutomationName, Business, Customer, CustomerId, Draft, MessageId, MessageType, Recipient};
use queues::events::{CustomerRegistered, Happening};
use store::Store;

/// Asks for profile fields.
pub struct RequestMissingFields;

impl RequestMissingFields {
    /// The one question to a customer.
    #[must_use]
    pub fn message_id(customer: CustomerId) -> MessageId {
        MessageId::of(format!("missing-fields/{customer}"))
    }
}

impl Automation for RequestMissingFields {
    const SPEC: Spec = Spec {
        name: AutomationName::RequestMissingFields,
        start: Start::OnEvent(CustomerRegistered::DETAIL_TYPE),
        text: MessageType::MissingFields,
        still_holds: always_holds,
    };
}

impl Triggered for RequestMissingFields {
    type Event = CustomerRegistered;

    async fn message(
        _: &Store,
        business: &Business,
        customer: &Customer,
        _: &CustomerRegistered,
    ) -> Result<Option<Draft>, JobError> {
        let missing = customer.missing(&business.wanted_fields);
        if missing.is_empty() {
            return Ok(None);
        }
        let text = MissingFields::new(customer.known_name(), &business.name, &missing);
        let (id, to) = (Self::message_id(customer.customer_id), Recipient::Customer(customer.customer_id));
        Ok(Some(Draft::new(id, to, &text, business.voice(customer.locale))?))
    }
}
