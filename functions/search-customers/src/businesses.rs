//! The businesses that an instance has looked up, each for a minute: a search then asks no table.

use domain::{Business, BusinessId};
use kit::customers::no_business;
use kit::{App, Problem};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A change of the settings holds after so long, as the revocation of a key does.
const KEPT: Duration = Duration::from_secs(60);
/// Then all are forgotten.
const MOST: usize = 1_000;

#[derive(Default)]
pub(crate) struct Businesses(Mutex<BTreeMap<BusinessId, (Arc<Business>, Duration)>>);

impl Businesses {
    pub(crate) async fn known(&self, app: &App, business: BusinessId) -> Result<Arc<Business>, Problem> {
        let now = app.clock().monotonic();
        let found = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&business).cloned();
        if let Some((business, _)) = found.filter(|(_, at)| now.saturating_sub(*at) < KEPT) {
            return Ok(business);
        }
        let read = Arc::new(app.store().business(business).await?.ok_or_else(no_business)?.record);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(business, (read.clone(), now));
        Ok(read)
    }
}
