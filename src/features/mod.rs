//! Statements into sparse rows of weighted n-grams and lexicon values.
//!
//! Imports: error, text.
//!
//! Text comes in, analysed by [`Analyzer`](crate::text::Analyzer); rows of (feature id, value) go
//! out. Document frequencies are frozen when a [`Vectorizer`] is fitted, so that a statement has the
//! same row whether it is scored alone or among a million. This room knows neither labels nor
//! targets.
//!
//! ```text
//! text -> terms -> n-grams (ngram) -> counts per row (counts) -> TF-IDF rows (weighting)
//!            \        \-> vocabulary: which n-grams have an id (vocabulary, buckets)
//!             \-> categories of the lexicon, plain, negated and in pairs (lexicon, entries)
//!
//! training texts -> what was met in them (walked) -> the n-grams of each row, by number (tally)
//! back: a row's features -> the words that they stand for (trace)
//! ```

mod borders;
mod buckets;
mod counts;
mod entries;
mod lexicon;
mod names;
mod near;
mod near_lexicon;
mod ngram;
mod numbers;
mod row;
mod table;
mod tally;
mod trace;
mod trie;
mod vectorizer;
mod vocabulary;
mod walked;
mod weighting;

pub use borders::Borders;
pub use buckets::Buckets;
pub use counts::TermCounts;
pub use lexicon::Lexicon;
pub use names::Names;
pub use ngram::{NgramParams, View};
pub use numbers::{Hashes, LittleEndian, Numbers};
pub use row::{Csr, SparseRow};
pub use trace::{Part, Trace};
pub use vectorizer::{Vectorizer, VectorizerParams, VectorizerState};
pub use vocabulary::{FeatureId, Vocabulary};
pub use weighting::{Idf, WeightingParams};
