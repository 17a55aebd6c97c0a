//! The conclusions on good networks and on bad ones.

use shop::Language::{Chinese, English};

use super::*;

fn shown(finding: Finding) -> (Verdict, String) {
    (finding.verdict, finding.found.unwrap())
}

/// Pieces sent every 200 ms, which arrive as given.
fn pieces<const N: usize>(arrived: [f64; N]) -> [Piece; N] {
    let mut sent = -200.0;
    arrived.map(|arrived| {
        sent += 200.0;
        let of = 3;
        Piece { of, sent, arrived }
    })
}

#[test]
fn times_below_ten_milliseconds_have_a_tenth() {
    let text = |millis| rounded(millis);
    assert_eq!(text(0.04), "0");
    assert_eq!(text(3.16), "3.2");
    assert_eq!(text(9.0), "9");
    assert_eq!(text(9.99), "10");
    assert_eq!(text(21.5), "22");
    assert_eq!(text(2_000.4), "2000");
}

#[test]
fn without_an_answer_the_finding_says_why() {
    let found = |why| shown(requests(English, Err(NoAnswer(why)))).1;
    assert!(found(None).starts_with("No answer arrived. The connection was lost"));
    assert_eq!(
        found(Some(502)),
        "No answer arrived. The answer had status 502."
    );
    assert!(found(Some(429)).contains("Too many checks"));
    assert_eq!(
        shown(requests(English, Ok(12.7))),
        (Verdict::Through, "Round trip: 13 ms.".to_owned())
    );
}

#[test]
fn a_socket_works_if_text_bytes_and_pings_come_back() {
    let verdict = |binary, ping| {
        let text = 1.0;
        let times = SocketTimes { text, binary, ping };
        socket(English, SocketOutcome::Echoed(times)).verdict
    };
    assert_eq!(verdict(true, Some(0.3)), Verdict::Through);
    assert_eq!(verdict(false, Some(0.3)), Verdict::Hindered);
    assert_eq!(verdict(true, None), Verdict::Hindered);
}

#[test]
fn a_socket_that_does_not_open_differs_from_one_that_stays_silent() {
    let closed = shown(socket(English, SocketOutcome::NotOpened));
    let silent = shown(socket(English, SocketOutcome::Silent));
    assert_eq!((closed.0, silent.0), (Verdict::Blocked, Verdict::Blocked));
    assert!(closed.1.starts_with("The connection can’t be opened"));
    assert!(silent.1.contains("nothing sent over it comes back"));
}

#[test]
fn a_stream_that_arrives_in_one_lump_is_hindered() {
    let found = |arrived| shown(stream(English, Ok(&pieces(arrived))));
    assert_eq!(
        found([5.0, 205.0, 405.0]),
        (
            Verdict::Through,
            "3 pieces arrived one by one in 405 ms.".to_owned()
        )
    );
    // Only the first piece is late.
    assert_eq!(found([150.0, 205.0, 405.0]).0, Verdict::Through);
    let (verdict, found) = found([405.0, 405.1, 405.2]);
    assert_eq!(verdict, Verdict::Hindered);
    assert!(found.starts_with("All 3 pieces arrived together after 405 ms"));
}

#[test]
fn a_stream_that_breaks_off_is_judged_by_what_arrived() {
    assert_eq!(
        shown(stream(English, Ok(&pieces([5.0, 205.0])))),
        (Verdict::Hindered, "Only 2 of 3 pieces arrived.".to_owned())
    );
    let (verdict, found) = shown(stream(English, Ok(&[])));
    assert_eq!(verdict, Verdict::Blocked);
    assert!(found.starts_with("Nothing arrived. The connection was lost"));
    let unanswered = shown(stream(English, Err(NoAnswer(Some(502)))));
    assert_eq!(unanswered.1, "Nothing arrived. The answer had status 502.");
}

#[test]
fn a_wait_that_is_accepted_only_with_its_answer_is_hindered() {
    let found =
        |accepted, end, waited| shown(wait(English, end, Ok(WaitTimes { accepted, waited })));
    let (verdict, words) = found(1_004.0, 2_006.0, 2_001);
    assert_eq!(verdict, Verdict::Through);
    assert_eq!(
        words,
        "Accepted after 1004 ms, answered after 2006 ms, of which the shop waited 2001 ms."
    );
    assert_eq!(found(2_005.0, 2_006.0, 2_001).0, Verdict::Hindered);
    // The answer is early because the shop's longest wait is short, or the shop is shutting down.
    assert_eq!(found(502.0, 503.0, 500).0, Verdict::Through);
}

#[test]
fn a_wait_that_is_cut_off_has_a_reason_if_it_was_never_accepted() {
    let found = |why| shown(wait(English, 4_000.0, Err(why)));
    let (verdict, words) = found(None);
    assert_eq!(verdict, Verdict::Blocked);
    assert!(words.ends_with("does not wait long enough."));
    assert!(
        found(Some(NoAnswer(Some(504))))
            .1
            .ends_with("The answer had status 504.")
    );
}

#[test]
fn chinese_sentences_are_joined_without_a_space() {
    let (_, found) = shown(requests(Chinese, Err(NoAnswer(Some(502)))));
    assert!(found.starts_with("没有收到响应。"), "{found}");
    assert!(!found.contains("。 "), "{found}");
}
