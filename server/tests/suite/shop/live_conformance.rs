//! Random conversations with a WebSocket client that shares no code with the server.
//!
//! The client sends messages of any length in any number of fragments, with pings in between, over
//! a network that splits them anywhere (`docs/decisions/0009`).

use fastwebsockets::{FragmentCollector, Frame, OpCode, Payload, Role, WebSocket};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use tokio::{
    io::{DuplexStream, copy_bidirectional, duplex},
    time::timeout,
};

use crate::shop::{
    helpers::{PATIENCE, TestShop, spawn_shop},
    raw_socket::{UPGRADE, ask},
};

/// The most frames of one conversation, below the flood limit.
const MOST_FRAMES: usize = 350;

type Client = FragmentCollector<DuplexStream>;

/// Connects through a network that passes this many bytes at a time.
async fn connect(shop: &TestShop, at_a_time: usize) -> Client {
    let (mut stream, head) = ask(shop.address, &UPGRADE, b"").await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    let (ours, mut theirs) = duplex(at_a_time);
    tokio::spawn(async move { copy_bidirectional(&mut theirs, &mut stream).await });
    let mut socket = WebSocket::after_handshake(ours, Role::Client);
    socket.set_writev(false);
    FragmentCollector::new(socket)
}

/// The opcode and payload of the next frame that is neither a heartbeat nor the epoch.
async fn next_frame(client: &mut Client) -> (OpCode, Vec<u8>) {
    loop {
        let frame = timeout(PATIENCE, client.read_frame()).await;
        let frame = frame.expect("the server sends something").unwrap();
        let is_other = *frame.payload != b"{}"[..] && !frame.payload.starts_with(b"{\"epoch\":");
        if frame.opcode != OpCode::Text || is_other {
            return (frame.opcode, frame.payload.to_vec());
        }
    }
}

/// Sends a message in fragments, with pings in between. Returns the number of frames, and the
/// payloads of the pings.
async fn send_message(
    client: &mut Client,
    text: &[u8],
    random: &mut StdRng,
) -> (usize, Vec<Vec<u8>>) {
    let (mut rest, mut first, mut frames, mut pings) = (text, true, 0, Vec::new());
    loop {
        let last = random.random_bool(0.3);
        let cut = match last {
            true => rest.len(),
            false => random.random_range(0..=rest.len()),
        };
        let (part, behind) = rest.split_at(cut);
        let opcode = match first {
            true => OpCode::Text,
            false => OpCode::Continuation,
        };
        let frame = Frame::new(last, opcode, None, Payload::Owned(part.to_vec()));
        client.write_frame(frame).await.unwrap();
        (rest, first, frames) = (behind, false, frames + 1);
        if last {
            return (frames, pings);
        }
        if random.random_bool(0.3) {
            let ping: Vec<u8> = (0..random.random_range(0..=125))
                .map(|_| random.random())
                .collect();
            let frame = Frame::new(true, OpCode::Ping, None, Payload::Owned(ping.clone()));
            client.write_frame(frame).await.unwrap();
            pings.push(ping);
            frames += 1;
        }
    }
}

#[tokio::test]
async fn random_conversations_are_understood_by_both_sides() {
    let shop = spawn_shop().await;
    for seed in 0..40 {
        let mut random = StdRng::seed_from_u64(seed);
        let at_a_time = [1, 7, 100, 4_096][random.random_range(0..4)];
        let mut client = connect(&shop, at_a_time).await;
        let mut frames = 0;
        while frames < MOST_FRAMES - 50 {
            let longest = [10, 130, 1_000, 16_000][random.random_range(0..4)];
            let chars = ['x', 'é', '日', '😀', '\u{80}', '\u{ffff}'];
            let mut text = String::new();
            while text.len() < longest {
                text.push(chars[random.random_range(0..chars.len())]);
            }
            let asked = format!(r#"{{"ping":"{text}"}}"#);
            let (said, pings) = send_message(&mut client, asked.as_bytes(), &mut random).await;
            frames += said;
            for ping in pings {
                assert_eq!(
                    next_frame(&mut client).await,
                    (OpCode::Pong, ping),
                    "seed {seed}"
                );
            }
            let answer = format!(r#"{{"pong":"{text}"}}"#).into_bytes();
            assert_eq!(
                next_frame(&mut client).await,
                (OpCode::Text, answer),
                "seed {seed}"
            );
        }
        let code: u16 = [1000, 1001, 3000, 4999][random.random_range(0..4)];
        client.write_frame(Frame::close(code, b"")).await.unwrap();
        let (opcode, payload) = next_frame(&mut client).await;
        assert_eq!(
            (opcode, payload),
            (OpCode::Close, code.to_be_bytes().to_vec())
        );
    }
}
