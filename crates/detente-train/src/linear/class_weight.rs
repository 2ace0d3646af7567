//! Rows of rare labels made to count as much as those of common ones.

use super::training_set::TrainingSet;
use std::borrow::Cow;

/// How much the rows of each label count in fitting.
///
/// ```text
/// balanced: s_i' = s_i * n / (K n_y),     n_k = sum of s_i over rows of label k, n = sum of all,
///                                         K = labels that have rows
/// ```
///
/// Each label then weighs n / K. With row weights of 1 this is scikit-learn's
/// `class_weight="balanced"`; given row weights count here, there they do not. Stacks, temperatures
/// and decisions are fitted on rows as they are, so calibration comes after. The shifts of a stack move
/// probabilities back to the labels' true shares; a head alone (`--no-stack`) has only a temperature, which
/// sharpens or softens but cannot.
///
/// # References
/// King and Zeng 2001, Logistic Regression in Rare Events Data, section 4.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassWeight {
    /// Every row as it is.
    None,
    /// Each label as much as any other. A head alone gives rare labels too much probability.
    Balanced,
}

impl ClassWeight {
    /// Every way.
    pub const ALL: [Self; 2] = [Self::None, Self::Balanced];

    /// The word for it on the command line and in model files.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Balanced => "balanced",
        }
    }

    /// The weights of the rows in fitting.
    pub(super) fn weigh<'a>(self, set: &TrainingSet<'a>) -> Cow<'a, [f32]> {
        match self {
            Self::None => Cow::Borrowed(set.weights),
            Self::Balanced => Cow::Owned(balanced(set)),
        }
    }
}

fn balanced(set: &TrainingSet) -> Vec<f32> {
    let mut sums = vec![0.0_f64; set.n_labels];
    for (class, weight) in set.gold.iter().zip(set.weights) {
        sums[*class] += f64::from(*weight);
    }
    let n_present = sums.iter().filter(|sum| **sum > 0.0).count();
    let each = sums.iter().sum::<f64>() / n_present as f64;
    let rows = set.gold.iter().zip(set.weights);
    rows.map(|(class, weight)| match sums[*class] {
        0.0 => 0.0,
        sum => (f64::from(*weight) * each / sum) as f32,
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counts::Csr;

    #[test]
    fn each_label_weighs_the_same() {
        let rows = Csr::new(1);
        let set = TrainingSet {
            rows: &rows,
            gold: &[0, 0, 0, 2],
            weights: &[1.0, 1.0, 2.0, 1.0],
            n_labels: 3,
        };
        // 5 in all, 4 and 1, two labels with rows: 5 / (2 * 4) = 0.625 and 5 / (2 * 1) = 2.5.
        let weights = ClassWeight::Balanced.weigh(&set);
        assert_eq!(*weights, [0.625, 0.625, 1.25, 2.5]);
        assert_eq!(*ClassWeight::None.weigh(&set), *set.weights);
    }
}
