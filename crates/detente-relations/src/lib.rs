//! How parties stand to each other over time.
//!
//! Scored articles come in, in any number; out go pairs of a holder and a counterpart, each with its series of scores
//! by
//! period, their intervals and turning points, and the statements behind them ([`Relations`]). [`Contrast`] says in
//! what
//! groups of articles differ, [`Watch`] whether a pair's tone has turned.
//!
//! ```text
//! ScoredArticle -> rows (statement_row.rs): a holder, a counterpart, a statement
//!   -> near-duplicates left out             duplicates.rs
//!   -> sums by pair, period and article     ledger.rs, period.rs
//!   -> series with intervals                series.rs    articles are drawn anew, whole
//!   -> turning points                       turning.rs   permutations of the articles
//! ```
//!
//! Memory grows with pairs, periods and articles, not with the text: of each pair and period a few statements are kept.

#![deny(missing_docs)]

mod period;
mod duplicates;
mod statement_row;
mod params;
mod article_sums;
mod turning;
mod series;
mod ledger;
mod words;
mod contrast;
mod watch;

pub use contrast::{Contrast, ContrastParams, GroupDifference, WordDifference};
pub use duplicates::Repeats;
pub use ledger::{Pair, Relations};
pub use params::RelationsParams;
pub use period::Period;
pub use series::{Point, Series};
pub use statement_row::{StatementRow, measures_of, statement_rows};
pub use turning::TurningPoint;
pub use watch::{Alarm, Direction, ToneRule, Watch};
