use base64::{Engine, engine::general_purpose::STANDARD};
use md5::{Digest, Md5};
use sha2::Sha256;

use super::{Attribute, Attributes};

/// MD5 of a message's body, in hex.
pub(crate) fn of_body(body: &str) -> String {
    hex(Md5::digest(body.as_bytes()).as_slice())
}

/// SHA-256 of a message's body, in hex: its name among repeats if it has no other.
pub(crate) fn sha256(body: &str) -> String {
    hex(Sha256::digest(body.as_bytes()).as_slice())
}

/// MD5 of a message's attributes as SDKs compute it (developer guide, "Calculating the MD5 message digest for message
/// attributes"): by name, each part with its length before it, 1 for text and 2 for binary values.
pub(crate) fn of_attributes(attributes: &Attributes) -> Option<String> {
    if attributes.is_empty() {
        return None;
    }
    let mut digest = Md5::new();
    for (name, attribute) in attributes {
        part(&mut digest, name.as_bytes());
        part(&mut digest, attribute.data_type.as_bytes());
        match attribute {
            Attribute { binary_value: Some(value), .. } => {
                digest.update([2]);
                part(&mut digest, &STANDARD.decode(value).unwrap_or_default());
            }
            Attribute { string_value, .. } => {
                digest.update([1]);
                part(&mut digest, string_value.as_deref().unwrap_or_default().as_bytes());
            }
        }
    }
    Some(hex(digest.finalize().as_slice()))
}

fn part(digest: &mut Md5, bytes: &[u8]) {
    digest.update(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    digest.update(bytes);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}
