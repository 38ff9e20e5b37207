//! The actions on tables that the template allows to each function. AWS refuses any other, and so does the simulation.

use aws::template::Template;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The table, or `table/index/name`, and the action.
type Permit = (String, String);

/// What one function may do with tables.
#[derive(Debug, Default)]
pub struct Role(BTreeSet<Permit>);

/// The roles of the functions, by logical id.
pub type Roles = BTreeMap<String, Arc<Role>>;

/// Reads the roles of a template's functions; `document` is the same template as JSON.
#[must_use]
pub fn roles(document: &Value, template: &Template) -> Roles {
    let role = |id: &String| {
        let policies = list(&document["Resources"][id]["Properties"]["Policies"]);
        let statements = policies.into_iter().flat_map(|policy| list(&policy["Statement"]));
        let permits = statements.flat_map(|statement| permits(&statement, template)).collect();
        (id.clone(), Arc::new(Role(permits)))
    };
    template.functions.keys().map(role).collect()
}

impl Role {
    /// The first action of a request that the role does not allow, with its table.
    #[must_use]
    pub fn refuses(&self, operation: &str, request: &Value) -> Option<String> {
        let permit = |table: &str, action: &str| (table.to_owned(), format!("dynamodb:{action}"));
        let needed: Vec<Permit> = match operation {
            "BatchGetItem" | "BatchWriteItem" => {
                let tables = request["RequestItems"].as_object().into_iter().flat_map(|tables| tables.keys());
                tables.map(|table| permit(table, operation)).collect()
            }
            "TransactWriteItems" => {
                let items = list(&request["TransactItems"]);
                let actions = items.iter().filter_map(|item| item.as_object()?.iter().next());
                actions.map(|(action, of)| permit(&named(of), &format!("{action}Item"))).collect()
            }
            _ => vec![permit(&named(request), operation)],
        };
        needed.into_iter().find(|permit| !self.0.contains(permit)).map(|(table, action)| format!("{action} on {table}"))
    }
}

/// The table or the index that an action is about.
fn named(action: &Value) -> String {
    let table = action["TableName"].as_str().unwrap_or_default();
    match action["IndexName"].as_str() {
        Some(index) => format!("{table}/index/{index}"),
        None => table.to_owned(),
    }
}

/// The permits of a statement: each of its actions on each of its tables and indexes.
fn permits(statement: &Value, template: &Template) -> Vec<Permit> {
    let resources: Vec<String> = list(&statement["Resource"]).iter().filter_map(|it| resource(it, template)).collect();
    let actions = list(&statement["Action"]);
    let actions: Vec<&str> = actions.iter().filter_map(Value::as_str).collect();
    resources.iter().flat_map(|on| actions.iter().map(|action| (on.clone(), (*action).to_owned()))).collect()
}

/// The name of `!GetAtt X.Arn` or `!Sub ${X.Arn}/index/y`; `None` if X is no table.
fn resource(value: &Value, template: &Template) -> Option<String> {
    let texts = [&value["Fn::GetAtt"], &value["Fn::GetAtt"][0], &value["Fn::Sub"]];
    let text = texts.into_iter().find_map(Value::as_str)?;
    let (id, rest) = match text.strip_prefix("${").and_then(|text| text.split_once(".Arn}")) {
        Some(parts) => parts,
        None => (text.trim_end_matches(".Arn"), ""),
    };
    Some(format!("{}{rest}", template.tables.get(id)?.name))
}

/// A list, or the one thing that stands for a list of one.
fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(many) => many.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_role_allows_an_action_on_its_table_or_index_alone() {
        let permit = |on: &str, action: &str| (on.to_owned(), format!("dynamodb:{action}"));
        let role = Role([permit("A", "PutItem"), permit("A/index/by_b", "Query"), permit("A", "BatchGetItem")].into());
        let put = json!({"TableName": "A"});
        let transaction = |second: &str| json!({"TransactItems": [{"Put": put}, {second: put}]});
        for (operation, request, refused) in [
            ("PutItem", put.clone(), None),
            ("DeleteItem", put.clone(), Some("dynamodb:DeleteItem on A")),
            ("PutItem", json!({"TableName": "B"}), Some("dynamodb:PutItem on B")),
            ("Query", json!({"TableName": "A", "IndexName": "by_b"}), None),
            ("Query", put.clone(), Some("dynamodb:Query on A")),
            ("BatchGetItem", json!({"RequestItems": {"A": {}}}), None),
            ("BatchGetItem", json!({"RequestItems": {"A": {}, "B": {}}}), Some("dynamodb:BatchGetItem on B")),
            ("TransactWriteItems", transaction("Put"), None),
            ("TransactWriteItems", transaction("Delete"), Some("dynamodb:DeleteItem on A")),
            ("TransactWriteItems", transaction("ConditionCheck"), Some("dynamodb:ConditionCheckItem on A")),
        ] {
            assert_eq!(role.refuses(operation, &request).as_deref(), refused, "{operation} {request}");
        }
    }
}
