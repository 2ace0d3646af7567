//! Scores of articles by date.

use super::plots::{BLUE, FONT, INK, ORANGE, RULE, svg};
use maud::Markup;
use plotters::prelude::*;
use std::collections::BTreeSet;

/// Wide and low: what changes over time is seen along it.
const SIZE: (u32, u32) = (420, 190);
const GREEN: RGBColor = RGBColor(0x00, 0x79, 0x5a);

/// Points of one kind, each with its mark.
pub(crate) struct Series<'a> {
    place: usize,
    pub(crate) name: &'a str,
    /// Year and value.
    points: Vec<(f64, f64)>,
}

impl<'a> Series<'a> {
    /// As many as can be told apart.
    pub(crate) const MOST: usize = 3;

    pub(crate) fn new(place: usize, name: &'a str, points: Vec<(f64, f64)>) -> Self {
        Self {
            place,
            name,
            points,
        }
    }

    /// The letter that looks like its points.
    pub(crate) fn mark(&self) -> char {
        ['\u{25cf}', '\u{25b2}', '\u{d7}'][self.place % Self::MOST]
    }
}

/// Values by date, from -1 to 1 for a single series and from 0 to 1 for several.
pub(crate) fn timeline(target: &str, series: &[Series]) -> Markup {
    let all = || series.iter().flat_map(|series| &series.points);
    let from = all().map(|point| point.0).fold(f64::INFINITY, f64::min);
    let to = all().map(|point| point.0).fold(f64::NEG_INFINITY, f64::max);
    let ends = series.iter().map(|series| {
        let values = || series.points.iter().map(|point| point.1);
        let (low, high) = (
            values().fold(f64::INFINITY, f64::min),
            values().fold(f64::NEG_INFINITY, f64::max),
        );
        format!("{} from {low:.2} to {high:.2}", series.name)
    });
    let description = format!(
        "{} articles from {} to {}: {}",
        series.first().map_or(0, |series| series.points.len()),
        month(from),
        month(to),
        ends.collect::<Vec<_>>().join(", ")
    );
    let (low, ticks) = match series.len() {
        0 | 1 => (-1.0, 3),
        _ => (0.0, 3),
    };
    let room = (to - from) * 0.03;
    let is_long = to - from > 3.0;
    svg(SIZE, &format!("{target} by date"), &description, |area| {
        let mut chart = ChartBuilder::on(area)
            .margin(8)
            .margin_right(20)
            .x_label_area_size(30)
            .y_label_area_size(40)
            .build_cartesian_2d(from - room..to + room, low..1.0)
            .ok()?;
        let words = FONT.into_font().color(&INK);
        chart
            .configure_mesh()
            .disable_x_mesh()
            .axis_style(RULE)
            .bold_line_style(RULE)
            .light_line_style(TRANSPARENT)
            .label_style(words)
            .x_labels(if is_long { 5 } else { 3 })
            .y_labels(ticks)
            .x_label_formatter(&|year| match is_long {
                true => format!("{year:.0}"),
                false => month(*year),
            })
            .y_label_formatter(&|value: &f64| match series.len() {
                0 | 1 if value.abs() < 0.01 => "0".into(),
                0 | 1 => format!("{value:+.0}").replace('-', "\u{2212}"),
                _ => format!("{value:.1}"),
            })
            .draw()
            .ok()?;
        let zero = [(from - room, 0.0), (to + room, 0.0)];
        chart
            .draw_series(LineSeries::new(zero, INK.stroke_width(1)))
            .ok()?;
        for series in series {
            // Points on the same spot say no more than one.
            let mut seen = BTreeSet::new();
            let spot = |(year, value): &(f64, f64)| {
                let across = (year - from) / (to - from).max(f64::MIN_POSITIVE);
                ((across * 600.0) as i32, (value * 300.0) as i32)
            };
            for point in series
                .points
                .iter()
                .filter(|point| seen.insert(spot(point)))
            {
                let drawn = match series.place % Series::MOST {
                    0 => chart
                        .draw_series([Circle::new(*point, 4, BLUE.filled())])
                        .map(drop),
                    1 => chart
                        .draw_series([TriangleMarker::new(*point, 5, ORANGE.filled())])
                        .map(drop),
                    _ => chart
                        .draw_series([Cross::new(*point, 4, GREEN.stroke_width(2))])
                        .map(drop),
                };
                drawn.ok()?;
            }
        }
        area.present().ok()
    })
}

/// `2024-05` of a year with its part that has passed.
fn month(year: f64) -> String {
    // The first of a month must not fall back into the month before.
    let months = (year * 12.0 + 0.02).floor();
    format!(
        "{:.0}-{:02.0}",
        (months / 12.0).floor(),
        months.rem_euclid(12.0) + 1.0
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_those_of_the_calendar() {
        assert_eq!(month(2024.0), "2024-01");
        assert_eq!(month(2023.0 + 334.0 / 365.0), "2023-12");
        assert_eq!(month(2024.0 + 31.0 / 366.0), "2024-02");
    }

    #[test]
    fn a_timeline_tells_what_it_shows() {
        let series = [Series::new(
            0,
            "score",
            vec![(2023.0, -0.5), (2024.5, 0.25)],
        )];
        let svg = timeline("peace", &series).into_string();
        let label = "peace by date: 2 articles from 2023-01 to 2024-07: score from -0.50 to 0.25";
        assert!(svg.contains(label), "{svg}");
        assert_eq!(svg.matches("<circle").count(), 2);
    }
}
