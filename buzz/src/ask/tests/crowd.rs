//! So many questions at a time.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn at_most_sixteen_questions_are_on_their_way() {
    let (double, door) = Double::behind_a_door();
    let buzz = Buzz::new(double.clone(), Habits::default());
    let asking = all_ask(&buzz, 0..80);
    until(async || double.asked() == 16 && buzz.flights().len() == 80).await;
    door.open();
    let answers = asking.join_all().await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!((double.most_at_once(), double.asked()), (16, 80));
}

/// The guard is away: the same double sees all of them at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn unguarded_questions_are_all_on_their_way() {
    let (double, door) = Double::behind_a_door();
    let ask = |number| {
        let double = double.clone();
        async move { double.newest(&term(number)).await }
    };
    let asking: JoinSet<_> = (0..80).map(ask).collect();
    until(async || double.asked() == 80).await;
    door.open();
    asking.join_all().await;
    assert_eq!(double.most_at_once(), 80);
}

#[tokio::test]
async fn one_more_than_can_wait_is_refused_at_once() {
    let (double, door) = Double::behind_a_door();
    let buzz = Buzz::new(double.clone(), Habits::default());
    let asking = all_ask(&buzz, 0..80);
    until(async || buzz.flights().len() == 80).await;
    for number in 80..2_000 {
        assert_eq!(buzz.ask(&term(number)).await, Err(Trouble::Crowded));
    }
    assert_eq!(buzz.flights().len(), 80);
    // Who asks what is on its way already is not one more.
    let same = all_ask(&buzz, [3]);
    until(async || sent_on(&buzz) == 2_001).await;
    door.open();
    assert!(asking.join_all().await.iter().all(Result::is_ok));
    assert!(same.join_all().await[0].is_ok());
    // There is room again, and nobody who was refused is reminded of it.
    assert!(buzz.ask(&term(80)).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn who_gets_no_turn_is_told_so_within_half_the_deadline() {
    let double = Double::new(async |_| pending().await);
    let habits = Habits {
        at_once: 1,
        ..Habits::default()
    };
    let buzz = Buzz::new(double.clone(), habits);
    let start = Instant::now();
    let first = all_ask(&buzz, [1]);
    until(async || double.asked() == 1).await;
    assert_eq!(buzz.ask(&term(2)).await, Err(Trouble::Crowded));
    assert!(start.elapsed() >= habits.deadline / 2 && start.elapsed() < habits.deadline);
    assert_eq!(first.join_all().await, [Err(Trouble::Late)]);
    assert!(start.elapsed() < habits.deadline + Duration::from_millis(50));
    assert_eq!(double.asked(), 1);
}

/// A provider that needs 700 ms is not down, however many ask: who gets a turn has time for it.
#[tokio::test(start_paused = true)]
async fn a_crowd_does_not_make_a_slow_provider_late() {
    let double = Double::new(async |_| {
        sleep(Duration::from_millis(700)).await;
        nothing()
    });
    let habits = Habits {
        at_once: 2,
        waiting: 1_000,
        ..Habits::default()
    };
    let buzz = Buzz::new(double.clone(), habits);
    let answers = all_ask(&buzz, 0..500).join_all().await;
    let answered = answers.iter().flatten().count();
    // Four rounds begin within the first 2.5 s.
    assert_eq!(answered, 8);
    let refused = answers.iter().filter(|one| **one == Err(Trouble::Crowded));
    assert_eq!(refused.count(), 492);
    assert!(buzz.ask(&term(1_000)).await.is_ok());
}
