//! Reads what governments say: splits an article into statements and scores each one's stance on
//! peace, on cooperation and on conflict, and its sentiment, with calibrated probabilities.
//!
//! ```
//! use detente::article::Article;
//! use detente::model::Model;
//! use detente::score::{ScoreParams, score_article};
//!
//! let text = "We welcome the ceasefire. Trade between our countries will resume next week.";
//! let article = Article::plain("example".into(), text.into());
//! let model = Model::embedded();
//! let scored = score_article(model, &mut Default::default(), article, &ScoreParams::DEFAULT);
//! assert_eq!(scored.statements.len(), 2);
//! assert_eq!(scored.statements[0].text, "We welcome the ceasefire.");
//! ```
//!
//! The modules stand in reading order. Each may import only what stands above it, and exactly what
//! its own page declares; `tests/architecture.rs` holds them to it.

#![deny(missing_docs)]

pub mod error;
pub mod file;
pub mod label;
pub mod text;
pub mod article;
pub mod corpus;
pub mod features;
pub mod linear;
pub mod metrics;
pub mod answered;
pub mod baselines;
pub mod calibrate;
pub mod model;
pub mod overlap;
pub mod aggregate;
pub mod score;
pub mod train;
pub mod evaluate;
pub mod shrink;
pub mod compare;
pub mod cross_validate;

pub mod audit;
pub mod report;
#[cfg(feature = "serve")]
pub mod serve;
pub mod cli;
