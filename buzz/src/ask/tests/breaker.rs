//! A provider that is down is left alone.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use super::*;

fn habits() -> Habits {
    Habits {
        looked_back: 4,
        rest: Duration::from_secs(1),
        ..Habits::default()
    }
}

/// One that answers while it is well, and a switch.
fn patient() -> (Double, Arc<AtomicBool>) {
    let is_well = Arc::new(AtomicBool::new(false));
    let inside = Arc::clone(&is_well);
    let double = Double::new(move |_| {
        let is_well = inside.load(SeqCst);
        async move {
            if is_well {
                nothing()
            } else {
                Err(Failure::Status(429))
            }
        }
    });
    (double, is_well)
}

#[tokio::test]
async fn a_provider_that_is_down_rests_and_is_asked_again_when_it_is_well() {
    let (double, is_well) = patient();
    let buzz = Buzz::new(double.clone(), habits());
    let mut terms = 0..;
    let mut ask = async || buzz.ask(&term(terms.next().unwrap())).await;
    for _ in 0..5 {
        assert_eq!(ask().await, Err(Trouble::Failed));
    }
    for _ in 0..100 {
        assert_eq!(ask().await, Err(Trouble::Resting));
    }
    assert_eq!(double.asked(), 5);
    is_well.store(true, SeqCst);
    until(async || ask().await.is_ok()).await;
    assert!(ask().await.is_ok());
    // It is well again: one failure is forgiven.
    is_well.store(false, SeqCst);
    assert_eq!(ask().await, Err(Trouble::Failed));
    is_well.store(true, SeqCst);
    assert!(ask().await.is_ok());
}

#[tokio::test]
async fn a_provider_that_is_still_down_rests_again() {
    let (double, _) = patient();
    let buzz = Buzz::new(double.clone(), habits());
    let mut terms = 0..;
    let mut ask = async || buzz.ask(&term(terms.next().unwrap())).await;
    for _ in 0..5 {
        assert_eq!(ask().await, Err(Trouble::Failed));
    }
    until(async || ask().await == Err(Trouble::Failed)).await;
    assert_eq!(ask().await, Err(Trouble::Failed));
    assert_eq!(ask().await, Err(Trouble::Resting));
    assert_eq!(double.asked(), 7);
}

#[tokio::test]
async fn what_is_known_is_told_while_the_provider_rests() {
    let (double, is_well) = patient();
    let habits = Habits {
        fresh_for: Duration::ZERO,
        ..habits()
    };
    let buzz = Buzz::new(double.clone(), habits);
    is_well.store(true, SeqCst);
    let known = buzz.ask(&term(1_000)).await.unwrap();
    is_well.store(false, SeqCst);
    for number in 0..4 {
        assert_eq!(buzz.ask(&term(number)).await, Err(Trouble::Failed));
    }
    assert_eq!(buzz.ask(&term(4)).await, Err(Trouble::Resting));
    assert!(Arc::ptr_eq(&known, &buzz.ask(&term(1_000)).await.unwrap()));
}

#[tokio::test]
async fn questions_that_are_wrong_do_not_make_the_provider_rest() {
    let double = Double::new(async |_| Err(Failure::Status(414)));
    let buzz = Buzz::new(double.clone(), habits());
    for number in 0..100 {
        assert_eq!(buzz.ask(&term(number)).await, Err(Trouble::Failed));
    }
    assert_eq!(double.asked(), 100);
}

#[tokio::test]
async fn a_provider_that_panics_rests_too() {
    let double = Double::new(async |_| panic!("the double was told to"));
    let buzz = Buzz::new(double.clone(), habits());
    for number in 0..5 {
        assert_eq!(buzz.ask(&term(number)).await, Err(Trouble::Failed));
    }
    assert_eq!(buzz.ask(&term(5)).await, Err(Trouble::Resting));
    assert_eq!(double.asked(), 5);
}
