//! The account that the engine pretends to be, and the names things have in it.

/// The region that ARNs and events name; the prices are of it too.
pub const REGION: &str = "us-east-1";
/// The account that ARNs and events name.
pub const ACCOUNT: &str = "000000000000";

/// ARN of a queue by its physical name.
pub fn queue(name: &str) -> String {
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}")
}

/// ARN of a table by its physical name.
pub fn table(name: &str) -> String {
    format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}")
}

/// ARN of a table's stream by the table's physical name; the stream's own part is always the same.
pub fn stream(table: &str) -> String {
    format!("{}/stream/2026-01-01T00:00:00.000", self::table(table))
}

/// ARN of a bucket by its name.
pub fn bucket(name: &str) -> String {
    format!("arn:aws:s3:::{name}")
}

/// ARN of a function by its physical name.
pub fn function(name: &str) -> String {
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}")
}

/// ARN of an event bus by its physical name.
pub fn bus(name: &str) -> String {
    format!("arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{name}")
}

/// ARN of a rule of a bus; `default` is the bus of schedules.
pub fn rule(bus: &str, name: &str) -> String {
    match bus {
        "default" => format!("arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}"),
        _ => format!("arn:aws:events:{REGION}:{ACCOUNT}:rule/{bus}/{name}"),
    }
}

/// Address of a queue at a base address, by its name.
pub fn queue_url(base: &str, name: &str) -> String {
    format!("{}/{ACCOUNT}/{name}", base.trim_end_matches('/'))
}

/// The name at the end of an ARN or of a queue's address.
pub fn name_of(arn_or_url: &str) -> &str {
    if arn_or_url.starts_with("arn:aws:dynamodb:") {
        let table = arn_or_url.split_once(":table/").map_or(arn_or_url, |(_, name)| name);
        return table.split('/').next().unwrap_or(table);
    }
    arn_or_url.rsplit([':', '/']).next().unwrap_or(arn_or_url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_again_in_each_form() {
        let forms = [queue("n"), table("n"), stream("n"), function("n"), bus("n"), queue_url("http://a:1/_aws/", "n")];
        for form in forms {
            assert_eq!(name_of(&form), "n", "{form}");
        }
        assert_eq!(name_of("n"), "n");
    }
}
