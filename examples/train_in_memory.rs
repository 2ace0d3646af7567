//! Trains on rows from memory, saves the model, and reads it again.

#![allow(clippy::print_stdout, reason = "an example speaks")]

use detente::{Dataset, Model, Result, Row, Trainer};

fn main() -> Result<()> {
    let rows = (0..120).map(|n| {
        let (text, label) = match n % 3 {
            0 => (format!("We welcome proposal {n} for a truce."), "favor"),
            1 => (format!("We reject proposal {n} for a truce."), "against"),
            _ => (
                format!("The committee adjourned at {n} minutes past noon."),
                "none",
            ),
        };
        Row::new(text, "truce", label).document(format!("speech {}", n / 6))
    });
    let data = Dataset::from_rows(rows)?;
    let fit = Trainer::new().folds(5).seed(42).name("truce").fit(&data)?;
    println!("{}", fit.report);

    let path = std::env::temp_dir().join("truce.detente");
    fit.model.write(&path)?;
    let score = Model::read(&path)?.score("We reject the latest proposal.");
    println!(
        "{} {:+.2}",
        score.target("truce")?.label(),
        score.target("truce")?.stance().unwrap_or(0.0)
    );
    Ok(())
}
