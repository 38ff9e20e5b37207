//! S3's answers in XML.

use std::fmt::Write;

use super::objects::Object;
use crate::Reply;

const CONTENT_TYPE: &str = "application/xml";

pub(super) fn error(status: u16, code: &str, message: &str) -> Reply {
    reply(status, format!("<Error><Code>{code}</Code><Message>{}</Message></Error>", escaped(message)))
}

/// A page of a list; `next` is the key after which the list goes on.
pub(super) fn listing(bucket: &str, prefix: &str, page: &[(&String, &Object)], next: Option<&str>) -> Reply {
    let mut body = format!(
        "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>{}</Name><Prefix>{}</Prefix>\
         <KeyCount>{}</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>{}</IsTruncated>",
        escaped(bucket),
        escaped(prefix),
        page.len(),
        next.is_some()
    );
    if let Some(next) = next {
        let _ = write!(body, "<NextContinuationToken>{}</NextContinuationToken>", escaped(next));
    }
    for (key, object) in page {
        let _ = write!(
            body,
            "<Contents><Key>{}</Key><LastModified>{}</LastModified><ETag>{}</ETag><Size>{}</Size>\
             <StorageClass>STANDARD</StorageClass></Contents>",
            escaped(key),
            object.at.format("%Y-%m-%dT%H:%M:%S%.3fZ"),
            escaped(&object.tag),
            object.content.len()
        );
    }
    body.push_str("</ListBucketResult>");
    reply(200, body)
}

fn reply(status: u16, body: String) -> Reply {
    let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{body}");
    let headers = vec![("content-type", CONTENT_TYPE.to_owned())];
    Reply { status, headers, body: body.into(), lost: false }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
