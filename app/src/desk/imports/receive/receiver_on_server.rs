//! On the server, the receiver does nothing.

use leptos::{ev::DragEvent, html::Input, prelude::NodeRef};

use super::screen::{ReceiveProps, Screen};

#[derive(Clone, Copy)]
pub(super) struct Receiver;

impl Receiver {
    pub(super) fn new(_props: ReceiveProps, _screen: Screen) -> Self {
        Self
    }

    pub(super) fn take_chosen(self, _input: NodeRef<Input>) {}

    pub(super) fn take_dropped(self, _event: &DragEvent) {}

    pub(super) fn pause_or_resume(self) {}
}
