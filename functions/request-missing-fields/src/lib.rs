//! request-missing-fields
