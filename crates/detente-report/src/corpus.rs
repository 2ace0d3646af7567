//! How common the labels are in all articles of a run.

use super::measures_record::MeasureRecord;
use super::named::Named;
use super::sheet::Sheet;
use super::table::{fine, measure};
use detente_error::counted;
use detente_metrics::prevalence::SHARE_RESAMPLES;
use detente_model::Head;
use detente_score::aggregate::CorpusScore;
use serde::Serialize;
use std::fmt;

/// How common the labels are in all articles of a run.
///
/// As JSON it is the object of `detente score --summary`; [`Display`](std::fmt::Display) writes the table that
/// `detente score` ends with.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Corpus")
)]
#[non_exhaustive]
pub struct CorpusRecord {
    /// The name of the model.
    pub model: String,
    /// Articles that were scored.
    #[serde(rename = "articles")]
    pub n_articles: usize,
    /// Their statements.
    #[serde(rename = "statements")]
    pub n_statements: usize,
    /// Statements in which the model knows nothing.
    #[serde(rename = "unknown_statements")]
    pub n_unknown_statements: usize,
    /// Those of them that are of a language that no model knows; only where there are some.
    #[serde(
        rename = "unknown_language_statements",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "schema", schemars(with = "usize"))]
    pub n_of_unknown_language: Option<usize>,
    /// How common the labels of each target are.
    pub targets: Named<'static, CorpusTargetRecord>,
}

/// How common the labels of a target are.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "CorpusTarget")
)]
#[non_exhaustive]
pub struct CorpusTargetRecord {
    /// By label.
    pub shares: Named<'static, CorpusShareRecord>,
    /// Statements that are left to a person; only where a risk was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "usize"))]
    pub n_deferred: Option<usize>,
}

/// How common a label is, counted in several ways.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "CorpusShare")
)]
#[non_exhaustive]
pub struct CorpusShareRecord {
    /// Among the rows of training.
    pub training: Option<f64>,
    /// Among the answers.
    pub counted: Option<MeasureRecord>,
    /// Among the answers, adjusted by the errors out of fold.
    pub adjusted: Option<MeasureRecord>,
    /// By expectation-maximisation from the probabilities.
    pub corrected: Option<MeasureRecord>,
}

impl CorpusRecord {
    /// The record of what the articles of a run have in common; `model` is the name it shall carry.
    pub fn of(model: &str, heads: &[Head], corpus: &CorpusScore) -> Self {
        let targets = heads.iter().zip(&corpus.targets).map(|(head, target)| {
            let labels = head.labels.labels().iter().enumerate();
            let shares = labels.map(|(idx, label)| {
                let measure = |shares: &[_]| shares.get(idx).copied().map(MeasureRecord::from);
                let share = CorpusShareRecord {
                    training: target.training.as_ref().map(|shares| shares[idx]),
                    counted: measure(&target.shares.counted),
                    adjusted: measure(&target.shares.adjusted),
                    corrected: measure(&target.shares.corrected),
                };
                (label.clone(), share)
            });
            let record = CorpusTargetRecord {
                shares: shares.collect(),
                n_deferred: target.deferred,
            };
            (head.target.clone(), record)
        });
        Self {
            model: model.to_owned(),
            n_articles: corpus.n_articles,
            n_statements: corpus.n_statements,
            n_unknown_statements: corpus.n_unknown,
            n_of_unknown_language: Some(corpus.n_of_unknown_language).filter(|n| *n > 0),
            targets: targets.collect(),
        }
    }
}

impl fmt::Display for CorpusRecord {
    /// A line for each label of each target, with colors.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with_deferred = self
            .targets
            .values()
            .any(|target| target.n_deferred.is_some());
        let mut columns = vec!["target", "label", "#training", "counted", "adjusted", "EM"];
        columns.extend(with_deferred.then_some("#deferred"));
        let mut sheet = Sheet::new("All articles", &columns);
        for (name, target) in self.targets.iter() {
            for (idx, (label, share)) in target.shares.iter().enumerate() {
                let of = |share: Option<MeasureRecord>| measure(share.unwrap_or_default());
                let is_first = idx == 0;
                let mut cells = vec![
                    if is_first {
                        name.to_owned()
                    } else {
                        String::new()
                    },
                    label.to_owned(),
                    fine(share.training),
                    of(share.counted),
                    of(share.adjusted),
                    of(share.corrected),
                ];
                if with_deferred {
                    let n_deferred = target.n_deferred.filter(|_| is_first);
                    cells.push(n_deferred.map_or(String::new(), |n| n.to_string()));
                }
                sheet.row(cells);
            }
        }
        sheet.note = Some(format!(
            "shares of the labels, with 95 % intervals by article: counted among the answers; adjusted by the \
             errors out of fold (Forman 2008); by expectation-maximisation from the probabilities (Saerens \
             2002; at most {SHARE_RESAMPLES} resamples for both)"
        ));
        let unknown = match self.n_unknown_statements {
            0 => String::new(),
            n => format!(", {n} of them unknown to the model and left out"),
        };
        write!(
            f,
            "all articles: {}, {}{unknown}\n{}",
            counted(self.n_articles, "article"),
            counted(self.n_statements, "statement"),
            sheet.terminal()
        )
    }
}
