//! Parses single cells of a list.

use std::num::NonZeroI32;

use shop::{BookField, Currency, InvalidIsbn, Isbn, LineProblem, Price};

/// The most characters of each text, the same as at the desk.
pub(super) const LONGEST_TITLE: u32 = BookField::Title.most_chars();
pub(super) const LONGEST_AUTHOR: u32 = BookField::Author.most_chars();
pub(super) const LONGEST_ALT: u32 = BookField::CoverAlt.most_chars();
pub(super) const LONGEST_DESCRIPTION: u32 = BookField::Description.most_chars();
/// The most copies of a book, and the largest change. A larger number must be a mistake.
const MOST_COPIES: u32 = 1_000_000;

/// Parses a text of one line.
pub(super) fn single_line(cell: &str, most: u32) -> Result<String, LineProblem> {
    let text = multi_line(cell, most)?;
    if text.contains('\n') {
        return Err(LineProblem::Characters);
    }
    Ok(text)
}

/// Parses a text of several lines. It is taken literally: formulas and markup are only text.
pub(super) fn multi_line(cell: &str, most: u32) -> Result<String, LineProblem> {
    let text = cell.trim().replace("\r\n", "\n").replace('\r', "\n");
    if text.chars().nth(most as usize).is_some() {
        return Err(LineProblem::TooLong { most });
    }
    // Control characters and characters that change the text direction are refused. A tab becomes a
    // space.
    let odd = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if text.chars().any(odd) {
        return Err(LineProblem::Characters);
    }
    Ok(text.replace('\t', " "))
}

pub(super) fn isbn(cell: &str) -> Result<Isbn, LineProblem> {
    // In spreadsheets, a leading apostrophe keeps a number as text.
    let digits = cell.trim().trim_start_matches('\'');
    Isbn::parse(digits).map_err(|error| match error {
        InvalidIsbn::Shape => LineProblem::Invalid,
        InvalidIsbn::Check => LineProblem::WrongDigit,
    })
}

/// Parses an amount such as `20`, `20.5`, `$1,234.50` or `20,00`, with the code or the sign of the
/// shop's currency or without.
pub(super) fn price(cell: &str, currency: Currency) -> Result<Price, LineProblem> {
    let text = currency.without_sign(cell);
    if text.starts_with(['-', '\u{2212}']) {
        return Err(LineProblem::Negative);
    }
    let (whole, decimals) = match text.rfind(['.', ',']) {
        // A comma before three digits separates thousands.
        Some(at) if text[at..].starts_with(',') && text.len() - at == 4 => (text, None),
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || !(1..=3).contains(&first.len()) {
            return Err(LineProblem::Invalid);
        }
        digits.push_str(group);
    }
    let minor = match decimals {
        None => 0,
        Some(decimals) => minor_units(decimals, currency)?,
    };
    let amount = number(&digits).and_then(|whole| {
        let whole = whole.checked_mul(currency.scale())?;
        whole.checked_add(minor)
    });
    amount.map(Price::from_cents).ok_or(LineProblem::Invalid)
}

/// Parses the digits after the decimal point. There may be fewer than the currency has: `20.5`.
fn minor_units(decimals: &str, currency: Currency) -> Result<u32, LineProblem> {
    let most = usize::from(currency.decimals());
    if decimals.is_empty() || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return Err(LineProblem::Invalid);
    }
    if decimals.len() > most {
        return Err(LineProblem::TooManyDecimals);
    }
    number(&format!("{decimals:0<most$}")).ok_or(LineProblem::Invalid)
}

/// Accepts only the shop's currency, by its code or its sign.
pub(super) fn currency(cell: &str, ours: Currency) -> Result<(), LineProblem> {
    let cell = cell.trim();
    let is_ours = cell.eq_ignore_ascii_case(ours.code()) || ours.sign() == Some(cell);
    is_ours.then_some(()).ok_or(LineProblem::OtherMoney)
}

/// Parses a change of the stock, with its sign; `None` for zero.
pub(super) fn change(cell: &str) -> Result<Option<NonZeroI32>, LineProblem> {
    let text = cell.trim();
    let (sign, digits) = match text.strip_prefix('+') {
        Some(digits) => (1, digits),
        // U+2212 is the typographic minus sign.
        None => match text.strip_prefix(['-', '\u{2212}']) {
            Some(digits) => (-1, digits),
            None if text == "0" => (1, text),
            None if number(text).is_some() => return Err(LineProblem::NoSign),
            None => return Err(LineProblem::Invalid),
        },
    };
    let copies = copies(digits)?;
    let change = i32::try_from(copies).map_err(|_| LineProblem::TooManyCopies)?;
    Ok(NonZeroI32::new(sign * change))
}

/// Parses a stock count.
pub(super) fn counted(cell: &str) -> Result<u32, LineProblem> {
    let text = cell.trim();
    match text.strip_prefix(['-', '\u{2212}']) {
        Some(digits) if number(digits).is_some() => Err(LineProblem::Negative),
        _ => copies(text),
    }
}

fn copies(digits: &str) -> Result<u32, LineProblem> {
    let digits_only = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    match number(digits) {
        Some(copies) if copies <= MOST_COPIES => Ok(copies),
        _ if digits_only => Err(LineProblem::TooManyCopies),
        _ => Err(LineProblem::Invalid),
    }
}

/// Parses a number that consists of digits only.
fn number(digits: &str) -> Option<u32> {
    let only = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    only.then(|| digits.parse().ok()).flatten()
}
