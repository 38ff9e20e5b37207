//! The nightly sync of a business: when it comes, and what the last ones did.

use crate::parameters::BusinessPath;
use crate::values::Time;
use crate::{Address, Operation, Tag};
use chrono::{DateTime, Utc};
use domain::sync::{Sync, SyncReport};
use serde::Serialize;
use strum::{EnumIter, EnumMessage, IntoStaticStr};
use utoipa::ToSchema;

/// The routes.
#[derive(Clone, Copy, EnumIter, EnumMessage, IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Route {
    /// Read when the nightly sync comes and what the last ones did
    ///
    /// At 2:00 of the business the numbers of customers are counted anew from their purchases, and the index of the search is
    /// held against the records. What differs is put right and told here.
    ReadSync,
    /// Ask for a whole sync
    ///
    /// Operator key only. It begins within about a minute, or once the one under way has ended. It counts every customer and
    /// indexes each anew who is missing or differs: so customers from before there was a search come into it.
    StartSync,
}

impl crate::Route for Route {
    const TAG: Tag = Tag {
        name: "Sync",
        description: "Each night numbers are counted anew, and the search is held against the records.",
    };

    fn address(self) -> Address {
        match self {
            Self::ReadSync => Address::get("/api/businesses/{business_id}/sync"),
            Self::StartSync => Address::post("/api/businesses/{business_id}/sync"),
        }
    }

    fn operation(self) -> Operation {
        match self {
            Self::ReadSync => Operation::with_key()
                .path::<BusinessPath>()
                .answer::<SyncState>(200, "When the next one comes, and the last seven.")
                .not_found(),
            Self::StartSync => Operation::with_operator_key()
                .path::<BusinessPath>()
                .answer::<SyncState>(202, "It will begin. A call that comes again before it does changes nothing.")
                .not_found(),
        }
    }
}

/// The nightly sync of a business.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({
    "next_at": "2026-12-01T05:00:00Z",
    "next_is_whole": false,
    "running": null,
    "last": [{
        "started_at": "2026-11-30T05:00:31.204Z",
        "ended_at": "2026-11-30T05:00:36.870Z",
        "whole": false,
        "customers_counted": 41,
        "customers_repaired": 0,
        "days_renewed": 0,
        "customers_compared": 5210,
        "rows_repaired": 0,
        "rows_removed": 0,
        "unreadable": 0,
        "customers": 5210,
        "bytes_before": 251_408,
        "bytes_after": 246_112,
        "best_hour": 18
    }]
})))]
pub struct SyncState {
    /// When the next one begins; `null` for a business from before there were any, until one is asked for.
    #[schema(value_type = Option<Time>, required)]
    pub next_at: Option<DateTime<Utc>>,
    /// Whether the next one counts every customer.
    pub next_is_whole: bool,
    /// The one under way, with what it has done so far.
    #[schema(required)]
    pub running: Option<SyncRun>,
    /// Those that have ended, the latest first; at most seven.
    pub last: Vec<SyncRun>,
}

/// A sync, and what it did.
#[derive(Serialize, ToSchema)]
pub struct SyncRun {
    /// When it began.
    #[schema(value_type = Time)]
    pub started_at: DateTime<Utc>,
    /// When it ended; `null` while it is under way.
    #[schema(value_type = Option<Time>, required)]
    pub ended_at: Option<DateTime<Utc>>,
    /// Whether every customer was counted, or only those whose purchases were recorded since the one before.
    pub whole: bool,
    /// Customers whose purchases were counted.
    pub customers_counted: u64,
    /// Those of them whose numbers or favorites were put right. Any is a mistake of the software, or of somebody who writes into
    /// the tables.
    pub customers_repaired: u64,
    /// Those whose days of visits were put right, as after a change of the time zone.
    pub days_renewed: u64,
    /// Customers who were held against the index.
    pub customers_compared: u64,
    /// Customers whom the index did not have, or had otherwise, five minutes long.
    pub rows_repaired: u64,
    /// Customers in the index who were gone.
    pub rows_removed: u64,
    /// Customers whose record or purchases could not be read.
    pub unreadable: u64,
    /// Customers in the index at the end.
    pub customers: u64,
    /// Of the index, at the begin.
    pub bytes_before: u64,
    /// Of the index, at the end.
    pub bytes_after: u64,
    /// The local hour, 0 to 23, around which the customers write and buy; `null` if no hour is better than another, or while it
    /// is under way.
    #[schema(required)]
    pub best_hour: Option<u8>,
}

impl From<&SyncReport> for SyncRun {
    fn from(report: &SyncReport) -> Self {
        Self {
            started_at: report.started_at,
            ended_at: report.ended_at,
            whole: report.whole,
            customers_counted: report.customers_counted,
            customers_repaired: report.customers_repaired,
            days_renewed: report.days_renewed,
            customers_compared: report.customers_compared,
            rows_repaired: report.rows_repaired,
            rows_removed: report.rows_removed,
            unreadable: report.unreadable,
            customers: report.customers,
            bytes_before: report.bytes_before,
            bytes_after: report.bytes_after,
            best_hour: report.best_hour,
        }
    }
}

impl From<Option<&Sync>> for SyncState {
    fn from(sync: Option<&Sync>) -> Self {
        Self {
            next_at: sync.map(|sync| sync.next_at),
            next_is_whole: sync.is_some_and(|sync| sync.whole),
            running: sync.and_then(|sync| sync.run.as_ref()).map(|run| SyncRun::from(&run.report)),
            last: sync.into_iter().flat_map(|sync| &sync.reports).map(SyncRun::from).collect(),
        }
    }
}
