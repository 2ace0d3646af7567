//! Margins into probabilities that mean what they say.
//!
//! Imports: linear, metrics.
//!
//! Out-of-fold margins and gold classes come in once; a [`Temperature`] comes out and turns any
//! margins into probabilities, and a [`Decision`] that picks the label. It never sees the rows.

mod decision;
mod stack;
mod temperature;

pub use decision::Decision;
pub use stack::Stack;
pub use temperature::Temperature;
