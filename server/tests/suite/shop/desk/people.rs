//! Accounts at the desk: links, roles, removals, and one's own password and sessions.

use super::*;

const CHOSEN: &str = "another long password";

impl Person {
    /// Sends a form as a browser does, and returns the answer.
    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let request = self
            .client
            .post(format!("{}{path}", self.origin))
            .form(form);
        let request = request.header(header::ACCEPT, "text/html");
        request.send().await.unwrap()
    }

    /// Sends a form whose answer is a page with a new link. Returns the link's path.
    async fn make_link(&self, path: &str, form: &[(&str, &str)]) -> String {
        let answer = self.post(path, form).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(!answer.headers().contains_key(header::LOCATION));
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "private, no-store");
        let html = answer.text().await.unwrap();
        let (_, rest) = html.split_once("/desk/invitation/").unwrap();
        let end = rest.find('<').unwrap();
        assert!(rest[..end].len() >= 32, "{}", &rest[..end]);
        format!("/desk/invitation/{}", &rest[..end])
    }
}

fn chosen(password: &str) -> [(&str, &str); 2] {
    [("password", password), ("again", password)]
}

#[tokio::test]
async fn an_invited_person_chooses_a_password_once_and_signs_in() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let invitation = [("name", "cleo"), ("role", "clerk")];
    let link = owner.make_link("/desk/people", &invitation).await;
    let list = owner.page("/desk/people").await;
    assert!(list.contains("Invitation for cleo, as a clerk"), "{list}");
    assert!(!list.contains(&link), "it is shown once");

    let cleo = Person::new(&shop);
    let page = cleo.get(&link).await;
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(page.headers()[header::REFERRER_POLICY], "strict-origin");
    let page = page.text().await.unwrap();
    assert!(page.contains("Your username is cleo."), "{page}");
    assert!(!page.contains(&link), "the secret is in the address only");
    for (wrong, words) in [
        (chosen("elevenchars"), "Choose a password of 12 to 200"),
        ([("password", CHOSEN), ("again", "a")], "are different"),
    ] {
        let refused = cleo.post(&link, &wrong).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let page = refused.text().await.unwrap();
        assert!(
            page.contains(words) && page.contains("new-password"),
            "{page}"
        );
    }
    let used = location(&cleo.post(&link, &chosen(CHOSEN)).await);
    assert_eq!(used, "/desk/sign-in?notice=password_chosen");
    assert_eq!(location(&cleo.sign_in("cleo", CHOSEN).await), "/desk");

    for again in [
        cleo.get(&link).await,
        cleo.post(&link, &chosen(PASSWORD)).await,
    ] {
        assert_eq!(again.status(), StatusCode::NOT_FOUND);
        let page = again.text().await.unwrap();
        assert!(page.contains("This link doesn’t work"), "{page}");
    }
    let kept = Person::new(&shop).sign_in("cleo", CHOSEN).await;
    assert_eq!(location(&kept), "/desk", "the password is the first one");
    let journal = owner.page("/desk/journal?subject=cleo").await;
    for words in ["Invited cleo as a clerk.", "Accepted the invitation."] {
        assert!(journal.contains(words), "{words}: {journal}");
    }
}

#[tokio::test]
async fn an_invitation_needs_a_name_that_is_free() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    for (name, notice) in [("ann", "name_taken"), ("Ann Lee", "wrong_name")] {
        let form = [("name", name), ("role", "owner")];
        let refused = owner.send("/desk/people", &form).await;
        assert_eq!(refused, format!("/desk/people?notice={notice}"));
    }
    let no_role = [("name", "cleo"), ("role", "king")];
    let refused = owner.post("/desk/people", &no_role).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_withdrawn_link_does_not_work() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let invitation = [("name", "cleo"), ("role", "owner")];
    let link = owner.make_link("/desk/people", &invitation).await;
    for notice in ["link_withdrawn", "no_link"] {
        let done = owner.send("/desk/people/cleo/withdraw-link", &[]).await;
        assert_eq!(done, format!("/desk/people?notice={notice}"));
    }
    let stranger = Person::new(&shop);
    let gone = stranger.get(&link).await;
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
    // A mistyped link leads to the sign-in page, which is not told of it.
    let request = stranger.client.get(shop.url(&format!("{link}/x")));
    let request = request.header(header::ACCEPT, "text/html").send().await;
    assert_eq!(location(&request.unwrap()), "/desk/sign-in?next=%2Fdesk");
}

#[tokio::test]
async fn a_link_for_a_new_password_signs_its_owner_out() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    let link = owner.make_link("/desk/people/ben", &[]).await;
    clerk.page("/desk").await;
    let used = clerk.post(&link, &chosen(CHOSEN)).await;
    assert_eq!(location(&used), "/desk/sign-in?notice=password_chosen");
    let ended = clerk.get("/desk").await;
    assert_eq!(ended.status(), StatusCode::UNAUTHORIZED);
    let old = location(&clerk.sign_in("ben", PASSWORD).await);
    assert!(old.contains("wrong_password"), "{old}");
    assert_eq!(location(&clerk.sign_in("ben", CHOSEN).await), "/desk");
    let nobody = owner.send("/desk/people/zoe", &[]).await;
    assert_eq!(nobody, "/desk/people?notice=no_such_account");
    let unknown = owner.get("/desk/people/zoe").await;
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_owner_changes_roles_ends_sessions_and_removes_accounts() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    let (as_owner, as_clerk) = ([("role", "owner")], [("role", "clerk")]);
    let last = owner.send("/desk/people/ann/role", &as_clerk).await;
    assert_eq!(last, "/desk/people/ann?notice=last_owner");
    let page = owner.page(&last).await;
    assert!(page.contains("the shop needs at least one owner"), "{page}");
    let oneself = owner.send("/desk/people/ann/remove", &[]).await;
    assert_eq!(oneself, "/desk/people/ann?notice=not_oneself");

    let done = owner.send("/desk/people/ben/role", &as_owner).await;
    assert_eq!(done, "/desk/people/ben?notice=role_changed");
    clerk.page("/desk/people").await;
    let done = owner.send("/desk/people/ann/role", &as_clerk).await;
    assert_eq!(done, "/desk?notice=role_changed");
    let refused = owner.get("/desk/people").await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);

    let (former, owner) = (owner, clerk);
    let done = owner.send("/desk/people/ann/sign-out", &[]).await;
    assert_eq!(done, "/desk/people/ann?notice=sessions_ended");
    let ended = former.get("/desk").await;
    assert_eq!(ended.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(location(&former.sign_in("ann", PASSWORD).await), "/desk");
    let done = owner.send("/desk/people/ann/remove", &[]).await;
    assert_eq!(done, "/desk/people?notice=account_removed");
    let ended = former.get("/desk").await;
    assert_eq!(ended.status(), StatusCode::UNAUTHORIZED);
    let journal = owner.page("/desk/journal?subject=ann").await;
    for words in [
        "Changed ann from an owner to a clerk.",
        "Ended 1 session of ann.",
        "Removed the account ann.",
    ] {
        assert!(journal.contains(words), "{words}: {journal}");
    }
}

#[tokio::test]
async fn a_person_changes_their_own_password_and_ends_their_other_sessions() {
    let shop = spawn_shop().await;
    let here = signed_in(&shop, "ben", Role::Clerk).await;
    let elsewhere = async |password: &str| {
        let person = Person::new(&shop);
        assert_eq!(location(&person.sign_in("ben", password).await), "/desk");
        person
    };
    let one = elsewhere(PASSWORD).await;
    let page = here.page("/desk/account").await;
    let count = |words: &str| page.matches(words).count();
    assert_eq!((count("This browser"), count("Another browser")), (1, 1));
    let done = here.send("/desk/account/sign-out-others", &[]).await;
    assert_eq!(done, "/desk/account?notice=sessions_ended");
    assert_eq!(one.get("/desk").await.status(), StatusCode::UNAUTHORIZED);

    let two = elsewhere(PASSWORD).await;
    let change = |current, password, again| {
        [
            ("current", current),
            ("password", password),
            ("again", again),
        ]
    };
    for (form, notice) in [
        (change(PASSWORD, CHOSEN, PASSWORD), "passwords_differ"),
        (change("wrong", CHOSEN, CHOSEN), "wrong_current_password"),
        (change(PASSWORD, "short", "short"), "bad_password"),
        (change(PASSWORD, CHOSEN, CHOSEN), "password_changed"),
    ] {
        let done = here.send("/desk/account/password", &form).await;
        assert_eq!(done, format!("/desk/account?notice={notice}"));
    }
    here.page("/desk").await;
    assert_eq!(two.get("/desk").await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn attempts_to_change_a_password_are_limited_like_those_to_sign_in() {
    let shop = spawn_shop().await;
    let person = signed_in(&shop, "ben", Role::Clerk).await;
    let form = |current| {
        [
            ("current", current),
            ("password", CHOSEN),
            ("again", CHOSEN),
        ]
    };
    let mut tried = 0;
    let refused = loop {
        let answer = person.post("/desk/account/password", &form("wrong")).await;
        if location(&answer).contains("too_many_attempts") {
            break answer;
        }
        tried += 1;
        assert!(tried <= 5, "{tried}");
    };
    assert!(tried >= 3, "{tried}");
    assert!(refused.headers().contains_key(header::RETRY_AFTER));
    let right = person.send("/desk/account/password", &form(PASSWORD)).await;
    assert!(right.contains("too_many_attempts"), "{right}");
}

#[tokio::test]
async fn links_that_are_tried_count_as_attempts_to_sign_in() {
    let shop = spawn_shop().await;
    let stranger = Person::new(&shop);
    let mut tried = 0;
    loop {
        let path = format!("/desk/invitation/{tried}");
        let answer = match tried % 2 {
            0 => stranger.get(&path).await,
            _ => {
                stranger
                    .post(&path, &[("password", CHOSEN), ("again", CHOSEN)])
                    .await
            }
        };
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            assert!(answer.headers().contains_key(header::RETRY_AFTER));
            break;
        }
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        tried += 1;
        assert!(tried < 100, "{tried}");
    }
    assert!(tried >= 30, "{tried}");
    // One more may have become due meanwhile, but not two.
    let mut refused = 0;
    for _ in 0..3 {
        let answer = stranger.sign_in("ann", PASSWORD).await;
        refused += usize::from(location(&answer).contains("too_many_attempts"));
    }
    assert!(refused >= 2, "{refused}");
}
