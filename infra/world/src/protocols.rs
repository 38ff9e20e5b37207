//! The protocol of each gateway, derived from the list.

use crate::core::gateway::Gateway;
use crate::core::world::{Clock, Protocol, World};

macro_rules! ways {
    ($($(#[$about:meta])* $gateway:ident => $folder:ident,)*) => {
        fn protocol(gateway: Gateway) -> &'static dyn Protocol {
            match gateway {
                $(Gateway::$gateway => &crate::$folder::$gateway,)*
            }
        }
    };
}
crate::list::protocols!(ways);

impl World {
    /// A world without senders, whose chance is decided by the seed.
    #[must_use]
    pub fn new(clock: Clock, seed: u64) -> Self {
        Self::speaking(protocol, clock, seed)
    }
}
