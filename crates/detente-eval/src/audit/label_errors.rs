//! Rows whose label a model that did not see them doubts most.

use detente_train::OutOfFold;
use serde::Serialize;

/// How far below its threshold a probability still counts, so that ties do not hang on rounding; as
/// in cleanlab.
const TIE: f64 = 1e-6;

/// A row that is probably labelled wrong.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LabelError {
    /// The row, as a place among the corpus's examples.
    pub row: usize,
    /// The class given.
    pub given: usize,
    /// The class suggested.
    pub suggested: usize,
    /// The probability of the class given.
    pub p_given: f64,
    /// The probability of the class suggested.
    pub p_suggested: f64,
}

/// What confident learning says of one target.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LabelNoise {
    /// The target.
    pub target: String,
    /// Its labels, in the order of the classes.
    pub labels: Vec<String>,
    /// Rows looked at.
    pub n_rows: usize,
    /// Estimated rows by class given and class that is probably true; those of one class given sum
    /// to the rows that carry it.
    pub joint: Vec<Vec<f64>>,
    /// The estimated share of wrong labels, from 0 to 1. A weak model estimates too many.
    pub noise: f64,
    /// The rows to look at, the surest first.
    pub errors: Vec<LabelError>,
}

/// Finds probable label errors by confident learning, pruning by noise rate.
///
/// ```text
/// t_j    = mean of p_j over the rows given j                       (self-confidence)
/// C_ij   = rows given i whose most probable label among {j: p_j ≥ t_j} is j
/// Q_ij   = C_ij / Σ_j C_ij · (rows given i)                        (calibrated to the counts)
/// errors = for each i ≠ j, the round(Q_ij) rows given i with the largest p_j - p_i
/// ```
///
/// As the paper's method *prune by noise rate*, with the filter of its implementation cleanlab: a
/// row whose most probable label is the one given is never an error.
///
/// # References
/// Northcutt, Jiang and Chuang 2021, Confident Learning: Estimating Uncertainty in Dataset Labels,
/// sections 3.1 and 3.2.
pub(super) fn label_noise(target: String, labels: Vec<String>, left_out: &OutOfFold) -> LabelNoise {
    let n_labels = labels.len();
    let OutOfFold {
        rows,
        gold,
        probabilities,
    } = left_out;
    let (mut sums, mut counts) = (vec![0.0; n_labels], vec![0.0; n_labels]);
    for (given, p) in gold.iter().zip(probabilities) {
        sums[*given] += p[*given];
        counts[*given] += 1.0;
    }
    let confident = |p: &[f64]| {
        let above =
            (0..n_labels).filter(|j| counts[*j] > 0.0 && p[*j] >= sums[*j] / counts[*j] - TIE);
        above.max_by(|a, b| p[*a].total_cmp(&p[*b]).then(b.cmp(a)))
    };
    let mut joint = vec![vec![0.0; n_labels]; n_labels];
    for (given, p) in gold.iter().zip(probabilities) {
        if let Some(true_class) = confident(p) {
            joint[*given][true_class] += 1.0;
        }
    }
    for (given, row) in joint.iter_mut().enumerate() {
        let total: f64 = row.iter().sum();
        // A class that the model is never sure of is taken as given.
        match total > 0.0 {
            true => row
                .iter_mut()
                .for_each(|cell| *cell *= counts[given] / total),
            false => row[given] = counts[given],
        }
    }
    let n_right: f64 = (0..n_labels).map(|class| joint[class][class]).sum();
    let noise = 1.0 - n_right / (gold.len().max(1) as f64);

    let mut suggested: Vec<Option<usize>> = vec![None; gold.len()];
    for given in 0..n_labels {
        for other in (0..n_labels).filter(|other| *other != given) {
            let margin = |at: usize| probabilities[at][other] - probabilities[at][given];
            let mut doubted: Vec<usize> = (0..gold.len())
                .filter(|at| gold[*at] == given && margin(*at) > 0.0)
                .collect();
            doubted.sort_by(|a, b| margin(*b).total_cmp(&margin(*a)).then(a.cmp(b)));
            doubted.truncate(joint[given][other].round() as usize);
            for at in doubted {
                let p = &probabilities[at];
                if suggested[at].is_none_or(|before| p[other] > p[before]) {
                    suggested[at] = Some(other);
                }
            }
        }
    }
    let doubted = suggested.iter().enumerate();
    let mut errors: Vec<LabelError> = doubted
        .filter_map(|(at, suggested)| {
            let (given, suggested) = (gold[at], (*suggested)?);
            Some(LabelError {
                row: rows[at],
                given,
                suggested,
                p_given: probabilities[at][given],
                p_suggested: probabilities[at][suggested],
            })
        })
        .collect();
    let margin = |error: &LabelError| error.p_suggested - error.p_given;
    errors.sort_by(|a, b| margin(b).total_cmp(&margin(a)).then(a.row.cmp(&b.row)));
    LabelNoise {
        target,
        labels,
        n_rows: gold.len(),
        joint,
        noise,
        errors,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(gold: &[usize], p_first: &[f64]) -> LabelNoise {
        let left_out = OutOfFold {
            rows: (10..10 + gold.len()).collect(),
            gold: gold.to_vec(),
            probabilities: p_first.iter().map(|p| vec![*p, 1.0 - p]).collect(),
        };
        label_noise(
            "peace".into(),
            vec!["favor".into(), "against".into()],
            &left_out,
        )
    }

    #[test]
    fn the_confident_joint_is_that_worked_out_by_hand() {
        // t_favor = (.9 + .8 + .1 + .7) / 4 = .625; t_against = (.9 + .8 + .7 + .2) / 4 = .65.
        let found = noise(
            &[0, 0, 0, 0, 1, 1, 1, 1],
            &[0.9, 0.8, 0.1, 0.7, 0.1, 0.2, 0.3, 0.8],
        );
        assert_eq!(found.joint, [[3.0, 1.0], [1.0, 3.0]]);
        assert!((found.noise - 0.25).abs() < 1e-15);
        let rows: Vec<_> = found
            .errors
            .iter()
            .map(|e| (e.row, e.given, e.suggested))
            .collect();
        assert_eq!(rows, [(12, 0, 1), (17, 1, 0)]);
    }

    #[test]
    fn rows_that_no_label_is_sure_of_are_spread_as_the_others() {
        // t = (.9 + .5) / 2 = .7 for favor, (.8 + .4) / 2 = .6 for against: rows 2 and 4 are unsure.
        let found = noise(&[0, 0, 1, 1], &[0.9, 0.5, 0.2, 0.6]);
        assert_eq!(found.joint, [[2.0, 0.0], [0.0, 2.0]]);
        assert!(found.errors.is_empty());
    }
}
