//! How common each label is in all articles of a run.

use crate::error::Result;
use detente_metrics::streaming_prevalence::{PrevalenceShares, StreamingPrevalence};
use detente_metrics::{BootstrapParams, Confusion};
use detente_model::{Head, StatementScores};
use serde::Serialize;

/// Counts the statements of articles as they come, in memory that does not grow with them.
#[derive(Clone, Debug)]
pub struct CorpusPrevalence {
    n_articles: usize,
    n_statements: usize,
    n_unknown: usize,
    n_of_unknown_language: usize,
    prevalences: Vec<StreamingPrevalence>,
    deferred: Option<Vec<usize>>,
}

/// What all articles of a run say, on every target.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CorpusScore {
    /// The articles.
    pub n_articles: usize,
    /// Their statements.
    pub n_statements: usize,
    /// Those without a known feature, which have no part in the shares.
    pub n_unknown: usize,
    /// Those of them that are of a language that no model knows.
    pub n_of_unknown_language: usize,
    /// One for each head.
    pub targets: Vec<TargetShares>,
}

/// How common the labels of a target are among statements with a known feature.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TargetShares {
    /// In training, in the order of the labels; `None` where the model does not know them.
    pub training: Option<Vec<f64>>,
    /// Counted and corrected, with intervals by article.
    pub shares: PrevalenceShares,
    /// How many predictions were deferred to a person, where a risk was asked for. They are counted in the
    /// shares with the label they were given, since leaving them out would favour the plain labels.
    pub deferred: Option<usize>,
}

impl CorpusPrevalence {
    /// Nothing yet, for the heads of a model.
    pub fn new(heads: &[Head]) -> Self {
        Self {
            n_articles: 0,
            n_statements: 0,
            n_unknown: 0,
            n_of_unknown_language: 0,
            prevalences: heads
                .iter()
                .map(|head| StreamingPrevalence::new(head.labels.len()))
                .collect(),
            deferred: None,
        }
    }

    /// Adds an article: the scores of its statements and, where a risk was asked for, how many predictions
    /// of each head were deferred.
    ///
    /// # Errors
    /// Scores of other heads than those it was made for.
    pub fn add<'a>(
        &mut self,
        statements: impl Iterator<Item = &'a StatementScores> + Clone,
        deferred: Option<&[usize]>,
    ) -> Result<()> {
        let known = statements.clone().filter(|statement| statement.is_known);
        self.n_articles += 1;
        self.n_statements += statements.clone().count();
        self.n_unknown += statements.filter(|statement| !statement.is_known).count();
        for (head_idx, prevalence) in self.prevalences.iter_mut().enumerate() {
            let scores = known.clone();
            let scores = scores.filter_map(|statement| statement.targets.get(head_idx));
            prevalence
                .add(scores.map(|score| (score.label_idx, score.probabilities.as_slice())))?;
        }
        if let Some(deferred) = deferred {
            let sums = self.deferred.get_or_insert_with(|| vec![0; deferred.len()]);
            sums.iter_mut().zip(deferred).for_each(|(sum, n)| *sum += n);
        }
        Ok(())
    }

    /// Says how many of the statements that were added are of a language that no model knows. They count as such
    /// without a known feature, and are told apart from others only so.
    pub fn add_of_unknown_language(&mut self, n_statements: usize) {
        self.n_of_unknown_language += n_statements;
    }

    /// The articles added.
    pub fn n_articles(&self) -> usize {
        self.n_articles
    }

    /// What there is to say of all articles; `heads` are those it was made for.
    ///
    /// # Errors
    /// When the bootstrap parameters are out of range.
    pub fn score(
        &self,
        heads: &[Head],
        bootstrap: Option<&BootstrapParams>,
    ) -> Result<CorpusScore> {
        let targets = heads.iter().zip(&self.prevalences).enumerate();
        let targets = targets.map(|(head_idx, (head, prevalence))| {
            let counts = head.record.calibration_counts();
            let total: u64 = counts.iter().sum();
            let is_known = total > 0 && counts.len() == head.labels.len();
            let training: Option<Vec<f64>> = is_known.then(|| {
                let shares = counts.iter().map(|count| *count as f64 / total as f64);
                shares.collect()
            });
            let confusion = out_of_fold_confusion(head);
            Ok(TargetShares {
                shares: prevalence.shares(training.as_deref(), &confusion, bootstrap)?,
                training,
                deferred: self
                    .deferred
                    .as_ref()
                    .and_then(|all| all.get(head_idx).copied()),
            })
        });
        Ok(CorpusScore {
            n_articles: self.n_articles,
            n_statements: self.n_statements,
            n_unknown: self.n_unknown,
            n_of_unknown_language: self.n_of_unknown_language,
            targets: targets.collect::<Result<_>>()?,
        })
    }
}

/// How often each label of a head was given for each gold label, out of fold: what adjusted counting needs.
pub fn out_of_fold_confusion(head: &Head) -> Confusion {
    let cells = Confusion::from_cells(head.labels.len(), &head.record.confusion);
    cells.unwrap_or_else(|| Confusion::empty(head.labels.len()))
}
