//! The thanks for profile fields, and the question for what is still missing.

use super::{AskedToo, CustomerName, Learned, Line};
use crate::ProfileField;

text! {
    /// Thanks a customer for an answer that was understood.
    ProfileThanks: Transactional, Always
    /// the customer's first name
    name: CustomerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// what the customer has told, as `tu correo electrónico y tu fecha de cumpleaños`
    learned: Learned<'a>,
    /// what is asked for besides, two fields at most; missing if nothing is
    missing: AskedToo<'a>,
}

impl<'a> ProfileThanks<'a> {
    /// Thanks for at least one field, and asks for the first two of those that are missing.
    #[must_use]
    pub fn new(
        name: Option<&'a str>,
        business: &'a str,
        learned: &'a [ProfileField],
        missing: &'a [ProfileField],
    ) -> Self {
        let (learned, missing) = (Learned(learned), AskedToo(missing));
        Self { name: CustomerName(name), business: Line(business), learned, missing }
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    use crate::ProfileField::{Birthday, City, Consent, Email, Gender, Name};
    let answers: [(&'static [_], &'static [_]); 4] = [
        (&[Email], &[Birthday]),
        (&[Email, Birthday], &[Consent, Gender, City]),
        (&[Consent, Name, City], &[]),
        (&[Consent], &[City]),
    ];
    super::tests::for_each_name(answers, |CustomerName(name), (learned, missing)| {
        ProfileThanks::new(name, "Pet Amigo", learned, missing)
    })
}
