//! The channel to the other tabs, and the queue for their lock.

use protocol::{LiveMessage, VERSION};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent};

use super::{Claim, Page, is_visible};
use crate::{
    browser::json::FromJson,
    live::{
        client::Event,
        tabs::{self, message::TabMessage},
    },
};

/// The channel between the tabs of a browser. Dropping it closes it.
pub(super) struct Channel {
    channel: BroadcastChannel,
    _listener: Closure<dyn FnMut(MessageEvent)>,
}

impl Channel {
    fn open(mut hear: impl FnMut(&str) + 'static) -> Option<Self> {
        let channel = BroadcastChannel::new(&name()).ok()?;
        let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            hear(&event.data().as_string().unwrap_or_default());
        });
        channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        Some(Self {
            channel,
            _listener: listener,
        })
    }

    pub(super) fn post(&self, message: &TabMessage) {
        // It fails only if the channel is closed, and then no tab should get the message.
        let _ = self
            .channel
            .post_message(&JsValue::from_str(&message.to_text()));
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}

/// The name of the channel and of the lock. It has the version of the protocol, so that pages with
/// different versions do not share.
fn name() -> String {
    format!("burts-books live {VERSION}")
}

impl Page {
    pub(super) fn open_channel(&self) {
        let page = self.clone();
        let channel = Channel::open(move |text| page.hear_tab(text));
        self.0.borrow_mut().channel = channel;
    }

    fn hear_tab(&self, text: &str) {
        let Some(tab_message) = TabMessage::from_text(text) else {
            return;
        };
        if let TabMessage::Said(words) = &tab_message
            && let Some(message) = LiveMessage::from_text(words)
        {
            self.live().take_in(&message);
        }
        self.dispatch(Event::Tabs(tabs::Event::Heard(tab_message)));
    }

    pub(super) fn request_lock(&self) {
        let page = self.clone();
        let claim = Claim::make(&name(), move |granted| {
            page.dispatch(Event::Tabs(if granted {
                tabs::Event::Granted
            } else {
                tabs::Event::Denied
            }));
        });
        match claim {
            Some(claim) => drop(self.0.borrow_mut().claim.replace(claim)),
            None => self.later(Event::Tabs(tabs::Event::Denied)),
        }
    }

    /// Gives up the lock, the channel and the connection when the page closes, freezes or goes into
    /// the back/forward cache.
    ///
    /// They would keep the page out of the cache, and other tabs would wait for the lock.
    pub(super) fn leave(&self) {
        self.dispatch(Event::Tabs(tabs::Event::Leaves));
        drop(self.0.borrow_mut().channel.take());
    }

    pub(super) fn come_back(&self) {
        self.open_channel();
        self.dispatch(Event::Tabs(tabs::Event::Back));
        self.dispatch(Event::Visible(is_visible()));
    }
}
