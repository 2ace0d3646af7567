//! Sparse rows into margins: multinomial logistic regression, support vector machines, naive Bayes.
//!
//! Rows and class indices come in; a [`LinearHead`] of shape `(n_features, n_labels)` comes out, and
//! gives a margin for each label. The learner is a linfa model: [`Csr`](crate::counts::Csr)
//! implements linfa's `Records`, [`HeadParams`] `Fit` and `FitWith`, [`LinearHead`] `PredictInplace` for margins and
//! for classes. This room does not know words, targets or probabilities that a user sees.
//!
//! ```
//! use detente_train::counts::Csr;
//! use detente_train::linear::{Classes, HeadParams};
//! use linfa::DatasetBase;
//! use linfa::traits::{Fit, PredictInplace};
//! use ndarray::{Array1, Array2};
//!
//! let mut rows = Csr::new(2);
//! for ids in [[0], [1], [0], [1]] {
//!     rows.push(&ids, &[1.0]);
//! }
//! let classes = [0, 1, 0, 1];
//! let dataset = DatasetBase::new(&rows, Classes::new(&classes));
//! let head = HeadParams::DEFAULT.fit(&dataset)?;
//! let mut predicted: Array1<usize> = head.default_target(&rows);
//! head.predict_inplace(&rows, &mut predicted);
//! assert_eq!(predicted.to_vec(), classes);
//! let mut margins: Array2<f64> = head.default_target(&rows);
//! head.predict_inplace(&rows, &mut margins);
//! assert_eq!(margins.dim(), (4, 2));
//! # Ok::<(), detente_train::Error>(())
//! ```

mod head;
mod loss;
mod cells;
mod kernel;
mod training_set;
mod penalty;
mod pool;
mod class_weight;
mod head_params;
mod objective;
mod solver;
mod dense;
mod bayes;
mod learner;
mod factors;
mod ftrl;

pub use class_weight::ClassWeight;
pub use factors::{Factors, LabelCounts};
pub use ftrl::{FtrlClassifier, FtrlParams};
pub(crate) use head::margins_of;
pub use head::{LinearHead, Margins};
pub use head_params::{HeadParams, Learner};
pub(crate) use loss::{Loss, n_columns};
pub use penalty::Penalty;
pub(crate) use penalty::of_counts;
pub(crate) use solver::{ConjugateGradients, conditioner, dot, forcing, norm};
pub use training_set::Classes;
