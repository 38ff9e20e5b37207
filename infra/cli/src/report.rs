//! Reports as tables.

use crate::client::{ApiError, Client};
use crate::terminal::{Terminal, table};
use serde_json::Value;

const COLUMNS: [&str; 18] = [
    "campaign",
    "name",
    "status",
    "people",
    "sent",
    "delivered",
    "read",
    "failed",
    "skipped",
    "bought",
    "conversion",
    "revenue",
    "cost",
    "return",
    "won back",
    "lift",
    "evidence",
    "started",
];

/// Each campaign of the last half a year, the newest first.
pub(crate) async fn campaigns(client: &Client, terminal: &Terminal) -> Result<(), String> {
    let (mut rows, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let query: Vec<_> = cursor.iter().map(|cursor| ("cursor", cursor.as_str())).collect();
        let page = client.get("/api/campaigns", &query).await.map_err(|error| error.to_string())?;
        for campaign in page["campaigns"].as_array().into_iter().flatten() {
            rows.push(row(campaign, &returns(client, campaign).await?));
        }
        cursor = page["cursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    terminal.say(&table(&COLUMNS, rows.into_iter()));
    Ok(())
}

/// Who bought after a campaign; nothing of one that has not begun, or that is too large to be counted.
async fn returns(client: &Client, campaign: &Value) -> Result<Value, String> {
    let Some(id) = campaign["campaign_id"].as_str().filter(|_| !campaign["started_at"].is_null()) else {
        return Ok(Value::Null);
    };
    match client.get(&format!("/api/campaigns/{id}/returns"), &[]).await {
        Ok(returns) => Ok(returns),
        Err(ApiError::Refused(_)) => Ok(Value::Null),
        Err(error) => Err(error.to_string()),
    }
}

/// A part of one, as percent with one decimal.
fn percent(part: &Value) -> String {
    part.as_f64().map_or_else(String::new, |part| format!("{:.1} %", part * 100.0))
}

fn money(amount: &Value) -> String {
    let currency = amount["currency"].as_str().unwrap_or_default();
    amount["amount"].as_f64().map_or_else(String::new, |units| format!("{units:.2} {currency}"))
}

/// The lift and its interval in points of percent, as `+7.6 (-3.3 to 14.3)`.
fn lift(comparison: &Value) -> String {
    let ends = ["lift", "low", "high"].map(|end| comparison[end].as_f64().map(|part| part * 100.0));
    let [Some(lift), Some(low), Some(high)] = ends else { return String::new() };
    format!("{lift:+.1} ({low:.1} to {high:.1})")
}

/// A message that was read was delivered, and one that was delivered was sent: each column has all that came so far.
fn row(campaign: &Value, returns: &Value) -> Vec<String> {
    let count = |status: &str| campaign["counts"][status].as_u64().unwrap_or_default();
    let text = |field: &str| campaign[field].as_str().unwrap_or_default().to_owned();
    let (read, delivered) = (count("read"), count("delivered") + count("read"));
    let sent = count("sent") + delivered;
    let numbers = [campaign["recipients"].as_u64().unwrap_or_default(), sent, delivered, read];
    let mut row = vec![text("campaign_id"), text("name"), text("status")];
    row.extend(numbers.map(|number| number.to_string()));
    row.extend([count("failed"), count("skipped")].map(|number| number.to_string()));
    let number = |value: &Value| value.as_f64().map_or_else(String::new, |number| number.to_string());
    row.push(number(&returns["bought"]));
    row.push(percent(&returns["conversion"]));
    row.extend([money(&returns["revenue"]), money(&returns["cost"])]);
    row.extend([number(&returns["return"]), number(&returns["won_back"])]);
    let comparison = &returns["comparison"];
    row.push(lift(comparison));
    row.push(comparison["evidence"].as_str().unwrap_or_default().replace('_', " "));
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
        let returns = json!({"bought": 2, "conversion": 0.2857, "revenue": {"amount": 120.5, "currency": "BRL"},
            "cost": {"amount": 0.44, "currency": "USD"}, "return": 50.53, "won_back": 1,
            "comparison": {"lift": 0.0761, "low": -0.0331, "high": 0.1428, "evidence": "not_shown"}});
        let told = row(&campaign, &returns);
        assert_eq!(told.len(), COLUMNS.len());
        assert_eq!(told[..9], ["c", "Natal", "finished", "10", "7", "6", "4", "1", "2"]);
        let bought = ["2", "28.6 %", "120.50 BRL", "0.44 USD", "50.53", "1", "+7.6 (-3.3 to 14.3)", "not shown"];
        assert_eq!(told[9..17], bought);
        assert_eq!(told[17], "2026-11-21T14:30");
        // One that has not begun has no returns.
        assert_eq!(row(&campaign, &Value::Null)[9..17], [""; 8]);
    }
}
