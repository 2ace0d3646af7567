//! N-grams of a statement: word n-grams of stems, and character n-grams inside words; which are made, what their hashes
//! are, and the trait of those that are told of them.

use super::place::Place;
use super::view::View;
use crate::error::{Error, ErrorKind, Result};
use detente_text::{Language, Term};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Which n-grams are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NgramParams {
    /// Longest word n-gram, 1 to 3; default 2. Longer ones catch phrases and need more data.
    pub word_max: usize,
    /// Shortest character n-gram; default 2.
    pub char_min: usize,
    /// Longest character n-gram, up to 8, or 0 for none; default 5.
    pub char_max: usize,
    /// Whether a word in the scope of a negator is also counted as `not~word`; default yes.
    pub negation: bool,
    /// Whether the categories of the lexicon are features; default yes. Only in languages that have one,
    /// [`Lexicon::of`](super::Lexicon::of).
    pub lexicon: bool,
    /// Whether frames of a verb and what it is done to are features, such as `undo→measure` of `lifted the
    /// sanctions`; default no. English has frames, other languages have none.
    pub frames: bool,
    /// Whether the mention of a target is masked and has views of its own; default no. It takes
    /// passages that say where their mentions are.
    pub mention: bool,
}

impl NgramParams {
    /// Words 1-2, characters 2-5, negation marked, with the lexicon.
    pub const DEFAULT: Self = Self {
        word_max: 2,
        char_min: 2,
        char_max: 5,
        negation: true,
        lexicon: true,
        frames: false,
        mention: false,
    };

    /// The defaults of a language: of Chinese, whose words are characters, words 1-3 and no n-grams inside of them.
    pub fn of(language: Language) -> Self {
        match language {
            Language::Chinese => Self {
                word_max: 3,
                char_max: 0,
                ..Self::DEFAULT
            },
            _ => Self::DEFAULT,
        }
    }

    /// The views of n-grams that are made, in the order of feature ids.
    pub fn views(&self) -> Vec<View> {
        let mut views = vec![View::Word];
        if self.char_max > 0 {
            views.push(View::Char);
        }
        if self.mention {
            views.push(View::NearWord);
            if self.char_max > 0 {
                views.push(View::NearChar);
            }
            views.push(View::Mention);
        }
        views
    }

    /// Checks the ranges.
    ///
    /// # Errors
    /// A word order outside 1 to 3, or character orders outside 1 to 8 or reversed.
    pub fn check(&self) -> Result<()> {
        let refuse = |parameter, value: usize, expected| {
            Err(Error::new(ErrorKind::OutOfRange {
                parameter,
                value: value.to_string(),
                expected,
            }))
        };
        if !(1..=3).contains(&self.word_max) {
            return refuse("the longest word n-gram", self.word_max, "1 to 3");
        }
        if self.char_max > 8 {
            return refuse("the longest character n-gram", self.char_max, "0 to 8");
        }
        if self.char_max > 0 && !(1..=self.char_max).contains(&self.char_min) {
            return refuse(
                "the shortest character n-gram",
                self.char_min,
                "1 up to the longest character n-gram",
            );
        }
        Ok(())
    }
}

/// What is done with each n-gram of a statement, as [`visit`](super::visit()) comes to it.
///
/// Scoring looks n-grams up, training counts them, an explanation keeps their places: each is a sink, so that all see
/// the same n-grams in the same order. For each term [`stem`](Self::stem) is called first, then, of a word,
/// [`surface`](Self::surface), [`negated`](Self::negated) and the n-grams that end in it; the calls around a mention
/// come last. A frame is told of as a stem alone.
pub trait NgramSink {
    /// Whether stems are looked at; if not, they may be empty.
    const WANTS_STEMS: bool = true;
    /// One word n-gram: its hash, and its stems from first to last.
    fn word(&mut self, hash: u64, stems: &[&str]);
    /// The n-gram of one stem: gives its hash, and whether it is known, if the sink can tell.
    fn stem(&mut self, term: &Term<'_>) -> (u64, bool) {
        let hash = word_hash(term.stem);
        self.word(hash, &[term.stem]);
        (hash, false)
    }
    /// The n-gram of one negated stem, `not~stem`.
    fn negated(&mut self, term: &Term<'_>) {
        let name = negated_name(term.stem);
        self.word(word_hash(&name), &[&name]);
    }
    /// One word as it stands in the text: [`char_ngrams`] gives the character n-grams of its surface,
    /// and it may begin an entry of the lexicon. `is_known` says whether its stem is.
    fn surface(&mut self, term: &Term<'_>, is_known: bool);
    /// A number, a masked name or an address, which no entry of the lexicon spans.
    fn gap(&mut self) {}
    /// An address: it is no n-gram, and none goes across it. [`gap`](Self::gap) follows.
    fn address(&mut self, _term: &Term<'_>) {}
    /// One feature of a view around a mention: its hash, its mark (`left~`), its stems from first to
    /// last, and the places of the words that it stands for.
    fn near(&mut self, _view: View, _hash: u64, _mark: &str, _stems: &[&str], _places: &[usize]) {}
    /// One word near a mention, as [`NgramSink::surface`] got it before: its surface, its number and
    /// its place.
    fn near_surface(&mut self, _surface: &str, _word: u32, _place: usize) {}
    /// Where all words and gaps stand from the mention, where there is one.
    fn places(&mut self, _places: &[Place]) {}
}

/// The stem of a word in the scope of a negator, as a feature of its own.
pub fn negated_name(stem: &str) -> String {
    format!("not~{stem}")
}

/// Gives the hash and the text of every character n-gram of a word, shortest first.
pub fn char_ngrams(surface: &str, params: &NgramParams, mut each: impl FnMut(u64, &str)) {
    let mut padded = String::with_capacity(surface.len() + 2);
    padded.push('_');
    padded.push_str(surface);
    padded.push('_');
    let mut bounds: Vec<usize> = padded.char_indices().map(|(at, _)| at).collect();
    bounds.push(padded.len());
    let n_chars = bounds.len() - 1;
    if params.char_max == 0 {
        return;
    }
    for order in params.char_min..=params.char_max.min(n_chars) {
        for first in 0..=(n_chars - order) {
            let piece = &padded[bounds[first]..bounds[first + order]];
            each(
                xxh3_64_with_seed(piece.as_bytes(), View::Char.seed()),
                piece,
            );
        }
    }
}

/// The hash of a character n-gram near a mention.
pub fn near_char_hash(hash: u64) -> u64 {
    hash ^ View::NearChar.seed()
}

/// The hash of a word n-gram of one stem.
pub fn word_hash(stem: &str) -> u64 {
    xxh3_64_with_seed(stem.as_bytes(), View::Word.seed())
}

/// The hash of a word n-gram from that of its words but the last and that of the last.
pub fn join(first: u64, second: u64) -> u64 {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&first.to_le_bytes());
    bytes[8..].copy_from_slice(&second.to_le_bytes());
    xxh3_64_with_seed(&bytes, View::Word.seed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn character_ngrams_stay_inside_the_padded_word() {
        let mut pieces = Vec::new();
        let params = NgramParams {
            char_min: 2,
            char_max: 4,
            ..NgramParams::DEFAULT
        };
        char_ngrams("né", &params, |_, piece| pieces.push(piece.to_owned()));
        assert_eq!(pieces, ["_n", "né", "é_", "_né", "né_", "_né_"]);
    }

    #[test]
    fn ranges_are_checked() {
        let with = |word_max, char_min, char_max| NgramParams {
            word_max,
            char_min,
            char_max,
            negation: true,
            lexicon: false,
            frames: false,
            mention: false,
        };
        assert!(with(1, 2, 0).check().is_ok());
        assert_eq!(
            with(4, 2, 5).check().unwrap_err().to_string(),
            "the longest word n-gram is 4; expected 1 to 3"
        );
        assert_eq!(
            with(2, 6, 5).check().unwrap_err().to_string(),
            "the shortest character n-gram is 6; expected 1 up to the longest character n-gram"
        );
        assert!(with(2, 1, 9).check().is_err());
    }
}
