//! What is counted in rows, by numbers given on the way.

use super::tokenized::{Lists, Token, TokenizedTexts};
use detente_model::features::{
    HashTable, NgramParams, View, char_ngrams, join, near_char_hash, negated_name, word_hash,
};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// Rows counted by one task, and tasks whose counts are put together at a time: no more than these are
/// held twice.
const CHUNK: usize = 4096;
const ROUND: usize = 16;

/// Hands the numbers of a row to a function.
type Each<'a> = dyn Fn(usize, &mut dyn FnMut(u32)) + Sync + 'a;

/// The n-grams of one view, by number.
pub(super) struct NgramCounts<'a> {
    n_rows: usize,
    /// The hash of each number.
    pub(super) hashes: Vec<u64>,
    /// Gives the numbers of a row, one for each occurrence.
    each: Box<Each<'a>>,
}

impl<'a> NgramCounts<'a> {
    fn of(
        n_rows: usize,
        hashes: Vec<u64>,
        each: impl Fn(usize, &mut dyn FnMut(u32)) + Sync + 'a,
    ) -> Self {
        Self {
            n_rows,
            hashes,
            each: Box::new(each),
        }
    }

    /// In how many rows each number occurs.
    pub(super) fn document_frequencies(&self) -> Vec<u32> {
        let n = self.hashes.len();
        let parts = (0..self.n_rows).into_par_iter().with_min_len(CHUNK).fold(
            || (vec![0_u32; n], vec![usize::MAX; n]),
            |(mut df, mut last_row), row| {
                (self.each)(row, &mut |number| {
                    let last_row = &mut last_row[number as usize];
                    df[number as usize] += u32::from(*last_row != row);
                    *last_row = row;
                });
                (df, last_row)
            },
        );
        let sum = |mut a: Vec<u32>, b: Vec<u32>| {
            a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
            a
        };
        parts.map(|(df, _)| df).reduce(|| vec![0; n], sum)
    }

    /// The counts of each row in the order of first occurrence, under other numbers: `place_of` has
    /// [`HashTable::NONE`] for those that are left out.
    pub(super) fn rows(&self, place_of: &[u32]) -> CountedRows {
        let starts: Vec<usize> = (0..self.n_rows).step_by(CHUNK).collect();
        let mut rows = CountedRows::default();
        for round in starts.chunks(ROUND) {
            let parts: Vec<CountedRows> = round
                .par_iter()
                .map_init(
                    || vec![u32::MAX; place_of.len()],
                    |at_of, start| self.chunk(*start, place_of, at_of),
                )
                .collect();
            parts.into_iter().for_each(|part| rows.append(part));
        }
        rows.shrink_to_fit();
        rows
    }

    fn chunk(&self, start: usize, place_of: &[u32], at_of: &mut [u32]) -> CountedRows {
        let mut part = CountedRows::default();
        let (mut ids, mut counts) = (Vec::new(), Vec::new());
        for row in start..(start + CHUNK).min(self.n_rows) {
            ids.clear();
            counts.clear();
            (self.each)(row, &mut |number| {
                let place = place_of[number as usize];
                if place == HashTable::NONE {
                    return;
                }
                let at = &mut at_of[number as usize];
                // What was written for an earlier row is the place of another n-gram, or of none.
                match ids.get(*at as usize) {
                    Some(known) if *known == place => counts[*at as usize] += 1,
                    _ => {
                        *at = ids.len() as u32;
                        ids.push(place);
                        counts.push(1);
                    }
                }
            });
            part.push(&ids, &counts);
        }
        part
    }
}

/// The ids of each row with their counts. Nearly all counts are 1, so only the others take memory.
#[derive(Clone, Debug, Default)]
pub(super) struct CountedRows {
    ids: Lists<u32>,
    /// The places among all ids whose counts are not 1, in order, with these.
    repeats: Vec<(usize, u32)>,
}

impl CountedRows {
    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    pub(super) fn ids(&self, row: usize) -> &[u32] {
        self.ids.get(row)
    }

    /// Puts the counts of a row's ids into `counts`.
    pub(super) fn counts(&self, row: usize, counts: &mut Vec<u32>) {
        let range = self.ids.range(row);
        counts.clear();
        counts.resize(range.len(), 1);
        let first = self.repeats.partition_point(|(at, _)| *at < range.start);
        for (at, count) in &self.repeats[first..] {
            match counts.get_mut(at - range.start) {
                Some(known) => *known = *count,
                None => break,
            }
        }
    }

    fn push(&mut self, ids: &[u32], counts: &[u32]) {
        let first = self.ids.items.len();
        self.ids.items.extend_from_slice(ids);
        self.ids.end();
        let repeats = counts.iter().enumerate().filter(|(_, count)| **count != 1);
        self.repeats
            .extend(repeats.map(|(at, count)| (first + at, *count)));
    }

    fn append(&mut self, other: Self) {
        let first = self.ids.items.len();
        let repeats = other.repeats.into_iter();
        self.repeats
            .extend(repeats.map(|(at, count)| (first + at, count)));
        self.ids.append(other.ids, |id| id);
    }

    /// Gives back what room is left for more rows, which may be half of all.
    fn shrink_to_fit(&mut self) {
        self.ids.shrink_to_fit();
        self.repeats.shrink_to_fit();
    }

    /// The rows of several views, the ids of each after those of the one before: `n_ids` are theirs.
    pub(super) fn side_by_side(views: &[(&Self, usize)]) -> Self {
        let mut all = Self::default();
        let n_items = views.iter().map(|(rows, _)| rows.ids.items.len());
        all.ids.items.reserve_exact(n_items.sum());
        let (mut ids, mut counts, mut part) = (Vec::new(), Vec::new(), Vec::new());
        for row in 0..views.first().map_or(0, |(rows, _)| rows.len()) {
            ids.clear();
            counts.clear();
            let mut first = 0;
            for (rows, n_ids) in views {
                ids.extend(rows.ids(row).iter().map(|id| first + id));
                rows.counts(row, &mut part);
                counts.extend_from_slice(&part);
                first += *n_ids as u32;
            }
            all.push(&ids, &counts);
        }
        all
    }
}

/// The n-grams of words: stems, negated stems, then sequences that may be frequent enough.
pub(super) struct WordGrams {
    n_stems: usize,
    /// The stems of each sequence; [`NO_STEM`] where it has fewer.
    sequences: Vec<[u32; 3]>,
}

const NO_STEM: u32 = u32::MAX;

impl WordGrams {
    /// Counts the n-grams of stems.
    ///
    /// Most sequences occur once. Unless those are wanted, a first pass over all rows only marks a bit for
    /// each hash, and remembers a sequence when it meets a bit that is marked: few are remembered that
    /// occur once, and none is lost that occurs twice.
    pub(super) fn count<'a>(
        tokenized: &'a TokenizedTexts,
        params: &'a NgramParams,
        min_df: u32,
    ) -> (Self, NgramCounts<'a>) {
        let stems = &tokenized.stems;
        let n_stems = stems.len();
        let mut seen = Bits::new(match min_df {
            0 | 1 => 0,
            _ => tokenized.tokens.items.len() * (params.word_max - 1),
        });
        let mut sequences = Vec::new();
        let mut known: FxHashMap<u64, ()> = FxHashMap::default();
        let mut sequence_hashes = Vec::new();
        for row in 0..tokenized.tokens.len() {
            let tokens = tokenized.tokens.get(row);
            visit_sequences(tokens, &stems.hashes, params, |hash, stems| {
                if seen.mark(hash) && known.insert(hash, ()).is_none() {
                    sequence_hashes.push(hash);
                    sequences.push(stems);
                }
            });
        }
        drop((seen, known));
        let table = HashTable::new(&sequence_hashes);
        let mut hashes = stems.hashes.clone();
        let negated = (0..n_stems).map(|stem| word_hash(&negated_name(stems.get(stem))));
        hashes.extend(negated);
        hashes.extend(&sequence_hashes);
        let ngram_counts = NgramCounts::of(tokenized.tokens.len(), hashes, move |row, add| {
            let tokens = tokenized.tokens.get(row);
            for token in tokens.iter().filter(|token| !token.is_cut()) {
                add(token.stem());
                if params.negation && token.is_negated() && token.is_word() {
                    add(n_stems as u32 + token.stem());
                }
            }
            visit_sequences(tokens, &stems.hashes, params, |hash, _| {
                let found = table.find(hash, &sequence_hashes);
                if found != HashTable::NONE {
                    add(2 * n_stems as u32 + found);
                }
            });
        });
        (Self { n_stems, sequences }, ngram_counts)
    }

    pub(super) fn name(&self, number: usize, tokenized: &TokenizedTexts) -> String {
        let stem = |stem: usize| tokenized.stems.get(stem);
        match number.checked_sub(self.n_stems) {
            None => stem(number).to_owned(),
            Some(negated) if negated < self.n_stems => negated_name(stem(negated)),
            Some(number) => {
                let stems = self.sequences[number - self.n_stems].iter();
                let stems = stems.filter(|number| **number != NO_STEM);
                let stems: Vec<&str> = stems.map(|number| stem(*number as usize)).collect();
                stems.join(" ")
            }
        }
    }
}

/// Gives the hash and the stems of every sequence of two or three terms that are no marks; none goes across
/// an address.
fn visit_sequences(
    tokens: &[Token],
    hashes: &[u64],
    params: &NgramParams,
    mut each: impl FnMut(u64, [u32; 3]),
) {
    if params.word_max < 2 {
        return;
    }
    let mut previous = [(0, NO_STEM); 2];
    for token in tokens.iter().filter(|token| !token.is_mark()) {
        if token.is_cut() {
            previous = [(0, NO_STEM); 2];
            continue;
        }
        let stem = token.stem();
        let hash = hashes[stem as usize];
        let [(second_hash, second), (first_hash, first)] = previous;
        if first != NO_STEM {
            each(join(first_hash, hash), [first, stem, NO_STEM]);
            if params.word_max >= 3 && second != NO_STEM {
                let triple = join(join(second_hash, first_hash), hash);
                each(triple, [second, first, stem]);
            }
        }
        previous = [previous[1], (hash, stem)];
    }
}

/// A bit for each of many hashes.
struct Bits {
    words: Vec<u64>,
    shift: u32,
}

impl Bits {
    /// Bits for up to `n` different hashes, of which one in ten at the most meets another's bit. For none,
    /// every hash counts as marked before.
    fn new(n: usize) -> Self {
        let n_words = match n {
            0 => 0,
            n => (n * 8).next_power_of_two().max(128) / 64,
        };
        Self {
            words: vec![0; n_words],
            shift: 64 - (n_words.max(2) * 64).trailing_zeros(),
        }
    }

    /// Marks a hash; tells whether its bit was marked before.
    fn mark(&mut self, hash: u64) -> bool {
        let bit = (hash >> self.shift) as usize;
        match self.words.get_mut(bit / 64) {
            Some(word) => {
                let mask = 1 << (bit % 64);
                let was = *word & mask != 0;
                *word |= mask;
                was
            }
            None => true,
        }
    }
}

/// The character n-grams of every surface, by number.
pub(super) struct CharGrams {
    lists: Lists<u32>,
    pub(super) hashes: Vec<u64>,
    names: Lists<u8>,
}

impl CharGrams {
    pub(super) fn new(tokenized: &TokenizedTexts, params: &NgramParams) -> Self {
        let mut all = Self {
            lists: Lists::default(),
            hashes: Vec::new(),
            names: Lists::default(),
        };
        let mut number_of: FxHashMap<u64, u32> = FxHashMap::default();
        for surface in 0..tokenized.surfaces.len() {
            char_ngrams(tokenized.surfaces.get(surface), params, |hash, piece| {
                let next = all.hashes.len() as u32;
                let number = *number_of.entry(hash).or_insert(next);
                if number == next {
                    all.hashes.push(hash);
                    all.names.items.extend_from_slice(piece.as_bytes());
                    all.names.end();
                }
                all.lists.items.push(number);
            });
            all.lists.end();
        }
        all
    }

    /// Counts the n-grams of the surfaces of each row, or of those near a mention.
    pub(super) fn count<'a>(&'a self, surface_rows: &'a Lists<u32>, view: View) -> NgramCounts<'a> {
        let hash = |hash: &u64| match view {
            View::NearChar => near_char_hash(*hash),
            _ => *hash,
        };
        let hashes = self.hashes.iter().map(hash).collect();
        NgramCounts::of(surface_rows.len(), hashes, move |row, add| {
            for surface in surface_rows.get(row) {
                for number in self.lists.get(*surface as usize) {
                    add(*number);
                }
            }
        })
    }

    pub(super) fn name(&self, number: usize) -> String {
        String::from_utf8_lossy(self.names.get(number)).into_owned()
    }
}

/// Counts hashes.
pub(super) fn count_hashes(rows: &Lists<u64>) -> NgramCounts<'_> {
    let mut number_of: FxHashMap<u64, u32> = FxHashMap::default();
    let mut hashes = Vec::new();
    for hash in &rows.items {
        number_of.entry(*hash).or_insert_with(|| {
            hashes.push(*hash);
            hashes.len() as u32 - 1
        });
    }
    NgramCounts::of(rows.len(), hashes, move |row, add| {
        for hash in rows.get(row) {
            add(number_of[hash]);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_under_other_numbers() {
        let rows = [vec![3, 1, 3, 0], vec![], vec![1, 1, 1, 2]];
        let ngram_counts = NgramCounts::of(3, vec![0; 4], |row, add| {
            rows[row].iter().for_each(|number| add(*number));
        });
        assert_eq!(ngram_counts.document_frequencies(), [1, 2, 1, 1]);
        let counted = ngram_counts.rows(&[HashTable::NONE, 0, 2, 1]);
        let mut counts = Vec::new();
        let mut found = |row| {
            counted.counts(row, &mut counts);
            (counted.ids(row).to_vec(), counts.clone())
        };
        assert_eq!(found(0), (vec![1, 0], vec![2, 1]));
        assert_eq!(found(1), (vec![], vec![]));
        assert_eq!(found(2), (vec![0, 2], vec![3, 1]));
        let both = CountedRows::side_by_side(&[(&counted, 3), (&counted, 3)]);
        both.counts(2, &mut counts);
        assert_eq!(
            (both.ids(2), &counts[..]),
            (&[0, 2, 3, 5][..], &[3, 1, 3, 1][..])
        );
    }

    #[test]
    fn a_hash_is_marked_from_its_second_time_on() {
        let mut bits = Bits::new(1000);
        let hashes: Vec<u64> = (1..=100_u64)
            .map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15))
            .collect();
        let n_early = hashes.iter().filter(|hash| bits.mark(**hash)).count();
        assert!(n_early < 10, "{n_early} of 100 met another's bit");
        assert!(hashes.iter().all(|hash| bits.mark(*hash)));
        assert!(Bits::new(0).mark(7), "without bits every hash counts");
    }
}
