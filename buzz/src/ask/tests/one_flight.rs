//! One question for all who ask the same.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_who_ask_the_same_at_once_are_one_request() {
    let (double, door) = Double::behind_a_door();
    let buzz = Buzz::new(double.clone(), Habits::default());
    let asking = all_ask(&buzz, [7; 1_000]);
    until(async || sent_on(&buzz) == 1_000).await;
    door.open();
    let answers = asking.join_all().await;
    let first = answers[0].as_ref().unwrap();
    assert!(answers.iter().flatten().all(|one| Arc::ptr_eq(one, first)));
    assert_eq!(answers.iter().flatten().count(), 1_000);
    assert_eq!((double.asked(), buzz.tally().asked()), (1, 1));
    assert!(buzz.flights().is_empty());
}

/// The guard is away: whoever asks the provider itself is one request more.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_who_ask_unguarded_are_a_thousand_requests() {
    let (double, door) = Double::behind_a_door();
    let ask = |double: Double| async move { double.newest(&term(7)).await };
    let asking: JoinSet<_> = std::iter::repeat_n(double.clone(), 1_000)
        .map(ask)
        .collect();
    until(async || double.asked() == 1_000).await;
    door.open();
    asking.join_all().await;
    assert_eq!(double.asked(), 1_000);
}

/// No door keeps them together: answers come back while others still ask.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_comes_as_the_answer_lands_does_not_ask_again() {
    for is_answered in [true, false] {
        for _ in 0..50 {
            let double = Double::new(move |_| async move {
                tokio::task::yield_now().await;
                if is_answered {
                    nothing()
                } else {
                    Err(Failure::Status(404))
                }
            });
            let buzz = Buzz::new(double.clone(), Habits::default());
            all_ask(&buzz, [7; 200]).join_all().await;
            assert_eq!(double.asked(), 1);
        }
    }
}

/// As above, without chance: it had not landed yet when its answer was looked for.
#[tokio::test]
async fn what_has_landed_meanwhile_is_not_asked_for_again() {
    let double = Double::new(async |_| nothing());
    let buzz = Buzz::new(double.clone(), Habits::default());
    let answer = buzz.ask(&term(7)).await.unwrap();
    assert!(Arc::ptr_eq(&answer, &buzz.flight(&term(7)).await.unwrap()));
    assert_eq!(double.asked(), 1);
}

#[tokio::test]
async fn whoever_gives_up_takes_nothing_from_the_others() {
    let (double, door) = Double::behind_a_door();
    let buzz = Buzz::new(double.clone(), Habits::default());
    let mut first = all_ask(&buzz, [7; 10]);
    until(async || double.asked() == 1).await;
    let others = all_ask(&buzz, [7; 10]);
    until(async || sent_on(&buzz) == 20).await;
    first.shutdown().await;
    door.open();
    let answers = others.join_all().await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(double.asked(), 1);
}

#[tokio::test]
async fn an_answer_for_which_nobody_waits_any_more_is_known_all_the_same() {
    let (double, door) = Double::behind_a_door();
    let buzz = Buzz::new(double.clone(), Habits::default());
    let mut asking = all_ask(&buzz, [7]);
    until(async || double.asked() == 1).await;
    asking.shutdown().await;
    door.open();
    until(async || buzz.known(&term(7)).is_some()).await;
    assert!(buzz.ask(&term(7)).await.is_ok());
    assert_eq!(double.asked(), 1);
}

#[tokio::test]
async fn capitals_make_no_other_question() {
    let double = Double::new(async |_| nothing());
    let buzz = Buzz::new(double.clone(), Habits::default());
    for text in ["Pants", "pants", " PANTS "] {
        buzz.ask(&Term::parse(text).unwrap()).await.unwrap();
    }
    assert_eq!(double.asked(), 1);
}

#[tokio::test]
async fn a_provider_that_panics_has_failed_and_may_be_asked_again() {
    let double = Double::new(async |number| match number {
        0 => panic!("the double was told to"),
        _ => nothing(),
    });
    let habits = Habits {
        sorry_for: Duration::from_millis(20),
        ..Habits::default()
    };
    let buzz = Buzz::new(double.clone(), habits);
    let answers = all_ask(&buzz, [7; 10]).join_all().await;
    assert!(answers.into_iter().all(|one| one == Err(Trouble::Failed)));
    assert!(buzz.flights().is_empty());
    until(async || buzz.ask(&term(7)).await.is_ok()).await;
    assert_eq!(double.asked(), 2);
    assert_eq!(buzz.0.places.available_permits(), buzz.0.habits.at_once);
}

/// One that panics before there is anything to wait for.
struct Broken;

impl Provider for Broken {
    fn newest<'a, 'b, 'c>(
        &'a self,
        _: &'b Term,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<Sample, Failure>> + Send + 'c>>
    where
        Self: 'c,
        'a: 'c,
        'b: 'c,
    {
        panic!("the double was told to")
    }
}

#[tokio::test]
async fn a_panic_in_our_own_part_leaves_nothing_behind() {
    let buzz = Buzz::new(Broken, Habits::default());
    for _ in 0..3 {
        assert_eq!(buzz.ask(&term(7)).await, Err(Trouble::Failed));
        assert!(buzz.flights().is_empty());
        assert_eq!(buzz.0.places.available_permits(), buzz.0.habits.at_once);
    }
}

#[test]
fn a_runtime_that_ends_takes_its_flights_along() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
    };
    let double = Double::new(async |number| match number {
        0 => pending().await,
        _ => nothing(),
    });
    let buzz = Buzz::new(double.clone(), Habits::default());
    let first = runtime().unwrap();
    first.block_on(async {
        let asking = all_ask(&buzz, [7]);
        until(async || double.asked() == 1).await;
        drop(asking);
        // Another one has not begun yet.
        drop(buzz.flight(&term(8)));
    });
    drop(first);
    assert!(buzz.flights().is_empty());
    let answers = runtime().unwrap().block_on(all_ask_both(&buzz));
    assert!(answers.iter().all(Result::is_ok));
}

async fn all_ask_both(buzz: &Buzz) -> Vec<Outcome> {
    all_ask(buzz, [7, 8]).join_all().await
}

#[tokio::test]
async fn nothing_holds_what_nobody_asks_any_more() {
    let (double, door) = Double::behind_a_door();
    let buzz = Buzz::new(double.clone(), Habits::default());
    let asking = all_ask(&buzz, 0..5);
    until(async || double.asked() == 5).await;
    drop((buzz, asking));
    door.open();
    until(async || double.is_let_go()).await;
}
