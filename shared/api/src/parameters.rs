//! Parameters that several resources have.

use crate::values::Id;
use domain::BusinessId;
use serde::Deserialize;
use serde::de::{Deserializer, Error};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

/// The business that a call is about.
#[derive(Deserialize, IntoParams)]
pub struct OfBusiness {
    /// The business. The operator key must name it; a business key may leave it out.
    #[param(value_type = Option<Id>)]
    pub business_id: Option<BusinessId>,
}

/// No parameters.
#[derive(Deserialize)]
pub struct Nothing {}

/// The business that a call is about, in the path.
#[derive(Deserialize, IntoParams)]
pub struct BusinessPath {
    /// The business that owns it.
    #[param(value_type = Id, example = "019ab1bf-8d21-7f00-b1a2-5e6f7a8b9c01")]
    pub business_id: BusinessId,
}

/// A whole number from `LEAST` to `MOST`, and `USUAL` if a caller gives none.
#[derive(Clone, Copy)]
pub struct Within<const LEAST: u16, const MOST: u16, const USUAL: u16>(u16);

/// The number of items on a page.
pub type PageSize<const MOST: u16 = 100, const USUAL: u16 = 50> = Within<1, MOST, USUAL>;

impl<const LEAST: u16, const MOST: u16, const USUAL: u16> Within<LEAST, MOST, USUAL> {
    /// The number that a caller has given, or the usual one.
    #[must_use]
    pub fn of<N: From<u16>>(given: Option<Self>) -> N {
        given.map_or(USUAL, |number| number.0).into()
    }
}

impl<'de, const LEAST: u16, const MOST: u16, const USUAL: u16> Deserialize<'de> for Within<LEAST, MOST, USUAL> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = u64::deserialize(deserializer)?;
        match u16::try_from(given) {
            Ok(number) if (LEAST..=MOST).contains(&number) => Ok(Self(number)),
            _ => Err(D::Error::custom(format_args!("expected from {LEAST} to {MOST}"))),
        }
    }
}

impl<const LEAST: u16, const MOST: u16, const USUAL: u16> PartialSchema for Within<LEAST, MOST, USUAL> {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(LEAST)).maximum(Some(MOST));
        number.default(Some(USUAL.into())).into()
    }
}

impl<const LEAST: u16, const MOST: u16, const USUAL: u16> ToSchema for Within<LEAST, MOST, USUAL> {}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{from_value, json};

    #[test]
    fn a_number_is_within_its_bounds() {
        type Few = Within<2, 20, 5>;
        let read = |number: i64| from_value::<Option<Few>>(json!(number)).map(Few::of::<u32>);
        assert_eq!((read(2).unwrap(), read(20).unwrap(), Few::of::<u32>(None)), (2, 20, 5));
        for wrong in [0, 1, 21, 70_000] {
            assert_eq!(read(wrong).unwrap_err().to_string(), "expected from 2 to 20");
        }
        assert!(read(-1).is_err());
    }
}
