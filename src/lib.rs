//! Reads what governments say: splits an article into statements and scores each one's **stance on peace, on
//! cooperation and on conflict** (favor / against / none) and its **sentiment**, with calibrated probabilities.
//!
//! # In five lines
//! ```
//! # fn main() -> detente::Result<()> {
//! # let texts = |n: usize| match n % 2 {
//! #     0 => (format!("We welcome proposal {n}."), "peace", "favor"),
//! #     _ => (format!("We reject proposal {n}."), "peace", "against"),
//! # };
//! # let rows = (0..60).map(texts);
//! # let test = Dataset::from_rows((100..120).map(texts))?;
//! use detente::{Dataset, Model, Trainer};
//!
//! let score = Model::embedded().score("We welcome the talks.");
//! println!("{} {:.2}", score.target("peace")?.label(), score.target("peace")?.probability("favor")?);
//! let data = Dataset::from_rows(rows)?;                    // rows of (text, target, label)
//! let fit = Trainer::new().folds(5).seed(42).fit(&data)?;  // fit.model and fit.report
//! println!("{}", fit.model.evaluate(&test)?);              // the report; it implements `Serialize` too
//! # Ok(())
//! # }
//! ```
//!
//! # Score
//! The default model is part of the library. A score is asked for by the target's name.
//!
//! ```
//! use detente::Model;
//!
//! let model = Model::embedded();
//! let score = model.score("We welcome the talks on a ceasefire.");
//! let peace = score.target("peace")?;
//! assert_eq!(peace.label(), "favor");
//! assert!(peace.probability("favor")? > 0.5);
//! assert!(peace.stance() > Some(0.5)); // P(favor) - P(against)
//! # Ok::<(), detente::Error>(())
//! ```
//!
//! [`Model::score_all`] scores many statements on all threads, [`Model::score_article`] splits an article into
//! statements first, [`Model::explain`] says which words moved a label.
//!
//! # Train
//! A [`Dataset`] holds labelled rows, from memory or from files; a [`Trainer`] makes a model of them. Targets and
//! labels are free: `favor`, `against` and `none` make a *stance* target, any other labels a *class* target.
//!
//! ```
//! use detente::{Dataset, Trainer};
//!
//! let rows = (0..60).map(|n| match n % 3 {
//!     0 => (format!("Exports rose by {n} per cent."), "trade", "up"),
//!     1 => (format!("Exports fell by {n} per cent."), "trade", "down"),
//!     _ => (format!("The committee met for {n} minutes."), "trade", "other"),
//! });
//! let data = Dataset::from_rows(rows)?;
//! let fit = Trainer::new().folds(3).seed(42).strength(1.0).fit(&data)?;
//! assert_eq!(fit.model.score("Exports fell again.").target("trade")?.label(), "down");
//! println!("{}", fit.report); // how right it is on rows it did not learn from
//! # Ok::<(), detente::Error>(())
//! ```
//!
//! # Measure
//! Every measure comes with an interval, resampled by document. A report can be printed, serialised, or asked.
//!
//! ```no_run
//! use detente::{Dataset, LayoutParams, Model};
//!
//! let layout = LayoutParams::wide(["peace", "conflict"]).with_group("document");
//! let test = Dataset::from_csv("test.csv", &layout)?;
//! let report = Model::read("my.detente")?.evaluate(&test)?;
//! println!("{report}");
//! let f_avg = report.target("peace")?.f_avg;
//! println!("{:?}, 95 % interval {:?}", f_avg.value, f_avg.interval);
//! # Ok::<(), detente::Error>(())
//! ```
//!
//! # Promises
//! The same text always gets the same score, alone or among a million. The same rows, settings and seed give the same
//! model, byte for byte, on any number of threads. [`Model`] is `Send + Sync`, and scoring takes `&self`.
//!
//! # What is behind the front door
//! Each part is a crate of its own, re-exported here as a module: [`text`] (statements, tokens, terms), [`model`]
//! (scores, explanations, the file format), [`metrics`], [`data`] (files, articles, labelled rows), [`train`],
//! [`score`](mod@score) (articles), [`eval`] (evaluate, compare, cross-validate, audit), [`report`] (records, tables,
//! pages), [`actors`] (parties, quotations, who holds a stance toward whom), [`relations`] (pairs over time), and with
//! the feature `serve` `server`. `detente-model` alone is what a browser or an executor of a cluster
//! needs: it opens no file and starts no thread.
//!
//! # Cargo features
//! | feature | default | what it brings |
//! | --- | --- | --- |
//! | `cli` | yes | the program `detente`; a library does without: `default-features = false` |
//! | `html` | yes | pages of articles and of evaluations |
//! | `html-in` | yes | saved web pages as inputs |
//! | `serve` | yes | `detente serve` |
//! | `arrow` | no | Parquet and Arrow files, in and out |
//! | `encoder` | no | sentence encoders of the BERT kind (`encoder::Encoder`), for `Trainer` and `Model` |

#![deny(missing_docs)]

/// The command line, which the program and the Python wheel run. It is no part of the library's interface.
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
mod dataset;
mod error;
mod evaluation_report;
mod scorer;
mod statement_score;
mod trainer;

pub use dataset::Dataset;
#[doc(inline)]
pub use detente_data::corpus::LabelledText as Row;
pub use detente_data::corpus::LayoutParams;
pub use detente_text::Language;
pub use detente_train::DecisionMetric;
pub use detente_train::linear::Learner;
pub use error::{Error, ErrorKind, Result};
pub use evaluation_report::Report;
pub use scorer::Model;
pub use statement_score::{Score, TargetScore};
pub use trainer::{Fit, Trainer};

pub use detente_actors as actors;
pub use detente_data as data;
#[cfg(feature = "encoder")]
pub use detente_encoder as encoder;
pub use detente_eval as eval;
pub use detente_metrics as metrics;
pub use detente_model as model;
pub use detente_relations as relations;
pub use detente_report as report;
pub use detente_score as score;
#[cfg(feature = "serve")]
pub use detente_server as server;
pub use detente_text as text;
pub use detente_train as train;
