//! Which of the names that people give themselves at WhatsApp may stand in a record.

/// Whether somebody can be called so: a name has a letter, `.` and `~` have none.
pub(crate) fn is_name(name: &str) -> bool {
    name.chars().any(char::is_alphabetic)
}
