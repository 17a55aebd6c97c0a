//! The island of the announcements: each is shown until its end.

use from_json::FromJson;
use leptos::prelude::*;
use serde::Serialize;
use shop::{Announcement, News, Timestamp};

use crate::{
    browser::{changing_text::html_text, islands, shop_clock::ShopClock},
    i18n::{current_language, lang_attribute::lang_attribute},
    live::Live,
};

/// The props of the island: the announcements in force, and the time of rendering.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, FromJson)]
pub(crate) struct AnnouncementsProps {
    pub(crate) news: News,
    pub(crate) now: Timestamp,
}

islands! {
    /// The announcements, at the top of every page.
    announcements(AnnouncementsProps) => view,
}

/// The announcements by their position on the page. A free position is `None`.
type Places = Vec<Option<Announcement>>;

/// A live region with the announcements in force. Screen readers read each out once.
///
/// For that, the element exists before there are any announcements, and each announcement keeps its
/// position until it ends, even when one above it ends first.
fn view(AnnouncementsProps { news, now }: AnnouncementsProps) -> impl IntoView {
    let language = current_language();
    let announced = expect_context::<Live>().follow_news(news);
    let clock = ShopClock::new(
        move || now,
        move || announced.with(|news| news.as_ref().is_some_and(|news| !news.items.is_empty())),
    );
    let places = Memo::new(move |before: Option<&Places>| {
        let ticked = clock.now();
        // Hydration expects what the server rendered, so the first run uses the time of rendering.
        let (before, at) = before.map_or((&[][..], now), |before| (before.as_slice(), ticked));
        announced.with(|news| match news {
            Some(news) => arrange(before, &news.items, at),
            None => Vec::new(),
        })
    });
    let shown = move || {
        let places = places.get().into_iter().map(|place| {
            let text: String = place.map_or_else(String::new, |shown| shown.text.into());
            let (lang, free) = (lang_attribute(language, &text), text.is_empty());
            view! {
                <p dir="auto" lang=lang hidden=free inner_html=html_text(text)></p>
            }
        });
        places.collect::<Vec<_>>()
    };
    view! {
        <div class="news" role="status" aria-live="polite" aria-atomic="false">
            {shown}
        </div>
    }
}

/// The announcements in force now: known ones keep their position, new ones take the first free.
fn arrange(before: &[Option<Announcement>], announced: &[Announcement], now: Timestamp) -> Places {
    let in_force = || announced.iter().filter(|item| now < item.until);
    let shows = |place: &Option<Announcement>, item: &Announcement| {
        place.as_ref().is_some_and(|shown| shown.id == item.id)
    };
    let mut places: Places = before
        .iter()
        .map(|place| in_force().find(|item| shows(place, item)).cloned())
        .collect();
    for item in in_force() {
        if places.iter().any(|place| shows(place, item)) {
            continue;
        }
        match places.iter_mut().find(|place| place.is_none()) {
            Some(free) => *free = Some(item.clone()),
            None => places.push(Some(item.clone())),
        }
    }
    while places.last().is_some_and(Option::is_none) {
        places.pop();
    }
    places
}

#[cfg(test)]
mod tests {
    use shop::AnnouncementId;

    use super::*;

    fn item(number: u64, until: u64) -> Announcement {
        Announcement {
            id: AnnouncementId::from_number(number),
            text: format!("no. {number}").parse().unwrap(),
            until: Timestamp::from_millis(until),
        }
    }

    fn shown(places: &Places) -> Vec<u64> {
        let places = places.iter();
        let numbers = places.map(|place| place.as_ref().map_or(0, |shown| shown.id.number()));
        numbers.collect()
    }

    #[test]
    fn an_announcement_disappears_exactly_at_its_end() {
        let announced = [item(1, 5_000), item(2, 9_000)];
        let at = |millis| shown(&arrange(&[], &announced, Timestamp::from_millis(millis)));
        assert_eq!(at(4_999), [1, 2]);
        assert_eq!(at(5_000), [2]);
        assert!(at(9_000).is_empty());
    }

    /// If its position changed, a screen reader would read it out again.
    #[test]
    fn an_announcement_keeps_its_position() {
        let now = Timestamp::from_millis(1);
        let [one, two, three, four] = [1, 2, 3, 4].map(|number| item(number, 9));
        let mut places = arrange(&[], &[one.clone(), two.clone(), three.clone()], now);
        assert_eq!(shown(&places), [1, 2, 3]);
        for (announced, expected) in [
            (vec![two.clone(), three.clone()], vec![0, 2, 3]),
            (vec![two.clone(), three, four.clone()], vec![4, 2, 3]),
            (vec![two.clone(), four], vec![4, 2]),
            (vec![two], vec![0, 2]),
            (vec![], vec![]),
            (vec![one], vec![1]),
        ] {
            places = arrange(&places, &announced, now);
            assert_eq!(shown(&places), expected);
        }
    }
}
