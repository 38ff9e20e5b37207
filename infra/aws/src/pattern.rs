//! Event patterns: what EventBridge rules and the filters of Lambda's event source mappings match by.
//!
//! Source of the rules: "Amazon EventBridge event patterns" and "Lambda event filtering" in AWS's guides. Not offered,
//! and refused when a pattern is read: `cidr`.

use serde_json::{Map, Value};

/// A pattern, checked when it was read.
#[derive(Clone, Debug)]
pub struct Pattern(Node);

/// Why a text is no event pattern.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("event pattern: {0}")]
pub struct PatternError(String);

#[derive(Clone, Debug)]
enum Node {
    /// Every field matches, and one of each `$or`.
    Fields(Vec<(String, Node)>, Vec<Vec<Node>>),
    /// Any of the conditions matches the value.
    Leaf(Vec<Condition>),
}

#[derive(Clone, Debug)]
enum Condition {
    Exactly(Value),
    Text(TextRule),
    Exists(bool),
    /// Each comparison holds.
    Numeric(Vec<(Comparison, f64)>),
    /// A value is there, and none of these is it.
    AnythingBut(Vec<Condition>),
}

#[derive(Clone, Debug)]
enum TextRule {
    Prefix(String),
    Suffix(String),
    PrefixIgnoringCase(String),
    SuffixIgnoringCase(String),
    EqualsIgnoringCase(String),
    /// Parts between the `*`.
    Wildcard(Vec<String>),
}

#[derive(Clone, Copy, Debug)]
enum Comparison {
    Less,
    LessOrEqual,
    Equal,
    GreaterOrEqual,
    Greater,
}

impl Pattern {
    /// Reads a pattern; the error says what is wrong and where.
    pub fn new(pattern: &Value) -> Result<Self, PatternError> {
        let Value::Object(fields) = pattern else { return refuse("must be an object") };
        if fields.is_empty() {
            return refuse("is empty");
        }
        fields_node(fields).map(Self)
    }

    /// Reads a pattern from JSON; an operator that is not offered is an error.
    pub fn parse(json: &str) -> Result<Self, PatternError> {
        let pattern: Value = serde_json::from_str(json).map_err(|error| PatternError(error.to_string()))?;
        Self::new(&pattern)
    }

    /// Whether an event matches: every field of the pattern must, and one of each `$or`.
    pub fn matches(&self, event: &Value) -> bool {
        self.0.matches(Some(event))
    }

    /// Whether the pattern looks into a field of the event as into JSON (Lambda's filters do so with `body`).
    pub fn looks_into(&self, field: &str) -> bool {
        let Node::Fields(fields, _) = &self.0 else { return false };
        fields.iter().any(|(name, node)| name == field && matches!(node, Node::Fields(..)))
    }
}

fn refuse<T>(reason: impl Into<String>) -> Result<T, PatternError> {
    Err(PatternError(reason.into()))
}

fn fields_node(fields: &Map<String, Value>) -> Result<Node, PatternError> {
    let (mut all, mut any) = (Vec::new(), Vec::new());
    for (name, value) in fields {
        match value {
            Value::Array(branches) if name == "$or" => {
                let branches = branches.iter().map(|branch| match branch {
                    Value::Object(fields) => fields_node(fields),
                    _ => refuse("$or takes a list of objects"),
                });
                any.push(branches.collect::<Result<Vec<_>, _>>()?);
            }
            Value::Object(inner) if inner.is_empty() => return refuse(format!("{name} is empty")),
            Value::Object(inner) => all.push((name.clone(), fields_node(inner)?)),
            Value::Array(list) if list.is_empty() => return refuse(format!("{name} is an empty list")),
            Value::Array(list) => {
                let conditions = list.iter().map(|item| condition(name, item)).collect::<Result<Vec<_>, _>>()?;
                all.push((name.clone(), Node::Leaf(conditions)));
            }
            _ => return refuse(format!("{name} must be an object or a list")),
        }
    }
    Ok(Node::Fields(all, any))
}

fn condition(name: &str, item: &Value) -> Result<Condition, PatternError> {
    let Value::Object(rule) = item else {
        return match item {
            Value::Array(_) => refuse(format!("{name} has a list in its list")),
            value => Ok(Condition::Exactly(value.clone())),
        };
    };
    let (Some((operator, operand)), 1) = (rule.iter().next(), rule.len()) else {
        return refuse(format!("{name} must have one operator in each object"));
    };
    match (operator.as_str(), operand) {
        ("exists", Value::Bool(there)) => Ok(Condition::Exists(*there)),
        ("numeric", Value::Array(parts)) => numeric(name, parts),
        ("anything-but", Value::Array(list)) if !list.is_empty() => {
            let values = list.iter().map(|value| match value {
                Value::String(_) | Value::Number(_) => Ok(Condition::Exactly(value.clone())),
                _ => refuse(format!("{name}: anything-but takes texts and numbers")),
            });
            Ok(Condition::AnythingBut(values.collect::<Result<_, _>>()?))
        }
        ("anything-but", Value::Object(rule)) => {
            let (Some((operator, operand)), 1) = (rule.iter().next(), rule.len()) else {
                return refuse(format!("{name}: anything-but takes one operator"));
            };
            let texts = match operand {
                Value::Array(list) => list.clone(),
                one => vec![one.clone()],
            };
            let rules = texts.iter().map(|text| text_rule(name, operator, text).map(Condition::Text));
            Ok(Condition::AnythingBut(rules.collect::<Result<_, _>>()?))
        }
        ("anything-but", value @ (Value::String(_) | Value::Number(_))) => {
            Ok(Condition::AnythingBut(vec![Condition::Exactly(value.clone())]))
        }
        (operator, operand) => text_rule(name, operator, operand).map(Condition::Text),
    }
}

fn text_rule(name: &str, operator: &str, operand: &Value) -> Result<TextRule, PatternError> {
    let ignoring_case = operand.get("equals-ignore-case").and_then(Value::as_str).map(str::to_lowercase);
    match (operator, operand.as_str(), ignoring_case) {
        ("prefix", Some(text), _) => Ok(TextRule::Prefix(text.to_owned())),
        ("suffix", Some(text), _) => Ok(TextRule::Suffix(text.to_owned())),
        ("prefix", None, Some(text)) => Ok(TextRule::PrefixIgnoringCase(text)),
        ("suffix", None, Some(text)) => Ok(TextRule::SuffixIgnoringCase(text)),
        ("equals-ignore-case", Some(text), _) => Ok(TextRule::EqualsIgnoringCase(text.to_lowercase())),
        ("wildcard", Some(text), _) => Ok(TextRule::Wildcard(text.split('*').map(str::to_owned).collect())),
        _ => refuse(format!("{name}: operator {operator} is not known here, or its operand is wrong")),
    }
}

fn numeric(name: &str, parts: &[Value]) -> Result<Condition, PatternError> {
    let wrong = || PatternError(format!("{name}: numeric takes pairs of a comparison and a number"));
    let comparisons = parts.chunks(2).map(|pair| {
        let [Value::String(sign), number] = pair else { return Err(wrong()) };
        let comparison = match sign.as_str() {
            "<" => Comparison::Less,
            "<=" => Comparison::LessOrEqual,
            "=" => Comparison::Equal,
            ">=" => Comparison::GreaterOrEqual,
            ">" => Comparison::Greater,
            _ => return Err(wrong()),
        };
        Ok((comparison, number.as_f64().ok_or_else(wrong)?))
    });
    let comparisons = comparisons.collect::<Result<Vec<_>, _>>()?;
    if comparisons.is_empty() { Err(wrong()) } else { Ok(Condition::Numeric(comparisons)) }
}

impl Node {
    fn matches(&self, value: Option<&Value>) -> bool {
        match (self, value) {
            (Self::Leaf(conditions), value) => conditions.iter().any(|condition| condition.matches(value)),
            // Objects in a list: one of them matches as a whole.
            (Self::Fields(..), Some(Value::Array(items))) => items.iter().any(|item| self.matches(Some(item))),
            (Self::Fields(all, any), value) => {
                let object = value.and_then(Value::as_object);
                let field = |name: &str| object.and_then(|object| object.get(name));
                all.iter().all(|(name, node)| node.matches(field(name)))
                    && any.iter().all(|branches| branches.iter().any(|branch| branch.matches(value)))
            }
        }
    }
}

impl Condition {
    fn matches(&self, value: Option<&Value>) -> bool {
        // Only leaves exist: neither an object nor an empty list does.
        let items = match value {
            None | Some(Value::Object(_)) => &[],
            Some(Value::Array(items)) => items.as_slice(),
            Some(value) => std::slice::from_ref(value),
        };
        match self {
            Self::Exists(there) => items.is_empty() != *there,
            _ => items.iter().any(|item| self.holds(item)),
        }
    }

    fn holds(&self, value: &Value) -> bool {
        match self {
            Self::Exactly(expected) => match (expected.as_f64(), value.as_f64()) {
                (Some(expected), Some(value)) => expected == value,
                _ => expected == value,
            },
            Self::Text(rule) => value.as_str().is_some_and(|text| rule.holds(text)),
            Self::Exists(there) => *there,
            Self::Numeric(comparisons) => value.as_f64().is_some_and(|number| {
                comparisons.iter().all(|(comparison, bound)| match comparison {
                    Comparison::Less => number < *bound,
                    Comparison::LessOrEqual => number <= *bound,
                    Comparison::Equal => number == *bound,
                    Comparison::GreaterOrEqual => number >= *bound,
                    Comparison::Greater => number > *bound,
                })
            }),
            Self::AnythingBut(conditions) => !conditions.iter().any(|condition| condition.holds(value)),
        }
    }
}

impl TextRule {
    fn holds(&self, text: &str) -> bool {
        match self {
            Self::Prefix(prefix) => text.starts_with(prefix),
            Self::Suffix(suffix) => text.ends_with(suffix),
            Self::PrefixIgnoringCase(prefix) => text.to_lowercase().starts_with(prefix),
            Self::SuffixIgnoringCase(suffix) => text.to_lowercase().ends_with(suffix),
            Self::EqualsIgnoringCase(expected) => text.to_lowercase() == *expected,
            Self::Wildcard(parts) => wildcard(parts, text),
        }
    }
}

/// Whether a text is made of the parts in their order with anything between them.
fn wildcard(parts: &[String], text: &str) -> bool {
    let [first, middle @ .., last] = parts else { return parts.first().is_some_and(|only| only == text) };
    let Some(rest) = text.strip_prefix(first.as_str()) else { return false };
    let Some(mut rest) = rest.strip_suffix(last.as_str()) else { return false };
    for part in middle {
        let Some(at) = rest.find(part.as_str()) else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_operator_matches_what_the_guide_says() {
        let event = json!({
            "source": "recado", "n": 5, "zero": 0.0, "nothing": null, "list": ["a", "b"], "none": [], "flag": true,
            "detail": {"city": "São Paulo", "pets": [{"name": "Rex", "age": 3}, {"name": "Mia", "age": 9}]},
        });
        let cases = [
            (json!({"source": ["other", "recado"]}), true),
            (json!({"source": ["rec"]}), false),
            (json!({"n": [5.0]}), true),
            (json!({"n": ["5"]}), false),
            (json!({"nothing": [null], "flag": [true]}), true),
            (json!({"list": ["b"]}), true),
            (json!({"source": [{"prefix": "rec"}]}), true),
            (json!({"source": [{"prefix": {"equals-ignore-case": "REC"}}]}), true),
            (json!({"source": [{"suffix": "ado"}]}), true),
            (json!({"source": [{"suffix": "rec"}]}), false),
            (json!({"source": [{"equals-ignore-case": "ReCaDo"}]}), true),
            (json!({"source": [{"wildcard": "r*a*o"}]}), true),
            (json!({"source": [{"wildcard": "r*z*o"}]}), false),
            (json!({"source": [{"anything-but": ["x", "y"]}]}), true),
            (json!({"source": [{"anything-but": "recado"}]}), false),
            (json!({"source": [{"anything-but": {"prefix": "rec"}}]}), false),
            (json!({"source": [{"anything-but": {"suffix": ["x", "y"]}}]}), true),
            (json!({"missing": [{"anything-but": "x"}]}), false),
            (json!({"missing": [{"exists": false}], "source": [{"exists": true}]}), true),
            (json!({"none": [{"exists": true}]}), false),
            (json!({"detail": [{"exists": true}]}), false),
            (json!({"source": [{"exists": false}]}), false),
            (json!({"n": [{"numeric": [">", 1, "<=", 5]}]}), true),
            (json!({"n": [{"numeric": ["<", 5]}]}), false),
            (json!({"source": [{"numeric": ["=", 5]}]}), false),
            (json!({"detail": {"city": ["São Paulo"]}}), true),
            (json!({"detail": {"pets": {"name": ["Mia"], "age": [9]}}}), true),
            (json!({"detail": {"pets": {"name": ["Mia"], "age": [3]}}}), false),
            (json!({"detail": {"missing": {"deep": [{"exists": false}]}}}), true),
            (json!({"$or": [{"n": [6]}, {"flag": [true]}], "source": ["recado"]}), true),
            (json!({"$or": [{"n": [6]}, {"flag": [false]}]}), false),
        ];
        for (pattern, expected) in cases {
            assert_eq!(Pattern::new(&pattern).unwrap().matches(&event), expected, "{pattern}");
        }
    }

    #[test]
    fn a_wrong_pattern_is_refused_when_it_is_read() {
        let wrong = [
            json!([]),
            json!({}),
            json!({"a": "text"}),
            json!({"a": []}),
            json!({"a": {}}),
            json!({"a": [["b"]]}),
            json!({"a": [{"prefix": 1}]}),
            json!({"a": [{"no-such": "b"}]}),
            json!({"a": [{"numeric": ["~", 1]}]}),
            json!({"a": [{"numeric": [">"]}]}),
            json!({"a": [{"prefix": "b", "suffix": "c"}]}),
        ];
        for pattern in wrong {
            assert!(Pattern::new(&pattern).is_err(), "{pattern}");
        }
    }
}
