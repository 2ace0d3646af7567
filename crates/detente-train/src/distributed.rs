//! Training on rows in many places: the optimum of all of them, whatever carries which.
//!
//! ```text
//! executors                                     driver
//! texts -> hashed rows (shard)
//! shards -> counts, rows held out (tally)   ->  sum of tallies -> what is known before (problem)
//! shards, request -> loss, gradient or      <-  request: parameters, a direction (training)
//!   product with the Hessian (work)         ->  sum of answers -> a Newton step (descent)
//!                                               ... until every head is fitted at every strength
//!                                               rows held out -> strength, stack, temperature -> model (assembled)
//! ```
//!
//! Sums are of whole numbers (exact_sum), so that they do not depend on their order: one part or many, the model has
//! the same bytes. Executors keep nothing that a training needs; who dies is asked again. An answer counts the rows it
//! is of, so that none is lost and none counts twice. The engine that carries parts is not here: [`train_parts`] is one
//! of threads, and everything between driver and executor has bytes.
//!
//! # Example
//! ```
//! use detente_train::distributed::{DistributedParams, Plan, PlanParams, Shard, TrainingRow, train_parts};
//!
//! let labels = vec![("peace".to_owned(), vec!["favor".to_owned(), "against".to_owned()])];
//! let plan = Plan::new(PlanParams { log2_buckets: 18, labels, ..PlanParams::DEFAULT })?;
//! let texts: Vec<(String, &str)> = (0..400)
//!     .map(|at| match at % 2 {
//!         0 => (format!("We welcome the talks in town {at}."), "favor"),
//!         _ => (format!("We will fight on in town {at}."), "against"),
//!     })
//!     .collect();
//! let part = |texts: &[(String, &str)]| -> Result<Vec<Shard>, _> {
//!     let labels: Vec<[Option<&str>; 1]> = texts.iter().map(|(_, label)| [Some(*label)]).collect();
//!     let rows: Vec<TrainingRow> = (texts.iter().zip(&labels))
//!         .map(|((text, _), labels)| TrainingRow { text, group: None, weight: 1.0, labels })
//!         .collect();
//!     plan.shard(&rows).map(|shard| vec![shard])
//! };
//! let parts = [part(&texts[..100])?, part(&texts[100..])?];
//! let (model, log) = train_parts(plan, DistributedParams::default(), &parts, |_| ())?;
//! assert_eq!(model.target_names(), ["peace"]);
//! assert_eq!(log.n_rows, 400);
//! # Ok::<(), detente_train::Error>(())
//! ```
//!
//! # References
//! Zhuang, Chin, Juan and Lin 2015, Distributed Newton Methods for Regularized Logistic Regression; Demmel and Nguyen
//! 2013, Fast Reproducible Floating-Point Summation.

mod exact_sum;
mod wire;
mod plan;
mod shard;
mod tally;
mod request;
mod work;
mod descent;
mod distributed_params;
mod problem;
mod assembled;
mod training;
mod local;

pub use assembled::DistributedLog;
pub use distributed_params::DistributedParams;
pub use local::{answer, tally, train_parts};
pub use plan::{Plan, PlanParams};
pub use request::{Answer, Request};
pub use shard::{Shard, TrainingRow};
pub use tally::Tally;
pub use training::Training;
pub use work::Work;
