//! Which label is given: the most probable one, tilted towards the measure that counts.

use crate::label::LabelSet;

/// Tilts the choice of a label without touching its probability.
///
/// ```text
/// label = argmax_k  ln p_k + o_k,     o_k = -t ln share_k, less their mean
/// ```
///
/// With all offsets 0 it is the most probable label, which is best for accuracy. Measures that
/// give rare labels the same say as common ones (macro-F1, F avg) are served better by giving them
/// sooner: how much sooner is the one number `t` that is searched.
///
/// Two labels are never given, whatever the offsets: of three or more labels, the least probable one; and of the two
/// sides of a stance the less probable one, which would contradict the sign of the score.
///
/// # References
/// Menon and others 2021, Long-tail learning via logit adjustment, section 4.1; Lipton, Elkan and Narayanaswamy 2014,
/// Optimal thresholding of classifiers to maximize F1 measure.
#[derive(Clone, Debug, PartialEq)]
pub struct LogitAdjustment {
    offsets: Vec<f64>,
    /// The places of the two sides, if these are the labels of a stance.
    sides: Option<(usize, usize)>,
}

impl LogitAdjustment {
    /// Takes the most probable label.
    pub fn most_probable(labels: &LabelSet) -> Self {
        Self {
            offsets: vec![0.0; labels.len()],
            sides: labels.stance_positions(),
        }
    }

    /// Saved offsets; `None` unless there is one for each label and all are finite.
    pub fn from_offsets(offsets: Vec<f64>, labels: &LabelSet) -> Option<Self> {
        let fits = offsets.len() == labels.len() && offsets.iter().all(|o| o.is_finite());
        fits.then(|| Self {
            offsets,
            sides: labels.stance_positions(),
        })
    }

    /// The mean of several decisions, centred.
    ///
    /// # Panics
    /// There is none, or they differ in the number of labels.
    pub fn mean_of(decisions: &[Self]) -> Self {
        let n_labels = decisions[0].offsets.len();
        let mut offsets = vec![0.0; n_labels];
        for decision in decisions {
            assert_eq!(
                decision.offsets.len(),
                n_labels,
                "decisions on the same labels"
            );
            for (sum, offset) in offsets.iter_mut().zip(&decision.offsets) {
                *sum += offset / decisions.len() as f64;
            }
        }
        let mean = offsets.iter().sum::<f64>() / n_labels as f64;
        offsets.iter_mut().for_each(|offset| *offset -= mean);
        Self {
            offsets,
            sides: decisions[0].sides,
        }
    }

    /// The place of the label that is given, the first of equal ones.
    pub fn apply(&self, probabilities: &[f64]) -> usize {
        self.choose(probabilities, log)
    }

    /// The same from the [logarithms](log) of the probabilities.
    pub fn apply_to_logs(&self, logs: &[f64]) -> usize {
        self.choose(logs, |log| log)
    }

    /// Chooses among labels that rise with their probability, where `log` makes logarithms of these values.
    fn choose(&self, values: &[f64], log: impl Fn(f64) -> f64) -> usize {
        let mut best = (0, f64::NEG_INFINITY);
        for (label, (value, offset)) in values.iter().zip(&self.offsets).enumerate() {
            let tilted = log(*value) + offset;
            if tilted > best.1 && self.may_give(label, values) {
                best = (label, tilted);
            }
        }
        best.0
    }

    fn may_give(&self, label: usize, values: &[f64]) -> bool {
        let value = values[label];
        let is_weaker_side = |(one, other): (usize, usize)| {
            (label == one && value < values[other]) || (label == other && value < values[one])
        };
        let is_least = values.len() > 2
            && values.iter().all(|other| *other >= value)
            && values.iter().any(|other| *other > value);
        !is_least && !self.sides.is_some_and(is_weaker_side)
    }

    /// The offsets, one for each label.
    pub fn offsets(&self) -> &[f64] {
        &self.offsets
    }
}

/// The place of the largest value, the first of equal ones.
pub fn argmax(values: &[f64]) -> usize {
    let mut best = 0;
    for (at, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = at;
        }
    }
    best
}

/// The logarithm of a probability, finite for 0 too.
pub fn log(p: f64) -> f64 {
    p.max(1e-300).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stance(offsets: [f64; 3]) -> LogitAdjustment {
        let labels = LabelSet::new(["favor", "against", "none"]);
        LogitAdjustment::from_offsets(offsets.to_vec(), &labels).unwrap()
    }

    #[test]
    fn the_weaker_side_of_a_stance_is_not_given() {
        // Tilted by ln: .3 · e^2 = 2.2, .2 · e^4 = 10.9, .5.
        let decision = stance([2.0, 4.0, 0.0]);
        assert_eq!(decision.apply(&[0.3, 0.2, 0.5]), 0);
        assert_eq!(decision.apply(&[0.2, 0.3, 0.5]), 1);
        assert_eq!(decision.apply(&[0.01, 0.01, 0.98]), 2, "both are least");
    }

    #[test]
    fn the_least_probable_of_three_is_not_given() {
        assert_eq!(stance([0.0, 0.0, 9.0]).apply(&[0.5, 0.3, 0.2]), 0);
        assert_eq!(stance([0.0, 0.0, 9.0]).apply(&[0.5, 0.2, 0.3]), 2);
        let labels = LabelSet::new(["a", "b", "c"]);
        let decision = LogitAdjustment::from_offsets(vec![0.0, 5.0, 9.0], &labels).unwrap();
        assert_eq!(decision.apply(&[0.5, 0.3, 0.2]), 1);
        let third = 1.0 / 3.0;
        assert_eq!(decision.apply(&[third, third, third]), 2, "none is least");
    }

    #[test]
    fn of_two_labels_the_less_probable_may_be_given() {
        let labels = LabelSet::new(["calm", "dispute"]);
        let decision = LogitAdjustment::from_offsets(vec![0.0, 1.0], &labels).unwrap();
        assert_eq!(decision.apply(&[0.6, 0.4]), 1);
        assert_eq!(decision.apply(&[0.9, 0.1]), 0);
    }

    #[test]
    fn saved_offsets_are_checked() {
        let labels = LabelSet::new(["a", "b", "c"]);
        assert_eq!(LogitAdjustment::from_offsets(vec![0.0; 2], &labels), None);
        let odd = vec![0.0, f64::NAN, 0.0];
        assert_eq!(LogitAdjustment::from_offsets(odd, &labels), None);
    }
}
