//! A driver whose executors are threads: what an engine does, on one machine.

use super::assembled::DistributedLog;
use super::distributed_params::DistributedParams;
use super::plan::Plan;
use super::request::{Answer, Request};
use super::shard::Shard;
use super::tally::Tally;
use super::training::Training;
use super::work::Work;
use crate::error::Result;
use detente_model::Model;
use rayon::prelude::*;

/// Counts the rows of some shards.
///
/// # Errors
/// A shard of another plan.
pub fn tally(plan: &Plan, shards: &[Shard]) -> Result<Tally> {
    let mut tally = Tally::new(plan);
    shards.iter().try_for_each(|shard| tally.add(plan, shard))?;
    Ok(tally)
}

/// What the rows of some shards answer to a request.
///
/// # Errors
/// A shard of another plan.
pub fn answer(plan: &Plan, request: &Request, shards: &[Shard]) -> Result<Answer> {
    let mut work = Work::new(plan, request);
    shards.iter().try_for_each(|shard| work.add(shard))?;
    Ok(work.finish())
}

/// Trains a model on parts of rows, each on a thread of its own. However the rows are cut into parts, the model is the
/// same, to the last bit. `passed` is called with the passes done.
///
/// # Errors
/// As [`Training::new`], and shards of another plan.
pub fn train_parts(
    plan: Plan,
    params: DistributedParams,
    parts: &[Vec<Shard>],
    passed: impl Fn(usize),
) -> Result<(Model, DistributedLog)> {
    let tallies = parts.par_iter().map(|shards| tally(&plan, shards));
    let mut all = Tally::new(&plan);
    for part in tallies.collect::<Result<Vec<_>>>()? {
        all.merge(&part)?;
    }
    let mut training = Training::new(plan, params, all)?;
    while let Some(request) = training.request() {
        let plan = training.plan();
        let answers = parts
            .par_iter()
            .map(|shards| answer(plan, &request, shards));
        let answers: Vec<Answer> = answers.collect::<Result<_>>()?;
        let mut answers = answers.into_iter();
        let mut sum = match answers.next() {
            Some(first) => first,
            None => answer(plan, &request, &[])?,
        };
        answers.try_for_each(|other| sum.merge(&other))?;
        training.told(&sum)?;
        passed(training.n_passes());
    }
    training.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counts::Csr;
    use crate::distributed::{PlanParams, TrainingRow};
    use crate::error::ErrorKind;
    use crate::linear::{Classes, HeadParams, LinearHead, Penalty};
    use detente_model::features::View;
    use linfa::DatasetBase;
    use linfa::traits::Fit;
    use ndarray::Array1;

    /// Texts with a group, a weight, and labels on two targets, some of them missing.
    type Text = (String, String, f64, [Option<&'static str>; 2]);

    const LABELS: [&str; 3] = ["favor", "against", "none"];

    fn texts(n: usize) -> Vec<Text> {
        let words = [
            ["welcome", "support", "ceasefire", "talks"],
            ["shell", "reject", "war", "attack"],
            ["agenda", "session", "item", "vote"],
        ];
        let one = |at: usize| {
            // One of five rows says what another label does.
            let label = at * 7 / 3 % 3;
            let said = if at.is_multiple_of(5) {
                (label + 1) % 3
            } else {
                label
            };
            let (first, second) = (words[said][at % 4], words[said][at / 4 % 4]);
            let text = format!(
                "In town {} they {first} the {second}, number {}.",
                at % 17,
                at % 29
            );
            let tone = (at % 11 != 3).then(|| ["bad", "good"][usize::from(label == 0)]);
            let stance = (at % 13 != 5).then(|| LABELS[label]);
            let weight = [1.0, 0.5, 2.25][at % 3];
            (text, format!("d{}", at / 3), weight, [stance, tone])
        };
        (0..n).map(one).collect()
    }

    fn plan() -> Plan {
        let known = |labels: &[&str]| labels.iter().map(|label| (*label).to_owned()).collect();
        let labels = vec![
            ("peace".to_owned(), known(&LABELS)),
            ("tone".to_owned(), known(&["good", "bad"])),
        ];
        Plan::new(PlanParams {
            log2_buckets: 18,
            labels,
            ..PlanParams::DEFAULT
        })
        .unwrap()
    }

    fn shard(plan: &Plan, texts: &[&Text]) -> Shard {
        let rows = texts
            .iter()
            .map(|(text, group, weight, labels)| TrainingRow {
                text,
                group: Some(group),
                weight: *weight,
                labels,
            });
        plan.shard(&rows.collect::<Vec<_>>()).unwrap()
    }

    /// The texts dealt out to so many parts, of shards of 50 rows.
    fn parts(plan: &Plan, texts: &[Text], n_parts: usize) -> Vec<Vec<Shard>> {
        let part = |part: usize| {
            let own = texts
                .iter()
                .enumerate()
                .filter(|(at, _)| at * 31 % n_parts == part);
            let own: Vec<&Text> = own.map(|(_, text)| text).rev().collect();
            own.chunks(50).map(|texts| shard(plan, texts)).collect()
        };
        (0..n_parts).map(part).collect()
    }

    fn params() -> DistributedParams {
        DistributedParams {
            strengths: vec![2.0, 0.5],
            ..DistributedParams::default()
        }
    }

    fn model_of(n_parts: usize, texts: &[Text]) -> Vec<u8> {
        let plan = plan();
        let parts = parts(&plan, texts, n_parts);
        train_parts(plan, params(), &parts, |_| ())
            .unwrap()
            .0
            .to_bytes()
    }

    #[test]
    fn however_rows_are_cut_the_model_has_the_same_bytes() {
        let texts = texts(700);
        let one = model_of(1, &texts);
        for n_parts in [2, 7, 16] {
            assert!(model_of(n_parts, &texts) == one, "{n_parts} parts");
        }
        let model = Model::from_bytes(&one).unwrap();
        assert_eq!(model.target_names(), ["peace", "tone"]);
        let record = &model.heads()[0].record;
        assert!(record.accuracy.unwrap() > 0.7, "{record:?}");
    }

    #[test]
    fn what_goes_over_a_network_is_the_same_there() {
        let plan = plan();
        let there = Plan::from_bytes(&plan.to_bytes()).unwrap();
        let texts = texts(400);
        let [rows] = &parts(&plan, &texts, 1)[..] else {
            unreachable!("one part was asked for")
        };
        let rows: Vec<Shard> = (rows.iter())
            .map(|shard| {
                let read = Shard::from_bytes(&there, &shard.to_bytes()).unwrap();
                assert_eq!(read, *shard);
                read
            })
            .collect();
        let counted = tally(&plan, &rows).unwrap();
        let read = Tally::from_bytes(&there, &counted.to_bytes()).unwrap();
        assert_eq!(read, counted);
        let mut training = Training::new(plan, params(), counted).unwrap();
        for _ in 0..3 {
            let request = training.request().unwrap();
            let read = Request::from_bytes(&there, &request.to_bytes()).unwrap();
            assert_eq!(read, request);
            let answered = answer(&there, &read, &rows).unwrap();
            let answer = Answer::from_bytes(training.plan(), &answered.to_bytes()).unwrap();
            assert_eq!(answer, answered);
            training.told(&answer).unwrap();
        }
    }

    #[test]
    fn a_part_that_is_lost_or_counted_twice_is_found_and_one_asked_again_changes_nothing() {
        let plan = plan();
        let rows = parts(&plan, &texts(400), 2);
        let mut counted = tally(&plan, &rows[0]).unwrap();
        counted.merge(&tally(&plan, &rows[1]).unwrap()).unwrap();
        let mut training = Training::new(plan, params(), counted).unwrap();
        let request = training.request().unwrap();
        let [first, second] =
            [0, 1].map(|at| answer(training.plan(), &request, &rows[at]).unwrap());
        let found = |error: Result<()>| match error.unwrap_err().kind() {
            ErrorKind::RowsChanged { found, .. } => *found,
            kind => panic!("{kind:?}"),
        };
        assert_eq!(
            found(training.told(&first)),
            rows[0].iter().map(Shard::n_rows).sum::<usize>() as u64
        );
        let mut twice = first.clone();
        twice.merge(&second).unwrap();
        let whole = twice.clone();
        twice.merge(&second).unwrap();
        assert!(found(training.told(&twice)) > 400);
        // The executor of the second part died after it had answered, and another one is asked.
        let mut again = answer(training.plan(), &request, &rows[1]).unwrap();
        assert_eq!(again, second);
        again.merge(&first).unwrap();
        assert_eq!(again, whole);
        training.told(&again).unwrap();
        let late = training.told(&again).unwrap_err();
        assert!(matches!(late.kind(), ErrorKind::PartOther), "{late}");
    }

    #[test]
    fn other_rows_in_their_place_are_found() {
        let plan = plan();
        let texts = texts(400);
        let rows = parts(&plan, &texts, 1);
        let mut changed = texts.clone();
        changed[200].0.push_str(" And more.");
        let changed = parts(&plan, &changed, 1);
        let counted = tally(&plan, &rows[0]).unwrap();
        let mut training = Training::new(plan, params(), counted).unwrap();
        let request = training.request().unwrap();
        let answer = answer(training.plan(), &request, &changed[0]).unwrap();
        let error = training.told(&answer).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("a pass went over 398 rows that are not the 398 counted"),
            "{error}"
        );
    }

    /// The head of the batch learner for a target and a view on the rows to learn from, or on all, and its objective
    /// there.
    struct Batch {
        rows: Csr,
        gold: Vec<usize>,
        weights: Vec<f32>,
        n_labels: usize,
    }

    impl Batch {
        fn new(
            plan: &Plan,
            shards: &[Shard],
            (target_idx, view_idx): (usize, usize),
            of_all_rows: bool,
        ) -> Self {
            let mut batch = Self {
                rows: Csr::new(plan.views()[view_idx].1.len()),
                gold: Vec::new(),
                weights: Vec::new(),
                n_labels: plan.targets()[target_idx].labels.len(),
            };
            for shard in shards {
                for row_idx in 0..shard.n_rows() {
                    let class = usize::from(shard.classes[row_idx * 2 + target_idx]);
                    let is_asked = of_all_rows || !shard.is_held_out(row_idx);
                    if class < batch.n_labels && is_asked {
                        let (ids, values) = shard.views[view_idx].row(row_idx);
                        batch.rows.push(ids, values);
                        batch.gold.push(class);
                        batch.weights.push(shard.weights[row_idx]);
                    }
                }
            }
            batch
        }

        fn fit(&self, params: &HeadParams) -> LinearHead {
            let classes = Classes {
                idx: &self.gold,
                n_classes: self.n_labels,
            };
            let dataset = DatasetBase::new(&self.rows, classes);
            let weights = Array1::from(self.weights.clone());
            params.fit(&dataset.with_weights(weights)).unwrap()
        }

        /// The objective with the even penalty, written anew.
        fn objective(&self, weights: impl Fn(usize) -> Vec<f64>, l2: f64) -> f64 {
            let n_features = self.rows.n_features();
            let mut sum = 0.0;
            for row_idx in 0..self.rows.n_rows() {
                let mut margins = weights(n_features);
                let (ids, values) = self.rows.row(row_idx);
                for (id, value) in ids.iter().zip(values) {
                    for (margin, weight) in margins.iter_mut().zip(weights(*id as usize)) {
                        *margin += f64::from(*value) * weight;
                    }
                }
                let all: f64 = margins.iter().map(|margin| margin.exp()).sum();
                sum += f64::from(self.weights[row_idx]) * (all.ln() - margins[self.gold[row_idx]]);
            }
            let squares = (0..n_features).flat_map(&weights).map(|w| w * w);
            sum + 0.5 * l2 * squares.sum::<f64>()
        }
    }

    #[test]
    fn the_optimum_is_that_of_the_batch_learner() {
        let ways = [
            (Penalty::Even, false),
            (Penalty::Even, true),
            (Penalty::Ratio, false),
        ];
        for (penalty, all_rows) in ways {
            let plan = plan();
            let rows = parts(&plan, &texts(500), 3);
            let all: Vec<Shard> = rows.concat();
            let params = DistributedParams {
                strengths: vec![0.5],
                tolerance: 1e-6,
                penalty,
                document_frequencies: false,
                all_rows,
                ..DistributedParams::default()
            };
            let mut training =
                Training::new(plan, params, tally(&self::plan(), &all).unwrap()).unwrap();
            while let Some(request) = training.request() {
                let answer = answer(training.plan(), &request, &all).unwrap();
                training.told(&answer).unwrap();
            }
            for problem in training.problems() {
                let (target_idx, view_idx) = (problem.target_idx, problem.view_idx);
                let batch = Batch::new(training.plan(), &all, (target_idx, view_idx), all_rows);
                let is_lexicon = training.plan().views()[view_idx].0 == View::Lexicon;
                let penalty = if is_lexicon { Penalty::Even } else { penalty };
                let head = batch.fit(&HeadParams {
                    l2: 0.5,
                    tolerance: 1e-10,
                    penalty,
                    ..HeadParams::DEFAULT
                });
                let n_features = head.n_features();
                let furthest = (0..n_features)
                    .flat_map(|at| {
                        let own = problem.weights(at);
                        own.into_iter()
                            .zip(head.weights(at))
                            .map(|(a, b)| (a - b).abs())
                            .collect::<Vec<_>>()
                    })
                    .fold(0.0, f64::max);
                assert!(
                    furthest < 1e-4,
                    "{target_idx} {view_idx} {penalty:?}: {furthest}"
                );
                if penalty == Penalty::Even {
                    let of_batch = |at: usize| match at == n_features {
                        true => head.intercept().to_vec(),
                        false => head.weights(at).to_vec(),
                    };
                    let found = batch.objective(|at| problem.weights(at), 0.5);
                    let least = batch.objective(of_batch, 0.5);
                    assert!(
                        ((found - least) / least).abs() < 1e-6,
                        "{found} beside {least}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_learned_is_said_before_the_first_pass() {
        let few = |texts: &[Text]| {
            let plan = plan();
            let rows = parts(&plan, texts, 1);
            let counted = tally(&plan, &rows[0]).unwrap();
            Training::new(plan, params(), counted)
                .err()
                .unwrap()
                .to_string()
        };
        assert_eq!(
            few(&[]),
            "there is nothing to read: no row has both a text and a label"
        );
        assert!(few(&texts(30)).contains("not learned from; expected at least 20 to calibrate"));
        let mut one_label = texts(400);
        one_label
            .iter_mut()
            .for_each(|text| text.3[1] = Some("good"));
        assert!(few(&one_label).contains("`tone` has the single label `good`"));
        let mut other = texts(3);
        other[1].3[0] = Some("maybe");
        let own: Vec<&Text> = other.iter().collect();
        let rows: Vec<TrainingRow> = (own.iter())
            .map(|(text, _, weight, labels)| TrainingRow {
                text,
                group: None,
                weight: *weight,
                labels,
            })
            .collect();
        let error = plan().shard(&rows).unwrap_err().to_string();
        assert!(
            error.contains("2: column `peace` is `maybe`; expected"),
            "{error}"
        );
        let params = DistributedParams {
            strengths: vec![1.0, 2.0],
            ..params()
        };
        assert!(
            params
                .check()
                .unwrap_err()
                .to_string()
                .starts_with("the list of strengths is `1,2`")
        );
    }
}
