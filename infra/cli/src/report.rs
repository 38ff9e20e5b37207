//! Reports as tables.

use crate::client::Client;
use crate::terminal::{Terminal, table};
use serde_json::Value;

const COLUMNS: [&str; 10] =
    ["campaign", "name", "status", "people", "sent", "delivered", "read", "failed", "skipped", "started"];

/// Each campaign of the last half a year, the newest first.
pub(crate) async fn campaigns(client: &Client, terminal: &Terminal) -> Result<(), String> {
    let (mut rows, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let query: Vec<_> = cursor.iter().map(|cursor| ("cursor", cursor.as_str())).collect();
        let page = client.get("/api/campaigns", &query).await.map_err(|error| error.to_string())?;
        rows.extend(page["campaigns"].as_array().into_iter().flatten().map(row));
        cursor = page["cursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    terminal.say(&table(&COLUMNS, rows.into_iter()));
    Ok(())
}

/// A message that was read was delivered, and one that was delivered was sent: each column has all that came so far.
fn row(campaign: &Value) -> Vec<String> {
    let count = |status: &str| campaign["counts"][status].as_u64().unwrap_or_default();
    let text = |field: &str| campaign[field].as_str().unwrap_or_default().to_owned();
    let (read, delivered) = (count("read"), count("delivered") + count("read"));
    let sent = count("sent") + delivered;
    let numbers = [campaign["recipients"].as_u64().unwrap_or_default(), sent, delivered, read];
    let mut row = vec![text("campaign_id"), text("name"), text("status")];
    row.extend(numbers.map(|number| number.to_string()));
    row.extend([count("failed"), count("skipped")].map(|number| number.to_string()));
    row.push(campaign["started_at"].as_str().map_or(String::new(), |at| at.chars().take(16).collect()));
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_read_was_sent_too() {
        let campaign = json!({"campaign_id": "c", "name": "Natal", "status": "finished", "recipients": 10,
            "counts": {"sent": 1, "delivered": 2, "read": 4, "failed": 1, "skipped": 2},
            "started_at": "2026-11-21T14:30:00Z"});
        assert_eq!(row(&campaign), ["c", "Natal", "finished", "10", "7", "6", "4", "1", "2", "2026-11-21T14:30"]);
    }
}
