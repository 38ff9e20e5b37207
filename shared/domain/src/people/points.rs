//! The arithmetic of a points balance.

/// The most points that one entry adds or takes.
pub const MAX_CHANGE: i64 = 1_000_000_000;

/// A change that was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PointsError {
    /// More points would be taken than there are.
    #[error("the balance is {balance} points, and it cannot go below zero")]
    BelowZero {
        /// The balance, which stays as it is.
        balance: i64,
    },
    /// No change at all, or beyond what one entry may be.
    #[error("expected from 1 to 1000000000 points to add, or as many with a minus to take")]
    OutOfBounds,
}

/// The balance after a change.
///
/// # Errors
/// If it would go below zero, or the change is 0 or more than [`MAX_CHANGE`] either way.
pub fn apply(balance: i64, change: i64) -> Result<i64, PointsError> {
    if change == 0 || change.unsigned_abs() > MAX_CHANGE.unsigned_abs() {
        return Err(PointsError::OutOfBounds);
    }
    let after = balance.checked_add(change).ok_or(PointsError::OutOfBounds)?;
    if after < 0 { Err(PointsError::BelowZero { balance }) } else { Ok(after) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bounds() {
        for change in [0, MAX_CHANGE + 1, -MAX_CHANGE - 1, i64::MAX, i64::MIN] {
            assert_eq!(apply(5, change), Err(PointsError::OutOfBounds));
        }
        assert_eq!(apply(i64::MAX, 1), Err(PointsError::OutOfBounds));
        assert_eq!(apply(0, MAX_CHANGE), Ok(MAX_CHANGE));
        assert_eq!(apply(MAX_CHANGE, -MAX_CHANGE), Ok(0));
        assert_eq!(apply(MAX_CHANGE - 1, -MAX_CHANGE), Err(PointsError::BelowZero { balance: MAX_CHANGE - 1 }));
    }

    proptest! {
        /// Whatever is loaded, the balance is the sum of what was taken on, and never below zero.
        #[test]
        fn never_below_zero(changes in prop::collection::vec(-100..100i64, 0..50)) {
            let (mut balance, mut sum) = (0, 0);
            for change in changes {
                if let Ok(after) = apply(balance, change) {
                    sum += change;
                    balance = after;
                }
                prop_assert!(balance == sum && balance >= 0);
            }
        }
    }
}
