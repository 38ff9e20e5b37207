//! The list of the protocols that the world speaks. The names of the gateways and the way to each protocol are derived
//! from it.

/// Hands the list to another macro: a gateway's name, and the folder of its protocol, which is also its name in paths
/// and in JSON. The folder has a type of the gateway's name that implements `Protocol`.
macro_rules! protocols {
    ($derive:ident) => {
        $derive! {
            /// WhatsApp Cloud API by Meta.
            CloudApi => cloud_api,
            /// Evolution API, a server of sessions.
            Evolution => evolution,
            /// WAHA, a server of sessions.
            Waha => waha,
            /// Whapi.cloud.
            Whapi => whapi,
        }
    };
}

pub(crate) use protocols;
