//! The difference that a campaign made: the part of its audience that bought, beside the part of those who were held out.
//!
//! The interval of each part is Wilson's, and that of the difference is Newcombe's of 1998 (method 10). It stays honest where
//! few buy and where the groups are of unlike size, unlike the textbook's.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

/// How sure an interval is.
const SURE: f64 = 0.95;

/// The people of a group, and those of them who bought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// All.
    pub people: u64,
    /// Those who bought.
    pub bought: u64,
}

/// A part of one, and the values between which it is to be expected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The part of the audience that bought, less the part of those who were held out.
    pub lift: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// What the figures prove.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, EnumIter, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Evidence {
    /// Nothing: there are too few people, or too few of them have bought.
    TooLittle,
    /// No difference: the interval holds nought.
    NotShown,
    /// More of the audience bought than without the campaign.
    More,
    /// Fewer did.
    Fewer,
}

impl Share {
    /// The fewest people in each group for which anything is said.
    pub const FEWEST: u64 = 30;
    /// The fewest in both together who must have bought.
    pub const FEWEST_BOUGHT: u64 = 5;

    /// The part that bought; `None` of nobody.
    #[must_use]
    pub fn rate(self) -> Option<f64> {
        (self.people > 0).then(|| float(self.bought) / float(self.people))
    }

    /// Wilson's interval of the part that bought.
    fn interval(self, z: f64) -> (f64, f64) {
        let (n, p) = (float(self.people), self.rate().unwrap_or_default());
        let square = z * z;
        let middle = p + square / (2.0 * n);
        let half = z * (p * (1.0 - p) / n + square / (4.0 * n * n)).sqrt();
        let whole = 1.0 + square / n;
        (((middle - half) / whole).max(0.0), ((middle + half) / whole).min(1.0))
    }

    /// The difference to those who were held out; `None` if one of the groups is empty.
    #[must_use]
    pub fn beside(self, held_out: Self) -> Option<Difference> {
        let (of, other) = (self.rate()?, held_out.rate()?);
        let z = Normal::standard().inverse_cdf(f64::midpoint(1.0, SURE));
        let ((low, high), (other_low, other_high)) = (self.interval(z), held_out.interval(z));
        let lift = of - other;
        let below = (of - low).hypot(other_high - other);
        let above = (high - of).hypot(other - other_low);
        Some(Difference { lift, low: (lift - below).max(-1.0), high: (lift + above).min(1.0) })
    }

    /// What the difference to those who were held out proves.
    #[must_use]
    pub fn evidence(self, held_out: Self) -> Evidence {
        let is_enough = self.people.min(held_out.people) >= Self::FEWEST
            && self.bought.saturating_add(held_out.bought) >= Self::FEWEST_BOUGHT;
        match self.beside(held_out).filter(|_| is_enough) {
            None => Evidence::TooLittle,
            Some(it) if it.low > 0.0 => Evidence::More,
            Some(it) if it.high < 0.0 => Evidence::Fewer,
            Some(_) => Evidence::NotShown,
        }
    }
}

/// Exact for any number of people.
#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53")]
fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use statrs::distribution::{Binomial, Discrete};

    fn share(bought: u64, people: u64) -> Share {
        Share { people, bought }
    }

    fn near(is: f64, wanted: f64) -> bool {
        (is - wanted).abs() < 5e-5
    }

    /// The examples of Newcombe's paper (Statistics in Medicine 17, 1998, table II, method 10).
    #[test]
    fn the_interval_is_newcombes() {
        for ((a, m), (b, n), low, high) in [
            ((56, 70), (48, 80), 0.0524, 0.3339),
            ((9, 10), (3, 10), 0.1705, 0.8090),
            ((6, 7), (2, 7), 0.0582, 0.8062),
            ((5, 56), (0, 29), -0.0381, 0.1926),
            ((0, 10), (0, 20), -0.1611, 0.2775),
            ((10, 10), (0, 20), 0.6791, 1.0),
        ] {
            let is = share(a, m).beside(share(b, n)).unwrap();
            assert!(near(is.low, low) && near(is.high, high), "{a}/{m} - {b}/{n}: {is:?}");
        }
    }

    /// Of all campaigns of these sizes, so many have intervals that hold the true difference.
    #[test]
    fn the_interval_holds_the_truth_as_often_as_it_says() {
        for (people, held_out, with, without, least) in [
            (270, 30, 0.05, 0.05, 0.94),
            (270, 30, 0.08, 0.03, 0.93),
            (900, 100, 0.04, 0.02, 0.94),
            (60, 60, 0.1, 0.05, 0.94),
        ] {
            let (of, other) = (Binomial::new(with, people).unwrap(), Binomial::new(without, held_out).unwrap());
            let mut holds = 0.0;
            for a in 0..=people {
                for b in 0..=held_out {
                    let is = share(a, people).beside(share(b, held_out)).unwrap();
                    if (is.low..=is.high).contains(&(with - without)) {
                        holds += of.pmf(a) * other.pmf(b);
                    }
                }
            }
            assert!(holds >= least, "{people} and {held_out} at {with} and {without}: {holds}");
        }
    }

    /// A campaign that does nothing is seldom said to do something.
    #[test]
    fn a_campaign_without_effect_is_seldom_said_to_have_one() {
        for (people, held_out, rate) in [(270, 30, 0.05), (270, 30, 0.01), (500, 55, 0.1), (60, 30, 0.2)] {
            let (of, other) = (Binomial::new(rate, people).unwrap(), Binomial::new(rate, held_out).unwrap());
            let mut wrong = 0.0;
            for a in 0..=people {
                for b in 0..=held_out {
                    if !matches!(
                        share(a, people).evidence(share(b, held_out)),
                        Evidence::TooLittle | Evidence::NotShown
                    ) {
                        wrong += of.pmf(a) * other.pmf(b);
                    }
                }
            }
            assert!(wrong <= 0.06, "{people} and {held_out} at {rate}: {wrong}");
        }
    }

    #[test]
    fn what_is_said_needs_people_and_purchases() {
        use Evidence::{Fewer, More, NotShown, TooLittle};
        for (of, other, said) in [
            (share(0, 0), share(0, 0), TooLittle),
            (share(40, 100), share(0, 29), TooLittle),
            (share(4, 29), share(9, 100), TooLittle),
            (share(4, 1_000), share(0, 1_000), TooLittle),
            (share(5, 100), share(5, 100), NotShown),
            (share(60, 900), share(1, 100), More),
            (share(20, 900), share(12, 100), Fewer),
        ] {
            assert_eq!(of.evidence(other), said, "{of:?} beside {other:?}");
        }
        assert_eq!(share(0, 0).rate(), None);
        assert_eq!(share(1, 4).beside(share(0, 0)), None);
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_lift_and_is_the_same_from_both_sides(a in 0..500u64, b in 0..500u64, m in 1..500u64, n in 1..500u64) {
            let (of, other) = (share(a.min(m), m), share(b.min(n), n));
            let (there, back) = (of.beside(other).unwrap(), other.beside(of).unwrap());
            prop_assert!(-1.0 <= there.low && there.low <= there.lift && there.lift <= there.high && there.high <= 1.0);
            prop_assert!((there.low + back.high).abs() < 1e-12 && (there.high + back.low).abs() < 1e-12);
        }
    }
}
