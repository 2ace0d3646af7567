//! Training texts tokenized once: all that counting, naming and comparing them needs later.

use detente_model::features::{
    Lexicon, LexiconMatcher, NgramParams, NgramSink, PatternRange, Place, View, visit, word_hash,
};
use detente_text::{Analyzer, AnalyzerState, Passage, Term, TermKind};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::ops::Range;
use xxhash_rust::xxh3::xxh3_64;

/// Texts tokenized by one task: as many as share their words well, in enough tasks for every thread.
const TASKS: usize = 64;
const TEXTS: Range<usize> = 256..4096;

/// Tasks whose texts are put together at a time: no more than these are held twice.
const ROUND: usize = 32;

/// Lists of unequal length, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Lists<T> {
    pub(super) items: Vec<T>,
    /// Where each list begins, and where the last one ends.
    starts: Vec<usize>,
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            starts: vec![0],
        }
    }
}

impl<T> Lists<T> {
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    pub(super) fn range(&self, at: usize) -> Range<usize> {
        self.starts[at]..self.starts[at + 1]
    }

    pub(super) fn get(&self, at: usize) -> &[T] {
        &self.items[self.range(at)]
    }

    /// Ends the list of the items that were pushed since the last one.
    pub(super) fn end(&mut self) {
        self.starts.push(self.items.len());
    }

    pub(super) fn shrink_to_fit(&mut self) {
        self.items.shrink_to_fit();
        self.starts.shrink_to_fit();
    }

    /// Puts lists behind these.
    pub(super) fn append(&mut self, other: Self, of: impl FnMut(T) -> T) {
        let before = self.items.len();
        self.items.extend(other.items.into_iter().map(of));
        self.starts
            .extend(other.starts[1..].iter().map(|end| before + end));
    }
}

/// A term of a row: the number of its stem, and what it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token(u32);

impl Token {
    const MARK: u32 = 1;
    const WORD: u32 = 2;
    const NEGATED: u32 = 4;
    /// An address, which is counted nowhere: no sequence goes across it.
    const CUT: u32 = Self::MARK | Self::WORD;
    const BITS: u32 = 3;

    fn new(stem: u32, term: &Term<'_>) -> Self {
        let is = |flag, holds| if holds { flag } else { 0 };
        Self(
            stem << Self::BITS
                | is(
                    Self::MARK,
                    matches!(term.kind, TermKind::Mark | TermKind::Frame),
                )
                | is(Self::WORD, term.kind == TermKind::Word)
                | is(Self::NEGATED, term.negated),
        )
    }

    pub(super) fn stem(self) -> u32 {
        self.0 >> Self::BITS
    }

    pub(super) fn is_mark(self) -> bool {
        self.0 & Self::CUT == Self::MARK
    }

    pub(super) fn is_word(self) -> bool {
        self.0 & Self::CUT == Self::WORD
    }

    pub(super) fn is_cut(self) -> bool {
        self.0 & Self::CUT == Self::CUT
    }

    pub(super) fn is_negated(self) -> bool {
        self.0 & Self::NEGATED != 0
    }

    fn renumbered(self, numbers: &[u32]) -> Self {
        if self.is_cut() {
            return self;
        }
        let flags = self.0 & ((1 << Self::BITS) - 1);
        Self(numbers[self.stem() as usize] << Self::BITS | flags)
    }
}

/// Texts with their hashes, each once, by number.
#[derive(Clone, Debug, Default)]
pub(super) struct Pool {
    text: String,
    ends: Vec<u32>,
    pub(super) hashes: Vec<u64>,
    number_of: FxHashMap<u64, u32>,
}

impl Pool {
    pub(super) fn len(&self) -> usize {
        self.hashes.len()
    }

    pub(super) fn get(&self, number: usize) -> &str {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start as usize..self.ends[number] as usize]
    }

    fn number(&mut self, hash: u64, text: &str) -> u32 {
        let next = self.hashes.len() as u32;
        let number = *self.number_of.entry(hash).or_insert(next);
        if number == next {
            self.text.push_str(text);
            self.ends.push(self.text.len() as u32);
            self.hashes.push(hash);
        }
        number
    }

    /// Takes the texts of another pool in; gives their numbers here.
    fn merge(&mut self, other: &Self) -> Vec<u32> {
        let texts = other.hashes.iter().enumerate();
        texts
            .map(|(at, hash)| self.number(*hash, other.get(at)))
            .collect()
    }
}

/// The lexicon features of a row that are not 0, with their values.
pub(super) type LexiconRow = Vec<(u32, f32)>;

/// What was met in some rows. Lists of what is not asked for have no rows.
#[derive(Clone, Debug, Default)]
pub(super) struct TokenizedTexts {
    pub(super) stems: Pool,
    pub(super) tokens: Lists<Token>,
    /// The words as they are written, where their characters count; and those of each row, of each
    /// row near a mention.
    pub(super) surfaces: Pool,
    pub(super) surface_rows: Lists<u32>,
    pub(super) near_surface_rows: Lists<u32>,
    /// The hashes of the features of views around a mention, in order, and their names.
    pub(super) near_rows: Lists<u64>,
    pub(super) mention_rows: Lists<u64>,
    pub(super) near_names: FxHashMap<u64, String>,
    pub(super) lexicon_rows: Vec<LexiconRow>,
}

impl TokenizedTexts {
    /// Reads every text. Numbers go by first occurrence.
    pub(super) fn of<'a, T: Copy + Sync + Into<Passage<'a>>>(
        texts: &[T],
        analyzer: &Analyzer,
        ngrams: &NgramParams,
        lexicon: Option<&Lexicon>,
    ) -> Self {
        let n_texts = (texts.len() / TASKS).clamp(TEXTS.start, TEXTS.end);
        let mut all = Self::default();
        for round in texts.chunks(n_texts * ROUND) {
            let parts: Vec<Self> = round
                .par_chunks(n_texts)
                .map_init(
                    || (AnalyzerState::default(), Walker::new(ngrams, lexicon)),
                    |(state, walker), texts| {
                        for text in texts {
                            walker.row(analyzer, state, (*text).into());
                        }
                        walker.take()
                    },
                )
                .collect();
            parts.into_iter().for_each(|part| all.append(part));
        }
        all
    }

    fn append(&mut self, part: Self) {
        let stems = self.stems.merge(&part.stems);
        let surfaces = self.surfaces.merge(&part.surfaces);
        let surface = |number: u32| surfaces[number as usize];
        self.tokens
            .append(part.tokens, |token| token.renumbered(&stems));
        self.surface_rows.append(part.surface_rows, surface);
        self.near_surface_rows
            .append(part.near_surface_rows, surface);
        self.near_rows.append(part.near_rows, |hash| hash);
        self.mention_rows.append(part.mention_rows, |hash| hash);
        self.near_names.extend(part.near_names);
        self.lexicon_rows.extend(part.lexicon_rows);
    }
}

/// What is remembered of a word by its number in the analyzer's cache.
#[derive(Clone, Copy)]
struct KnownWord {
    /// Its numbers among the stems and surfaces of the part that has this number.
    stem_part: u32,
    stem: u32,
    surface_part: u32,
    surface: u32,
    patterns: Option<PatternRange>,
}

impl KnownWord {
    const UNKNOWN: Self = Self {
        stem_part: 0,
        stem: 0,
        surface_part: 0,
        surface: 0,
        patterns: None,
    };
}

struct Walker<'a> {
    ngrams: &'a NgramParams,
    lexicon: Option<&'a Lexicon>,
    lexicon_matcher: LexiconMatcher,
    epoch: u64,
    words: Vec<KnownWord>,
    /// Counts the parts that were taken, from 1.
    part: u32,
    tokenized: TokenizedTexts,
}

impl<'a> Walker<'a> {
    fn new(ngrams: &'a NgramParams, lexicon: Option<&'a Lexicon>) -> Self {
        Self {
            ngrams,
            lexicon,
            lexicon_matcher: LexiconMatcher::default(),
            epoch: 0,
            words: Vec::new(),
            part: 1,
            tokenized: TokenizedTexts::default(),
        }
    }

    fn row(&mut self, analyzer: &Analyzer, state: &mut AnalyzerState, passage: Passage<'_>) {
        let epoch = analyzer.epoch(state);
        if self.epoch != epoch {
            self.epoch = epoch;
            self.words.clear();
            self.lexicon_matcher.forget();
        }
        self.lexicon_matcher.begin();
        let ngrams = self.ngrams;
        visit(analyzer, state, passage, ngrams, self);
        let mut lexicon_row = Vec::new();
        if let Some(lexicon) = self.lexicon {
            self.lexicon_matcher
                .finish(lexicon, ngrams.mention, |feature, value| {
                    lexicon_row.push((feature as u32, value));
                });
        }
        let tokenized = &mut self.tokenized;
        tokenized.tokens.end();
        if self.lexicon.is_some() {
            tokenized.lexicon_rows.push(lexicon_row);
        }
        if ngrams.char_max > 0 {
            tokenized.surface_rows.end();
        }
        if ngrams.mention {
            tokenized.near_surface_rows.end();
            tokenized.near_rows.end();
            tokenized.mention_rows.end();
        }
    }

    fn take(&mut self) -> TokenizedTexts {
        self.part += 1;
        std::mem::take(&mut self.tokenized)
    }

    fn known(&mut self, word: u32) -> &mut KnownWord {
        let at = word as usize;
        if at >= self.words.len() {
            self.words.resize(at + 1, KnownWord::UNKNOWN);
        }
        &mut self.words[at]
    }

    fn stem_number(&mut self, term: &Term<'_>) -> u32 {
        if term.word == Term::NO_WORD {
            return self.tokenized.stems.number(word_hash(term.stem), term.stem);
        }
        let part = self.part;
        if self.known(term.word).stem_part != part {
            let stem = self.tokenized.stems.number(word_hash(term.stem), term.stem);
            let known = self.known(term.word);
            (known.stem_part, known.stem) = (part, stem);
        }
        self.known(term.word).stem
    }

    fn surface_number(&mut self, surface: &str, word: u32) -> u32 {
        let part = self.part;
        if self.known(word).surface_part != part {
            let hash = xxh3_64(surface.as_bytes());
            let number = self.tokenized.surfaces.number(hash, surface);
            let known = self.known(word);
            (known.surface_part, known.surface) = (part, number);
        }
        self.known(word).surface
    }
}

impl NgramSink for Walker<'_> {
    const WANTS_STEMS: bool = false;

    /// Sequences follow from the tokens.
    fn word(&mut self, _hash: u64, _stems: &[&str]) {}

    fn stem(&mut self, term: &Term<'_>) -> (u64, bool) {
        let token = Token::new(self.stem_number(term), term);
        self.tokenized.tokens.items.push(token);
        (0, false)
    }

    fn negated(&mut self, _term: &Term<'_>) {}

    fn surface(&mut self, term: &Term<'_>, _is_known: bool) {
        if self.ngrams.char_max > 0 {
            let surface = self.surface_number(term.surface, term.word);
            self.tokenized.surface_rows.items.push(surface);
        }
        if let Some(lexicon) = self.lexicon {
            let patterns = match self.known(term.word).patterns {
                Some(patterns) => patterns,
                None => {
                    let found = self.lexicon_matcher.look_up(lexicon, term.surface);
                    self.known(term.word).patterns = Some(found);
                    found
                }
            };
            self.lexicon_matcher.push(patterns, term.negated);
        }
    }

    fn address(&mut self, _term: &Term<'_>) {
        self.tokenized.tokens.items.push(Token(Token::CUT));
    }

    fn gap(&mut self) {
        self.lexicon_matcher.push(PatternRange::NONE, false);
    }

    fn near(&mut self, view: View, hash: u64, mark: &str, stems: &[&str], _places: &[usize]) {
        let rows = match view {
            View::Mention => &mut self.tokenized.mention_rows,
            _ => &mut self.tokenized.near_rows,
        };
        rows.items.push(hash);
        let name = || format!("{mark}{}", stems.join(" "));
        self.tokenized.near_names.entry(hash).or_insert_with(name);
    }

    fn near_surface(&mut self, surface: &str, word: u32, _place: usize) {
        let surface = self.surface_number(surface, word);
        self.tokenized.near_surface_rows.items.push(surface);
    }

    fn places(&mut self, places: &[Place]) {
        self.lexicon_matcher.place(places);
    }
}
