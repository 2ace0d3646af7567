//! Which n-grams have a feature id.

use super::lexicon::Lexicon;
use super::ngram::View;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The number of a feature: its place in the vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeatureId(pub u32);

/// Known n-grams by the 64-bit XXH3 of their text. Ids go by view, then from common to rare in
/// training, then by hash, so that they depend on nothing but the texts.
///
/// Two n-grams of a model share a hash with a chance below 3 in 100 million at a million features.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    hashes: Vec<u64>,
    names: Vec<String>,
    n_word: usize,
    id_of: FxHashMap<u64, u32>,
    lexicon: Option<Arc<Lexicon>>,
}

impl Vocabulary {
    /// Builds the vocabulary of the hashes of the word view (the first `n_word`) and of the character
    /// view, with a name for each. The lexicon's features come after them.
    pub fn new(
        hashes: Vec<u64>,
        names: Vec<String>,
        n_word: usize,
        lexicon: Option<Arc<Lexicon>>,
    ) -> Self {
        let id_of = hashes
            .iter()
            .enumerate()
            .map(|(id, hash)| (*hash, id as u32))
            .collect();
        Self {
            hashes,
            names,
            n_word,
            id_of,
            lexicon,
        }
    }

    /// The id of an n-gram's hash.
    pub fn id_of(&self, hash: u64) -> Option<FeatureId> {
        self.id_of.get(&hash).copied().map(FeatureId)
    }

    /// Number of features: n-grams, then those of the lexicon.
    pub fn len(&self) -> usize {
        self.hashes.len()
            + self
                .lexicon
                .as_ref()
                .map_or(0, |lexicon| lexicon.n_features())
    }

    /// Whether there is no feature.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of n-grams, which have the ids from 0.
    pub fn n_ngrams(&self) -> usize {
        self.hashes.len()
    }

    /// The lexicon whose categories are features.
    pub fn lexicon(&self) -> Option<&Arc<Lexicon>> {
        self.lexicon.as_ref()
    }

    /// Number of features of the word view, which have the ids from 0.
    pub fn n_word(&self) -> usize {
        self.n_word
    }

    /// The view of a feature.
    pub fn view(&self, id: FeatureId) -> View {
        if (id.0 as usize) < self.n_word {
            View::Word
        } else if (id.0 as usize) < self.hashes.len() {
            View::Char
        } else {
            View::Lexicon
        }
    }

    /// The name of a feature with its view: `word:cease fire`, `char:_ceas`.
    pub fn name(&self, id: FeatureId) -> String {
        let at = id.0 as usize;
        let name = match (self.names.get(at), &self.lexicon) {
            (Some(name), _) => name.clone(),
            (None, Some(lexicon)) => lexicon.feature_name(at - self.hashes.len()),
            (None, None) => String::new(),
        };
        format!("{}:{name}", self.view(id).name())
    }

    /// The hash of every n-gram, by id.
    pub fn hashes(&self) -> &[u64] {
        &self.hashes
    }

    /// The text of every n-gram, by id, without its view.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}
