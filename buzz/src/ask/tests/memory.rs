//! What is remembered, and for how long.

use super::*;

/// Every answer is somewhat old at once.
fn never_fresh() -> Habits {
    Habits {
        fresh_for: Duration::ZERO,
        ..Habits::default()
    }
}

#[tokio::test(start_paused = true)]
async fn a_fresh_answer_is_not_asked_for_again() {
    let double = Double::new(async |_| nothing());
    let buzz = Buzz::new(double.clone(), Habits::default());
    let first = buzz.ask(&term(1)).await.unwrap();
    sleep(Duration::from_secs(59)).await;
    assert!(Arc::ptr_eq(&first, &buzz.ask(&term(1)).await.unwrap()));
    assert_eq!(double.asked(), 1);
    sleep(Duration::from_secs(2)).await;
    assert!(Arc::ptr_eq(&first, &buzz.ask(&term(1)).await.unwrap()));
    until(async || double.asked() == 2).await;
}

#[tokio::test]
async fn a_stale_answer_is_given_while_one_question_renews_it() {
    let door = Double::behind_a_door().1;
    let inside = door.clone();
    let double = Double::new(move |number| {
        let door = inside.clone();
        async move {
            if number > 0 {
                door.pass().await;
            }
            nothing()
        }
    });
    let buzz = Buzz::new(double.clone(), never_fresh());
    let first = buzz.ask(&term(1)).await.unwrap();
    for _ in 0..100 {
        assert!(Arc::ptr_eq(&first, &buzz.ask(&term(1)).await.unwrap()));
    }
    until(async || double.asked() == 2).await;
    door.open();
    until(async || {
        buzz.known(&term(1))
            .is_some_and(|one| !Arc::ptr_eq(&first, &one))
    })
    .await;
    assert_eq!(double.asked(), 2);
}

#[tokio::test]
async fn a_renewal_that_fails_is_not_tried_again_at_once() {
    let double = Double::new(async |number| match number {
        0 => nothing(),
        _ => Err(Failure::Status(404)),
    });
    let buzz = Buzz::new(double.clone(), never_fresh());
    let first = buzz.ask(&term(1)).await.unwrap();
    assert!(buzz.ask(&term(1)).await.is_ok());
    until(async || buzz.0.failed.contains_key(&term(1))).await;
    for _ in 0..100 {
        assert!(Arc::ptr_eq(&first, &buzz.ask(&term(1)).await.unwrap()));
        tokio::task::yield_now().await;
    }
    assert_eq!(double.asked(), 2);
}

#[tokio::test]
async fn what_has_failed_is_remembered_for_a_moment() {
    let double = Double::new(async |_| Err(Failure::Status(404)));
    let buzz = Buzz::new(double.clone(), Habits::default());
    for _ in 0..100 {
        assert_eq!(buzz.ask(&term(1)).await, Err(Trouble::Failed));
    }
    assert_eq!(double.asked(), 1);
}

#[tokio::test]
async fn what_has_failed_is_asked_again_after_that_moment() {
    let double = Double::new(async |number| match number {
        0 => Err(Failure::Status(404)),
        _ => nothing(),
    });
    let habits = Habits {
        sorry_for: Duration::from_millis(20),
        ..Habits::default()
    };
    let buzz = Buzz::new(double.clone(), habits);
    assert_eq!(buzz.ask(&term(1)).await, Err(Trouble::Failed));
    until(async || buzz.ask(&term(1)).await.is_ok()).await;
    assert_eq!(double.asked(), 2);
}

#[tokio::test]
async fn an_answer_that_is_too_old_is_not_given() {
    let double = Double::new(async |number| match number {
        0 => nothing(),
        _ => Err(Failure::Status(404)),
    });
    let habits = Habits {
        kept_for: Duration::from_millis(50),
        ..Habits::default()
    };
    let buzz = Buzz::new(double.clone(), habits);
    assert!(buzz.ask(&term(1)).await.is_ok());
    until(async || buzz.known(&term(1)).is_none()).await;
    assert_eq!(buzz.ask(&term(1)).await, Err(Trouble::Failed));
}

#[tokio::test]
async fn no_more_terms_are_remembered_than_that() {
    let habits = Habits {
        remembered: 10,
        looked_back: 10_000,
        ..Habits::default()
    };
    let double = Double::new(async |number| match number % 2 {
        0 => nothing(),
        _ => Err(Failure::Status(404)),
    });
    let buzz = Buzz::new(double, habits);
    for number in 0..500 {
        let _ = buzz.ask(&term(number)).await;
    }
    buzz.0.known.run_pending_tasks();
    buzz.0.failed.run_pending_tasks();
    assert!((1..=10).contains(&buzz.0.known.entry_count()));
    assert!((1..=10).contains(&buzz.0.failed.entry_count()));
}
