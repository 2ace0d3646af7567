//! Margins into probabilities that mean what they say.
//!
//! Imports: error, linear.
//!
//! Out-of-fold margins and gold classes come in once; a [`Temperature`] comes out and turns any
//! margins into probabilities. It never sees the rows.

mod temperature;

pub use temperature::Temperature;
