//! Whether one classifier is better than another, as the record that every format is written from.

use super::article_record::Ends;
use super::evaluation_record::ContaminationRecord;
use super::measures_record::ends;
use super::named::Named;
use super::verdict::verdict;
use detente_eval::compare::{Compared, Comparison, DecidedBy, Tested};
use detente_metrics::Metric;
use detente_metrics::compare::Difference;
use serde::Serialize;
use std::collections::BTreeSet;

/// A comparison of classifiers, pair by pair.
///
/// As JSON it is the object that `detente compare --format json` prints; [`Display`](std::fmt::Display) writes the
/// sentences and tables that `detente compare` prints. Differences are first minus second; undefined numbers are null.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Comparison")
)]
#[non_exhaustive]
pub struct ComparisonRecord {
    /// The names of the classifiers.
    #[serde(rename = "compared")]
    pub names: Vec<String>,
    /// The names of the data files.
    pub data: Vec<String>,
    /// The corrected p-value up to which a difference is called real.
    pub alpha: f64,
    /// How many tests p-values are corrected for.
    #[serde(rename = "tests")]
    pub n_tests: usize,
    /// How they are corrected.
    pub correction: &'static str,
    /// How intervals are made.
    pub bootstrap: BootstrapRecord,
    /// How the randomisation test is made.
    pub randomization: RandomizationRecord,
    /// Every pair on every target.
    pub comparisons: Vec<PairRecord>,
    /// Targets that not all answered, with the names of those that did.
    pub left_out: Named<'static, Vec<String>>,
    /// What of the data each has seen; null where nobody can know.
    pub contamination: Named<'static, Option<ContaminationRecord>>,
}

/// How intervals are made.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Bootstrap")
)]
#[non_exhaustive]
pub struct BootstrapRecord {
    /// The method.
    pub method: &'static str,
    /// How many resamples there are.
    #[serde(rename = "resamples")]
    pub n_resamples: usize,
    /// The share of intervals that hold the truth.
    pub confidence: f64,
    /// The seed.
    pub seed: u64,
}

/// How the randomisation test is made.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Randomization")
)]
#[non_exhaustive]
pub struct RandomizationRecord {
    /// How many shuffles there are.
    #[serde(rename = "shuffles")]
    pub n_shuffles: usize,
    /// The seed.
    pub seed: u64,
}

/// Two classifiers on one target.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Pair")
)]
#[non_exhaustive]
pub struct PairRecord {
    /// The name of the first.
    pub first: String,
    /// The name of the second.
    pub second: String,
    /// The target; `pooled` for several together.
    pub target: String,
    /// The targets that are pooled.
    pub members: Vec<String>,
    /// Rows that both answered.
    #[serde(rename = "n")]
    pub n_rows: usize,
    /// Documents that they come from.
    #[serde(rename = "documents")]
    pub n_documents: usize,
    /// McNemar's test of the accuracy.
    pub mcnemar: McNemarRecord,
    /// Every measure of both.
    pub measures: Named<'static, DifferenceRecord>,
    /// What the tests say, in a sentence.
    pub verdict: String,
}

/// McNemar's test.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "McNemar")
)]
#[non_exhaustive]
pub struct McNemarRecord {
    /// Rows that the first alone has right.
    #[serde(rename = "first_only")]
    pub n_first_only: u64,
    /// Rows that the second alone has right.
    #[serde(rename = "second_only")]
    pub n_second_only: u64,
    /// `exact`, or by chi-square.
    pub form: &'static str,
    /// The chi-square value; null in the exact form.
    pub statistic: Option<f64>,
    /// The p-value.
    #[serde(rename = "p")]
    pub p_value: f64,
}

/// How two classifiers differ by one measure.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Difference")
)]
#[non_exhaustive]
pub struct DifferenceRecord {
    /// The measure of the first.
    pub first: Option<f64>,
    /// That of the second.
    pub second: Option<f64>,
    /// The first less the second.
    pub difference: Option<f64>,
    /// The interval of the difference.
    pub interval: Ends,
    /// How likely such a difference is by chance, by the resamples.
    pub p_bootstrap: Option<f64>,
    /// The tests; only of the measures that a verdict rests on.
    #[serde(flatten)]
    pub test: Option<TestRecord>,
}

/// What tests say of a difference.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Test")
)]
#[non_exhaustive]
pub struct TestRecord {
    /// By approximate randomisation.
    pub p_randomization: Option<f64>,
    /// By McNemar's test; only of the accuracy.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "f64"))]
    pub p_mcnemar: Option<f64>,
    /// Which of the two decides.
    pub decided_by: &'static str,
    /// Its p-value.
    #[serde(rename = "p")]
    pub p_value: Option<f64>,
    /// The same, corrected.
    pub p_holm: Option<f64>,
    /// The name of the better one; null where chance may be the reason.
    pub better: Option<String>,
}

impl ComparisonRecord {
    /// The record of a comparison on data files of these names.
    pub fn of(data: &[String], compared: &Compared) -> Self {
        let names = |places: &[usize]| {
            let names = places.iter().map(|at| compared.names[*at].clone());
            names.collect::<Vec<String>>()
        };
        let params = &compared.params;
        let left_out = compared.left_out.iter();
        // One model may be compared with itself: its name is said once.
        let mut said = BTreeSet::new();
        let seen = compared.names.iter().zip(&compared.contamination);
        let seen = seen.filter(|(name, _)| said.insert(*name));
        let seen =
            seen.map(|(name, seen)| (name.clone(), seen.as_ref().map(ContaminationRecord::of)));
        let pairs = compared.comparisons.iter();
        Self {
            names: compared.names.clone(),
            data: data.to_vec(),
            alpha: params.alpha,
            n_tests: compared.n_tests,
            correction: "holm",
            bootstrap: BootstrapRecord {
                method: "percentile",
                n_resamples: params.bootstrap.resamples,
                confidence: params.bootstrap.confidence,
                seed: params.bootstrap.seed,
            },
            randomization: RandomizationRecord {
                n_shuffles: params.randomization.shuffles,
                seed: params.randomization.seed,
            },
            comparisons: pairs.map(|pair| PairRecord::of(compared, pair)).collect(),
            left_out: left_out
                .map(|(target, by)| (target.clone(), names(by)))
                .collect(),
            contamination: seen.collect(),
        }
    }
}

impl PairRecord {
    fn of(compared: &Compared, pair: &Comparison) -> Self {
        let [first, second] = [pair.first, pair.second].map(|at| compared.names[at].clone());
        let measures = pair.differences.iter().map(|difference| {
            let record = DifferenceRecord::of(compared, pair, difference);
            (difference.metric.name(), record)
        });
        Self {
            first,
            second,
            target: pair.target.clone().unwrap_or("pooled".into()),
            members: pair.members.clone(),
            n_rows: pair.n_rows,
            n_documents: pair.n_documents,
            mcnemar: McNemarRecord {
                n_first_only: pair.mcnemar.first_only,
                n_second_only: pair.mcnemar.second_only,
                form: pair.mcnemar.form.name(),
                statistic: pair.mcnemar.statistic,
                p_value: pair.mcnemar.p_value,
            },
            measures: measures.collect(),
            verdict: verdict(compared, pair),
        }
    }
}

impl DifferenceRecord {
    fn of(compared: &Compared, pair: &Comparison, found: &Difference) -> Self {
        let mut tested = pair.tested.iter();
        let tested = tested.find(|tested| tested.difference.metric == found.metric);
        Self {
            first: found.first,
            second: found.second,
            difference: found.difference.value,
            interval: ends(found.difference.interval),
            p_bootstrap: found.p_value,
            test: tested.map(|tested| TestRecord {
                p_randomization: tested.randomization.p_value,
                p_mcnemar: (found.metric == Metric::Accuracy).then_some(pair.mcnemar.p_value),
                decided_by: match tested.decided_by {
                    DecidedBy::McNemar => "mcnemar",
                    DecidedBy::Randomization => "randomization",
                },
                p_value: tested.p_value,
                p_holm: tested.p_holm,
                better: better(compared, pair, tested),
            }),
        }
    }
}

fn better(compared: &Compared, pair: &Comparison, tested: &Tested) -> Option<String> {
    let value = tested.difference.difference.value?;
    let at = if value > 0.0 { pair.first } else { pair.second };
    let is_decided = tested.is_decided(compared.params.alpha);
    is_decided.then(|| compared.names[at].clone())
}
