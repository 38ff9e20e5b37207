//! The template and the store have the same tables, under the same names.

use crate::support::described;
use std::collections::BTreeSet;
use store::Table;
use strum::IntoEnumIterator;

#[test]
fn the_template_has_the_tables_of_the_store() {
    let known: BTreeSet<String> = Table::iter().map(Table::resource).collect();
    let made: BTreeSet<String> = described().into_iter().map(|(name, _)| name).collect();
    assert_eq!(made, known);
}

/// A function that is given a table finds it under the variable that the store reads.
#[test]
fn the_template_names_a_table_by_its_variable() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml");
    let text = std::fs::read_to_string(path).unwrap();
    let given: BTreeSet<&str> = text.lines().map(str::trim).filter(|line| line.starts_with("TABLE_")).collect();
    let known = Table::iter().map(|table| format!("{}: !Ref {}", table.variable(), table.resource()));
    let known: BTreeSet<String> = known.collect();
    assert_eq!(given, known.iter().map(String::as_str).collect());
}
