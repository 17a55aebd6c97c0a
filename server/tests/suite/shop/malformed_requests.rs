//! Requests that HTTP/1.1 does not allow (RFC 9112).

use crate::shop::{helpers::spawn_shop, raw_socket::answer_to};

#[tokio::test]
async fn a_request_without_one_valid_host_is_refused() {
    let shop = spawn_shop().await;
    for path in ["/healthz", "/cart", "/live?seen=small-hours:0"] {
        for hosts in [
            &[] as &[&str],
            &["Host:"],
            &["Host: a b"],
            &["Host: a/b"],
            &["Host: u@a"],
            &["Host: a:99999"],
            &["Host: a", "Host: a"],
        ] {
            let hosts: String = hosts.iter().map(|host| format!("{host}\r\n")).collect();
            let request = format!("GET {path} HTTP/1.1\r\n{hosts}\r\n");
            let (status, answer) = answer_to(shop.address, &request).await;
            assert_eq!(status, 400, "{request}");
            assert!(answer.contains("malformed"), "{answer}");
        }
        let old = format!("GET {path} HTTP/1.0\r\n\r\n");
        assert_eq!(answer_to(shop.address, &old).await.0, 200, "{path}");
    }
}

#[tokio::test]
async fn transfer_codings_other_than_chunked_are_not_implemented() {
    let shop = spawn_shop().await;
    let body = "book=small-hours";
    let form = "Content-Type: application/x-www-form-urlencoded";
    for (coding, expected) in [("chunked", 200), ("gzip, chunked", 501)] {
        let request = format!(
            "POST /api/add_to_cart HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{form}\r\n\
             Transfer-Encoding: {coding}\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
            body.len()
        );
        let (status, answer) = answer_to(shop.address, &request).await;
        assert_eq!(status, expected, "{coding}: {answer}");
    }
}
