//! Dense features from a lexicon: how much of each kind of word a statement holds.

use super::names::deflate;
use super::near_lexicon::NearSums;
use super::ngram::NgramParams;
use super::trie::{End, LONGEST_PHRASE, Table, Trie, read};
use crate::error::{Error, ErrorKind, Result};
use bytes::Bytes;
use detente_text::{Language, lexicon_entry};
use flate2::read::DeflateDecoder;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read as _;
use std::sync::{Arc, LazyLock, OnceLock};

// `CATEGORIES` and `TRIE`: the tables of `lexicon.tsv`, made by `build.rs`.
include!(concat!(env!("OUT_DIR"), "/lexicon.rs"));

/// The lexicon of this project: English words and phrases of valence, stance, force, blame and
/// form, written for it under the codebook.
static ENGLISH: LazyLock<Arc<Lexicon>> = LazyLock::new(|| {
    let deflated = include_bytes!(concat!(env!("OUT_DIR"), "/lexicon.deflate"));
    Arc::new(Lexicon {
        source: include_str!("lexicon.tsv").into(),
        deflated: Bytes::from_static(deflated).into(),
        categories: CATEGORIES.iter().map(|name| Cow::from(*name)).collect(),
        trie: Cow::Borrowed(&TRIE),
    })
});

/// Makes a lexicon of another language, which is folded and read on first use.
macro_rules! lexicon_of {
    ($code:literal, $language:expr) => {
        LazyLock::new(|| {
            let deflated = include_bytes!(concat!(env!("OUT_DIR"), "/lexicon.", $code, ".deflate"));
            Arc::new(Lexicon::folded(deflated, $language))
        })
    };
}

static ARABIC: LazyLock<Arc<Lexicon>> = lexicon_of!("ar", Language::Arabic);
static SPANISH: LazyLock<Arc<Lexicon>> = lexicon_of!("es", Language::Spanish);
static FRENCH: LazyLock<Arc<Lexicon>> = lexicon_of!("fr", Language::French);
static RUSSIAN: LazyLock<Arc<Lexicon>> = lexicon_of!("ru", Language::Russian);
static CHINESE: LazyLock<Arc<Lexicon>> = lexicon_of!("zh", Language::Chinese);

/// Words and phrases with a category and a weight.
///
/// An entry is one to six lower-case words; a word that ends in `*` stands for every word that
/// begins so. At each word of a statement the longest entry of each category counts.
#[derive(Debug)]
pub struct Lexicon {
    source: Cow<'static, str>,
    deflated: OnceLock<Bytes>,
    categories: Vec<Cow<'static, str>>,
    trie: Cow<'static, Trie>,
}

impl Lexicon {
    /// The English lexicon, which comes with the program.
    pub fn english() -> Arc<Self> {
        Arc::clone(&ENGLISH)
    }

    /// The lexicon of a language that comes with the program; its words are folded as an analyzer of that language
    /// folds those of a text.
    ///
    /// # Example
    /// ```
    /// use detente_model::features::Lexicon;
    /// use detente_text::Language;
    /// let lexicon = Lexicon::of(Language::Chinese).unwrap();
    /// assert!(lexicon.source().contains("停 火"));
    /// assert!(Lexicon::of(Language::German).is_none());
    /// ```
    pub fn of(language: Language) -> Option<Arc<Self>> {
        let lexicon = match language {
            Language::English => &ENGLISH,
            Language::Arabic => &ARABIC,
            Language::Spanish => &SPANISH,
            Language::French => &FRENCH,
            Language::Russian => &RUSSIAN,
            Language::Chinese => &CHINESE,
            _ => return None,
        };
        Some(Arc::clone(lexicon))
    }

    /// That of a language where n-grams are made with one, [`NgramParams::lexicon`].
    pub fn beside(ngrams: &NgramParams, language: Language) -> Option<Arc<Self>> {
        match ngrams.lexicon {
            true => Self::of(language),
            false => None,
        }
    }

    /// A lexicon of the program with folded words: entries that become one have the larger weight, those that become
    /// too long are left out.
    fn folded(deflated: &[u8], language: Language) -> Self {
        let mut source = String::new();
        // Invariant: `build.rs` has read and deflated the table.
        let read = DeflateDecoder::new(deflated).read_to_string(&mut source);
        read.expect("the program's own lexicon inflates");
        let mut rows: BTreeMap<(&str, String), &str> = BTreeMap::new();
        for line in source.lines().skip(1) {
            let mut fields = line.split('\t');
            let (Some(entry), Some(category), Some(weight)) =
                (fields.next(), fields.next(), fields.next())
            else {
                continue;
            };
            let entry = lexicon_entry(language, entry);
            if entry.is_empty() || entry.split(' ').count() > LONGEST_PHRASE {
                continue;
            }
            let known = rows.entry((category, entry)).or_insert(weight);
            let value = |weight: &str| weight.parse().unwrap_or(0.0_f32);
            if value(weight) > value(known) {
                *known = weight;
            }
        }
        let mut folded = String::from("entry\tcategory\tweight\n");
        for ((category, entry), weight) in rows {
            // Invariant: writing to a string does not fail.
            writeln!(folded, "{entry}\t{category}\t{weight}").expect("strings take all text");
        }
        Self::parse(folded).expect("the rows of a clean table stay rows")
    }

    /// Reads tab-separated lines `entry, category, weight` below a header.
    ///
    /// # Errors
    /// A line without three fields, an entry of more than six words, or a weight that is not from 0.001 to 1000.
    pub fn parse(source: String) -> Result<Self> {
        let (categories, trie) = read(&source).map_err(|(line, found)| {
            let found = found.to_owned();
            Error::new(ErrorKind::LexiconLine { found }).at_line(line)
        })?;
        let categories = categories.into_iter().map(|name| name.to_owned().into());
        Ok(Self {
            categories: categories.collect(),
            trie: Cow::Owned(trie),
            deflated: OnceLock::new(),
            source: source.into(),
        })
    }

    /// Number of categories.
    pub(super) fn n_categories(&self) -> usize {
        self.categories.len()
    }

    /// Its entries.
    pub(super) fn trie(&self) -> &Trie {
        &self.trie
    }

    /// The text it was read from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The text as it stands in a model file.
    pub fn deflated(&self) -> &Bytes {
        self.deflated.get_or_init(|| deflate(&self.source))
    }

    /// Number of features: for each category its plain and its negated weight, and one for each
    /// pair of categories; with those `near` a mention, twelve more for each category.
    pub fn n_features(&self, near: bool) -> usize {
        let n = self.categories.len();
        let n_plain = 2 * n + n * (n.saturating_sub(1)) / 2;
        n_plain + if near { NearSums::n_features(n) } else { 0 }
    }

    /// The feature of a pair of categories, the lower one first.
    pub(super) fn pair(&self, first: usize, second: usize) -> usize {
        let n = self.categories.len();
        2 * n + first * (2 * n - first - 1) / 2 + second - first - 1
    }

    /// The name of a feature, without its view: `blame`, `not~praise`, `blame & violence`; near a
    /// mention `left~blame`, `clause~not~praise`.
    ///
    /// # Panics
    /// There is no such feature.
    pub fn feature_name(&self, feature: usize) -> String {
        let n = self.categories.len();
        if feature < n {
            return self.categories[feature].clone().into_owned();
        }
        if feature < 2 * n {
            return format!("not~{}", self.categories[feature - n]);
        }
        let mut at = feature - 2 * n;
        for first in 0..n {
            let n_pairs = n - first - 1;
            if at < n_pairs {
                let second = first + 1 + at;
                return format!("{} & {}", self.categories[first], self.categories[second]);
            }
            at -= n_pairs;
        }
        let (kind, category) = NearSums::name_of(at, n);
        format!("{kind}~{}", self.categories[category])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lexicon_of_the_project_is_a_clean_table() {
        let lexicon = Lexicon::english();
        let rows: Vec<&str> = lexicon.source().lines().skip(1).collect();
        let mut sorted = rows.clone();
        sorted.sort_by_key(|row| {
            let fields: Vec<&str> = row.split('\t').collect();
            (fields[1], fields[0])
        });
        sorted.dedup_by_key(|row| row.rsplit_once('\t').map(|(key, _)| key));
        assert_eq!(sorted, rows);
        let mut names: Vec<String> = (0..lexicon.n_features(true))
            .map(|f| lexicon.feature_name(f))
            .collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), lexicon.n_features(true));
    }

    #[test]
    fn the_lexicons_of_other_languages_are_folded_and_of_the_same_categories() {
        let english = Lexicon::english();
        for language in Language::ALL {
            let Some(lexicon) = Lexicon::of(language) else {
                continue;
            };
            let is_known = |name| english.categories.contains(name);
            assert!(
                lexicon.categories.iter().all(is_known),
                "{}",
                language.name()
            );
            for line in lexicon
                .source()
                .lines()
                .skip(1)
                .filter(|_| language != Language::English)
            {
                let entry = line.split('\t').next().unwrap();
                assert_eq!(lexicon_entry(language, entry), entry, "{}", language.name());
            }
        }
    }

    #[test]
    fn the_tables_of_the_program_are_those_of_the_table() {
        let lexicon = Lexicon::english();
        let parsed = Lexicon::parse(lexicon.source().to_owned()).unwrap();
        assert_eq!(parsed.categories, lexicon.categories);
        assert_eq!(format!("{:?}", parsed.trie), format!("{:?}", lexicon.trie));
        assert_eq!(parsed.deflated(), lexicon.deflated());
    }

    #[test]
    fn a_wrong_line_is_refused_with_its_number() {
        let table = "entry\tcategory\tweight\ngood\tpositive\tmuch\n";
        let error = Lexicon::parse(table.to_owned()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 2: this line of the lexicon is `good\tpositive\tmuch`; expected an entry of up to 6 \
             words, a category and a weight from 0.001 to 1000, separated by tabs"
        );
    }
}
