//! Deadlines, and the one further try.

use std::collections::HashSet;

use super::*;

#[tokio::test(start_paused = true)]
async fn what_has_not_come_by_the_deadline_is_late() {
    let double = Double::new(async |_| pending().await);
    let buzz = Buzz::new(double.clone(), Habits::default());
    let start = Instant::now();
    assert_eq!(buzz.ask(&term(1)).await, Err(Trouble::Late));
    let needed = start.elapsed().as_millis();
    assert!((5_000..5_050).contains(&needed), "{needed}");
    assert_eq!(double.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_may_have_passed_is_tried_once_more() {
    let double = Double::new(async |number| match number {
        0 => Err(Failure::Status(503)),
        _ => nothing(),
    });
    let buzz = Buzz::new(double.clone(), Habits::default());
    assert!(buzz.ask(&term(1)).await.is_ok());
    assert_eq!((double.asked(), buzz.tally().asked()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn what_has_not_passed_is_not_tried_a_third_time() {
    let double = Double::new(async |_| Err(Failure::Status(503)));
    let buzz = Buzz::new(double.clone(), Habits::default());
    assert_eq!(buzz.ask(&term(1)).await, Err(Trouble::Failed));
    assert_eq!(double.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_will_not_pass_is_not_tried_again() {
    for status in [400, 401, 404, 429, 501] {
        let double = Double::new(move |_| async move { Err(Failure::Status(status)) });
        let buzz = Buzz::new(double.clone(), Habits::default());
        assert_eq!(buzz.ask(&term(1)).await, Err(Trouble::Failed));
        assert_eq!(double.asked(), 1, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_further_try_is_within_the_deadline_too() {
    let double = Double::new(async |_| {
        sleep(Duration::from_secs(4)).await;
        Err(Failure::Status(503))
    });
    let buzz = Buzz::new(double.clone(), Habits::default());
    let start = Instant::now();
    assert_eq!(buzz.ask(&term(1)).await, Err(Trouble::Late));
    let needed = start.elapsed().as_millis();
    assert!((5_000..5_050).contains(&needed), "{needed}");
    assert_eq!(double.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn further_tries_do_not_all_come_at_the_same_moment() {
    let mut pauses = HashSet::new();
    for _ in 0..20 {
        let double = Double::new(async |_| Err(Failure::Status(503)));
        let buzz = Buzz::new(double, Habits::default());
        let start = Instant::now();
        assert_eq!(buzz.ask(&term(1)).await, Err(Trouble::Failed));
        let pause = start.elapsed();
        assert!((PAUSE..PAUSE * 2 + Duration::from_millis(5)).contains(&pause));
        pauses.insert(pause);
    }
    assert!(pauses.len() > 5, "{pauses:?}");
}
