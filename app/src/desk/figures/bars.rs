//! A bar chart of what was sold, drawn on the server. The table beside it is its text alternative.

use leptos::prelude::*;
use shop::Language;
use store::{SalesStep, SoldInStep};

use crate::i18n::amount;

/// The height of the highest bar, in SVG units.
const HEIGHT: u64 = 100;
/// The width of a bar, and from one bar to the next.
const BAR: usize = 8;
const STEP: usize = 10;

/// The chart, with the amount of its highest bar. `None` if nothing was sold.
pub(super) fn bar_chart(
    language: Language,
    step: SalesStep,
    steps: &[SoldInStep],
) -> Option<AnyView> {
    let highest = steps.iter().map(|one| one.cents).max().unwrap_or(0);
    // In no step did more come in than was refunded.
    if highest <= 0 {
        return None;
    }
    let highest = highest.unsigned_abs();
    let picture = format!("0 0 {} {HEIGHT}", steps.len() * STEP);
    let line = bars(steps, highest);
    let amount = amount(language, highest);
    let caption = match step {
        SalesStep::Day => say!(language, figures.bars_day, amount = amount),
        SalesStep::Week => say!(language, figures.bars_week, amount = amount),
    };
    let view = view! {
        <figure class="figures-chart">
            <svg viewBox=picture preserveAspectRatio="none" aria-hidden="true"><path d=line/></svg>
            <figcaption>{caption}</figcaption>
        </figure>
    };
    Some(view.into_any())
}

/// A bar for each step, as the `d` of an SVG path. A step with any sales has a bar that is seen.
fn bars(steps: &[SoldInStep], highest: u64) -> String {
    let drawn = steps.iter().enumerate().filter(|(_, one)| one.cents > 0);
    let bars = drawn.map(|(at, one)| {
        let cents = one.cents.unsigned_abs();
        let height = (cents.saturating_mul(HEIGHT) / highest).max(1);
        let x = at * STEP + (STEP - BAR) / 2;
        format!("M{x} {HEIGHT}v-{height}h{BAR}v{height}z")
    });
    bars.collect()
}

#[cfg(test)]
mod tests {
    use shop::Timestamp;

    use super::*;

    #[test]
    fn the_highest_bar_fills_the_height_and_none_is_invisible() {
        let steps = [500, -200, 1_000, 1].map(|cents| SoldInStep {
            start: Timestamp::default(),
            copies: 1,
            cents,
        });
        assert_eq!(
            bars(&steps, 1_000),
            "M1 100v-50h8v50zM21 100v-100h8v100zM31 100v-1h8v1z"
        );
    }

    #[test]
    fn nothing_sold_has_no_chart() {
        assert!(bar_chart(Language::English, SalesStep::Day, &[]).is_none());
    }
}
