//! Which label is given: the most probable one, tilted towards the measure that counts.

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
/// # References
/// Menon and others 2021, Long-tail learning via logit adjustment, section 4.1; Lipton, Elkan and Narayanaswamy 2014,
/// Optimal thresholding of classifiers to maximize F1 measure.
#[derive(Clone, Debug, PartialEq)]
pub struct LogitAdjustment {
    offsets: Vec<f64>,
}

impl LogitAdjustment {
    /// Takes the most probable of `n_labels` labels.
    pub fn most_probable(n_labels: usize) -> Self {
        Self {
            offsets: vec![0.0; n_labels],
        }
    }

    /// Saved offsets; `None` unless all are finite.
    pub fn from_offsets(offsets: Vec<f64>) -> Option<Self> {
        offsets
            .iter()
            .all(|offset| offset.is_finite())
            .then_some(Self { offsets })
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
        Self { offsets }
    }

    /// The place of the label that is given, the first of equal ones.
    pub fn apply(&self, probabilities: &[f64]) -> usize {
        self.apply_to_logs(probabilities.iter().map(|p| log(*p)))
    }

    /// The same from the [logarithms](log) of the probabilities.
    pub fn apply_to_logs(&self, logs: impl Iterator<Item = f64>) -> usize {
        let tilted = logs.zip(&self.offsets).map(|(log, offset)| log + offset);
        let mut best = (0, f64::NEG_INFINITY);
        for (label, value) in tilted.enumerate() {
            if value > best.1 {
                best = (label, value);
            }
        }
        best.0
    }

    /// The offsets, one for each label.
    pub fn offsets(&self) -> &[f64] {
        &self.offsets
    }
}

/// The logarithm of a probability, finite for 0 too.
pub fn log(p: f64) -> f64 {
    p.max(1e-300).ln()
}
