//! The recipe for a head: who finds the weights, and how.

use super::class_weight::ClassWeight;
use super::penalty::Penalty;
use crate::error::{Error, ErrorKind, Result};

/// Who finds the weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learner {
    /// Multinomial logistic regression on sparse rows, by Newton-CG.
    Logistic,
    /// A support vector machine for each label against the rest, with squared hinge loss, on sparse
    /// rows by the same Newton-CG; scikit-learn's `LinearSVC(loss="squared_hinge")`, but that the
    /// intercept is not penalised. Margins are its decision values, without a unit until a
    /// temperature gives them one.
    Svm,
    /// `linfa_logistic::MultiLogisticRegression` on dense rows: the same optimum by L-BFGS.
    LinfaLogistic,
    /// `linfa_bayes::BernoulliNb`, which reads each value as the degree to which a feature is there.
    LinfaBayes,
}

impl Learner {
    /// Every learner.
    pub const ALL: [Self; 4] = [
        Self::Logistic,
        Self::Svm,
        Self::LinfaLogistic,
        Self::LinfaBayes,
    ];

    /// The word for it on the command line and in model files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Logistic => "logistic",
            Self::Svm => "svm",
            Self::LinfaLogistic => "linfa-logistic",
            Self::LinfaBayes => "linfa-bayes",
        }
    }

    /// Whether rows stay sparse and may weigh unequally; linfa's learners take neither.
    pub fn is_sparse(self) -> bool {
        match self {
            Self::Logistic | Self::Svm => true,
            Self::LinfaLogistic | Self::LinfaBayes => false,
        }
    }

    /// By what strengths that suit logistic regression have to be multiplied. For the SVM the ratio
    /// of the second derivatives at a margin of 0, which are 2 and 1/4; for naive Bayes, whose
    /// strength is a count, what put the best of them amid the list on two corpora.
    pub fn scale(self) -> f64 {
        match self {
            Self::Logistic | Self::LinfaLogistic => 1.0,
            Self::Svm => 8.0,
            Self::LinfaBayes => 0.125,
        }
    }
}

/// The recipe for a [`LinearHead`](super::LinearHead).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeadParams {
    /// Who finds the weights; default [`Learner::Logistic`].
    pub learner: Learner,
    /// Strength of the L2 penalty, above 0; scikit-learn's `1 / C`. A higher value gives smaller
    /// weights and margins nearer to the label shares. Of `linfa-bayes` it is the smoothing that
    /// stands in its place: the alpha that is added to the sum of each feature in each label.
    pub l2: f64,
    /// How the penalty is shared out among the weights; default [`Penalty::Ratio`]. Learners on dense rows
    /// hold all alike.
    pub penalty: Penalty,
    /// How much the rows of each label count in fitting; default as they are.
    pub class_weight: ClassWeight,
    /// The gradient's norm at which fitting ends, relative to that at the start; default 1e-4.
    pub tolerance: f64,
    /// Newton or L-BFGS steps after which fitting ends in any case; default 100.
    pub max_steps: usize,
    /// Bytes of dense rows that `linfa-logistic` may take; default 4e9.
    pub dense_limit: u64,
}

impl HeadParams {
    /// Sparse logistic regression of strength 1.
    pub const DEFAULT: Self = Self {
        learner: Learner::Logistic,
        l2: 1.0,
        penalty: Penalty::Ratio,
        class_weight: ClassWeight::None,
        tolerance: 1e-4,
        max_steps: 100,
        dense_limit: 4_000_000_000,
    };

    /// Checks the ranges.
    ///
    /// # Errors
    /// A strength or tolerance that is not a finite number above 0.
    pub fn check(&self) -> Result<()> {
        for (parameter, value) in [("l2", self.l2), ("tolerance", self.tolerance)] {
            if !(value.is_finite() && value > 0.0) {
                return Err(Error::new(ErrorKind::OutOfRange {
                    parameter,
                    value: value.to_string(),
                    expected: "a number above 0",
                }));
            }
        }
        Ok(())
    }
}
