//! Segments that people know: classes by the last purchase and the number of purchases, and a few others.

use api::parameters::Within;
use api::search::SegmentsQuery;
use domain::customer_filter::Inactivity;
use domain::{Business, CustomerFilter};
use kit::Problem;
use kit::fields::Fields;

/// A customer is new for so many days.
const NEW_DAYS: u32 = 30;

/// Where the classes are cut.
#[derive(Clone, Copy)]
pub(crate) struct Cuts {
    recent: u32,
    lapsing: u32,
    lost: u32,
    frequent: u32,
}

/// A segment: its name, its rule in words, and its rule for the index.
pub(crate) struct Segment {
    pub(crate) name: &'static str,
    pub(crate) rule: String,
    pub(crate) filter: CustomerFilter,
}

impl Segment {
    /// Why nobody is in it, of so many customers.
    pub(crate) fn why_empty(&self, customers: u64, buyers: u64) -> &'static str {
        match self.name {
            _ if customers == 0 => "The business has no customers yet, or they are newer than the index.",
            "never_bought" => "Every customer has a purchase.",
            "vip" => "No customer has the label VIP, and none has come or bought 20 times.",
            "inactive" => "Every customer was in contact or registered within these days.",
            "new" => "No customer was registered within these days.",
            _ if buyers == 0 => "No customer has a purchase yet.",
            _ => "Customers have bought, but none at such a time and so often.",
        }
    }
}

impl Cuts {
    pub(crate) fn read(given: &SegmentsQuery) -> Result<Self, Problem> {
        let cuts = Self {
            recent: Within::of(given.recent_days),
            lapsing: Within::of(given.lapsing_days),
            lost: Within::of(given.lost_days),
            frequent: Within::of(given.frequent),
        };
        let mut fields = Fields::new();
        fields.require("lapsing_days", cuts.recent < cuts.lapsing, "expected more than recent_days");
        fields.require("lost_days", cuts.lapsing < cuts.lost, "expected more than lapsing_days");
        fields.finish()?;
        Ok(cuts)
    }

    /// Each customer is in one of the first eight.
    pub(crate) fn segments(self, business: &Business) -> Vec<Segment> {
        let Self { recent, lapsing, lost, frequent } = self;
        let inactive_days = u32::from(business.settings.inactive_days);
        let often = format!("at least {frequent} times");
        let seldom = match frequent - 1 {
            1 => "once".to_owned(),
            most => format!("at most {most} times"),
        };
        let until = |days: u32| format!("at most {days} days ago");
        let between = |after: u32, until: u32| format!("{} to {until} days ago", after + 1);
        let bought = |when: &str, times: &str| format!("Bought last {when}, and {times}.");
        let is_often = |filter: CustomerFilter| CustomerFilter { min_purchases: Some(frequent), ..filter };
        let is_seldom = |filter: CustomerFilter| CustomerFilter {
            min_purchases: Some(1),
            max_purchases: Some(frequent - 1),
            ..filter
        };
        let days = |min: u32, max: Option<u32>| CustomerFilter {
            min_days_since_last_purchase: (min > 0).then_some(min),
            max_days_since_last_purchase: max,
            ..CustomerFilter::default()
        };
        let (fresh, slipping) = (days(0, Some(recent)), days(recent + 1, Some(lapsing)));
        let lapsed = days(lapsing + 1, Some(lost));
        let segment = |name, rule, filter| Segment { name, rule, filter };
        vec![
            segment("champions", bought(&until(recent), &often), is_often(fresh.clone())),
            segment("promising", bought(&until(recent), &seldom), is_seldom(fresh)),
            segment("loyal", bought(&between(recent, lapsing), &often), is_often(slipping.clone())),
            segment("slipping", bought(&between(recent, lapsing), &seldom), is_seldom(slipping)),
            segment("at_risk", bought(&between(lapsing, lost), &often), is_often(lapsed.clone())),
            segment("hibernating", bought(&between(lapsing, lost), &seldom), is_seldom(lapsed)),
            segment(
                "lost",
                format!("Bought last more than {lost} days ago."),
                CustomerFilter { min_purchases: Some(1), ..days(lost + 1, None) },
            ),
            segment(
                "never_bought",
                "Has no purchase.".to_owned(),
                CustomerFilter { max_purchases: Some(0), ..CustomerFilter::default() },
            ),
            segment(
                "vip",
                "Has the label VIP, or has come or bought at least 20 times.".to_owned(),
                CustomerFilter { is_vip: Some(true), ..CustomerFilter::default() },
            ),
            segment(
                "inactive",
                format!("Had no contact for more than {inactive_days} days: no message, visit or purchase."),
                CustomerFilter {
                    inactivity: Some(Inactivity { is_inactive: true, days: inactive_days }),
                    ..CustomerFilter::default()
                },
            ),
            segment(
                "new",
                format!("Was registered at most {NEW_DAYS} days ago."),
                CustomerFilter { max_days_since_registration: Some(NEW_DAYS), ..CustomerFilter::default() },
            ),
        ]
    }
}
