//! The sample catalogue of a new shop.

/// A book of the opening catalogue, with its opening stock.
#[derive(Debug, Clone, Copy)]
pub struct NewBook {
    /// The book's slug: a valid [`shop::Slug`].
    pub slug: &'static str,
    /// The title.
    pub title: &'static str,
    /// The author.
    pub author: &'static str,
    /// The book's ISBN, if it has one: a valid [`shop::Isbn`].
    pub isbn: Option<&'static str>,
    /// A paragraph for the book's page.
    pub description: &'static str,
    /// A description of the cover's picture.
    pub cover_alt: &'static str,
    /// The price of a copy in US cents.
    pub price_cents: u32,
    /// The opening stock.
    pub copies: u32,
}

/// The opening catalogue, in order. These books are invented, and so are their ISBNs: at the time
/// of writing no publisher has been assigned a number that begins with 979-9.
#[must_use]
pub fn opening_catalogue() -> &'static [NewBook] {
    &CATALOGUE
}

const CATALOGUE: [NewBook; 8] = [
    NewBook {
        slug: "definitive-guide-to-the-internet",
        title: "The Definitive Guide to the Internet",
        author: "Anonymous",
        isbn: Some("9799999000078"),
        description: "Everything there is to know about it, in one volume, by somebody \
            who would rather not say. From the first wire to the last comment thread, with \
            a chapter on why the page you want is always the one that has just moved. All of it, \
            including the cats.",
        cover_alt: "On bookcloth red, a cat coiled from network cable, with one green and one amber eye, its tail running off into a tangle that ends in a plug",
        price_cents: 2_000,
        copies: 10,
    },
    NewBook {
        slug: "the-lighthouse-keepers-almanac",
        title: "The Lighthouse Keeper’s Almanac",
        author: "Ines Calloway",
        isbn: Some("9799999000146"),
        description: "Three hundred and sixty-five evenings on a rock with one lamp, kept \
            as a diary of weather, ships and soup. The last keeper of a light that is now \
            switched by telephone writes down what the switch cannot see.",
        cover_alt: "A red-and-white lighthouse at night, its beam pointing like a clock hand at the full moon in an arc of twelve moon phases",
        price_cents: 2_400,
        copies: 6,
    },
    NewBook {
        slug: "small-hours",
        title: "Small Hours",
        author: "Tomas Verhoeven",
        isbn: Some("9799999000214"),
        description: "One night in one city, told by everyone who is awake in it: a baker, \
            a nurse, two people on a bridge, and a man who has lost the key to his own front \
            door. By six in the morning they have all met, and none of them knows it.",
        cover_alt: "A lone walker in a red coat in a round pool of lamplight, whose two long shadows are the hands of a clock at 3:35",
        price_cents: 1_650,
        copies: 14,
    },
    NewBook {
        slug: "a-short-history-of-tea-and-rain",
        title: "A Short History of Tea and Rain",
        author: "Priya Raman",
        isbn: Some("9799999000283"),
        description: "Where the one falls, the other grows. A walk up through the hills, \
            down through four centuries, and home along the gutters, by a writer who has \
            never once been on time and never once been dry.",
        cover_alt: "An upturned teacup with a crook handle serves as an umbrella in the rain, above a flood of tea",
        price_cents: 1_800,
        copies: 9,
    },
    NewBook {
        slug: "maps-of-places-that-moved",
        title: "Maps of Places That Moved",
        author: "Odile Brandt",
        isbn: Some("9799999000351"),
        description: "Islands that drifted, villages carried uphill stone by stone, a river \
            that changed its country overnight. Forty maps, each drawn twice, and the story \
            of what happened in between.",
        cover_alt: "A folded sea chart on which an island, and the word “Moved”, have slid away from their dashed outlines",
        price_cents: 3_200,
        copies: 3,
    },
    NewBook {
        slug: "bread-for-eleven-people",
        title: "Bread for Eleven People",
        author: "Salvo Mancuso",
        isbn: Some("9799999000429"),
        description: "Recipes from a house in which there were always ten at table and \
            somebody at the door. Long doughs, short instructions, and the right answer to \
            the question of what to do with the heel of the loaf.",
        cover_alt: "Two upright loaves on mustard yellow form the number 11, with eleven cuts in their crusts",
        price_cents: 2_800,
        copies: 5,
    },
    NewBook {
        slug: "the-night-train-to-anywhere",
        title: "The Night Train to Anywhere",
        author: "Hana Kobayashi",
        isbn: Some("9799999000498"),
        description: "She buys a ticket with no destination printed on it and gets the lower \
            bunk. A novel in eleven stations, about sleeping badly, waking up elsewhere, and \
            the people one tells the truth to because one will never see them again.",
        cover_alt: "A lit teal train winds through violet hills and climbs off the horizon across a salmon moon",
        price_cents: 1_500,
        copies: 12,
    },
    NewBook {
        slug: "birds-seen-from-a-desk",
        title: "Birds Seen from a Desk",
        author: "Ruth Oyelaran",
        isbn: Some("9799999000566"),
        description: "A year of looking out of the window instead of working. Nineteen kinds, \
            none of them rare, drawn in the margins of unpaid invoices with great accuracy \
            and no regret.",
        cover_alt: "Two birds, their beaks like pen nibs, perched on a yellow pencil, while open books fly past like gulls",
        price_cents: 2_100,
        copies: 1,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_and_isbns_are_valid_and_unique() {
        let mut seen = std::collections::HashSet::new();
        for book in opening_catalogue() {
            assert!(shop::Slug::parse(book.slug).is_ok(), "{}", book.slug);
            let isbn = shop::Isbn::parse(book.isbn.unwrap()).unwrap();
            assert!(isbn.as_str().starts_with("9799") && seen.insert(isbn));
        }
    }

    #[test]
    fn the_first_book_is_the_definitive_guide_with_ten_copies() {
        let first = opening_catalogue()[0];
        assert_eq!(first.slug, "definitive-guide-to-the-internet");
        assert_eq!(
            (first.author, first.price_cents, first.copies),
            ("Anonymous", 2_000, 10)
        );
    }
}
