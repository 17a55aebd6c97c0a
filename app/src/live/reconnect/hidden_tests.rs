//! What a page does while it is hidden, and when it is seen again.

use super::{Effect::*, tests::Page, *};

#[test]
fn a_page_hidden_for_a_minute_disconnects_and_reconnects_when_seen() {
    let mut page = Page::live();
    page.on(Event::Visible(false));
    assert_eq!(page.after(20_000), []);
    page.on(Event::Heard(1));
    assert_eq!(
        page.after(20_000),
        [],
        "a page hidden for less stays connected"
    );
    page.on(Event::Heard(1));
    assert_eq!(page.after(20_000), [CloseSocket(1)]);
    assert_eq!(page.machine.deadline(), None, "no timer runs");
    assert_eq!(page.asleep(7_200_000), []);
    assert_eq!(page.on(Event::Visible(true)), [OpenSocket(2)]);
}

#[test]
fn a_page_seen_again_soon_keeps_its_socket() {
    let mut page = Page::live();
    page.on(Event::Visible(false));
    page.after(10_000);
    assert_eq!(page.on(Event::Visible(true)), []);
    page.on(Event::Heard(1));
    assert_eq!(page.after(40_000), []);
}

#[test]
fn a_hidden_page_gives_up_its_poll_at_once_and_polls_again_when_seen() {
    let mut page = Page::polling();
    assert_eq!(page.on(Event::Visible(false)), [AbortPoll(2)]);
    assert_eq!(page.machine.deadline(), None, "no timer runs");
    assert_eq!(page.on(Event::Visible(true)), [OpenSocket(3)]);
    assert_eq!(page.on(Event::Closed(3)), [Effect::Poll(4)]);
}

#[test]
fn a_page_opened_in_the_background_does_not_connect_before_it_is_seen() {
    let mut machine = Machine::new(0);
    machine.on(Event::Visible(false), 0, 0.5);
    assert_eq!(machine.on(Event::Following(true), 0, 0.5), []);
    assert_eq!(machine.on(Event::Visible(true), 9, 0.5), [OpenSocket(1)]);
}

#[test]
fn a_page_that_is_seen_again_says_that_it_reconnects_only_if_it_takes_long() {
    let mut page = Page::live();
    page.on(Event::Visible(false));
    page.after(HIDDEN_MS);
    page.on(Event::Visible(true));
    page.after(SETTLE_MS - 1);
    assert_eq!(page.shown, [Connection::Live]);
    page.after(1);
    assert_eq!(page.shown, [Connection::Live, Connection::Reconnecting]);
}
