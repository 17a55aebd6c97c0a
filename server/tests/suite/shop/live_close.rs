//! How a socket is closed: by a close frame of any kind, or without one.

use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::shop::{
    helpers::{GUIDE, spawn_shop},
    raw_socket::{CLOSE, PING, TEXT, TEXT_BEGINS, frame, open},
    websocket_frames::{case, run},
};

#[tokio::test]
async fn close_frames_are_answered_with_the_right_code() {
    let close_frame =
        |code: u16, reason: &[u8]| frame(CLOSE, [&code.to_be_bytes(), reason].concat());
    let mut cases = vec![
        case("a close without a code", &[frame(CLOSE, "")], &["close"]).in_order(),
        case("an incomplete code", &[frame(CLOSE, [3])], &["close 1002"]),
        case(
            "a close with a reason",
            &[close_frame(1000, "déjà vu".as_bytes())],
            &["close 1000"],
        )
        .in_order(),
        case(
            "the longest reason",
            &[close_frame(1000, &[b'x'; 123])],
            &["close 1000"],
        )
        .in_order(),
        case(
            "a reason that is too long",
            &[close_frame(1000, &[b'x'; 124])],
            &["close 1002"],
        ),
        case(
            "a reason that is not UTF-8",
            &[close_frame(1000, b"\xff")],
            &["close 1007"],
        ),
        case(
            "close twice",
            &[close_frame(1000, b""), close_frame(1001, b"")],
            &["close 1000"],
        )
        .in_order(),
        case(
            "a ping after a close",
            &[close_frame(1000, b""), frame(PING, "")],
            &["close 1000"],
        )
        .in_order(),
        case(
            "a text after a close",
            &[close_frame(1000, b""), frame(TEXT, "?")],
            &["close 1000"],
        )
        .in_order(),
        case(
            "noise after a close",
            &[close_frame(1000, b""), vec![0xff; 99]],
            &["close 1000"],
        )
        .in_order(),
        case(
            "a close in a text",
            &[frame(TEXT_BEGINS, "{"), close_frame(1000, b"")],
            &["close 1000"],
        )
        .in_order(),
    ];
    let valid = [
        1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000,
        4999,
    ];
    for code in valid {
        let answer = format!("close {code}");
        let answered = case(
            format!("close {code}"),
            &[close_frame(code, b"")],
            &[answer],
        );
        cases.push(answered.in_order());
    }
    for code in [
        0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535,
    ] {
        cases.push(case(
            format!("code {code}"),
            &[close_frame(code, b"")],
            &["close 1002"],
        ));
    }
    run(cases).await;
}

#[tokio::test]
async fn a_socket_dropped_without_a_close_is_removed() {
    let shop = spawn_shop().await;
    let mut stream: TcpStream = open(shop.address).await;
    stream.write_all(&[TEXT, 0x85, 1]).await.unwrap();
    drop(stream);
    shop.until_watched_by(0, GUIDE).await;
}
