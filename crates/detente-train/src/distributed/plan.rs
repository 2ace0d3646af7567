//! What every executor has to know: how texts become rows, and the labels of each target.

use super::wire::{Kind, Reader, Writer};
use crate::error::{Error, ErrorKind, Result};
use detente_data::corpus::TargetColumn;
use detente_model::StatePool;
use detente_model::features::{
    Buckets, Lexicon, NgramParams, Vectorizer, VectorizerParams, View, Vocabulary, WeightingParams,
};
use detente_model::label::{LabelSet, STANCE_LABELS};
use detente_text::{Analyzer, AnalyzerParams, Language};
use std::ops::Range;
use xxhash_rust::xxh3::xxh3_64;

/// The binary logarithm of the number of buckets where none is asked for: what goes over the network in a pass doubles
/// with each.
const LOG2_BUCKETS: u32 = 20;

/// The version of this program. Another one may make other rows of a text.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Parameters of a head at the most: a driver holds about 80 bytes for each.
const MOST_PARAMETERS: usize = 1 << 28;

/// How texts become rows.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanParams {
    /// The language of the texts; default English.
    pub language: Language,
    /// Whether names of parties are masked; default that of [`AnalyzerParams::DEFAULT`].
    pub mask_parties: bool,
    /// The binary logarithm of the number of buckets that n-grams are hashed into, 18 to 26; default 20. What goes over
    /// the network in a pass doubles with each, and fewer n-grams share a bucket.
    pub log2_buckets: u32,
    /// The labels of each target.
    pub labels: Vec<(String, Vec<String>)>,
}

impl PlanParams {
    /// English, the default of party names, a million buckets, and no target yet.
    pub const DEFAULT: Self = Self {
        language: Language::English,
        mask_parties: AnalyzerParams::DEFAULT.mask_parties,
        log2_buckets: LOG2_BUCKETS,
        labels: Vec::new(),
    };

    /// Checks the ranges.
    ///
    /// # Errors
    /// A number of buckets out of its range; no target; a target without labels, with one, with more than the buckets
    /// leave room for, or with a label that is probably a misspelt stance label.
    pub fn check(&self) -> Result<()> {
        Buckets::check(self.log2_buckets)?;
        if self.labels.is_empty() {
            return Err(Error::new(ErrorKind::OutOfRange {
                parameter: "the number of targets",
                value: "0".into(),
                expected: "1 or more",
            }));
        }
        for (name, labels) in &self.labels {
            let labels = LabelSet::new(labels.iter().cloned());
            match labels.labels() {
                [] => {
                    return Err(Error::new(ErrorKind::NoLabels {
                        target: name.clone(),
                    }));
                }
                [_] => {
                    return Err(Error::new(ErrorKind::OutOfRange {
                        parameter: "the number of labels of a target",
                        value: format!("1, of `{name}`"),
                        expected: "2 or more",
                    }));
                }
                labels if labels.len() << self.log2_buckets > MOST_PARAMETERS => {
                    return Err(Error::new(ErrorKind::OutOfRange {
                        parameter: "the number of labels times the number of buckets",
                        value: format!("{} x 2^{}, of `{name}`", labels.len(), self.log2_buckets),
                        expected: "at most 2^28: fewer buckets, or fewer labels",
                    }));
                }
                _ => (),
            }
            if let Some(wrong) = labels.misspelt_stance() {
                return Err(Error::new(ErrorKind::UnknownLabel {
                    column: name.clone(),
                    value: wrong.to_owned(),
                    allowed: STANCE_LABELS.map(str::to_owned).to_vec(),
                }));
            }
        }
        Ok(())
    }
}

/// What every executor has to know: how texts become rows, and the labels of each target.
pub struct Plan {
    params: PlanParams,
    id: u64,
    targets: Vec<TargetColumn>,
    analyzer: Analyzer,
    vectorizer: Vectorizer,
    views: Vec<(View, Range<usize>)>,
    pub(super) states: StatePool,
}

impl Plan {
    /// The plan of a recipe.
    ///
    /// # Errors
    /// As [`PlanParams::check`].
    pub fn new(params: PlanParams) -> Result<Self> {
        params.check()?;
        let analyzer = Analyzer::new(AnalyzerParams {
            language: params.language,
            mask_parties: params.mask_parties,
        });
        let ngrams = NgramParams::of(params.language);
        let lexicon = Lexicon::beside(&ngrams, params.language);
        let buckets = Buckets::all(params.log2_buckets, ngrams.views());
        let vectorizer = VectorizerParams {
            ngrams,
            weighting: WeightingParams {
                min_df: 1,
                ..WeightingParams::DEFAULT
            },
        };
        let vectorizer = Vectorizer::hashed(vectorizer, Vocabulary::hashed(buckets, lexicon));
        let targets = params.labels.iter().map(|(name, labels)| TargetColumn {
            name: name.clone(),
            labels: LabelSet::new(labels.iter().cloned()),
            column: name.clone(),
        });
        let mut plan = Self {
            id: 0,
            targets: targets.collect(),
            analyzer,
            views: vectorizer.vocabulary().views(),
            vectorizer,
            states: StatePool::default(),
            params,
        };
        plan.id = xxh3_64(&plan.to_bytes());
        Ok(plan)
    }

    /// The plan as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(Kind::Plan);
        writer.text(VERSION);
        writer.text(self.params.language.code());
        writer.u32(u32::from(self.params.mask_parties));
        writer.u32(self.params.log2_buckets);
        writer.u32(self.targets.len() as u32);
        for target in &self.targets {
            writer.text(&target.name);
            writer.u32(target.labels.len() as u32);
            target
                .labels
                .labels()
                .iter()
                .for_each(|label| writer.text(label));
        }
        writer.finish()
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// Bytes that are cut off, altered, no plan, or of another version of this program.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes, Kind::Plan)?;
        let version = reader.text()?;
        if version != VERSION {
            return Err(Error::new(ErrorKind::PlanVersion {
                found: version,
                expected: VERSION,
            }));
        }
        let language = Language::from_code(&reader.text()?);
        reader.check(language.is_some())?;
        let mask_parties = reader.u32()? == 1;
        let log2_buckets = reader.u32()?;
        let mut labels = Vec::new();
        for _ in 0..reader.u32()? {
            let name = reader.text()?;
            let mut of_target = Vec::new();
            for _ in 0..reader.u32()? {
                of_target.push(reader.text()?);
            }
            labels.push((name, of_target));
        }
        reader.finish()?;
        Self::new(PlanParams {
            language: language.unwrap_or(Language::English),
            mask_parties,
            log2_buckets,
            labels,
        })
    }

    /// A hash of all of it, which everything that belongs to it carries.
    pub(super) fn id(&self) -> u64 {
        self.id
    }

    /// The recipe.
    pub fn params(&self) -> &PlanParams {
        &self.params
    }

    /// The targets with their labels.
    pub(super) fn targets(&self) -> &[TargetColumn] {
        &self.targets
    }

    /// The columns of a target among the labels of all targets together.
    pub(super) fn labels_of(&self, target_idx: usize) -> Range<usize> {
        let (before, rest) = self.targets.split_at(target_idx);
        let first = before.iter().map(|target| target.labels.len()).sum();
        first..first + rest[0].labels.len()
    }

    /// Labels of all targets together.
    pub(super) fn n_columns(&self) -> usize {
        self.targets.iter().map(|target| target.labels.len()).sum()
    }

    pub(super) fn analyzer(&self) -> &Analyzer {
        &self.analyzer
    }

    pub(super) fn vectorizer(&self) -> &Vectorizer {
        &self.vectorizer
    }

    /// The views of the features with their ids.
    pub(super) fn views(&self) -> &[(View, Range<usize>)] {
        &self.views
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(n_labels: usize, log2_buckets: u32) -> PlanParams {
        let labels = (0..n_labels).map(|at| format!("label {at}")).collect();
        PlanParams {
            log2_buckets,
            labels: vec![("topic".to_owned(), labels)],
            ..PlanParams::DEFAULT
        }
    }

    #[test]
    fn more_parameters_than_a_driver_can_hold_are_refused() {
        assert!(params(1024, 18).check().is_ok());
        assert_eq!(
            params(1025, 18).check().unwrap_err().to_string(),
            "the number of labels times the number of buckets is 1025 x 2^18, of `topic`; expected at most 2^28: \
             fewer buckets, or fewer labels"
        );
        assert!(params(5, 26).check().is_err());
    }

    #[test]
    fn a_plan_of_another_version_is_refused() {
        let mut writer = Writer::new(Kind::Plan);
        writer.text("0.0.1");
        let error = Plan::from_bytes(&writer.finish()).err().unwrap();
        assert!(
            error
                .to_string()
                .starts_with("this training was begun by version 0.0.1, and this is version "),
            "{error}"
        );
    }
}
