//! The schemas of the document, as they are derived and then tidied.

use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::schema::{
    AdditionalProperties, AnyOfBuilder, ArrayItems, Object, ObjectBuilder, OneOf, SchemaFormat, SchemaType, Type,
};
use utoipa::openapi::{Ref, RefOr, Schema};

/// The format of a text without control characters, for a name or a label.
pub(crate) const LINE: &str = "line";
/// The same as a pattern.
const ONE_LINE: &str = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$";

/// Schemas by name.
#[derive(Default)]
pub struct Schemas(BTreeMap<String, RefOr<Schema>>);

impl Schemas {
    /// The schema of a body that is taken: no object in it has fields but those that are described.
    pub(crate) fn takes<T: ToSchema>(&mut self) -> RefOr<Schema> {
        for (name, mut schema) in all::<T>() {
            tidy(&mut schema);
            close(&mut schema);
            self.0.insert(name, schema);
        }
        reference::<T>()
    }

    /// The schema of a body that is answered.
    pub(crate) fn answers<T: ToSchema>(&mut self) -> RefOr<Schema> {
        for (name, mut schema) in all::<T>() {
            tidy(&mut schema);
            self.0.entry(name).or_insert(schema);
        }
        reference::<T>()
    }

    /// Adds those of another operation. A schema that is taken anywhere is closed everywhere.
    pub(crate) fn extend(&mut self, others: Self) {
        for (name, other) in others.0 {
            match self.0.get(&name) {
                Some(known) if is_closed(known) || !is_closed(&other) => {}
                _ => drop(self.0.insert(name, other)),
            }
        }
    }

    /// Says of a schema a keyword that a derive has no attribute for.
    pub fn say(&mut self, schema: &str, keyword: &str, value: Value) {
        if let Some(RefOr::T(Schema::Object(object))) = self.0.get_mut(schema) {
            object.extensions = Some(Extensions::from_iter([(keyword, value)]));
        }
    }

    /// Goes on with the description of a field that has no schema of its own name.
    pub fn add_to_description(&mut self, schema: &str, field: &str, text: &str) {
        let Some(RefOr::T(Schema::Object(object))) = self.0.get_mut(schema) else { return };
        if let Some(RefOr::T(Schema::Object(field))) = object.properties.get_mut(field) {
            field.description.get_or_insert_default().push_str(text);
        }
    }

    /// The same of a field that has no schema of its own name.
    pub fn say_of_field(&mut self, schema: &str, field: &str, keyword: &str, value: Value) {
        let Some(RefOr::T(Schema::Object(object))) = self.0.get_mut(schema) else { return };
        if let Some(RefOr::T(Schema::Object(field))) = object.properties.get_mut(field) {
            field.extensions = Some(Extensions::from_iter([(keyword, value)]));
        }
    }

    /// Says of a list that it has no entry twice.
    pub fn say_unique(&mut self, schema: &str, field: &str) {
        let Some(RefOr::T(Schema::Object(object))) = self.0.get_mut(schema) else { return };
        if let Some(RefOr::T(Schema::Array(field))) = object.properties.get_mut(field) {
            field.unique_items = true;
        }
    }

    /// Says of fields that may be absent that they may also be `null`.
    pub fn may_be_null(&mut self, schema: &str, fields: &[&str]) {
        let Some(RefOr::T(Schema::Object(object))) = self.0.get_mut(schema) else { return };
        for field in fields {
            match object.properties.get_mut(*field) {
                Some(RefOr::T(Schema::Object(field))) => field.schema_type = or_null(&field.schema_type),
                Some(RefOr::T(Schema::Array(field))) => field.schema_type = or_null(&field.schema_type),
                Some(other) => {
                    let null = ObjectBuilder::new().schema_type(Type::Null).build();
                    *other = Schema::AnyOf(AnyOfBuilder::new().item(other.clone()).item(null).build()).into();
                }
                None => {}
            }
        }
    }

    pub(crate) fn into_iter(self) -> impl Iterator<Item = (String, RefOr<Schema>)> {
        self.0.into_iter()
    }
}

/// A type's own schema, and those that it refers to.
fn all<T: ToSchema>() -> Vec<(String, RefOr<Schema>)> {
    let mut schemas = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut schemas);
    schemas
}

pub(crate) fn reference<T: ToSchema>() -> RefOr<Schema> {
    Ref::from_schema_name(T::name()).into()
}

/// Any JSON object.
pub(crate) fn any_object() -> RefOr<Schema> {
    ObjectBuilder::new().build().into()
}

/// The schema that is derived of an `Option` may be `null`. A field that may be absent is not `null` in this API; one
/// that is always there, and may be `null`, says `#[schema(required)]`. The lines of a description are joined.
fn tidy(schema: &mut RefOr<Schema>) {
    let schema = match schema {
        RefOr::T(schema) => schema,
        RefOr::Ref(reference) => {
            reference.description = joined(&reference.description);
            return;
        }
    };
    match schema {
        Schema::Object(object) => tidy_object(object),
        Schema::Array(array) => {
            describe(&mut array.description);
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                tidy(items);
            }
        }
        Schema::OneOf(choice) => {
            describe(&mut choice.description);
            choice.items.iter_mut().for_each(tidy);
        }
        Schema::AllOf(all) => {
            describe(&mut all.description);
            all.items.iter_mut().for_each(tidy);
        }
        Schema::AnyOf(choice) => {
            describe(&mut choice.description);
            choice.items.iter_mut().for_each(tidy);
        }
        _ => {}
    }
}

fn tidy_object(object: &mut Object) {
    describe(&mut object.description);
    if matches!(&object.format, Some(SchemaFormat::Custom(format)) if format == LINE) {
        object.pattern = Some(ONE_LINE.to_owned());
    }
    if let Some(Schema::Object(names)) = object.property_names.as_deref_mut() {
        tidy_object(names);
    }
    let required = &object.required;
    for (name, property) in &mut object.properties {
        tidy(property);
        if !required.contains(name) {
            not_null(property);
        }
    }
    if let Some(AdditionalProperties::RefOr(value)) = object.additional_properties.as_deref_mut() {
        tidy(value);
    }
}

/// As [`tidy`], of a schema that stands in a parameter.
pub(crate) fn tidy_parameter(schema: &mut RefOr<Schema>) {
    tidy(schema);
    not_null(schema);
}

/// The `null` of a type, and of a default that only says that there is none.
fn not_null(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Object(object)) => {
            object.schema_type = without_null(&object.schema_type);
            object.default.take_if(|default| default.is_null());
        }
        RefOr::T(Schema::Array(array)) => {
            array.schema_type = without_null(&array.schema_type);
            array.default.take_if(|default| default.is_null());
        }
        RefOr::T(Schema::OneOf(OneOf { items, .. })) => {
            items.retain(|item| !is_null(item));
            if let [only] = items.as_slice() {
                *schema = only.clone();
            }
        }
        _ => {}
    }
}

fn is_null(schema: &RefOr<Schema>) -> bool {
    matches!(schema, RefOr::T(Schema::Object(object)) if object.schema_type == SchemaType::Type(Type::Null))
}

fn without_null(given: &SchemaType) -> SchemaType {
    let SchemaType::Array(types) = given else { return given.clone() };
    let types: Vec<Type> = types.iter().filter(|kind| **kind != Type::Null).cloned().collect();
    match types.as_slice() {
        [only] => SchemaType::Type(only.clone()),
        _ => SchemaType::Array(types),
    }
}

fn or_null(given: &SchemaType) -> SchemaType {
    match given {
        SchemaType::Type(only) => SchemaType::from_iter([only.clone(), Type::Null]),
        other => other.clone(),
    }
}

/// Closes an object against fields that it does not describe.
fn close(schema: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::Object(object)) = schema
        && !object.properties.is_empty()
    {
        object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
    }
}

fn is_closed(schema: &RefOr<Schema>) -> bool {
    let closed = Some(Box::new(AdditionalProperties::FreeForm(false)));
    matches!(schema, RefOr::T(Schema::Object(object)) if object.additional_properties == closed)
}

fn describe(description: &mut Option<String>) {
    *description = description.as_deref().map(joined);
}

/// Lines as one, paragraphs apart.
pub(crate) fn joined(text: &str) -> String {
    let lines = |paragraph: &str| paragraph.lines().map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned();
    text.split("\n\n").map(lines).collect::<Vec<_>>().join("\n\n")
}
