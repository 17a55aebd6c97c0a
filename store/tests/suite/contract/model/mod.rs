//! Random operations of many shoppers are compared with a simple model and audited.

mod arithmetic;
mod random_commands;

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use futures_util::future::join_all;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use shop::{Browse, Command, Done, HoldState, Key, OrderState, Refusal, Terms, Timestamp};
use store::StoreError;

use crate::contract::harness::{DAY, HOUR, Kind, Opening, TestShop, shopper};
use arithmetic::{Made, Model};
use random_commands::random_command;

const SHOPPERS: u8 = 8;
const COPIES: u32 = 7;
/// The most operations in one shop.
const MOST: u32 = 20_000;
/// With more operations than this, not every batch is audited.
const FEW: u32 = 10_000;
const AUDIT_EVERY: u32 = 50;
/// The most submissions that are remembered, so that they may be repeated.
const REMEMBERED: usize = 64;

/// Compares the shop with the model.
///
/// `MODEL_OPERATIONS` sets the number of operations, for example a million:
/// `MODEL_OPERATIONS=1000000 cargo test --release -p store --test suite
/// contract::on_sqlite::model`. Many operations are spread over several shops, each with its own
/// seed, because an audit reads the whole history of a shop.
pub async fn the_shop_does_what_the_model_does(kind: Kind) -> TestShop {
    let all: u32 = std::env::var("MODEL_OPERATIONS").map_or(4_000, |n| n.parse().unwrap());
    let all = all / kind(Opening::of(&[])).slowness();
    let first = std::env::var("MODEL_SEED").map_or(7, |seed| seed.parse().unwrap());
    let shops = u64::from(all.div_ceil(MOST)).max(1);
    let audit_every = if all <= FEW { 1 } else { AUDIT_EVERY };
    let each = all.div_ceil(u32::try_from(shops).unwrap());
    println!("{all} operations in {shops} shops from seed {first}");
    let mut last = None;
    for seed in first..first + shops {
        match compare(kind, each, audit_every, seed).await {
            Ok(shop) => last = Some(shop),
            Err(Divergence(what)) => panic!("seed {seed}: {what}"),
        }
    }
    last.unwrap()
}

/// Where the shop and the model differ.
#[derive(Debug)]
pub struct Divergence(pub String);

/// Sends this many random commands to a new shop, compares it with the model after each batch, and
/// audits it regularly.
pub async fn compare(
    kind: Kind,
    operations: u32,
    audit_every: u32,
    seed: u64,
) -> Result<TestShop, Divergence> {
    let books = ["first", "second", "third"].map(|book| (book, COPIES));
    let mut shop = TestShop::open(kind, Opening::of(&books)).await;
    let mut rng = StdRng::seed_from_u64(seed);
    let mut run = Run::new(&shop).await;
    let (mut done, mut batches) = (0, 0);
    while done < operations {
        // Time passes between batches, sometimes a lot of it.
        let wait = if rng.random_bool(0.02) {
            200 * HOUR
        } else {
            Duration::from_millis(rng.random_range(0..400_000))
        };
        shop.pass(wait).await;
        run.now += u64::try_from(wait.as_millis()).unwrap();
        // At a start long after the last change, the clock is doubted and no order ends.
        if rng.random_bool(0.005) && wait < HOUR {
            shop = shop.reopened().await;
        }
        done += run.batch(&shop, &mut rng).await?;
        batches += 1;
        run.compare_state(&shop, &mut rng).await?;
        if batches % audit_every == 0 {
            let findings = shop.premises.audit().await;
            if !findings.is_empty() {
                return Err(Divergence(findings.join("; ")));
            }
        }
    }
    Ok(shop)
}

/// The model, and the answers that it cannot predict.
struct Run {
    model: Model,
    /// Milliseconds since the run began.
    now: u64,
    /// When the run began, by the shop's clock.
    began: Timestamp,
    terms: Terms,
    /// The latest submissions, oldest first: when each was first sent, its shopper, its command.
    submissions: VecDeque<(u64, u8, Command)>,
    answers: BTreeMap<(u8, Key), Done>,
}

impl Run {
    async fn new(shop: &TestShop) -> Self {
        let mut model = Model::default();
        for on_shelf in shop.store.browse(&Browse::default()).await.unwrap().books {
            model.on_hand.insert(on_shelf.book.slug, COPIES);
        }
        let began = shop.cart(shopper(0)).await.now;
        model.began = began.millis();
        Self {
            model,
            now: 0,
            began,
            terms: Terms::default(),
            submissions: VecDeque::new(),
            answers: BTreeMap::new(),
        }
    }

    /// Sends some commands at once, and compares the results.
    async fn batch(&mut self, shop: &TestShop, rng: &mut StdRng) -> Result<u32, Divergence> {
        // The shop keeps a result for at least a day, and may delete it after that.
        let day = u64::try_from(DAY.as_millis()).unwrap();
        let now = self.now;
        self.submissions.retain(|(sent, ..)| sent + day > now);
        let mut expected = Vec::new();
        // A sale opens with the next command for its book, so one is sent for each book.
        for book in self.model.on_hand.keys().cloned().collect::<Vec<_>>() {
            let (who, shopper) = (SHOPPERS, shopper(SHOPPERS));
            let command = Command::Leave { shopper, book };
            let made = self.model.submit(&command, who, now, &self.terms);
            expected.push((who, command, made));
        }
        let moment = self.began + Duration::from_millis(now);
        for _ in 0..rng.random_range(1..40) {
            let who = rng.random_range(0..SHOPPERS);
            let (who, command) = random_command(rng, who, &self.model, &self.submissions, moment);
            let made = self.model.submit(&command, who, now, &self.terms);
            let known = |(_, by, sent): &(u64, u8, Command)| {
                *by == who && sent.submission() == command.submission()
            };
            if command.submission().is_some() && !self.submissions.iter().any(known) {
                self.submissions.push_back((now, who, command.clone()));
            }
            expected.push((who, command, made));
        }
        while self.submissions.len() > REMEMBERED {
            self.submissions.pop_front();
        }
        // The commands are sent at once, and the queue keeps their order.
        let submitted = expected.iter().map(|(_, command, _)| command.clone());
        let answers = join_all(submitted.map(|command| shop.store.submit(command))).await;
        let count = u32::try_from(expected.len()).unwrap();
        let mut so_far = Vec::new();
        for ((who, command, made), answer) in expected.into_iter().zip(answers) {
            so_far.push(format!("{who}: {command:?} => {made:?}"));
            let compared = self.compare_answer(who, &command, made, answer);
            // An earlier command of the batch is usually the cause, so all are reported.
            compared
                .map_err(|Divergence(what)| Divergence(format!("{what}, after {so_far:#?}")))?;
        }
        Ok(count)
    }

    fn compare_answer(
        &mut self,
        who: u8,
        command: &Command,
        made: Result<Made, Refusal>,
        answer: Result<Done, StoreError>,
    ) -> Result<(), Divergence> {
        let what = match (made, answer) {
            (Ok(made), Ok(done)) => {
                let submission = command.submission().map(|(_, key)| (who, key.clone()));
                let before = submission.as_ref().and_then(|name| self.answers.get(name));
                let same = match before {
                    Some(before) => made == Made::AsBefore && *before == done,
                    None => made == self.made(&done),
                };
                if same {
                    self.answers.extend(submission.map(|name| (name, done)));
                    return Ok(());
                }
                format!("got {done:?}, expected {made:?}")
            }
            (Err(no), Err(StoreError::Refused(refusal))) if no == sorted(&refusal) => {
                return Ok(());
            }
            (Err(no), Err(error)) => format!("got {error}, expected {no}"),
            (Err(_), Ok(_)) => "executed, but should have been refused".to_owned(),
            (Ok(_), Err(error)) => error.to_string(),
        };
        Err(Divergence(format!("{what}: {command:?}")))
    }

    /// A result, as far as the model predicts it.
    fn made(&self, done: &Done) -> Made {
        match done {
            Done::Line(line) => Made::Line(
                line.quantity,
                line.expires_at.map(|at| self.millis(at)),
                line.level.available,
            ),
            Done::Placed(placed) => {
                let lines = placed.lines.iter();
                let lines = lines.map(|line| (line.book.clone(), line.quantity.get()));
                let mut gone = placed.gone.clone();
                gone.sort();
                Made::Order(lines.collect(), gone)
            }
            Done::Closed => Made::Closed,
            Done::Ready => Made::Ready,
            Done::StockChanged(level) => Made::Stocked(level.available),
            Done::Waiting(waiting) => Made::Waiting(
                self.millis(waiting.until),
                waiting.offered_until.map(|at| self.millis(at)),
                waiting.level.available,
            ),
            Done::Offered => Made::Offered,
            Done::Receipt(_) => Made::Receipt,
            Done::Imported(_)
            | Done::MailFailureRecorded
            | Done::MailSentAgain
            | Done::NothingToSend => {
                unreachable!("the model imports nothing and sends no mail")
            }
            Done::NotReady | Done::ContactErased => {
                unreachable!("the model only marks orders as ready")
            }
        }
    }

    fn millis(&self, at: Timestamp) -> u64 {
        u64::try_from(at.since(self.began).as_millis()).unwrap()
    }

    /// Compares every level, one shopper's cart and waits, and an open and a closed order.
    async fn compare_state(&self, shop: &TestShop, rng: &mut StdRng) -> Result<(), Divergence> {
        for book in self.model.on_hand.keys() {
            let shown = shop.available(book.as_str()).await;
            check_equal(book, &shown, &self.model.available(book))?;
        }
        let who = rng.random_range(0..SHOPPERS);
        let cart = shop.cart(shopper(who)).await;
        let mut waits = cart.waits;
        waits.sort();
        check_equal(
            &format!("the waits of {who}"),
            &waits,
            &self.model.waits(who),
        )?;
        let cart = cart.lines.into_iter();
        let cart = cart.map(|line| {
            let (ends, held) = (
                self.millis(line.expires_at),
                line.state == HoldState::Active,
            );
            (
                line.book.slug,
                line.quantity.get(),
                ends,
                held,
                line.offered,
            )
        });
        let mut cart: Vec<_> = cart.collect();
        cart.sort();
        check_equal(&format!("the cart of {who}"), &cart, &self.model.cart(who))?;

        let (open, closed) = (&self.model.orders, &self.model.closed);
        if let Some((code, wanted)) = pick(rng, open) {
            let order = shop.store.order(*code).await.unwrap();
            let lines = order.lines.iter();
            let lines: BTreeMap<_, _> = lines
                .map(|line| (line.book.clone(), line.quantity.get()))
                .collect();
            check_equal(
                code,
                &(order.state, &lines),
                &(OrderState::Placed, &wanted.lines),
            )?;
        }
        if let Some((code, how)) = closed.last_key_value() {
            let wanted = random_commands::state(*how);
            check_equal(code, &shop.store.order(*code).await.unwrap().state, &wanted)?;
        }
        Ok(())
    }
}

fn check_equal<T: PartialEq + std::fmt::Debug>(
    of: &impl std::fmt::Display,
    is: &T,
    should_be: &T,
) -> Result<(), Divergence> {
    if is == should_be {
        return Ok(());
    }
    Err(Divergence(format!(
        "{of} is {is:?}, expected {should_be:?}"
    )))
}

/// Sorts the missing books, because the model lists cart lines by book and the shop by age.
fn sorted(refusal: &Refusal) -> Refusal {
    match refusal {
        Refusal::NothingToOrder { gone } => {
            let mut gone = gone.clone();
            gone.sort();
            Refusal::NothingToOrder { gone }
        }
        other => other.clone(),
    }
}

fn pick<'a, K, V>(rng: &mut StdRng, from: &'a BTreeMap<K, V>) -> Option<(&'a K, &'a V)> {
    let count = from.len();
    (count > 0).then(|| from.iter().nth(rng.random_range(0..count)).unwrap())
}
