//! One write of one item: alone, or as an action of a transaction.

use super::item::{Item, TOKEN, number, text};
use crate::StoreError;
use crate::keys::PK;
use crate::tables::{Table, Tables};
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{
    AttributeValue, Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use domain::Attempt;
use std::collections::HashMap;

/// The action of a write on its item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Put,
    Update,
    Delete,
}

/// A write being put together. In conditions and settings `#x` is the attribute `x`; a value `:x` is given by
/// [`Write::with`].
#[derive(Clone)]
pub(crate) struct Write {
    pub(crate) table: Table,
    pub(crate) form: Form,
    /// The whole item of a put, else the key.
    pub(crate) item: Item,
    sets: Vec<String>,
    removes: Vec<String>,
    conditions: Vec<String>,
    values: HashMap<String, AttributeValue>,
}

impl Write {
    pub(crate) fn put(table: Table, item: Item) -> Self {
        Self::new(table, Form::Put, item)
    }

    pub(crate) fn update(table: Table, key: Item) -> Self {
        Self::new(table, Form::Update, key)
    }

    pub(crate) fn delete(table: Table, key: Item) -> Self {
        Self::new(table, Form::Delete, key)
    }

    fn new(table: Table, form: Form, item: Item) -> Self {
        Self { table, form, item, sets: vec![], removes: vec![], conditions: vec![], values: HashMap::new() }
    }

    /// Only if there is no such item yet.
    pub(crate) fn if_new(self) -> Self {
        self.only_if(format!("attribute_not_exists(#{PK})"))
    }

    /// All conditions must hold.
    pub(crate) fn only_if(mut self, condition: impl AsRef<str>) -> Self {
        self.conditions.push(format!("({})", condition.as_ref()));
        self
    }

    /// Only if the attribute still is as it was read.
    pub(crate) fn if_same(mut self, name: &str, read: Option<AttributeValue>) -> Self {
        match read {
            Some(value) => {
                self = self.only_if(format!("#{name} = :read_{name}"));
                self.with(&format!("read_{name}"), value)
            }
            None => self.only_if(format!("attribute_not_exists(#{name})")),
        }
    }

    /// Only if the attribute is one of these texts.
    pub(crate) fn if_one_of(mut self, name: &str, texts: impl IntoIterator<Item = String>) -> Self {
        let mut places = Vec::new();
        for value in texts {
            places.push(format!(":{name}_{value}"));
            self = self.with(&format!("{name}_{value}"), text(value));
        }
        self.only_if(format!("#{name} IN ({})", places.join(", ")))
    }

    pub(crate) fn with(mut self, name: &str, value: AttributeValue) -> Self {
        self.values.insert(format!(":{name}"), value);
        self
    }

    pub(crate) fn set(mut self, name: &str, value: AttributeValue) -> Self {
        self.sets.push(format!("#{name} = :new_{name}"));
        self.with(&format!("new_{name}"), value)
    }

    pub(crate) fn set_if_absent(mut self, name: &str, value: AttributeValue) -> Self {
        self.sets.push(format!("#{name} = if_not_exists(#{name}, :new_{name})"));
        self.with(&format!("new_{name}"), value)
    }

    /// Adds one to a number; an absent one counts as zero.
    pub(crate) fn add_one(mut self, name: &str) -> Self {
        self.sets.push(format!("#{name} = if_not_exists(#{name}, :zero) + :one"));
        self.with("zero", number(0)).with("one", number(1))
    }

    /// Adds to a number; an absent one counts as zero.
    pub(crate) fn add_to(mut self, name: &str, amount: AttributeValue) -> Self {
        self.sets.push(format!("#{name} = if_not_exists(#{name}, :zero) + :more_{name}"));
        self.with("zero", number(0)).with(&format!("more_{name}"), amount)
    }

    /// Adds a value to the end of a list; an absent one counts as empty.
    pub(crate) fn append(mut self, name: &str, value: AttributeValue) -> Self {
        self.sets.push(format!("#{name} = list_append(if_not_exists(#{name}, :empty), :last_{name})"));
        self.with("empty", AttributeValue::L(Vec::new())).with(&format!("last_{name}"), AttributeValue::L(vec![value]))
    }

    /// Adds to a number that is there.
    pub(crate) fn add(mut self, name: &str, amount: AttributeValue) -> Self {
        self.sets.push(format!("#{name} = #{name} + :more_{name}"));
        self.with(&format!("more_{name}"), amount)
    }

    pub(crate) fn remove(mut self, name: &str) -> Self {
        self.removes.push(format!("#{name}"));
        self
    }

    /// Turns the attributes of one item into those of another; keys and what neither names stay.
    pub(crate) fn turn(mut self, before: &Item, after: &Item) -> Self {
        let mut changed: Vec<_> = after.iter().filter(|(name, value)| before.get(*name) != Some(value)).collect();
        changed.sort_by_key(|(name, _)| *name);
        for (name, value) in changed {
            self = self.set(name, value.clone());
        }
        let mut gone: Vec<_> = before.keys().filter(|name| !after.contains_key(*name)).collect();
        gone.sort();
        for name in gone {
            self = self.remove(name);
        }
        self
    }

    /// Whether an update would change nothing.
    pub(crate) fn is_idle(&self) -> bool {
        self.sets.is_empty() && self.removes.is_empty()
    }

    pub(crate) fn is_conditional(&self) -> bool {
        !self.conditions.is_empty()
    }

    /// Marks the write with its attempt token. It is then not made twice, even where its condition would allow it. A
    /// put without a condition may be.
    pub(crate) fn marked(mut self, attempt: &Attempt) -> Self {
        let token = text(attempt.0.clone());
        match self.form {
            Form::Put if !self.is_conditional() => self,
            Form::Put => {
                self.item.insert(TOKEN.to_owned(), token);
                self
            }
            Form::Update => {
                if self.is_conditional() {
                    self = self.only_if(format!("attribute_not_exists(#{TOKEN}) OR #{TOKEN} <> :new_{TOKEN}"));
                }
                self.set(TOKEN, token)
            }
            Form::Delete => self,
        }
    }

    pub(crate) fn condition(&self) -> Option<String> {
        (!self.conditions.is_empty()).then(|| self.conditions.join(" AND "))
    }

    pub(crate) fn change(&self) -> Option<String> {
        let clause = |word: &str, parts: &[String]| (!parts.is_empty()).then(|| format!("{word} {}", parts.join(", ")));
        let clauses: Vec<_> =
            [clause("SET", &self.sets), clause("REMOVE", &self.removes)].into_iter().flatten().collect();
        (!clauses.is_empty()).then(|| clauses.join(" "))
    }

    pub(crate) fn names(&self) -> Option<HashMap<String, String>> {
        let all = [&self.sets, &self.removes, &self.conditions];
        names_in(all.into_iter().flatten().map(String::as_str))
    }

    pub(crate) fn values(&self) -> Option<HashMap<String, AttributeValue>> {
        (!self.values.is_empty()).then(|| self.values.clone())
    }

    pub(crate) fn into_action(self, tables: &Tables) -> Result<TransactWriteItem, StoreError> {
        let table = tables.name(self.table)?;
        let (condition, names, values) = (self.condition(), self.names(), self.values());
        let all_old = ReturnValuesOnConditionCheckFailure::AllOld;
        let action = TransactWriteItem::builder();
        Ok(match self.form {
            Form::Put => action.put(
                Put::builder()
                    .table_name(table)
                    .set_item(Some(self.item))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .return_values_on_condition_check_failure(all_old)
                    .build()
                    .map_err(unbuildable)?,
            ),
            Form::Update => action.update(
                Update::builder()
                    .table_name(table)
                    .set_update_expression(self.change())
                    .set_key(Some(self.item))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .return_values_on_condition_check_failure(all_old)
                    .build()
                    .map_err(unbuildable)?,
            ),
            Form::Delete => action.delete(
                Delete::builder()
                    .table_name(table)
                    .set_key(Some(self.item))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .return_values_on_condition_check_failure(all_old)
                    .build()
                    .map_err(unbuildable)?,
            ),
        }
        .build())
    }
}

pub(crate) fn unbuildable(_: BuildError) -> StoreError {
    StoreError::Refused { operation: "build", code: "incomplete".to_owned() }
}

/// The attributes that expressions name as `#x`.
pub(crate) fn names_in<'a>(expressions: impl Iterator<Item = &'a str>) -> Option<HashMap<String, String>> {
    let mut names = HashMap::new();
    for expression in expressions {
        for part in expression.split('#').skip(1) {
            let end = part.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(part.len());
            if let Some(name) = part.get(..end) {
                names.insert(format!("#{name}"), name.to_owned());
            }
        }
    }
    (!names.is_empty()).then_some(names)
}
