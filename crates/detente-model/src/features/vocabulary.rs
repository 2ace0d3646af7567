//! Which n-grams have a feature id.

use super::borders::Borders;
use super::buckets::Buckets;
use super::lexicon::Lexicon;
use super::names::Names;
use super::numbers::Hashes;
use super::row::{FeatureId, NO_FEATURE};
use super::table::HashTable;
use super::view::View;
use std::ops::Range;
use std::sync::Arc;

/// Known n-grams by the 64-bit XXH3 of their text. Ids go by view, then from common to rare in
/// training, then by hash, so that they depend on nothing but the texts.
///
/// Two n-grams of a model share a hash with a chance below 3 in 100 million at a million features.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    hashes: Hashes,
    names: Names,
    borders: Borders,
    table: HashTable,
    lexicon: Option<Arc<Lexicon>>,
    /// Where n-grams are hashed into buckets: these, instead of hashes and names.
    buckets: Option<Buckets>,
}

impl Vocabulary {
    /// Builds the vocabulary of the hashes of all views of n-grams, with a name for each. The
    /// lexicon's features come after them.
    ///
    /// # Panics
    /// The borders end elsewhere than the hashes.
    pub fn new(
        hashes: impl Into<Hashes>,
        names: Names,
        borders: Borders,
        lexicon: Option<Arc<Lexicon>>,
    ) -> Self {
        let hashes = hashes.into();
        let table = HashTable::new(&hashes);
        Self::of_parts(hashes, names, borders, table, lexicon)
    }

    /// The same of hashes that stand in a file; `None` where two are equal, or they are none of n-grams.
    ///
    /// # Panics
    /// As [`new`](Self::new).
    pub fn of_file(
        hashes: Hashes,
        names: Names,
        borders: Borders,
        lexicon: Option<Arc<Lexicon>>,
    ) -> Option<Self> {
        let table = HashTable::checked(&hashes)?;
        Some(Self::of_parts(hashes, names, borders, table, lexicon))
    }

    fn of_parts(
        hashes: Hashes,
        names: Names,
        borders: Borders,
        table: HashTable,
        lexicon: Option<Arc<Lexicon>>,
    ) -> Self {
        assert_eq!(
            borders.n_features(),
            hashes.len(),
            "every n-gram has a view"
        );
        Self {
            hashes,
            names,
            borders,
            table,
            lexicon,
            buckets: None,
        }
    }

    /// The vocabulary of n-grams that are known by the bucket of their hash alone.
    pub fn hashed(buckets: Buckets, lexicon: Option<Arc<Lexicon>>) -> Self {
        Self {
            borders: buckets.borders(),
            lexicon,
            buckets: Some(buckets),
            ..Self::default()
        }
    }

    /// The buckets, where n-grams are hashed into them.
    pub fn buckets(&self) -> Option<&Buckets> {
        self.buckets.as_ref()
    }

    /// The key of an n-gram's hash: its id or [`NO_FEATURE`], without a branch, which would be guessed
    /// wrong; where n-grams are hashed, its bucket, since all of a row's buckets are counted.
    pub(super) fn find(&self, view: View, hash: u64) -> u32 {
        match &self.buckets {
            None => self.table.find(hash, &self.hashes),
            Some(buckets) => buckets.bucket_of(view, hash),
        }
    }

    /// The id of an n-gram's hash.
    pub fn id_of(&self, view: View, hash: u64) -> Option<FeatureId> {
        let id = self.id_of_key(self.find(view, hash));
        (id != NO_FEATURE).then_some(FeatureId(id))
    }

    /// The id of a [key](Self::find), or [`NO_FEATURE`].
    pub(super) fn id_of_key(&self, key: u32) -> u32 {
        match &self.buckets {
            None => key,
            Some(buckets) => buckets.id_of(key),
        }
    }

    /// Number of features: n-grams, then those of the lexicon.
    pub fn len(&self) -> usize {
        self.n_ngrams()
            + self
                .lexicon
                .as_ref()
                .map_or(0, |lexicon| lexicon.n_features(self.borders.has_near()))
    }

    /// Whether there is no feature.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of n-grams, which have the ids from 0.
    pub fn n_ngrams(&self) -> usize {
        self.borders.n_features()
    }

    /// The lexicon whose categories are features.
    pub fn lexicon(&self) -> Option<&Arc<Lexicon>> {
        self.lexicon.as_ref()
    }

    /// Every view with its feature ids, in their order; together they are all features.
    ///
    /// # Example
    /// ```
    /// use detente_model::features::View;
    /// let model = detente_model::Model::embedded();
    /// let vocabulary = model.vectorizer().vocabulary();
    /// let views = vocabulary.views();
    /// assert_eq!(views[0].0, View::Word);
    /// assert_eq!(views.last().map(|(_, ids)| ids.end), Some(vocabulary.len()));
    /// ```
    pub fn views(&self) -> Vec<(View, Range<usize>)> {
        self.borders.with_lexicon(self.lexicon.as_deref())
    }

    /// The borders of the views of n-grams.
    pub fn borders(&self) -> &Borders {
        &self.borders
    }

    /// Number of features of the word view, which have the ids from 0.
    pub fn n_word(&self) -> usize {
        let ranges = self.borders.ranges();
        ranges.first().map_or(0, |(_, ids)| ids.len())
    }

    /// The view of a feature.
    pub fn view(&self, id: FeatureId) -> View {
        let n_plain = self.lexicon.as_ref().map_or(0, |l| l.n_features(false));
        self.borders
            .view_of(id.0)
            .unwrap_or(match (id.0 as usize) < self.n_ngrams() + n_plain {
                true => View::Lexicon,
                false => View::NearLexicon,
            })
    }

    /// The name of a feature with its view: `word:cease fire`, `char:_ceas`; where a file has no name
    /// for an n-gram, its hash: `word:#45ab...`. N-grams that are hashed have the names that
    /// [`Vectorizer::names`](super::Vectorizer::names) finds in a text; here their id stands for them.
    pub fn name(&self, id: FeatureId) -> String {
        let at = id.0 as usize;
        let name = match (self.hashes.get(at), &self.lexicon) {
            (Some(hash), _) => match self.names.get(at) {
                Some(name) => name.to_owned(),
                None => format!("#{hash:016x}"),
            },
            (None, _) if at < self.n_ngrams() => format!("#{at}"),
            (None, Some(lexicon)) => lexicon.feature_name(at - self.n_ngrams()),
            (None, None) => String::new(),
        };
        format!("{}:{name}", self.view(id).name())
    }

    /// The hash of every n-gram, by id.
    pub fn hashes(&self) -> &Hashes {
        &self.hashes
    }

    /// The texts of the n-grams, by id, without their views.
    pub fn names(&self) -> &Names {
        &self.names
    }
}
