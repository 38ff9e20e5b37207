//! The cost of a store's calls.

use aws_sdk_dynamodb::types::ConsumedCapacity;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Adds up what calls consume. Clones share one sum.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    sum: Usage,
    log: Option<Vec<Call>>,
}

/// The units that calls have consumed. A repeat that the SDK makes by itself is not a call of its own here.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// Requests to DynamoDB.
    pub calls: u64,
    /// Those of them that were queries, or pages of a scan.
    pub queries: u64,
    /// Items that were read, whether or not they passed a filter.
    pub items_read: u64,
    /// In read request units.
    pub read_units: f64,
    /// Write request units. A refused write is billed but not reported: the least is added, 1, or 2 for each action
    /// of a transaction.
    pub write_units: f64,
}

/// One call, for tests of budgets.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The API operation, e.g. `GetItem`.
    pub operation: &'static str,
    /// Read and write units together, by table name, or by table and index name as `table/index`.
    pub units: BTreeMap<String, f64>,
    /// Whether a condition refused it.
    pub refused: bool,
}

/// The kind of units that a call consumes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Read,
    Write,
}

impl Meter {
    /// A meter that also keeps every call; for tests, as the log only grows.
    #[must_use]
    pub fn with_log() -> Self {
        Self(Arc::new(Mutex::new(State { log: Some(Vec::new()), ..State::default() })))
    }

    /// The units that were consumed since the start or the last reset.
    #[must_use]
    pub fn usage(&self) -> Usage {
        self.with(|state| state.sum)
    }

    /// The calls since the start or the last reset, if they are kept.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.with(|state| state.log.clone().unwrap_or_default())
    }

    /// Sets everything to zero and answers what it was.
    pub fn reset(&self) -> Usage {
        self.with(|state| {
            if let Some(log) = &mut state.log {
                log.clear();
            }
            std::mem::take(&mut state.sum)
        })
    }

    pub(crate) fn add(
        &self,
        operation: &'static str,
        direction: Direction,
        items_read: usize,
        consumed: &[ConsumedCapacity],
    ) {
        let mut units = BTreeMap::new();
        let (mut read, mut written) = (0.0, 0.0);
        for one in consumed {
            let total = one.capacity_units().unwrap_or_default();
            match (one.read_capacity_units(), one.write_capacity_units(), direction) {
                // A transaction says which; one that is answered from its request token reads.
                (None, None, Direction::Read) => read += total,
                (None, None, Direction::Write) => written += total,
                (r, w, _) => {
                    read += r.unwrap_or_default();
                    written += w.unwrap_or_default();
                }
            }
            let table = one.table_name().unwrap_or_default();
            let own = one.table().and_then(aws_sdk_dynamodb::types::Capacity::capacity_units).unwrap_or(total);
            *units.entry(table.to_owned()).or_default() += own;
            for (index, capacity) in one.global_secondary_indexes().into_iter().flatten() {
                *units.entry(format!("{table}/{index}")).or_default() += capacity.capacity_units().unwrap_or_default();
            }
        }
        self.with(|state| {
            state.sum.calls += 1;
            state.sum.queries += u64::from(matches!(operation, "Query" | "Scan"));
            state.sum.items_read += u64::try_from(items_read).unwrap_or(u64::MAX);
            state.sum.read_units += read;
            state.sum.write_units += written;
            if let Some(log) = &mut state.log {
                log.push(Call { operation, units, refused: false });
            }
        });
    }

    /// A write that its condition refused: at least `units` are billed.
    pub(crate) fn refused(&self, operation: &'static str, units: f64) {
        self.with(|state| {
            state.sum.calls += 1;
            state.sum.write_units += units;
            if let Some(log) = &mut state.log {
                log.push(Call { operation, units: BTreeMap::new(), refused: true });
            }
        });
    }

    fn with<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
