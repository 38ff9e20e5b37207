//! The tables and indexes, under the names that the deployment gave them.

use crate::StoreError;

/// Names of the tables that a function may use; it is given only those.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tables {
    /// Businesses with their senders, and the webhook secrets.
    pub businesses: Option<String>,
    /// API keys by hash, and the windows of their rate limit.
    pub api_keys: Option<String>,
    /// Customers' records, one item each.
    pub customers: Option<String>,
    /// Automations of businesses, what they have proposed, and runs that were asked for.
    pub automations: Option<String>,
    /// Customers' and pets' birthdays by day.
    pub birthdays: Option<String>,
    /// Which customer a phone, chat or business-scoped user id is.
    pub identities: Option<String>,
    /// Balances and their entries.
    pub points: Option<String>,
    /// Message records.
    pub messages: Option<String>,
    /// What may be sent to a person, and when it last was.
    pub recipients: Option<String>,
    /// When a sender is free next, and whether it is down.
    pub senders: Option<String>,
    /// What customers write.
    pub conversations: Option<String>,
}

/// One of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Table {
    Businesses,
    ApiKeys,
    Customers,
    Automations,
    Birthdays,
    Identities,
    Points,
    Messages,
    Recipients,
    Senders,
    Conversations,
}

impl Tables {
    pub(crate) fn name(&self, table: Table) -> Result<&str, StoreError> {
        let (name, label) = match table {
            Table::Businesses => (&self.businesses, "businesses"),
            Table::ApiKeys => (&self.api_keys, "api keys"),
            Table::Customers => (&self.customers, "customers"),
            Table::Automations => (&self.automations, "automations"),
            Table::Birthdays => (&self.birthdays, "birthdays"),
            Table::Identities => (&self.identities, "identities"),
            Table::Points => (&self.points, "points"),
            Table::Messages => (&self.messages, "messages"),
            Table::Recipients => (&self.recipients, "recipients"),
            Table::Senders => (&self.senders, "senders"),
            Table::Conversations => (&self.conversations, "conversations"),
        };
        name.as_deref().ok_or(StoreError::NoTable(label))
    }
}

/// Automations that are switched on, by shard and the time they run next.
pub(crate) const AUTOMATIONS_DUE: &str = "due";
/// Customers by business, by their last contact.
pub(crate) const CUSTOMERS_BY_LAST_CONTACT: &str = "by_last_contact";
/// API keys by business, newest last.
pub(crate) const KEYS_BY_BUSINESS: &str = "by_business";
/// Messages by business, by time of creation.
pub(crate) const MESSAGES_BY_BUSINESS: &str = "by_business";
/// Messages by customer, by time of creation.
pub(crate) const MESSAGES_BY_CUSTOMER: &str = "by_customer";
/// Messages by the id that the gateway gave them.
pub(crate) const MESSAGES_BY_GATEWAY_ID: &str = "by_gateway_id";
/// Messages that are not settled, by shard and the time they are looked at again.
pub(crate) const MESSAGES_DUE: &str = "due";
