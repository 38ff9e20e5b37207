use super::*;
use crate::observe::Unobserved;

fn s3(buckets: impl IntoIterator<Item = Bucket>) -> S3 {
    S3::new(buckets, Clock::starting_at("2026-11-30T12:00:00Z".parse().unwrap()), Arc::new(Unobserved))
}

fn call(s3: &S3, method: &str, path: &str, headers: &[(&str, &str)], body: &'static str) -> (u16, String) {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let reply = s3.handle(&request.body(Bytes::from_static(body.as_bytes())).unwrap());
    (reply.status, String::from_utf8_lossy(&reply.body).into_owned())
}

#[test]
fn an_object_is_put_once_read_in_part_and_deleted() {
    let s3 = s3([Bucket::memory("index")]);
    let new = [("if-none-match", "*")];
    assert_eq!(call(&s3, "PUT", "/index/a/1", &new, "hello world").0, 200);
    assert_eq!(call(&s3, "PUT", "/index/a/1", &new, "other").0, 412);
    assert_eq!(call(&s3, "GET", "/index/a/1", &[], ""), (200, "hello world".to_owned()));
    assert_eq!(call(&s3, "GET", "/index/a/1", &[("range", "bytes=6-8")], ""), (206, "wor".to_owned()));
    assert_eq!(call(&s3, "GET", "/index/a/1", &[("range", "bytes=-3")], ""), (206, "rld".to_owned()));
    assert_eq!(call(&s3, "GET", "/index/a/1", &[("range", "bytes=40-")], "").0, 416);
    assert_eq!(call(&s3, "HEAD", "/index/a/1", &[], ""), (200, String::new()));
    assert_eq!(call(&s3, "DELETE", "/index/a/1", &[], "").0, 204);
    assert_eq!(call(&s3, "GET", "/index/a/1", &[], "").0, 404);
    assert_eq!(call(&s3, "GET", "/other/a/1", &[], "").0, 404);
}

#[test]
fn a_list_goes_on_after_its_page() {
    let s3 = s3([Bucket::memory("index")]);
    for key in ["a/1", "a/2", "a/3", "b/1"] {
        call(&s3, "PUT", &format!("/index/{key}"), &[], "x");
    }
    let (status, page) = call(&s3, "GET", "/index?list-type=2&prefix=a%2F&max-keys=2", &[], "");
    assert_eq!(status, 200);
    assert!(page.contains("<Key>a/2</Key>") && !page.contains("a/3"), "{page}");
    assert!(page.contains("<IsTruncated>true</IsTruncated><NextContinuationToken>a/2</NextContinuationToken>"));
    let (_, page) = call(&s3, "GET", "/index?list-type=2&prefix=a%2F&start-after=a%2F2", &[], "");
    assert!(page.contains("<Key>a/3</Key>") && page.contains("<IsTruncated>false</IsTruncated>"), "{page}");
}

#[test]
fn a_fault_meets_one_request() {
    let s3 = s3([Bucket::memory("index")]);
    s3.inject(BucketFault::Refuse);
    assert_eq!(call(&s3, "PUT", "/index/a", &[], "x").0, 503);
    assert_eq!(s3.content("index", "a"), None);
    s3.inject(BucketFault::LoseAnswer);
    let put = Request::put("/index/a").body(Bytes::from_static(b"x")).unwrap();
    assert!(s3.handle(&put).lost);
    assert_eq!(s3.content("index", "a").as_deref(), Some(b"x".as_slice()));
}

#[test]
fn what_is_in_a_folder_is_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let open = || s3([Bucket::folder("index", &folder.path().join("index")).unwrap()]);
    call(&open(), "PUT", "/index/a/%C3%A9.1", &[], "x");
    call(&open(), "PUT", "/index/a/2", &[], "y");
    call(&open(), "DELETE", "/index/a/2", &[], "");
    assert_eq!(open().keys("index", ""), ["a/é.1"]);
    assert_eq!(call(&open(), "GET", "/index/a/%C3%A9.1", &[], "").1, "x");
}
