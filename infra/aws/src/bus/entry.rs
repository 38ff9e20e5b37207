use chrono::{DateTime, SecondsFormat, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::arn;

/// Code and text of what is wrong with an entry.
pub(super) type Unfit = (&'static str, String);

/// An event as it is put.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Entry {
    /// Seconds of the epoch.
    time: Option<f64>,
    source: Option<String>,
    resources: Option<Vec<String>>,
    detail_type: Option<String>,
    detail: Option<String>,
    event_bus_name: Option<String>,
}

impl Entry {
    /// Name of the bus; an ARN may stand for it.
    pub fn bus(&self) -> &str {
        self.event_bus_name.as_deref().map_or("default", arn::name_of)
    }

    /// Size by EventBridge's rule (user guide, "Calculating PutEvents event entry size").
    pub fn bytes(&self) -> usize {
        let texts = [&self.source, &self.detail_type, &self.detail];
        let texts: usize = texts.into_iter().flatten().map(String::len).sum();
        let resources: usize = self.resources.iter().flatten().map(String::len).sum();
        texts + resources + if self.time.is_some() { 14 } else { 0 }
    }

    /// The event as rules and targets see it.
    pub fn envelope(&self, id: &str, now: DateTime<Utc>) -> Result<Value, Unfit> {
        let required = |name: &str, value: &Option<String>| match value {
            Some(value) if !value.is_empty() => Ok(value.clone()),
            _ => {
                let text = format!("Parameter {name} is not valid. Reason: {name} is a required argument.");
                Err(("InvalidArgument", text))
            }
        };
        let source = required("Source", &self.source)?;
        let detail_type = required("DetailType", &self.detail_type)?;
        let detail = required("Detail", &self.detail)?;
        if source.starts_with("aws.") {
            return Err(("NotAuthorizedForSourceException", "Not authorized for the source.".to_owned()));
        }
        let Ok(Value::Object(detail)) = serde_json::from_str(&detail) else {
            return Err(("MalformedDetail", "Detail is malformed.".to_owned()));
        };
        let time = self.time.and_then(|seconds| DateTime::from_timestamp(seconds as i64, 0)).unwrap_or(now);
        Ok(json!({
            "version": "0",
            "id": id,
            "detail-type": detail_type,
            "source": source,
            "account": arn::ACCOUNT,
            "time": time.to_rfc3339_opts(SecondsFormat::Secs, true),
            "region": arn::REGION,
            "resources": self.resources.clone().unwrap_or_default(),
            "detail": detail,
        }))
    }
}
