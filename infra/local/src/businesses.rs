//! The demo's businesses, loaded once for each folder of data.

use local::demo::{self, DemoError, Target};
use local::{Laptop, StartError, data::DataError};
use serde::{Deserialize, Serialize};

/// Name under which the demo's businesses are kept.
const KEPT: &str = "demo.json";

#[derive(Serialize, Deserialize)]
pub struct DemoBusiness {
    /// As its customers know it.
    pub name: String,
    pub business_id: String,
    pub key: String,
    /// The number of customers that it was loaded with.
    pub customers: usize,
}

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum DemoBusinessError {
    /// The API refused it.
    #[error("the demo cannot be loaded: {0}")]
    Demo(#[from] DemoError),
    /// There is no HTTP client.
    #[error("the demo cannot be loaded: {0}")]
    Client(#[from] reqwest::Error),
    /// It cannot be kept.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The run did not start.
    #[error(transparent)]
    Start(#[from] StartError),
}

/// The demo's businesses: those that are kept, or new ones.
pub async fn load(laptop: &Laptop) -> Result<Vec<DemoBusiness>, DemoBusinessError> {
    if let Some(kept) = laptop.data().and_then(|data| data.load(KEPT)) {
        return Ok(kept);
    }
    let http = local::http_client()?;
    let target = Target {
        http: &http,
        api: laptop.address(),
        operator_key: laptop.operator_key(),
        world: laptop.world(),
        today: laptop.parts().cloud.clock.now().date_naive(),
        most_customers: usize::MAX,
    };
    let loaded = demo::load(&target).await?.into_iter();
    let businesses: Vec<DemoBusiness> = loaded
        .map(|business| DemoBusiness {
            name: business.name.to_owned(),
            business_id: business.business_id,
            key: business.key,
            customers: business.customers,
        })
        .collect();
    if let Some(data) = laptop.data() {
        laptop.keep_outside()?;
        data.save(KEPT, &businesses)?;
    }
    Ok(businesses)
}
