//! Statements into sparse rows of weighted n-grams and lexicon values.
//!
//! Text comes in, analysed by [`Analyzer`](detente_text::Analyzer); rows of (feature id, value) go
//! out. Document frequencies are frozen when a [`Vectorizer`] is fitted, so that a statement has the
//! same row whether it is scored alone or among a million. This room knows neither labels nor
//! targets.
//!
//! ```text
//! text -> terms -> n-grams (ngram) -> TF-IDF row (vectorizer, weighting)
//!            \        \-> vocabulary: which n-grams have an id (vocabulary, buckets)
//!             \-> categories of the lexicon, plain, negated and in pairs (lexicon, lexicon_matcher)
//!
//! back: a row's features -> the words that they stand for (trace)
//! ```

mod borders;
mod buckets;
mod lexicon;
mod lexicon_matcher;
mod names;
mod near;
mod near_lexicon;
mod ngram;
mod numbers;
mod row;
mod table;
mod trace;
mod trie;
mod vectorizer;
mod vocabulary;
mod weighting;

pub use borders::Borders;
pub use buckets::Buckets;
pub use lexicon::Lexicon;
pub use lexicon_matcher::{LexiconState, PatternRange};
pub use names::Names;
pub use near::Place;
pub use ngram::{
    NgramParams, NgramSink, View, char_ngrams, join, near_char_hash, negated_name, visit, word_hash,
};
pub use numbers::{Hashes, LittleEndian, Numbers};
pub use row::SparseRow;
pub use table::{HashList, HashTable};
pub use trace::{Part, Trace};
pub use vectorizer::{Vectorizer, VectorizerParams, VectorizerState};
pub use vocabulary::{FeatureId, NO_FEATURE, Vocabulary};
pub use weighting::{Idf, WeightingParams};
