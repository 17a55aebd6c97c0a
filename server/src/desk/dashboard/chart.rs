//! Draws a line chart as the `d` attribute of an SVG path.

use std::fmt::Write;

use app::desk::dashboard::{CHART_HEIGHT, CHART_WIDTH};

/// The y coordinates of zero and of the largest value. Both leave room for the width of the line.
const FLOOR: f64 = CHART_HEIGHT as f64 - 1.0;
const CEILING: f64 = 1.0;

/// Draws the newest value at the right edge, and each older one a step further left. There is room
/// for `most` values. Zero is at the bottom, the largest value at the top. An unknown value is a
/// gap.
pub(super) fn line(values: &[Option<u64>], most: usize) -> String {
    let step = f64::from(CHART_WIDTH) / most.saturating_sub(1).max(1) as f64;
    let top = values.iter().flatten().max().copied().unwrap_or(0).max(1);
    let mut line = String::new();
    let mut drawing = false;
    for (at, value) in values.iter().enumerate() {
        let Some(value) = value else {
            drawing = false;
            continue;
        };
        let same = |other: Option<&Option<u64>>| other.is_none_or(|other| *other == Some(*value));
        // A point in the middle of a level stretch is left out.
        if drawing && at + 1 < values.len() && same(values.get(at - 1)) && same(values.get(at + 1))
        {
            continue;
        }
        let x = f64::from(CHART_WIDTH) - step * (values.len() - 1 - at) as f64;
        let y = FLOOR - (FLOOR - CEILING) * (*value as f64 / top as f64);
        let pen = if drawing { 'L' } else { 'M' };
        let _ = write!(line, "{pen}{x:.1} {y:.1}");
        // A single point is drawn as a dot.
        let alone = values.get(at + 1).is_none_or(Option::is_none);
        if !drawing && alone {
            line.push_str("h0");
        }
        drawing = true;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_value_is_at_the_right_and_the_largest_at_the_top() {
        assert_eq!(
            line(&[Some(0), Some(10), Some(5)], 3),
            "M0.0 47.0L180.0 1.0L360.0 24.0"
        );
        assert_eq!(line(&[Some(3)], 361), "M360.0 1.0h0");
        assert_eq!(line(&[], 361), "");
    }

    #[test]
    fn a_level_stretch_has_two_ends_and_nothing_between() {
        let mut values = vec![Some(0); 300];
        assert_eq!(line(&values, 361), "M61.0 47.0L360.0 47.0");
        values[298] = Some(4);
        assert_eq!(
            line(&values, 361),
            "M61.0 47.0L358.0 47.0L359.0 1.0L360.0 47.0"
        );
    }

    #[test]
    fn an_unknown_value_is_a_gap() {
        let values = [Some(1), Some(1), None, Some(1), None];
        assert_eq!(line(&values, 361), "M356.0 1.0L357.0 1.0M359.0 1.0h0");
    }
}
