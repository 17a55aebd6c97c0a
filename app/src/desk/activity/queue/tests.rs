use protocol::LedgerMessage;
use shop::MovementKind;

use super::*;

fn row(number: u64) -> LedgerRow {
    LedgerRow {
        place: place(number),
        at: "2026-11-21T18:00:00.007Z".to_owned(),
        book: "small-hours".to_owned(),
        version: number,
        kind: MovementKind::Held,
        on_hand: 0,
        held: 1,
        allocated: 0,
        hold: None,
        order: None,
        reason: None,
        receipt: None,
    }
}

fn place(number: u64) -> String {
    format!("0-{number}")
}

/// A message with the movements after `from` up to `to`.
fn message(from: u64, to: u64, behind: u64) -> LedgerMessage {
    LedgerMessage {
        rows: (from + 1..=to).map(row).collect(),
        next: Some(place(to)),
        behind: Some(behind),
        ..LedgerMessage::default()
    }
}

/// A queue that has been connected at place 0.
fn connected() -> Queue {
    let mut queue = Queue::new(place(0));
    assert_eq!(queue.connect(), "0-0");
    queue
}

/// Draws a frame, and returns the place up to which the page then shows everything.
fn draw(queue: &mut Queue) -> Option<String> {
    assert!(queue.request_frame());
    queue.draw().map(|page| page.next)
}

#[test]
fn each_frame_shows_one_message() {
    let mut queue = connected();
    queue.hear(message(0, 2, 1));
    assert!(queue.request_frame());
    queue.hear(message(2, 3, 0));
    assert!(!queue.request_frame(), "one frame is requested already");
    assert_eq!(queue.behind(), 3);
    assert_eq!(queue.draw().unwrap().rows, [row(1), row(2)]);
    assert_eq!(draw(&mut queue).as_deref(), Some("0-3"));
    assert!(!queue.request_frame());
    assert_eq!(queue.behind(), 0);
}

#[test]
fn nothing_is_shown_while_paused() {
    let mut queue = connected();
    queue.hear(message(0, 1, 0));
    assert!(queue.request_frame());
    queue.toggle_pause();
    assert_eq!(queue.draw(), None);
    assert!(!queue.request_frame());
    // The server only reports how far behind the page is.
    queue.hear(message(1, 1, 7));
    assert_eq!((queue.status(), queue.behind()), (Status::Paused, 8));
    queue.toggle_pause();
    assert_eq!(draw(&mut queue).as_deref(), Some("0-1"));
    assert!(!queue.request_frame());
    assert_eq!((queue.status(), queue.behind()), (Status::Live, 7));
}

#[test]
fn a_new_connection_continues_after_the_last_row_shown() {
    let mut queue = connected();
    queue.hear(message(0, 2, 3));
    queue.hear(message(2, 4, 1));
    assert_eq!(draw(&mut queue).as_deref(), Some("0-2"));
    assert!(queue.request_frame());
    queue.lose();
    assert_eq!(queue.draw(), None, "the server sends it again");
    assert_eq!((queue.status(), queue.behind()), (Status::Reconnecting, 3));
    assert_eq!(queue.connect(), "0-2");
    assert_eq!(queue.status(), Status::Reconnecting);
    queue.hear(message(2, 5, 0));
    assert_eq!((queue.status(), queue.behind()), (Status::Live, 3));
    assert_eq!(draw(&mut queue).as_deref(), Some("0-5"));
}

/// A page from the back/forward cache connects again without having lost its connection.
#[test]
fn a_new_connection_forgets_what_is_not_shown() {
    let mut queue = connected();
    queue.hear(message(0, 2, 0));
    assert_eq!(queue.connect(), "0-0");
    assert!(!queue.request_frame());
}

#[test]
fn only_the_latest_place_counts_where_a_filter_matches_nothing() {
    let mut queue = connected();
    queue.hear(message(0, 0, 9));
    assert!(!queue.request_frame(), "the place is not new");
    queue.hear(message(4, 4, 5));
    queue.hear(message(8, 8, 1));
    assert_eq!(draw(&mut queue).as_deref(), Some("0-8"));
    assert!(!queue.request_frame());
    queue.hear(message(8, 9, 0));
    queue.hear(message(12, 12, 0));
    assert_eq!(draw(&mut queue).as_deref(), Some("0-9"));
    assert_eq!(draw(&mut queue).as_deref(), Some("0-12"));
}

#[test]
fn the_status_follows_the_connection() {
    let mut queue = Queue::new(place(0));
    assert_eq!(queue.status(), Status::Off);
    queue.connect();
    queue.hear(LedgerMessage::default());
    assert_eq!(queue.status(), Status::Connecting);
    queue.hear(message(0, 0, 501));
    assert_eq!(queue.status(), Status::CatchingUp);
    queue.hear(message(0, 0, 500));
    assert_eq!(queue.status(), Status::Live);
    queue.toggle_pause();
    assert_eq!(queue.status(), Status::Paused);
    queue.lose();
    assert_eq!(queue.status(), Status::Reconnecting);
    queue.end();
    assert_eq!(queue.status(), Status::Over);
}

#[test]
fn the_newest_rows_stay_on_the_page() {
    let shown = |rows: &Rows| rows.iter().map(|row| row.version).collect::<Vec<_>>();
    let mut rows = Rows::new();
    prepend(&mut rows, vec![row(1), row(2)]);
    prepend(&mut rows, vec![row(3)]);
    assert_eq!(shown(&rows), [3, 2, 1]);
    prepend(&mut rows, (4..=502).map(row).collect());
    assert_eq!(rows.len(), MOST_ROWS);
    assert_eq!((rows[0].version, rows[499].version), (502, 3));
    prepend(&mut rows, (503..=1_100).map(row).collect());
    assert_eq!(rows.len(), MOST_ROWS);
    assert_eq!((rows[0].version, rows[499].version), (1_100, 601));
}
