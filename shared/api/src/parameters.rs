//! Parameters that several resources have.

use crate::values::Id;
use domain::BusinessId;
use serde::Deserialize;
use utoipa::IntoParams;

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
