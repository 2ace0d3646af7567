//! A target of one's own: any labels, several targets at once, rows that count more than others.

#![allow(clippy::print_stdout, reason = "an example speaks")]

use detente::{Dataset, DecisionMetric, Result, Row, Trainer};

fn main() -> Result<()> {
    let rows = (0..90).flat_map(|n| {
        let (text, trade, tone) = match n % 3 {
            0 => (
                format!("Exports of wheat rose by {n} per cent."),
                "up",
                "good",
            ),
            1 => (
                format!("Exports of wheat fell by {n} per cent."),
                "down",
                "bad",
            ),
            _ => (format!("The harbour has {n} cranes."), "other", "plain"),
        };
        [
            Row::new(text.clone(), "trade", trade),
            Row::new(text, "tone", tone).weight(1.0),
        ]
    });
    let data = Dataset::from_rows(rows)?;
    let fit = Trainer::new()
        .decision_metric(DecisionMetric::MacroF1)
        .fit(&data)?;
    for target in fit.model.score("Exports fell again in June.").targets() {
        println!("{}: {}", target.name(), target.label());
    }
    Ok(())
}
