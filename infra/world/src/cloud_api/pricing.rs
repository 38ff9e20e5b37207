//! The price of a message at the Cloud API.

use crate::core::sender::{Category, SenderState};
use chrono::{DateTime, Utc};

/// Free deliveries of service messages a month and number, since 2026-10-01.
const FREE_SERVICE_MESSAGES: u32 = 1_000;

/// `pricing.type` of a message that is sent now.
pub(super) fn pricing_type(sender: &mut SenderState, category: Category, now: DateTime<Utc>) -> &'static str {
    if category != Category::Service {
        return "regular";
    }
    if sender.count_in_month(now) <= FREE_SERVICE_MESSAGES { "free_customer_service" } else { "regular" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::sender::Sender;

    #[test]
    fn a_thousand_service_messages_a_month_are_free() {
        let setup: Sender = serde_json::from_value(serde_json::json!({
            "gateway": "cloud_api", "address": "1", "number": "1", "name": "", "token": "", "webhook": "",
        }))
        .unwrap();
        let mut sender = SenderState::new(setup, false, "2026-11-30T23:59:59Z".parse().unwrap());
        let mut billed = |time: &str, count| {
            let time = time.parse().unwrap();
            (0..count).filter(|_| pricing_type(&mut sender, Category::Service, time) == "regular").count()
        };
        assert_eq!(billed("2026-11-30T23:59:59Z", 1_001), 1);
        assert_eq!(billed("2026-12-01T00:00:00Z", 1_000), 0);
        assert_eq!(pricing_type(&mut sender, Category::Utility, "2027-01-01T00:00:00Z".parse().unwrap()), "regular");
    }
}
