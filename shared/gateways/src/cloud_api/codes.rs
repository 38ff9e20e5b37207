//! The meaning of Cloud API's error codes. The same codes come with a refused request and with a failed status.

use domain::Refusal;

/// The meaning of a documented code; `None` for one that is not documented. A documented code says that the message was
/// surely not sent, even if the HTTP status beside it says otherwise.
#[must_use]
pub fn meaning(code: i64) -> Option<Refusal> {
    Some(match code {
        // Temporary, unknown, maintenance, number being upgraded, server of registrations, template being synchronised.
        1 | 2 | 131_000 | 131_016 | 131_057 | 133_004 | 134_101 | 135_000 | 2_494_100 => Refusal::Retry,
        // Calls of the app and of the account; messages of the number.
        4 | 80_007 | 130_429 => Refusal::RateLimited { after: None },
        131_056 => Refusal::PairLimited,
        131_049 => Refusal::WaitADay,
        // The older code stands in reports too.
        470 | 131_047 => Refusal::WindowClosed,
        131_050 => Refusal::OptedOut,
        130_403 => Refusal::Blocked,
        // The number itself; not reachable; not in the list of a test number; withheld by an experiment; in a country
        // that this account may not write to.
        131_021 | 131_026 | 131_030 | 130_472 | 130_497 => Refusal::Undeliverable,
        // Marketing templates switched off for the account, or not for this way of sending; all that is wrong with a
        // template when it is sent or written.
        131_055 | 131_063 | 132_000..=132_999 | 134_100 | 134_102 | 2_388_000..=2_388_999 => Refusal::TemplateProblem,
        // Account restricted or locked, display name or certificate not approved, payment, quality, misclassified
        // templates.
        368 | 131_031 | 131_037 | 131_042 | 131_045 | 131_048 | 131_064 | 134_011 => Refusal::SenderRestricted,
        // The number is not registered: half taken out, its PIN wrong or guessed too often, to be verified again, too
        // early to be registered again.
        133_000 | 133_005 | 133_006 | 133_008..=133_010 | 133_015 | 133_016 => Refusal::SenderDisconnected,
        0 | 3 | 10 | 190 | 200..=299 | 131_005 => Refusal::Credentials,
        // Parameters, deleted number, unsupported type, media, user id where a phone is needed.
        33 | 100 | 131_008 | 131_009 | 131_051..=131_053 | 131_062 => Refusal::BadRequest,
        _ => return None,
    })
}
