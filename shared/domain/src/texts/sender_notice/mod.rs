//! What WhatsApp says of the account, to an owner.

use super::{Choice, Line, OwnerName, Value};
use crate::Voice;
use crate::inbound::{AccountNotice, Concern};

text! {
    /// Tells an owner that WhatsApp has restricted or changed something of theirs.
    SenderNotice: Owner, Always
    /// the owner's first name
    name: OwnerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// `template_category`, `template_category_coming`, `template_status`, `template_quality`, `number_quality`, `number_name`,
    /// `account` or `connection`
    concern: Concern,
    /// what it is about, in WhatsApp's own words, as `points_loaded (es): UTILITY → MARKETING`
    details: Details<'a>,
}

impl Choice for Concern {}

/// The notice in the gateway's own words.
#[derive(Clone, Copy)]
pub struct Details<'a>(pub &'a AccountNotice);

impl Value for Details<'_> {
    fn write(&self, _: Voice, _: usize) -> Option<String> {
        let AccountNotice { template, language, before, after, field, .. } = self.0;
        let change = match (before, after) {
            (Some(before), Some(after)) => format!("{before} → {after}"),
            (None, Some(only)) | (Some(only), None) => only.clone(),
            (None, None) => field.clone(),
        };
        Some(match (template, language) {
            (Some(template), Some(language)) => format!("{template} ({language}): {change}"),
            (Some(template), None) => format!("{template}: {change}"),
            (None, _) => change,
        })
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    use std::sync::LazyLock;
    use strum::IntoEnumIterator;

    static NOTICES: LazyLock<Vec<AccountNotice>> = LazyLock::new(|| {
        let some = |text: &str| Some(text.to_owned());
        let notice = |concern| {
            let (template, before, after) = match concern {
                Concern::TemplateCategory | Concern::TemplateCategoryComing => {
                    (some("points_loaded"), some("UTILITY"), some("MARKETING"))
                }
                Concern::TemplateStatus => (some("points_loaded"), None, some("PAUSED")),
                Concern::TemplateQuality => (some("points_loaded"), some("YELLOW"), some("RED")),
                Concern::NumberQuality => (None, some("TIER_10K"), some("FLAGGED")),
                Concern::NumberName => (None, None, some("REJECTED")),
                Concern::Account => (None, None, some("ACCOUNT_RESTRICTION")),
                Concern::Connection => (None, None, some("looping")),
            };
            AccountNotice {
                template,
                language: some("es"),
                before,
                after,
                concern: Some(concern),
                ..AccountNotice::default()
            }
        };
        Concern::iter().map(notice).collect()
    });
    let text = |(nth, notice): (usize, &'static AccountNotice)| -> Box<dyn super::Text> {
        let concern = notice.concern.unwrap_or(Concern::Account);
        let name = OwnerName((nth != 1).then_some("Carlos Ruiz"));
        Box::new(SenderNotice { name, business: Line("Pet Amigo"), concern, details: Details(notice) })
    };
    NOTICES.iter().enumerate().map(text).collect()
}
