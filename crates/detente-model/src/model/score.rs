//! Margins, probabilities and stance scores of one statement.

use super::Model;
use crate::calibrate::argmax;
use crate::features::VectorizerState;
use detente_text::Passage;
use serde::Serialize;
use std::sync::Mutex;

/// What a model says of one statement on one target.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Score {
    /// The margin of each label: log-odds before calibration, in the order of the head's labels.
    pub margins: Vec<f64>,
    /// The calibrated probability of each label, from 0 to 1, together 1.
    pub probabilities: Vec<f64>,
    /// The place of the label that the head's decision gives; mostly the most probable one.
    pub label_idx: usize,
    /// `P(favor) - P(against)`, from -1 to 1; `None` for class targets.
    pub stance: Option<f64>,
    /// `1 - P(none)`, from 0 to 1; `None` for class targets. Without a `none` label it is 1.
    pub relevance: Option<f64>,
}

impl Score {
    /// The place of the most probable label, the first of equal ones. Where it is not the label given, the head's
    /// [decision](crate::calibrate::LogitAdjustment) moved the label.
    pub fn most_probable_idx(&self) -> usize {
        argmax(&self.probabilities)
    }
}

/// The scores of a statement on every target, in the order of the model's heads.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StatementScores {
    /// One for each head.
    pub targets: Vec<Score>,
    /// Number of words in the statement.
    pub n_tokens: usize,
    /// Number of words whose stem the model knows.
    pub n_known_tokens: usize,
    /// Whether any feature of the statement is known. If not, the scores are the model's priors.
    pub is_known: bool,
    /// What a sentence encoder added to the margins, label by label and head by head; empty without one.
    #[serde(skip)]
    pub encoder_margins: Vec<f64>,
}

impl Model {
    /// Scores one statement. The result depends on nothing but the text and the model, as long as
    /// `state` has served no other model: it remembers the features of words.
    ///
    /// # Panics
    /// It needs a sentence encoder that it was not given: see [`Model::missing_encoder`].
    ///
    /// # Example
    /// ```
    /// let model = detente_model::Model::embedded();
    /// let mut state = Default::default();
    /// let scores = model.score(&mut state, "We deplore the shelling and call for a ceasefire.");
    /// let peace = &scores.targets[model.head_idx("peace").unwrap()];
    /// assert!(peace.stance.unwrap() > 0.0);
    /// ```
    pub fn score<'a>(
        &self,
        state: &mut VectorizerState,
        passage: impl Into<Passage<'a>>,
    ) -> StatementScores {
        let passage = passage.into();
        let encoder_margins = match &self.encoder {
            Some(encoder) => encoder.margins(&self.analyzer, passage),
            None => Vec::new(),
        };
        let transformed = self.vectorizer.transform(&self.analyzer, state, passage);
        let mut sums = Vec::new();
        self.weights.margins(transformed.row, &mut sums);
        for (sum, of_encoder) in sums.iter_mut().zip(&encoder_margins) {
            *sum += of_encoder;
        }
        let mut start = 0;
        let targets = self.heads.iter().map(|head| {
            let end = start + head.labels.len();
            let sums = &sums[start..end];
            start = end;
            let margins: Vec<f64> = sums
                .iter()
                .zip(&head.intercept)
                .map(|(s, b)| s + b)
                .collect();
            let probabilities = head.temperature.apply(&margins);
            let stance = head
                .labels
                .stance_positions()
                .map(|(favor, against)| probabilities[favor] - probabilities[against]);
            let none = head.labels.position(crate::label::NONE);
            Score {
                label_idx: head.decision.apply(&probabilities),
                stance,
                relevance: stance.map(|_| 1.0 - none.map_or(0.0, |none| probabilities[none])),
                margins,
                probabilities,
            }
        });
        StatementScores {
            targets: targets.collect(),
            n_tokens: transformed.n_tokens,
            n_known_tokens: transformed.n_known_tokens,
            is_known: !transformed.row.ids.is_empty()
                || (transformed.n_tokens > 0 && self.encoder.is_some()),
            encoder_margins,
        }
    }
}

/// Vectorizer states that threads borrow and give back, so that caches outlive one task.
#[derive(Default)]
pub struct StatePool(Mutex<Vec<VectorizerState>>);

impl StatePool {
    /// Runs `work` with a state of the pool, or a new one.
    pub fn with<T>(&self, work: impl FnOnce(&mut VectorizerState) -> T) -> T {
        let waiting = match self.0.lock() {
            Ok(mut states) => states.pop(),
            Err(_) => None,
        };
        let mut state = waiting.unwrap_or_default();
        let result = work(&mut state);
        if let Ok(mut states) = self.0.lock() {
            states.push(state);
        }
        result
    }
}
