//! The question for profile fields.

use super::{Asked, CustomerName, Line};

text! {
    /// Asks a customer for what the business wants to know.
    MissingFields: Transactional, Always
    /// the customer's first name
    name: CustomerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// what is missing, as `tu nombre, ciudad y cumpleaños`
    fields: Asked<'a>,
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    use crate::ProfileField::{Birthday, City, Consent, Email, Gender, Name};
    let asked: [&'static [_]; 4] = [&[Name, Email, Birthday], &[Consent, City, Gender], &[Email], &[Consent]];
    super::tests::for_each_name(asked, |name, fields| MissingFields {
        name,
        business: Line("Pet Amigo"),
        fields: Asked(fields),
    })
}
