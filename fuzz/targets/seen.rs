//! The `seen` parameter of `/live`: every topic that is parsed round-trips.

#![no_main]

use libfuzzer_sys::fuzz_target;
use protocol::{ClientMessage, Seen};

fuzz_target!(|text: &str| {
    if let Ok(seen) = Seen::parse(text) {
        assert!((1..=100).contains(&seen.topics().len()));
        for (topic, versions) in seen.topics() {
            assert!(versions.lowest <= versions.highest);
            assert_eq!(topic.to_string().parse().as_ref(), Ok(topic));
        }
    }
    let _ = serde_json::from_str::<ClientMessage>(text);
});
