//! How right predictions are, in every way we can say it, and how sure that is.

use crate::confusion::Confusion;
use crate::error::ParamsError;
use crate::interval::{BootstrapParams, Measure};
use crate::metric::{Metric, Scope, Sides};
use crate::predictions::Predictions;
use crate::prepared::Prepared;
use crate::reliability::Reliability;
use crate::selective::{COVERAGES, CoveragePoint, RiskCoverage};
use serde::Serialize;

/// The measures of one label.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LabelReport {
    /// The label.
    pub label: String,
    /// The rows whose gold label it is.
    pub support: u64,
    /// The rows predicted as it.
    pub predicted: u64,
    /// [`Metric::Precision`].
    pub precision: Measure,
    /// [`Metric::Recall`].
    pub recall: Measure,
    /// [`Metric::F1`].
    pub f1: Measure,
    /// [`Metric::LabelAuc`].
    pub auc: Measure,
}

/// The accuracy on the most confident rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SelectiveReport {
    /// The coverage asked for, in percent.
    pub percent: u32,
    /// The point that reaches it; `None` without probabilities or rows.
    pub point: Option<CoveragePoint>,
    /// [`Metric::SelectiveAccuracy`].
    pub accuracy: Measure,
}

/// Every measure of predictions, with intervals by document when they are asked for.
///
/// Means over labels are taken over [`Predictions::label_list`], in every resample too; see
/// [`LabelList`](crate::LabelList).
///
/// # Example
///
/// ```
/// use detente_metrics::{Predictions, BootstrapParams, Evaluation};
///
/// let labels = ["favor", "against", "none"].map(str::to_owned).to_vec();
/// let gold = vec![0, 1, 2, 0, 1, 2, 0, 1];
/// let predicted = vec![0, 1, 2, 0, 1, 2, 1, 1];
/// let predictions = Predictions::new(labels, gold, predicted, None, &[1, 1, 2, 2, 3, 3, 4, 4])?;
/// let evaluation = Evaluation::of(&predictions, None, Some(&BootstrapParams::DEFAULT)).unwrap();
/// assert_eq!(evaluation.accuracy.value, Some(0.875));
/// assert_eq!(evaluation.accuracy.interval.unwrap().high, 1.0);
/// assert_eq!(evaluation.log_loss.value, None);
/// # Ok::<(), detente_metrics::PredictionsError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Evaluation {
    /// The number of rows.
    pub n_rows: usize,
    /// The number of documents, which is what the intervals rest on.
    pub n_documents: usize,
    /// How the intervals were made, when there are any.
    pub bootstrap: Option<BootstrapParams>,
    /// [`Metric::Accuracy`].
    pub accuracy: Measure,
    /// [`Metric::BalancedAccuracy`].
    pub balanced_accuracy: Measure,
    /// [`Metric::MacroF1`].
    pub macro_f1: Measure,
    /// [`Metric::FAvg`]; undefined when no label takes a side.
    pub f_avg: Measure,
    /// [`Metric::Mcc`].
    pub mcc: Measure,
    /// [`Metric::Kappa`].
    pub kappa: Measure,
    /// [`Metric::Alpha`].
    pub alpha: Measure,
    /// [`Metric::LogLoss`].
    pub log_loss: Measure,
    /// [`Metric::Brier`].
    pub brier: Measure,
    /// [`Metric::Ece`].
    pub ece: Measure,
    /// [`Metric::AdaptiveEce`].
    pub adaptive_ece: Measure,
    /// [`Metric::Auc`].
    pub auc: Measure,
    /// [`Metric::Aurc`].
    pub aurc: Measure,
    /// One report for each label, in the order of the labels.
    pub labels: Vec<LabelReport>,
    /// The counts.
    pub confusion: Confusion,
    /// The accuracy at each of [`COVERAGES`].
    pub selective: Vec<SelectiveReport>,
    /// The risk at every coverage; `None` without probabilities.
    pub risk_coverage: Option<RiskCoverage>,
    /// The bins of [`Metric::Ece`]; `None` without probabilities.
    pub reliability: Option<Reliability>,
    /// The bins of [`Metric::AdaptiveEce`]; `None` without probabilities.
    pub adaptive_reliability: Option<Reliability>,
}

impl Evaluation {
    /// Measures predictions.
    ///
    /// `sides` names the labels in favor and against, for [`Metric::FAvg`]. `bootstrap` asks for
    /// intervals.
    ///
    /// # Errors
    ///
    /// When the bootstrap parameters are out of range or the sides are not two of the labels.
    pub fn of(
        predictions: &Predictions,
        sides: Option<Sides>,
        bootstrap: Option<&BootstrapParams>,
    ) -> Result<Self, ParamsError> {
        if let Some(sides) = sides {
            sides.check(predictions.n_labels())?;
        }
        let prepared = Prepared::new(predictions, sides);
        let measures = Measure::all(predictions.n_documents(), bootstrap, |weights| {
            prepared.values(weights)
        })?;
        Ok(Self::of_measures(
            predictions,
            &prepared,
            &measures,
            bootstrap,
        ))
    }

    /// As [`of`](Self::of), with intervals of those measures alone that follow from each document's counts
    /// and losses: accuracy, F1 and its kin, log-loss, Brier score. Their resamples look at documents
    /// instead of at rows.
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of).
    pub fn by_document(
        predictions: &Predictions,
        sides: Option<Sides>,
        bootstrap: Option<&BootstrapParams>,
    ) -> Result<Self, ParamsError> {
        let Some(params) = bootstrap else {
            return Self::of(predictions, sides, None);
        };
        if let Some(sides) = sides {
            sides.check(predictions.n_labels())?;
        }
        let prepared = Prepared::new(predictions, sides);
        let n_documents = predictions.n_documents();
        let estimates = prepared.values(&vec![1; n_documents]);
        let measures = Measure::resampled(estimates, n_documents, params, |weights| {
            prepared.document_values(weights)
        })?;
        Ok(Self::of_measures(
            predictions,
            &prepared,
            &measures,
            bootstrap,
        ))
    }

    fn of_measures(
        predictions: &Predictions,
        prepared: &Prepared,
        measures: &[Measure],
        bootstrap: Option<&BootstrapParams>,
    ) -> Self {
        let confusion = Confusion::of(predictions);
        let risk_coverage = RiskCoverage::of(predictions);
        let mut whole = measures.iter().copied();
        // Invariant: `Prepared::values` begins with one value for each metric of the whole scope, in
        // the order of `Metric::ALL`, which is the order of the fields below.
        let mut next = || whole.next().unwrap();
        Self {
            n_rows: predictions.n_rows(),
            n_documents: predictions.n_documents(),
            bootstrap: bootstrap.copied(),
            accuracy: next(),
            balanced_accuracy: next(),
            macro_f1: next(),
            f_avg: next(),
            mcc: next(),
            kappa: next(),
            alpha: next(),
            log_loss: next(),
            brier: next(),
            ece: next(),
            adaptive_ece: next(),
            auc: next(),
            aurc: next(),
            labels: label_reports(predictions, &confusion, measures),
            selective: selective_reports(
                risk_coverage.as_ref(),
                &measures[prepared.coverage_slot()..],
            ),
            reliability: Reliability::equal_width(predictions),
            adaptive_reliability: Reliability::equal_mass(predictions),
            confusion,
            risk_coverage,
        }
    }

    /// The measure of the whole that a metric names; `None` for a metric of another scope.
    pub fn measure(&self, metric: Metric) -> Option<Measure> {
        match metric {
            Metric::Accuracy => Some(self.accuracy),
            Metric::BalancedAccuracy => Some(self.balanced_accuracy),
            Metric::MacroF1 => Some(self.macro_f1),
            Metric::FAvg => Some(self.f_avg),
            Metric::Mcc => Some(self.mcc),
            Metric::Kappa => Some(self.kappa),
            Metric::Alpha => Some(self.alpha),
            Metric::LogLoss => Some(self.log_loss),
            Metric::Brier => Some(self.brier),
            Metric::Ece => Some(self.ece),
            Metric::AdaptiveEce => Some(self.adaptive_ece),
            Metric::Auc => Some(self.auc),
            Metric::Aurc => Some(self.aurc),
            Metric::Precision
            | Metric::Recall
            | Metric::F1
            | Metric::LabelAuc
            | Metric::SelectiveAccuracy
            | Metric::SetCoverage
            | Metric::SetSize => None,
        }
    }

    /// The measures of the whole with their names, in the order of reports.
    pub fn measures(&self) -> impl Iterator<Item = (Metric, Measure)> + '_ {
        Metric::of_scope(Scope::Whole)
            .filter_map(|metric| self.measure(metric).map(|measure| (metric, measure)))
    }
}

fn label_reports(
    predictions: &Predictions,
    confusion: &Confusion,
    measures: &[Measure],
) -> Vec<LabelReport> {
    let report = |(label, name): (usize, &String)| {
        let slot = Prepared::label_slot(label);
        LabelReport {
            label: name.clone(),
            support: confusion.support(label),
            predicted: confusion.predicted_count(label),
            precision: measures[slot],
            recall: measures[slot + 1],
            f1: measures[slot + 2],
            auc: measures[slot + 3],
        }
    };
    predictions
        .labels()
        .iter()
        .enumerate()
        .map(report)
        .collect()
}

fn selective_reports(curve: Option<&RiskCoverage>, measures: &[Measure]) -> Vec<SelectiveReport> {
    let report = |(&percent, &accuracy): (&u32, &Measure)| SelectiveReport {
        percent,
        point: curve.and_then(|curve| curve.at(percent)).copied(),
        accuracy,
    };
    COVERAGES.iter().zip(measures).map(report).collect()
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::probability;

    #[test]
    fn every_field_holds_the_measure_it_is_named_for() {
        let gold: Vec<usize> = (0..40).map(|row| row % 3).collect();
        let predicted = (0..40)
            .map(|row| row % 3 * usize::from(row % 4 != 1))
            .collect();
        let probabilities = Array2::from_shape_fn((40, 3), |(row, label)| {
            let weight = |label: usize| 1.0 + ((row * (label + 3) + row / 3) % 7) as f64;
            weight(label) / (weight(0) + weight(1) + weight(2))
        });
        let labels = ["a", "b", "c"].map(str::to_owned).to_vec();
        let documents: Vec<u32> = (0..40).map(|row| row / 3).collect();
        let predictions =
            Predictions::new(labels, gold, predicted, Some(probabilities), &documents).unwrap();
        let sides = Sides {
            favor: 0,
            against: 2,
        };
        let evaluation = Evaluation::of(&predictions, Some(sides), None).unwrap();
        let confusion = Confusion::of(&predictions);
        let curve = RiskCoverage::of(&predictions).unwrap();
        let direct = [
            (Metric::Accuracy, confusion.accuracy()),
            (Metric::BalancedAccuracy, confusion.balanced_accuracy()),
            (Metric::MacroF1, confusion.macro_f1()),
            (Metric::FAvg, confusion.f_avg(0, 2)),
            (Metric::Mcc, confusion.mcc()),
            (Metric::Kappa, confusion.kappa()),
            (Metric::Alpha, confusion.alpha()),
            (Metric::LogLoss, probability::log_loss(&predictions)),
            (Metric::Brier, probability::brier(&predictions)),
            (
                Metric::Ece,
                Reliability::equal_width(&predictions).unwrap().error(),
            ),
            (
                Metric::AdaptiveEce,
                Reliability::equal_mass(&predictions).unwrap().error(),
            ),
            (Metric::Auc, probability::macro_auc(&predictions)),
            (Metric::Aurc, curve.area()),
        ];
        assert_eq!(direct.len(), evaluation.measures().count());
        for (metric, value) in direct {
            let found = evaluation.measure(metric).unwrap().value.unwrap();
            assert!((found - value.unwrap()).abs() < 1e-12, "{metric:?}");
        }
        for (label, report) in evaluation.labels.iter().enumerate() {
            assert_eq!(report.precision.value, confusion.precision(label));
            assert_eq!(report.recall.value, confusion.recall(label));
            assert_eq!(report.f1.value, confusion.f1(label));
            assert_eq!(report.auc.value, probability::auc(&predictions, label));
        }
        for report in &evaluation.selective {
            assert_eq!(report.accuracy.value, curve.accuracy_at(report.percent));
        }
        assert_eq!(evaluation.selective.len(), COVERAGES.len());
    }

    #[test]
    fn sides_that_are_not_two_labels_are_refused() {
        let labels = ["a", "b"].map(str::to_owned).to_vec();
        let predictions = Predictions::new(labels, vec![0], vec![0], None, &[0]).unwrap();
        let sides = Sides {
            favor: 1,
            against: 1,
        };
        assert_eq!(
            Evaluation::of(&predictions, Some(sides), None).unwrap_err(),
            ParamsError::Sides {
                favor: 1,
                against: 1,
                n_labels: 2
            }
        );
    }

    #[test]
    fn what_is_undefined_is_null_and_names_are_those_of_reports() {
        let labels = ["a", "b"].map(str::to_owned).to_vec();
        let predictions = Predictions::new(labels, vec![0], vec![0], None, &[0]).unwrap();
        let value =
            serde_json::to_value(Evaluation::of(&predictions, None, None).unwrap()).unwrap();
        assert_eq!(value["accuracy"]["value"], 1.0);
        assert_eq!(value["f_avg"]["value"], serde_json::Value::Null);
        assert_eq!(value["confusion"], serde_json::json!([[1, 0], [0, 0]]));
        for metric in Metric::ALL {
            assert_eq!(serde_json::to_value(metric).unwrap(), metric.name());
        }
        let value = serde_json::to_value(&predictions).unwrap();
        assert_eq!(
            (&value["gold"][0], &value["probabilities"]),
            (&0.into(), &().into())
        );
    }

    #[test]
    fn the_labels_are_fixed_before_rows_are_drawn() {
        // One document of twenty has the rare label, which is never found, or always.
        let labels = || ["common", "rare"].map(str::to_owned).to_vec();
        let gold: Vec<usize> = (0..100).map(|row| usize::from(row == 7)).collect();
        let documents: Vec<u32> = (0..100).map(|row| row / 5).collect();
        let of = |predicted: &[usize], probabilities| {
            let predicted = predicted.to_vec();
            let predictions =
                Predictions::new(labels(), gold.clone(), predicted, probabilities, &documents);
            let params = BootstrapParams::DEFAULT;
            Evaluation::of(&predictions.unwrap(), None, Some(&params)).unwrap()
        };
        let never = of(&[0; 100], None);
        let interval = never.macro_f1.interval.unwrap();
        assert_eq!((interval.undefined, interval.high), (0, 0.5));
        assert!(never.macro_f1.value.unwrap() > interval.low && interval.low > 0.48);
        assert_eq!(never.balanced_accuracy.interval.unwrap().high, 0.5);
        // F1 of the rare label is 0 in the third of the resamples that lack it.
        let always = of(&gold, None);
        let ends = |measure: Measure| measure.interval.map(|ends| (ends.low, ends.high));
        assert_eq!(ends(always.macro_f1), Some((0.5, 1.0)));
        assert_eq!(ends(always.labels[1].f1), Some((0.0, 1.0)));
        // Those resamples have no AUC, as they have no rank of the rare label.
        let sure = Array2::from_shape_fn((100, 2), |(row, label)| {
            f64::from(u8::from(gold[row] == label))
        });
        let auc = of(&gold, Some(sure)).auc.interval.unwrap();
        assert!((600..900).contains(&auc.undefined), "{auc:?}");
    }

    #[test]
    fn baselines_and_picked_rows_keep_the_list_of_their_table() {
        let labels = ["a", "b", "c"].map(str::to_owned).to_vec();
        let all = Predictions::new(labels, vec![0, 0, 1], vec![0, 0, 0], None, &[0, 1, 2]).unwrap();
        let f1 = |given: &Predictions| Evaluation::of(given, None, None).unwrap().macro_f1.value;
        assert_eq!(f1(&all.select(&[0, 1]).unwrap()), Some(0.5));
        // A baseline that answers with a label of no row is not measured over more labels than the others.
        let other = all.answered(vec![0, 2, 1], None).unwrap();
        assert_eq!(f1(&other), Some((2.0 / 3.0 + 1.0) / 2.0));
        // Two classifiers of one table have one list.
        let other = Predictions::new(all.labels().to_vec(), vec![0; 2], vec![2; 2], None, &[0, 1]);
        let beside = all.clone().in_list(other.unwrap().label_list());
        assert_eq!(f1(&beside), f1(&all).map(|mean| mean * 2.0 / 3.0));
    }
}
