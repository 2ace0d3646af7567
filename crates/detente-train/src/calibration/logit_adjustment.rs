//! How far labels are tilted: the one number that serves a measure best.

use detente_metrics::{Confusion, CountMetric};
use detente_model::calibrate::{LogitAdjustment, log};
use detente_model::label::LabelSet;

/// The values of `t` that are tried: 0 to 1, this many tenths.
const TENTHS: i32 = 10;

/// Searches the `t` with the best measure; of equally good ones the lowest is taken, and 0 where the measure
/// is undefined.
///
/// `probabilities[i]` are those of a row the model did not see in fitting, `gold[i]` its class; shares are
/// those of `label_counts`, which may be of more rows.
pub fn fit_logit_adjustment(
    probabilities: &[&[f64]],
    gold: &[usize],
    metric: CountMetric,
    (labels, label_counts): (&LabelSet, &[usize]),
) -> LogitAdjustment {
    let n_labels = label_counts.len();
    let logs: Vec<f64> = (probabilities.iter().copied().flatten())
        .map(|p| log(*p))
        .collect();
    let log_counts = label_counts.iter().map(|count| (*count as f64 + 1.0).ln());
    let log_counts: Vec<f64> = log_counts.collect();
    let mut best = (f64::NEG_INFINITY, LogitAdjustment::most_probable(labels));
    for tenths in 0..=TENTHS {
        let tilt = -f64::from(tenths) / 10.0;
        let offsets = log_counts.iter().map(|log| tilt * log).collect();
        let Some(decision) = LogitAdjustment::from_offsets(offsets, labels) else {
            continue;
        };
        let decision = LogitAdjustment::mean_of(&[decision]);
        let rows = logs.chunks_exact(n_labels).zip(gold);
        let pairs = rows.map(|(row, gold)| (*gold, decision.apply_to_logs(row)));
        let Some(confusion) = Confusion::from_pairs(n_labels, pairs) else {
            continue;
        };
        if let Some(value) = metric.of(&confusion)
            && value > best.0
        {
            best = (value, decision);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_labels_are_given_sooner_by_their_shares() {
        // The rare label never has the larger probability. ln 9 times t has to be above ln(.7/.3), so t is .4 or
        // more; and below ln(.9/.1), so below 1.
        let rows = [[0.9, 0.1], [0.9, 0.1], [0.9, 0.1], [0.7, 0.3]];
        let rows = rows.each_ref().map(|row| &row[..]);
        let (gold, counts) = ([0, 0, 0, 1], [89, 9]);
        let labels = LabelSet::new(["common", "rare"]);
        let fitted = fit_logit_adjustment(&rows, &gold, CountMetric::MacroF1, (&labels, &counts));
        let expected = 0.4 * 9.0_f64.ln() / 2.0;
        assert_eq!(LogitAdjustment::most_probable(&labels).apply(rows[3]), 0);
        assert_eq!(rows.map(|row| fitted.apply(row)), gold);
        assert!((fitted.offsets()[1] - expected).abs() < 1e-12);
        assert!((fitted.offsets()[0] + expected).abs() < 1e-12);
        let all_right = fit_logit_adjustment(
            &rows[..3],
            &[0; 3],
            CountMetric::MacroF1,
            (&labels, &counts),
        );
        assert_eq!(all_right, LogitAdjustment::most_probable(&labels));
    }

    #[test]
    fn offsets_stay_zero_where_nothing_is_gained() {
        let rows = [[0.9, 0.1], [0.2, 0.8]];
        let labels = LabelSet::new(["common", "rare"]);
        let rows: Vec<&[f64]> = rows.iter().map(|row| &row[..]).collect();
        let fitted = fit_logit_adjustment(&rows, &[0, 1], CountMetric::MacroF1, (&labels, &[9, 1]));
        assert_eq!(fitted, LogitAdjustment::most_probable(&labels));
    }
}
