//! The gateways by name, derived from the list of protocols.

use serde::{Deserialize, Serialize};

macro_rules! gateways {
    ($($(#[$about:meta])* $gateway:ident => $folder:ident,)*) => {
        /// Which gateway a sender or a request belongs to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Gateway {
            $($(#[$about])* $gateway,)*
        }

        impl Gateway {
            /// All that the world speaks.
            pub const ALL: &[Self] = &[$(Self::$gateway,)*];

            /// Its name in paths and in JSON, which is also that of its protocol's folder.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$gateway => stringify!($folder),)*
                }
            }
        }
    };
}
crate::list::protocols!(gateways);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_json_name_a_gateway_alike() {
        for &gateway in Gateway::ALL {
            assert_eq!(serde_json::to_value(gateway).unwrap(), gateway.name());
        }
    }
}
