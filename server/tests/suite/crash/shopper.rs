//! A shopper who remembers every answer, and repeats a request that was not answered.

use app::{cart::CartView, order::OrderView};
use protocol::LineAnswer;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use reqwest::{Client, Response, StatusCode, header};
use serde::de::DeserializeOwned;
use shop::{OrderCode, OrderState};

use crate::{
    common::PATIENCE,
    crash::shopper_model::{Action, Answer, Copies, ShopperModel},
};

/// Why a shopper stops.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    #[error("the shop is not there any more")]
    Gone,
    /// An answer that cannot be right.
    #[error("{0}")]
    Wrong(String),
}

/// How a shopper uses keys.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Keys {
    OnePerSubmission,
    /// Control: each attempt has a new key, as if it were another submission.
    OnePerAttempt,
}

pub struct Shopper {
    client: Client,
    rng: StdRng,
    name: u64,
    keys: Keys,
    keys_used: u32,
    pub model: ShopperModel,
    /// The request that was sent and not answered.
    pub open: Option<Action>,
}

impl Shopper {
    pub fn new(name: u64, seed: u64, keys: Keys) -> Self {
        let client = Client::builder().cookie_store(true).timeout(PATIENCE);
        Self {
            client: client.build().unwrap(),
            rng: StdRng::seed_from_u64(seed.wrapping_add(name)),
            name,
            keys,
            keys_used: 0,
            model: ShopperModel::default(),
            open: None,
        }
    }

    /// Opens a page, which sets the cookie if there is none.
    pub async fn enter(&mut self, shop: &str) -> Result<(), Trouble> {
        self.cart(shop).await.map(drop)
    }

    /// Makes the next request and records the answer. An unanswered request is repeated first.
    pub async fn act(&mut self, shop: &str) -> Result<(), Trouble> {
        if self.open.is_some() {
            return self.ask_again(shop).await.map(drop);
        }
        let key = self.new_key();
        let action = self.model.next_action(&mut self.rng, key);
        self.open = Some(action.clone());
        let has_key = matches!(action, Action::Add { .. } | Action::Order { .. });
        let answer = if has_key && self.rng.random_bool(0.2) {
            self.send_twice(shop, &action).await?
        } else {
            self.send(shop, &action).await?
        };
        self.record(&action, answer, false)
    }

    /// Repeats the unanswered request, if there is one. Returns whether it had already been carried
    /// out.
    pub async fn ask_again(&mut self, shop: &str) -> Result<bool, Trouble> {
        let Some(action) = self.open.clone() else {
            return Ok(false);
        };
        let found = self.is_carried_out(shop, &action).await?;
        let answer = self.send(shop, &action).await?;
        self.record(&action, answer, found)?;
        Ok(found)
    }

    /// Compares all answers with what the shop shows.
    pub async fn check_all(&self, shop: &str) -> Result<(), Trouble> {
        let cart = self.cart(shop).await?;
        if cart != self.model.cart {
            return wrong(format!(
                "shopper {} was told {:?} and has {cart:?}",
                self.name, self.model.cart
            ));
        }
        for (code, order) in &self.model.orders {
            let now = self.order(shop, *code).await?;
            let lines: Copies = now
                .lines
                .into_iter()
                .map(|line| (line.book, line.quantity.get()))
                .collect();
            if lines != order.lines || now.state != order.state {
                return wrong(format!("{code} was {order:?} and is {lines:?}"));
            }
        }
        Ok(())
    }

    /// Records the answer to the last request.
    fn record(&mut self, action: &Action, answer: Answer, found: bool) -> Result<(), Trouble> {
        if answer != Answer::Unsure {
            let heard = self.model.record(action, answer, found);
            heard.map_err(|what| Trouble::Wrong(format!("shopper {}: {what}", self.name)))?;
            self.open = None;
        }
        Ok(())
    }

    /// Whether the shop shows that a request was carried out. Everything else must match the
    /// answers.
    async fn is_carried_out(&self, shop: &str, action: &Action) -> Result<bool, Trouble> {
        let cart = self.cart(shop).await?;
        let after = self.model.cart_after(action);
        if cart != self.model.cart && cart != after {
            return wrong(format!(
                "shopper {} was told {:?}, then asked for {action:?}, and has {cart:?}",
                self.name, self.model.cart
            ));
        }
        match action {
            Action::Cancel { code } => {
                let state = self.order(shop, *code).await?.state;
                Ok(state == OrderState::Cancelled)
            }
            _ => Ok(cart != self.model.cart),
        }
    }

    /// Sends the same request twice at once. Either may arrive first. Returns an answer that is not
    /// a refusal, if there is one.
    async fn send_twice(&mut self, shop: &str, action: &Action) -> Result<Answer, Trouble> {
        let mut again = action.clone();
        if let Action::Add { key, .. } | Action::Order { key } = &mut again
            && self.keys == Keys::OnePerAttempt
        {
            *key = self.new_key();
        }
        let (one, two) = tokio::join!(self.send(shop, action), self.send(shop, &again));
        match (one?, two?) {
            (Answer::Refused(_), answer) | (answer, _) => Ok(answer),
        }
    }

    fn new_key(&mut self) -> String {
        self.keys_used += 1;
        format!("shopper-{}-{}", self.name, self.keys_used)
    }

    async fn send(&self, shop: &str, action: &Action) -> Result<Answer, Trouble> {
        let (path, form) = match action {
            Action::Add { book, copies, key } => (
                "add_to_cart",
                vec![
                    ("book", book.to_string()),
                    ("quantity", copies.to_string()),
                    ("key", key.clone()),
                ],
            ),
            Action::Set { book, copies: 0 } => {
                ("remove_from_cart", vec![("book", book.to_string())])
            }
            Action::Set { book, copies } => (
                "set_quantity",
                vec![("book", book.to_string()), ("quantity", copies.to_string())],
            ),
            Action::Order { key } => (
                "place_order",
                vec![
                    ("name", format!("Shopper {}", self.name)),
                    ("reach", "shopper@example.org".to_owned()),
                    ("key", key.clone()),
                ],
            ),
            Action::Cancel { code } => ("cancel_order", vec![("code", code.to_string())]),
        };
        let request = self.client.post(format!("http://{shop}/api/{path}"));
        let response = request.form(&form).send().await?;
        match response.status() {
            StatusCode::OK => Ok(match action {
                Action::Add { .. } | Action::Set { .. } => {
                    Answer::Line(body::<LineAnswer>(response).await?.line)
                }
                Action::Order { .. } => Answer::Placed(body(response).await?),
                Action::Cancel { .. } => {
                    response.bytes().await?;
                    Answer::Closed
                }
            }),
            status => refusal(status, response).await,
        }
    }

    async fn cart(&self, shop: &str) -> Result<Copies, Trouble> {
        let cart: CartView = self.get(format!("http://{shop}/api/cart")).await?;
        let lines = cart.lines.into_iter().filter(|line| line.held);
        Ok(lines.map(|line| (line.book, line.quantity.get())).collect())
    }

    async fn order(&self, shop: &str, code: OrderCode) -> Result<OrderView, Trouble> {
        self.get(format!("http://{shop}/api/order?code={code}"))
            .await
    }

    async fn get<T: DeserializeOwned>(&self, url: String) -> Result<T, Trouble> {
        let response = self.client.get(&url).send().await?;
        if response.status() != StatusCode::OK {
            return wrong(format!("{url}: {}", response.text().await?));
        }
        body(response).await
    }
}

/// Reads a refusal, which must have a code and a message. A temporary one also says when to retry.
async fn refusal(status: StatusCode, response: Response) -> Result<Answer, Trouble> {
    let retry = response.headers().contains_key(header::RETRY_AFTER);
    let said: serde_json::Value = body(response).await?;
    let (Some(code), Some(sentence)) = (said["code"].as_str(), said["error"].as_str()) else {
        return wrong(format!("{status} without a code and a message: {said}"));
    };
    match status {
        StatusCode::CONFLICT => Ok(Answer::Refused(code.to_owned())),
        StatusCode::SERVICE_UNAVAILABLE if retry && sentence.contains("try again") => {
            Ok(Answer::Unsure)
        }
        _ => wrong(format!("{status} (Retry-After: {retry}) {said}")),
    }
}

async fn body<T: DeserializeOwned>(response: Response) -> Result<T, Trouble> {
    let bytes = response.bytes().await?;
    serde_json::from_slice(&bytes)
        .map_err(|error| Trouble::Wrong(format!("{error}: {}", String::from_utf8_lossy(&bytes))))
}

fn wrong<T>(what: String) -> Result<T, Trouble> {
    Err(Trouble::Wrong(what))
}

impl From<String> for Trouble {
    fn from(what: String) -> Self {
        Self::Wrong(what)
    }
}

impl From<reqwest::Error> for Trouble {
    fn from(error: reqwest::Error) -> Self {
        // A killed shop breaks its connections. A timeout means that a living shop did not answer.
        if error.is_timeout() {
            Self::Wrong(format!("no answer: {error}"))
        } else {
            Self::Gone
        }
    }
}
