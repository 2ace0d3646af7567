//! The tests of the whole as one binary, a module for each concern.

mod abstain;
mod architecture;
mod audit;
mod behaviour;
mod cli;
mod cli_errors;
mod cli_evaluate;
mod cli_train;
mod metrics_coverage;
mod metrics_invariance;
mod metrics_reference;
mod properties;
mod readme;
mod real_input;
mod roundtrip;
mod run;
mod toy;
