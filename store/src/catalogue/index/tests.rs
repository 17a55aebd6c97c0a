//! An index that is updated equals one that is made anew.

use super::*;

fn line(id: i64, title: &str, price_cents: i64) -> IndexedBook {
    IndexedBook {
        id,
        title: title.to_owned(),
        author: format!("Author {}", id % 3),
        more: format!("Publisher {}", id % 5),
        isbn: (id % 2 == 0).then(|| format!("{id:013}")),
        price_cents,
        withdrawn: id % 11 == 7,
    }
}

/// Everything observable about an index.
fn seen(index: &Index) -> String {
    let ids = |slots: &[Slot]| -> Vec<i64> {
        slots
            .iter()
            .map(|s| index.entries[*s as usize].id)
            .collect()
    };
    let orders: Vec<_> = index.orders.iter().map(|order| ids(order)).collect();
    let words: Vec<_> = index
        .words
        .iter()
        .map(|(word, known)| {
            let postings = known
                .postings
                .iter()
                .map(|p| (index.entries[p.slot()].id, p.not_in_title()));
            let mut postings: Vec<_> = postings.collect();
            postings.sort_unstable();
            (word, postings)
        })
        .collect();
    format!(
        "{orders:?} {words:?} {:?}",
        index.isbns.keys().collect::<Vec<_>>()
    )
}

#[test]
fn an_updated_index_equals_a_new_one() {
    let before: Vec<IndexedBook> = (0..100)
        .map(|id| line(id, &format!("Title {}", id * 7 % 13), id % 5))
        .collect();
    let mut index = Index::default();
    index.upsert(before.clone());
    let mut after = before;
    for id in [3_usize, 50, 99, 4] {
        after[id] = line(i64::try_from(id).unwrap(), "Author of another title", 3);
        after[id].isbn = None;
        after[id].withdrawn = id == 50;
        index.upsert(vec![after[id].clone()]);
    }
    after.push(line(200, "New", 1));
    index.upsert(vec![after[100].clone()]);
    let mut anew = Index::default();
    anew.upsert(after.clone());
    assert_eq!(seen(&index), seen(&anew));
    index.upsert(after);
    assert_eq!(
        seen(&index),
        seen(&anew),
        "indexing the same books again changes nothing"
    );
}
