//! The tables, under the names that the deployment gave them. This is the only list of them: variables, names, and
//! what tests and the simulation go through derive from it.

use crate::changes::Meaning;
use crate::{
    StoreError, api_keys, appointments, automations, birthdays, businesses, campaigns, conversations, customers,
    identities, messages, points, purchases, recipients, senders, sessions,
};
use std::collections::BTreeMap;
use strum::{Display, EnumIter, IntoEnumIterator, IntoStaticStr};

/// A table of the template. Its name there is the variant's with `Table` behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Display, EnumIter, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Table {
    /// Businesses with their senders, and to whom webhook secrets and addresses belong.
    Businesses,
    /// API keys by hash, and the windows of their rate limit.
    ApiKeys,
    /// Customers' records, one item each.
    Customers,
    /// Automations of businesses, their proposals, and runs on demand.
    Automations,
    /// Customers' and pets' birthdays by day.
    Birthdays,
    /// Which customer a phone, chat or business-scoped user id is.
    Identities,
    /// Balances and their entries.
    Points,
    /// Purchases, the names in them, and whose an invoice is.
    Purchases,
    /// Message records.
    Messages,
    /// Reach rows: whether a recipient may be written to.
    Recipients,
    /// When a sender is free next, and whether it is down.
    Senders,
    /// The texts that customers write.
    Conversations,
    /// Appointments, and the times of each day that are taken.
    Appointments,
    /// Campaigns, their frozen audiences, and how far they are.
    Campaigns,
    /// Sessions of QR gateways, and what goes to the operator's upstream.
    Sessions,
}

impl Table {
    /// The logical id in the template, as `ApiKeysTable`.
    #[must_use]
    pub fn resource(self) -> String {
        format!("{self:?}Table")
    }

    /// The environment variable that holds the table's name, as `TABLE_API_KEYS`.
    #[must_use]
    pub fn variable(self) -> String {
        format!("TABLE_{}", self.to_string().to_uppercase())
    }

    /// The meaning of a change of the table's items, as its room says.
    pub(crate) fn meaning(self) -> Meaning {
        match self {
            Self::Businesses => businesses::change,
            Self::ApiKeys => api_keys::change,
            Self::Customers => customers::change,
            Self::Automations => automations::change,
            Self::Birthdays => birthdays::change,
            Self::Identities => identities::change,
            Self::Points => points::change,
            Self::Purchases => purchases::change,
            Self::Messages => messages::change,
            Self::Recipients => recipients::change,
            Self::Senders => senders::change,
            Self::Conversations => conversations::change,
            Self::Appointments => appointments::change,
            Self::Campaigns => campaigns::change,
            Self::Sessions => sessions::change,
        }
    }
}

/// Names of the tables that a function may use; it is given only those.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tables(BTreeMap<Table, String>);

impl Tables {
    /// Those of the tables that have a name.
    pub fn named(name: impl Fn(Table) -> Option<String>) -> Self {
        Self(Table::iter().filter_map(|table| Some((table, name(table)?))).collect())
    }

    /// The table whose stream has this ARN, `arn:{partition}:dynamodb:{region}:{account}:table/{name}/stream/{label}`.
    #[must_use]
    pub fn of_stream(&self, arn: &str) -> Option<Table> {
        let resource = arn.splitn(6, ':').nth(5)?;
        let (name, _) = resource.strip_prefix("table/")?.split_once("/stream/")?;
        self.0.iter().find(|(_, known)| *known == name).map(|(table, _)| *table)
    }

    /// Whether the function was given none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn name(&self, table: Table) -> Result<&str, StoreError> {
        self.0.get(&table).map(String::as_str).ok_or(StoreError::NoTable(table.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_found_by_its_stream_in_every_partition() {
        let tables = Tables::named(|table| {
            matches!(table, Table::Points | Table::ApiKeys).then(|| format!("recado-{}-1A.b_C", table.resource()))
        });
        let stream = |partition, name| {
            format!("arn:{partition}:dynamodb:sa-east-1:123456789012:table/{name}/stream/2026-11-29T01:02:03.456")
        };
        for partition in ["aws", "aws-us-gov", "aws-cn"] {
            assert_eq!(tables.of_stream(&stream(partition, "recado-PointsTable-1A.b_C")), Some(Table::Points));
            assert_eq!(tables.of_stream(&stream(partition, "recado-ApiKeysTable-1A.b_C")), Some(Table::ApiKeys));
        }
        let unknown = [
            stream("aws", "recado-MessagesTable-1A.b_C"),
            stream("aws", "recado-PointsTable"),
            "arn:aws:dynamodb:sa-east-1:123456789012:table/recado-PointsTable-1A.b_C".to_owned(),
            "arn:aws:sqs:sa-east-1:123456789012:recado-PointsTable-1A.b_C".to_owned(),
            "recado-PointsTable-1A.b_C".to_owned(),
            String::new(),
        ];
        for arn in unknown {
            assert_eq!(tables.of_stream(&arn), None, "{arn}");
        }
    }
}
