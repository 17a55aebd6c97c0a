//! What those who ask are told, whatever the provider does.

use std::time::{Duration, Instant};

use buzz::Trouble;
use tokio::net::TcpSocket;

use super::*;
use crate::service::Reply;

fn nothing() -> Reply {
    Reply::json(r#"{"hits":[],"nbHits":0}"#)
}

#[tokio::test]
async fn an_answer_comes_to_a_figure() {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let an_hour_ago = now.unwrap().as_secs() - 3_600;
    let service = Service::always(move || {
        Reply::json(format!(
            r#"{{"hits":[{{"created_at_i":{an_hour_ago}}}],"nbHits":1}}"#
        ))
    });
    let answer = buzz(&service.await).ask(&term("pants")).await.unwrap();
    let figure = answer.figure.as_ref().unwrap();
    assert!((0.0002..0.0003).contains(&figure.rate.per_second()));
    assert_eq!((figure.mentions, figure.is_cut), (1, false));
    assert_eq!(answer.newest.len(), 1);
}

const QUESTIONS: usize = 20;

#[tokio::test]
async fn one_question_after_the_other_goes_over_connections_that_are_kept() {
    let service = Service::always(nothing).await;
    let buzz = buzz(&service);
    for number in 0..QUESTIONS {
        buzz.ask(&term(&format!("term {number}"))).await.unwrap();
    }
    assert_eq!(service.questions().len(), QUESTIONS);
    // A connection may come back a moment after its answer.
    assert!(service.connections() <= 3, "{}", service.connections());
}

/// The guard is away: a provider of its own for each question connects each time.
#[tokio::test]
async fn providers_that_know_nothing_of_each_other_connect_each_time() {
    let service = Service::always(nothing).await;
    for _ in 0..QUESTIONS {
        newest(&service).await.unwrap();
    }
    assert_eq!(service.connections(), QUESTIONS);
}

#[tokio::test]
async fn a_service_that_stumbles_once_is_asked_once_more() {
    let service = Service::new(|number, _| match number {
        0 => Reply::status(500),
        _ => nothing(),
    });
    let service = service.await;
    let buzz = buzz(&service);
    assert!(buzz.ask(&term("pants")).await.is_ok());
    assert_eq!(service.questions().len(), 2);
    assert_eq!(buzz.tally().asked(), 2);
}

#[tokio::test]
async fn a_service_that_cannot_is_asked_no_third_time() {
    let service = Service::always(|| Reply::status(500)).await;
    let asked = buzz(&service).ask(&term("pants")).await;
    assert_eq!(asked, Err(Trouble::Failed));
    assert_eq!(service.questions().len(), 2);
}

#[tokio::test]
async fn a_service_that_wants_to_be_left_alone_is() {
    for reply in [|| Reply::status(429), || Reply::json("<html>")] {
        let service = Service::always(reply).await;
        let buzz = buzz(&service);
        for _ in 0..10 {
            assert_eq!(buzz.ask(&term("pants")).await, Err(Trouble::Failed));
        }
        assert_eq!(service.questions().len(), 1);
    }
}

/// Whoever asks knows after so long.
async fn late(service: Service) {
    let habits = Habits {
        deadline: Duration::from_millis(300),
        ..Habits::default()
    };
    let buzz = Buzz::new(provider(&service), habits);
    let start = Instant::now();
    assert_eq!(buzz.ask(&term("pants")).await, Err(Trouble::Late));
    let needed = start.elapsed();
    assert!(needed >= habits.deadline, "{needed:?}");
    // It is not told when the service is done with it, which is never; a busy machine is slow.
    assert!(needed < Duration::from_secs(20), "{needed:?}");
    assert_eq!(service.questions().len(), 1);
}

#[tokio::test]
async fn a_service_that_is_silent_is_not_waited_for() {
    late(Service::always(|| Reply::Silence).await).await;
}

#[tokio::test]
async fn an_answer_that_never_ends_is_not_waited_for() {
    late(Service::always(|| Reply::Endless).await).await;
}

#[tokio::test]
async fn where_nobody_listens_nobody_answers() {
    // The port is taken, so that nobody else comes to listen there.
    let taken = TcpSocket::new_v4().unwrap();
    taken.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let base = format!("http://{}/", taken.local_addr().unwrap());
    let dead = || HackerNews::new(&base.parse().unwrap(), None).unwrap();
    let failure = dead().newest(&term("pants")).await.unwrap_err();
    assert!(matches!(failure, Failure::Unreachable(_)), "{failure:?}");
    let buzz = Buzz::new(dead(), Habits::default());
    assert_eq!(buzz.ask(&term("pants")).await, Err(Trouble::Failed));
    assert_eq!(buzz.tally().asked(), 2);
}
