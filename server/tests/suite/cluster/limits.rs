//! Limits on one address across all instances.

use futures::future::{join_all, select_all};
use reqwest::{Client, Response, StatusCode};

use crate::cluster::{
    fake_instance::{Instance, Manner},
    harness::from,
    nginx::Nginx,
};

async fn take(client: &Client, nginx: &Nginx) -> Response {
    let post = client.post(nginx.url("/api/add_to_cart"));
    post.body("book=x").send().await.unwrap()
}

#[tokio::test]
async fn an_address_takes_no_more_copies_through_two_instances_than_through_one() {
    let instances = [
        Instance::that(Manner::Echo).await,
        Instance::that(Manner::Echo).await,
    ];
    let nginx = Nginx::in_front_of(&[instances[0].address, instances[1].address]).await;
    let client = from("127.0.0.5");
    let mut refused = None;
    for _ in 0..35 {
        let answer = take(&client, &nginx).await;
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(answer);
            break;
        }
    }
    let answer = refused.expect("35 at once were let through");
    assert_eq!(answer.headers()["retry-after"], "2");
    assert_eq!(answer.headers()["content-type"], "application/json");
    let said = answer.text().await.unwrap();
    assert!(said.contains(r#""code":"too_often""#), "{said}");
    let reached: usize = instances.iter().map(|one| one.received().len()).sum();
    assert!(reached >= 30, "as many as the app itself allows: {reached}");

    let other = take(&from("127.0.0.6"), &nginx).await;
    assert_eq!(
        other.status(),
        StatusCode::OK,
        "other clients are not limited"
    );
    let page = client.get(nginx.url("/cart")).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK, "nor are pages");
    for _ in 0..100 {
        let own = take(&Client::new(), &nginx).await;
        assert_eq!(own.status(), StatusCode::OK, "nor is this machine limited");
    }
}

#[tokio::test]
async fn the_open_waits_of_an_address_are_limited() {
    let instance = Instance::that(Manner::Silent).await;
    let nginx = Nginx::in_front_of(&[instance.address]).await;
    let client = from("127.0.0.5");
    let wait = |client: &Client| {
        let request = client.get(nginx.url("/live?seen=x:1"));
        tokio::spawn(request.send())
    };
    let mut waits: Vec<_> = (0..500).map(|_| wait(&client)).collect();
    // None of them is answered; if one ends, the test fails with its answer instead of waiting.
    tokio::select! {
        () = instance.until_received(500) => {}
        (ended, ..) = select_all(&mut waits) => panic!("{ended:?}"),
    }
    let one_more = wait(&client).await.unwrap().unwrap();
    assert_eq!(one_more.status(), StatusCode::TOO_MANY_REQUESTS);
    let other = wait(&from("127.0.0.6"));
    instance.until_received(501).await;
    for waiting in waits.iter().chain([&other]) {
        waiting.abort();
    }
    join_all(waits).await;
}
