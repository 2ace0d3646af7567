//! The names of the measures, what they are, and whose they are.

use crate::confusion::Confusion;
use crate::error::ParamsError;
use crate::label_list::LabelList;
use serde::Serialize;

/// The indices of the two labels that take a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Sides {
    /// The label in favor.
    pub favor: usize,
    /// The label against.
    pub against: usize,
}

impl Sides {
    /// Checks that these are two of `n_labels` labels.
    ///
    /// # Errors
    ///
    /// [`ParamsError::Sides`].
    pub fn check(&self, n_labels: usize) -> Result<(), ParamsError> {
        let Self { favor, against } = *self;
        if favor < n_labels && against < n_labels && favor != against {
            Ok(())
        } else {
            Err(ParamsError::Sides {
                favor,
                against,
                n_labels,
            })
        }
    }
}

/// What a measure says something about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All predictions at once.
    Whole,
    /// One label.
    Label,
    /// One coverage.
    Coverage,
    /// Sets of labels.
    Sets,
}

/// The measures of an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// [`Confusion::accuracy`].
    Accuracy,
    /// [`Confusion::balanced_accuracy`].
    BalancedAccuracy,
    /// [`Confusion::macro_f1`].
    MacroF1,
    /// [`Confusion::f_avg`].
    FAvg,
    /// [`Confusion::mcc`].
    Mcc,
    /// [`Confusion::kappa`].
    Kappa,
    /// [`Confusion::alpha`].
    Alpha,
    /// [`log_loss`](crate::probability::log_loss).
    LogLoss,
    /// [`brier`](crate::probability::brier).
    Brier,
    /// [`Reliability::error`](crate::reliability::Reliability::error) of bins of equal width.
    Ece,
    /// [`Reliability::error`](crate::reliability::Reliability::error) of bins of equal mass.
    AdaptiveEce,
    /// [`macro_auc`](crate::probability::macro_auc).
    Auc,
    /// [`RiskCoverage::area`](crate::selective::RiskCoverage::area).
    Aurc,
    /// [`Confusion::precision`].
    Precision,
    /// [`Confusion::recall`].
    Recall,
    /// [`Confusion::f1`].
    F1,
    /// [`auc`](crate::probability::auc).
    LabelAuc,
    /// [`RiskCoverage::accuracy_at`](crate::selective::RiskCoverage::accuracy_at).
    SelectiveAccuracy,
    /// [`SetReport::coverage`](crate::conformal::SetReport::coverage).
    SetCoverage,
    /// [`SetReport::mean_set_size`](crate::conformal::SetReport::mean_set_size).
    SetSize,
}

impl Metric {
    /// Every measure, in the order of reports.
    pub const ALL: [Self; 20] = [
        Self::Accuracy,
        Self::BalancedAccuracy,
        Self::MacroF1,
        Self::FAvg,
        Self::Mcc,
        Self::Kappa,
        Self::Alpha,
        Self::LogLoss,
        Self::Brier,
        Self::Ece,
        Self::AdaptiveEce,
        Self::Auc,
        Self::Aurc,
        Self::Precision,
        Self::Recall,
        Self::F1,
        Self::LabelAuc,
        Self::SelectiveAccuracy,
        Self::SetCoverage,
        Self::SetSize,
    ];

    /// The measures of one scope, in the order of reports.
    pub fn of_scope(scope: Scope) -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(move |metric| metric.scope() == scope)
    }

    /// What it says something about.
    pub fn scope(self) -> Scope {
        match self {
            Self::Precision | Self::Recall | Self::F1 | Self::LabelAuc => Scope::Label,
            Self::SelectiveAccuracy => Scope::Coverage,
            Self::SetCoverage | Self::SetSize => Scope::Sets,
            Self::Accuracy
            | Self::BalancedAccuracy
            | Self::MacroF1
            | Self::FAvg
            | Self::Mcc
            | Self::Kappa
            | Self::Alpha
            | Self::LogLoss
            | Self::Brier
            | Self::Ece
            | Self::AdaptiveEce
            | Self::Auc
            | Self::Aurc => Scope::Whole,
        }
    }

    /// Whether more is better.
    pub fn higher_is_better(self) -> bool {
        !matches!(
            self,
            Self::LogLoss
                | Self::Brier
                | Self::Ece
                | Self::AdaptiveEce
                | Self::Aurc
                | Self::SetSize
        )
    }

    /// The name in machine-readable reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accuracy => "accuracy",
            Self::BalancedAccuracy => "balanced_accuracy",
            Self::MacroF1 => "macro_f1",
            Self::FAvg => "f_avg",
            Self::Mcc => "mcc",
            Self::Kappa => "kappa",
            Self::Alpha => "alpha",
            Self::LogLoss => "log_loss",
            Self::Brier => "brier",
            Self::Ece => "ece",
            Self::AdaptiveEce => "adaptive_ece",
            Self::Auc => "auc",
            Self::Aurc => "aurc",
            Self::Precision => "precision",
            Self::Recall => "recall",
            Self::F1 => "f1",
            Self::LabelAuc => "label_auc",
            Self::SelectiveAccuracy => "selective_accuracy",
            Self::SetCoverage => "set_coverage",
            Self::SetSize => "set_size",
        }
    }

    /// What it is, in one line.
    pub fn definition(self) -> &'static str {
        match self {
            Self::Accuracy => "share of rows answered with their gold label",
            Self::BalancedAccuracy => {
                "mean recall over the labels that occur in the gold of the table"
            }
            Self::MacroF1 => {
                "mean F1 over the labels that occur in the table, in gold or predictions"
            }
            Self::FAvg => "mean of F1(favor) and F1(against); undefined unless the table has both",
            Self::Mcc => {
                "correlation of gold and predictions for any number of labels; 0 is chance"
            }
            Self::Kappa => "(accuracy - chance) / (1 - chance), chance from both label shares",
            Self::Alpha => "1 - observed / expected disagreement of gold and predictions, nominal",
            Self::LogLoss => "mean -ln of the probability of the gold label, clipped at 2.2e-16",
            Self::Brier => "mean squared error of the probabilities, summed over labels; 0 to 2",
            Self::Ece => "mean |accuracy - confidence| over 15 bins of equal width, by rows",
            Self::AdaptiveEce => "mean |accuracy - confidence| over 15 bins of equal mass, by rows",
            Self::Auc => "mean one-vs-rest AUC over the labels that occur in the gold of the table",
            Self::Aurc => "mean, over rows, of the error rate among rows at least as confident",
            Self::Precision => "of the rows answered with the label, the share that has it in gold",
            Self::Recall => "of the rows that have the label in gold, the share answered with it",
            Self::F1 => "2 TP / (2 TP + FP + FN) of the label; 0 without such rows",
            Self::LabelAuc => "chance that a row with the label outranks one without, ties half",
            Self::SelectiveAccuracy => "accuracy on the most confident rows, equal ones together",
            Self::SetCoverage => "share of conformal prediction sets that hold the gold label",
            Self::SetSize => "mean number of labels in a conformal set",
        }
    }

    /// Where the definition is from.
    pub fn reference(self) -> &'static str {
        match self {
            Self::Accuracy | Self::Precision | Self::Recall => {
                "Sokolova and Lapalme 2009, A systematic analysis of performance measures"
            }
            Self::BalancedAccuracy => "Brodersen et al. 2010, The balanced accuracy",
            Self::MacroF1 => "Opitz and Burst 2019, Macro F1 and Macro F1",
            Self::FAvg => "Mohammad et al. 2016, SemEval-2016 Task 6, section 4",
            Self::Mcc => "Gorodkin 2004, Comparing two K-category assignments",
            Self::Kappa => "Cohen 1960, A coefficient of agreement for nominal scales",
            Self::Alpha => "Krippendorff 2011, Computing Krippendorff's Alpha-Reliability",
            Self::LogLoss => "Good 1952, Rational decisions",
            Self::Brier => {
                "Brier 1950, Verification of forecasts expressed in terms of probability"
            }
            Self::Ece => "Guo et al. 2017, On Calibration of Modern Neural Networks",
            Self::AdaptiveEce => "Nguyen and O'Connor 2015, Posterior calibration, section 2",
            Self::Auc | Self::LabelAuc => "Hanley and McNeil 1982; Fawcett 2006, section 7",
            Self::Aurc => "Geifman, Uziel and El-Yaniv 2019, section 2",
            Self::F1 => "van Rijsbergen 1979, Information Retrieval, chapter 7",
            Self::SelectiveAccuracy => "El-Yaniv and Wiener 2010, Selective Classification",
            Self::SetCoverage | Self::SetSize => {
                "Vovk, Gammerman and Shafer 2005; Angelopoulos and Bates 2021, section 1"
            }
        }
    }
}

/// The measures that follow from a [`Confusion`] alone, which
/// [`Pair::randomization`](crate::compare::Pair::randomization) can test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountMetric {
    /// [`Confusion::accuracy`].
    Accuracy,
    /// [`Confusion::balanced_accuracy`].
    BalancedAccuracy,
    /// [`Confusion::macro_f1`].
    MacroF1,
    /// [`Confusion::f_avg`] of these sides.
    FAvg(Sides),
    /// [`Confusion::mcc`].
    Mcc,
}

impl CountMetric {
    /// The measure it is.
    pub fn metric(self) -> Metric {
        match self {
            Self::Accuracy => Metric::Accuracy,
            Self::BalancedAccuracy => Metric::BalancedAccuracy,
            Self::MacroF1 => Metric::MacroF1,
            Self::FAvg(_) => Metric::FAvg,
            Self::Mcc => Metric::Mcc,
        }
    }

    /// Its value over the labels that occur in the counts; `None` where it is undefined, as where a side is out of
    /// range.
    pub fn of(self, confusion: &Confusion) -> Option<f64> {
        self.over(confusion, &confusion.label_list())
    }

    /// Its value over a list of labels, which may be longer than that of the counts.
    pub fn over(self, confusion: &Confusion, list: &LabelList) -> Option<f64> {
        match self {
            Self::Accuracy => confusion.accuracy(),
            Self::BalancedAccuracy => confusion.balanced_accuracy_over(list),
            Self::MacroF1 => confusion.macro_f1_over(list),
            Self::FAvg(sides) => confusion.f_avg_over((sides.favor, sides.against), list),
            Self::Mcc => confusion.mcc(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_all_is_in_order() {
        let names: BTreeSet<&str> = Metric::ALL.iter().map(|metric| metric.name()).collect();
        assert_eq!(names.len(), Metric::ALL.len());
        assert!(Metric::ALL.is_sorted());
    }

    #[test]
    fn definitions_are_one_line_each_and_have_a_reference_with_a_year() {
        for metric in Metric::ALL {
            assert!((20..90).contains(&metric.definition().len()), "{metric:?}");
            assert!(
                metric
                    .reference()
                    .contains(|letter: char| letter.is_ascii_digit())
            );
        }
    }
}
