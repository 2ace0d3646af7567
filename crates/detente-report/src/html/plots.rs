//! Plots as SVG. Colors are those of `style.css`, which gives them their dark counterparts; no
//! meaning is carried by color alone.

use super::shapes::Shapes;
use detente_metrics::reliability::Reliability;
use detente_metrics::selective::RiskCoverage;
use maud::{Markup, PreEscaped, html};
use plotters::coord::Shift;
use plotters::prelude::*;
use std::ops::Range;

pub(super) const INK: RGBColor = RGBColor(0x10, 0x10, 0x10);
pub(super) const RULE: RGBColor = RGBColor(0xd0, 0xd0, 0xd1);
pub(super) const BLUE: RGBColor = RGBColor(0x00, 0x72, 0xb2);
pub(super) const ORANGE: RGBColor = RGBColor(0xd5, 0x5e, 0x00);
/// Width and height of a plot, near what it takes on a phone, so that its words stay readable.
pub(super) const SIZE: (u32, u32) = (380, 300);
pub(super) const FONT: (&str, i32) = ("sans-serif", 16);
/// Points of a curve at the most: more than there are pixels say nothing.
const N_POINTS: usize = 190;
/// Bars of a histogram.
const N_BARS: usize = 20;

/// A picture that fits a page: without a fixed size, with a name and a description.
pub(super) fn svg(
    size: (u32, u32),
    name: &str,
    description: &str,
    draw: impl FnOnce(&DrawingArea<Shapes, Shift>) -> Option<()>,
) -> Markup {
    let mut elements = String::new();
    {
        let area = Shapes::new(size, &mut elements).into_drawing_area();
        // Drawing into a string fails only on ranges without extent; then there is nothing to see.
        let _ = draw(&area);
    }
    html! {
        svg viewBox={ "0 0 " (size.0) " " (size.1) } role="img" aria-label={ (name) ": " (description) } {
            (PreEscaped(elements))
        }
    }
}

fn axes<'a, 'b>(
    area: &'a DrawingArea<Shapes<'b>, Shift>,
    x: Range<f64>,
    y: Range<f64>,
    names: [&str; 2],
) -> Option<
    ChartContext<
        'a,
        Shapes<'b>,
        Cartesian2d<plotters::coord::types::RangedCoordf64, plotters::coord::types::RangedCoordf64>,
    >,
> {
    let mut chart = ChartBuilder::on(area)
        .margin(8)
        .margin_right(16)
        .x_label_area_size(42)
        .y_label_area_size(56)
        .build_cartesian_2d(x, y)
        .ok()?;
    let words = FONT.into_font().color(&INK);
    chart
        .configure_mesh()
        .axis_style(INK)
        .bold_line_style(RULE)
        .light_line_style(TRANSPARENT)
        .label_style(words.clone())
        .axis_desc_style(words)
        .x_labels(6)
        .y_labels(6)
        .x_label_formatter(&|value| percent_or_score(*value))
        .y_label_formatter(&|value| percent_or_score(*value))
        .x_desc(names[0])
        .y_desc(names[1])
        .draw()
        .ok()?;
    Some(chart)
}

fn percent_or_score(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "-0" | "" => "0".into(),
        text => text.to_owned(),
    }
}

/// The accuracy of the answers in each bin of confidence: on the diagonal where confidence is true.
pub(super) fn reliability(target: &str, reliability: &Reliability) -> Markup {
    let bins: Vec<(f64, f64, u64)> = reliability
        .bins
        .iter()
        .filter_map(|bin| Some((bin.mean_confidence()?, bin.accuracy()?, bin.n_rows)))
        .collect();
    let most = bins.iter().map(|(_, _, n)| *n).max().unwrap_or(1) as f64;
    let gaps = bins
        .iter()
        .map(|(confidence, accuracy, n)| format!("{confidence:.2} is {accuracy:.2} of {n}"));
    let description = format!(
        "confidence and the share right: {}",
        gaps.collect::<Vec<_>>().join("; ")
    );
    svg(
        SIZE,
        &format!("Reliability of {target}"),
        &description,
        |area| {
            let mut chart = axes(area, 0.0..1.0, 0.0..1.0, ["confidence", "share right"])?;
            let diagonal = [(0.0, 0.0), (1.0, 1.0)];
            chart
                .draw_series(LineSeries::new(diagonal, INK.stroke_width(1)))
                .ok()?;
            for (confidence, accuracy, n) in bins {
                let gap = [(confidence, confidence), (confidence, accuracy)];
                chart
                    .draw_series(LineSeries::new(gap, ORANGE.stroke_width(2)))
                    .ok()?;
                let radius = 3.0 + 7.0 * (n as f64 / most).sqrt();
                let dot = Circle::new((confidence, accuracy), radius as i32, BLUE.filled());
                chart.draw_series([dot]).ok()?;
            }
            area.present().ok()
        },
    )
}

/// The share of wrong answers among the most confident rows.
pub(super) fn risk_coverage(target: &str, curve: &RiskCoverage) -> Markup {
    let step = curve.points.len().div_ceil(N_POINTS).max(1);
    let last = curve.points.len().saturating_sub(1);
    // A handful of the most confident rows has no rate to speak of.
    let shown = curve
        .points
        .iter()
        .enumerate()
        .filter(|(idx, point)| *idx == last || (idx % step == 0 && point.n_rows >= 10));
    let points: Vec<(f64, f64)> = shown.map(|(_, p)| (p.coverage, p.risk)).collect();
    let highest = points.iter().map(|(_, risk)| *risk).fold(0.05, f64::max);
    let at = |percent: u32| {
        let point = curve.at(percent)?;
        Some(format!("{:.2} at {percent} %", point.risk))
    };
    let parts: Vec<String> = [50, 70, 90, 100].into_iter().filter_map(at).collect();
    let description = format!("share wrong among the rows answered: {}", parts.join(", "));
    svg(
        SIZE,
        &format!("Risk and coverage of {target}"),
        &description,
        |area| {
            let names = ["share of rows answered", "share wrong"];
            let mut chart = axes(area, 0.0..1.0, 0.0..(highest * 1.1).min(1.0), names)?;
            chart
                .draw_series(LineSeries::new(points, BLUE.stroke_width(2)))
                .ok()?;
            area.present().ok()
        },
    )
}

/// A point of a learning curve.
pub(super) struct CurveDot {
    pub(super) n_train: f64,
    pub(super) value: f64,
    pub(super) interval: Option<(f64, f64)>,
}

/// A measure against the rows trained on, with intervals.
pub(super) fn learning_curve(target: &str, metric: &str, dots: &[CurveDot]) -> Markup {
    let told = dots.iter().map(|dot| {
        let interval = dot.interval.map_or(String::new(), |(low, high)| {
            format!(" [{low:.2}, {high:.2}]")
        });
        format!("{:.2}{interval} from {:.0} rows", dot.value, dot.n_train)
    });
    let description = format!("{metric}: {}", told.collect::<Vec<_>>().join("; "));
    let ends = |dot: &CurveDot| dot.interval.unwrap_or((dot.value, dot.value));
    let low = dots.iter().map(|dot| ends(dot).0).fold(1.0, f64::min);
    let high = dots.iter().map(|dot| ends(dot).1).fold(0.0, f64::max);
    let most = dots.iter().map(|dot| dot.n_train).fold(1.0, f64::max);
    let range = (10.0 * low).floor() / 10.0..((10.0 * high).ceil() / 10.0).min(1.0);
    svg(
        SIZE,
        &format!("Learning curve of {target}"),
        &description,
        |area| {
            let mut chart = axes(area, 0.0..1.05 * most, range, ["rows trained on", metric])?;
            for dot in dots {
                let (low, high) = ends(dot);
                let bar = [(dot.n_train, low), (dot.n_train, high)];
                chart
                    .draw_series(LineSeries::new(bar, ORANGE.stroke_width(2)))
                    .ok()?;
            }
            let line = dots.iter().map(|dot| (dot.n_train, dot.value));
            chart
                .draw_series(LineSeries::new(line.clone(), BLUE.stroke_width(2)))
                .ok()?;
            let marks = line.map(|place| Circle::new(place, 4, BLUE.filled()));
            chart.draw_series(marks).ok()?;
            area.present().ok()
        },
    )
}

/// One histogram for each gold label under the other, over a common axis.
pub(super) fn distributions(
    target: &str,
    axis: &str,
    range: Range<f64>,
    scores: &[(String, Vec<f64>)],
) -> Markup {
    let height = 70 * scores.len() as u32 + 46;
    let means = scores.iter().filter(|(_, scores)| !scores.is_empty());
    let means = means.map(|(label, scores)| {
        let mean = scores.iter().sum::<f64>() / scores.len() as f64;
        format!("{label} {mean:.2} on average over {}", scores.len())
    });
    let description = format!(
        "{axis} by gold label: {}",
        means.collect::<Vec<_>>().join("; ")
    );
    svg(
        (SIZE.0, height),
        &format!("Scores of {target}"),
        &description,
        |area| {
            let width = (range.end - range.start) / N_BARS as f64;
            for (idx, (label, scores)) in scores.iter().enumerate() {
                let mut counts = [0_usize; N_BARS];
                for score in scores {
                    let bar = ((score - range.start) / width) as usize;
                    counts[bar.min(N_BARS - 1)] += 1;
                }
                let most = counts.iter().copied().max().unwrap_or(0).max(1) as f64;
                let top = 70 * idx as u32;
                let panel = area.clone().shrink((0, top), (SIZE.0, 70));
                let mut chart = ChartBuilder::on(&panel)
                    .margin_left(8)
                    .margin_right(16)
                    .margin_top(20)
                    .build_cartesian_2d(range.clone(), 0.0..1.0)
                    .ok()?;
                let bars = counts.iter().enumerate().map(|(bar, count)| {
                    let left = range.start + bar as f64 * width;
                    let right = left + 0.85 * width;
                    Rectangle::new([(left, 0.0), (right, *count as f64 / most)], BLUE.filled())
                });
                chart.draw_series(bars).ok()?;
                let base = [(range.start, 0.0), (range.end, 0.0)];
                chart
                    .draw_series(LineSeries::new(base, INK.stroke_width(1)))
                    .ok()?;
                let words = FONT.into_font().color(&INK);
                let name = format!("gold: {label} (n = {})", scores.len());
                panel.draw(&Text::new(name, (8, 4), words)).ok()?;
            }
            let words = FONT.into_font().color(&INK);
            let ticks = 4;
            for tick in 0..=ticks {
                let share = f64::from(tick) / f64::from(ticks);
                let value = percent_or_score(range.start + share * (range.end - range.start));
                let inside = f64::from(SIZE.0) - 24.0;
                let offset = 4.0 * value.len() as f64;
                let x = (8.0 + share * inside - offset).max(2.0) as i32;
                let place = (x, height as i32 - 42);
                area.draw(&Text::new(value, place, words.clone())).ok()?;
            }
            let x = SIZE.0 as i32 / 2 - 7 * axis.len() as i32 / 2;
            area.draw(&Text::new(axis.to_owned(), (x, height as i32 - 20), words))
                .ok()?;
            area.present().ok()
        },
    )
}
