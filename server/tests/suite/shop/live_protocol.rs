//! How a socket answers every kind of frame (RFC 6455), grouped as in the Autobahn test suite,
//! which needs Python 2 and an echo server. Close frames are in `live_close`.

use crate::shop::{
    raw_socket::{
        BINARY, CLOSE, ENDS, GOES_ON, PING, PONG, TEXT, TEXT_BEGINS, frame, header, unmasked,
    },
    websocket_frames::{LARGEST, case, echo, run},
};

/// A text message that never ends.
fn endless(part: &str) -> Vec<Vec<u8>> {
    let mut frames = vec![frame(TEXT_BEGINS, "")];
    frames.resize(1_000, frame(GOES_ON, part));
    frames
}

#[tokio::test]
async fn valid_frames_are_answered_and_invalid_frames_refused() {
    let mut cases = vec![
        case("nothing", &[], &[] as &[&str]),
        case("an empty text", &[frame(TEXT, "")], &["close 1008"]),
        case("an empty binary", &[frame(BINARY, "")], &["close 1003"]),
        case("a binary", &[frame(BINARY, [0, 1])], &["close 1003"]),
        case("no mask", &[unmasked(TEXT, "{}")], &["close 1002"]),
        case(
            "no mask, no payload yet",
            &[header(TEXT, 0, 100)],
            &["close 1002"],
        ),
        case(
            "a different mask",
            &[vec![TEXT, 0x82, 1, 2, 3, 4, b'{', b'}']],
            &["close 1008"],
        ),
    ];
    // Lengths written in more bytes than they need.
    for start in [
        &[TEXT, 0xfe, 0, 2][..],
        &[TEXT, 0xfe, 0, 125],
        &[TEXT, 0xff, 0, 0, 0, 0, 0, 0, 0, 2],
        &[TEXT, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff],
        &[PING, 0xfe, 0, 2],
    ] {
        let long = [start, &[0; 4], b"{}"].concat();
        cases.push(case(format!("{start:x?}"), &[long], &["close 1002"]));
    }
    for length in [20, 124, 125, 126, 127, 128, 1_000, LARGEST] {
        let (ask, answer) = echo(length);
        cases.push(case(length, &[frame(TEXT, ask)], &[answer]));
    }
    run(cases).await;
}

#[tokio::test]
async fn pings_are_answered_and_pongs_are_not() {
    let long = "p".repeat(125);
    let ten: Vec<_> = (0..10).map(|n| frame(PING, n.to_string())).collect();
    let answers: Vec<_> = (0..10).map(|n| format!("pong {n}")).collect();
    run(vec![
        case("an empty ping", &[frame(PING, "")], &["pong "]),
        case("a ping", &[frame(PING, "hello")], &["pong hello"]),
        case(
            "any bytes",
            &[frame(PING, [0, 0xff, 0xfe])],
            &[r"pong \x00\xff\xfe"],
        ),
        case(
            "a long ping",
            &[frame(PING, &long)],
            &[format!("pong {long}")],
        ),
        case(
            "a ping that is too long",
            &[frame(PING, long.clone() + "p")],
            &["close 1002"],
        ),
        case("a pong", &[frame(PONG, "")], &[] as &[&str]),
        case(
            "a pong that says something",
            &[frame(PONG, "x")],
            &[] as &[&str],
        ),
        case(
            "a pong, then a ping",
            &[frame(PONG, "x"), frame(PING, "y")],
            &["pong y"],
        ),
        case("ten pings", &ten, &answers),
    ])
    .await;
}

#[tokio::test]
async fn reserved_bits_and_opcodes_are_refused() {
    let mut cases = Vec::new();
    for bits in 1..8 {
        for first in [TEXT, PING, CLOSE, TEXT_BEGINS] {
            let bad = frame(first | bits << 4, "x");
            let name = format!("reserved bits {bits} on {first:#x}");
            cases.push(case(&name, std::slice::from_ref(&bad), &["close 1002"]));
            let (ask, answer) = echo(20);
            let after = [frame(TEXT, ask), bad];
            cases.push(case(
                name + ", after a message",
                &after,
                &[&answer, "close 1002"],
            ));
        }
    }
    for opcode in [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] {
        for payload in ["", "x"] {
            let bad = [frame(0x80 | opcode, payload)];
            cases.push(case(format!("opcode {opcode}"), &bad, &["close 1002"]));
        }
    }
    run(cases).await;
}

#[tokio::test]
async fn fragments_are_joined_and_misplaced_frames_refused() {
    let (ask, answer) = echo(30);
    let (ask, answer) = (ask.as_bytes(), answer.as_str());
    let [begin, middle, end] = [&ask[..10], &ask[10..20], &ask[20..]];
    let [begin, middle, end] = [
        frame(TEXT_BEGINS, begin),
        frame(GOES_ON, middle),
        frame(ENDS, end),
    ];
    let ping = frame(PING, "p");
    let mut bytewise = vec![frame(TEXT_BEGINS, "")];
    bytewise.extend(ask.iter().map(|byte| frame(GOES_ON, [*byte])));
    bytewise.push(frame(ENDS, ""));
    let (long, long_answer) = echo(LARGEST);
    let mut largest = vec![frame(TEXT_BEGINS, "")];
    largest.extend(long.as_bytes().chunks(64).map(|part| frame(GOES_ON, part)));
    let mut larger = largest.clone();
    largest.push(frame(ENDS, ""));
    larger.push(frame(ENDS, "x"));
    let whole = [begin.clone(), middle.clone(), end.clone()];
    let pinged = [begin.clone(), ping.clone(), middle, ping, end.clone()];
    run(vec![
        case("a ping in parts", &[frame(0x09, "x")], &["close 1002"]),
        case("a pong in parts", &[frame(0x0a, "x")], &["close 1002"]),
        case("a close in parts", &[frame(0x08, "")], &["close 1002"]),
        case("a text in parts", &whole, &[answer]),
        case(
            "with pings in between",
            &pinged,
            &["pong p", "pong p", answer],
        ),
        case("byte by byte, empty ends", &bytewise, &[answer]),
        case(
            "a continuation without a beginning",
            &[frame(GOES_ON, "x")],
            &["close 1002"],
        ),
        case(
            "an end without a beginning",
            std::slice::from_ref(&end),
            &["close 1002"],
        ),
        case(
            "a text in a text",
            &[begin.clone(), frame(TEXT, "{}")],
            &["close 1002"],
        ),
        case(
            "a binary in a text",
            &[begin.clone(), frame(BINARY, "x")],
            &["close 1002"],
        ),
        case("two beginnings", &[begin.clone(), begin], &["close 1002"]),
        case("the largest", &largest, &[long_answer]),
        case("a byte more", &larger, &["close 1009"]),
        case("endless empty fragments", &endless(""), &["close 1008"]),
        case(
            "a byte more, in the header",
            &[
                frame(TEXT_BEGINS, [b'x'; 2]),
                header(ENDS, 0x80, LARGEST - 1),
            ],
            &["close 1009"],
        ),
        case("endless", &endless(&"x".repeat(100)), &["close 1009"]),
    ])
    .await;
}

#[tokio::test]
async fn valid_utf_8_is_echoed_and_invalid_utf_8_refused() {
    let mut cases = Vec::new();
    for text in ["κόσμε", "日本", "\u{10ffff}", "\u{ffff}", "😀", "\u{80}"] {
        let (ask, answer) = (
            format!(r#"{{"ping":"{text}"}}"#),
            format!(r#"text {{"pong":"{text}"}}"#),
        );
        let ask = ask.as_bytes();
        cases.push(case(text, &[frame(TEXT, ask)], &[&answer]));
        for cut in 9..ask.len() - 2 {
            let parts = [frame(TEXT_BEGINS, &ask[..cut]), frame(ENDS, &ask[cut..])];
            cases.push(case(format!("{text} cut at {cut}"), &parts, &[&answer]));
        }
    }
    let bad: [&[u8]; 11] = [
        b"\xff",
        b"\xc0\x80",
        b"\xc1\xbf",
        b"\xe0\x80\xaf",
        b"\xed\xa0\x80",
        b"\xed\xbf\xbf",
        b"\xf4\x90\x80\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\x80",
        b"\xce",
        b"\xf0\x9f\x98",
    ];
    for bytes in bad {
        let name = bytes.escape_ascii();
        cases.push(case(&name, &[frame(TEXT, bytes)], &["close 1007"]));
        let parts = [
            frame(TEXT_BEGINS, b"{\"ping\":\""),
            frame(GOES_ON, bytes),
            frame(ENDS, b"\"}"),
        ];
        cases.push(case(format!("{name} in parts"), &parts, &["close 1007"]));
    }
    // Invalid bytes are refused before the last fragment. The last two of `bad` could still become
    // valid.
    for bytes in &bad[..9] {
        let parts = [frame(TEXT_BEGINS, b"{\"ping\":\""), frame(GOES_ON, bytes)];
        let name = format!("{} in the middle", bytes.escape_ascii());
        cases.push(case(name, &parts, &["close 1007"]));
    }
    run(cases).await;
}

#[tokio::test]
async fn json_is_echoed_and_invalid_or_oversized_messages_refused() {
    let mut cases = Vec::new();
    for length in [LARGEST + 1, 65_535, 65_536, 1 << 40, usize::MAX >> 1] {
        let announced = [header(TEXT, 0x80, length)];
        cases.push(case(
            format!("{length} in the header"),
            &announced,
            &["close 1009"],
        ));
    }
    // The highest bit of a length must not be set.
    for length in [usize::MAX, 1 << 63] {
        let announced = [header(TEXT, 0x80, length)];
        let name = format!("{length} in the header");
        cases.push(case(name, &announced, &["close 1002"]));
    }
    for text in [
        "x",
        "17",
        "\"seen\"",
        "{",
        r#"{"sean":"a:1"}"#,
        r#"{"seen":1}"#,
        "[1]",
    ] {
        cases.push(case(text, &[frame(TEXT, text)], &["close 1008"]));
    }
    // Any JSON value is echoed exactly.
    for any in [
        "null",
        "true",
        "-0.10e+400",
        "123456789012345678901234567890",
        r#""\u00e9\ud83d\ude00\/""#,
        r#"{"b" : 1, "a":[ null,{}], "b":2}"#,
        &format!("{}{}", "[".repeat(500), "]".repeat(500)),
    ] {
        let ask = format!(r#"{{"ping": {any} }}"#);
        let answer = format!(r#"text {{"pong":{any}}}"#);
        cases.push(case(any, &[frame(TEXT, ask)], &[answer]));
    }
    for bad in ["01", "nul", "[1,]", "1 2", "\"\u{1}\""] {
        let ask = format!(r#"{{"ping":{bad}}}"#);
        cases.push(case(bad, &[frame(TEXT, ask)], &["close 1008"]));
    }
    cases.push(case("no request", &[frame(TEXT, "{}")], &[] as &[&str]));
    let flood = vec![frame(PING, ""); 1_000];
    cases.push(case("a flood", &flood, &["…", "close 1008"]));
    run(cases).await;
}
