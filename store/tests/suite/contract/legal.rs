//! The texts of the legal pages: seen by every instance, and saved by one owner at a time.

use shop::{Act, Language, LegalPage, LegalText, LegalTexts};
use store::{JournalFilter, LegalChange, LegalDocument, LegalOutcome};

use crate::contract::{
    harness::{Kind, TestShop},
    news::staff,
};

const TERMS: LegalText = LegalText {
    page: LegalPage::Terms,
    language: Language::English,
};

/// English terms with these words, and nothing else.
pub fn terms(words: &str) -> LegalTexts {
    let mut texts = LegalTexts::default();
    texts.set(TERMS, words).unwrap();
    texts
}

fn change(texts: LegalTexts, made_from: u64) -> LegalChange {
    let by = staff("ann");
    LegalChange {
        texts,
        made_from,
        by,
    }
}

pub async fn save(shop: &TestShop, texts: LegalTexts, made_from: u64) -> LegalOutcome {
    let pages = shop.store.legal_pages();
    pages.save(change(texts, made_from)).await.unwrap()
}

fn current(shop: &TestShop) -> LegalDocument {
    (*shop.store.legal_pages().current()).clone()
}

async fn until_version(shop: &TestShop, version: u64) {
    let what = "the instance should see the change";
    shop.until(what, async |shop| current(shop).version == version)
        .await;
}

/// The acts in the journal, newest first.
async fn acts(shop: &TestShop) -> Vec<Act> {
    let filter = JournalFilter::default();
    let found = shop.store.journal().entries(&filter, None, 100).await;
    let found = found.unwrap().into_iter();
    found.map(|one| one.entry.act).collect()
}

pub async fn a_legal_text_is_seen_by_every_instance_and_kept(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    assert_eq!(current(&shop), LegalDocument::default());
    let mut texts = terms("# Terms\n\n“Pay” when you collect.");
    let imprint = LegalText::named("imprint.zh-Hans").unwrap();
    texts.set(imprint, "猫头鹰书店").unwrap();
    let saved = save(&shop, texts.clone(), 0).await;
    let document = LegalDocument { version: 1, texts };
    assert_eq!(saved, LegalOutcome::Saved(document.clone().into()));
    until_version(&shop, 1).await;
    assert_eq!(current(&shop), document);
    // This changes nothing.
    let again = save(&shop, document.texts.clone(), 1).await;
    assert_eq!(again.document().version, 1);
    let texts = ["imprint.zh-Hans", "terms.en"].map(str::to_owned).to_vec();
    assert_eq!(acts(&shop).await, [Act::LegalTextsChanged { texts }]);

    let shop = shop.reopened().await;
    assert_eq!(current(&shop), document);
    shop
}

pub async fn of_two_owners_with_one_version_the_texts_of_the_first_stay(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    let pages = shop.store.legal_pages();
    let (first, second) = (change(terms("Owl"), 0), change(terms("Hare"), 0));
    let both = tokio::join!(pages.save(first), pages.save(second));
    let outcomes = [both.0.unwrap(), both.1.unwrap()];
    let is_saved = |outcome: &&LegalOutcome| matches!(outcome, LegalOutcome::Saved(_));
    assert_eq!(outcomes.iter().filter(is_saved).count(), 1, "{outcomes:?}");
    // The refused one is shown what the other has saved.
    assert_eq!(outcomes[0].document(), outcomes[1].document());

    let again = pages.save(change(terms("Heron"), 1)).await.unwrap();
    assert_eq!(again.document().texts, terms("Heron"));
    until_version(&shop, 2).await;
    assert_eq!(acts(&shop).await.len(), 2);
    shop
}

pub async fn legal_texts_of_a_later_release_are_kept(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    let later = r#"update legal_texts set document = '{"returns.en":"Within a month"}'"#;
    shop.premises.run_sql(later).await.unwrap();
    let saved = save(&shop, terms("Owl"), 0).await;
    assert!(matches!(saved, LegalOutcome::Saved(_)), "{saved:?}");
    // The constraint refuses this version, if the document is another.
    let kept = r#"update legal_texts set version = -1
        where document not like '%"returns.en":"Within a month"%'
           or document not like '%"terms.en":"Owl"%'"#;
    shop.premises.run_sql(kept).await.unwrap();
    until_version(&shop, 1).await;
    shop
}
