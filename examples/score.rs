//! Scores a statement with the default model: `cargo run --example score -- "We welcome the talks."`

#![allow(clippy::print_stdout, reason = "an example speaks")]

use detente::{Model, Result};

fn main() -> Result<()> {
    let statement = std::env::args().nth(1);
    let statement = statement.unwrap_or_else(|| "We welcome the talks on a ceasefire.".into());
    let score = Model::embedded().score(&statement);
    for target in score.targets() {
        let probability = target.probability(target.label())?;
        println!(
            "{:<12} {:<9} {probability:.2}",
            target.name(),
            target.label()
        );
    }
    Ok(())
}
