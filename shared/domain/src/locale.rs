//! The languages that messages are written in.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

/// The language a person or business is written to in.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Display, EnumString, EnumIter, IntoStaticStr,
)]
pub enum Locale {
    /// Spanish.
    #[serde(rename = "es")]
    #[strum(serialize = "es")]
    Es,
    /// Brazilian Portuguese.
    #[serde(rename = "pt-BR")]
    #[strum(serialize = "pt-BR")]
    PtBr,
    /// English.
    #[serde(rename = "en")]
    #[strum(serialize = "en")]
    En,
}
