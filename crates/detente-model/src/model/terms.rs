//! The terms that speak most for each label.

use super::Model;
use crate::features::{FeatureId, View};

/// A feature with what it says for a label.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// The feature with its view, as in `word:cease fire` or `lexicon:peace`.
    pub feature: String,
    /// Its view.
    pub view: View,
    /// Its weight for the label: log-odds before calibration for each unit of its value.
    pub weight: f64,
    /// In how many of the training rows it stands; `None` for categories of the lexicon, which are not
    /// counted.
    pub document_frequency: Option<u32>,
}

impl Model {
    /// The `n` features of these views with the largest weight for a label, largest first; none without a
    /// positive weight.
    ///
    /// N-grams that are hashed are left out: the model does not know their texts.
    ///
    /// A weight is for a feature of value 1. Values differ between views: those of words are TF-IDF scaled
    /// to a norm over the statement, those of the lexicon are logarithms of counts. So weights are compared
    /// inside a view, not across views.
    ///
    /// # Example
    /// ```
    /// use detente_model::features::View;
    /// let model = detente_model::Model::embedded();
    /// let peace = model.head_idx("peace").unwrap();
    /// let favor = model.heads()[peace].labels.position("favor").unwrap();
    /// let terms = model.terms(peace, favor, &[View::Word], 5);
    /// assert_eq!(terms.len(), 5);
    /// assert!(terms.is_sorted_by(|a, b| a.weight >= b.weight));
    /// assert!(terms[0].document_frequency > Some(0));
    /// ```
    ///
    /// # Panics
    /// There is no such head or label.
    pub fn terms(&self, head_idx: usize, label_idx: usize, views: &[View], n: usize) -> Vec<Term> {
        let before: usize = self.heads[..head_idx].iter().map(|h| h.labels.len()).sum();
        let column = before + label_idx;
        let vocabulary = self.vectorizer.vocabulary();
        let shown = vocabulary.views().into_iter();
        let n_nameless = self.buckets().map_or(0, |_| vocabulary.n_ngrams());
        let ids = shown
            .filter(|(view, _)| views.contains(view))
            .flat_map(|(_, ids)| ids)
            .filter(|id| *id >= n_nameless);
        let weighed = ids.map(|id| (id as u32, self.weights.weight(id, column)));
        let mut ranked: Vec<(u32, f64)> = weighed.filter(|(_, weight)| *weight > 0.0).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.truncate(n);
        let term = |(id, weight)| Term {
            feature: vocabulary.name(FeatureId(id)),
            view: vocabulary.view(FeatureId(id)),
            weight,
            document_frequency: self
                .vectorizer
                .idf()
                .document_frequency(id, self.record.n_rows),
        };
        ranked.into_iter().map(term).collect()
    }
}
