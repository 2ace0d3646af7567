//! An encoder that remembers what it encoded.

use crate::cache::Cache;
use crate::encoder::Encoder;
use detente_model::encoder::{EncoderIdentity, SentenceEncoder};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

/// An encoder with its cache; without one it encodes each text anew. Rows are the same in either case, bit by bit.
#[derive(Debug)]
pub struct CachedEncoder {
    encoder: Encoder,
    cache: Option<Cache>,
}

impl CachedEncoder {
    /// Puts an encoder and its cache together.
    pub fn new(encoder: Encoder, cache: Option<Cache>) -> Self {
        Self { encoder, cache }
    }

    /// Encodes those of the texts that the cache does not know, on all threads of rayon, and keeps them. `done` is
    /// called from any thread after each, with how many texts there are to encode. Without a cache nothing is done.
    pub fn prepare(&self, texts: &[&str], done: &(dyn Fn(usize) + Sync)) {
        let Some(cache) = &self.cache else {
            return;
        };
        let mut seen = FxHashSet::default();
        let mut unknown: Vec<&str> = texts.to_vec();
        unknown.retain(|text| seen.insert(*text) && !cache.knows(text));
        unknown.par_iter().for_each(|text| {
            cache.put(text, &self.encoder.encode(text));
            done(unknown.len());
        });
        cache.flush();
    }
}

impl SentenceEncoder for CachedEncoder {
    fn identity(&self) -> &EncoderIdentity {
        self.encoder.identity()
    }

    fn encode(&self, text: &str) -> Vec<f32> {
        let Some(cache) = &self.cache else {
            return self.encoder.encode(text);
        };
        cache.get(text).unwrap_or_else(|| {
            let row = self.encoder.encode(text);
            cache.put(text, &row);
            row
        })
    }
}
