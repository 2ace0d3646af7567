//! Sparse rows into margins: multinomial logistic regression, support vector machines, naive Bayes.
//!
//! Rows and class indices come in; a [`LinearHead`] of shape `(n_features, n_labels)` comes out, and
//! gives a margin for each label. The learner is a linfa model: [`Csr`](detente_model::features::Csr)
//! implements linfa's `Records`, [`HeadParams`] `Fit`, [`LinearHead`] `PredictInplace`. This room
//! does not know words, targets or probabilities that a user sees.

mod bayes;
mod class_weight;
mod dense;
mod factors;
mod head;
mod learner;
mod loss;
mod objective;
mod ftrl;
mod panel;
mod penalty;
mod solver;

pub use class_weight::ClassWeight;
pub use factors::{Factors, LabelCounts};
pub use ftrl::{FtrlClassifier, FtrlParams};
pub use head::{LinearHead, Margins};
pub use learner::{HeadParams, Learner, TrainingSet};
pub use penalty::Penalty;
