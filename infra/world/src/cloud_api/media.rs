//! Files that people sent: `GET /{version}/{media-id}` tells where one is, and there it is.

use super::errors::CloudError;
use crate::core::answers;
use crate::core::gateway::Gateway;
use crate::core::voice;
use crate::core::world::State;
use bytes::Bytes;
use http::{Request, Response, header};
use serde_json::json;
use sha2::{Digest, Sha256};

/// The folder of the addresses at which files are.
pub(super) const FOLDER: &str = "attachments";

/// The address of the sender that a file came to, and the file, if the token is that sender's.
pub(super) fn find(state: &State, id: &str, token: &str) -> Result<(String, Bytes), CloudError> {
    let mine = |gateway, known: &str| gateway == Gateway::CloudApi && !token.is_empty() && known == token;
    let mut senders =
        state.senders.values().map(|sender| &sender.setup).filter(|it| mine(it.gateway, &it.token)).peekable();
    if senders.peek().is_none() {
        return Err(CloudError::new(190, "Invalid OAuth access token"));
    }
    let found = senders.find_map(|sender| {
        let file = state.recording(&sender.address, |bubble| voice::number(&bubble.id) == id)?;
        Some((sender.address.clone(), file))
    });
    let missing = "Unsupported get request. The object does not exist or cannot be loaded";
    found.ok_or_else(|| CloudError::parameter(missing))
}

/// Where a file is. The address holds for five minutes at Meta, and here as long as the message is remembered.
pub(super) fn describe(id: &str, file: &[u8], request: &Request<Bytes>) -> Response<Bytes> {
    let host = || request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = request.uri().authority().map(http::uri::Authority::as_str).or_else(host).unwrap_or_default();
    answers::json(
        200,
        &json!({
            "messaging_product": "whatsapp",
            "url": format!("http://{host}/cloud_api/{FOLDER}/{id}"),
            "mime_type": voice::MIME,
            "sha256": hex::encode(Sha256::digest(file)),
            "file_size": file.len(),
            "id": id,
        }),
    )
}
