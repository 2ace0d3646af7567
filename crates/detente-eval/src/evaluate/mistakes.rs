//! The predictions that were wrong, and why they were made.

use super::Evaluated;
use detente_data::corpus::Corpus;
use detente_model::{Contribution, Model, StatePool};
use detente_text::{AnalyzerState, Span, TermKind};
use rayon::prelude::*;
use serde::Serialize;

/// A prediction that was wrong.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Mistake {
    /// The place of the target among those evaluated.
    pub target_idx: usize,
    /// The place of the row among the target's predictions.
    pub place: usize,
    /// The place of the row among the corpus's examples.
    pub row: usize,
    /// The probability of the label that was given.
    pub confidence: f64,
    /// The features that spoke most, for the label given or against it.
    pub contributions: Vec<Contribution>,
}

/// The wrong predictions of all targets, the most confident first, each with the `n_features` that moved
/// it most.
pub fn mistakes(
    model: &Model,
    corpus: &Corpus,
    evaluated: &Evaluated,
    n_features: usize,
) -> Vec<Mistake> {
    let mut wrong = Vec::new();
    for (target_idx, (target, _)) in evaluated.targets.iter().enumerate() {
        let predictions = target.given.predictions();
        for (place, row) in target.rows.iter().enumerate() {
            let given = predictions.predicted()[place];
            if given != predictions.gold()[place] {
                wrong.push(Mistake {
                    target_idx,
                    place,
                    row: *row,
                    confidence: predictions
                        .probabilities()
                        .map_or(0.0, |p| p[(place, given)]),
                    contributions: Vec::new(),
                });
            }
        }
    }
    wrong.sort_by(|a, b| {
        let place = |m: &Mistake| (m.target_idx, m.row);
        b.confidence
            .total_cmp(&a.confidence)
            .then(place(a).cmp(&place(b)))
    });
    let pool = StatePool::default();
    wrong.par_iter_mut().for_each(|mistake| {
        let head_idx = evaluated.targets[mistake.target_idx].0.head_idx;
        let passage = corpus.examples[mistake.row].passage();
        let explained = pool.with(|state| model.explain(state, passage, n_features));
        if let Some(explanation) = explained.into_iter().nth(head_idx) {
            mistake.contributions = explanation.contributions;
        }
    });
    wrong
}

/// The words of a text that spoke for the label given, each with its part of the strongest word's,
/// above 0 up to 1.
///
/// A word gets a share of every listed feature that it is part of: its own stem, a pair of stems, a
/// sequence of characters inside it. Features of a lexicon stand for no single word and are left out.
pub fn spoken_for(model: &Model, text: &str, contributions: &[Contribution]) -> Vec<(Span, f64)> {
    let mut words = Vec::new();
    let mut state = AnalyzerState::default();
    model.analyzer().analyze(&mut state, text, &mut |term| {
        if term.kind != TermKind::Word {
            return;
        }
        let padded = format!("_{}_", term.surface);
        let parts = contributions.iter().map(|part| {
            let is_part = match part.feature.split_once(':') {
                Some(("word", stems)) => stems
                    .split(' ')
                    .any(|stem| stem.strip_prefix("not~").unwrap_or(stem) == term.stem),
                Some(("near-word", stems)) => {
                    let stems = stems.split_once('~').map_or(stems, |(_, stem)| stem);
                    stems.split(' ').any(|stem| stem == term.stem)
                }
                Some(("char" | "near-char", inside)) => padded.contains(inside),
                _ => false,
            };
            if is_part { part.contribution } else { 0.0 }
        });
        words.push((term.span, parts.sum::<f64>()));
    });
    let most = words.iter().map(|(_, part)| *part).fold(0.0, f64::max);
    words.retain(|(_, part)| *part > 0.0);
    words.iter_mut().for_each(|(_, part)| *part /= most);
    words
}
