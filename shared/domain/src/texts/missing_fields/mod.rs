//! The question for profile fields.

use super::{Asked, CustomerName, Line, Purpose};
use crate::ProfileField;

text! {
    /// Asks a customer for what the business wants to know: two fields at most.
    MissingFields: Transactional, Always
    /// the customer's first name
    name: CustomerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// what is missing, two fields at most, as `tu nombre y tu fecha de cumpleaños`
    fields: Asked<'a>,
    /// why we ask for them, as `para llamarte por tu nombre y para felicitarte en tu día`
    purpose: Purpose<'a>,
}

impl<'a> MissingFields<'a> {
    /// Asks for the first two of the fields.
    #[must_use]
    pub fn new(name: Option<&'a str>, business: &'a str, missing: &'a [ProfileField]) -> Self {
        Self { name: CustomerName(name), business: Line(business), fields: Asked(missing), purpose: Purpose(missing) }
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    use crate::ProfileField::{Birthday, City, Consent, Email, Gender, Name};
    let asked: [&'static [_]; 6] =
        [&[Name, Email, Birthday], &[Email, Birthday], &[Consent, City, Gender], &[Gender], &[Consent], &[Email, City]];
    super::tests::for_each_name(asked, |CustomerName(name), fields| MissingFields::new(name, "Pet Amigo", fields))
}
