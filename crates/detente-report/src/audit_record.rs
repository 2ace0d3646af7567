//! What an audit found, as the record that every format is written from.

use super::named::Named;
use detente_data::corpus::{Corpus, Notice};
use detente_eval::audit::{
    Audit, Check, Cluster, CoderAgreement, Groups, LabelCounts, LabelNoise, Leak, LeakedRow,
    Predictor, Slice, Splits, Texts, USUAL_WORDS, Verdict,
};
use serde::Serialize;

/// An audit of labelled files, with every case.
///
/// As JSON it is the object that `detente audit --format json` prints; [`Display`](std::fmt::Display) writes the tables
/// that `detente audit` prints, [`table`](Self::table) as many cases as are asked for. Undefined numbers are null.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Audit")
)]
#[non_exhaustive]
pub struct AuditRecord {
    /// The files.
    pub data: Vec<String>,
    /// The files that must share nothing with them; null where there are none.
    pub against: Option<Vec<String>>,
    /// Rows with a text and a label.
    #[serde(rename = "n")]
    pub n_rows: usize,
    /// Rows without a label.
    #[serde(rename = "unlabelled")]
    pub n_unlabelled: usize,
    /// Rows with a blank text.
    #[serde(rename = "blank")]
    pub n_blank: usize,
    /// Checks that make measured scores wrong or training fail.
    #[serde(rename = "findings")]
    pub n_findings: usize,
    /// Every check.
    pub checks: Vec<CheckRecord>,
    /// How common the labels of each target are.
    pub targets: Named<'static, LabelCountsRecord>,
    /// Labels that differ in form only, stand for none, or are nearly another; only where there are any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub odd_labels: Vec<OddLabelRecord>,
    /// The groups; null without a column of groups.
    pub groups: Option<GroupsRecord>,
    /// The splits; null without a column of splits.
    pub splits: Option<SplitsRecord>,
    /// Rows with the same text, but for case and space.
    pub exact_duplicates: Vec<ClusterRecord>,
    /// Rows with nearly the same text.
    pub near_duplicates: Vec<ClusterRecord>,
    /// What is in the other file too; null without one.
    pub leak: Option<LeakRecord>,
    /// What gives a label away.
    pub predictors: Vec<PredictorRecord>,
    /// Labels that are probably wrong, by target.
    pub label_errors: Named<'static, LabelNoiseRecord>,
    /// Targets on which label errors could not be looked for, with the reason.
    pub unmodelled: Named<'static, String>,
    /// How far two coders agree.
    pub agreement: Vec<AgreementRecord>,
    /// How long the texts are.
    pub texts: TextsRecord,
    /// The labels by the values of columns.
    #[serde(rename = "by")]
    pub slices: Vec<LabelSliceRecord>,
}

/// A label that is odd.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "OddLabel")
)]
#[non_exhaustive]
pub struct OddLabelRecord {
    /// Why: `form` (written in several ways), `missing` (a mark for no label), or `look-alike` (nearly another).
    pub kind: &'static str,
    /// The target.
    pub target: String,
    /// The label.
    pub label: String,
    /// The sentence about it.
    pub what: String,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Check")
)]
#[non_exhaustive]
pub struct CheckRecord {
    /// What was checked.
    pub check: &'static str,
    /// `finding`, `note`, `ok` or `skipped`.
    pub verdict: &'static str,
    /// Cases that the verdict rests on.
    #[serde(rename = "cases")]
    pub n_cases: usize,
    /// What was seen, in one line.
    pub what: String,
}

/// How common the labels of a target are.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "LabelCounts")
)]
#[non_exhaustive]
pub struct LabelCountsRecord {
    /// Rows with a label.
    #[serde(rename = "n")]
    pub n_rows: usize,
    /// By label.
    pub labels: Named<'static, LabelCountRecord>,
}

/// How common a label is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "LabelCount")
)]
#[non_exhaustive]
pub struct LabelCountRecord {
    /// Rows with it.
    #[serde(rename = "n")]
    pub n_rows: usize,
    /// Their share; null where no row has a label.
    pub share: Option<f64>,
}

/// The sizes of groups.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Groups")
)]
#[non_exhaustive]
pub struct GroupsRecord {
    /// How many there are.
    #[serde(rename = "n")]
    pub n_groups: usize,
    /// Rows of the smallest.
    pub min: usize,
    /// Rows of the one in the middle.
    pub median: f64,
    /// Rows of the largest.
    pub max: usize,
    /// The name of the largest.
    pub largest: String,
    /// Its share of all rows.
    pub largest_share: f64,
    /// Groups of one row.
    #[serde(rename = "with_one_row")]
    pub n_with_one_row: usize,
    /// Rows without a group.
    #[serde(rename = "rows_without_group")]
    pub n_rows_without_group: usize,
}

/// How rows are split.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Splits")
)]
#[non_exhaustive]
pub struct SplitsRecord {
    /// The labels of each split.
    pub values: Vec<LabelSliceRecord>,
    /// Groups that lie in more than one.
    pub cut_groups: Vec<String>,
    /// Labels that a split lacks.
    pub missing: Vec<MissingRecord>,
}

/// A label that a split lacks.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Missing")
)]
#[non_exhaustive]
pub struct MissingRecord {
    /// The split.
    pub split: String,
    /// The target.
    pub target: String,
    /// The label.
    pub label: String,
}

/// The labels of the rows with one value in a column.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "LabelSlice")
)]
#[non_exhaustive]
pub struct LabelSliceRecord {
    /// The column.
    pub column: String,
    /// The value.
    pub value: String,
    /// Rows with it.
    #[serde(rename = "n")]
    pub n_rows: usize,
    /// Their labels, by target.
    pub targets: Named<'static, LabelCountsRecord>,
}

/// Rows whose texts are alike.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Cluster")
)]
#[non_exhaustive]
pub struct ClusterRecord {
    /// How much they are, up to 1.
    pub resemblance: f64,
    /// The splits that they lie in.
    pub splits: Vec<String>,
    /// How many groups they are of; null without a column of groups.
    #[serde(rename = "groups")]
    pub n_groups: Option<usize>,
    /// Targets on which their labels differ.
    pub contested: Vec<String>,
    /// The rows.
    pub rows: Vec<RowRecord>,
}

/// A row of a file.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Row")
)]
#[non_exhaustive]
pub struct RowRecord {
    /// Its id.
    pub id: Option<String>,
    /// Its file.
    pub file: String,
    /// Its line there.
    pub line: u64,
    /// Its group.
    pub group: Option<String>,
    /// Its labels, by target.
    pub labels: Named<'static, String>,
    /// Its text.
    pub text: String,
}

/// What is in the other file too.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Leak")
)]
#[non_exhaustive]
pub struct LeakRecord {
    /// Rows of the other file.
    #[serde(rename = "other_rows")]
    pub n_other_rows: usize,
    /// Rows with the same text.
    pub exact: Vec<LeakedRowRecord>,
    /// Rows with nearly the same text.
    pub near: Vec<LeakedRowRecord>,
    /// Groups in both.
    pub shared_groups: Vec<String>,
}

/// A row that is in the other file too.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "LeakedRow")
)]
#[non_exhaustive]
pub struct LeakedRowRecord {
    /// How much the two are alike, up to 1.
    pub resemblance: f64,
    /// The row.
    pub row: RowRecord,
    /// The row of the other file.
    pub other: Option<RowRecord>,
}

/// Something that the rows of one label share too often.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Predictor")
)]
#[non_exhaustive]
pub struct PredictorRecord {
    /// `opening`, `n-gram`, `name` or `cell`.
    pub kind: &'static str,
    /// What they share.
    pub feature: String,
    /// The target.
    pub target: String,
    /// The label.
    pub label: String,
    /// Rows with it.
    #[serde(rename = "rows")]
    pub n_rows: usize,
    /// Those of them with the label.
    #[serde(rename = "with_label")]
    pub n_with_label: usize,
    /// The share of the second among the first.
    pub share: f64,
    /// The share of the label among all rows.
    pub base: f64,
    /// How likely such a share is by chance, corrected (Holm).
    pub p_value: f64,
    /// Whether chance is no explanation.
    #[serde(rename = "significant")]
    pub is_significant: bool,
    /// Groups of the rows with it.
    #[serde(rename = "groups")]
    pub n_groups: usize,
}

/// Labels that are probably wrong.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "LabelNoise")
)]
#[non_exhaustive]
pub struct LabelNoiseRecord {
    /// Rows that were looked at.
    #[serde(rename = "n")]
    pub n_rows: usize,
    /// The share of wrong labels, estimated.
    pub noise: f64,
    /// The labels, in the order of `joint`.
    pub labels: Vec<String>,
    /// The shares of rows by the label given and the true one, estimated.
    pub joint: Vec<Vec<f64>>,
    /// The rows, the most probable errors first.
    pub errors: Vec<LabelErrorRecord>,
}

/// A label that is probably wrong.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "LabelError")
)]
#[non_exhaustive]
pub struct LabelErrorRecord {
    /// The row.
    pub row: RowRecord,
    /// Its label.
    pub given: String,
    /// The probability of its label.
    pub p_given: f64,
    /// The label that the model gives.
    pub suggested: String,
    /// The probability of that.
    pub p_suggested: f64,
}

/// How far two coders agree on a target.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Agreement")
)]
#[non_exhaustive]
pub struct AgreementRecord {
    /// The target.
    pub target: String,
    /// The column of the second coder.
    pub second: String,
    /// Rows that both labelled.
    #[serde(rename = "n")]
    pub n_rows: usize,
    /// The share of rows on which they agree.
    pub agreement: Option<f64>,
    /// Cohen's kappa.
    pub kappa: Option<f64>,
    /// Krippendorff's alpha.
    pub alpha: Option<f64>,
    /// The pairs of labels on which they do not.
    pub disagreements: Vec<DisagreementRecord>,
}

/// A pair of labels that two coders gave to the same rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Disagreement")
)]
#[non_exhaustive]
pub struct DisagreementRecord {
    /// That of the first.
    pub first: String,
    /// That of the second.
    pub second: String,
    /// How many rows.
    #[serde(rename = "n")]
    pub n_rows: usize,
    /// The rows.
    pub rows: Vec<RowRecord>,
}

/// How long texts are, and how many words they use.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Texts")
)]
#[non_exhaustive]
pub struct TextsRecord {
    /// Their length in words.
    pub words: LengthsRecord,
    /// Different stems.
    #[serde(rename = "stems")]
    pub n_stems: usize,
    /// Different words.
    #[serde(rename = "types")]
    pub n_types: usize,
    /// Different words for each word.
    pub type_token_ratio: Option<f64>,
}

/// The length of texts in words.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Lengths")
)]
#[non_exhaustive]
pub struct LengthsRecord {
    /// Words of all texts.
    #[serde(rename = "n")]
    pub n_words: usize,
    /// On average.
    pub mean: f64,
    /// Of the shortest.
    pub min: usize,
    /// Up to which a quarter, half, and three quarters of the texts are.
    pub quartiles: [f64; 3],
    /// Of the longest.
    pub max: usize,
    /// The shortest and the longest that are usual.
    pub usual: [usize; 2],
    /// Texts that are shorter or longer.
    #[serde(rename = "unusual")]
    pub n_unusual: usize,
    /// Their share.
    pub unusual_share: f64,
}

impl AuditRecord {
    /// The record of an audit of `corpus`, against `other` where there was another file.
    pub fn of(corpus: &Corpus, other: Option<&Corpus>, audit: &Audit) -> Self {
        let noise = audit.label_noise.iter();
        let noise = noise.map(|noise| (noise.target.clone(), LabelNoiseRecord::of(corpus, noise)));
        let agreement = audit.agreement.iter();
        let clusters = |clusters: &[Cluster]| {
            let clusters = clusters
                .iter()
                .map(|cluster| ClusterRecord::of(corpus, cluster));
            clusters.collect()
        };
        let mut record = Self {
            data: paths(corpus),
            against: other.map(paths),
            n_rows: corpus.examples.len(),
            n_unlabelled: corpus.n_unlabelled,
            n_blank: corpus.n_blank,
            n_findings: audit.n_findings(),
            checks: Vec::new(),
            targets: LabelCountsRecord::by_target(&audit.targets),
            odd_labels: corpus
                .odd_labels
                .iter()
                .filter_map(OddLabelRecord::of)
                .collect(),
            groups: audit.groups.as_ref().map(GroupsRecord::of),
            splits: audit.splits.as_ref().map(SplitsRecord::of),
            exact_duplicates: clusters(&audit.duplicates.exact),
            near_duplicates: clusters(&audit.duplicates.near),
            leak: audit
                .leak
                .as_ref()
                .map(|leak| LeakRecord::of(corpus, other, leak)),
            predictors: audit.predictors.iter().map(PredictorRecord::of).collect(),
            label_errors: noise.collect(),
            unmodelled: audit.unmodelled.iter().cloned().collect(),
            agreement: agreement
                .map(|one| AgreementRecord::of(corpus, one))
                .collect(),
            texts: TextsRecord::of(&audit.texts),
            slices: audit.slices.iter().map(LabelSliceRecord::of).collect(),
        };
        let checks = audit.checks.iter();
        record.checks = checks
            .map(|check| CheckRecord::of(&record, check))
            .collect();
        record
    }

    /// Exact duplicates whose rows carry different labels on one target.
    pub(super) fn contradictions(&self) -> impl Iterator<Item = &ClusterRecord> + Clone {
        let exact = self.exact_duplicates.iter();
        exact.filter(|cluster| !cluster.contested.is_empty())
    }
}

fn paths(corpus: &Corpus) -> Vec<String> {
    corpus
        .paths
        .iter()
        .map(|path| path.display().to_string())
        .collect()
}

impl CheckRecord {
    fn of(record: &AuditRecord, check: &Check) -> Self {
        Self {
            check: check.kind.name(),
            verdict: match check.verdict {
                Verdict::Skipped => "skipped",
                verdict => verdict.name(),
            },
            n_cases: check.n_cases,
            what: record.what(check),
        }
    }
}

impl OddLabelRecord {
    fn of(notice: &Notice) -> Option<Self> {
        let (kind, target, label) = notice.odd_label()?;
        Some(Self {
            kind,
            target: target.to_owned(),
            label: label.to_owned(),
            what: notice.to_string(),
        })
    }
}

impl LabelCountsRecord {
    fn by_target(targets: &[LabelCounts]) -> Named<'static, Self> {
        let targets = targets.iter().map(|target| {
            let labels = target.counts.iter().map(|(label, n_rows)| {
                let count = LabelCountRecord {
                    n_rows: *n_rows,
                    share: target.share(label),
                };
                (label.clone(), count)
            });
            let record = Self {
                n_rows: target.n_rows(),
                labels: labels.collect(),
            };
            (target.target.clone(), record)
        });
        targets.collect()
    }
}

impl GroupsRecord {
    fn of(groups: &Groups) -> Self {
        Self {
            n_groups: groups.n_groups,
            min: groups.least,
            median: groups.median,
            max: groups.most,
            largest: groups.largest.clone(),
            largest_share: groups.largest_share,
            n_with_one_row: groups.n_single,
            n_rows_without_group: groups.n_ungrouped,
        }
    }
}

impl SplitsRecord {
    fn of(splits: &Splits) -> Self {
        let missing = splits.missing.iter().cloned();
        let missing = missing.map(|(split, target, label)| MissingRecord {
            split,
            target,
            label,
        });
        Self {
            values: splits.slices.iter().map(LabelSliceRecord::of).collect(),
            cut_groups: splits.cut_groups.clone(),
            missing: missing.collect(),
        }
    }
}

impl LabelSliceRecord {
    fn of(slice: &Slice) -> Self {
        Self {
            column: slice.column.clone(),
            value: slice.value.clone(),
            n_rows: slice.n_rows,
            targets: LabelCountsRecord::by_target(&slice.targets),
        }
    }
}

impl ClusterRecord {
    fn of(corpus: &Corpus, cluster: &Cluster) -> Self {
        let rows = cluster.rows.iter();
        Self {
            resemblance: cluster.resemblance,
            splits: cluster.splits.clone(),
            n_groups: cluster.n_groups,
            contested: cluster.contested.clone(),
            rows: rows.map(|row| RowRecord::of(corpus, *row)).collect(),
        }
    }

    /// Whether it lies in more than one split.
    pub(super) fn crosses_splits(&self) -> bool {
        self.splits.len() > 1
    }

    /// Whether all its rows are of one group, where near-duplicates are minimal pairs and wanted.
    pub(super) fn is_in_one_group(&self) -> bool {
        self.n_groups == Some(1)
    }
}

impl RowRecord {
    fn of(corpus: &Corpus, row: usize) -> Self {
        let example = &corpus.examples[row];
        let labels = corpus.targets.iter().zip(&example.labels);
        let labels = labels.filter_map(|(target, label)| {
            let label = label.as_deref()?;
            Some((target.name.clone(), label.to_owned()))
        });
        Self {
            id: example.id.clone(),
            file: corpus.paths[example.file_idx].display().to_string(),
            line: example.line,
            group: example.group.as_deref().map(str::to_owned),
            labels: labels.collect(),
            text: example.text.clone(),
        }
    }
}

impl LeakRecord {
    fn of(corpus: &Corpus, other: Option<&Corpus>, leak: &Leak) -> Self {
        let leaked = |rows: &[LeakedRow]| {
            let rows = rows.iter().map(|leaked| LeakedRowRecord {
                resemblance: leaked.resemblance,
                row: RowRecord::of(corpus, leaked.row),
                other: other.map(|other| RowRecord::of(other, leaked.other_row)),
            });
            rows.collect()
        };
        Self {
            n_other_rows: leak.n_other_rows,
            exact: leaked(&leak.exact),
            near: leaked(&leak.near),
            shared_groups: leak.shared_groups.clone(),
        }
    }
}

impl PredictorRecord {
    fn of(predictor: &Predictor) -> Self {
        Self {
            kind: predictor.kind.name(),
            feature: predictor.feature.clone(),
            target: predictor.target.clone(),
            label: predictor.label.clone(),
            n_rows: predictor.n_rows,
            n_with_label: predictor.n_label,
            share: predictor.share,
            base: predictor.base,
            p_value: predictor.p_value,
            is_significant: predictor.is_significant(),
            n_groups: predictor.n_groups,
        }
    }
}

impl LabelNoiseRecord {
    fn of(corpus: &Corpus, noise: &LabelNoise) -> Self {
        let errors = noise.errors.iter().map(|error| LabelErrorRecord {
            row: RowRecord::of(corpus, error.row),
            given: noise.labels[error.given].clone(),
            p_given: error.p_given,
            suggested: noise.labels[error.suggested].clone(),
            p_suggested: error.p_suggested,
        });
        Self {
            n_rows: noise.n_rows,
            noise: noise.noise,
            labels: noise.labels.clone(),
            joint: noise.joint.clone(),
            errors: errors.collect(),
        }
    }
}

impl AgreementRecord {
    fn of(corpus: &Corpus, agreement: &CoderAgreement) -> Self {
        let disagreements = agreement
            .disagreements
            .iter()
            .map(|pair| DisagreementRecord {
                first: pair.first.clone(),
                second: pair.second.clone(),
                n_rows: pair.rows.len(),
                rows: pair
                    .rows
                    .iter()
                    .map(|row| RowRecord::of(corpus, *row))
                    .collect(),
            });
        Self {
            target: agreement.target.clone(),
            second: agreement.column.clone(),
            n_rows: agreement.n_rows,
            agreement: agreement.percent,
            kappa: agreement.kappa,
            alpha: agreement.alpha,
            disagreements: disagreements.collect(),
        }
    }
}

impl TextsRecord {
    fn of(texts: &Texts) -> Self {
        Self {
            words: LengthsRecord {
                n_words: texts.n_words,
                mean: texts.mean,
                min: texts.least,
                quartiles: texts.quartiles,
                max: texts.most,
                usual: [*USUAL_WORDS.start(), *USUAL_WORDS.end()],
                n_unusual: texts.n_unusual,
                unusual_share: texts.unusual_share,
            },
            n_stems: texts.n_stems,
            n_types: texts.n_types,
            type_token_ratio: texts.type_token_ratio,
        }
    }
}
