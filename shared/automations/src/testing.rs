//! A business and a customer for tests.

use chrono::DateTime;
use domain::{Business, BusinessId, Customer, CustomerId, Locale, Profile, Settings};
use uuid::Uuid;

/// In São Paulo, with the default settings.
pub fn business() -> Business {
    Business {
        business_id: BusinessId(Uuid::from_u128(1)),
        name: "Pet Amigo".to_owned(),
        country: "BR".to_owned(),
        locale: Locale::PtBr,
        currency: iso_currency::Currency::BRL,
        timezone: domain::Tz::America__Sao_Paulo,
        owners: Vec::new(),
        opening_hours: Default::default(),
        slot_minutes: 30,
        wanted_fields: Vec::new(),
        settings: Settings::default(),
        best_hour: None,
        switched_off: Default::default(),
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    }
}

/// Registered with this profile.
pub fn customer(given: &Profile) -> Customer {
    Customer::new(CustomerId(Uuid::from_u128(2)), None, given, DateTime::UNIX_EPOCH)
}
