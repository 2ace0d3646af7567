//! Measures the default model on the test rows of this repository, by document.

#![allow(clippy::print_stdout, reason = "an example speaks")]

use detente::{Dataset, LayoutParams, Model, Result};

fn main() -> Result<()> {
    let layout = LayoutParams::wide(["peace", "cooperation", "conflict", "sentiment"])
        .with_group("document")
        .with_filter("split", "test");
    let test = Dataset::from_csv("datasets/diplomatic/statements.csv", &layout)?;
    let report = Model::embedded().evaluate(&test)?;
    println!("{report}");

    let f_avg = report.target("peace")?.f_avg;
    println!(
        "F avg on peace: {:?}, 95 % interval {:?}",
        f_avg.value, f_avg.interval
    );
    Ok(())
}
