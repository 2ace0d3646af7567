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
//! the thread's own: numbers of words (word_cache), counts (feature_counts), both filled in by lookup
//! back: a row's features -> the words that they stand for (trace)
//! ```

mod view;
mod place;
mod ngram;
mod near;
mod visit;
mod numbers;
mod table;
mod row;
mod names;
mod trie;
mod lexicon_match;
mod near_lexicon;
mod lexicon;
mod lexicon_matcher;
mod borders;
mod weighting;
mod buckets;
mod vocabulary;
mod word_cache;
mod feature_counts;
mod bucket_names;
mod lookup;
mod vectorizer;
mod trace;

pub use borders::Borders;
pub use buckets::Buckets;
pub use lexicon::Lexicon;
pub use lexicon_matcher::{LexiconMatcher, PatternRange};
pub use names::Names;
pub use ngram::{
    NgramParams, NgramSink, char_ngrams, join, near_char_hash, negated_name, word_hash,
};
pub use numbers::{Hashes, LittleEndian, Numbers};
pub use place::Place;
pub use row::{FeatureId, NO_FEATURE, SparseRow};
pub use table::{HashList, HashTable};
pub use trace::{Part, Trace};
pub use vectorizer::{Vectorizer, VectorizerParams, VectorizerState};
pub use view::View;
pub use visit::visit;
pub use vocabulary::Vocabulary;
pub use weighting::{Idf, WeightingParams};
