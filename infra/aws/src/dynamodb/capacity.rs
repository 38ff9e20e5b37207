//! The consumption of a request, for the meter and for the caller.

use dynoxide::types::{CapacityDetail, ConsumedCapacity};
use serde_json::Value;

/// Hears of every request.
pub trait Observer: Send + Sync {
    /// One request was answered, well or not.
    fn dynamodb(&self, consumed: &Consumed<'_>);
}

/// The capacity that one request consumed.
#[derive(Debug)]
pub struct Consumed<'a> {
    /// Name of the operation, such as `PutItem`.
    pub operation: &'a str,
    /// Tables that the request names, each once.
    pub tables: &'a [String],
    /// Whether the answer was an error.
    pub failed: bool,
    /// Units by table and index.
    pub used: &'a [Units],
}

/// Request units of one table or index.
#[derive(Debug, Clone, PartialEq)]
pub struct Units {
    /// Physical name of the table.
    pub table: String,
    /// Index; `None` is the table itself.
    pub index: Option<String>,
    /// Read request units.
    pub read: f64,
    /// Write request units.
    pub write: f64,
}

/// The detail of capacity that the caller asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    None,
    Total,
    Indexes,
}

impl Mode {
    /// The mode that the request names; an unknown one counts as none.
    pub(super) fn of(request: &Value) -> Self {
        match request["ReturnConsumedCapacity"].as_str() {
            Some("INDEXES") => Self::Indexes,
            Some("TOTAL") => Self::Total,
            _ => Self::None,
        }
    }
}

/// The place in a response that carries its capacity.
pub(super) enum Slot<'a> {
    One(&'a mut Option<ConsumedCapacity>),
    Many(&'a mut Option<Vec<ConsumedCapacity>>),
}

impl Slot<'_> {
    /// Takes the units and leaves in the response what `mode` asks for.
    pub(super) fn settle(self, writes: bool, mode: Mode) -> Vec<Units> {
        let mut used = Vec::new();
        match self {
            Self::One(slot) => {
                slot.iter_mut().for_each(|one| settle_one(one, writes, mode, &mut used));
                if mode == Mode::None {
                    *slot = None;
                }
            }
            Self::Many(slot) => {
                slot.iter_mut().flatten().for_each(|one| settle_one(one, writes, mode, &mut used));
                if mode == Mode::None {
                    *slot = None;
                }
            }
        }
        used
    }
}

fn settle_one(one: &mut ConsumedCapacity, writes: bool, mode: Mode, used: &mut Vec<Units>) {
    let table = one.table_name.clone();
    let mut add = |index: Option<&String>, detail: &CapacityDetail| {
        let (read, write) = match (detail.read_capacity_units, detail.write_capacity_units) {
            (None, None) if writes => (0.0, detail.capacity_units),
            (None, None) => (detail.capacity_units, 0.0),
            (read, write) => (read.unwrap_or_default(), write.unwrap_or_default()),
        };
        if read + write > 0.0 {
            used.push(Units { table: table.clone(), index: index.cloned(), read, write });
        }
    };
    match &one.table {
        Some(detail) => add(None, detail),
        None => {
            let of_indexes: f64 = indexes(one).map(|(_, detail)| detail.capacity_units).sum();
            let detail = CapacityDetail { capacity_units: one.capacity_units - of_indexes, ..Default::default() };
            add(None, &detail);
        }
    }
    let mut by_name: Vec<_> = indexes(one).collect();
    by_name.sort_by_key(|(name, _)| *name);
    for (name, detail) in by_name {
        add(Some(name), detail);
    }
    if mode == Mode::Total {
        one.table = None;
        one.global_secondary_indexes = None;
        one.local_secondary_indexes = None;
    }
}

fn indexes(one: &ConsumedCapacity) -> impl Iterator<Item = (&String, &CapacityDetail)> {
    one.global_secondary_indexes.iter().chain(one.local_secondary_indexes.iter()).flatten()
}
