//! Names for n-grams that are hashed, from a passage that has them.

use super::buckets::Buckets;
use super::ngram::{NgramParams, NgramSink, char_ngrams};
use super::view::View;
use detente_text::Term;
use std::collections::BTreeMap;

/// Finds the texts of the n-grams of a passage by the ids of their buckets.
pub(super) struct BucketNames<'a> {
    buckets: &'a Buckets,
    ngrams: &'a NgramParams,
    names: BTreeMap<u32, Vec<String>>,
}

impl<'a> BucketNames<'a> {
    pub(super) fn new(buckets: &'a Buckets, ngrams: &'a NgramParams) -> Self {
        Self {
            buckets,
            ngrams,
            names: BTreeMap::new(),
        }
    }

    /// The texts in a bucket of the vocabulary, with `|` between them; `None` if none was found.
    pub(super) fn of(&self, id: u32) -> Option<String> {
        self.names.get(&id).map(|texts| texts.join("|"))
    }

    fn add(&mut self, view: View, hash: u64, text: &str) {
        let id = self.buckets.id_of(self.buckets.bucket_of(view, hash));
        let texts = self.names.entry(id).or_default();
        if !texts.iter().any(|known| known == text) {
            texts.push(text.to_owned());
        }
    }
}

impl NgramSink for BucketNames<'_> {
    fn word(&mut self, hash: u64, stems: &[&str]) {
        self.add(View::Word, hash, &stems.join(" "));
    }

    fn surface(&mut self, term: &Term<'_>, _is_known: bool) {
        let ngrams = self.ngrams;
        char_ngrams(term.surface, ngrams, |hash, piece| {
            self.add(View::Char, hash, piece);
        });
    }
}
