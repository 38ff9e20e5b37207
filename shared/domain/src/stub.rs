#![allow(missing_docs)]
use crate::{Profile, ProfileField};
pub struct Answers {
    pub profile: Profile,
}
pub fn read_answers(_: &str, _: &[ProfileField], _: &str) -> Answers {
    Answers { profile: Profile::default() }
}
