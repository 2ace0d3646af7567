//! Stance as functions of SQL, in [DataFusion](https://datafusion.apache.org).
//!
//! ```text
//! cd examples/datafusion
//! cargo run --release -- ../../datasets/diplomatic/statements.csv
//! cargo run --release -- speeches.csv "SELECT speech, avg(stance(text, 'peace')) FROM statements GROUP BY speech"
//! ```
//!
//! The rows of the CSV file are the table `statements`. Functions score on all threads of the engine; copy `stance.rs`
//! into a program of your own and register its two functions.

mod stance;

use datafusion::common::Result;
use datafusion::prelude::{CsvReadOptions, SessionContext};

const DEFAULT: &str = "SELECT register, count(*) AS n, avg(stance(text, 'peace')) AS peace, \
    avg(stance(text, 'conflict')) AS conflict FROM statements GROUP BY register ORDER BY register";

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let Some(path) = arguments.next() else {
        eprintln!("usage: detente-datafusion FILE.csv [SQL]");
        std::process::exit(2);
    };
    let query = arguments.next().unwrap_or_else(|| DEFAULT.into());
    let context = SessionContext::new();
    let model = detente::Model::embedded();
    context.register_udf(stance::stance(model.clone()));
    context.register_udf(stance::stance_label(model));
    context
        .register_csv("statements", &path, CsvReadOptions::new())
        .await?;
    context.sql(&query).await?.show().await
}
