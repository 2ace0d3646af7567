//! Which words of a statement its features stand for.

use super::lexicon_matcher::{LexiconMatcher, PatternRange};
use super::ngram::{NgramParams, NgramSink, char_ngrams, near_char_hash, negated_name, word_hash};
use super::place::Place;
use super::vectorizer::{Vectorizer, VectorizerState};
use super::view::View;
use super::visit::visit;
use detente_text::{Analyzer, Passage, Span, Term, TermKind};

/// The words of a statement and the parts that they have in its features.
///
/// A feature's part is divided equally among its occurrences, and an occurrence equally among its
/// words: half of `cease fire` is `cease`'s. A category of the lexicon is divided by the weights of
/// the entries found, a pair of categories first in halves. What a form of the mention
/// (`<first third>`) says is no word's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// The words, numbers, names, addresses and marks of the statement, as they stand in its text, in order; a
    /// mention of the target is one.
    pub words: Vec<Span>,
    /// Parts in features, by feature and word; those of a feature add up to 1.
    pub parts: Vec<Part>,
}

/// The part that a word has in a feature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// The feature's id.
    pub feature: u32,
    /// The place of the word among the words.
    pub word: u32,
    /// Its part, above 0 and up to 1.
    pub share: f64,
}

impl Vectorizer {
    /// Finds the words that stand behind the features of the row that
    /// [`transform`](Vectorizer::transform) gives.
    pub fn trace<'a>(
        &self,
        analyzer: &Analyzer,
        state: &mut VectorizerState,
        passage: impl Into<Passage<'a>>,
    ) -> Trace {
        let passage = passage.into();
        let mut tracer = Tracer {
            vectorizer: self,
            passage,
            words: Vec::new(),
            places: Vec::new(),
            parts: Vec::new(),
            lexicon: LexiconMatcher::default(),
        };
        tracer.lexicon.begin();
        let ngrams = &self.params().ngrams;
        visit(analyzer, &mut state.analyzer, passage, ngrams, &mut tracer);
        tracer.finish(ngrams)
    }
}

struct Tracer<'a> {
    vectorizer: &'a Vectorizer,
    passage: Passage<'a>,
    words: Vec<Span>,
    /// The places among the words of all but marks.
    places: Vec<u32>,
    /// With shares that do not add up to 1 yet.
    parts: Vec<Part>,
    lexicon: LexiconMatcher,
}

impl Tracer<'_> {
    /// Adds an occurrence of an n-gram at the words of these places.
    fn add_hash(&mut self, view: View, hash: u64, places: impl ExactSizeIterator<Item = usize>) {
        let Some(feature) = self.vectorizer.vocabulary().id_of(view, hash) else {
            return;
        };
        self.add(feature.0, 1.0, places);
    }

    fn add(&mut self, feature: u32, size: f64, places: impl ExactSizeIterator<Item = usize>) {
        let share = size / places.len() as f64;
        for place in places {
            let word = self.places[place];
            self.parts.push(Part {
                feature,
                word,
                share,
            });
        }
    }

    /// Adds a frame at its first and its last word.
    fn add_frame(&mut self, term: &Term<'_>) {
        let Some(feature) = (self.vectorizer.vocabulary()).id_of(View::Word, word_hash(term.stem))
        else {
            return;
        };
        for at in [term.span.start, term.span.end.saturating_sub(1)] {
            let after = self.words.partition_point(|word| word.start <= at);
            self.parts.push(Part {
                feature: feature.0,
                word: after.saturating_sub(1) as u32,
                share: 0.5,
            });
        }
    }

    fn last_places(&self, n: usize) -> std::ops::Range<usize> {
        self.places.len() - n..self.places.len()
    }

    fn finish(mut self, ngrams: &NgramParams) -> Trace {
        let vocabulary = self.vectorizer.vocabulary();
        if let Some(lexicon) = vocabulary.lexicon() {
            let mut state = std::mem::take(&mut self.lexicon);
            state.trace(lexicon, ngrams.mention, |feature, size, places| {
                let feature = (vocabulary.n_ngrams() + feature) as u32;
                self.add(feature, f64::from(size), places);
            });
        }
        Trace {
            words: self.words,
            parts: normalised(self.parts),
        }
    }
}

/// The same parts, each word's in a feature as one, so that those of a feature add up to 1.
fn normalised(mut parts: Vec<Part>) -> Vec<Part> {
    parts.sort_by_key(|part| (part.feature, part.word));
    parts.dedup_by(|part, kept| {
        let is_same = (part.feature, part.word) == (kept.feature, kept.word);
        if is_same {
            kept.share += part.share;
        }
        is_same
    });
    for of_feature in parts.chunk_by_mut(|a, b| a.feature == b.feature) {
        let total: f64 = of_feature.iter().map(|part| part.share).sum();
        for part in of_feature {
            part.share /= total;
        }
    }
    parts
}

impl NgramSink for Tracer<'_> {
    fn stem(&mut self, term: &Term<'_>) -> (u64, bool) {
        if term.kind == TermKind::Frame {
            self.add_frame(term);
            return (word_hash(term.stem), false);
        }
        // A mention comes as the first of its words.
        let span = match self.passage.mention_at(term.span) {
            Some(mention) if self.vectorizer.params().ngrams.mention => {
                let mention = self.passage.mentions[mention];
                Span::new(term.span.start, mention.end.max(term.span.end))
            }
            _ => term.span,
        };
        let hash = word_hash(term.stem);
        let word = self.words.len() as u32;
        self.words.push(span);
        if term.kind != TermKind::Mark {
            self.places.push(word);
            self.add_hash(View::Word, hash, self.last_places(1));
        } else if let Some(feature) = (self.vectorizer.vocabulary()).id_of(View::Word, hash) {
            self.parts.push(Part {
                feature: feature.0,
                word,
                share: 1.0,
            });
        }
        (hash, false)
    }

    fn word(&mut self, hash: u64, stems: &[&str]) {
        self.add_hash(View::Word, hash, self.last_places(stems.len()));
    }

    fn negated(&mut self, term: &Term<'_>) {
        let hash = word_hash(&negated_name(term.stem));
        self.add_hash(View::Word, hash, self.last_places(1));
    }

    fn surface(&mut self, term: &Term<'_>, _is_known: bool) {
        let ngrams = &self.vectorizer.params().ngrams;
        let mut hashes = Vec::new();
        char_ngrams(term.surface, ngrams, |hash, _| hashes.push(hash));
        for hash in hashes {
            self.add_hash(View::Char, hash, self.last_places(1));
        }
        let patterns = match self.vectorizer.vocabulary().lexicon() {
            Some(lexicon) => self.lexicon.look_up(lexicon, term.surface),
            None => PatternRange::NONE,
        };
        self.lexicon.push(patterns, term.negated);
    }

    fn address(&mut self, term: &Term<'_>) {
        self.places.push(self.words.len() as u32);
        self.words.push(term.span);
    }

    fn gap(&mut self) {
        self.lexicon.push(PatternRange::NONE, false);
    }

    fn near(&mut self, view: View, hash: u64, _mark: &str, _stems: &[&str], places: &[usize]) {
        self.add_hash(view, hash, places.iter().copied());
    }

    fn near_surface(&mut self, surface: &str, _word: u32, place: usize) {
        let ngrams = &self.vectorizer.params().ngrams;
        let mut hashes = Vec::new();
        char_ngrams(surface, ngrams, |hash, _| hashes.push(near_char_hash(hash)));
        for hash in hashes {
            self.add_hash(View::NearChar, hash, std::iter::once(place));
        }
    }

    fn places(&mut self, places: &[Place]) {
        self.lexicon.place(places);
    }
}
