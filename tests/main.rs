//! The tests of the whole as one binary, a module for each concern.

mod abstain;
mod architecture;
#[cfg(feature = "html")]
mod article_page;
mod audit;
mod behaviour;
#[cfg(feature = "html")]
mod browser;
mod calibrate;
mod cli;
mod cli_compare;
mod cli_cross_validate;
#[cfg(feature = "encoder")]
mod cli_encoder;
mod cli_errors;
mod cli_evaluate;
mod cli_measures;
#[cfg(feature = "html")]
mod cli_page;
mod cli_reading;
mod cli_terms;
mod cli_train;
#[cfg(feature = "arrow")]
mod columnar;
mod comfort;
mod crafted_models;
mod encoder;
mod frames;
mod hostile_archives;
mod mention;
#[cfg(feature = "documents")]
mod documents;
mod default_rows;
mod language_pipelines;
mod languages;
mod limits;
mod metrics_coverage;
mod metrics_invariance;
mod metrics_reference;
mod openings;
mod properties;
mod readme;
mod real_input;
mod relations;
mod replicate;
#[cfg(feature = "html")]
mod relations_page;
#[cfg(feature = "html")]
mod report_page;
mod roundtrip;
mod run;
#[cfg(feature = "html-in")]
mod saved_pages;
#[cfg(feature = "serve")]
mod serve;
#[cfg(feature = "serve")]
mod serve_limits;
#[cfg(feature = "serve")]
mod serve_page;
mod shown;
mod shrink;
mod stacking;
mod stream;
mod study;
mod text_hygiene;
mod toy;
mod train_report;
mod who;
