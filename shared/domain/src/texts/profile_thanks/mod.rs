//! The thanks for profile fields, and the question for what is still missing.

use super::{AskedToo, CustomerName, Learned, Line, Purpose};
use crate::ProfileField;

text! {
    /// Thanks a customer for an answer that was understood.
    ProfileThanks: Transactional, Always
    /// the customer's first name
    name: CustomerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// what the customer has told, as it stands after `Anotamos`: `tu correo electrónico y tu fecha de cumpleaños`, `que
    /// quieres recibir nuestras novedades`
    learned: Learned<'a>,
    /// what is asked for besides, two fields at most; missing if nothing is
    missing: AskedToo<'a>,
    /// why we ask for it, as `para felicitarte en tu día`; missing if nothing is asked
    purpose: Purpose<'a>,
}

impl<'a> ProfileThanks<'a> {
    /// Thanks for at least one field, and asks for the first two of those that are missing.
    #[must_use]
    pub fn new(name: Option<&'a str>, business: &'a str, learned: Learned<'a>, missing: &'a [ProfileField]) -> Self {
        let (missing, purpose) = (AskedToo(missing), Purpose(missing));
        Self { name: CustomerName(name), business: Line(business), learned, missing, purpose }
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    use crate::ProfileField::{Birthday, City, Consent, Email, Gender, Name};
    let answers: [(&'static [_], bool, &'static [_]); 5] = [
        (&[Email], false, &[Birthday]),
        (&[Email, Birthday], false, &[Consent, Gender, City]),
        (&[Consent, Name, City], true, &[]),
        (&[Consent], true, &[City]),
        (&[Consent, Name], false, &[]),
    ];
    super::tests::for_each_name(answers, |CustomerName(name), (fields, news, missing)| {
        ProfileThanks::new(name, "Pet Amigo", Learned { fields, news }, missing)
    })
}
