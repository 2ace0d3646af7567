//! Answers that any model should beat.

use super::{Evaluated, TargetAnswers};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::features::{
    Borders, Idf, Lexicon, NgramParams, Vectorizer, VectorizerParams, VectorizerState, Vocabulary,
    WeightingParams,
};
use crate::label::{AGAINST, FAVOR, LabelSet, NONE};
use crate::metrics::{Answers, BootstrapParams, Evaluation, baseline};
use crate::model::Model;
use crate::text::Language;

/// A way to answer without having learned from words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
#[derive(Clone, Debug)]
pub struct Baseline {
    /// Which one.
    pub kind: BaselineKind,
    /// Its measures.
    pub evaluation: Evaluation,
}

/// The baselines of each target, those that its labels allow.
pub(super) fn baselines(
    model: &Model,
    corpus: &Corpus,
    evaluated: &Evaluated,
    bootstrap: Option<&BootstrapParams>,
) -> Result<Vec<Vec<Baseline>>> {
    let mut lexicon = LexiconSums::new(model);
    let mut all = Vec::new();
    for (target, _) in &evaluated.targets {
        let head = &model.heads()[target.head_idx];
        let counts: Vec<u64> = head.record.label_counts.iter().map(|n| *n as u64).collect();
        let mut answered = Vec::new();
        if counts.iter().any(|count| *count > 0) && counts.len() == head.labels.len() {
            let majority = baseline::majority(&target.answers, &counts)?;
            let prior = baseline::prior(&target.answers, &counts)?;
            answered.push((BaselineKind::Majority, majority));
            answered.push((BaselineKind::Prior, prior));
        }
        let by_lexicon = lexicon
            .as_mut()
            .and_then(|lexicon| lexicon.answers(corpus, target, &head.labels));
        if let Some(answers) = by_lexicon {
            answered.push((BaselineKind::Lexicon, answers));
        }
        let sides = super::sides(&head.labels);
        let measured = answered.into_iter().map(|(kind, answers)| {
            Ok(Baseline {
                kind,
                evaluation: Evaluation::of(&answers, sides, bootstrap)?,
            })
        });
        all.push(measured.collect::<Result<_>>()?);
    }
    Ok(all)
}

/// The weights that a statement's words have in categories of the lexicon.
struct LexiconSums<'a> {
    model: &'a Model,
    lexicon: std::sync::Arc<Lexicon>,
    vectorizer: Vectorizer,
    state: VectorizerState,
}

impl<'a> LexiconSums<'a> {
    /// `None` for models of other languages: the lexicon is English.
    fn new(model: &'a Model) -> Option<Self> {
        if model.analyzer().params().language != Language::English {
            return None;
        }
        let lexicon = Lexicon::english();
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
        let vocabulary = Vocabulary::new(Vec::new(), Vec::new(), Borders::default(), known);
        Some(Self {
            model,
            vectorizer: Vectorizer::from_parts(params, vocabulary, Idf(Vec::new())),
            lexicon,
            state: VectorizerState::default(),
        })
    }

    fn answers(
        &mut self,
        corpus: &Corpus,
        target: &TargetAnswers,
        labels: &LabelSet,
    ) -> Option<Answers> {
        let position = |names: [&str; 3]| {
            let found = names.map(|name| labels.position(name));
            match found {
                [Some(above), Some(below), Some(zero)] if labels.len() == 3 => {
                    Some([above, below, zero])
                }
                _ => None,
            }
        };
        let (places, categories) = match target.target.as_str() {
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
        let names: Vec<String> = (0..self.lexicon.n_features())
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
        let predicted = target.rows.iter().map(|row| {
            let text = &corpus.examples[*row].text;
            match self.sum(text, &features) {
                sum if sum > 1e-4 => places[0],
                sum if sum < -1e-4 => places[1],
                _ => places[2],
            }
        });
        let answers = Answers::new(
            target.answers.labels().to_vec(),
            target.answers.gold().to_vec(),
            predicted.collect(),
            None,
            target.answers.document_idx(),
        );
        // Invariant: the columns are those of checked answers but for classes of the same labels.
        Some(answers.expect("a baseline answers every row"))
    }

    fn sum(&mut self, text: &str, features: &[(usize, f64)]) -> f64 {
        let analyzer = self.model.analyzer();
        let row = self
            .vectorizer
            .transform(analyzer, &mut self.state, text)
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
