//! Predictions that any model should beat.
//!
//! Questions with their true answers come in; the measures of those who have not learned from words go
//! out, so that everything that measures a model sets it beside the same ones. It knows no model.

use crate::error::Result;
use detente_metrics::{BootstrapParams, Evaluation, Predictions, Sides, baseline};
use detente_model::features::{
    Borders, Idf, Lexicon, NgramParams, Vectorizer, VectorizerParams, VectorizerState, Vocabulary,
    WeightingParams,
};
use detente_model::label::{AGAINST, FAVOR, LabelSet, NONE};
use detente_text::Analyzer;
use serde::Serialize;

/// A way to answer without having learned from words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BaselineKind {
    /// The label most common in training, see [`baseline::majority`].
    Majority,
    /// The shares of labels in training as probabilities, see [`baseline::prior`].
    Prior,
    /// The sign of what the lexicon's words for a side weigh less those against it.
    ///
    /// ```text
    /// sum(for) + sum(not~against) - sum(against) - sum(not~for)    above 0, below 0, 0
    /// ```
    Lexicon,
}

impl BaselineKind {
    /// Every baseline.
    pub const ALL: [Self; 3] = [Self::Majority, Self::Prior, Self::Lexicon];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Majority => "majority",
            Self::Prior => "prior",
            Self::Lexicon => "lexicon",
        }
    }
}

/// How right a baseline is on the rows of a target.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Baseline {
    /// Which one.
    pub kind: BaselineKind,
    /// Its measures.
    pub evaluation: Evaluation,
}

/// What a baseline is asked: the rows of one target.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The target.
    pub target: &'a str,
    /// Its labels.
    pub labels: &'a LabelSet,
    /// How common each label was in training; empty where that is not known.
    pub label_counts: &'a [usize],
    /// The rows' true labels and documents; what was said of them does not matter.
    pub predictions: &'a Predictions,
    /// The rows' texts.
    pub texts: &'a [&'a str],
}

/// Those who answer without having learned from words.
pub struct Baselines<'a> {
    lexicon: Option<LexiconSums<'a>>,
}

impl<'a> Baselines<'a> {
    /// Prepares to read texts as `analyzer` does.
    pub fn new(analyzer: &'a Analyzer) -> Self {
        Self {
            lexicon: LexiconSums::new(analyzer),
        }
    }

    /// The measures of the baselines that the labels allow: the lexicon answers only where each of
    /// its three answers is a label.
    ///
    /// # Errors
    /// When the bootstrap parameters are out of range.
    pub fn answer(
        &mut self,
        question: &Question,
        bootstrap: Option<&BootstrapParams>,
    ) -> Result<Vec<Baseline>> {
        let Question {
            labels,
            predictions,
            ..
        } = *question;
        let counts: Vec<u64> = question.label_counts.iter().map(|n| *n as u64).collect();
        let mut answered = Vec::new();
        if counts.iter().any(|count| *count > 0) && counts.len() == labels.len() {
            let majority = baseline::majority(predictions, &counts)?;
            let prior = baseline::prior(predictions, &counts)?;
            answered.push((BaselineKind::Majority, majority));
            answered.push((BaselineKind::Prior, prior));
        }
        let lexicon = self.lexicon.as_mut();
        if let Some(answers) = lexicon.and_then(|lexicon| lexicon.answers(question)) {
            answered.push((BaselineKind::Lexicon, answers));
        }
        let sides = labels
            .stance_positions()
            .map(|(favor, against)| Sides { favor, against });
        let measured = answered.into_iter().map(|(kind, answers)| {
            Ok(Baseline {
                kind,
                evaluation: Evaluation::of(&answers, sides, bootstrap)?,
            })
        });
        measured.collect()
    }
}

/// The weights that a statement's words have in categories of the lexicon.
struct LexiconSums<'a> {
    analyzer: &'a Analyzer,
    lexicon: std::sync::Arc<Lexicon>,
    vectorizer: Vectorizer,
    state: VectorizerState,
}

impl<'a> LexiconSums<'a> {
    /// `None` for models of languages without a lexicon.
    fn new(analyzer: &'a Analyzer) -> Option<Self> {
        let lexicon = Lexicon::of(analyzer.params().language)?;
        let params = VectorizerParams {
            ngrams: NgramParams {
                word_max: 1,
                char_max: 0,
                negation: false,
                lexicon: true,
                ..NgramParams::DEFAULT
            },
            weighting: WeightingParams::DEFAULT,
        };
        let known = Some(std::sync::Arc::clone(&lexicon));
        let vocabulary = Vocabulary::new(Vec::new(), Vec::new().into(), Borders::default(), known);
        Some(Self {
            analyzer,
            vectorizer: Vectorizer::from_parts(params, vocabulary, Idf::none()),
            lexicon,
            state: VectorizerState::default(),
        })
    }

    fn answers(&mut self, question: &Question) -> Option<Predictions> {
        let labels = question.labels;
        let position = |names: [&str; 3]| {
            let found = names.map(|name| labels.position(name));
            match found {
                [Some(above), Some(below), Some(zero)] if labels.len() == 3 => {
                    Some([above, below, zero])
                }
                _ => None,
            }
        };
        let (places, categories) = match question.target {
            "peace" => (
                position([FAVOR, AGAINST, NONE]),
                ["peace_for", "peace_anti"],
            ),
            "cooperation" => (position([FAVOR, AGAINST, NONE]), ["coop_for", "coop_anti"]),
            "conflict" => (
                position([FAVOR, AGAINST, NONE]),
                ["conflict_for", "conflict_anti"],
            ),
            _ => (
                position(["positive", "negative", "neutral"]),
                ["positive", "negative"],
            ),
        };
        let places = places?;
        let names: Vec<String> = (0..self.lexicon.n_features(false))
            .map(|feature| self.lexicon.feature_name(feature))
            .collect();
        let features = [
            (categories[0].to_owned(), 1.0),
            (format!("not~{}", categories[1]), 1.0),
            (categories[1].to_owned(), -1.0),
            (format!("not~{}", categories[0]), -1.0),
        ];
        let features: Vec<(usize, f64)> = features
            .iter()
            .map(|(name, sign)| Some((names.iter().position(|known| known == name)?, *sign)))
            .collect::<Option<_>>()?;
        let texts = question.texts.iter();
        let predicted = texts.map(|text| match self.sum(text, &features) {
            sum if sum > 1e-4 => places[0],
            sum if sum < -1e-4 => places[1],
            _ => places[2],
        });
        let known = question.predictions;
        let answers = known.answered(predicted.collect(), None);
        // Invariant: the columns are those of checked answers but for classes of the same labels.
        Some(answers.expect("a baseline answers every row"))
    }

    fn sum(&mut self, text: &str, features: &[(usize, f64)]) -> f64 {
        let row = self
            .vectorizer
            .transform(self.analyzer, &mut self.state, text)
            .row;
        let values = row.ids.iter().zip(&row.values);
        values
            .filter_map(|(id, value)| {
                let known = features
                    .iter()
                    .find(|(feature, _)| *feature == *id as usize)?;
                // A category's value is ln(1 + sum of weights) / 2.
                Some(known.1 * ((2.0 * f64::from(*value)).exp() - 1.0))
            })
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_text::{AnalyzerParams, Language};

    fn answered(language: Language) -> Vec<Baseline> {
        let texts = ["We welcome peace.", "They bombed the town.", "It is noon."];
        let names = ["favor", "against", "none"].map(str::to_owned).to_vec();
        let labels = LabelSet::new(names.clone());
        let gold = vec![0, 1, 2];
        let answers = Predictions::new(names, gold.clone(), gold, None, &[0, 1, 2]).unwrap();
        let question = Question {
            target: "peace",
            labels: &labels,
            label_counts: &[2, 5, 3],
            predictions: &answers,
            texts: &texts,
        };
        let analyzer = Analyzer::new(AnalyzerParams {
            language,
            ..AnalyzerParams::DEFAULT
        });
        Baselines::new(&analyzer).answer(&question, None).unwrap()
    }

    #[test]
    fn the_lexicon_answers_with_the_heavier_side() {
        let all = answered(Language::English);
        assert_eq!(
            all.iter().map(|b| b.kind).collect::<Vec<_>>(),
            BaselineKind::ALL
        );
        let lexicon = &all[2].evaluation.confusion;
        assert_eq!((lexicon.count(0, 0), lexicon.count(2, 2)), (1, 1));
        assert_eq!(all[0].evaluation.accuracy.value, Some(1.0 / 3.0));
        assert_eq!(all[0].evaluation.confusion.predicted_count(1), 3);
    }

    #[test]
    fn other_languages_have_no_lexicon() {
        let all = answered(Language::German);
        assert_eq!(all.len(), 2);
    }
}
