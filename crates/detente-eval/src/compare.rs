//! The predictions of two or more classifiers for the same rows into whether one is better.
//!
//! ```text
//! models + examples, or files of predictions -> contestants, matched row by row
//! each pair, target and pool -> McNemar, randomisation and bootstrap by document (metrics)
//! all p-values -> Holm's correction -> who is better
//! ```

mod align;
mod contestant;

pub use contestant::{Contestant, ContestantTarget, Documents, MatchBy};

use crate::contamination::Contamination;
use crate::error::{Error, ErrorKind, Result};
use crate::target_predictions::TargetPredictions;
use align::align;
use detente_metrics::compare::{Difference, Pair, holm};
use detente_metrics::mcnemar::McNemar;
use detente_metrics::randomization::{Randomization, RandomizationParams};
use detente_metrics::{BootstrapParams, CountMetric};
use serde::Serialize;
use std::collections::BTreeMap;

/// How classifiers are compared.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CompareParams {
    /// How intervals of differences are made.
    pub bootstrap: BootstrapParams,
    /// How predictions are exchanged.
    pub randomization: RandomizationParams,
    /// The chance of calling any difference real where there is none, between 0 and 1; default .05.
    /// Less finds fewer differences.
    pub alpha: f64,
}

impl CompareParams {
    /// 2,000 resamples, 10,000 shuffles, 5 %.
    pub const DEFAULT: Self = Self {
        bootstrap: BootstrapParams::DEFAULT,
        randomization: RandomizationParams::DEFAULT,
        alpha: 0.05,
    };

    /// Checks every range.
    ///
    /// # Errors
    /// The first parameter that is out of its range.
    pub fn check(&self) -> Result<()> {
        self.bootstrap.check()?;
        self.randomization.check()?;
        if self.alpha > 0.0 && self.alpha < 1.0 {
            return Ok(());
        }
        Err(Error::new(ErrorKind::OutOfRange {
            parameter: "alpha",
            value: self.alpha.to_string(),
            expected: "a number between 0 and 1",
        }))
    }
}

/// Two or more classifiers, pair by pair.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Compared {
    /// Their names, in the order given.
    pub names: Vec<String>,
    /// What of the data each was trained on, as [`Contestant::contamination`] says.
    pub contamination: Vec<Option<Contamination>>,
    /// Every pair on every target and, where targets share a prediction set, on their pool.
    pub comparisons: Vec<Comparison>,
    /// How many p-values Holm's correction took together.
    pub n_tests: usize,
    /// Targets that not all have, with the places of those that do.
    pub left_out: BTreeMap<String, Vec<usize>>,
    /// How it was done.
    pub params: CompareParams,
}

/// Two classifiers on one target.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Comparison {
    /// The place of the first among the names; every difference is first minus second.
    pub first: usize,
    /// The place of the second.
    pub second: usize,
    /// The target; `None` for the pool.
    pub target: Option<String>,
    /// The targets in the pool, or the one target.
    pub members: Vec<String>,
    /// Rows compared.
    pub n_rows: usize,
    /// Documents they come from, which intervals rest on.
    pub n_documents: usize,
    /// The test of equal accuracy that takes rows as independent.
    pub mcnemar: McNemar,
    /// Accuracy, macro-F1 and, on a stance target, F avg.
    pub tested: Vec<Tested>,
    /// The difference in every measure.
    pub differences: Vec<Difference>,
}

/// The test that decides about a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DecidedBy {
    /// McNemar's test.
    McNemar,
    /// Approximate randomisation by document.
    Randomization,
}

/// One measure of two classifiers, tested.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Tested {
    /// Values, difference and interval by the paired bootstrap.
    pub difference: Difference,
    /// Approximate randomisation by document.
    pub randomization: Randomization,
    /// The test whose p-value counts. Of accuracy it is the larger of McNemar's, which takes rows of a
    /// document as independent, and that of the randomisation, which does not.
    pub decided_by: DecidedBy,
    /// That test's p-value; `None` when the measure is undefined.
    pub p_value: Option<f64>,
    /// The p-value after Holm's correction over all measures, pairs and targets.
    pub p_holm: Option<f64>,
}

impl Tested {
    /// Whether the corrected p-value is at most `alpha`; then the sign of the difference says who is
    /// better.
    pub fn is_decided(&self, alpha: f64) -> bool {
        self.p_holm.is_some_and(|p| p <= alpha)
    }
}

/// Compares every pair of contestants on the targets that all of them have.
///
/// # Errors
/// Fewer than two contestants; no target in common; other rows, other gold or other labels on one.
pub fn compare(contestants: &[Contestant], params: &CompareParams) -> Result<Compared> {
    params.check()?;
    let [first, second, ..] = contestants else {
        let name = contestants.first().map_or("none", |one| &one.name);
        return Err(Error::new(ErrorKind::CompareOne {
            name: name.to_owned(),
        }));
    };
    let mut had_by: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, contestant) in contestants.iter().enumerate() {
        for target in &contestant.targets {
            had_by.entry(target.name()).or_default().push(at);
        }
    }
    let is_shared = |target: &str| had_by[target].len() == contestants.len();
    let shared = first.targets.iter().map(ContestantTarget::name);
    let shared: Vec<&str> = shared.filter(|target| is_shared(target)).collect();
    if shared.is_empty() {
        let names_of = |one: &Contestant| one.targets.iter().map(|t| t.name().to_owned()).collect();
        return Err(Error::new(ErrorKind::CompareTargets {
            names: [first.name.clone(), second.name.clone()],
            targets: [names_of(first), names_of(second)],
        }));
    }
    let mut sheets = vec![Vec::new(); contestants.len()];
    let mut documents = BTreeMap::new();
    for target in &shared {
        let given = align(contestants, target, &mut documents)?;
        // All stand in one table, so means over labels are over the labels of all.
        let lists = given
            .iter()
            .map(|one| one.predictions().label_list().clone());
        let list = lists.reduce(|one, other| one.union(&other));
        for (sheets, given) in sheets.iter_mut().zip(given) {
            sheets.push(match &list {
                Some(list) => given.in_list(list),
                None => given,
            });
        }
    }
    let left_out = had_by
        .iter()
        .filter(|(target, _)| !is_shared(target))
        .map(|(target, by)| ((*target).to_owned(), by.clone()));
    let mut compared = Compared {
        names: contestants.iter().map(|one| one.name.clone()).collect(),
        contamination: contestants
            .iter()
            .map(|one| one.contamination.clone())
            .collect(),
        comparisons: Vec::new(),
        n_tests: 0,
        left_out: left_out.collect(),
        params: *params,
    };
    let sheets: Vec<Vec<&TargetPredictions>> =
        sheets.iter().map(|all| all.iter().collect()).collect();
    // All have the same labels on each target, so all have the same pool.
    let members = TargetPredictions::pool_members(&sheets[0]).unwrap_or_default();
    let pools = sheets.iter().map(|all| TargetPredictions::pool(all));
    let pools: Vec<Option<TargetPredictions>> = pools.collect::<Result<_>>()?;
    for first in 0..sheets.len() {
        for second in first + 1..sheets.len() {
            for (one, other) in sheets[first].iter().zip(&sheets[second]) {
                compared.comparisons.push(Comparison {
                    first,
                    second,
                    target: Some(one.target().to_owned()),
                    members: vec![one.target().to_owned()],
                    ..compare_pair(one, other, params)?
                });
            }
            if let (Some(one), Some(other)) = (&pools[first], &pools[second]) {
                let members = members
                    .iter()
                    .map(|place| sheets[first][*place].target().to_owned());
                compared.comparisons.push(Comparison {
                    first,
                    second,
                    members: members.collect(),
                    ..compare_pair(one, other, params)?
                });
            }
        }
    }
    compared.correct();
    Ok(compared)
}

impl Compared {
    fn correct(&mut self) {
        let tested = self.comparisons.iter_mut().flat_map(|one| &mut one.tested);
        let defined: Vec<&mut Tested> = tested.filter(|one| one.p_value.is_some()).collect();
        let p_values: Vec<f64> = defined.iter().filter_map(|one| one.p_value).collect();
        self.n_tests = p_values.len();
        for (one, p) in defined.into_iter().zip(holm(&p_values)) {
            one.p_holm = Some(p);
        }
    }
}

fn compare_pair(
    one: &TargetPredictions,
    other: &TargetPredictions,
    params: &CompareParams,
) -> Result<Comparison> {
    let (first, second) = (one.predictions(), other.predictions());
    let pair = Pair::new(first, second)?;
    let differences = pair.bootstrap(one.sides(), &params.bootstrap)?;
    let mcnemar = pair.mcnemar();
    let mut metrics = vec![CountMetric::Accuracy, CountMetric::MacroF1];
    metrics.extend(one.sides().map(CountMetric::FAvg));
    let mut tested = Vec::new();
    for metric in metrics {
        let randomization = pair.randomization(metric, &params.randomization)?;
        let (decided_by, p_value) = match randomization.p_value {
            Some(p) if metric == CountMetric::Accuracy && p < mcnemar.p_value => {
                (DecidedBy::McNemar, Some(mcnemar.p_value))
            }
            p => (DecidedBy::Randomization, p),
        };
        let difference = differences.iter().find(|d| d.metric == metric.metric());
        tested.push(Tested {
            // Invariant: the bootstrap covers every measure of the whole, which these are.
            difference: *difference.expect("the bootstrap covers the measure"),
            randomization,
            decided_by,
            p_value,
            p_holm: None,
        });
    }
    Ok(Comparison {
        first: 0,
        second: 0,
        target: None,
        members: Vec::new(),
        n_rows: first.n_rows(),
        n_documents: first.n_documents(),
        mcnemar,
        tested,
        differences,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_metrics::Metric;
    use detente_model::label::LabelSet;

    const LABELS: [&str; 3] = ["favor", "against", "none"];

    /// A target whose gold labels take turns, with rows of which each second shares its document with the one before.
    fn target(name: &str, gold: &[usize], misses: impl Fn(usize) -> bool) -> ContestantTarget {
        let n_rows = gold.len();
        let predicted = (0..n_rows).map(|row| (row + usize::from(misses(row))) % 3);
        let documents: Vec<u32> = (0..n_rows as u32).map(|row| row / 2).collect();
        let given = TargetPredictions::new(
            name.into(),
            LabelSet::new(LABELS),
            gold.to_vec(),
            predicted.collect(),
            None,
            &documents,
        );
        let ids: Vec<String> = (0..n_rows).map(|row| format!("{row:04}")).collect();
        let names = ids.clone();
        ContestantTarget::new(&given.unwrap(), false, &ids, names).unwrap()
    }

    /// A contestant that is wrong on each row for which `misses` says so.
    fn contestant(name: &str, n_rows: usize, misses: impl Fn(usize) -> bool) -> Contestant {
        let gold: Vec<usize> = (0..n_rows).map(|row| row % 3).collect();
        Contestant {
            name: name.into(),
            targets: vec![target("peace", &gold, misses)],
            contamination: None,
        }
    }

    #[test]
    fn the_better_of_two_is_found_and_the_family_is_corrected() {
        let good = contestant("good", 300, |row| row % 10 == 0);
        let bad = contestant("bad", 300, |row| row % 3 == 0);
        let compared = compare(&[good, bad], &CompareParams::DEFAULT).unwrap();
        assert_eq!((compared.n_tests, compared.comparisons.len()), (3, 1));
        let one = &compared.comparisons[0];
        assert_eq!((one.n_rows, one.n_documents), (300, 150));
        for tested in &one.tested {
            assert!(tested.is_decided(0.05), "{tested:?}");
            assert!(tested.difference.difference.value.unwrap() > 0.0);
            assert!(tested.p_holm >= tested.p_value);
        }
        assert_eq!(one.tested[2].difference.metric, Metric::FAvg);
    }

    #[test]
    fn nobody_beats_himself() {
        let same = contestant("a", 60, |row| row % 7 == 0);
        let compared = compare(&[same.clone(), same], &CompareParams::DEFAULT).unwrap();
        for tested in &compared.comparisons[0].tested {
            assert_eq!(tested.p_holm, Some(1.0));
        }
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        let message = |contestants: &[Contestant]| {
            let error = compare(contestants, &CompareParams::DEFAULT).unwrap_err();
            error.to_string()
        };
        let a = contestant("a", 9, |_| false);
        assert_eq!(
            message(std::slice::from_ref(&a)),
            "`a` is the only one given; expected two or more models or files of predictions"
        );
        assert_eq!(
            message(&[a.clone(), contestant("b", 7, |_| false)]),
            "`b` lacks 2 rows of target `peace` that `a` has, the first with id `0007`; expected \
             the same rows"
        );
        assert_eq!(
            message(&[contestant("b", 8, |_| false), a.clone()]),
            "`b` lacks 1 row of target `peace` that `a` has, the first with id `0008`; expected the \
             same rows"
        );
        let with_target = |name: &str, target| Contestant {
            name: name.into(),
            targets: vec![target],
            contamination: None,
        };
        let mut gold: Vec<usize> = (0..9).map(|row| row % 3).collect();
        gold[3] = 2;
        assert_eq!(
            message(&[
                a.clone(),
                with_target("b", target("peace", &gold, |_| false))
            ]),
            "`a` and `b` have different gold for id `0003` on target `peace`: `favor` and `none`"
        );
        let stated = |labels: &[&str]| {
            let labels = LabelSet::new(labels.iter().copied());
            let given = TargetPredictions::new(
                "peace".into(),
                labels,
                vec![0, 1],
                vec![0, 0],
                None,
                &[0, 0],
            );
            let ids = ["1", "2"].map(str::to_owned);
            ContestantTarget::new(&given.unwrap(), true, &ids, vec!["d".into()]).unwrap()
        };
        let (one, other) = (stated(&LABELS[..2]), stated(&LABELS));
        assert_eq!(
            message(&[with_target("a", one), with_target("b", other)]),
            "`a` and `b` have different labels on target `peace`: `favor` and `against`; and \
             `favor`, `against`, and `none`"
        );
        let other_target = with_target("a", target("trade", &[0; 9], |_| false));
        assert_eq!(
            message(&[a, other_target]),
            "no target is answered by all: `a` has `peace`; `a` has `trade`"
        );
    }
}
